//! The same one written down twice: finding it, making one of two records, and taking that back.
//!
//! Merging two records ([`plan`]) is ordinary ops: the one that is kept gets the chosen values, the other one is deleted, what
//! led to it leads to the one that is kept, and a record of type [`Merge`](crate::records::Merge) says where it went and what was
//! before. So it is one edit that syncs, clashes and is shown like any other, and any device can take it back ([`undo`]).
//!
//! Others may not know of it yet. What they wrote into the one that is gone lies beneath its deletion and is [offered](offers) to the one
//! that is kept; what they linked to it is [led on](Ends::late). Two devices that merge two records in opposite directions delete
//! both: the later merge stands, and the earlier one is [taken back](Ends::settle). Whatever is done about any of this follows from
//! what is stored alone, and does nothing where it is done already: so devices that do it at once agree, and come to rest.
//!
//! Two that look alike and are not the same are [kept apart](Apart): that is a record, too.

mod apart;
mod follow;
mod offer;
mod plan;
mod proposal;
mod redirect;
mod twins;
mod undo;

pub use apart::{Apart, apart_id, keep_apart};
pub use follow::Ends;
pub use offer::{Offer, offers};
pub use plan::{MergeError, Pair, merge_error, plan};
pub use proposal::{Row, Take, propose};
pub use twins::{Groups, Likeness, can_be_reached, is_likely, likeness, questions};
pub use undo::{UNDO_MS, UndoError, Undone, can_undo, latest, undo, undo_reads};
