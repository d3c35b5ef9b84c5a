use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::list_view::ListView;
use crate::schema::{Field, Kind, Schema};

crate::choices! {
    /// Where a view is offered.
    pub enum ViewPlace {
        /// In the menu of views.
        #[default]
        Menu = "menu", "In the menu", Neutral;
        /// Beside the list's title, one press away.
        Pinned = "pinned", "Pinned", Info;
        /// There too, and the list opens with it.
        First = "first", "The list opens with it", Good;
    }
}

crate::choices! {
    /// For whom a view is.
    pub enum ViewAudience {
        /// Everybody in the workspace.
        #[default]
        Team = "team", "Everybody", Neutral;
        /// Only who made it.
        Me = "me", "Only me", Neutral;
    }
}

/// The parameters of a saved view, by name; see [`ListView`].
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ViewParams(pub BTreeMap<String, String>);

crate::record_type! {
    /// A saved view of a list: its filters, order and columns, under a name.
    pub struct View("view", "View", "Views") { title: "name", subtitle: "of" } {
        /// What it is called.
        name: String = Field::new("Name", Kind::Text).required().max(60).search(10),
        /// Where it is offered.
        place: ViewPlace = Field::new("Shown", Kind::Choice(ViewPlace::CHOICES)),
        /// For whom it is.
        audience: ViewAudience = Field::new("For", Kind::Choice(ViewAudience::CHOICES)),
        /// The record type whose list it is of.
        of: String = Field::new("List", Kind::Text).hidden(),
        /// Who made it: the address of an account; empty without one.
        made_by: String = Field::new("Made by", Kind::Text).hidden(),
        /// What it shows.
        params: ViewParams = Field::new("What it shows", Kind::Structure).hidden(),
    }
}

impl View {
    /// What it shows of a list.
    pub fn list_view(&self, schema: &Schema) -> ListView {
        ListView::read(schema, |name| self.params.0.get(name).cloned())
    }

    /// The parameters of what a list shows.
    pub fn params(view: &ListView) -> ViewParams {
        ViewParams(view.params().into_iter().map(|(name, value)| (name.to_owned(), value)).collect())
    }

    /// Whether it is for somebody, by the address of their account.
    pub fn is_for(&self, account: &str) -> bool {
        self.audience != ViewAudience::Me || self.made_by.is_empty() || self.made_by == account
    }
}
