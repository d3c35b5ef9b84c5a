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
    use std::collections::{BTreeMap, BTreeSet};

    use proptest::prelude::*;

    use super::*;
    use crate::catalogue::Catalogue;
    use crate::filter::{Condition, Filter, Operator};
    use crate::hlc::Hlc;
    use crate::id::{DeviceId, RecordId};
    use crate::mutation::Op;
    use crate::record::Record;
    use crate::records::{CustomField, CustomObject, FieldKind, Lead, View};
    use crate::schema::{Field, RecordType};

    fn read(params: &[(&str, &str)]) -> ListView {
        let params: BTreeMap<&str, &str> = params.iter().copied().collect();
        ListView::read(&Lead::SCHEMA, |name| params.get(name).map(|value| (*value).to_owned()))
    }

    /// The end of an id is what a field or a type of one's own is called by.
    fn id(number: u8) -> RecordId {
        RecordId::v7(u64::from(number), [number; 10])
    }

    fn written<T: RecordType>(number: u8, what: &T) -> Record {
        let patch = what.to_patch().expect("a patch");
        let op = Op::patch(T::SCHEMA.kind, id(number), patch);
        op.to_record(Hlc { ms: 1, counter: 0, device: DeviceId(1) })
    }

    /// The program's types, one of them with fields that people added, and one that people made.
    fn schemas() -> Vec<&'static Schema> {
        let object = id(1);
        let field = |number, of: &str, kind, to: &str| {
            let (of, to) = (of.to_owned(), to.to_owned());
            written(number, &CustomField { label: format!("Field {number}"), kind, of, to, ..CustomField::default() })
        };
        let own = CustomObject::kind(object);
        let vehicle = CustomObject { label: "Vehicle".into(), plural: "Vehicles".into(), ..CustomObject::default() };
        let definitions = [
            written(1, &vehicle),
            field(2, &own, FieldKind::Date, ""),
            field(3, &own, FieldKind::Relation, "company"),
            field(4, "lead", FieldKind::Money, ""),
            field(5, "lead", FieldKind::Relation, &own),
        ];
        let all: Vec<&Schema> = Box::leak(Box::new(Catalogue::of(&definitions, Catalogue::built_in()))).all().collect();
        assert!(all.iter().any(|schema| schema.kind == own), "what people made is among them");
        for schema in &all {
            let names: BTreeSet<&str> = schema.fields.iter().map(|field| field.name).collect();
            assert_eq!(names.len(), schema.fields.len(), "each field of {} by a name of its own", schema.kind);
        }
        all
    }

    /// Conditions that can be asked of a type's fields, or any text at all.
    fn any_filter(schema: &'static Schema) -> BoxedStrategy<String> {
        let asked = |field: &'static Field| {
            let operators = Operator::of(schema, field.name).iter();
            operators.map(|op| (field.name, *op))
        };
        let all: Vec<(&str, Operator)> = schema.fields.iter().flat_map(asked).collect();
        let condition = (prop::sample::select(all), prop::collection::vec(".{0,9}", 0..3));
        let is = |((field, op), values): ((&str, Operator), Vec<String>)| {
            Filter::Is(Condition { field: field.to_owned(), op, values })
        };
        let filter = prop::collection::vec(condition.prop_map(is), 0..3);
        let json = |all: Vec<Filter>| serde_json::to_string(&Filter::All { all }).expect("a filter has a JSON form");
        prop_oneof![filter.prop_map(json), ".{0,40}"].boxed()
    }

    fn any_view(schema: &'static Schema) -> BoxedStrategy<ListView> {
        let by_role = SORTS.map(|(sort, _)| sort).into_iter().filter(|sort| !sort.field(&schema.list).is_empty());
        let sorts = by_role.chain(schema.fields.iter().filter_map(|field| Sort::by(schema, field.name)));
        let sorts: Vec<Sort> = sorts.chain([Sort::Recent]).collect();
        let groups = schema.fields.iter().filter(|field| field.has_groups()).map(|field| field.name);
        let columns: Vec<&str> =
            schema.fields.iter().filter(|field| field.has_column()).map(|field| field.name).collect();
        let columns = (0..=columns.len()).prop_flat_map(move |most| prop::sample::subsequence(columns.clone(), most));
        let facets = schema.facets().iter().map(|choice| Some(choice.value.to_owned()));
        let facet = prop::sample::select(facets.chain([None]).collect::<Vec<_>>());
        let group = prop::sample::select(groups.chain([""]).collect::<Vec<_>>());
        let sort = prop::sample::select(sorts);
        let parts = (facet, ".{0,20}", any_filter(schema), sort, any::<bool>(), columns, group, "(.{0,9}\n){0,2}");
        let view = |(facet, text, filter, sort, descending, columns, group, closed): Parts| {
            let columns = columns.join(",");
            ListView { facet, text, filter, sort, descending, columns, group, closed }
        };
        parts.prop_map(view).boxed()
    }

    type Parts = (Option<String>, String, String, Sort, bool, Vec<&'static str>, &'static str, String);

    proptest! {
        #[test]
        fn a_view_of_any_type_comes_back_from_its_record_as_it_was(
            (schema, view) in prop::sample::select(schemas()).prop_flat_map(|schema| (Just(schema), any_view(schema)))
        ) {
            let saved = View { name: "Mine".into(), of: schema.kind.into(), params: View::params(&view), ..View::default() };
            let sent = serde_json::to_string(&written(9, &saved)).expect("a record has a JSON form");
            let read: Record = serde_json::from_str(&sent).expect("a record");
            let back = View::from_record(&read).expect("a view").list_view(schema);
            prop_assert_eq!(&back, &view, "of {}", schema.kind);
            // And so it does from an address.
            let params: BTreeMap<&str, String> = view.params().into_iter().collect();
            prop_assert_eq!(ListView::read(schema, |name| params.get(name).cloned()), view);
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
