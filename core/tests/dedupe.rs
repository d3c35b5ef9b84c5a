//! Two records made one, on one device and on several that do not know of each other.

use std::collections::{BTreeMap, BTreeSet};

use outpost_core::catalogue::Catalogue;
use outpost_core::dedupe::{
    Ends, Groups, Likeness, MergeError, Offer, Pair, Take, UNDO_MS, UndoError, is_likely, latest, likeness, offers,
    plan, propose, questions, undo,
};
use outpost_core::hlc::{Clock, Hlc};
use outpost_core::id::{DeviceId, RecordId};
use outpost_core::mutation::{Action, Op, Patch, apply};
use outpost_core::record::{Record, RecordKey};
use outpost_core::records::{CustomField, FieldKind, Link, schema};
use outpost_core::rules::{self, Context};
use outpost_core::schema::{RecordType, Schema};
use proptest::prelude::*;
use serde_json::{Value, json};

const NOW_MS: u64 = 1_795_603_740_000;

/// What one device holds.
#[derive(Debug, Clone)]
struct Device {
    records: BTreeMap<RecordKey, Record>,
    clock: Clock,
    now_ms: u64,
}

impl Context for Device {
    fn record(&self, key: &RecordKey) -> Option<&Record> {
        self.records.get(key)
    }

    fn number_taken(&self, _: &str, _: RecordId) -> bool {
        false
    }
}

fn id(n: u128) -> RecordId {
    RecordId::singleton(n)
}

fn of(kind: &str) -> &'static Schema {
    schema(kind).expect("a type")
}

fn patch(fields: Value) -> Patch {
    serde_json::from_value(fields).expect("an object")
}

impl Device {
    fn new(number: u64) -> Self {
        Self { records: BTreeMap::new(), clock: Clock::new(DeviceId(number)), now_ms: NOW_MS }
    }

    /// Writes what changes something, as a store does; says whether anything did.
    fn write(&mut self, ops: Vec<Op>) -> bool {
        self.now_ms += 1;
        let latest = self.records.values().map(Record::latest).max().unwrap_or(Hlc::ZERO);
        self.clock.observe(latest);
        let hlc = self.clock.tick(self.now_ms).expect("a stamp");
        let mut wrote = false;
        for op in ops {
            let key = op.key();
            let current = self.records.get(&key);
            let is_deleted = current.and_then(|record| record.deleted.as_ref()).is_some_and(|deleted| *deleted.value());
            let action = match op.action {
                Action::Patch(patch) => {
                    let now = |name: &str| current.and_then(|record| record.get(name)).unwrap_or(&Value::Null);
                    let patch: Patch = patch.into_iter().filter(|(name, value)| now(name) != value).collect();
                    if patch.is_empty() {
                        continue;
                    }
                    Action::Patch(patch)
                }
                Action::Delete if current.is_none() || is_deleted => continue,
                Action::Restore if !is_deleted => continue,
                action => action,
            };
            let op = Op { action, ..op };
            rules::check(&op, self).expect("nothing against it");
            let record = self.records.entry(key.clone()).or_insert_with(|| Record::empty(key));
            apply(record, &op, hlc);
            wrote = true;
        }
        wrote
    }

    fn set(&mut self, kind: &str, n: u128, fields: Value) {
        self.write(vec![Op::patch(kind, id(n), patch(fields))]);
    }

    fn get(&self, kind: &str, n: u128) -> &Record {
        self.records.get(&RecordKey::new(kind, id(n))).expect("a record")
    }

    fn referring(&self, kind: &str, to: RecordId) -> Vec<Record> {
        let leads = |record: &&Record| {
            let fields = schema(&record.kind).map_or(&[][..], |schema| schema.fields);
            fields.iter().filter(|field| field.leads_to() == Some(kind)).any(|field| field.links(record).contains(&to))
        };
        self.records.values().filter(|record| !record.is_deleted()).filter(leads).cloned().collect()
    }

    fn merge(&mut self, kind: &str, kept: u128, gone: u128) -> Result<(), MergeError> {
        self.merge_with(kind, kept, gone, &BTreeMap::new())
    }

