//! Background Sync: the browser wakes the service worker when the network is back, even if no page is open. Chromium has
//! it; elsewhere the next page that is opened sends what waits. What the worker does is in `public/background.js`.

use js_sys::{Function, Promise};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::ServiceWorkerContainer;

use super::{js, spawn};

/// What the worker knows it by.
const TAG: &str = "outbox";

/// Asks to be woken. Asked again, it is asked once.
pub fn wake_when_online() {
    let Some(container) = js::get(&js::window().navigator(), "serviceWorker") else { return };
    let Ok(ready) = container.unchecked_into::<ServiceWorkerContainer>().ready() else { return };
    spawn(async move {
        let Ok(registration) = JsFuture::from(ready).await else { return };
        let Some(sync) = js::get(&registration, "sync") else { return };
        let Some(register) = js::get(&sync, "register").and_then(|found| found.dyn_into::<Function>().ok()) else {
            return;
        };
        if let Ok(promise) = register.call1(&sync, &JsValue::from_str(TAG)) {
            // Where it is not allowed, the next page that is opened does it.
            JsFuture::from(promise.unchecked_into::<Promise>()).await.ok();
        }
    });
}
