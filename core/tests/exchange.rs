//! What was exported can be imported again, and is what it was: for every record type, whatever is in its fields.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test stops at what it did not expect")]

use outpost_core::catalogue::Catalogue;
use outpost_core::decimal::{Decimal, DecimalMark};
use outpost_core::exchange::{
    DateOrder, Delimiter, Format, Part, Plan, Reading, Relations, Sheet, can_import, csv_header, csv_row,
    guess_columns, guess_reading, has_cards, json_row, targets, vcard,
};
use outpost_core::hlc::Hlc;
use outpost_core::id::RecordId;
use outpost_core::money::{Currency, Money, Rate};
use outpost_core::mutation::{Op, Patch};
use outpost_core::record::Record;
use outpost_core::records::{
    ALL, Address, CustomField, CustomObject, DealStage, FieldKind, FieldOptions, Lead, OptionTone, Stage,
};
use outpost_core::schema::{Field, Kind, RecordType, Schema};
use proptest::prelude::*;
use serde_json::{Value, json};

static LEAD: Schema = Lead::SCHEMA;

/// A person who writes decimals with a comma, so that nothing works by chance.
const GERMAN: Reading = Reading { mark: DecimalMark::Comma, order: DateOrder::DayFirst, currency: Currency::EUR };

/// All records are known, and each has one name.
struct Everyone;

impl Relations for Everyone {
    fn named(&self, _: &str, name: &str) -> Vec<RecordId> {
        match name {
            "Nobody" => vec![],
            "Twice" => vec![RecordId::singleton(1), RecordId::singleton(2)],
            _ => vec![RecordId::singleton(7)],
        }
    }

    fn knows(&self, _: &str, _: RecordId) -> bool {
        true
    }
}

fn name_of(_: &str, id: RecordId) -> Option<String> {
    Some(format!("Record {id}"))
}

/// Text as a form keeps it: without white space around it, and not empty.
fn text(max: usize, lines: bool) -> BoxedStrategy<String> {
    let wild = if lines { "[-=+@'\";,|\t\n\\PC]{1,40}" } else { "[-=+@'\";,|\\PC]{1,40}" };
    let plain = "[-=+@']{0,2}[A-Za-zäß ]{1,20}";
    prop_oneof![wild, plain]
        .prop_map(move |text: String| text.chars().take(max).collect::<String>())
        .prop_map(|text| text.trim().to_owned())
        .prop_filter("no text", |text| !text.is_empty())
        .boxed()
}

fn money() -> impl Strategy<Value = Money> {
    let codes = prop::sample::select(vec!["EUR", "USD", "JPY", "KWD", "CLF"]);
    (codes, -10_000_000..10_000_000_i64).prop_map(|(code, minor)| Money::new(minor, code.parse().unwrap()))
}

fn date() -> impl Strategy<Value = String> {
    (1900..2100_i32, 1..13_u32, 1..29_u32).prop_map(|(year, month, day)| format!("{year}-{month:02}-{day:02}"))
}

/// A value of a field, as a form or a sync may have stored it.
fn value(field: &'static Field) -> BoxedStrategy<Value> {
    match field.kind {
        Kind::Text => text(field.max, false).prop_map(Value::from).boxed(),
        Kind::LongText => text(field.max, true).prop_map(Value::from).boxed(),
        Kind::Emails => {
            prop::collection::vec("[a-z.=+']{1,8}@[a-z]{1,6}\\.(com|org)", 1..4).prop_map(|all| json!(all)).boxed()
        }
        Kind::Phones => prop::collection::vec("[+0-9]{1,3}[0-9 ()/-]{1,9}[0-9]{2}([,;x][0-9]{1,3})?", 1..4)
            .prop_map(|all| json!(all))
            .boxed(),
        Kind::Address => (text(60, true), text(10, false), text(30, false), text(30, false), text(30, false))
            .prop_map(|(street, postcode, city, region, country)| {
                json!(Address { street, postcode, city, region, country })
            })
            .boxed(),
        Kind::Choice(choices) => prop::sample::select(choices).prop_map(|choice| json!(choice.value)).boxed(),
        Kind::Money => money().prop_map(|money| json!(money)).boxed(),
        Kind::Currency => prop::sample::select(vec!["EUR", "JPY", "CHF"]).prop_map(Value::from).boxed(),
        Kind::Date => date().prop_map(Value::from).boxed(),
        Kind::Instant => (0..4_000_000_000_000_u64).prop_map(|ms| json!(ms)).boxed(),
        Kind::Integer { min, max } => (min.max(-100_000)..=max.min(100_000)).prop_map(|number| json!(number)).boxed(),
        Kind::Decimal => any::<i32>().prop_map(|number| json!(Decimal::from_millionths(number.into()))).boxed(),
        Kind::Rate => (0..10_000_000_i64).prop_map(|ppm| json!(Rate::from_ppm(ppm).unwrap())).boxed(),
        Kind::Relation(_) => any::<u128>().prop_map(|id| json!(RecordId::singleton(id))).boxed(),
        Kind::Relations(_) => prop::collection::vec(any::<u128>(), 1..4)
            .prop_map(|ids| json!(ids.into_iter().map(RecordId::singleton).collect::<Vec<_>>()))
            .boxed(),
        Kind::Roles(_) => prop::collection::vec((any::<u128>(), text(20, false)), 1..4)
            .prop_map(|links| {
                let link = |(id, role)| json!(outpost_core::records::Link::new(RecordId::singleton(id), role));
                json!(links.into_iter().map(link).collect::<Vec<_>>())
            })
            .boxed(),
        Kind::Structure => unreachable!("types with a structure are not imported"),
    }
}

