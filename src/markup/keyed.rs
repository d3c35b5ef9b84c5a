//! Items that have a key each: what comes, goes or moves does so alone, and the others stay as they are.

#![allow(unreachable_pub, reason = "the component macro writes pub before whatever it makes")]

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};

use leptos::prelude::*;
use leptos::tachys::view::Mountable;
use wasm_bindgen::JsCast;
use web_sys::{Comment, Element, HtmlElement, Node};

use super::Markup;
use super::state::{State, insert, insert_before, remove, report};

/// An item as it is asked for: its key, and what makes its markup if it is not there yet.
type Item = (u64, Box<dyn FnOnce() -> Markup>);

/// The items to be shown, in order.
pub struct Items(Vec<Item>);

/// Shows each item of a list. An item whose key was there before is left as it is: what may change of it is either part of
/// the key or a signal.
#[component]
pub fn For<T, K, I>(
    /// The items.
    each: impl Fn() -> I + Send + 'static,
    /// What makes an item that one; hashed to 64 bits.
    key: impl Fn(&T) -> K + Send + 'static,
    /// Shows an item.
    children: impl Fn(T) -> Markup + Clone + Send + 'static,
) -> Markup
where
    T: 'static,
    K: Hash,
    I: IntoIterator<Item = T>,
{
    Markup::Keyed(Box::new(move || {
        let item = |item: T| {
            let mut hasher = DefaultHasher::new();
            key(&item).hash(&mut hasher);
            let children = children.clone();
            let make: Box<dyn FnOnce() -> Markup> = Box::new(move || children(item));
            (hasher.finish(), make)
        };
        Items(each().into_iter().map(item).collect())
    }))
}

/// An item that is shown, and the owner of its signals.
struct Shown {
    key: u64,
    state: State,
    owner: Owner,
}

impl Shown {
    /// Ends it. The owner is cleaned up and not just let go: something of its own may hold on to it.
    fn end(self) {
        drop(self.state);
        self.owner.cleanup();
    }
}

/// The items that are shown, and what stands behind the last.
pub struct Keyed {
    shown: Vec<Shown>,
    end: Comment,
    /// The owner of the items' owners: not that of the closure that lists them, which goes each time it runs.
    owner: Owner,
}

impl Keyed {
    pub(super) fn new(owner: Owner) -> Self {
        Self { shown: Vec::new(), end: document().create_comment(""), owner }
    }

    /// Shows these items. Those that keep their order stay where they are.
    pub(super) fn update(&mut self, Items(items): Items) {
        let mut old: HashMap<u64, (usize, Shown)> = HashMap::new();
        let mut gone: Vec<Shown> = Vec::new();
        for (at, shown) in self.shown.drain(..).enumerate() {
            // Two by one key: a mistake in the program, but no reason to leave one of them in the page for ever.
            gone.extend(old.insert(shown.key, (at, shown)).map(|(_, twice)| twice));
        }
        let mut placed: Vec<(Option<usize>, Shown)> = Vec::with_capacity(items.len());
        for (key, make) in items {
            placed.push(match old.remove(&key) {
                Some((at, shown)) => (Some(at), shown),
                None => {
                    let owner = self.owner.child();
                    // What an item reads as it is made is no reason to list them all anew.
                    let state = owner.with(|| State::build(untrack(make)));
                    (None, Shown { key, state, owner })
                }
            });
        }
        for mut gone in gone.into_iter().chain(old.into_values().map(|(_, shown)| shown)) {
            gone.state.unmount();
            gone.end();
        }
        // A node that is moved loses the focus, also if a person has just moved it by a key.
        let focused = document().active_element();
        // From the last to the first, each in front of the one behind it, unless it stands there already.
        let mut behind: Option<usize> = None;
        for at in (0..placed.len()).rev() {
            let (front, back) = placed.split_at_mut(at + 1);
            let (was, shown) = &mut front[at];
            if let Some(was) = *was
                && behind.is_none_or(|behind| was < behind)
            {
                behind = Some(was);
                continue;
            }
            match back.first() {
                Some((_, next)) => next.state.insert_before_this(&mut shown.state),
                None => insert_before(&self.end, &mut shown.state),
            };
        }
        self.shown = placed.into_iter().map(|(_, shown)| shown).collect();
        if let Some(focused) = focused.filter(|focused| focused.is_connected())
            && document().active_element().as_ref() != Some(&focused)
            && let Ok(focused) = focused.dyn_into::<HtmlElement>()
            && let Err(error) = focused.focus()
        {
            report("the focus cannot be given back", &error);
        }
    }
}

impl Drop for Keyed {
    fn drop(&mut self) {
        self.shown.drain(..).for_each(Shown::end);
    }
}

impl Mountable for Keyed {
    fn unmount(&mut self) {
        self.shown.iter_mut().for_each(|shown| shown.state.unmount());
        remove(&self.end);
    }

    fn mount(&mut self, parent: &Element, marker: Option<&Node>) {
        for shown in &mut self.shown {
            shown.state.mount(parent, marker);
        }
        insert(parent, &self.end, marker);
    }

    fn insert_before_this(&self, child: &mut dyn Mountable) -> bool {
        match self.shown.first() {
            Some(first) => first.state.insert_before_this(child),
            None => insert_before(&self.end, child),
        }
    }

    fn elements(&self) -> Vec<Element> {
        self.shown.iter().flat_map(|shown| shown.state.elements()).collect()
    }
}
