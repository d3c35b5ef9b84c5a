//! What forms keep, save and leave alone.

use super::*;
use outpost_core::decimal::DecimalMark;
use outpost_core::hlc::Hlc;
use outpost_core::id::RecordId;
use outpost_core::money::Currency;
use outpost_core::record::{RecordKey, Register};
use outpost_core::records::Lead;
use outpost_core::schema::RecordType;
use serde_json::json;

static SCHEMA: Schema = Lead::SCHEMA;
const HABITS: Habits = Habits { mark: DecimalMark::Point, currency: Currency::EUR };

fn lead(fields: &[(&str, serde_json::Value)]) -> Record {
    let mut record = Record::empty(RecordKey::new("lead", RecordId::singleton(1)));
    for (name, value) in fields {
        record.fields.insert((*name).to_owned(), Register(value.clone(), Hlc::ZERO));
    }
    record
}

fn enter(form: FormState, name: &str, text: &str) {
    form.field(name).expect("a field").enter(Entry::Text(text.into()));
}

#[wasm_bindgen_test::wasm_bindgen_test]
fn only_what_was_changed_is_saved() {
    let owner = Owner::new();
    owner.with(|| {
        let record = lead(&[("name", json!("Ana ")), ("company", json!("Kovo"))]);
        let form = FormState::new(&SCHEMA, &[], Some(&record), &Patch::new(), HABITS);
        assert!(!form.is_dirty());
        enter(form, "company", "Kovo Brno");
        assert!(form.is_dirty());
        assert_eq!(form.patch(), Ok(Patch::from([("company".into(), json!("Kovo Brno"))])));
        enter(form, "company", "");
        assert_eq!(form.patch(), Ok(Patch::from([("company".into(), json!(null))])));
    });
}

#[wasm_bindgen_test::wasm_bindgen_test]
fn what_came_from_elsewhere_shows_unless_somebody_is_typing_there() {
    let owner = Owner::new();
    owner.with(|| {
        let form = FormState::new(&SCHEMA, &[], Some(&lead(&[("name", json!("Ana"))])), &Patch::new(), HABITS);
        enter(form, "owner", "Ben");
        form.rebase(&lead(&[("name", json!("Anna")), ("owner", json!("Cleo"))]));
        assert_eq!(form.field("name").map(|state| state.text().get_untracked()), Some("Anna".into()));
        assert_eq!(form.patch(), Ok(Patch::from([("owner".into(), json!("Ben"))])));
    });
}

#[wasm_bindgen_test::wasm_bindgen_test]
fn what_is_being_typed_is_not_rewritten_by_its_own_save() {
    let owner = Owner::new();
    owner.with(|| {
        let form = FormState::new(&SCHEMA, &[], Some(&lead(&[("name", json!("Ana"))])), &Patch::new(), HABITS);
        enter(form, "company", "Winter ");
        let patch = form.ready();
        assert_eq!(patch, Patch::from([("company".into(), json!("Winter"))]));
        form.saved(&patch);
        form.rebase(&lead(&[("name", json!("Ana")), ("company", json!("Winter"))]));
        assert_eq!(form.field("company").map(|state| state.text().get_untracked()), Some("Winter ".into()));
        assert!(!form.is_dirty_now());
    });
}

#[wasm_bindgen_test::wasm_bindgen_test]
fn a_new_records_prefilled_fields_are_saved_but_are_no_work_to_lose() {
    let owner = Owner::new();
    owner.with(|| {
        let prefill = Patch::from([("status".into(), json!("new"))]);
        let form = FormState::new(&SCHEMA, &[], None, &prefill, HABITS);
        assert!(!form.is_dirty());
        assert_eq!(form.patch(), Err(1), "it has no name yet");
        enter(form, "name", "Ana");
        let draft = form.typed();
        assert_eq!(draft.len(), 1);
        let patch = form.patch().expect("all there");
        assert_eq!((patch.len(), &patch["status"]), (2, &json!("new")));

        let again = FormState::new(&SCHEMA, &[], None, &prefill, HABITS);
        assert!(again.restore(&draft));
        assert_eq!(again.patch(), form.patch());
    });
}
