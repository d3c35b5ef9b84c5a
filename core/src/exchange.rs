//! Import and export: CSV, vCard and JSON, for every record type, from its list of fields.
//!
//! Whatever comes in becomes a [`Sheet`], a table of texts; each of its columns is for one [`Target`], a field of the
//! type or a part of one; a [`Plan`] makes a patch of each row, or says what is wrong with it. Whatever goes out is the
//! same the other way round, so that what was exported can be imported again and is what it was.

mod batch;
mod convert;
mod date;
mod encoding;
mod export;
mod guess;
mod json;
mod money;
mod sheet;
mod table;
mod target;
mod text;
mod twins;
mod vcard;
mod words;

pub use batch::{Batch, fingerprint, is_untouched};
pub use convert::{Fault, Plan, Reading, Relations};
pub use date::DateOrder;
pub use encoding::Encoding;
pub use export::{Names, csv_header, csv_row, json_row};
pub use guess::{guess_columns, guess_reading};
pub use sheet::{FileError, Format, Sheet};
pub use table::Table;
pub use target::{Part, Target, targets};
pub use text::{BOM, Delimiter, write_row};
pub use twins::twin_keys;
pub use vcard::{has_cards, vcard};

use crate::schema::{Kind, Schema};

/// The heading of the column that holds a record's id: by it, an export of our own is known.
pub const ID_HEADING: &str = "Outpost ID";

/// Whether records of a type can be imported: those that lists show, unless a part of them is written by the program
/// alone (an invoice's document), or there is only one.
pub fn can_import(schema: &Schema) -> bool {
    let list = schema.list;
    let is_written_by_hand = !schema.fields.iter().any(|field| matches!(field.kind, Kind::Structure));
    !list.title.is_empty() && list.parent.is_empty() && schema.kind != "business" && is_written_by_hand
}
