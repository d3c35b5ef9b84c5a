//! What speaks HTTP: the routes and what surrounds them. From the outside in: security headers, the log line, the
//! net under panics; then, for the API, the time limit, compression and the guard against other sites.

pub(crate) mod assets;
pub(crate) mod body;
pub(crate) mod client_address;
mod guard;
mod health;
mod json;
mod request_log;
mod security_headers;

use axum::Router;
use axum::middleware::{from_fn, from_fn_with_state};
use axum::response::IntoResponse;
use axum::routing::{get, post};
use tower_http::CompressionLevel;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;

use crate::error::ApiError;
use crate::state::AppState;
use crate::{accounts, live, snapshot, sync};

/// All that the server answers.
pub(crate) fn router(state: AppState) -> Router {
    let api = Router::new()
        .route("/v1/sign-up", post(accounts::sign_up))
        .route("/v1/sign-in", post(accounts::sign_in))
        .route("/v1/sign-out", post(accounts::sign_out))
        .route("/v1/me", get(accounts::me))
        .route("/v1/enrol", post(accounts::enrol))
        .route("/v1/sync", post(sync::sync))
        .route("/v1/check", post(sync::check))
        .route("/v1/repair", post(sync::repair))
        .route("/v1/scope", post(sync::rescope))
        .route("/v1/archive", get(sync::search))
        .route("/v1/archive/{type}/{id}", get(sync::group))
        .route("/v1/recall", post(sync::recall))
        .route("/v1/newest", get(snapshot::newest))
        .route("/v1/snapshot", get(snapshot::snapshot))
        .route("/v1/snapshot/{name}/{number}", get(snapshot::segment))
        .route("/v1/live", get(live::live))
        .route("/v1/history", get(sync::history::history))
        .fallback(async || ApiError::NotFound)
        .method_not_allowed_fallback(async || ApiError::MethodNotAllowed)
        .layer(from_fn_with_state(state.clone(), guard::same_site))
        .layer(CompressionLayer::new().no_br().quality(CompressionLevel::Fastest))
        .layer(from_fn_with_state(state.clone(), guard::answer_in_time))
        .layer(from_fn(guard::never_stored));
    let app = match &state.config.app {
        Some(folder) => assets::router(folder),
        None => Router::new().fallback(async || ApiError::NotFound),
    };
    Router::new()
        .route("/healthz", get(health::healthz))
        .nest("/api", api)
        .fallback_service(app)
        .layer(CatchPanicLayer::custom(|_panic| ApiError::Internal.into_response()))
        .layer(from_fn(request_log::log))
        .layer(from_fn_with_state(state.clone(), security_headers::add))
        .with_state(state)
}
