//! Drops what lies beneath deletions beyond the horizon. The same for every database, whose own part is [`Marks`].
//!
//! **When a row was taken.** A device may push a deletion that it made long ago, so stamps alone do not say how long others
//! have known of it. Once a day, therefore, the workspace's head is noted with the time, as a mark: rows up to a mark were
//! taken before it. A record's row moves on with each change, also of what lies beneath, so whatever is in a row up to a
//! mark of half a year ago has been there for half a year.
//!
//! **What is looked at.** Each row once: those between where the last run ended and the latest mark that is old enough.
//!
//! Nothing is given a new place in the sequence, since nothing is news: devices need not drop what the server does, and the
//! sums by which they are compared leave out what lies beneath a deletion.

use std::collections::{HashMap, HashSet};

use outpost_core::horizon;
use outpost_core::record::{Record, RecordKey};

use super::document::Document;
use super::pushing::{Statements, Stored, Written};
use super::{Compacted, StoreError};
use crate::sync::plan::Touched;

/// What compacting asks of its database beyond [`Statements`], in a transaction of the same kind.
pub(super) trait Marks: Statements {
    /// Notes the workspace's head with the time, unless that head is noted already; says which rows are to be looked at.
    fn mark(
        &mut self,
        workspace: i64,
        now_ms: u64,
        before_ms: u64,
    ) -> impl Future<Output = Result<Span, StoreError>> + Send;

    /// Of the first rows of a span, a few hundred, those that look deleted.
    fn deleted(&mut self, workspace: i64, span: Span) -> impl Future<Output = Result<Looked, StoreError>> + Send;

    /// Notes that rows up to `up_to` have been looked at, and that something was dropped of the row `dropped`. Then
    /// snapshots go too: they have what was dropped, and may end before it.
    fn passed(
        &mut self,
        workspace: i64,
        up_to: u64,
        dropped: Option<u64>,
    ) -> impl Future<Output = Result<(), StoreError>> + Send;
}

/// Rows of a workspace's sequence.
#[derive(Debug, Clone, Copy)]
pub(super) struct Span {
    /// Beyond this number.
    pub(super) after: u64,
    /// Up to this one.
    pub(super) up_to: u64,
}

/// A few rows.
pub(super) struct Looked {
    /// Those that look deleted.
    pub(super) rows: Vec<Stored>,
    /// Up to where they are all.
    pub(super) up_to: u64,
}

/// Compacts a few rows. On an error the caller undoes the transaction.
pub(super) async fn compact(statements: &mut impl Marks, workspace: i64, now_ms: u64) -> Result<Compacted, StoreError> {
    let span = statements.mark(workspace, now_ms, horizon::taken_before(now_ms)).await?;
    if span.up_to <= span.after {
        return Ok(Compacted::default());
    }
    let looked = statements.deleted(workspace, span).await?;
    let mut rows = Vec::with_capacity(looked.rows.len());
    for Stored { key, seq, doc } in looked.rows {
        let (record, seqs) = serde_json::from_str::<Document>(&doc)?.split(key);
        rows.push((record, seqs, seq));
    }
    let invoices = invoices(statements, workspace, rows.iter().filter_map(|(row, ..)| horizon::needs(row)).collect());
    let invoices = invoices.await?;
    let mut written = Vec::new();
    for (mut record, seqs, seq) in rows {
        let invoice = horizon::needs(&record).and_then(|key| invoices.get(&key));
        if horizon::compact(&mut record, invoice, now_ms) {
            let document = Document::join(&record, &Touched::default(), Some(&seqs), seq);
            written.push(Written { key: record.key(), seq, document });
        }
    }
    let (dropped, last) = (written.len() as u64, written.last().map(|row| row.seq));
    if !written.is_empty() {
        statements.write(workspace, written).await?;
    }
    statements.passed(workspace, looked.up_to, last).await?;
    Ok(Compacted { dropped, has_more: looked.up_to < span.up_to })
}

/// The invoices that say whether their parts are kept.
async fn invoices(
    statements: &mut impl Statements,
    workspace: i64,
    keys: HashSet<RecordKey>,
) -> Result<HashMap<RecordKey, Record>, StoreError> {
    if keys.is_empty() {
        return Ok(HashMap::new());
    }
    let mut invoices = HashMap::with_capacity(keys.len());
    for Stored { key, doc, .. } in statements.records(workspace, &keys).await? {
        let (record, _) = serde_json::from_str::<Document>(&doc)?.split(key.clone());
        invoices.insert(key, record);
    }
    Ok(invoices)
}
