use std::collections::BTreeMap;

use proptest::prelude::*;
use serde_json::json;

use super::*;
use crate::calendar::is_planned;
use crate::filter::{Calendar, Filter};
use crate::hlc::Hlc;
use crate::id::DeviceId;
use crate::index::{Index, Query, Sort};
use crate::mutation::{Op, Patch, apply};
use crate::record::RecordKey;
use crate::records::{FieldKind, FieldNeed, FieldOptions, OptionTone, Standing};
use crate::search::Question;

const CALENDAR: Calendar = Calendar { today: chrono::NaiveDate::MIN, day: |_| chrono::NaiveDate::MIN };

fn id(number: u64) -> RecordId {
    RecordId::v7(number, number.to_be_bytes().repeat(2)[6..].try_into().expect("ten bytes"))
}

fn record(kind: &str, id: RecordId, patch: Patch, ms: u64) -> Record {
    let mut record = Record::empty(RecordKey::new(kind, id));
    apply(&mut record, &Op::patch(kind, id, patch), Hlc { ms, counter: 0, device: DeviceId(1) });
    record
}

fn field(number: u64, of: &str, label: &str, kind: FieldKind) -> Record {
    let field = CustomField { label: label.into(), kind, of: of.into(), ..CustomField::default() };
    defined(number, &field)
}

fn defined(number: u64, field: &CustomField) -> Record {
    record("field", id(number), field.to_patch().expect("a patch"), 1)
}

fn choice(number: u64, of: &str, label: &str, options: &[&str]) -> Record {
    let mut all = FieldOptions::default();
    options.iter().for_each(|label| all.add(label, OptionTone::Neutral));
    let kind = FieldKind::Choice;
    defined(number, &CustomField { label: label.into(), kind, of: of.into(), options: all, ..CustomField::default() })
}

fn vehicles(change: impl FnOnce(&mut CustomObject)) -> Record {
    let mut object = CustomObject { plural: "Vehicles".into(), label: "Vehicle".into(), ..CustomObject::default() };
    change(&mut object);
    record("object", id(1), object.to_patch().expect("a patch"), 1)
}

fn types(definitions: &[Record]) -> &'static Catalogue {
    Box::leak(Box::new(Catalogue::of(definitions, Catalogue::built_in())))
}

