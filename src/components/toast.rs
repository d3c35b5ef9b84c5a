//! Toasts: what has just been done, in a sentence, and the way to take it back.
//!
//! [`provide_toasts`] once at the root, [`ToastHost`] once in the page, and [`use_toasts`] wherever something is done.

use super::icon::{Glyph, Icon};
use super::words;
use crate::markup::{For, Markup, effect, view};
use crate::platform::media::is_compact;
use crate::words::tr;
use gloo_timers::callback::Timeout;
use leptos::{ev, prelude::*};
use wasm_bindgen::JsCast;

/// How long a toast stays that can be pressed, in milliseconds, from when nobody points at it or has the focus in it. One that is
/// only to be read stays half as long.
const STAYS_MS: u32 = 8_000;
/// How many are shown at once of those that go by themselves; an older one makes room.
const AT_ONCE: usize = 3;

/// A sentence, and perhaps buttons beside it.
#[derive(Clone, Debug)]
pub struct Toast {
    text: String,
    bad: bool,
    stays: bool,
    actions: Vec<(String, Callback<()>)>,
}

impl Toast {
    /// Says that something was done.
    pub fn new(text: impl Into<String>) -> Self {
        Self { text: text.into(), bad: false, stays: false, actions: Vec::new() }
    }

    /// Says that something was not done, and interrupts a screen reader to say so.
    pub fn bad(text: impl Into<String>) -> Self {
        Self { text: text.into(), bad: true, stays: false, actions: Vec::new() }
    }

    /// Stays until somebody answers it, and leaves Ctrl+Z to what was done.
    #[must_use]
    pub fn stays(mut self) -> Self {
        self.stays = true;
        self
    }

    /// Adds "Undo". Ctrl+Z (Cmd+Z) outside a text field presses it as well, on the latest toast that has one.
    #[must_use]
    pub fn undo(self, undo: impl Fn() + Send + Sync + 'static) -> Self {
        self.action(tr(words::UNDO), undo)
    }

    /// Adds a button with these words. Pressing it takes the toast away.
    #[must_use]
    pub fn action(mut self, label: impl Into<String>, action: impl Fn() + Send + Sync + 'static) -> Self {
        self.actions.push((label.into(), Callback::new(move |()| action())));
        self
    }
}

/// The queue of toasts: a handle that can be copied into any callback.
#[derive(Clone, Copy, Debug)]
pub struct Toasts {
    shown: RwSignal<Vec<(u32, Toast)>>,
    last: StoredValue<u32>,
    stays_ms: u32,
}

impl Toasts {
    /// An empty queue, whose toasts stay for `stays_ms` milliseconds.
    pub(super) fn new(stays_ms: u32) -> Self {
        Self { shown: RwSignal::new(Vec::new()), last: StoredValue::new(0), stays_ms }
    }

    /// Shows a toast, and returns the number it can be dismissed by.
    pub fn show(self, toast: Toast) -> u32 {
        let id = self.last.get_value().wrapping_add(1);
        self.last.set_value(id);
        self.shown.update(|shown| {
            shown.push((id, toast));
            let mut passing = shown.iter().enumerate().filter(|(_, (_, toast))| !toast.stays);
            if let Some((first, _)) = passing.next()
                && passing.count() >= AT_ONCE
            {
                shown.remove(first);
            }
        });
        id
    }

    /// The numbers of those that are shown. Tracked.
    pub fn numbers(self) -> Vec<u32> {
        self.shown.with(|shown| shown.iter().map(|(id, _)| *id).collect())
    }

    /// Takes a toast away; nothing happens if it has gone already.
    pub fn dismiss(self, id: u32) {
        if self.shown.with_untracked(|shown| shown.iter().any(|(each, _)| *each == id)) {
            self.shown.update(|shown| shown.retain(|(each, _)| *each != id));
        }
    }

