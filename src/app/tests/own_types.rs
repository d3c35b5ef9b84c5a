//! Types that people make.

use outpost_core::records::{CustomField, CustomObject, FieldKind, FieldNeed, FieldOptions, OptionTone};
use outpost_core::schema::RecordType;

use super::*;

#[wasm_bindgen_test]
async fn a_status_of_ones_own_is_chosen_by_the_form_only_where_it_must_be_filled_in() {
    let mut app = Opened::at("/leads").await;
    for (need, value) in [(FieldNeed::default(), ""), (FieldNeed::Required, "Here")] {
        let (of, at) = (ids::new_record_id(), ids::new_record_id());
        let object = CustomObject { plural: "Vehicles".into(), label: "Vehicle".into(), ..CustomObject::default() };
        let mut options = FieldOptions::default();
        ["Here", "Lent"].iter().for_each(|label| options.add(label, OptionTone::Neutral));
        let (kind, label) = (CustomObject::kind(of), "State".to_owned());
        let field =
            CustomField { label, kind: FieldKind::Choice, of: kind.clone(), options, need, ..CustomField::default() };
        let [object, field] = [object.to_patch(), field.to_patch()].map(|patch| patch.expect("a patch"));
        let ops = vec![Op::patch("object", of, object), Op::patch("field", at, field)];
        app.store.write(ops).await.expect("written");
        app.again(&format!("/{kind}/new")).await;
        let select = format!("[data-field={}] select", CustomField::name(at));
        let chosen = app.until("the status", || app.all(&format!("{select} option:checked")).into_iter().next()).await;
        assert_eq!(chosen.inner_text().trim(), if value.is_empty() { "–" } else { value });
        let fill = app.until("the name", || app.all("[data-field=name] input").into_iter().next()).await;
        type_into(&fill, "Van");
        app.press("button", "Save").await;
        app.until("its page", || path().starts_with(&format!("/{kind}/0")).then_some(())).await;
        app.sees("Van").await;
        let state = app.all(".head .tag").first().map(|tag| tag.inner_text()).unwrap_or_default();
        assert_eq!(state, value);
    }
}