#[test]
fn a_status_of_ones_own_may_be_empty_unless_it_must_be_filled_in() {
    let (kind, calendar) = (CustomObject::kind(id(1)), CALENDAR);
    let none = record(&kind, id(9), Patch::from([("name".into(), json!("Van"))]), 1);
    let is_empty = |schema: &Schema| {
        let text = format!(r#"{{"field":"{}","op":"empty","values":[]}}"#, schema.list.facet);
        Filter::read(schema, &text).expect("a filter").fits(schema, &none, calendar)
    };
    let mut state = choice(2, &kind, "State", &["Here", "Lent"]);
    let open = types(&[vehicles(|_| ()), state.clone()]).schema(&kind).expect("vehicles");
    assert_eq!((open.facet_of(&none), is_empty(open)), ("", true));
    let need = Op::patch("field", id(2), Patch::from([("need".into(), json!(FieldNeed::Required))]));
    apply(&mut state, &need, Hlc { ms: 2, counter: 0, device: DeviceId(1) });
    let filled = types(&[vehicles(|_| ()), state]).schema(&kind).expect("vehicles");
    assert_eq!((filled.facet_of(&none), is_empty(filled)), (filled.facets()[0].value, false));
}

#[test]
fn what_is_added_stands_behind_what_the_program_has() {
    let mut late = CustomField { label: "Late".into(), of: "lead".into(), place: 9, ..CustomField::default() };
    late.need = FieldNeed::Required;
    let all = types(&[
        defined(2, &late),
        field(3, "lead", "Early", FieldKind::Date),
        field(4, "moon base", "Nowhere", FieldKind::Text),
        record(
            "field",
            id(5),
            Patch::from([("label".into(), json!("Torn")), ("of".into(), json!("lead")), ("options".into(), json!(7))]),
            1,
        ),
    ]);
    let lead = all.schema("lead").expect("leads");
    let labels: Vec<&str> = lead.fields.iter().rev().take(3).map(|field| field.label).collect();
    assert_eq!(labels, ["Late", "Early", "Notes"]);
    assert_eq!((lead.kind, lead.path, lead.list), ("lead", "/leads", crate::records::Lead::SCHEMA.list));
    let late = lead.field(&CustomField::name(id(2))).expect("the field");
    assert_eq!((late.required, late.in_form, late.kind), (true, true, Kind::Text));
    assert_eq!(all.schema("deal"), crate::records::schema("deal"));
    assert_eq!(all.all().count(), ALL.len(), "each type once");
    assert_eq!(all.added("lead").len(), 2);
}

#[test]
fn a_type_of_ones_own_has_all_that_a_type_has() {
    let kind = CustomObject::kind(id(1));
    let parts = [
        field(2, &kind, "Plate", FieldKind::Text),
        choice(3, &kind, "State", &["Here", "Lent"]),
        field(4, &kind, "Price", FieldKind::Money),
        field(5, &kind, "Inspection", FieldKind::Date),
        field(6, "note", "About", FieldKind::Relation),
    ];
    let with = |object| types(&parts.iter().cloned().chain([object]).collect::<Vec<_>>());
    let all = with(vehicles(|_| ()));
    let schema = all.at_path(&format!("/{kind}")).expect("a list");
    let name = |number| CustomField::name(id(number));
    let list = schema.list;
    assert_eq!(
        [list.title, list.subtitle, list.facet, list.amount, list.date, list.moment],
        ["name", &name(2), &name(3), &name(4), &name(5), ""]
    );
    assert!(schema.is_listed() && !is_planned(schema));
    assert_eq!(schema.facets().iter().map(|choice| choice.label).collect::<Vec<_>>(), ["Here", "Lent"]);
    assert!(crate::records::schema(&kind).is_none(), "the rules know nothing of it");

    let chosen = with(vehicles(|object| {
        object.moment = name(5);
        object.facet = NOBODY.into();
        object.title_label = "Call sign".into();
    }));
    let schema = chosen.schema(&kind).expect("vehicles");
    assert!(is_planned(schema), "it stands in calendars");
    assert_eq!((schema.list.facet, schema.fields[0].label), ("", "Call sign"));
    // A relation leads to what is there.
    let to = |to: &str| {
        defined(
            6,
            &CustomField {
                label: "About".into(),
                kind: FieldKind::Relation,
                of: "note".into(),
                to: to.into(),
                ..CustomField::default()
            },
        )
    };
    assert_eq!(types(&[to(&kind)]).added("note").len(), 0);
    let all = types(&[to(&kind), vehicles(|_| ())]);
    // One that people add stands beside the one that is always there.
    let both: Vec<&str> = all.schema("note").expect("notes").relations_to(&kind).map(|field| field.label).collect();
    assert_eq!(both, ["Vehicle", "About"]);
}

#[test]
fn what_happens_is_about_whatever_people_made() {
    let kind = CustomObject::kind(id(1));
    let all = types(&[vehicles(|_| ())]);
    for activity in ["note", "call", "meeting", "visit", "task"] {
        let relations: Vec<&Field> = all.schema(activity).expect(activity).relations_to(&kind).collect();
        assert_eq!(relations.len(), 1, "{activity}");
        assert_eq!((relations[0].name, relations[0].label), (kind.as_str(), "Vehicle"));
        assert!(relations[0].in_form && crate::records::is_own(relations[0].name), "the server relays it");
        assert!(all.added(activity).is_empty(), "nobody added it by hand");
    }
    for other in ["lead", "deal", "stage_event", "invoice"] {
        assert_eq!(all.schema(other), crate::records::schema(other), "{other}");
    }
    // In the order of the types, and gone with its type.
    let mut second = vehicles(|object| object.place = -1);
    second.id = id(2);
    let both = types(&[vehicles(|_| ()), second]);
    let names: Vec<_> =
        both.schema("call").expect("calls").fields.iter().rev().take(2).map(|field| field.name).collect();
    assert_eq!(names, [kind, CustomObject::kind(id(2))], "the second type's place is before the first's");
    assert_eq!(types(&[]).schema("call"), crate::records::schema("call"));
    // No two fields of a type are called the same.
    let company =
        types(&[vehicles(|object| object.label = "company".into()), field(5, "call", "Company 2", FieldKind::Text)]);
    let call = company.schema("call").expect("calls");
    let label = call.relations_to(&CustomObject::kind(id(1))).next().map(|field| field.label);
    assert_eq!(label, Some("company 3"));
}

#[test]
fn what_has_not_changed_is_the_same_schema_and_what_is_deleted_hides() {
    let definitions = [vehicles(|_| ()), field(2, "lead", "Shoe size", FieldKind::Integer)];
    let first = types(&definitions);
    let again = Catalogue::of(&definitions, first);
    assert!(again.differs(first).is_empty());
    let mut gone = definitions.clone();
    apply(&mut gone[1], &Op::delete("field", id(2)), Hlc { ms: 9, counter: 0, device: DeviceId(1) });
    let without = Catalogue::of(&gone, first);
    assert_eq!(without.differs(first).into_iter().collect::<Vec<_>>(), ["lead"]);
    assert!(without.schema("lead").expect("leads").field(&CustomField::name(id(2))).is_none());
    let kind = CustomObject::kind(id(1));
    assert!(std::ptr::eq(without.schema(&kind).expect("vehicles"), first.schema(&kind).expect("vehicles")));
    apply(&mut gone[1], &Op::restore("field", id(2)), Hlc { ms: 10, counter: 0, device: DeviceId(1) });
    assert_eq!(Catalogue::of(&gone, &without).added("lead").len(), 1);
    // Another name is no reason to read records again, another place in searches is.
    let renamed = types(&[field(2, "lead", "Size", FieldKind::Integer)]);
    assert_eq!(renamed.fingerprints().get("lead"), first.fingerprints().get("lead"));
    let searched = types(&[field(2, "lead", "Size", FieldKind::Text)]);
    assert_ne!(searched.fingerprints().get("lead"), first.fingerprints().get("lead"));
}

fn found(index: &mut Index, typed: &str) -> usize {
    index.search(&Question::new(typed), 10, false, |_| true).total
}

#[test]
fn what_was_written_before_the_field_was_heard_of_is_found_once_it_is() {
    let kind = CustomObject::kind(id(1));
    let plate = CustomField::name(id(2));
    let of = |kind: &str, number: u64, plate_of: &str| {
        let values = [("name".to_owned(), json!("Ana")), (plate.clone(), json!(plate_of))];
        record(kind, id(number), Patch::from(values), number)
    };
    let records = [of("lead", 11, "AB 123"), of("lead", 12, "CD 456"), of(&kind, 13, "EF 789")];
    let mut index = Index::default();
    records.iter().for_each(|record| index.upsert(record));
    assert_eq!((found(&mut index, "123"), index.len(&kind)), (0, 0));

    let all = types(&[vehicles(|_| ()), field(2, "lead", "Plate", FieldKind::Text)]);
    let mut lacking = index.adopt(all);
    lacking.sort_unstable();
    assert_eq!(lacking, ["lead", &kind]);
    assert!(!index.is_whole());
    // One is changed while the others are read, which come as they were before.
    index.upsert(&of("lead", 12, "GH 000"));
    index.remove(&RecordKey::new(kind.as_str(), id(13)));
    records.iter().for_each(|record| index.reread(record));
    lacking.iter().for_each(|kind| index.end_reading(kind));
    assert!(index.is_whole());
    assert_eq!((found(&mut index, "123"), found(&mut index, "456"), found(&mut index, "gh")), (1, 0, 1));
    assert_eq!(index.len(&kind), 0);
    index.reread(&records[2]);
    assert_eq!(index.len(&kind), 0, "nothing is read again unasked");

    // Deleted, it is found no more; the rest of the index is as it was.
    let none = Catalogue::built_in();
    assert_eq!(index.adopt(none), ["lead"]);
    records[..2].iter().for_each(|record| index.reread(record));
    index.end_reading("lead");
    assert_eq!((found(&mut index, "123"), index.len("lead")), (0, 2));
}

#[test]
fn the_last_of_fifty_fields_is_found_as_the_first_is() {
    let all: Vec<Record> = (0..50).map(|at| field(at, "lead", &format!("Field {at}"), FieldKind::Text)).collect();
    let mut index = Index::new(types(&all));
    let mut values = Patch::from([("name".to_owned(), json!("Ana"))]);
    values.extend((0..50).map(|at| (CustomField::name(id(at)), json!(format!("a value that is number{at}")))));
    index.upsert(&record("lead", id(99), values, 1));
    for at in [0, 25, 49] {
        assert_eq!(found(&mut index, &format!("number{at}")), 1, "{at}");
    }
    let query = Query { text: "number49".into(), ..Query::recent("lead") };
    assert_eq!(index.window(&query, 0, 1).1, 1, "in the list, too");
}

/// A definition that comes, changes or goes at some point among the writes, and what is written then.
#[derive(Debug, Clone)]
enum Step {
    Define(u8),
    Write(u64, String),
    Remove(u64),
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        1 => (0..8_u8).prop_map(Step::Define),
        4 => ((0..6_u64), "(here|lent|lost|red|ana)").prop_map(|(number, text)| Step::Write(number, text)),
        1 => (0..6_u64).prop_map(Step::Remove),
    ];
    prop::collection::vec(step, 1..30)
}

