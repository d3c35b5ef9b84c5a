//! `POST /api/v1/check` and `POST /api/v1/repair`: whether a device has what the server has, and the records of those
//! parts where it has not.

use axum::Json;
use axum::extract::State;
use outpost_core::id::DeviceId;
use outpost_core::protocol::{CheckRequest, CheckResponse, RepairRequest, RepairResponse};
use outpost_core::scope::Age;
use outpost_core::sums::BUCKETS;

use super::{Place, limits};
use crate::accounts::session::Session;
use crate::error::ApiError;
use crate::http::body::JsonBytes;
use crate::state::AppState;
use crate::store::{Buckets, COMPARED_ROWS, Store};

/// Tells the sum of each bucket, unless the total is the same.
pub(crate) async fn check(
    State(state): State<AppState>,
    session: Session,
    body: JsonBytes,
) -> Result<Json<CheckResponse>, ApiError> {
    compared(&state.store, &session, &body).await.map(Json)
}

/// What [`check`] does, on any store.
pub(crate) async fn compared(
    store: &impl Store,
    session: &Session,
    body: &JsonBytes,
) -> Result<CheckResponse, ApiError> {
    limits::check_protocol(body)?;
    let request: CheckRequest = body.parse()?;
    own(request.device, session)?;
    let summed = store.sums(session.workspace, request.scope).await?;
    let same = summed.sums.total() == request.total;
    let buckets = if same { Vec::new() } else { summed.sums.buckets().to_vec() };
    Ok(CheckResponse { epoch: summed.epoch, head: summed.head, buckets })
}

/// Tells whole records of some buckets.
pub(crate) async fn repair(
    State(state): State<AppState>,
    session: Session,
    _place: Place,
    body: JsonBytes,
) -> Result<Json<RepairResponse>, ApiError> {
    repaired(&state.store, &session, &body).await.map(Json)
}

/// What [`repair`] does, on any store.
pub(crate) async fn repaired(
    store: &impl Store,
    session: &Session,
    body: &JsonBytes,
) -> Result<RepairResponse, ApiError> {
    limits::check_protocol(body)?;
    let request: RepairRequest = body.parse()?;
    own(request.device, session)?;
    if request.buckets.is_empty() || request.buckets.len() > BUCKETS {
        return Err(ApiError::Malformed(format!("of {BUCKETS} buckets, some must be named")));
    }
    let (buckets, after, ages) = (request.buckets, request.after, 0..=Age::everything().into());
    let asked = Buckets { buckets, after, ages, limit: COMPARED_ROWS };
    let repaired = store.repair(session.workspace, asked).await?;
    let epoch = store.place(session).await?.epoch;
    tracing::info!(workspace = session.workspace, rows = repaired.rows.len(), "a device differs and is repaired");
    let (rows, archived) = repaired.rows.into_iter().partition::<Vec<_>, _>(|(_, age)| *age <= request.scope);
    let forget = archived.into_iter().map(|(record, _)| record.key()).collect();
    Ok(RepairResponse { epoch, rows: rows.into_iter().map(|(row, _)| row).collect(), forget, next: repaired.next })
}

pub(super) fn own(device: DeviceId, session: &Session) -> Result<(), ApiError> {
    if device == session.device { Ok(()) } else { Err(ApiError::ForeignDevice) }
}
