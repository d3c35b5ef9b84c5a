//! Serves the built app from its folder.
//!
//! Three kinds of request are told apart. A file that exists is served, precompressed if the browser takes that. A
//! navigation (HTML is wanted, and the last part of the path has no dot) gets index.html: the app routes it. Anything
//! else is a missing asset and gets 404, never the page: a browser that is handed HTML for a script caches the mistake.

use std::convert::Infallible;
use std::path::Path;

use axum::Router;
use axum::body::Body;
use axum::extract::Request;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use tower::ServiceExt;
use tower_http::services::ServeDir;

use crate::error::ApiError;

const A_YEAR: HeaderValue = HeaderValue::from_static("public, max-age=31536000, immutable");
const NEVER: HeaderValue = HeaderValue::from_static("no-store");
const REVALIDATE: HeaderValue = HeaderValue::from_static("no-cache");

/// Routes for the app in `folder`.
pub(super) fn router(folder: &Path) -> Router {
    let files = ServeDir::new(folder).append_index_html_on_directories(false).precompressed_br().precompressed_gzip();
    Router::new().fallback(move |request: Request| answer(files.clone(), request))
}

async fn answer(files: ServeDir, mut request: Request) -> Response {
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        let mut response = ApiError::MethodNotAllowed.into_response();
        response.headers_mut().insert(header::ALLOW, HeaderValue::from_static("GET, HEAD"));
        response.headers_mut().insert(header::CACHE_CONTROL, NEVER);
        return response;
    }
    let path = request.uri().path().to_owned();
    if is_hidden(&path) {
        return missing();
    }
    if path == "/" || is_navigation(&path, request.headers()) {
        *request.uri_mut() = Uri::from_static("/index.html");
        return page(files, request).await;
    }
    let mut response = file(files, request).await;
    if !response.status().is_success() && response.status() != StatusCode::NOT_MODIFIED {
        return if response.status() == StatusCode::NOT_FOUND { missing() } else { response };
    }
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, if is_hashed(&path) { A_YEAR } else { REVALIDATE });
    if path == "/manifest.json" {
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/manifest+json"));
    }
    name_charset(headers);
    response
}

/// The page, whatever the address in the app.
async fn page(files: ServeDir, request: Request) -> Response {
    let mut response = file(files, request).await;
    if response.status() == StatusCode::NOT_FOUND {
        let say = "The app is not built: its folder has no index.html. Build it, or give the folder with --app.\n";
        return (StatusCode::NOT_FOUND, [(header::CACHE_CONTROL, NEVER)], say).into_response();
    }
    response.headers_mut().insert(header::CACHE_CONTROL, REVALIDATE);
    name_charset(response.headers_mut());
    response
}

async fn file(files: ServeDir, request: Request) -> Response {
    let answer: Result<_, Infallible> = files.oneshot(request).await;
    match answer {
        Ok(response) => response.map(Body::new),
        Err(never) => match never {},
    }
}

fn missing() -> Response {
    (StatusCode::NOT_FOUND, [(header::CACHE_CONTROL, NEVER)], "There is nothing at this address.\n").into_response()
}

/// A text file of ours is UTF-8.
fn name_charset(headers: &mut HeaderMap) {
    let full = match headers.get(header::CONTENT_TYPE).map(HeaderValue::as_bytes) {
        Some(b"text/html") => "text/html; charset=utf-8",
        Some(b"text/css") => "text/css; charset=utf-8",
        Some(b"text/javascript") => "text/javascript; charset=utf-8",
        Some(b"text/plain") => "text/plain; charset=utf-8",
        _ => return,
    };
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(full));
}

/// Dot files are nobody's business, but for what the web keeps in `.well-known`. Nobody writes a dot as %2E without
/// something to hide.
fn is_hidden(path: &str) -> bool {
    path.to_ascii_lowercase().contains("%2e")
        || path.split('/').any(|part| part.starts_with('.') && part != ".well-known")
}

fn is_navigation(path: &str, headers: &HeaderMap) -> bool {
    let last = path.rsplit('/').next().unwrap_or_default();
    let wants_html = headers.get_all(header::ACCEPT).iter().any(|accept| {
        accept.to_str().is_ok_and(|accept| {
            accept.split(',').any(|kind| kind.split(';').next().is_some_and(|essence| essence.trim() == "text/html"))
        })
    });
    wants_html && !last.contains('.') && !path.starts_with("/assets/")
}

/// Whether the file's name holds the hash of its content, as the build gives it (`outpost-0123456789abcdef_bg.wasm`):
/// such a file never changes under its name.
fn is_hashed(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or_default();
    let stem = name.split('.').next().unwrap_or_default();
    let stem = stem.strip_suffix("_bg").unwrap_or(stem);
    stem.rsplit_once('-').is_some_and(|(_, hash)| {
        hash.len() >= 12 && hash.bytes().all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_hashed_name_is_kept_for_a_year() {
        assert!(is_hashed("/outpost-0123456789abcdef_bg.wasm"));
        assert!(is_hashed("/outpost-0123456789abcdef.js"));
        assert!(is_hashed("/base-89abcdef01234567.css"));
        for name in
            ["/index.html", "/sw.js", "/manifest.json", "/icons/icon-192.png", "/icon-maskable.png", "/a-deed.js"]
        {
            assert!(!is_hashed(name), "{name}");
        }
    }

    #[test]
    fn a_navigation_wants_html_and_names_no_file() {
        let mut headers = HeaderMap::new();
        assert!(!is_navigation("/leads", &headers));
        headers.insert(header::ACCEPT, HeaderValue::from_static("text/html,application/xhtml+xml;q=0.9,*/*;q=0.8"));
        assert!(is_navigation("/leads/0190b3f4-7a1c-7e55-9d3c-2f1e8a6b4c01", &headers));
        assert!(!is_navigation("/outpost-0123.js", &headers));
        assert!(!is_navigation("/assets/gone", &headers));
        headers.insert(header::ACCEPT, HeaderValue::from_static("*/*"));
        assert!(!is_navigation("/leads", &headers));
    }
}
