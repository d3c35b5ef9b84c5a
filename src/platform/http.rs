//! Requests to the server's API: JSON both ways, compressed, against a time limit.
//!
//! What an answer means is decided by [`classify`], apart from the network, so that every strange answer of every
//! hotel's Wi-Fi is a line in a test.

pub mod classify;

use gloo_net::http::{Request, RequestBuilder, Response};
use js_sys::Array;
use serde::Serialize;
use wasm_bindgen::JsValue;
use web_sys::{AbortController, RequestCache, RequestCredentials};

use super::{Timeout, gzip, js, page, timeout};
use classify::Reply;

/// How long a request may take, in milliseconds, until its last byte is here.
pub const TIME_LIMIT_MS: u32 = 20_000;

/// Sends JSON and returns what came back, whatever it is; `None` if nothing did: no network, no answer in time, an
/// answer that broke off.
pub async fn post<B: Serialize>(path: &str, body: &B, limit_ms: u32) -> Option<Reply> {
    let text = match serde_json::to_string(body) {
        Ok(text) => text,
        Err(error) => {
            page::warn(&format!("a request cannot be written as JSON: {error}"));
            return None;
        }
    };
    let deadline = Deadline::new(limit_ms);
    let request = prepared(Request::post(path), &deadline).header("Content-Type", "application/json");
    let (request, up) = match gzip::compress(&text).await {
        Some(packed) => {
            let length = packed.length().into();
            (request.header("Content-Encoding", "gzip").body(packed), length)
        }
        None => {
            let length = text.len() as u64;
            (request.body(JsValue::from(text)), length)
        }
    };
    let reply = answer(request.ok()?.send().await.ok()?).await?;
    Some(Reply { bytes_up: up, bytes_down: travelled(path).unwrap_or(reply.bytes_down), ..reply })
}

/// How many bytes the last answer from this path had on the wire, as the browser measured it. What it has measured is
/// cleared: it stops measuring when its list is full.
fn travelled(path: &str) -> Option<u64> {
    let performance: JsValue = js::window().performance()?.into();
    let list = js::method(&performance, "getEntriesByType")?.call1(&performance, &"resource".into()).ok()?;
    let found = Array::from(&list).iter().rev().find(|entry| {
        js::get(entry, "name").and_then(|name| name.as_string()).is_some_and(|name| name.ends_with(path))
    });
    let bytes = js::get(&found?, "encodedBodySize")?.as_f64();
    js::method(&performance, "clearResourceTimings")?.call0(&performance).ok()?;
    bytes.filter(|bytes| *bytes > 0.0).map(|bytes| bytes as u64)
}

/// Asks for JSON; as [`post`].
pub async fn get(path: &str, limit_ms: u32) -> Option<Reply> {
    let deadline = Deadline::new(limit_ms);
    answer(prepared(Request::get(path), &deadline).send().await.ok()?).await
}

/// Asks for text of a type, such as `application/x-ndjson`; `None` also if the answer is of another.
pub async fn get_text(path: &str, content_type: &str, limit_ms: u32) -> Result<String, Option<Reply>> {
    let reply = get(path, limit_ms).await.ok_or(None)?;
    let fits = reply.status == 200 && !reply.redirected && reply.content_type.starts_with(content_type);
    if fits { Ok(reply.body) } else { Err(Some(reply)) }
}

fn prepared(request: RequestBuilder, deadline: &Deadline) -> RequestBuilder {
    request
        .header("Accept", "application/json")
        .header("X-Outpost", "1")
        .credentials(RequestCredentials::SameOrigin)
        .cache(RequestCache::NoStore)
        .abort_signal(deadline.abort.as_ref().map(AbortController::signal).as_ref())
}

async fn answer(response: Response) -> Option<Reply> {
    let header = |name: &str| response.headers().get(name);
    // As bytes, which cross over to here as they are; a text would be made of them and unmade again.
    let body = match String::from_utf8(response.binary().await.ok()?) {
        Ok(body) => body,
        Err(other) => String::from_utf8_lossy(other.as_bytes()).into_owned(),
    };
    Some(Reply {
        status: response.status(),
        redirected: response.redirected(),
        content_type: header("content-type").unwrap_or_default(),
        retry_after: header("retry-after"),
        bytes_up: 0,
        bytes_down: body.len() as u64,
        body,
    })
}

/// Aborts the request when the time is over or when it is dropped: a request that nobody waits for ends.
struct Deadline {
    abort: Option<AbortController>,
    _timer: Option<Timeout>,
}

impl Deadline {
    fn new(limit_ms: u32) -> Self {
        let abort = AbortController::new().ok();
        let timer = abort.clone().map(|abort| timeout(limit_ms, move || abort.abort()));
        Self { abort, _timer: timer }
    }
}

impl Drop for Deadline {
    fn drop(&mut self) {
        if let Some(abort) = &self.abort {
            abort.abort();
        }
    }
}
