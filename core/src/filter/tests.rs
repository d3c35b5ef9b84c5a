use chrono::{DateTime, NaiveDate};
use serde_json::{Value, json};

use super::*;
use crate::hlc::Hlc;
use crate::id::{DeviceId, RecordId};
use crate::record::{RecordKey, Register};
use crate::records::{ALL, Deal, Lead, Product, Task, TaxRate};
use crate::schema::RecordType;

const COMPANY: &str = "01a0c450-6c01-7c55-9d3c-2f1e8a6b4c01";
const MS: u64 = 1_795_500_000_000; // 2026-11-24 06:40 UTC

fn calendar() -> Calendar {
    let day = |ms: u64| DateTime::from_timestamp_millis(ms.cast_signed()).unwrap_or_default().date_naive();
    Calendar { today: NaiveDate::from_ymd_opt(2026, 11, 26).unwrap(), day }
}

fn record(kind: &str, fields: Value) -> Record {
    let mut record = Record::empty(RecordKey::new(kind, RecordId::singleton(1)));
    for (name, value) in fields.as_object().expect("an object") {
        record.fields.insert(name.clone(), Register(value.clone(), Hlc { ms: MS, counter: 0, device: DeviceId(1) }));
    }
    record
}

fn fits<T: RecordType>(filter: Value, fields: Value) -> bool {
    let filter = Filter::read(&T::SCHEMA, &filter.to_string()).expect("a filter");
    filter.fits(&T::SCHEMA, &record(T::SCHEMA.kind, fields), calendar())
}

fn is(field: &str, op: &str, values: &[&str]) -> Value {
    json!({"field": field, "op": op, "values": values})
}

#[test]
fn texts_are_found_whatever_their_accents_and_wherever_they_are_kept() {
    let lead = json!({"name": "Petr Šilhavý", "emails": ["p@silhavy.cz", "petr@example.org"], "notes": "Wants\na bridge",
        "address": {"street": "Nová 1", "city": "Brno"}});
    let holds = |field, op, values| fits::<Lead>(is(field, op, values), lead.clone());
    assert!(holds("name", "contains", &["silhavy"]));
    assert!(holds("name", "is", &["petr silhavy"]) && !holds("name", "is", &["petr"]));
    assert!(holds("emails", "contains", &["EXAMPLE"]) && !holds("emails", "lacks", &["example"]));
    assert!(holds("notes", "contains", &["bridge", "tunnel"]), "one of them is enough");
    assert!(holds("address", "contains", &["brno"]));
    assert!(holds("phones", "lacks", &["49"]) && holds("phones", "is_not", &["49"]), "what is not there lacks it");
}

#[test]
fn choices_count_as_their_first_until_one_is_set_where_lists_go_by_them() {
    assert!(fits::<Lead>(is("status", "is", &["new", "qualified"]), json!({})));
    assert!(!fits::<Lead>(is("status", "is_not", &["new"]), json!({})));
    assert!(fits::<Lead>(is("status", "filled", &[]), json!({})));
    assert!(fits::<Lead>(is("source", "empty", &[]), json!({})), "others do not");
    assert!(fits::<Lead>(is("status", "is", &["frozen"]), json!({"status": "frozen"})), "of a newer version");
}

#[test]
fn figures_are_compared_as_people_see_them() {
    let value = |minor: i64, currency: &str| json!({"value": {"minor": minor, "currency": currency}});
    assert!(fits::<Lead>(is("value", "at_least", &["1234.56"]), value(123_456, "EUR")));
    assert!(!fits::<Lead>(is("value", "at_least", &["1234.57"]), value(123_456, "EUR")));
    assert!(fits::<Lead>(is("value", "at_most", &["5"]), value(5, "JPY")));
    assert!(fits::<TaxRate>(is("rate", "at_least", &["19"]), json!({"rate": 190_000})));
    assert!(!fits::<TaxRate>(is("rate", "at_least", &["19.01"]), json!({"rate": 190_000})));
    assert!(fits::<Lead>(is("score", "at_least", &["50"]), json!({"score": 50})));
    for op in ["at_least", "at_most"] {
        assert!(!fits::<Lead>(is("value", op, &["0"]), json!({})), "nothing is neither more nor less");
        assert!(!fits::<Lead>(is("value", op, &["much"]), value(1, "EUR")));
    }
}

