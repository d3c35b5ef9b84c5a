//! What stands before the API: no other site may make a browser change anything here, and no answer takes for ever.

use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, Method, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use tokio::time::timeout;

use crate::error::ApiError;
use crate::state::AppState;

/// Lets a request that could change something pass only if this site's own page, or a program, sent it.
///
/// A form cannot send JSON, a foreign page cannot send `X-Outpost` without a preflight that is never granted, and the
/// browser itself says where the request comes from: `Sec-Fetch-Site`, or `Origin` in browsers that lack it.
pub(super) async fn same_site(State(state): State<AppState>, request: Request, next: Next) -> Response {
    if !matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS)
        && let Err(error) = check(request.headers(), &state)
    {
        return error.into_response();
    }
    next.run(request).await
}

fn check(headers: &HeaderMap, state: &AppState) -> Result<(), ApiError> {
    let text = |name: &str| headers.get(name).map(|value| value.to_str().unwrap_or_default());
    match (text("sec-fetch-site"), text("origin")) {
        (Some("same-origin"), _) | (None, None) => {}
        (None, Some(origin)) if is_own(origin, text("host"), state) => {}
        _ => return Err(ApiError::CrossSite),
    }
    if text("x-outpost") != Some("1") {
        return Err(ApiError::MissingHeader);
    }
    if !is_json(headers) {
        return Err(ApiError::WrongContentType);
    }
    Ok(())
}

/// Whether an `Origin` is this server's: the public address if there is one, else the host that was asked for.
fn is_own(origin: &str, host: Option<&str>, state: &AppState) -> bool {
    match (&state.config.public_url, host) {
        (Some(url), _) => origin == url.origin(),
        (None, Some(host)) => origin.strip_prefix("http://").is_some_and(|o| o.eq_ignore_ascii_case(host)),
        (None, None) => false,
    }
}

fn is_json(headers: &HeaderMap) -> bool {
    let Some(value) = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()) else { return false };
    let mut parts = value.split(';').map(str::trim);
    parts.next().is_some_and(|essence| essence.eq_ignore_ascii_case("application/json"))
        && parts.all(|parameter| parameter.eq_ignore_ascii_case("charset=utf-8"))
}

/// Answers `unavailable` when a handler takes too long. A push that is already with the writer is committed
/// nevertheless, and its replay finds the receipts.
pub(super) async fn answer_in_time(State(state): State<AppState>, request: Request, next: Next) -> Response {
    let limits = &state.config.limits;
    match timeout(limits.body_time + limits.answer_time, next.run(request)).await {
        Ok(response) => response,
        Err(_elapsed) => ApiError::AnswerTooSlow.into_response(),
    }
}

/// Nothing that the API says belongs in a cache, unless it says so by itself.
pub(super) async fn never_stored(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    response.headers_mut().entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    response
}
