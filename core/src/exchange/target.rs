//! What a column of a file can be for: a field of a record type, or a part of one.

use crate::schema::{Field, Kind, Schema};

/// A part of a field. Several columns for one field are put together in this order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Part {
    /// All of it; of a relation the other record's name, of an amount its figures.
    Whole,
    /// Of a person's name: the first name.
    Given,
    /// Of a person's name: what stands in the middle.
    Middle,
    /// Of a person's name: the family's.
    Family,
    /// Of an address.
    Street,
    /// Of an address.
    Postcode,
    /// Of an address.
    City,
    /// Of an address.
    Region,
    /// Of an address.
    Country,
    /// Of an amount: its currency.
    Currency,
    /// Of a relation: the other record's id.
    Id,
}

/// A field, or a part of one.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Target {
    /// The field.
    pub field: &'static Field,
    /// Which part of it.
    pub part: Part,
    /// Whether it is the only address of its type, so that “City” says enough.
    alone: bool,
}

impl Target {
    /// A name for programs: `address.city`. JSON files have it in two levels.
    pub fn key(self) -> String {
        match self.part_key() {
            "" => self.field.name.to_owned(),
            part => format!("{}.{part}", self.field.name),
        }
    }

    /// The name of the part alone; empty for a field that has no parts.
    pub(super) const fn part_key(self) -> &'static str {
        match (self.part, self.field.kind) {
            (Part::Whole, Kind::Money) => "amount",
            (Part::Whole, Kind::Relation(_) | Kind::Relations(_) | Kind::Roles(_)) => "name",
            (Part::Whole, _) => "",
            (Part::Given, _) => "given",
            (Part::Middle, _) => "middle",
            (Part::Family, _) => "family",
            (Part::Street, _) => "street",
            (Part::Postcode, _) => "postcode",
            (Part::City, _) => "city",
            (Part::Region, _) => "region",
            (Part::Country, _) => "country",
            (Part::Currency, _) => "currency",
            (Part::Id, _) => "id",
        }
    }

    /// What people call it, and what heads its column in an export.
    pub fn label(self) -> String {
        let field = self.field.label;
        let part = match self.part {
            Part::Whole => return field.to_owned(),
            Part::Currency => return format!("{field} currency"),
            Part::Id => return format!("{field} ID"),
            Part::Given => return "First name".to_owned(),
            Part::Middle => return "Middle name".to_owned(),
            Part::Family => return "Last name".to_owned(),
            Part::Street => "Street",
            Part::Postcode => "Postcode",
            Part::City => "City",
            Part::Region => "Region",
            Part::Country => "Country",
        };
        if self.alone { part.to_owned() } else { format!("{field}: {}", part.to_lowercase()) }
    }

    /// Whether several columns can be for it: their texts are joined, their lists appended.
    pub const fn takes_several(self) -> bool {
        matches!(self.field.kind, Kind::Emails | Kind::Phones | Kind::LongText)
    }
}

const ADDRESS: [Part; 5] = [Part::Street, Part::Postcode, Part::City, Part::Region, Part::Country];

/// What a type's columns can be for on import, in the order of its form.
pub fn targets(schema: &'static Schema) -> Vec<Target> {
    let names = has_names(schema);
    let of = |field: &'static Field| {
        let name_parts: &[Part] =
            if names && field.name == schema.list.title { &[Part::Given, Part::Middle, Part::Family] } else { &[] };
        parts(schema, field).chain(name_parts.iter().map(move |part| Target { field, part: *part, alone: true }))
    };
    schema.fields.iter().filter(|field| field.in_form).flat_map(of).collect()
}

/// The columns of a type's export: all that it has, also what only the program writes, unless it is no text at all.
pub(super) fn columns(schema: &'static Schema) -> Vec<Target> {
    schema.fields.iter().flat_map(|field| parts(schema, field)).collect()
}

fn parts(schema: &'static Schema, field: &'static Field) -> impl Iterator<Item = Target> {
    let alone = schema.fields.iter().filter(|field| matches!(field.kind, Kind::Address)).count() == 1;
    let parts: &[Part] = match field.kind {
        Kind::Structure => &[],
        Kind::Address => &ADDRESS,
        Kind::Money => &[Part::Whole, Part::Currency],
        Kind::Relation(_) | Kind::Relations(_) | Kind::Roles(_) => &[Part::Whole, Part::Id],
        _ => &[Part::Whole],
    };
    parts.iter().map(move |part| Target { field, part: *part, alone })
}

/// Whether records of a type are people whose whole name is in one field.
fn has_names(schema: &Schema) -> bool {
    let reachable = schema.fields.iter().any(|field| matches!(field.kind, Kind::Emails));
    let apart = schema.fields.iter().any(|field| field.name.contains("family") || field.name.contains("last_name"));
    reachable && !apart && schema.field(schema.list.title).is_some_and(|field| matches!(field.kind, Kind::Text))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::records::{ALL, Lead};
    use crate::schema::RecordType;

    static LEAD: Schema = Lead::SCHEMA;

    #[test]
    fn a_lead_can_be_told_in_many_columns() {
        let labels: Vec<String> = targets(&LEAD).into_iter().map(Target::label).collect();
        assert_eq!(
            labels,
            [
                "Name",
                "First name",
                "Middle name",
                "Last name",
                "Company",
                "Status",
                "E-mail",
                "Phone",
                "Street",
                "Postcode",
                "City",
                "Region",
                "Country",
                "Source",
                "Owner",
                "Estimated value",
                "Estimated value currency",
                "Score",
                "Tags",
                "Tags ID",
                "Notes"
            ]
        );
    }

    #[test]
    fn no_two_targets_of_a_type_share_a_name() {
        for schema in ALL {
            for targets in [targets(schema), columns(schema)] {
                let labels: BTreeSet<String> = targets.iter().map(|target| target.label()).collect();
                let keys: BTreeSet<String> = targets.iter().map(|target| target.key()).collect();
                assert_eq!((labels.len(), keys.len()), (targets.len(), targets.len()), "{}: {labels:?}", schema.kind);
            }
        }
    }
}
