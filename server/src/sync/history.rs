//! `GET /api/v1/history`: what was done to one record, by whom, the newest first.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::{Query, State};
use outpost_core::hlc::Hlc;
use outpost_core::id::RecordId;
use outpost_core::mutation::{Action, Mutation, Op};
use outpost_core::protocol::{History, PastChange, Receipt, Verdict};
use outpost_core::record::RecordKey;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::accounts::session::Session;
use crate::error::ApiError;
use crate::state::AppState;
use crate::store::Store;

/// How many changes an answer has.
const PAGE: usize = 50;

/// What a mutation did to a record.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Change {
    /// Fields, by name.
    #[serde(default)]
    pub(crate) fields: BTreeMap<String, Value>,
    /// Whether it was deleted or restored.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) deleted: Option<bool>,
}

/// What accepted mutations did, by record and stamp. The registers of what was sent again have stamps of their own.
pub(crate) fn of(mutations: &[Mutation], receipts: &[Receipt]) -> BTreeMap<(RecordKey, Hlc), Change> {
    let mut changes: BTreeMap<(RecordKey, Hlc), Change> = BTreeMap::new();
    for (mutation, receipt) in mutations.iter().zip(receipts) {
        if matches!(receipt.verdict, Verdict::Rejected { .. }) {
            continue;
        }
        let stamp = receipt.stamp.unwrap_or(mutation.hlc);
        for op in &mutation.ops {
            note(op, stamp, &mut changes);
        }
    }
    changes
}

fn note(op: &Op, stamp: Hlc, changes: &mut BTreeMap<(RecordKey, Hlc), Change>) {
    match &op.action {
        Action::Patch(patch) => at(changes, op, stamp).fields.extend(patch.clone()),
        Action::Delete => at(changes, op, stamp).deleted = Some(true),
        Action::Restore => at(changes, op, stamp).deleted = Some(false),
        Action::Merge(registers) => {
            for (name, register) in &registers.fields {
                at(changes, op, register.hlc()).fields.insert(name.clone(), register.value().clone());
            }
            if let Some(deleted) = &registers.deleted {
                at(changes, op, deleted.hlc()).deleted = Some(*deleted.value());
            }
        }
    }
}

fn at<'c>(changes: &'c mut BTreeMap<(RecordKey, Hlc), Change>, op: &Op, stamp: Hlc) -> &'c mut Change {
    changes.entry((op.key(), stamp)).or_default()
}

/// What is asked.
#[derive(Debug, Deserialize)]
pub(crate) struct Asked {
    #[serde(rename = "type")]
    kind: String,
    id: RecordId,
    /// Only what was done before this.
    before: Option<Hlc>,
}

/// A page of a record's history.
pub(crate) async fn history(
    State(state): State<AppState>,
    session: Session,
    asked: Result<Query<Asked>, axum::extract::rejection::QueryRejection>,
) -> Result<Json<History>, ApiError> {
    let Query(asked) = asked?;
    let key = RecordKey::new(asked.kind, asked.id);
    let past = state.store.history(session.workspace, &key).await?;
    let mut known: BTreeMap<String, Value> = BTreeMap::new();
    let mut changes = Vec::with_capacity(past.changes.len());
    for (stamp, change) in past.changes {
        let fields = change.fields.into_iter().map(|(name, value)| {
            let before = known.insert(name.clone(), value.clone()).unwrap_or_default();
            (name, (before, value))
        });
        let fields = fields.collect();
        let by = past.names.get(&stamp.device).cloned().unwrap_or_default();
        changes.push(PastChange { stamp, by, fields, deleted: change.deleted });
    }
    changes.retain(|change| asked.before.is_none_or(|before| change.stamp < before));
    let more = changes.len() > PAGE;
    changes.reverse();
    changes.truncate(PAGE);
    Ok(Json(History { changes, more }))
}
