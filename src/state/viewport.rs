//! Whether the window is a phone's: lists and boards then have another shape, not only another style.

use leptos::prelude::*;

use crate::platform::media;

/// A signal that is true while the window is as narrow as a phone's. To be made once, at the root.
pub fn watch_compact() -> Signal<bool> {
    let compact = RwSignal::new(media::is_compact());
    media::on_compact(move |now| compact.set(now));
    compact.into()
}
