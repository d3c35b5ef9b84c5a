//! Where a value comes from, and how it reaches an element.

use std::borrow::Cow;

use leptos::prelude::*;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Element, HtmlElement};

use super::state::report;
use super::value::{IntoValue, Value};
use crate::words::tr;

/// What of an element is set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Attribute,
    /// One class among those of the `class` attribute.
    Class,
    /// One property of the element's own style, through the CSSOM: no policy has to allow it.
    Style,
    /// A property of the element as an object.
    Property,
}

/// Where a value comes from.
pub enum Source {
    /// It is what it is.
    Fixed(Value),
    /// It follows what the closure reads.
    Live(Box<dyn FnMut() -> Value + Send>),
}

/// What an attribute can be given: a value, a closure that makes one, a signal that holds one.
pub trait IntoSource {
    /// As a source.
    fn into_source(self) -> Source;
}

macro_rules! fixed {
    ($($kind:ty),*) => {$(
        impl IntoSource for $kind {
            fn into_source(self) -> Source {
                Source::Fixed(self.into_value())
            }
        }
    )*};
}

fixed!(bool, &'static str, String, usize, u32, i32);

impl<T: IntoValue> IntoSource for Option<T> {
    fn into_source(self) -> Source {
        Source::Fixed(self.into_value())
    }
}

impl<T: IntoValue, F: FnMut() -> T + Send + 'static> IntoSource for F {
    fn into_source(mut self) -> Source {
        Source::Live(Box::new(move || self().into_value()))
    }
}

impl<T: IntoValue + Clone + Send + Sync + 'static> IntoSource for Signal<T> {
    fn into_source(self) -> Source {
        Source::Live(Box::new(move || self.get().into_value()))
    }
}

impl<T: IntoValue + Clone + Send + Sync + 'static> IntoSource for MaybeProp<T> {
    fn into_source(self) -> Source {
        Source::Live(Box::new(move || self.get().into_value()))
    }
}

/// Attributes that are read or heard.
const SAID: [&str; 7] =
    ["alt", "aria-description", "aria-label", "aria-roledescription", "aria-valuetext", "placeholder", "title"];

/// Sets a value.
pub(super) fn apply(element: &Element, kind: Kind, name: &str, value: &Value) {
    let done = match kind {
        Kind::Attribute if name == "inner_html" => {
            element.set_inner_html(value.text().unwrap_or_default());
            Ok(())
        }
        Kind::Attribute => match value.text() {
            Some(text) => element.set_attribute(name, said(name, value).unwrap_or(text)),
            None => element.remove_attribute(name),
        },
        Kind::Class => element.class_list().toggle_with_force(name, value.text().is_some()).map(drop),
        Kind::Style => {
            let style = element.unchecked_ref::<HtmlElement>().style();
            match value.text() {
                Some(text) => style.set_property(name, text),
                None => style.remove_property(name).map(drop),
            }
        }
        Kind::Property => set_property(element, name, &value.to_js()),
    };
    if let Err(error) = done {
        report(name, &error);
    }
}

/// What the program says by an attribute is in the person's language, as text is.
fn said(name: &str, value: &Value) -> Option<&'static str> {
    match value {
        Value::Text(Cow::Borrowed(text)) if SAID.contains(&name) => Some(tr(text)),
        _ => None,
    }
}

/// A property that has the value already is left alone: setting the text of a field moves the caret to its end.
fn set_property(element: &Element, name: &str, value: &JsValue) -> Result<(), JsValue> {
    let name = JsValue::from_str(name);
    if js_sys::Reflect::get(element, &name)? != *value {
        js_sys::Reflect::set(element, &name, value)?;
    }
    Ok(())
}