    fn merge_with(
        &mut self,
        kind: &str,
        kept: u128,
        gone: u128,
        takes: &BTreeMap<String, Take>,
    ) -> Result<(), MergeError> {
        let pair = Pair { schema: of(kind), kept: self.get(kind, kept), gone: self.get(kind, gone) };
        let new = RecordId::v7(self.now_ms + 1, [self.clock.device.0 as u8; 10]);
        let groups =
            plan(Catalogue::built_in(), pair, new, takes, &self.referring(kind, id(gone)), self, self.now_ms + 1)?;
        for ops in groups {
            self.write(ops);
        }
        Ok(())
    }

    fn merges_of(&self, gone: u128) -> Vec<Record> {
        self.merges().into_values().filter(|merge| merge.relation("gone") == Some(id(gone))).collect()
    }

    fn offered(&self, kept: u128, gone: u128) -> Vec<Offer> {
        let merges = self.merges_of(gone);
        let merge = latest(&merges).expect("a merge");
        offers(of("company"), merge, self.get("company", gone), self.get("company", kept))
    }

    /// Takes a merge back; returns what stayed.
    fn undo(&mut self, gone: u128) -> Result<usize, UndoError> {
        let undone = undo(Catalogue::built_in(), &self.merges_of(gone), self, self.now_ms)?;
        for ops in undone.groups {
            self.write(ops);
        }
        Ok(undone.stays.len())
    }

    fn merges(&self) -> BTreeMap<RecordId, Record> {
        let merges = self.records.values().filter(|record| record.kind == "merge" && !record.is_deleted());
        merges.map(|merge| (merge.id, merge.clone())).collect()
    }

    fn ends(&self) -> Ends {
        let is_gone = |key: &RecordKey| self.records.get(key).is_some_and(Record::is_deleted);
        Ends::new(self.merges().values(), is_gone)
    }

    /// Does what is to be done about what others did not know; says whether there was anything.
    fn follow_up(&mut self) -> bool {
        let settled = self.ends().settle();
        let mut wrote = !settled.is_empty() && self.write(settled);
        let ends = self.ends();
        let living: Vec<Record> = self.records.values().filter(|record| !record.is_deleted()).cloned().collect();
        for record in living {
            if let Some(ops) = ends.late(Catalogue::built_in(), &record, &self.merges()) {
                wrote |= self.write(ops);
            }
        }
        wrote
    }
}

/// All devices hold what any of them holds.
fn sync(devices: &mut [Device]) {
    let mut all: BTreeMap<RecordKey, Record> = BTreeMap::new();
    for record in devices.iter().flat_map(|device| device.records.values()) {
        all.entry(record.key()).or_insert_with(|| Record::empty(record.key())).merge(record.clone());
    }
    let now_ms = devices.iter().map(|device| device.now_ms).max().unwrap_or_default();
    for device in devices {
        device.records.clone_from(&all);
        device.now_ms = now_ms;
    }
}

fn company(name: &str) -> Value {
    json!({ "name": name })
}

#[test]
fn what_is_there_wins_lists_are_united_and_the_later_of_two_values_is_proposed() {
    let mut device = Device::new(1);
    let (a, b) = (
        json!({"name": "Nordkai", "emails": ["info@nordkai.example"], "notes": "Pays late.", "industry": "Ships"}),
        json!({"name": "Nordkai GmbH", "emails": ["INFO@nordkai.example", "buy@nordkai.example"], "notes": "Likes tea.", "tax_id": "DE1"}),
    );
    device.set("company", 1, a);
    device.set("company", 2, b);
    let rows = propose(of("company"), device.get("company", 1), device.get("company", 2));
    let proposed: BTreeMap<&str, Value> =
        rows.iter().map(|row| (row.field.name, row.value(row.take).clone())).collect();
    let expected = [
        ("name", json!("Nordkai GmbH")),
        ("industry", json!("Ships")),
        ("emails", json!(["info@nordkai.example", "buy@nordkai.example"])),
        ("tax_id", json!("DE1")),
        ("notes", json!("Pays late.\n\nLikes tea.")),
    ];
    assert_eq!(proposed, BTreeMap::from(expected));
}