    /// Does what the first button of the latest toast with a button does, of those that go by themselves. False if there is none.
    fn press_latest(self) -> bool {
        let latest = self.shown.with_untracked(|shown| {
            let mut done = shown.iter().rev().filter(|(_, toast)| !toast.stays);
            done.find_map(|(id, toast)| toast.actions.first().map(|(_, action)| (*id, *action)))
        });
        let Some((id, action)) = latest else { return false };
        self.dismiss(id);
        action.run(());
        true
    }
}

/// Makes the queue and gives it to everything below. To be called once, at the root.
pub fn provide_toasts() -> Toasts {
    let toasts = Toasts::new(STAYS_MS);
    provide_context(toasts);
    toasts
}

/// The queue of [`provide_toasts`]. Where none was provided, one of its own that nobody shows.
pub fn use_toasts() -> Toasts {
    use_context().unwrap_or_else(|| Toasts::new(STAYS_MS))
}

/// The place where toasts appear. Polite: a screen reader finishes its sentence first.
#[component]
pub fn ToastHost() -> Markup {
    let toasts = use_toasts();
    let keys = window_event_listener(ev::keydown, move |event| {
        let undo =
            (event.ctrl_key() || event.meta_key()) && !event.shift_key() && event.key().eq_ignore_ascii_case("z");
        if undo && !is_typing(&event) && toasts.press_latest() {
            event.prevent_default();
        }
    });
    on_cleanup(move || keys.remove());
    view! {
        <div class="toasts" role="region" aria-label=words::NOTIFICATIONS aria-live="polite">
            <For
                each=move || toasts.shown.get()
                key=|(id, _)| *id
                children=move |(id, toast)| view! { <ToastView id toast toasts /> }
            />
        </div>
    }
}

/// One toast. Its time does not run while it is pointed at or has the focus.
#[component]
fn ToastView(id: u32, toast: Toast, toasts: Toasts) -> Markup {
    let timer = StoredValue::new_local(None::<Timeout>);
    let is_read_only = toast.actions.is_empty() && !toast.bad;
    let stays_ms = if is_read_only { toasts.stays_ms / 2 } else { toasts.stays_ms };
    let run = move || {
        if !toast.stays {
            timer.set_value(Some(Timeout::new(stays_ms, move || toasts.dismiss(id))));
        }
    };
    let pause = move || timer.set_value(None);
    // On a phone one is seen at a time, the last: of the others the time stands still, so that each can be undone in its turn.
    let is_seen =
        Memo::new(move |_| !is_compact() || toasts.shown.with(|all| all.last().is_none_or(|(last, _)| *last == id)));
    effect(move || if is_seen.get() { run() } else { pause() });
    let actions = toast.actions.into_iter().map(|(label, action)| {
        view! {
            <button
                type="button"
                class="toast-act"
                on:click=move |_| {
                    toasts.dismiss(id);
                    action.run(());
                }
            >
                {label}
            </button>
        }
    });
    let actions = actions.collect::<Vec<_>>();
    view! {
        <div
            class=if toast.bad { "toast bad" } else { "toast" }
            role=toast.bad.then_some("alert")
            on:pointerenter=move |_| pause()
            on:pointerleave=move |_| run()
            on:focusin=move |_| pause()
            on:focusout=move |_| run()
            on:keydown=move |event| {
                if event.key() == "Escape" {
                    toasts.dismiss(id);
                }
            }
        >
            {toast.bad.then(|| view! { <Icon glyph=Glyph::Warning /> })}
            <span class="toast-text">{toast.text}</span>
            {actions}
            <button type="button" class="toast-close" aria-label=words::DISMISS on:click=move |_| toasts.dismiss(id)>
                <Icon glyph=Glyph::Close />
            </button>
        </div>
    }
}

/// Whether a key was pressed inside a field, which has an undo of its own.
fn is_typing(event: &ev::KeyboardEvent) -> bool {
    let element = event.target().and_then(|target| target.dyn_into::<web_sys::Element>().ok());
    element.is_some_and(|element| {
        element
            .matches("input:not([type=checkbox]):not([type=radio]), textarea, select, [contenteditable]")
            .unwrap_or(false)
    })
}