#[test]
fn days_are_counted_from_today_and_where_the_device_is() {
    let close = |date: &str| json!({"expected_close": date});
    assert!(fits::<Deal>(is("expected_close", "days", &["-1", "0"]), close("2026-11-25")));
    assert!(!fits::<Deal>(is("expected_close", "days", &["-1", "0"]), close("2026-11-27")));
    assert!(fits::<Deal>(is("expected_close", "days", &["", "-1"]), close("2020-01-01")), "overdue has no first day");
    assert!(fits::<Deal>(is("expected_close", "from", &["2026-11-25"]), close("2026-11-25")));
    assert!(!fits::<Deal>(is("expected_close", "until", &["2026-11-24"]), close("2026-11-25")));
    assert!(!fits::<Deal>(is("expected_close", "until", &["2026-11-24"]), json!({})));
    assert!(fits::<Deal>(is(CHANGED, "days", &["-2", "0"]), json!({"title": "A"})));
    assert!(!fits::<Deal>(is(CHANGED, "from", &["2026-11-25"]), json!({"title": "A"})));
    assert!(fits::<Task>(is("reminder", "until", &["2026-11-24"]), json!({"reminder": MS})), "an instant has a day");
}

#[test]
fn groups_join_conditions_and_nothing_lets_everything_through() {
    let (yes, no) = (is("status", "is", &["new"]), is("status", "is", &["lost"]));
    let holds = |filter: Value| fits::<Lead>(filter, json!({"status": "new"}));
    assert!(holds(json!({"all": []})) && holds(json!({"any": []})));
    assert!(holds(json!({"any": [no, yes]})) && !holds(json!({"all": [no, yes]})));
    assert!(holds(json!({"all": [yes, {"any": [no, {"all": [yes, yes]}]}]})));
    let nothing = Filter::read(&Lead::SCHEMA, r#"{"all":[{"any":[]}]}"#).expect("a filter");
    assert!(nothing.is_empty());
}

#[test]
fn relations_are_held_against_ids() {
    let deal = json!({"company": COMPANY});
    assert!(fits::<Deal>(is("company", "is", &[COMPANY]), deal.clone()));
    assert!(!fits::<Deal>(is("company", "is_not", &[COMPANY]), deal.clone()));
    assert!(!fits::<Deal>(is("company", "empty", &[]), deal));
    assert!(fits::<Deal>(is("company", "empty", &[]), json!({"company": null})));
}

#[test]
fn what_is_not_understood_is_said_and_never_lets_anything_through() {
    let read = |json: &str| Filter::read(&Product::SCHEMA, json).expect_err(json).to_string();
    assert!(read("{").contains("newer version"));
    assert!(read(r#"{"field":"name","op":"sounds_like","values":["x"]}"#).contains("newer version"));
    assert!(read(&is("taste", "is", &["sweet"]).to_string()).contains("taste"));
    assert!(read(&is("name", "at_least", &["1"]).to_string()).contains("name"), "a name is no number");
    let deep = (0..9).fold(is("name", "filled", &[]), |inner, _| json!({"all": [inner]}));
    assert!(read(&deep.to_string()).contains("deep"));
}

#[test]
fn every_operator_of_every_field_can_be_asked_and_comes_back_as_it_was() {
    for schema in ALL {
        for field in schema.fields {
            for op in Operator::of(schema, field.name) {
                let condition = Condition { field: field.name.to_owned(), op: *op, values: vec!["1".to_owned()] };
                let filter = Filter::Any { any: vec![Filter::Is(condition), Filter::default()] };
                let json = serde_json::to_string(&filter).expect("JSON");
                assert_eq!(Filter::read(schema, &json).expect(&json), filter);
                // An empty record is asked without harm.
                filter.fits(schema, &record(schema.kind, json!({})), calendar());
            }
        }
    }
}
