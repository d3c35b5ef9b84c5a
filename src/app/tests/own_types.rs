//! Types that people make.

use outpost_core::records::{CustomField, CustomObject, FieldKind, FieldNeed, FieldOptions, OptionTone};
use outpost_core::schema::RecordType;
use outpost_core::search::Question;

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

const FILE: &str = "Name,State,Plate\r\nTrailer,Lent,HB-T 1\r\n,Here,HB-T 2\r\n";

#[wasm_bindgen_test]
async fn a_type_of_ones_own_has_form_page_list_search_filter_history_import_export_and_sync() {
    let mut app = Opened::at("/settings").await;
    let [of, state, plate] = [ids::new_record_id(), ids::new_record_id(), ids::new_record_id()];
    // Without a place of their own fields stand in the order of their ids, which within a millisecond is chance.
    let (state, plate) = (state.min(plate), state.max(plate));
    let kind = CustomObject::kind(of);
    let object = CustomObject { plural: "Vehicles".into(), label: "Vehicle".into(), ..CustomObject::default() };
    let mut options = FieldOptions::default();
    ["Here", "Lent"].iter().for_each(|label| options.add(label, OptionTone::Neutral));
    let field = |label: &str, form, options| {
        let field =
            CustomField { label: label.into(), kind: form, of: kind.clone(), options, ..CustomField::default() };
        field.to_patch().expect("a patch")
    };
    let ops = vec![
        Op::patch("object", of, object.to_patch().expect("a patch")),
        Op::patch("field", state, field("State", FieldKind::Choice, options)),
        Op::patch("field", plate, field("Plate", FieldKind::Text, FieldOptions::default())),
    ];
    app.store.write(ops).await.expect("written");
    let [state, plate] = [state, plate].map(CustomField::name);

    // The list that is empty, the form, the page.
    app.again(&format!("/{kind}")).await;
    app.sees("No vehicles yet").await;
    app.follow("New vehicle").await;
    app.press("button", "Save vehicle").await;
    app.sees("One field needs another look").await;
    app.fill("name", "Van").await;
    app.fill(&plate, "HB-V 7").await;
    app.press("button", "Save vehicle").await;
    app.until("its page", || path().starts_with(&format!("/{kind}/0")).then_some(())).await;
    let key = RecordKey::new(&kind, id_in(&path()));
    app.sees("HB-V 7").await;

    // The form of one that exists, and its history.
    app.follow("Edit").await;
    app.fill(&state, "lent").await;
    app.press("button", "Save changes").await;
    app.press("summary", "All changes").await;
    app.sees("State").await;
    app.sees("Lent").await;
    let stored = app.store.get(&key).await.expect("read").expect("there");
    assert_eq!((stored.text("name"), stored.text(&state), stored.text(&plate)), ("Van", "lent", "HB-V 7"));

    // The list: searched and filtered by its status. And the search over everything.
    app.follow("Vehicles").await;
    app.sees("1 vehicle").await;
    let search = app.until("the search", || app.all("input[type=search]").into_iter().next()).await;
    type_into(&search, "bicycle");
    app.sees("Nothing found").await;
    type_into(&search, "VAN");
    app.until("the van", || app.named("a.cover", "Van")).await;
    app.press("button", "Here").await;
    app.sees("Nothing found").await;
    app.press("button", "Lent").await;
    app.until("the van", || app.named("a.cover", "Van")).await;
    let (found, total) = app.store.search(&Question::new("hb-v"), 10, false).await.expect("found");
    assert_eq!((found.first().map(Record::key), total), (Some(key.clone()), 1));

    // A file comes in by the names of its fields, and what goes out has them.
    app.again(&format!("/import?type={kind}")).await;
    app.choose("vehicles.csv", FILE).await;
    app.sees("1 ready").await;
    app.sees("1 with errors").await;
    app.press("button", "Import 1 vehicle").await;
    app.sees("1 vehicle imported").await;
    app.again(&format!("/export?type={kind}")).await;
    let file = app.given("Export 2 vehicles").await;
    let mut lines: Vec<&str> = file.lines().collect();
    lines[1..].sort_unstable();
    let rows = ["Name,State,Plate", "Trailer,Lent,HB-T 1", "Van,Lent,HB-V 7"];
    assert_eq!(lines.len(), rows.len(), "{file}");
    assert!(lines.iter().zip(rows).all(|(line, row)| line.starts_with(row)), "{file}");

    // What waits is what another device needs, definitions and all, and what one did is shown here.
    for key in [RecordKey::new("object", of), key] {
        app.is_the_same_elsewhere(&key).await;
    }
    app.hears_of(&kind, "Their tractor").await;
    app.again(&format!("/{kind}")).await;
    app.sees("Their tractor").await;
    app.sees("3 vehicles").await;
}
