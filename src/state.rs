//! What pages share: the store and the toasts at hand ([`Desk`]), values that follow the store ([`live`]).

mod count;
mod desk;
mod live;
mod looked;
mod merges;
mod names;
mod theme;
mod types;
mod viewport;

pub use count::count_of;
pub use desk::{Desk, Outcome, provide_desk, use_desk};
pub use live::{FirstAnswers, Live, live, live_behind};
pub use looked::{look, watch_looks};
pub use merges::{merge_address, watch_merges};
pub use names::{money_list, title_in, title_of};
pub use theme::{Theme, apply_theme, theme};
pub use types::{
    added_to, are_types_known, at_path, is_closed, pipelines, removed_stages, schema, stage_of, types, watch_types,
    with_pages,
};
pub use viewport::watch_compact;
