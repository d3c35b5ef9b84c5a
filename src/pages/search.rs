//! The search box: over every record type, and for what can be done. It opens with `/` or Ctrl-K (⌘K) on any page, or by a button.

mod answer;
mod commands;
mod keys;
mod palette;
pub(crate) mod recent;

use std::sync::Arc;

use crate::components::Glyph;
use crate::markup::Markup;

pub(crate) use commands::at;
pub(crate) use palette::Palette;

/// Something that can be done from the search box.
#[derive(Clone)]
pub(crate) struct Command {
    pub(crate) label: String,
    /// Other words that it is found by.
    also: String,
    /// What it is done with, where the page does not say that.
    with: String,
    pub(crate) glyph: Glyph,
    pub(crate) act: Act,
}

impl Command {
    /// What is called `label` does `act`.
    pub(crate) fn new(label: impl Into<String>, glyph: Glyph, act: Act) -> Self {
        Self { label: label.into(), also: String::new(), with: String::new(), glyph, act }
    }

    /// The same, found by other words too.
    fn also(mut self, words: impl Into<String>) -> Self {
        self.also = words.into();
        self
    }

    /// The same, saying what it is done with, and found by that as well.
    fn with(mut self, record: &str) -> Self {
        record.clone_into(&mut self.with);
        self
    }
}

/// What choosing something in the search box does.
#[derive(Clone)]
pub(crate) enum Act {
    /// Goes to an address of this app.
    Go(String),
    /// Does something.
    Run(Arc<dyn Fn() + Send + Sync>),
    /// Shows a question first: what is made here stands in the page until the box is opened again.
    Ask(Arc<dyn Fn() -> Markup + Send + Sync>),
}

impl Act {
    /// Does something.
    pub(crate) fn run(act: impl Fn() + Send + Sync + 'static) -> Self {
        Self::Run(Arc::new(act))
    }

    /// Asks something first.
    pub(crate) fn ask(make: impl Fn() -> Markup + Send + Sync + 'static) -> Self {
        Self::Ask(Arc::new(make))
    }
}
