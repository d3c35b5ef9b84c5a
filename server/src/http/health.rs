//! `GET /healthz`: whether the server can answer from its database.

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use serde_json::json;

use crate::error::ApiError;
use crate::state::AppState;
use crate::store::Store;

/// 200 `{"status": "ok"}`, or 503.
pub(super) async fn healthz(State(state): State<AppState>) -> Result<Response, ApiError> {
    state.store.check().await?;
    let mut response = Json(json!({"status": "ok", "version": env!("CARGO_PKG_VERSION")})).into_response();
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    Ok(response)
}