#[test]
fn a_merge_leads_everything_on_and_can_be_taken_back() {
    let mut device = Device::new(1);
    device.set("company", 1, json!({"name": "Nordkai", "phones": ["+49 30 1111111"]}));
    device.set("company", 2, json!({"name": "Nord-Kai", "phones": ["+49 30 2222222"], "parent": id(1)}));
    device.set("company", 3, json!({"name": "Sub", "parent": id(2)}));
    device.set("contact", 4, json!({"name": "Ana", "companies": [{"id": id(1)}, {"id": id(2), "role": "Buyer"}]}));
    device.set("deal", 5, json!({"title": "Roof", "customer": id(2)}));
    device.set("visit", 6, json!({"subject": "Look", "at": NOW_MS, "company": id(2)}));
    let before = device.records.clone();
    let takes = BTreeMap::from([("name".to_owned(), Take::Kept)]);
    device.merge_with("company", 1, 2, &takes).expect("merged");

    let kept = device.get("company", 1);
    assert_eq!(kept.text("name"), "Nordkai");
    assert_eq!(kept.get("phones"), Some(&json!(["+49 30 1111111", "+49 30 2222222"])));
    assert_eq!(kept.get("parent"), None, "nothing is a part of itself");
    assert!(device.get("company", 2).is_deleted());
    assert_eq!(device.get("company", 3).relation("parent"), Some(id(1)));
    assert_eq!(device.get("contact", 4).get("companies"), Some(&json!([{"id": id(1), "role": "Buyer"}])));
    assert_eq!(device.get("deal", 5).relation("customer"), Some(id(1)));
    assert_eq!(device.get("visit", 6).relation("company"), Some(id(1)));
    assert_eq!(device.ends().end(id(2)), Some(id(1)));
    assert_eq!(device.ends().into_record(id(1)), [id(2)]);

    // Somebody edits on: that stays.
    device.set("deal", 5, json!({"customer": id(3)}));
    assert_eq!(device.undo(2).expect("taken back"), 1);
    for (key, was) in &before {
        let now = device.records.get(key).expect("still there");
        assert!(!now.is_deleted());
        for field in was.fields.keys().filter(|_| key.kind != "deal") {
            assert_eq!(now.get(field), was.get(field), "{key:?} {field}");
        }
    }
    assert_eq!(device.get("deal", 5).relation("customer"), Some(id(3)));
    assert!(matches!(device.undo(2), Err(UndoError::Already)));

    // And merged again, the other way round.
    device.merge("company", 2, 1).expect("merged");
    assert_eq!(device.get("company", 3).relation("parent"), Some(id(2)));
    device.merge("company", 2, 3).expect("merged");
    device.now_ms += UNDO_MS + 2;
    assert!(matches!(device.undo(3), Err(UndoError::TooLate)));
}

#[test]
fn what_cannot_be_merged_says_why() {
    let mut device = Device::new(1);
    device.set("company", 1, company("Nordkai"));
    device.set("company", 2, company("Nordkai"));
    assert!(matches!(device.merge("company", 1, 1), Err(MergeError::Same)));
    device.write(vec![Op::delete("company", id(2))]);
    assert!(matches!(device.merge("company", 1, 2), Err(MergeError::Deleted(name)) if name == "Nordkai"));
    device.set("note", 3, json!({"text": "One"}));
    device.set("note", 4, json!({"text": "Two"}));
    let error = device.merge("note", 3, 4).expect_err("notes are not merged");
    assert_eq!(error.to_string(), "notes are not merged; link them to the same records instead");
    device.set("invoice", 5, json!({"buyer_name": "Nordkai", "currency": "EUR"}));
    device.set("invoice", 6, json!({"buyer_name": "Nordkai", "currency": "EUR"}));
    assert!(matches!(device.merge("invoice", 5, 6), Err(MergeError::Invoices)));
    let invoice = device.records.get_mut(&RecordKey::new("invoice", id(6))).expect("a record");
    let at = invoice.latest();
    for (name, value) in [("issued", json!({"number": "2026-K7-00001"})), ("number", json!("2026-K7-00001"))] {
        invoice.fields.insert(name.to_owned(), outpost_core::record::Register(value, at));
    }
    let error = device.merge("invoice", 5, 6).expect_err("it is issued");
    assert!(error.to_string().contains("2026-K7-00001 is issued"), "{error}");
}

