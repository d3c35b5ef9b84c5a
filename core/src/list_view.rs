//! What a list shows: filters, search, order, columns; as parameters with short names, so that an address holds them, and a
//! saved view.

use crate::index::{Query, Sort};
use crate::schema::Schema;

/// See the module's documentation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListView {
    /// The value of the facet that is shown alone.
    pub facet: Option<String>,
    /// What is searched for.
    pub text: String,
    /// A [`Filter`](crate::filter::Filter) as JSON; empty for none.
    pub filter: String,
    /// By what it is ordered.
    pub sort: Sort,
    /// Greatest, latest or last first.
    pub descending: bool,
    /// The names of the fields that have a column, in their order, with commas between; empty for those that the type has by
    /// itself.
    pub columns: String,
    /// The field below whose values the rows stand; empty for none.
    pub group: &'static str,
    /// The values of the groups that are closed, each with a line feed behind it.
    pub closed: String,
}

impl Default for ListView {
    fn default() -> Self {
        Self {
            facet: None,
            text: String::new(),
            filter: String::new(),
            sort: Sort::Recent,
            descending: true,
            columns: String::new(),
            group: "",
            closed: String::new(),
        }
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

impl ListView {
    /// Reads parameters. What makes no sense is left out, so that an old link still opens; a filter is taken as it is, since
    /// one that is not understood must be said.
    pub fn read(schema: &Schema, get: impl Fn(&str) -> Option<String>) -> Self {
        let facet = get("show").filter(|value| schema.facets().iter().any(|choice| choice.value == value));
        let sort = get("sort").and_then(|name| {
            let known = SORTS.iter().find(|(_, known)| *known == name).map(|(sort, _)| *sort);
            let is_here = |sort: &Sort| *sort == Sort::Recent || !sort.field(&schema.list).is_empty();
            known.filter(is_here).or_else(|| Sort::by(schema, &name))
        });
        let sort = sort.unwrap_or(Sort::Recent);
        let descending = match get("order").as_deref() {
            Some("up") => false,
            Some("down") => true,
            _ => begins_descending(sort),
        };
        let columns = get("columns").unwrap_or_default();
        let group = get("group").and_then(|name| schema.field(&name)).filter(|field| field.has_groups());
        let group = group.map_or("", |field| field.name);
        let (text, filter) = (get("q").unwrap_or_default(), get("filter").unwrap_or_default());
        let closed = get("closed").unwrap_or_default();
        Self { facet, text, filter, sort, descending, columns, group, closed }
    }

    /// The parameters with their values; none for the list as it is at first.
    pub fn params(&self) -> Vec<(&'static str, String)> {
        let sort = match self.sort {
            Sort::Recent => "",
            Sort::Field(name) => name,
            sort => SORTS.iter().find(|(each, _)| *each == sort).map_or("", |(_, name)| name),
        };
        let order = if self.descending { "down" } else { "up" };
        let parts = [
            ("show", self.facet.clone().unwrap_or_default()),
            ("q", self.text.clone()),
            ("filter", self.filter.clone()),
            ("sort", sort.to_owned()),
            ("order", if self.descending == begins_descending(self.sort) { String::new() } else { order.to_owned() }),
            ("columns", self.columns.clone()),
            ("group", self.group.to_owned()),
            ("closed", self.closed.clone()),
        ];
        parts.into_iter().filter(|(_, value)| !value.is_empty()).collect()
    }

    /// After a press on a column's head: ordered by it, or the other way round if it was already.
    #[must_use]
    pub fn ordered_by(&self, sort: Sort) -> Self {
        let descending = if self.sort == sort { !self.descending } else { begins_descending(sort) };
        Self { sort, descending, ..self.clone() }
    }

    /// Whether less than everything is shown.
    pub fn is_narrowed(&self) -> bool {
        self.facet.is_some() || !self.text.trim().is_empty() || !self.filter.is_empty()
    }

    /// The question to the store.
    pub fn query(&self, kind: &str) -> Query {
        Query {
            kind: kind.to_owned(),
            facet: self.facet.clone(),
            text: self.text.trim().to_owned(),
            filter: self.filter.clone(),
            sort: self.sort,
            descending: self.descending,
            group: self.group,
            closed: self.closed.clone(),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;
    use crate::records::Lead;
    use crate::schema::RecordType;

    fn read(params: &[(&str, &str)]) -> ListView {
        let params: BTreeMap<&str, &str> = params.iter().copied().collect();
        ListView::read(&Lead::SCHEMA, |name| params.get(name).map(|value| (*value).to_owned()))
    }

    fn any_view() -> impl Strategy<Value = ListView> {
        let fields = ["score", "owner", "emails", "source"].map(Sort::Field);
        let sorts = [Sort::Recent, Sort::Title, Sort::Amount, Sort::Facet];
        let sorts = prop::sample::select([sorts, fields].concat());
        let groups = prop::sample::select(vec!["", "status", "source", "owner"]);
        let columns = prop::sample::subsequence(vec!["name", "company", "status", "owner", "value"], 0..=5);
        let facet = prop::option::of(prop::sample::select(vec!["new", "contacted", "qualified"]));
        (facet, ".{0,20}", ".{0,40}", sorts, any::<bool>(), columns, groups, "(.{0,9}\n){0,2}").prop_map(
            |(facet, text, filter, sort, descending, columns, group, closed)| ListView {
                facet: facet.map(str::to_owned),
                text,
                filter,
                sort,
                descending,
                columns: columns.join(","),
                group,
                closed,
            },
        )
    }

    proptest! {
        #[test]
        fn a_view_comes_back_from_its_parameters_as_it_was(view in any_view()) {
            let params: BTreeMap<&str, String> = view.params().into_iter().collect();
            prop_assert_eq!(ListView::read(&Lead::SCHEMA, |name| params.get(name).cloned()), view);
        }
    }

    #[test]
    fn parameters_that_make_no_sense_show_everything() {
        let odd = [("show", "gone"), ("sort", "colour"), ("order", "sideways")];
        assert_eq!(read(&odd), ListView::default());
        assert_eq!((read(&[]), read(&[]).params()), (ListView::default(), Vec::new()));
    }

    #[test]
    fn every_order_of_every_type_comes_back() {
        for schema in crate::records::ALL {
            for field in schema.fields {
                let Some(sort) = Sort::by(schema, field.name) else { continue };
                let view = ListView { sort, ..ListView::default() };
                let params: BTreeMap<&str, String> = view.params().into_iter().collect();
                assert_eq!(
                    ListView::read(schema, |name| params.get(name).cloned()),
                    view,
                    "{} {}",
                    schema.kind,
                    field.name
                );
            }
        }
    }

    #[test]
    fn a_second_press_turns_the_order_round() {
        let by_name = ListView::default().ordered_by(Sort::Title);
        assert!(!by_name.descending);
        assert!(by_name.ordered_by(Sort::Title).descending);
        assert!(by_name.ordered_by(Sort::Amount).descending, "the largest first");
    }
}
