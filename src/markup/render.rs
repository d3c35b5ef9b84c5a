//! Markup as a view of Leptos. What only a server that renders pages would call does the plainest thing.

use leptos::tachys::html::attribute::Attribute;
use leptos::tachys::html::attribute::any_attribute::{AnyAttribute, IntoAnyAttribute};
use leptos::tachys::hydration::Cursor;
use leptos::tachys::view::add_attr::AddAnyAttr;
use leptos::tachys::view::{Position, PositionState, Render, RenderHtml};

use super::Markup;
use super::state::State;

impl Render for Markup {
    type State = State;

    fn build(self) -> State {
        State::build(self)
    }

    fn rebuild(self, state: &mut State) {
        state.rebuild(self);
    }
}

impl AddAnyAttr for Markup {
    type Output<A: Attribute> = Self;

    /// Attributes are spread onto an element; what is none has no place for them.
    fn add_any_attr<A: Attribute>(mut self, attribute: A) -> Self {
        if let Self::El(element) = &mut self {
            element.spread(attribute.into_cloneable_owned().into_any_attr());
        }
        self
    }
}

impl RenderHtml for Markup {
    type AsyncOutput = Self;
    type Owned = Self;

    const MIN_LENGTH: usize = 0;

    fn dry_resolve(&mut self) {}

    async fn resolve(self) -> Self {
        self
    }

    fn to_html_with_buf(self, _: &mut String, _: &mut Position, _: bool, _: bool, _: Vec<AnyAttribute>) {}

    fn hydrate<const FROM_SERVER: bool>(self, _: &Cursor, _: &PositionState) -> State {
        State::build(self)
    }

    fn into_owned(self) -> Self {
        self
    }
}