#[test]
fn what_is_frozen_stays_and_is_found_by_way_of_the_merge() {
    let mut device = Device::new(1);
    device.set("deal", 1, json!({"title": "Roof"}));
    device.set("deal", 2, json!({"title": "The roof", "stage": "won"}));
    device.set("stage_event", 3, json!({"deal": id(2), "to": "won", "at": NOW_MS}));
    device.merge("deal", 1, 2).expect("merged");
    assert_eq!(device.get("stage_event", 3).relation("deal"), Some(id(2)), "an event is not changed");
    assert_eq!(device.get("deal", 1).get("stage"), None, "a stage follows its own events");
    let ends = device.ends();
    assert_eq!(ends.into_record(id(1)), [id(2)]);
    assert!(
        ends.late(Catalogue::built_in(), device.get("stage_event", 3), &device.merges()).is_some(),
        "whoever writes asks the rules"
    );
}

#[test]
fn what_others_wrote_meanwhile_is_offered_and_led_on() {
    let mut devices = [Device::new(1), Device::new(2)];
    devices[0].set("company", 1, json!({"name": "Nordkai", "phones": ["+49 30 1111111"]}));
    devices[0].set("company", 2, json!({"name": "Nord-Kai", "website": "nord.example"}));
    sync(&mut devices);
    devices[1].set("company", 2, json!({"phones": ["+49 30 3333333"], "website": "kai.example"}));
    devices[1].set("deal", 3, json!({"title": "Roof", "customer": id(2)}));
    devices[0].merge("company", 1, 2).expect("merged");
    sync(&mut devices);

    let [device, _] = &mut devices;
    let all = device.offered(1, 2);
    let told: Vec<(&str, Value)> = all.iter().map(|offer| (offer.field.name, offer.value.clone())).collect();
    assert_eq!(told, [("phones", json!(["+49 30 3333333"])), ("website", json!("kai.example"))]);
    assert!(all.iter().all(|offer| offer.by.device == DeviceId(2)));
    device.write(all[0].take());
    assert_eq!(device.get("company", 1).get("phones"), Some(&json!(["+49 30 1111111", "+49 30 3333333"])));
    let all = device.offered(1, 2);
    assert_eq!(all.len(), 1);
    device.write(all[0].leave());
    assert_eq!(device.offered(1, 2), []);
    assert_eq!(device.get("company", 1).text("website"), "nord.example");

    assert!(device.follow_up());
    assert_eq!(device.get("deal", 3).relation("customer"), Some(id(1)));
    assert!(!device.follow_up(), "there is nothing left to do");
    // What was led on late goes back with the rest.
    device.undo(2).expect("taken back");
    assert_eq!(device.get("deal", 3).relation("customer"), Some(id(2)));
    assert_eq!(device.get("company", 2).text("website"), "kai.example");
}

#[test]
fn two_devices_that_merge_in_opposite_directions_keep_one_record_and_lose_nothing() {
    let mut devices = [Device::new(1), Device::new(2)];
    devices[0].set("company", 1, json!({"name": "Nordkai", "phones": ["+49 30 1111111"]}));
    devices[0].set("company", 2, json!({"name": "Nord-Kai", "phones": ["+49 30 2222222"]}));
    devices[0].set("deal", 3, json!({"title": "Roof", "customer": id(1)}));
    devices[0].set("deal", 4, json!({"title": "Gutter", "customer": id(2)}));
    sync(&mut devices);
    devices[0].merge("company", 1, 2).expect("merged");
    devices[1].merge("company", 2, 1).expect("merged");
    sync(&mut devices);
    assert!(devices[0].get("company", 1).is_deleted() && devices[0].get("company", 2).is_deleted());
    devices.iter_mut().for_each(|device| assert!(device.follow_up()));
    sync(&mut devices);
    for device in &mut devices {
        assert!(!device.follow_up(), "both have come to rest");
        let living = [1, 2].into_iter().filter(|n| !device.get("company", *n).is_deleted()).collect::<Vec<_>>();
        assert_eq!(living, [2], "the later merge stands");
        let phones = device.get("company", 2).get("phones").expect("phones").to_string();
        assert!(phones.contains("1111111") && phones.contains("2222222"), "{phones}");
        assert!([3, 4].into_iter().all(|n| device.get("deal", n).relation("customer") == Some(id(2))));
    }
}

