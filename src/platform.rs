//! What the browser gives the app: time, formats, network, locks, messages between tabs, files, the app's own update.
//!
//! This is the one room that names the browser's interfaces; everything above it speaks Rust. What a browser lacks
//! (Web Locks on an insecure address, `CompressionStream` in an old one) is made up for here, once.

pub mod background;
pub mod breath;
pub mod channel;
pub mod dirty;
pub mod event_stream;
pub mod events;
pub mod files;
pub mod focus;
pub mod http;
pub mod ids;
pub mod intl;
pub mod links;
pub mod locks;
pub mod media;
pub mod notify;
pub mod page;
pub mod panic;
pub mod random;
pub mod share;
pub mod storage;
pub mod time;
pub mod update;
pub mod visibility;
pub mod words;

mod frozen;
mod gzip;
mod js;

pub use gloo_timers::callback::{Interval, Timeout};
pub(crate) use js::{as_text, decomposed};
pub use page::{download, mark, print};

/// Runs `act` once, in `ms` milliseconds, unless the returned value is dropped before.
#[must_use = "the timer is cancelled when this is dropped"]
pub fn timeout(ms: u32, act: impl FnOnce() + 'static) -> Timeout {
    Timeout::new(ms, act)
}

/// Runs `act` every `ms` milliseconds until the returned value is dropped.
#[must_use = "the timer is cancelled when this is dropped"]
pub fn interval(ms: u32, act: impl FnMut() + 'static) -> Interval {
    Interval::new(ms, act)
}

/// Resolves in `ms` milliseconds.
pub async fn sleep(ms: u32) {
    gloo_timers::future::TimeoutFuture::new(ms).await;
}

/// Runs a future to its end, from wherever a plain function stands.
pub fn spawn(future: impl Future<Output = ()> + 'static) {
    wasm_bindgen_futures::spawn_local(future);
}
