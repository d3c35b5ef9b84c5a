//! A page of a pull: which rows fit in it, and which of their registers are wanted.

use outpost_core::record::{Record, RecordKey};

use super::aging::Aging;
use super::document::Document;
use super::{Pull, Pulled};

/// The most bytes of stored records in one answer, beyond the first: bounds the memory that a request takes.
pub(super) const MAX_BYTES: usize = 4 * 1024 * 1024;

/// Takes rows in the order of their sequence numbers until it is full.
pub(super) struct Page {
    pull: Pull,
    rows: Vec<Record>,
    forget: Vec<RecordKey>,
    /// Rows that it took and their bytes, also of those of which nothing is to be told: so the database counts, too.
    taken: u32,
    bytes: usize,
    cursor: u64,
    has_more: bool,
}

impl Page {
    /// An empty one.
    pub(super) fn new(pull: Pull) -> Self {
        let cursor = pull.cursor;
        Self { pull, rows: Vec::new(), forget: Vec::new(), taken: 0, bytes: 0, cursor, has_more: false }
    }

    /// Takes a row, if it still fits; returns whether another may.
    pub(super) fn take(
        &mut self,
        seq: u64,
        key: RecordKey,
        aging: Aging,
        doc: &str,
    ) -> Result<bool, serde_json::Error> {
        if self.taken >= self.pull.limit || (self.bytes > 0 && self.bytes + doc.len() > MAX_BYTES) {
            self.has_more = true;
            return Ok(false);
        }
        self.cursor = seq;
        self.taken += 1;
        self.bytes += doc.len();
        let Pull { since, own, scope, .. } = &self.pull;
        if aging.age > *scope {
            self.forget.push(key);
            return Ok(true);
        }
        // Whoever has forgotten it is sent all of it.
        let is_back = aging.entered > *since;
        let wanted = |seq: u64| is_back || (seq > *since && !(seq > own.after && seq <= own.up_to));
        let record = serde_json::from_str::<Document>(doc)?.select(key, wanted);
        // Nothing but its age may have changed.
        if !record.fields.is_empty() || record.deleted.is_some() {
            self.rows.push(record);
        }
        Ok(true)
    }

    /// What the device is told; `head` is of the snapshot that the rows came from.
    pub(super) fn end(self, head: u64) -> Pulled {
        let cursor = if self.has_more { self.cursor } else { head };
        Pulled { rows: self.rows, forget: self.forget, cursor, has_more: self.has_more }
    }
}