#[test]
fn likely_twins_are_found() {
    let mut device = Device::new(1);
    device.set(
        "lead",
        1,
        json!({"name": "Ana Müller", "emails": ["ana@example.com"], "phones": ["+49 (0)30 12345678"]}),
    );
    device.set("contact", 2, json!({"name": "A. Mueller", "phones": ["0049 30 1234 5678"]}));
    device.set("lead", 3, json!({"name": "ANA  MULLER"}));
    device.set("lead", 4, json!({"name": "Bo", "emails": ["Ana@Example.com"]}));
    device.set("lead", 5, json!({"name": "Cleo"}));
    device.set("lead", 6, json!({"name": "Ana Muller", "emails": ["a.muller@example.org"]}));
    device.set("deal", 7, json!({"title": "Maintenance"}));
    device.set("deal", 8, json!({"title": "Maintenance"}));
    let first = device.get("lead", 1);
    let value = |name: &str| first.get(name);
    let like = |kind: &str, n| likeness(of("lead"), &value, of(kind), device.get(kind, n));
    assert_eq!(like("contact", 2), Some(Likeness::Phone));
    assert_eq!(like("lead", 3), Some(Likeness::Name));
    assert_eq!(like("lead", 4), Some(Likeness::Email));
    assert_eq!(like("lead", 5), None);
    assert_eq!(questions(of("lead"), &value), ["ana@example.com", "2345678", "ana muller"]);
    // Of two who are called alike and are each reached in a way of their own nobody says that they are one.
    let likely = |alike, n| is_likely(of("lead"), alike, first, device.get("lead", n));
    assert!(likely(Likeness::Name, 3) && likely(Likeness::Email, 4));
    assert!(!likely(Likeness::Name, 6));
    assert!(!is_likely(of("deal"), Likeness::Name, device.get("deal", 7), device.get("deal", 8)));
    let mut groups = Groups::default();
    (1..=5).filter(|n| *n != 2).for_each(|n| groups.add(of("lead"), device.get("lead", n)));
    assert_eq!(groups.found(), [vec![id(1), id(3), id(4)]]);
}

#[derive(Debug, Clone)]
enum Act {
    Edit { company: u128, phone: u32 },
    Link { contact: u128, company: u128 },
    Merge { kept: u128, gone: u128 },
    Undo { gone: u128 },
    FollowUp,
    Sync,
}

const COMPANIES: std::ops::RangeInclusive<u128> = 1..=4;

fn act() -> impl Strategy<Value = Act> {
    let company = || COMPANIES;
    prop_oneof![
        2 => (company(), 1_000_000_u32..9_999_999).prop_map(|(company, phone)| Act::Edit { company, phone }),
        3 => (11_u128..=13, company()).prop_map(|(contact, company)| Act::Link { contact, company }),
        4 => (company(), company()).prop_map(|(kept, gone)| Act::Merge { kept, gone }),
        1 => company().prop_map(|gone| Act::Undo { gone }),
        1 => Just(Act::FollowUp),
        1 => Just(Act::Sync),
    ]
}

fn perform(devices: &mut [Device], at: usize, act: &Act) {
    let device = &mut devices[at];
    match act {
        Act::Edit { company, phone } => device.set("company", *company, json!({"phones": [format!("+49 {phone}")]})),
        Act::Link { contact, company } => {
            let links = json!([Link::new(id(*company), "Buyer"), Link::new(id(*company % 4 + 1), "")]);
            device.set("contact", *contact, json!({"name": "Ana", "companies": links}));
            device.set("deal", *contact + 10, json!({"title": "Roof", "customer": id(*company)}));
        }
        // What is not there any more nobody can choose.
        Act::Merge { kept, gone } => drop(device.merge("company", *kept, *gone)),
        Act::Undo { gone } => drop(device.undo(*gone)),
        Act::FollowUp => drop(device.follow_up()),
        Act::Sync => sync(devices),
    }
}

