//! An element that is shown, and what its parts are at the moment.

use std::borrow::Cow;
use std::cell::RefCell;
use std::rc::Rc;

use leptos::prelude::*;
use leptos::reactive::effect::RenderEffect;
use leptos::tachys::html::attribute::Attribute;
use leptos::tachys::html::attribute::any_attribute::AnyAttributeState;
use leptos::tachys::view::Mountable;
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, UnwrapThrowExt};
use web_sys::{Element, Event};

use super::attribute::{Kind, Source, apply};
use super::element::{El, Handler, Part};
use super::state::{State, report};
use super::value::Value;

const SVG: &str = "http://www.w3.org/2000/svg";

/// An element that is shown.
pub struct Shown {
    pub(super) node: Element,
    tag: &'static str,
    parts: Vec<PartState>,
    children: Vec<State>,
}

enum PartState {
    Fixed(Kind, &'static str, Value),
    Live(Kind, &'static str, RenderEffect<Value>),
    On(Listener),
    Made,
    Spread(AnyAttributeState),
}

impl PartState {
    fn build(part: Part, node: &Element) -> Self {
        match part {
            Part::Set(kind, name, Source::Fixed(value)) => {
                // What is not set in the first place need not be unset.
                if value != Value::None && value != Value::Flag(false) || kind == Kind::Property {
                    apply(node, kind, name, &value);
                }
                Self::Fixed(kind, name, value)
            }
            Part::Set(kind, name, Source::Live(make)) => Self::Live(kind, name, follow(node, kind, name, make, None)),
            Part::On(name, handler) => Self::On(Listener::new(node, name, handler.take())),
            Part::Made(tell) => {
                tell(node);
                Self::Made
            }
            Part::Spread(attribute) => Self::Spread(attribute.build(node)),
        }
    }

    fn fits(&self, part: &Part) -> bool {
        match (self, part) {
            (Self::Fixed(kind, name, _), Part::Set(new_kind, new, Source::Fixed(_)))
            | (Self::Live(kind, name, _), Part::Set(new_kind, new, Source::Live(_))) => kind == new_kind && name == new,
            (Self::On(listener), Part::On(name, _)) => listener.name == *name,
            (Self::Made, Part::Made(_)) | (Self::Spread(_), Part::Spread(_)) => true,
            _ => false,
        }
    }

    /// Whether a new value for it takes away what single classes have set.
    fn clears_classes(&self, part: &Part) -> bool {
        match (self, part) {
            (Self::Fixed(Kind::Attribute, "class", old), Part::Set(_, _, Source::Fixed(new))) => old != new,
            _ => false,
        }
    }

    /// `cleared` if a new `class` has taken away what single classes had set.
    fn patch(&mut self, part: Part, node: &Element, cleared: bool) {
        let afresh = |kind: Kind| kind == Kind::Property || (cleared && kind == Kind::Class);
        match (self, part) {
            (Self::Fixed(kind, name, old), Part::Set(_, _, Source::Fixed(new))) => {
                if *old != new || afresh(*kind) {
                    apply(node, *kind, name, &new);
                    *old = new;
                }
            }
            (Self::Live(kind, name, effect), Part::Set(_, _, Source::Live(make))) => {
                let last = effect.take_value().filter(|_| !afresh(*kind));
                *effect = follow(node, *kind, name, make, last);
            }
            (Self::On(listener), Part::On(_, handler)) => listener.turn_to(handler.take()),
            (Self::Spread(shown), Part::Spread(attribute)) => attribute.rebuild(shown),
            (state, part) => *state = Self::build(part, node),
        }
    }
}

/// Keeps a value up to date. `last` is what was set already.
fn follow(
    node: &Element,
    kind: Kind,
    name: &'static str,
    mut make: Box<dyn FnMut() -> Value + Send>,
    last: Option<Value>,
) -> RenderEffect<Value> {
    let node = node.clone();
    RenderEffect::new_with_value(
        move |last| {
            let value = make();
            if last.as_ref() != Some(&value) {
                apply(&node, kind, name, &value);
            }
            value
        },
        last,
    )
}

impl Shown {
    pub(super) fn build(El(element): El) -> Self {
        let tag = element.tag;
        let node =
            if element.svg { document().create_element_ns(Some(SVG), tag) } else { document().create_element(tag) };
        let node = node.expect_throw("the name of an element is one");
        let parts = element.parts.into_iter().map(|part| PartState::build(part, &node)).collect();
        let build = |child| {
            let mut child = State::build(child);
            child.mount(&node, None);
            child
        };
        let children = element.children.into_iter().map(build).collect();
        Self { node, tag, parts, children }
    }

    /// Whether an element is the same but for its values: only then can it take this one's place.
    pub(super) fn fits(&self, El(element): &El) -> bool {
        self.tag == element.tag
            && self.parts.len() == element.parts.len()
            && self.children.len() == element.children.len()
            && self.parts.iter().zip(&element.parts).all(|(state, part)| state.fits(part))
    }

    pub(super) fn patch(&mut self, El(element): El) {
        let cleared = self.parts.iter().zip(&element.parts).any(|(state, part)| state.clears_classes(part));
        for (state, part) in self.parts.iter_mut().zip(element.parts) {
            state.patch(part, &self.node, cleared);
        }
        for (state, child) in self.children.iter_mut().zip(element.children) {
            state.rebuild(child);
        }
    }
}

/// A handler that is attached for as long as this lives.
struct Listener {
    node: Element,
    name: Cow<'static, str>,
    handler: Rc<RefCell<Handler>>,
    closure: Closure<dyn Fn(Event)>,
}

impl Listener {
    fn new(node: &Element, name: Cow<'static, str>, handler: Handler) -> Self {
        let handler = Rc::new(RefCell::new(handler));
        let called = handler.clone();
        let closure = Closure::<dyn Fn(Event)>::new(move |event: Event| {
            // An event that the handler itself causes on its way (the focus moved by a move of the focus) is its own doing.
            if let Ok(mut handler) = called.try_borrow_mut() {
                handler(event);
            }
        });
        if let Err(error) = node.add_event_listener_with_callback(&name, closure.as_ref().unchecked_ref()) {
            report(&name, &error);
        }
        Self { node: node.clone(), name, handler, closure }
    }

    fn turn_to(&mut self, handler: Handler) {
        if let Ok(mut old) = self.handler.try_borrow_mut() {
            *old = handler;
            return;
        }
        // It runs just now, and what it did shows the element anew before it has ended.
        *self = Self::new(&self.node, self.name.clone(), handler);
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        let closure = self.closure.as_ref().unchecked_ref();
        if let Err(error) = self.node.remove_event_listener_with_callback(&self.name, closure) {
            report(&self.name, &error);
        }
    }
}
