//! How much the browser lets the app keep, and whether it promises to keep it.

use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{StorageEstimate, StorageManager};

use super::js;

/// What the browser says of the space.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Estimate {
    /// Bytes in use by this site.
    pub usage: u64,
    /// Bytes that it may use in all. An estimate: writes can fail before.
    pub quota: u64,
}

/// How much is used and allowed; `None` where the browser does not say.
pub async fn estimate() -> Option<Estimate> {
    let promise = manager()?.estimate().ok()?;
    let estimate: StorageEstimate = JsFuture::from(promise).await.ok()?.unchecked_into();
    // Whole numbers of bytes below 2^53.
    Some(Estimate { usage: estimate.get_usage()? as u64, quota: estimate.get_quota()? as u64 })
}

/// Asks the browser never to clear this site's data by itself; says whether it promised. Some browsers ask the person.
pub async fn persist() -> bool {
    promised(manager().and_then(|manager| manager.persist().ok())).await
}

/// Whether the browser has promised that.
pub async fn persisted() -> bool {
    promised(manager().and_then(|manager| manager.persisted().ok())).await
}

async fn promised(promise: Option<js_sys::Promise>) -> bool {
    match promise {
        Some(promise) => JsFuture::from(promise).await.ok().as_ref().and_then(JsValue::as_bool).unwrap_or(false),
        None => false,
    }
}

/// Missing on an insecure address.
fn manager() -> Option<StorageManager> {
    js::get(&js::window().navigator(), "storage").map(JsCast::unchecked_into)
}