#[test]
fn what_people_made_of_their_own_is_led_on_too() {
    let definition = |kind: &str, n: u128, fields: Patch| {
        let mut device = Device::new(1);
        device.write(vec![Op::patch(kind, id(n), fields)]);
        device.get(kind, n).clone()
    };
    let garage = CustomField {
        label: "Garage".into(),
        kind: FieldKind::Relation,
        to: "company".into(),
        of: "lead".into(),
        ..CustomField::default()
    };
    let made = definition("field", 90, garage.to_patch().expect("a patch"));
    let types = Catalogue::of(&[made], Catalogue::built_in());
    let field = types.schema("lead").expect("a type").relations_to("company").next().expect("the field").name;
    let mut device = Device::new(1);
    device.set("company", 1, company("Nordkai"));
    device.set("company", 2, company("Nord-Kai"));
    let mut lead = patch(json!({"name": "Ana"}));
    lead.insert(field.to_owned(), json!(id(2)));
    device.write(vec![Op::patch("lead", id(3), lead)]);
    let pair = Pair { schema: of("company"), kept: device.get("company", 1), gone: device.get("company", 2) };
    let referring = [device.get("lead", 3).clone()];
    let groups = plan(&types, pair, id(9), &BTreeMap::new(), &referring, &device, NOW_MS).expect("planned");
    for ops in groups {
        device.write(ops);
    }
    assert_eq!(device.get("lead", 3).relation(field), Some(id(1)));
    let undone = undo(&types, &device.merges_of(2), &device, NOW_MS).expect("taken back");
    assert_eq!(undone.stays, []);
    for ops in undone.groups {
        device.write(ops);
    }
    assert_eq!(device.get("lead", 3).relation(field), Some(id(2)));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn whoever_merges_what_all_come_to_rest_with_every_record_in_one_that_lives(
        acts in prop::collection::vec((0_usize..3, act()), 1..40)
    ) {
        let mut devices = [Device::new(1), Device::new(2), Device::new(3)];
        for n in COMPANIES {
            devices[0].set("company", n, json!({"name": format!("Company {n}"), "phones": [format!("+49 30 {n}{n}{n}{n}{n}{n}")]}));
        }
        sync(&mut devices);
        for (at, act) in &acts {
            perform(&mut devices, *at, act);
        }
        let mut rounds = 0;
        loop {
            sync(&mut devices);
            let wrote: Vec<bool> = devices.iter_mut().map(Device::follow_up).collect();
            if !wrote.contains(&true) {
                break;
            }
            rounds += 1;
            prop_assert!(rounds < 6, "they write to each other for ever");
        }
        let device = &devices[0];
        let ends = device.ends();
        for n in COMPANIES {
            let end = if device.get("company", n).is_deleted() { ends.end(id(n)) } else { Some(id(n)) };
            let end = end.expect("it went somewhere");
            let end = device.records.get(&RecordKey::new("company", end)).expect("a record");
            prop_assert!(!end.is_deleted(), "company {n} is in one that lives");
        }
        let gone: BTreeSet<RecordId> = ends.gone().map(|key| key.id).collect();
        for record in device.records.values().filter(|record| record.kind != "merge" && !record.is_deleted()) {
            for field in schema(&record.kind).expect("a type").fields {
                let links = field.links(record);
                let once: BTreeSet<&RecordId> = links.iter().collect();
                prop_assert_eq!(once.len(), links.len(), "no record is linked twice");
                prop_assert!(links.iter().all(|id| !gone.contains(id)), "{:?} leads to what is gone", record);
            }
        }
        for gone in COMPANIES.filter(|n| device.get("company", *n).is_deleted()) {
            // Nothing that was written into what is gone is out of sight: it is where it went, or it is offered there.
            let merges = device.merges_of(gone);
            let merge = latest(&merges).expect("a merge");
            let kept = device.records.get(&RecordKey::new("company", merge.relation("kept").expect("a relation")));
            let (gone, kept) = (device.get("company", gone), kept.expect("a record"));
            let seen = merge.get("seen").and_then(|seen| seen.get("phones"));
            if !kept.is_deleted() && gone.get("phones") != seen {
                let has = |phone: &Value| {
                    kept.get("phones").and_then(Value::as_array).is_some_and(|all| all.contains(phone))
                };
                let there = gone.get("phones").and_then(Value::as_array).is_none_or(|all| all.iter().all(has));
                let offered = offers(of("company"), merge, gone, kept).iter().any(|offer| offer.field.name == "phones");
                prop_assert!(there || offered);
            }
        }
    }
}
