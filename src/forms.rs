//! Forms, made from a type's list of fields: a new record type, and a field that a person adds, get theirs for nothing.
//!
//! What is typed is kept as typed ([`Entry`]), right or wrong, also through a reload ([`draft`]); it becomes values only when
//! it is saved, and only what was changed is saved, so that two people who edit different fields of one record both win.

#![allow(unreachable_pub, reason = "the component macro writes pub before whatever it makes")]

mod address_input;
pub mod draft;
mod entry;
mod field_input;
mod form_view;
mod links_input;
mod offered;
mod offers;
mod record_picker;
mod state;
mod twins;

pub use entry::{Entry, Habits, Wrong, say, show, value};
pub use field_input::FieldInput;
pub(crate) use field_input::currency_codes;
pub use form_view::FormView;
pub(crate) use form_view::leave_field;
pub use offered::offered;
pub(crate) use offers::Offers;
pub use record_picker::RecordPicker;
pub use state::{FieldState, FormState};
pub(crate) use twins::twin_line;
