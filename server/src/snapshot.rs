//! What a new device is sent first: the records that changed last, at once, and then everything, as a snapshot that is
//! made once for all devices, packed, and never changes.

use std::collections::HashMap;
use std::io::Write;
use std::sync::{Arc, Mutex, PoisonError};

use axum::Json;
use axum::extract::rejection::{PathRejection, QueryRejection};
use axum::extract::{Path, Query, State};
use axum::http::header::{CACHE_CONTROL, CONTENT_ENCODING, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use flate2::Compression;
use flate2::write::GzEncoder;
use outpost_core::protocol::{Newest, Segment, Snapshot};
use outpost_core::record::{Record, RecordKey};
use outpost_core::records::ALL;
use outpost_core::scope::Age;
use serde::Deserialize;

use crate::accounts::session::Session;
use crate::error::ApiError;
use crate::first::{self, first};
use crate::random;
use crate::state::AppState;
use crate::store::{self, Buckets, Store, StoreError};
use crate::sync::Place;

/// When a snapshot is made, and how it is cut.
#[derive(Debug, Clone, Copy)]
pub struct Sizes {
    /// A workspace with fewer records is read by ordinary pages.
    pub worth_it: u64,
    /// It is made anew when so many rows were written after it, and a tenth of its own more.
    pub behind: u64,
    /// Records in a segment, at most.
    pub segment: usize,
    /// Records that are read at once; others may write before the next.
    pub page: usize,
    /// Whether segments are packed on a thread of their own.
    pub aside: bool,
}

/// A segment ends with the record that makes its text so long, in bytes: a device stores it in one transaction, behind which all
/// that it is asked for meanwhile waits.
const SEGMENT_BYTES: usize = 1_500_000;

const SIZES: Sizes = Sizes { worth_it: 4_000, behind: 4_000, segment: 2_000, page: store::COMPARED_ROWS, aside: true };

/// Who makes a snapshot of a workspace keeps others from making the same.
#[derive(Default)]
pub(crate) struct Makers(Mutex<HashMap<i64, Arc<tokio::sync::Mutex<()>>>>);

impl Makers {
    fn of(&self, workspace: i64) -> Arc<tokio::sync::Mutex<()>> {
        let mut makers = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        // Those that nobody holds any more.
        makers.retain(|_, maker| Arc::strong_count(maker) > 1);
        Arc::clone(makers.entry(workspace).or_default())
    }
}

/// `GET /api/v1/newest`: what a new device is sent first.
pub(crate) async fn newest(
    State(state): State<AppState>,
    session: Session,
    wanted: Result<Query<Wanted>, QueryRejection>,
) -> Result<Json<Newest>, ApiError> {
    let Query(wanted) = wanted?;
    let newest = first(&state.store, session.workspace, wanted.scope, first::ROWS).await?;
    Ok(Json(Newest {
        epoch: newest.epoch,
        server_ms: state.now_ms(),
        head: newest.head,
        count: newest.count,
        rows: newest.rows,
    }))
}

#[derive(Deserialize)]
pub(crate) struct Wanted {
    /// The one that a device has begun to read.
    name: Option<String>,
    /// What the device keeps.
    #[serde(default = "Age::everything")]
    scope: Age,
}

/// `GET /api/v1/snapshot`: what there is to fetch. Of a small workspace nothing: `null`.
pub(crate) async fn snapshot(
    State(state): State<AppState>,
    session: Session,
    wanted: Result<Query<Wanted>, QueryRejection>,
    _place: Place,
) -> Result<Json<Option<Snapshot>>, ApiError> {
    let Query(wanted) = wanted?;
    if let Some(name) = wanted.name
        && let Some(begun) = begun(&state.store, session.workspace, name, wanted.scope).await?
    {
        return Ok(Json(Some(begun.into())));
    }
    let maker = state.makers.of(session.workspace);
    // Made to its end, even if the device goes away: the next one will want it.
    let work = tokio::spawn(async move {
        let _alone = maker.lock().await;
        let name = random::bytes::<12>().map(hex::encode).map_err(|_| StoreError::Missing("random number"))?;
        fresh(&state.store, session.workspace, wanted.scope, SIZES, name, state.now_ms()).await
    });
    let made = work.await.unwrap_or(Err(StoreError::Panicked))?;
    Ok(Json(made.map(Into::into)))
}

/// `GET /api/v1/snapshot/{name}/{number}`: a segment. It never changes, so it may be kept; by this browser alone.
pub(crate) async fn segment(
    State(state): State<AppState>,
    session: Session,
    segment: Result<Path<(String, u32)>, PathRejection>,
) -> Result<Response, ApiError> {
    let Path((name, number)) = segment?;
    let body = state.store.segment(session.workspace, name, number).await?.ok_or(ApiError::NotFound)?;
    let headers = [
        (CONTENT_TYPE, "application/x-ndjson"),
        (CONTENT_ENCODING, "gzip"),
        (CACHE_CONTROL, "private, max-age=31536000, immutable"),
    ];
    Ok((headers, body).into_response())
}

impl From<store::Snapshot> for Snapshot {
    fn from(made: store::Snapshot) -> Self {
        Self { name: made.name, epoch: made.epoch, head: made.head, segments: made.segments }
    }
}

/// The snapshot that a device has begun to read, if it is there still and of this epoch.
pub(crate) async fn begun(
    store: &impl Store,
    workspace: i64,
    name: String,
    scope: Age,
) -> Result<Option<store::Snapshot>, StoreError> {
    let epoch = store.newest(workspace, scope, 0).await?.epoch;
    Ok(store.snapshot(workspace, Some(name), scope).await?.filter(|begun| begun.epoch == epoch))
}

/// A snapshot of a scope that is not far behind; if there is none, one of this name is made now.
pub(crate) async fn fresh(
    store: &impl Store,
    workspace: i64,
    scope: Age,
    sizes: Sizes,
    name: String,
    now_ms: u64,
) -> Result<Option<store::Snapshot>, StoreError> {
    let now = store.newest(workspace, scope, 0).await?;
    if now.count < sizes.worth_it {
        return Ok(None);
    }
    let latest = store.snapshot(workspace, None, scope).await?;
    if let Some(latest) = latest.filter(|latest| latest.epoch == now.epoch) {
        let rows: u64 = latest.segments.iter().map(|segment| u64::from(segment.rows)).sum();
        if now.head.saturating_sub(latest.head) <= sizes.behind + rows / 10 {
            return Ok(Some(latest));
        }
    }
    let mut made = store::Snapshot { name, scope, epoch: now.epoch, head: now.head, segments: Vec::new() };
    let (mut after, mut lines) = (None::<RecordKey>, Lines::default());
    loop {
        let asked = Buckets { buckets: Vec::new(), after, ages: 0..=scope.into(), limit: sizes.page };
        let page = store.repair(workspace, asked).await?;
        for (record, _) in &page.rows {
            // A segment is of one type: those that lists show are wanted before their parts.
            let is_full = lines.rows == sizes.segment || lines.text.len() >= SEGMENT_BYTES;
            if is_full || lines.last.as_ref().is_some_and(|last| last.kind != record.kind) {
                keep(store, workspace, &mut made, std::mem::take(&mut lines), sizes.aside).await?;
            }
            lines.push(record)?;
        }
        after = page.next;
        if after.is_none() {
            break;
        }
    }
    if lines.rows > 0 {
        keep(store, workspace, &mut made, lines, sizes.aside).await?;
    }
    made.segments.sort_by_key(|segment| (rank(&segment.first.kind), std::cmp::Reverse(segment.first.clone())));
    store.keep_snapshot(workspace, made.clone(), now_ms).await?;
    tracing::info!(workspace, segments = made.segments.len(), "a snapshot was made");
    Ok(Some(made))
}

/// Types in the order in which people miss them: what all else is made of before it; those of newer versions last.
fn rank(kind: &str) -> (bool, usize) {
    let is_setting = first::SETTINGS.iter().any(|(setting, _)| *setting == kind);
    (!is_setting, ALL.iter().position(|schema| schema.kind == kind).unwrap_or(ALL.len()))
}

/// A segment in the making.
#[derive(Default)]
struct Lines {
    text: Vec<u8>,
    rows: usize,
    first: Option<RecordKey>,
    last: Option<RecordKey>,
}

impl Lines {
    fn push(&mut self, record: &Record) -> Result<(), StoreError> {
        serde_json::to_writer(&mut self.text, record)?;
        self.text.push(b'\n');
        self.rows += 1;
        self.first.get_or_insert_with(|| record.key());
        self.last = Some(record.key());
        Ok(())
    }
}

async fn keep(
    store: &impl Store,
    workspace: i64,
    made: &mut store::Snapshot,
    lines: Lines,
    aside: bool,
) -> Result<(), StoreError> {
    let number = u32::try_from(made.segments.len()).unwrap_or(u32::MAX);
    let (Some(first), Some(last)) = (lines.first, lines.last) else { return Ok(()) };
    let rows = u32::try_from(lines.rows).unwrap_or(u32::MAX);
    let pack = move || {
        let mut packer = GzEncoder::new(Vec::new(), Compression::fast());
        packer.write_all(&lines.text)?;
        packer.finish()
    };
    // Milliseconds of work that other requests need not wait for.
    let packed = match aside {
        true => tokio::task::spawn_blocking(pack).await.map_err(|_| StoreError::Panicked)?,
        false => pack(),
    };
    let body = packed.map_err(|error| StoreError::Database(sqlx::Error::Io(error)))?;
    let bytes = u32::try_from(body.len()).unwrap_or(u32::MAX);
    store.keep_segment(workspace, made.name.clone(), number, body).await?;
    made.segments.push(Segment { number, rows, bytes, first, last });
    Ok(())
}