/// What a new record of a type may hold. What forms do not show is not imported.
fn patch(schema: &'static Schema) -> BoxedStrategy<Patch> {
    let fields: Vec<BoxedStrategy<Option<(String, Value)>>> = schema
        .fields
        .iter()
        .filter(|field| field.in_form)
        .map(|field| {
            // A record without a status or stage is read as one that has the first.
            let must = field.required || field.name == schema.list.facet;
            let value = value(field).prop_map(|value| Some((field.name.to_owned(), value)));
            if must { value.boxed() } else { prop_oneof![1 => Just(None), 3 => value].boxed() }
        })
        .collect();
    fields.prop_map(|fields| fields.into_iter().flatten().collect()).boxed()
}

fn records(schema: &'static Schema) -> impl Strategy<Value = Vec<Record>> {
    let one = (any::<u128>(), patch(schema));
    prop::collection::vec(one, 1..6).prop_map(|all| {
        let record = |(id, patch)| Op::patch(schema.kind, RecordId::singleton(id), patch).to_record(Hlc::ZERO);
        all.into_iter().map(record).collect()
    })
}

fn values(record: &Record) -> Patch {
    record.fields.iter().map(|(name, register)| (name.clone(), register.value().clone())).collect()
}

/// What a file becomes: guessed all through, nothing chosen.
fn import(schema: &'static Schema, file: &str) -> Vec<Patch> {
    let sheet = Sheet::read(schema, file).unwrap();
    let columns = guess_columns(schema, &sheet);
    let reading = guess_reading(&sheet, &columns, GERMAN);
    let plan = Plan::new(schema, columns, reading, false);
    sheet
        .rows()
        .map(|row| plan.patch(sheet.row(row), &Everyone).unwrap_or_else(|faults| panic!("{faults:?} in {file}")))
        .collect()
}

fn importable() -> Vec<&'static Schema> {
    ALL.iter().filter(|schema| can_import(schema)).collect()
}

/// Those and what people may make of their own: a type with a field of each kind, the same fields on a lead, and what happens about
/// one of that type.
fn all_importable() -> Vec<&'static Schema> {
    let object = CustomObject { plural: "Vehicles".into(), label: "Vehicle".into(), ..CustomObject::default() };
    let definition = |kind: &str, id, patch| Op::patch(kind, id, patch).to_record(Hlc::ZERO);
    let id = RecordId::v7(1, [1; 10]);
    let vehicle = CustomObject::kind(id);
    let mut definitions = vec![definition("object", id, object.to_patch().unwrap())];
    for (of, number) in [(vehicle.as_str(), 10_u8), ("lead", 100)] {
        for (at, kind) in (0_u8..).zip(FieldKind::CHOICES) {
            let mut options = FieldOptions::default();
            ["Red", "Dark red"].iter().for_each(|label| options.add(label, OptionTone::Bad));
            let field = CustomField {
                label: format!("My {}", kind.label.to_lowercase()),
                kind: FieldKind::parse(kind.value),
                to: vehicle.clone(),
                of: of.to_owned(),
                options,
                place: at.into(),
                ..CustomField::default()
            };
            definitions.push(definition("field", RecordId::v7(1, [number + at; 10]), field.to_patch().unwrap()));
        }
    }
    let types = Catalogue::of(&definitions, Catalogue::built_in());
    let own: Vec<&'static Schema> = types.fingerprints().keys().filter_map(|kind| types.schema(kind)).collect();
    // The two, and what happens at a time, which may be about a vehicle: notes, calls, meetings, visits, tasks.
    assert_eq!(own.len(), 7);
    importable().into_iter().chain(own).collect()
}

