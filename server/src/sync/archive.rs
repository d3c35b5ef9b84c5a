//! The archive, to devices: what a changed scope takes up or drops, searching it, looking at a record in it, and bringing
//! records back.

use std::str::FromStr;

use axum::Json;
use axum::extract::rejection::{PathRejection, QueryRejection};
use axum::extract::{Path, Query, State};
use outpost_core::id::RecordId;
use outpost_core::index::fold;
use outpost_core::protocol::{
    ArchivePage, Group, MAX_WANTED, RecallRequest, RecallResponse, ScopeRequest, ScopeResponse,
};
use outpost_core::record::{Record, RecordKey};
use outpost_core::records::{is_own, schema};
use outpost_core::schema::leads_to_any;
use outpost_core::scope::Age;
use serde::Deserialize;
use serde_json::Value;

use super::compare::own;
use super::{Place, limits};
use crate::accounts::session::Session;
use crate::error::ApiError;
use crate::http::body::JsonBytes;
use crate::state::AppState;
use crate::store::{Archived, Buckets, COMPARED_ROWS, Store, StoreError};

/// The most records that a search finds at once.
const FOUND: usize = 50;
/// How many records are read at once, and the most of them for one answer: some hundred milliseconds.
const CHUNK: u32 = 500;
const CHUNKS: usize = 40;

/// Tells what lies between two scopes.
pub(crate) async fn rescope(
    State(state): State<AppState>,
    session: Session,
    _place: Place,
    body: JsonBytes,
) -> Result<Json<ScopeResponse>, ApiError> {
    rescoped(&state.store, &session, &body).await.map(Json)
}

/// What [`rescope`] does, on any store.
pub(crate) async fn rescoped(
    store: &impl Store,
    session: &Session,
    body: &JsonBytes,
) -> Result<ScopeResponse, ApiError> {
    limits::check_protocol(body)?;
    let request: ScopeRequest = body.parse()?;
    own(request.device, session)?;
    let grows = request.to > request.from;
    // A device that keeps less drops all that is older, whatever it has kept: some of it may be left of before.
    let ages = if grows { request.to.beyond(request.from) } else { Age::everything().beyond(request.to) };
    let asked = Buckets { buckets: Vec::new(), after: request.after, ages, limit: COMPARED_ROWS };
    let found = store.repair(session.workspace, asked).await?;
    let epoch = store.place(session).await?.epoch;
    let rows = found.rows.into_iter().map(|(row, _)| row);
    let (rows, forget) =
        if grows { (rows.collect(), Vec::new()) } else { (Vec::new(), rows.map(|row| row.key()).collect()) };
    Ok(ScopeResponse { epoch, rows, forget, next: found.next })
}

/// What is searched for.
#[derive(Debug, Deserialize)]
pub(crate) struct Asked {
    #[serde(rename = "type")]
    kind: String,
    /// Words that each must be somewhere in a searched field, without regard to capitals and accents.
    #[serde(default)]
    text: String,
    /// Ids with commas between them: only what is linked to one of these is wanted; empty says whatever it is linked to.
    #[serde(default)]
    of: String,
    /// What the device keeps: only older records are looked through.
    scope: Age,
    /// Where to go on.
    before: Option<RecordId>,
}

/// Searches the archive, the newest first.
pub(crate) async fn search(
    State(state): State<AppState>,
    session: Session,
    _place: Place,
    asked: Result<Query<Asked>, QueryRejection>,
) -> Result<Json<ArchivePage>, ApiError> {
    let Query(asked) = asked?;
    let words: Vec<String> = asked.text.split_whitespace().map(fold).collect();
    let of = asked.of.split(',').filter(|id| !id.is_empty()).map(RecordId::from_str).collect::<Result<Vec<_>, _>>();
    let of = of.map_err(|error| ApiError::Malformed(error.to_string()))?;
    let (mut rows, mut before) = (Vec::new(), asked.before);
    for _ in 0..CHUNKS {
        let ages = Age::everything().beyond(asked.scope);
        let chunk = Archived { kind: asked.kind.clone(), ages, before, limit: CHUNK };
        let found = state.store.archived(session.workspace, chunk).await?;
        let is_last = u32::try_from(found.len()).is_ok_and(|found| found < CHUNK);
        for record in found {
            before = Some(record.id);
            let is_linked = of.is_empty() || leads_to_any(&record, &of);
            if !record.is_deleted() && is_linked && matches(&record, &words) {
                rows.push(record);
            }
            if rows.len() == FOUND {
                return Ok(Json(ArchivePage { rows, next: before }));
            }
        }
        if is_last {
            return Ok(Json(ArchivePage { rows, next: None }));
        }
    }
    Ok(Json(ArchivePage { rows, next: before }))
}

fn matches(record: &Record, words: &[String]) -> bool {
    if words.is_empty() {
        return true;
    }
    let schema = schema(&record.kind);
    // What people have added is searched whatever it is: which of it they want to be searched, the server does not know.
    let is_searched = |name: &str| match schema {
        Some(schema) => is_own(name) || schema.field(name).is_some_and(|field| field.search > 0),
        None => is_own(&record.kind),
    };
    let mut text = String::new();
    for name in record.fields.keys().filter(|name| is_searched(name)) {
        record.get(name).into_iter().for_each(|value| gather(value, &mut text));
    }
    let text = fold(&text);
    words.iter().all(|word| text.contains(word))
}

fn gather(value: &Value, text: &mut String) {
    match value {
        Value::String(part) => {
            text.push(' ');
            text.push_str(part);
        }
        Value::Array(parts) => parts.iter().for_each(|part| gather(part, text)),
        Value::Object(parts) => parts.values().for_each(|part| gather(part, text)),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// Tells one record and its parts.
pub(crate) async fn group(
    State(state): State<AppState>,
    session: Session,
    key: Result<Path<(String, RecordId)>, PathRejection>,
) -> Result<Json<Group>, ApiError> {
    let Path((kind, id)) = key?;
    let rows = state.store.group(session.workspace, RecordKey::new(kind, id)).await?;
    Ok(Json(Group { rows }))
}

/// Brings records back, and tells all devices of the workspace.
pub(crate) async fn recall(
    State(state): State<AppState>,
    session: Session,
    _place: Place,
    body: JsonBytes,
) -> Result<Json<RecallResponse>, ApiError> {
    limits::check_protocol(&body)?;
    let request: RecallRequest = body.parse()?;
    own(request.device, &session)?;
    let found = request.records.len();
    if found > MAX_WANTED {
        return Err(ApiError::Malformed(format!(
            "{found} records were to be brought back, and at most {MAX_WANTED} can be"
        )));
    }
    let now_ms = state.now_ms();
    let workspace = session.workspace;
    let work = tokio::spawn(async move {
        let head = state.store.recall(workspace, request.records, now_ms).await?;
        if let Some(head) = head {
            state.tell(workspace, head);
        }
        let head = match head {
            Some(head) => head,
            None => state.store.place(&session).await?.head,
        };
        Ok::<_, StoreError>(head)
    });
    let head = work.await.unwrap_or(Err(StoreError::Panicked))?;
    Ok(Json(RecallResponse { head }))
}