proptest! {
    /// In whatever order definitions and records come: the index is the one that is made of all of them at the end.
    #[test]
    fn an_index_that_learns_is_the_one_that_always_knew(steps in steps()) {
        let kind = CustomObject::kind(id(1));
        let (state, text) = (CustomField::name(id(2)), CustomField::name(id(3)));
        let mut records: BTreeMap<u64, Record> = BTreeMap::new();
        let mut known = Catalogue::built_in();
        let mut index = Index::default();
        for (at, step) in (1..).zip(steps) {
            match step {
                Step::Define(bits) => {
                    let all = [
                        (1, vehicles(|_| ())),
                        (2, choice(2, &kind, "State", &["Here", "Lent"])),
                        (4, field(3, &kind, "Text", FieldKind::Text)),
                    ];
                    let definitions: Vec<Record> = all.into_iter().filter(|(bit, _)| bits & bit != 0).map(|all| all.1).collect();
                    known = Box::leak(Box::new(Catalogue::of(&definitions, known)));
                    for kind in index.adopt(known) {
                        records.values().filter(|record| record.kind == kind).for_each(|record| index.reread(record));
                        index.end_reading(kind);
                    }
                }
                Step::Write(number, word) => {
                    let values = [("name".to_owned(), json!("Ana")), (state.clone(), json!(word)), (text.clone(), json!(word))];
                    let written = record(&kind, id(100 + number), Patch::from(values), at);
                    index.upsert(&written);
                    records.insert(number, written);
                }
                Step::Remove(number) => {
                    if let Some(gone) = records.remove(&number) {
                        index.remove(&gone.key());
                    }
                }
            }
        }
        let mut fresh = Index::new(known);
        records.values().for_each(|record| fresh.upsert(record));
        prop_assert_eq!(index.len(&kind), fresh.len(&kind));
        for word in ["here", "lent", "lost", "red", "ana"] {
            prop_assert_eq!(found(&mut index, word), found(&mut fresh, word), "{}", word);
            for sort in [Sort::Recent, Sort::Facet] {
                let query = Query { facet: Some(word.into()), sort, ..Query::recent(kind.as_str()) };
                prop_assert_eq!(index.window(&query, 0, 10), fresh.window(&query, 0, 10));
            }
        }
        // Values that are no choice are told of in the order in which they came.
        let counts = |index: &mut Index| {
            let mut all = index.facet_counts(&kind, "", "");
            all.sort_by(|a, b| a.facet.cmp(&b.facet));
            all
        };
        prop_assert_eq!(counts(&mut index), counts(&mut fresh));
        // Packed and unpacked it is the same, too.
        let mut loaded = Index::new(known);
        for chunk in index.chunks() {
            prop_assert!(loaded.load(&index.encode(&chunk)).is_ok());
        }
        prop_assert_eq!(loaded.len(&kind), fresh.len(&kind));
    }
}

