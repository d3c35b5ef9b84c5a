//! What is shown: the nodes of some markup, and how new markup is fitted onto them.

use std::borrow::Cow;

use leptos::prelude::*;
use leptos::reactive::effect::RenderEffect;
use leptos::tachys::reactive_graph::RenderEffectState;
use leptos::tachys::view::Mountable;
use leptos::tachys::view::any_view::AnyViewState;
use wasm_bindgen::JsValue;
use web_sys::{Comment, Element, Node, Text};

use super::Markup;
use super::keyed::Keyed;
use super::list::List;
use super::shown::Shown;

/// The nodes of some markup.
pub enum State {
    /// Holds the place of nothing.
    Empty(Comment),
    /// Text, and what it says.
    Text(Text, Cow<'static, str>),
    /// An element.
    El(Box<Shown>),
    /// Several.
    Many(List),
    /// What changes by itself.
    Live(RenderEffectState<State>),
    /// Several that have a key each.
    Keyed(RenderEffectState<Keyed>),
    /// A view of Leptos.
    View(AnyViewState),
}

impl State {
    /// Makes the nodes.
    pub(super) fn build(markup: Markup) -> Self {
        match markup {
            Markup::Empty => Self::Empty(document().create_comment("")),
            Markup::Text(text) => Self::Text(document().create_text_node(&text), text),
            Markup::El(element) => Self::El(Box::new(Shown::build(element))),
            Markup::Many(items) => Self::Many(List::build(items)),
            Markup::Live(mut make) => {
                let effect = RenderEffect::new(move |shown: Option<Self>| {
                    let new = make();
                    match shown {
                        Some(mut shown) => {
                            shown.rebuild(new);
                            shown
                        }
                        None => Self::build(new),
                    }
                });
                Self::Live(effect.into())
            }
            Markup::Keyed(mut list) => {
                let owner = Owner::current().unwrap_or_default();
                let effect = RenderEffect::new(move |shown: Option<Keyed>| {
                    let mut shown = shown.unwrap_or_else(|| Keyed::new(owner.child()));
                    shown.update(list());
                    shown
                });
                Self::Keyed(effect.into())
            }
            Markup::View(view) => Self::View(view.build()),
        }
    }

    /// Makes what is shown be what the markup says, with the nodes that are there as far as they fit.
    pub(super) fn rebuild(&mut self, markup: Markup) {
        match (&mut *self, markup) {
            (Self::Empty(_), Markup::Empty) => {}
            (Self::Text(node, old), Markup::Text(new)) => {
                if *old != new {
                    node.set_data(&new);
                    *old = new;
                }
            }
            (Self::El(shown), Markup::El(element)) if shown.fits(&element) => shown.patch(element),
            (Self::Many(list), Markup::Many(items)) => list.rebuild(items),
            (Self::View(shown), Markup::View(view)) => view.rebuild(shown),
            (_, markup) => self.replace(Self::build(markup)),
        }
    }

    fn replace(&mut self, mut new: Self) {
        self.insert_before_this(&mut new);
        self.unmount();
        *self = new;
    }

    /// What can be mounted of it, for the kinds that are another's business.
    fn inner(&self) -> Result<&Node, &dyn Mountable> {
        match self {
            Self::Empty(node) => Ok(node),
            Self::Text(node, _) => Ok(node),
            Self::El(shown) => Ok(&shown.node),
            Self::Many(list) => Err(list),
            Self::Live(live) => Err(live),
            Self::Keyed(keyed) => Err(keyed),
            Self::View(view) => Err(view),
        }
    }

    fn inner_mut(&mut self) -> Result<&Node, &mut dyn Mountable> {
        match self {
            Self::Empty(node) => Ok(node),
            Self::Text(node, _) => Ok(node),
            Self::El(shown) => Ok(&shown.node),
            Self::Many(list) => Err(list),
            Self::Live(live) => Err(live),
            Self::Keyed(keyed) => Err(keyed),
            Self::View(view) => Err(view),
        }
    }
}

/// Says in the console what the page has refused: a mistake in the program, and nothing that a person could mend.
pub(super) fn report(what: &str, error: &JsValue) {
    web_sys::console::error_2(&what.into(), error);
}

/// Takes a node out of the page.
pub(super) fn remove(node: &Node) {
    if let Some(parent) = node.parent_node()
        && let Err(error) = parent.remove_child(node)
    {
        report("a node cannot be removed", &error);
    }
}

/// Puts a node into the page, last if there is no marker.
pub(super) fn insert(parent: &Node, node: &Node, marker: Option<&Node>) {
    if let Err(error) = parent.insert_before(node, marker) {
        report("a node cannot be shown", &error);
    }
}

/// Puts something in front of a node; `false` if that one is not in the page.
pub(super) fn insert_before(node: &Node, child: &mut dyn Mountable) -> bool {
    let Some(parent) = node.parent_element() else { return false };
    child.mount(&parent, Some(node));
    true
}

impl Mountable for State {
    fn unmount(&mut self) {
        match self.inner_mut() {
            Ok(node) => remove(node),
            Err(inner) => inner.unmount(),
        }
    }

    fn mount(&mut self, parent: &Element, marker: Option<&Node>) {
        match self.inner_mut() {
            Ok(node) => insert(parent, node, marker),
            Err(inner) => inner.mount(parent, marker),
        }
    }

    fn insert_before_this(&self, child: &mut dyn Mountable) -> bool {
        match self.inner() {
            Ok(node) => insert_before(node, child),
            Err(inner) => inner.insert_before_this(child),
        }
    }

    fn elements(&self) -> Vec<Element> {
        match self {
            Self::El(shown) => vec![shown.node.clone()],
            _ => self.inner().err().map(Mountable::elements).unwrap_or_default(),
        }
    }
}
