//! An element and its parts, as they are written down.

use std::borrow::Cow;

use leptos::ev::EventDescriptor;
use leptos::html::ElementType;
use leptos::prelude::*;
use leptos::tachys::html::attribute::any_attribute::AnyAttribute;
use leptos::tachys::html::node_ref::NodeRefContainer;
use send_wrapper::SendWrapper;
use wasm_bindgen::JsCast;
use web_sys::{Element, Event};

use super::attribute::{IntoSource, Kind, Source};
use super::value::IntoValue;
use super::{IntoMarkup, Markup};

pub(super) type Handler = Box<dyn FnMut(Event)>;

/// Something about an element, in the order in which it was written.
pub(super) enum Part {
    Set(Kind, &'static str, Source),
    On(Cow<'static, str>, SendWrapper<Handler>),
    /// Told of the element once it is made.
    Made(Box<dyn FnOnce(&Element) + Send>),
    /// An attribute that Leptos spreads onto what a component returned.
    Spread(AnyAttribute),
}

pub(super) struct Inner {
    pub(super) tag: &'static str,
    pub(super) svg: bool,
    pub(super) parts: Vec<Part>,
    pub(super) children: Vec<Markup>,
}

/// An element. [`view!`](super::view) writes these calls.
pub struct El(pub(super) Box<Inner>);

impl El {
    /// An element of HTML.
    pub fn new(tag: &'static str) -> Self {
        Self(Box::new(Inner { tag, svg: false, parts: Vec::new(), children: Vec::new() }))
    }

    /// An element of SVG.
    pub fn svg(tag: &'static str) -> Self {
        let mut new = Self::new(tag);
        new.0.svg = true;
        new
    }

    /// An attribute that stays as it is.
    pub fn fixed(&mut self, name: &'static str, value: &'static str) {
        self.set(Kind::Attribute, name, Source::Fixed(value.into_value()));
    }

    /// An attribute.
    pub fn attr(&mut self, name: &'static str, value: impl IntoSource) {
        self.set(Kind::Attribute, name, value.into_source());
    }

    /// One class, on or off.
    pub fn class(&mut self, name: &'static str, value: impl IntoSource) {
        self.set(Kind::Class, name, value.into_source());
    }

    /// One property of the element's own style.
    pub fn style(&mut self, name: &'static str, value: impl IntoSource) {
        self.set(Kind::Style, name, value.into_source());
    }

    /// A property of the element as an object: what a field holds, not what it was given at first.
    pub fn prop(&mut self, name: &'static str, value: impl IntoSource) {
        self.set(Kind::Property, name, value.into_source());
    }

    fn set(&mut self, kind: Kind, name: &'static str, source: Source) {
        self.0.parts.push(Part::Set(kind, name, source));
    }

    /// Calls `handler` at each event of a kind.
    pub fn on<E: EventDescriptor>(&mut self, event: E, mut handler: impl FnMut(E::EventType) + 'static)
    where
        E::EventType: JsCast,
    {
        self.listen(event.name(), Box::new(move |event| handler(event.unchecked_into())));
    }

    fn listen(&mut self, name: Cow<'static, str>, handler: Handler) {
        self.0.parts.push(Part::On(name, SendWrapper::new(handler)));
    }

    /// Lets a reference lead to the element.
    pub fn node_ref<E: ElementType>(&mut self, reference: NodeRef<E>)
    where
        NodeRef<E>: NodeRefContainer<E>,
    {
        self.0.parts.push(Part::Made(Box::new(move |element| reference.load(element))));
    }

    /// An attribute of Leptos.
    pub(super) fn spread(&mut self, attribute: AnyAttribute) {
        self.0.parts.push(Part::Spread(attribute));
    }

    /// Words.
    pub fn text(&mut self, text: &'static str) {
        self.push(Markup::Text(Cow::Borrowed(text)));
    }

    /// What follows the children so far.
    pub fn child(&mut self, child: impl IntoMarkup) {
        self.push(child.into_markup());
    }

    /// The same, made anew whenever what the closure reads changes.
    pub fn live<T: IntoMarkup>(&mut self, mut child: impl FnMut() -> T + Send + 'static) {
        self.push(Markup::Live(Box::new(move || child().into_markup())));
    }

    fn push(&mut self, child: Markup) {
        self.0.children.push(child);
    }
}