#[test]
fn a_deal_comes_back_into_the_stage_that_it_stands_in_although_that_was_removed() {
    let removed = json!({ "state": "removed" });
    let (own, made) = (Stage::id_of(DealStage::Proposal), RecordId::v7(1, [3; 10]));
    let visit = json!({ "name": "Visit", "state": "removed" });
    let definition = |id, fields| Op::patch("stage", id, serde_json::from_value(fields).unwrap()).to_record(Hlc::ZERO);
    let types = Catalogue::of(&[definition(own, removed), definition(made, visit)], Catalogue::built_in());
    let (schema, gone) = (types.schema("deal").unwrap(), types.pipelines().removed().leak());
    let deal = |number, stage: &str| {
        let patch = Patch::from([("title".to_owned(), json!("Roof")), ("stage".to_owned(), json!(stage))]);
        Op::patch("deal", RecordId::singleton(number), patch).to_record(Hlc::ZERO)
    };
    let deals = [deal(1, "proposal"), deal(2, &Stage::key(made)), deal(3, "won")];
    let mut csv = csv_header(schema, Delimiter::Comma);
    csv.extend(deals.iter().map(|deal| csv_row(schema, deal, &name_of, Delimiter::Comma)));
    let rows: Vec<Value> = deals.iter().map(|deal| json_row(schema, deal, &name_of)).collect();
    for file in [csv, serde_json::to_string(&rows).unwrap()] {
        let sheet = Sheet::read(schema, &file).unwrap();
        let plan = Plan::new(schema, guess_columns(schema, &sheet), GERMAN, false).with_removed(gone);
        let back: Vec<Patch> = sheet.rows().map(|row| plan.patch(sheet.row(row), &Everyone).unwrap()).collect();
        assert_eq!(back, deals.iter().map(values).collect::<Vec<_>>());
    }
    // By its name it is chosen no more.
    let file = "Title,Stage\nRoof,Visit\n";
    let sheet = Sheet::read(schema, file).unwrap();
    let plan = Plan::new(schema, guess_columns(schema, &sheet), GERMAN, false).with_removed(gone);
    let faults = plan.patch(sheet.row(sheet.rows().next().unwrap()), &Everyone).unwrap_err();
    assert!(faults[0].says.starts_with("“Visit” is none of"), "{faults:?}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(120))]

    #[test]
    fn what_is_exported_as_csv_is_imported_as_it_was(
        (schema, records) in prop::sample::select(all_importable()).prop_flat_map(|schema| (Just(schema), records(schema))),
        delimiter in prop::sample::select(Delimiter::ALL.to_vec()),
    ) {
        let mut file = csv_header(schema, delimiter);
        file.extend(records.iter().map(|record| csv_row(schema, record, &name_of, delimiter)));
        let sheet = Sheet::read(schema, &file).unwrap();
        prop_assert_eq!(sheet.format(), Format::Text(delimiter));
        let column = sheet.id_column().unwrap();
        let ids: Vec<&str> = sheet.rows().map(|row| sheet.cell(row, column)).collect();
        prop_assert_eq!(ids, records.iter().map(|record| record.id.to_string()).collect::<Vec<_>>());
        prop_assert_eq!(import(schema, &file), records.iter().map(values).collect::<Vec<_>>());
    }

    #[test]
    fn what_is_exported_as_json_is_imported_as_it_was(
        (schema, records) in prop::sample::select(all_importable()).prop_flat_map(|schema| (Just(schema), records(schema))),
    ) {
        let rows: Vec<Value> = records.iter().map(|record| json_row(schema, record, &name_of)).collect();
        let file = serde_json::to_string(&rows).unwrap();
        prop_assert_eq!(import(schema, &file), records.iter().map(values).collect::<Vec<_>>());
    }

    #[test]
    fn a_card_keeps_all_that_cards_can_say(
        (schema, records) in prop::sample::select(importable().into_iter().filter(|schema| has_cards(schema)).collect::<Vec<_>>())
            .prop_flat_map(|schema| (Just(schema), records(schema))),
    ) {
        let file: String = records.iter().map(|record| vcard(schema, record)).collect();
        let back = import(schema, &file);
        prop_assert_eq!(back.len(), records.len());
        for (record, back) in records.iter().zip(back) {
            let held = values(record);
            for field in schema.fields {
                let carried = field.name == schema.list.title
                    || matches!(field.kind, Kind::Emails | Kind::Phones | Kind::Address)
                    || ["company", "notes"].contains(&field.name) && matches!(field.kind, Kind::Text | Kind::LongText);
                if carried {
                    prop_assert_eq!(back.get(field.name), held.get(field.name), "{} in {}", field.name, file);
                }
            }
        }
    }

    #[test]
    fn no_file_is_too_wild_to_be_read(text in "([\"',;|\t\r\n=a1@]|\\PC|BEGIN:VCARD\n|N:|\\[\\{)*") {
        if let Ok(sheet) = Sheet::read(&LEAD, &text) {
            let columns = guess_columns(&LEAD, &sheet);
            let reading = guess_reading(&sheet, &columns, GERMAN);
            let plan = Plan::new(&LEAD, columns, reading, false);
            let wrong = sheet.rows().filter_map(|row| Some((row, plan.patch(sheet.row(row), &Everyone).err()?)));
            let wrong: Vec<(usize, String)> = wrong.map(|(row, faults)| (row, faults[0].to_string())).collect();
            let mended = sheet.to_mend(wrong.iter().cloned());
            if let Format::Text(delimiter) = sheet.format() {
                let again = Sheet::delimited(&LEAD, &mended, delimiter).headed(true);
                prop_assert_eq!(again.rows().count(), wrong.len(), "{}", mended);
            }
        }
    }
}

fn mapping(file: &str) -> Vec<Option<String>> {
    let sheet = Sheet::read(&LEAD, file).unwrap();
    guess_columns(&LEAD, &sheet).into_iter().map(|target| target.map(|target| target.key())).collect()
}

fn keys(keys: &[&str]) -> Vec<Option<String>> {
    keys.iter().map(|key| Some((*key).to_owned()).filter(|key| !key.is_empty())).collect()
}

#[test]
fn files_of_other_programs_are_mapped_by_themselves() {
    let google = "First Name,Middle Name,Last Name,Organization Name,E-mail 1 - Label,E-mail 1 - Value,E-mail 2 - Value,Phone 1 - Value,Address 1 - Street,Address 1 - City,Address 1 - Postal Code,Address 1 - Country,Notes\n\
        Ana,,Gómez,Acme,* ,ana@example.com,a@example.org,+34 1 ::: +34 22,Calle 1,Madrid,28013,Spain,Hi\n";
    assert_eq!(
        mapping(google),
        keys(&[
            "name.given",
            "name.middle",
            "name.family",
            "company",
            "",
            "emails",
            "emails",
            "phones",
            "address.street",
            "address.city",
            "address.postcode",
            "address.country",
            "notes"
        ])
    );
    let german = "Firma;Vorname;Nachname;E-Mail-Adresse;Mobiltelefon;Straße;PLZ;Ort;Land;Umsatz;Status;Wert\n\
        Sommer AG;Mira;Sommer;mira@example.de;0171 1234567;Weg 1;50667;Köln;DE;;neu;1.250,00\n";
    assert_eq!(
        mapping(german),
        keys(&[
            "company",
            "name.given",
            "name.family",
            "emails",
            "phones",
            "address.street",
            "address.postcode",
            "address.city",
            "address.country",
            "",
            "status",
            "value.amount"
        ])
    );
    let bare = "Ana Gómez\tana@example.com\t+34 91 123 45 67\tQualified\nBo Li\tbo@example.com\t(010) 555-1234\tNew\n";
    assert_eq!(mapping(bare), keys(&["", "emails", "phones", "status"]));
    assert!(!Sheet::read(&LEAD, bare).unwrap().is_headed());
}

fn lead(file: &str) -> Result<Patch, Vec<String>> {
    let sheet = Sheet::read(&LEAD, file).unwrap();
    let columns = guess_columns(&LEAD, &sheet);
    let reading = guess_reading(&sheet, &columns, Reading { mark: DecimalMark::Point, ..GERMAN });
    let row = sheet.rows().next().unwrap();
    let patch = Plan::new(&LEAD, columns, reading, false).patch(sheet.row(row), &Everyone);
    patch.map_err(|faults| faults.iter().map(ToString::to_string).collect())
}

#[test]
fn a_row_becomes_a_lead() {
    let file = "Nachname;Vorname;Firma;E-Mail;Telefon;Telefon 2;PLZ;Ort;Wert;Status;Quelle\r\n\
        Sommer;Mira; Sommer AG ;Mira <mira@example.de>, m@example.de;0171 12345;+49 30 1;50667;Köln;1.250,50 €;QUALIFIED;Trade fair\r\n";
    let expected = json!({
        "name": "Mira Sommer", "company": "Sommer AG", "emails": ["mira@example.de", "m@example.de"],
        "phones": ["0171 12345", "+49 30 1"], "address": {"postcode": "50667", "city": "Köln"},
        "value": {"minor": 125_050, "currency": "EUR"}, "status": "qualified", "source": "fair",
    });
    assert_eq!(lead(file), Ok(serde_json::from_value(expected).unwrap()));
    assert_eq!(lead("Name\nAna\n").unwrap()["status"], "new", "a lead begins as a form would begin it");
}

#[test]
fn all_that_is_wrong_with_a_row_is_said() {
    let file = "Name,E-mail,Status,Score,Estimated value\n,ana at example,happy,101,lots\n";
    assert_eq!(
        lead(file).unwrap_err(),
        [
            "Name: this is needed",
            "Status: “happy” is none of New, Contacted, Nurturing, Qualified, Unqualified, Converted",
            "E-mail: “ana at example” is not an e-mail address, which looks like name@example.com",
            "Estimated value: This is not a number; write it like 1234 or 1234.5",
            "Score: a whole number from 0 to 100",
        ]
    );
}

#[test]
fn a_relation_is_found_by_its_name_where_there_is_just_one() {
    let schema = outpost_core::records::schema("deal").unwrap();
    let row = |name: &str, lenient: bool| {
        let file = format!("Title,Lead\nRoof,{name}\n");
        let sheet = Sheet::read(schema, &file).unwrap();
        let plan = Plan::new(schema, guess_columns(schema, &sheet), GERMAN, lenient);
        assert_eq!(plan.related(), ["lead"]);
        plan.patch(sheet.row(1), &Everyone)
            .map(|patch| patch.get("lead").cloned())
            .map_err(|faults| faults[0].to_string())
    };
    assert_eq!(row("Ana", false), Ok(Some(json!(RecordId::singleton(7)))));
    assert_eq!(row("Nobody", false), Err("Lead: no lead is called “Nobody”".to_owned()));
    assert_eq!(row("Nobody", true), Ok(None));
    assert_eq!(row("Twice", true), Err("Lead: more than one lead is called “Twice”".to_owned()));
}

#[test]
fn what_was_wrong_comes_back_as_a_file_that_can_be_mended() {
    let file = "Name;E-mail;Note\nAna;nope;=1+1\n\"Bo\nLi\";also not;'=2\nCy;cy@example.com;x\n";
    let sheet = Sheet::read(&LEAD, file).unwrap();
    let mend = sheet.to_mend([(1, "E-mail: wrong".to_owned()), (2, "E-mail: wrong".to_owned())]);
    assert_eq!(
        mend,
        "\u{feff}Name;E-mail;Note;What is wrong\r\nAna;nope;'=1+1;E-mail: wrong\r\n\"Bo\nLi\";also not;'=2;E-mail: wrong\r\n"
    );
    let again = Sheet::read(&LEAD, &mend).unwrap();
    assert_eq!(guess_columns(&LEAD, &again).pop(), Some(None), "the words are for people");
    assert_eq!(again.to_mend([(1, "still".to_owned())]).lines().next(), Some("\u{feff}Name;E-mail;Note;What is wrong"));
}

#[test]
fn every_type_that_lists_show_can_be_imported_but_for_what_the_program_writes() {
    let kinds: Vec<&str> = importable().iter().map(|schema| schema.kind).collect();
    assert!(kinds.contains(&"lead") && kinds.contains(&"deal"));
    for kind in ["invoice", "business", "stage_event", "payment", "invoice_line", "conflict"] {
        assert!(!kinds.contains(&kind), "{kind}");
    }
    assert!(targets(&LEAD).iter().any(|target| target.part == Part::Given));
}
