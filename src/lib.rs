//! Outpost's app: everything that runs in the browser.
//!
//! Rooms, from the outside in: `pages` show and ask, `components` are what they are built of; `store` keeps everything
//! on the device and `sync` brings it to the others; `platform` is the browser itself. A page never touches IndexedDB or
//! the network: it asks `store`, which answers from the device, always.

pub mod app;
pub mod components;
pub mod forms;
pub mod markup;
mod pages;
pub mod platform;
pub mod state;
pub mod store;
pub mod sync;
pub mod words;
