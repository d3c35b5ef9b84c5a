//! One of several: what selects, segments and menus are made of.

use super::icon::Glyph;

/// A value and the words a person chooses it by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    /// What is handed to the callback.
    pub value: String,
    /// What is read.
    pub label: String,
    /// An icon before the words; only segments show it.
    pub icon: Option<Glyph>,
}

impl Choice {
    /// A choice without an icon.
    pub fn new(value: impl Into<String>, label: impl Into<String>) -> Self {
        Self { value: value.into(), label: label.into(), icon: None }
    }

    /// The same with an icon.
    #[must_use]
    pub fn icon(mut self, glyph: Glyph) -> Self {
        self.icon = Some(glyph);
        self
    }
}
