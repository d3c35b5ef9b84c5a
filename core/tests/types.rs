//! What is declared of the record types fits together.

use std::collections::BTreeSet;

use outpost_core::hlc::Hlc;
use outpost_core::id::RecordId;
use outpost_core::record::{Record, RecordKey, Register};
use outpost_core::records::{ALL, Contact, Due, Link, Meeting, Note, Task, schema};
use outpost_core::schema::{Field, Kind, RecordType, Schema};
use outpost_core::validate;
use serde_json::{Value, json};

const A: &str = "01a0c450-6c01-7c55-9d3c-2f1e8a6b4c01";
const B: &str = "01a0c450-6c01-7c55-9d3c-2f1e8a6b4c02";

fn field(schema: &'static Schema, name: &str) -> &'static Field {
    schema.field(name).unwrap_or_else(|| panic!("{} has no field {name}", schema.kind))
}

fn id(text: &str) -> RecordId {
    text.parse().expect("an id")
}

fn with(kind: &str, fields: &[(&str, Value)]) -> Record {
    let mut record = Record::empty(RecordKey::new(kind, id(A)));
    let stamp = Hlc { ms: 77, ..Hlc::ZERO };
    record.fields.extend(fields.iter().map(|(name, value)| ((*name).to_owned(), Register(value.clone(), stamp))));
    record
}

#[test]
fn every_type_has_a_name_and_an_address_of_its_own() {
    let kinds: BTreeSet<_> = ALL.iter().map(|schema| schema.kind).collect();
    let paths: BTreeSet<_> = ALL.iter().map(|schema| schema.path).collect();
    assert_eq!((kinds.len(), paths.len()), (ALL.len(), ALL.len()));
    assert_eq!(schema("tax_rate").map(|schema| schema.path), Some("/tax-rates"));
    assert_eq!(
        outpost_core::catalogue::Catalogue::built_in().at_path("/companies").map(|schema| schema.kind),
        Some("company")
    );
    assert!(
        outpost_core::catalogue::Catalogue::built_in().at_path("/payments").is_none(),
        "a part of another record has no list"
    );
}

#[test]
fn roles_name_fields_and_relations_lead_to_types() {
    for schema in ALL {
        let list = schema.list;
        for role in [list.title, list.subtitle, list.facet, list.amount, list.date, list.parent, list.moment] {
            assert!(role.is_empty() || schema.field(role).is_some(), "{}: {role}", schema.kind);
        }
        let names: BTreeSet<_> = schema.fields.iter().map(|field| field.name).collect();
        assert_eq!(names.len(), schema.fields.len(), "{}", schema.kind);
        for to in schema.fields.iter().filter_map(Field::leads_to) {
            // A conflict is about a record of any type.
            assert!(outpost_core::records::schema(to).is_some() || to == "record", "{}: {to}", schema.kind);
        }
        if !list.moment.is_empty() {
            assert!(matches!(field(schema, list.moment).kind, Kind::Instant | Kind::Date), "{}", schema.kind);
        }
    }
}

#[test]
fn relations_of_each_kind_are_read_and_checked() {
    static CONTACT: Schema = Contact::SCHEMA;
    static MEETING: Schema = Meeting::SCHEMA;
    static NOTE: Schema = Note::SCHEMA;
    let role = field(&CONTACT, "companies");
    let contact = with("contact", &[("companies", json!([{"id": A, "role": "buyer"}, {"id": B}]))]);
    assert_eq!(role.links(&contact), [id(A), id(B)]);
    assert_eq!(
        Contact::from_record(&contact).expect("read").companies,
        [Link::new(id(A), "buyer"), Link::new(id(B), "")]
    );
    let many = field(&MEETING, "people");
    assert_eq!(many.links(&with("meeting", &[("people", json!([B, A]))])), [id(B), id(A)]);
    let one = field(&NOTE, "company");
    assert_eq!(one.links(&with("note", &[("company", json!(B))])), [id(B)]);
    assert_eq!(one.links(&with("note", &[("company", json!(null))])), []);
    assert_eq!(field(&NOTE, "text").links(&with("note", &[("text", json!(A))])), [], "no relation");
    for field in [role, many, one] {
        assert_eq!(validate::field(field, &field.link_to(id(A))), Ok(()), "{}", field.name);
    }
    for (field, wrong) in [
        (role, json!([A])),
        (role, json!([{"role": "buyer"}])),
        (role, json!([{"id": A, "role": "r".repeat(101)}])),
        (many, json!(A)),
        (many, json!(["nobody"])),
        (many, json!(vec![A; 201])),
        (one, json!([A])),
    ] {
        assert!(validate::field(field, &wrong).is_err(), "{}: {wrong}", field.name);
    }
}

#[test]
fn a_timeline_goes_by_when_something_happened() {
    let at = |record: &Record| schema(&record.kind).expect("a type").moment_of(record);
    assert_eq!(at(&with("call", &[("at", json!(1_000_000))])), 1_000_000);
    assert_eq!(at(&with("task", &[("due", json!("1970-01-02"))])), 129_600_000);
    assert_eq!(at(&with("task", &[("title", json!("Call"))])), 77, "without a date it stands where it was made");
}

#[test]
fn a_task_is_due_on_its_day_and_overdue_after_it() {
    let day = |text: &str| text.parse().expect("a date");
    let today = day("2026-11-26");
    let due = |text| Due::of(Some(day(text)), today);
    assert_eq!([due("2026-11-25"), due("2026-11-26"), due("2026-11-27")], [Due::Overdue, Due::Today, Due::Later]);
    assert_eq!(Due::of(None, today), Due::Whenever);
    assert_eq!(Task::SCHEMA.facet_of(&with("task", &[])), "open");
}

#[test]
fn a_task_without_a_day_is_on_that_of_its_reminder() {
    let day = |ms: u64| chrono::DateTime::from_timestamp_millis(ms as i64).expect("an instant").date_naive();
    let at = |fields: &[_]| Due::of_task(&with("task", fields), day(200_000_000), day);
    let (reminder, due) = (("reminder", json!(200_000_001)), ("due", json!("1970-01-09")));
    assert_eq!(at(std::slice::from_ref(&reminder)), Due::Today);
    assert_eq!(at(&[reminder, due]), Due::Later, "its own day goes first");
    assert_eq!([at(&[("reminder", json!(1))]), at(&[])], [Due::Overdue, Due::Whenever]);
}
