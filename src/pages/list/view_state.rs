//! What a list shows (filter, search, order), kept in the page's address, so that reload, back and a shared link keep it.

use outpost_core::index::{Query, Sort};
use outpost_core::schema::Schema;

use crate::pages::links::escape;

/// Filter, search and order of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ViewState {
    /// The value of the facet that is shown alone.
    pub facet: Option<String>,
    /// What is searched for.
    pub text: String,
    /// By what it is ordered.
    pub sort: Sort,
    /// Greatest, latest or last first.
    pub descending: bool,
}

impl Default for ViewState {
    fn default() -> Self {
        Self { facet: None, text: String::new(), sort: Sort::Recent, descending: true }
    }
}

const SORTS: [(Sort, &str); 5] = [
    (Sort::Recent, "recent"),
    (Sort::Title, "name"),
    (Sort::Amount, "amount"),
    (Sort::Date, "date"),
    (Sort::Facet, "status"),
];

/// Whether an order begins at its end by itself: the newest, the largest.
const fn begins_descending(sort: Sort) -> bool {
    matches!(sort, Sort::Recent | Sort::Amount | Sort::Date)
}

impl ViewState {
    /// Reads an address's parameters. What makes no sense is left out, so that an old link still opens.
    pub(crate) fn read(schema: &Schema, get: impl Fn(&str) -> Option<String>) -> Self {
        let facet = get("show").filter(|value| schema.facets().iter().any(|choice| choice.value == value));
        let sort = get("sort").and_then(|name| SORTS.iter().find(|(_, known)| *known == name).map(|(sort, _)| *sort));
        let sort = sort.unwrap_or(Sort::Recent);
        let descending = match get("order").as_deref() {
            Some("up") => false,
            Some("down") => true,
            _ => begins_descending(sort),
        };
        Self { facet, text: get("q").unwrap_or_default(), sort, descending }
    }

    /// The parameters, with the question mark; empty for the list as it is at first.
    pub(crate) fn write(&self) -> String {
        let mut parts = Vec::new();
        if let Some(facet) = &self.facet {
            parts.push(format!("show={}", escape(facet)));
        }
        if !self.text.is_empty() {
            parts.push(format!("q={}", escape(&self.text)));
        }
        if self.sort != Sort::Recent {
            parts.extend(SORTS.iter().find(|(sort, _)| *sort == self.sort).map(|(_, name)| format!("sort={name}")));
        }
        if self.descending != begins_descending(self.sort) {
            parts.push(format!("order={}", if self.descending { "down" } else { "up" }));
        }
        if parts.is_empty() { String::new() } else { format!("?{}", parts.join("&")) }
    }

    /// After a press on a column's head: ordered by it, or the other way round if it was already.
    pub(crate) fn ordered_by(&self, sort: Sort) -> Self {
        let descending = if self.sort == sort { !self.descending } else { begins_descending(sort) };
        Self { sort, descending, ..self.clone() }
    }

    /// Whether less than everything is shown.
    pub(crate) fn is_narrowed(&self) -> bool {
        self.facet.is_some() || !self.text.trim().is_empty()
    }

    /// The question to the store.
    pub(crate) fn query(&self, kind: &str) -> Query {
        Query {
            kind: kind.to_owned(),
            facet: self.facet.clone(),
            text: self.text.trim().to_owned(),
            sort: self.sort,
            descending: self.descending,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use outpost_core::records::Lead;
    use outpost_core::schema::RecordType;

    fn read(query: &[(&str, &str)]) -> ViewState {
        ViewState::read(&Lead::SCHEMA, |name| {
            query.iter().find(|(key, _)| *key == name).map(|(_, value)| (*value).to_owned())
        })
    }

    #[wasm_bindgen_test::wasm_bindgen_test]
    fn the_address_keeps_all_of_the_view() {
        let state =
            ViewState {
                facet: Some("qualified".into()), text: "Été & co".into(), sort: Sort::Title, descending: true
            };
        assert_eq!(state.write(), "?show=qualified&q=%C3%89t%C3%A9%20%26%20co&sort=name&order=down");
        let back = read(&[("show", "qualified"), ("q", "Été & co"), ("sort", "name"), ("order", "down")]);
        assert_eq!(back, state);
        assert_eq!(ViewState::default().write(), "");
        assert_eq!(read(&[]), ViewState::default());
    }

    #[wasm_bindgen_test::wasm_bindgen_test]
    fn an_address_that_makes_no_sense_shows_everything() {
        assert_eq!(read(&[("show", "gone"), ("sort", "colour"), ("order", "sideways")]), ViewState::default());
    }

    #[wasm_bindgen_test::wasm_bindgen_test]
    fn a_second_press_turns_the_order_round() {
        let by_name = ViewState::default().ordered_by(Sort::Title);
        assert!(!by_name.descending);
        assert!(by_name.ordered_by(Sort::Title).descending);
        assert!(by_name.ordered_by(Sort::Amount).descending, "the largest first");
    }
}
