//! What pages are made of: elements, text and what changes by itself, all of one type, shown by Leptos.
//!
//! [`view!`] writes the same markup as Leptos' macro of that name. There, each element has a type of its own, and with it
//! its own copy of the code that builds, patches and removes it; here all share one, and the app is a fraction of the size.
//! Signals, components, `<For>`, `<Show>` and the router are Leptos' as ever: [`Markup`] is a view like any other.
//!
//! Markup is a description. Building it makes the nodes; when a closure around it runs again, the new description is held
//! against what is there, and only what differs is touched, so that focus, selection and scrolling stay.

mod attribute;
mod element;
mod keyed;
mod list;
mod render;
mod shown;
mod state;
#[cfg(test)]
mod tests;
mod value;

pub use attribute::IntoSource;
pub use element::El;
pub use keyed::{For, Items};
pub use outpost_markup::view;
pub use value::{IntoValue, Value};

use std::borrow::Cow;

use leptos::prelude::*;

use crate::words::tr;

/// Anything that can be shown.
pub enum Markup {
    /// Nothing, for now.
    Empty,
    /// Text, shown as it is.
    Text(Cow<'static, str>),
    /// An element.
    El(El),
    /// Several, one after the other.
    Many(Vec<Markup>),
    /// What is made anew whenever what it reads changes.
    Live(Box<dyn FnMut() -> Markup + Send>),
    /// What has a key each, listed anew whenever what that reads changes.
    Keyed(Box<dyn FnMut() -> Items + Send>),
    /// A view of Leptos.
    View(AnyView),
}

/// What can stand between two tags.
pub trait IntoMarkup {
    /// As markup.
    fn into_markup(self) -> Markup;
}

impl IntoMarkup for Markup {
    fn into_markup(self) -> Markup {
        self
    }
}

impl IntoMarkup for () {
    fn into_markup(self) -> Markup {
        Markup::Empty
    }
}

impl IntoMarkup for AnyView {
    fn into_markup(self) -> Markup {
        Markup::View(self)
    }
}

/// What is in the program is English, and shown in the person's language; what people wrote is a `String`.
impl IntoMarkup for &'static str {
    fn into_markup(self) -> Markup {
        Markup::Text(Cow::Borrowed(tr(self)))
    }
}

impl IntoMarkup for String {
    fn into_markup(self) -> Markup {
        Markup::Text(Cow::Owned(self))
    }
}

impl<T: IntoMarkup> IntoMarkup for Option<T> {
    fn into_markup(self) -> Markup {
        self.map_or(Markup::Empty, T::into_markup)
    }
}

impl<T: IntoMarkup> IntoMarkup for Vec<T> {
    fn into_markup(self) -> Markup {
        Markup::Many(self.into_iter().map(T::into_markup).collect())
    }
}

impl<T: IntoMarkup, F: FnMut() -> T + Send + 'static> IntoMarkup for F {
    fn into_markup(mut self) -> Markup {
        Markup::Live(Box::new(move || self().into_markup()))
    }
}

/// Runs something now, and again whenever what it reads changes, for as long as its owner lives.
///
/// Leptos' effects without a value of their own: they, too, are a copy of the code around them each, and this is one for all.
pub fn effect(run: impl FnMut() + 'static) {
    let run: Box<dyn FnMut()> = Box::new(run);
    Effect::new(run);
}

macro_rules! numbers {
    ($($number:ty),*) => {$(
        impl IntoMarkup for $number {
            fn into_markup(self) -> Markup {
                Markup::Text(Cow::Owned(self.to_string()))
            }
        }
    )*};
}

numbers!(usize, u32, u64, i32, i64);
