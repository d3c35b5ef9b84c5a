//! Long work in slices, so that no key press and no frame waits for the end of it.

use futures::channel::oneshot;
use futures::future::select;
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::MessageChannel;

use super::time::monotonic_ms;

/// How long a slice may hold up the page, in milliseconds.
const SLICE_MS: f64 = 6.0;
/// How long a frame is waited for, in milliseconds: a page that nobody sees has none.
const FRAME_MS: u32 = 100;

/// Work that stops for breath.
#[derive(Debug)]
pub struct Slices {
    begun: f64,
}

impl Default for Slices {
    fn default() -> Self {
        Self { begun: monotonic_ms() }
    }
}

impl Slices {
    /// Lets the page have its turn if it has waited for long enough. To be called every few records: it looks at the clock.
    pub async fn breathe(&mut self) {
        if monotonic_ms() - self.begun > SLICE_MS {
            turn().await;
            self.begun = monotonic_ms();
        }
    }
}

/// Resolves when the frame that is due has been painted: what answers a press is seen before the work that the press asks for.
pub async fn painted() {
    let (tell, told) = oneshot::channel();
    // Fails if nobody waits any more.
    leptos::prelude::request_animation_frame(move || {
        tell.send(()).ok();
    });
    select(told, Box::pin(super::sleep(FRAME_MS))).await;
    turn().await;
}

/// Resolves when the browser has had its turn. A timer of no time at all is held back for four milliseconds once it has been
/// set a few times in a row, which is nearly as long as a slice; a message is not.
async fn turn() {
    let Ok(channel) = MessageChannel::new() else { return super::sleep(0).await };
    let (tell, told) = oneshot::channel();
    // Fails if nobody waits any more.
    let heard = Closure::once_into_js(move || {
        tell.send(()).ok();
    });
    channel.port1().set_onmessage(Some(heard.unchecked_ref()));
    if channel.port2().post_message(&JsValue::NULL).is_err() {
        return super::sleep(0).await;
    }
    // The channel outlives what is sent through it.
    told.await.ok();
    channel.port1().close();
}
