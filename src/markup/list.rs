//! Several pieces of markup, one after the other. Each keeps its place; what comes and goes, comes and goes at the end.
//! Lists whose items move about have a key each: Leptos' `<For>`.

use leptos::prelude::*;
use leptos::tachys::view::Mountable;
use web_sys::{Comment, Element, Node};

use super::Markup;
use super::state::{State, insert, insert_before, remove};

/// What is shown of them, and what stands behind the last.
pub struct List {
    items: Vec<State>,
    end: Comment,
}

impl List {
    pub(super) fn build(items: Vec<Markup>) -> Self {
        Self { items: items.into_iter().map(State::build).collect(), end: document().create_comment("") }
    }

    pub(super) fn rebuild(&mut self, items: Vec<Markup>) {
        for mut gone in self.items.drain(items.len().min(self.items.len())..) {
            gone.unmount();
        }
        for (at, item) in items.into_iter().enumerate() {
            if let Some(shown) = self.items.get_mut(at) {
                shown.rebuild(item);
            } else {
                let mut new = State::build(item);
                insert_before(&self.end, &mut new);
                self.items.push(new);
            }
        }
    }
}

impl Mountable for List {
    fn unmount(&mut self) {
        self.items.iter_mut().for_each(Mountable::unmount);
        remove(&self.end);
    }

    fn mount(&mut self, parent: &Element, marker: Option<&Node>) {
        for item in &mut self.items {
            item.mount(parent, marker);
        }
        insert(parent, &self.end, marker);
    }

    fn insert_before_this(&self, child: &mut dyn Mountable) -> bool {
        match self.items.first() {
            Some(first) => first.insert_before_this(child),
            None => insert_before(&self.end, child),
        }
    }

    fn elements(&self) -> Vec<Element> {
        self.items.iter().flat_map(Mountable::elements).collect()
    }
}
