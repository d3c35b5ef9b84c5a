//! Whether a person can see this tab, and whether the browser believes in a network.

use web_sys::VisibilityState;

use super::events::{self, Listener};
use super::js;

/// Whether the page can be seen now.
pub fn is_visible() -> bool {
    js::window().document().is_none_or(|document| document.visibility_state() == VisibilityState::Visible)
}

/// Whether a person works with it now: it is seen, and what is typed goes to it.
pub fn is_looked_at() -> bool {
    is_visible() && js::window().document().is_none_or(|document| document.has_focus().unwrap_or(true))
}

/// Whether the browser believes in a network. A hint: only requests are believed.
pub fn is_online() -> bool {
    js::window().navigator().on_line()
}

/// Calls `act` whenever the page becomes visible, also when the browser takes it out of its back/forward cache.
pub fn on_visible(mut act: impl FnMut() + 'static) -> Listener {
    events::on_document("visibilitychange", move |_| {
        if is_visible() {
            act();
        }
    })
}

/// Calls `act` whenever the page goes out of sight: the last moment at which a phone surely still runs it.
pub fn on_hidden(mut act: impl FnMut() + 'static) -> Listener {
    events::on_document("visibilitychange", move |_| {
        if !is_visible() {
            act();
        }
    })
}

/// Calls `act` whenever the browser says that the network is back.
pub fn on_online(mut act: impl FnMut() + 'static) -> Listener {
    events::on_window("online", move |_| act())
}

/// Calls `act` whenever the browser says that the network is gone.
pub fn on_offline(mut act: impl FnMut() + 'static) -> Listener {
    events::on_window("offline", move |_| act())
}
