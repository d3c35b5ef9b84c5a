//! The app's parts: buttons, fields, lists' bits, dialogs, the shell. They know no record, no store and no network; what they
//! show comes in as props (plain strings and signals) and what a person does goes out through callbacks.
//!
//! Looks live in `style/`, as classes; a Content Security Policy without inline styles holds because nothing here writes a
//! `style` attribute (the few positions that are computed are set through the CSSOM). The words the parts say by themselves
//! are all in [`words`]. In debug builds `gallery` shows every part in every state.

pub mod avatar;
pub mod banner;
pub mod bars;
pub mod button;
pub mod calendar;
pub mod checkbox;
pub mod chip;
pub mod choice;
#[cfg(test)]
mod contrast_tests;
pub mod day_item;
pub mod dialog;
pub mod dialog_form;
pub mod empty_state;
pub mod fab;
pub mod facts;
pub mod field;
pub mod fold;
#[cfg(debug_assertions)]
pub mod gallery;
pub mod icon;
pub mod look_only;
pub mod menu;
pub mod money_input;
pub mod multi_input;
pub mod nav_link;
pub mod page_header;
pub mod panel;
pub mod progress;
pub mod rescue;
pub mod search_field;
pub mod segmented;
pub mod select;
pub mod shell;
pub mod skeleton;
pub mod sort_header;
pub mod sync_indicator;
pub mod tag;
#[cfg(test)]
mod tests;
pub mod text_input;
pub mod timeline;
pub mod toast;
pub mod words;

pub use avatar::{Avatar, avatar_tint, initials};
pub use banner::{Banner, BannerKind};
pub use bars::{Bar, Bars, WHOLE};
pub use button::{Button, ButtonKind, IconButton, LinkButton};
pub use calendar::{Block, GridDay, Hands, Hue, MonthDay, MonthGrid, TimeGrid};
pub use checkbox::{Checkbox, Tick};
pub use chip::Chip;
pub use choice::Choice;
pub use day_item::{DayItem, Way};
pub use dialog::Dialog;
pub use dialog_form::DialogForm;
pub use empty_state::{Art, EmptyState};
pub use fab::Fab;
pub use facts::{Fact, Facts, Figure};
pub use field::{Field, described_by, focus_first_invalid, new_id};
pub use fold::Fold;
pub use icon::{Glyph, Icon, Logo};
pub use look_only::LookOnly;
pub use menu::{Menu, MenuItem};
pub use money_input::MoneyInput;
pub use multi_input::MultiInput;
pub use nav_link::NavLink;
pub use page_header::PageHeader;
pub use panel::{Panel, Setting};
pub use progress::Progress;
pub use rescue::RescueScreen;
pub use search_field::SearchField;
pub use segmented::Segmented;
pub use select::Select;
pub use shell::{NavItem, NavPlace, Shell};
pub use skeleton::Skeleton;
pub use sort_header::{SortDirection, SortHeader};
pub use sync_indicator::{SyncIndicator, SyncState};
pub use tag::{Tag, Tone};
pub use text_input::{DateInput, InputKind, TextArea, TextInput};
pub use timeline::{Timeline, TimelineItem};
pub use toast::{Toast, ToastHost, Toasts, provide_toasts, use_toasts};
