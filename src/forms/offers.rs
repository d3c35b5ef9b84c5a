//! The list below an input of what may be meant by what is typed. The input is a combobox in the sense of ARIA: it keeps the focus,
//! and arrows move through the list.

use leptos::ev::KeyboardEvent;
use leptos::prelude::*;

use crate::components::new_id;
use crate::markup::{Markup, view};

/// How far a list is: open, and at which of its options. To be copied into any callback.
#[derive(Clone, Copy)]
pub(crate) struct Offers {
    open: RwSignal<bool>,
    active: RwSignal<Option<usize>>,
    /// The option that Enter takes when nobody has moved.
    first: Option<usize>,
    id: StoredValue<String>,
}

impl Offers {
    /// A list of which one is to be chosen: Enter takes the first.
    pub(crate) fn to_choose() -> Self {
        Self::new(Some(0))
    }

    /// A list of suggestions: Enter takes one only if somebody has moved to it.
    pub(crate) fn to_suggest() -> Self {
        Self::new(None)
    }

    fn new(first: Option<usize>) -> Self {
        let id = StoredValue::new(format!("{}-list", new_id()));
        Self { open: RwSignal::new(false), active: RwSignal::new(first), first, id }
    }

    /// Opens it, anew.
    pub(crate) fn open(self) {
        self.active.set(self.first);
        self.open.set(true);
    }

    /// Closes it.
    pub(crate) fn close(self) {
        self.open.set(false);
    }

    /// Whether it is open. Tracked.
    pub(crate) fn is_open(self) -> bool {
        self.open.get()
    }

    /// The list's id, for `aria-controls`.
    pub(crate) fn id(self) -> String {
        self.id.get_value()
    }

    /// The id of the option that is moved to, for `aria-activedescendant`. Tracked.
    pub(crate) fn active_id(self, count: usize) -> Option<String> {
        let at = self.active.get().filter(|at| self.open.get() && *at < count)?;
        Some(self.option_id(at))
    }

    fn option_id(self, at: usize) -> String {
        format!("{}-{at}", self.id.get_value())
    }

    /// What a key does to a list of so many options; the one that it takes, if it does. Keys that mean nothing here go on.
    pub(crate) fn key(self, event: &KeyboardEvent, count: usize) -> Option<usize> {
        // Whoever composes a letter means it, and of a list without a line nobody knows.
        if event.is_composing() || (self.first.is_none() && count == 0) {
            return None;
        }
        let open = self.open.get_untracked();
        let taken = self.active.get_untracked().filter(|at| open && *at < count);
        match event.key().as_str() {
            "ArrowDown" if !open => self.open(),
            "ArrowDown" => self.active.update(|at| {
                *at = Some(at.map_or(0, |at| at + 1).min(count.saturating_sub(1)));
            }),
            "ArrowUp" if open => self.active.update(|at| *at = at.and_then(|at| at.checked_sub(1)).or(self.first)),
            "Enter" if open && (taken.is_some() || self.first.is_some()) => {}
            "Escape" if open => self.close(),
            _ => return None,
        }
        event.prevent_default();
        event.stop_propagation();
        taken.filter(|_| event.key() == "Enter")
    }

    /// An option.
    pub(crate) fn option(self, at: usize, content: Markup, take: impl Fn() + 'static) -> Markup {
        view! {
            <li
                id=self.option_id(at)
                role="option"
                class="menu-item"
                class:active=move || self.active.get() == Some(at)
                aria-selected=move || (self.active.get() == Some(at)).to_string()
                // Before the input loses the focus, which closes the list.
                on:pointerdown=move |event| event.prevent_default()
                on:click=move |_| take()
            >
                {content}
            </li>
        }
    }
}
