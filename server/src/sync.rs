//! `POST /api/v1/sync`: takes what a device has to say, then tells it what it lacks.

mod archive;
pub(crate) mod clash;
mod compare;
pub(crate) mod history;
mod limits;
pub(crate) mod plan;
pub(crate) mod push;
pub(crate) mod stamps;

use std::sync::Arc;

use axum::Json;
use axum::extract::{FromRequestParts, State};
use axum::http::request::Parts;
use outpost_core::protocol::{MAX_ROWS, SyncRequest, SyncResponse};
use tokio::sync::OwnedSemaphorePermit;
use tokio::time::timeout;

use crate::accounts::session::Session;
use crate::error::ApiError;
use crate::http::body::JsonBytes;
use crate::state::AppState;
use crate::store::{OwnRows, Pull, Pushed, Store, StoreError};
pub(crate) use archive::{group, recall, rescope, rescoped, search};
pub(crate) use compare::{check, compared, repair, repaired};
use push::{Push, PushRefused};

/// One round trip of a device.
pub(crate) async fn sync(
    State(state): State<AppState>,
    session: Session,
    _place: Place,
    body: JsonBytes,
) -> Result<Json<SyncResponse>, ApiError> {
    let request = read(&body, &session)?;
    answer(&state, &session, request).await.map(Json)
}

/// The request that a body holds, if it is the session's own and keeps within the limits.
pub(crate) fn read(body: &JsonBytes, session: &Session) -> Result<SyncRequest, ApiError> {
    limits::check_protocol(body)?;
    let request: SyncRequest = body.parse()?;
    limits::check(&request, session)?;
    Ok(request)
}

/// The right to be under way: when a thousand devices come back at once, most of them wait outside, where they cost no
/// memory.
pub(crate) struct Place(#[expect(dead_code, reason = "held, and given back when dropped")] OwnedSemaphorePermit);

impl FromRequestParts<AppState> for Place {
    type Rejection = ApiError;

    async fn from_request_parts(_parts: &mut Parts, state: &AppState) -> Result<Self, ApiError> {
        let place = Arc::clone(&state.sync_places).acquire_owned();
        match timeout(state.config.limits.sync_wait, place).await {
            Ok(Ok(permit)) => Ok(Self(permit)),
            Ok(Err(_)) | Err(_) => Err(ApiError::Busy),
        }
    }
}

/// Pushes, and tells the workspace's other devices. To its end, even if this device goes away before it has its answer:
/// what is committed then is news all the same.
async fn push_and_tell(state: &AppState, push: Push) -> Result<Result<Pushed, PushRefused>, StoreError> {
    let (state, workspace) = (state.clone(), push.workspace);
    let work = tokio::spawn(async move {
        let outcome = state.store.push(push).await;
        if let Ok(Ok(pushed)) = &outcome
            && pushed.head > pushed.own.after
        {
            state.tell(workspace, pushed.head);
        }
        outcome
    });
    work.await.unwrap_or(Err(StoreError::Panicked))
}

/// The answer to a request that keeps within the limits.
pub(crate) async fn answer(
    state: &AppState,
    session: &Session,
    request: SyncRequest,
) -> Result<SyncResponse, ApiError> {
    let push = |push| push_and_tell(state, push);
    exchange(&state.store, session, request, state.now_ms(), push).await
}

/// What [`answer`] does, on any store, at any time, and with any way to hand over a push.
pub(crate) async fn exchange<S, F>(
    store: &S,
    session: &Session,
    request: SyncRequest,
    now_ms: u64,
    hand_over: impl FnOnce(Push) -> F,
) -> Result<SyncResponse, ApiError>
where
    S: Store,
    F: Future<Output = Result<Result<Pushed, PushRefused>, StoreError>>,
{
    let place = store.place(session).await?;
    let epoch_differs = request.epoch.is_some_and(|epoch| epoch != place.epoch);
    // A cursor beyond the head was given by a database that this one is an older copy of.
    if epoch_differs || request.cursor > place.head {
        return Err(ApiError::EpochChanged { epoch: place.epoch });
    }
    // A round that begins anew is as young as it can be, whichever page it is at.
    let outdated = request.since > 0 && request.since < place.horizon;
    let pushed = if request.mutations.is_empty() {
        Pushed { next_n: place.next_n, receipts: Vec::new(), own: OwnRows::default(), head: place.head }
    } else {
        let Session { workspace, device, role, .. } = *session;
        let push = Push { workspace, device, role, now_ms, cursor: request.cursor, mutations: request.mutations };
        hand_over(push).await?.map_err(|PushRefused::DeviceForked { n }| ApiError::DeviceForked { n })?
    };
    let pull = Pull {
        cursor: request.cursor,
        since: request.since,
        limit: request.limit.min(MAX_ROWS),
        own: pushed.own,
        scope: request.scope,
    };
    let pulled = store.pull(session.workspace, pull).await?;
    let records = match request.wanted.is_empty() {
        true => Vec::new(),
        false => store.records(session.workspace, request.wanted).await?,
    };
    Ok(SyncResponse {
        epoch: place.epoch,
        server_ms: now_ms,
        next_n: pushed.next_n,
        receipts: pushed.receipts,
        rows: pulled.rows,
        since: if pulled.has_more { request.since } else { pulled.cursor },
        cursor: pulled.cursor,
        has_more: pulled.has_more,
        records,
        forget: pulled.forget,
        outdated,
        role: session.role,
    })
}