#[test]
fn filters_and_checks_take_a_field_of_ones_own_as_any_other() {
    let all = types(&[choice(2, "lead", "Colour", &["Red", "Green"]), field(3, "lead", "Size", FieldKind::Integer)]);
    let lead = all.schema("lead").expect("leads");
    let (colour, size) = (CustomField::name(id(2)), CustomField::name(id(3)));
    let filter = json!({"field": colour, "op": "is", "values": ["red"]}).to_string();
    let filter = Filter::read(lead, &filter).expect("a filter");
    let values = [("name".to_owned(), json!("Ana")), (colour.clone(), json!("red")), (size.clone(), json!(46))];
    let ana = record("lead", id(9), Patch::from(values), 1);
    assert!(filter.fits(lead, &ana, CALENDAR));
    assert!(crate::validate::record(lead, &ana).is_empty());
    let wrong = Patch::from([(size, json!("large")), (colour, json!("Not one"))]);
    let wrong = crate::validate::record(lead, &record("lead", id(9), wrong, 1));
    assert_eq!(wrong.iter().map(|wrong| wrong.label).collect::<Vec<_>>(), ["Name", "Colour", "Size"]);
}

#[test]
fn stages_that_people_make_are_choices_of_deals_and_of_their_history() {
    let none = types(&[]);
    assert!(std::ptr::eq(none.pipelines(), Catalogue::built_in().pipelines()));
    let define = |kind: &str, number, patch| record(kind, id(number), patch, 1);
    let pipeline = Pipeline { name: "Service".into(), place: 1 };
    let pipeline = define("pipeline", 1, pipeline.to_patch().expect("a patch"));
    let stage = |number, name: &str, standing| {
        let stage = Stage { pipeline: Some(id(1)), name: name.into(), standing, ..Stage::default() };
        define("stage", number, stage.to_patch().expect("a patch"))
    };
    let mut all = vec![
        pipeline,
        stage(2, "Visit", Standing::Open),
        stage(3, "Signed", Standing::Won),
        stage(4, "Turned down", Standing::Lost),
    ];
    let two = types(&all);
    let deal = two.schema("deal").expect("deals");
    let labels: Vec<&str> = deal.facets().iter().map(|choice| choice.label).collect();
    assert_eq!(labels[5..], ["Visit", "Signed (Service)", "Turned down (Service)"]);
    let event = two.schema("stage_event").expect("their history");
    assert_eq!(event.field("to").map(|field| field.kind), deal.field("stage").map(|field| field.kind));
    assert_eq!(event.list, StageEvent::SCHEMA.list);
    let signed = Stage::key(id(3));
    assert_eq!(deal.list.done, ["won", "lost", &signed, &Stage::key(id(4))]);
    assert_eq!(two.differs(none), BTreeSet::from(["deal".to_owned(), "stage_event".to_owned()]));

    // In the index each is counted where it stands, and one that was never moved where it was.
    let mut index = Index::new(two);
    let deals = [json!({"title": "A"}), json!({"title": "B", "stage": signed}), json!({"title": "C", "stage": "moon"})];
    for (number, fields) in (50..).zip(&deals) {
        let patch = fields.as_object().expect("fields").clone().into_iter().collect();
        index.upsert(&record("deal", id(number), patch, 2));
    }
    let counts = |index: &mut Index| -> Vec<(String, usize)> {
        let counts = index.facet_counts("deal", "", "").into_iter();
        counts.filter(|each| each.count > 0).map(|each| (each.facet, each.count)).collect()
    };
    let expected = [("qualified".to_owned(), 1), (signed.clone(), 1), ("moon".to_owned(), 1)];
    assert_eq!(counts(&mut index), expected);

    // Another probability is no other type: nothing is read again.
    let patch = Patch::from([("probability".to_owned(), json!(45))]);
    apply(&mut all[1], &Op::patch("stage", id(2), patch), Hlc { ms: 9, counter: 0, device: DeviceId(1) });
    let three: &'static Catalogue = Box::leak(Box::new(Catalogue::of(&all, two)));
    assert!(std::ptr::eq(three.schema("deal").expect("deals"), deal));
    assert_eq!(three.differs(two), BTreeSet::from(["deal".to_owned()]), "but pages look again");
    assert_eq!(three.pipelines().stage(&Stage::key(id(2))).map(|stage| stage.probability), Some(45));
    assert!(index.adopt(three).is_empty());

    // Without the definitions nothing is lost.
    assert_eq!(index.adopt(Catalogue::built_in()), ["deal"]);
    for (number, fields) in (50..).zip(&deals) {
        let patch = fields.as_object().expect("fields").clone().into_iter().collect();
        index.reread(&record("deal", id(number), patch, 2));
    }
    index.end_reading("deal");
    assert_eq!(counts(&mut index).len(), 3);
    assert_eq!(index.len("deal"), 3);
}
