//! Fields: names, hints, errors, and what comes out of them.

use super::*;
use crate::components::{
    Checkbox, Choice, Fold, InputKind, MoneyInput, MultiInput, SearchField, Segmented, Select, TextInput,
    focus_first_invalid,
};
use wasm_bindgen_test::wasm_bindgen_test;

#[wasm_bindgen_test]
async fn a_field_says_its_hint_and_then_its_error() {
    let error = RwSignal::new(None::<String>);
    let value = RwSignal::new(String::new());
    let stage = Stage::new(move || {
        view! { <TextInput label="E-mail" kind=InputKind::Email value hint="Work" error on_input=move |text| value.set(text) /> }
    })
    .await;
    let input = stage.find("input");
    assert_eq!(stage.find("label").get_attribute("for"), input.get_attribute("id"));
    assert_eq!(input.get_attribute("type").as_deref(), Some("email"));
    assert_eq!(description(&input).as_deref(), Some("Work"));
    assert!(!input.has_attribute("aria-invalid"));

    stage.type_into("input", "marie@").await;
    assert_eq!(value.get_untracked(), "marie@");
    error.set(Some("This address has no domain.".to_owned()));
    stage.settle().await;
    assert_eq!(input.get_attribute("aria-invalid").as_deref(), Some("true"));
    assert_eq!(description(&input).as_deref(), Some("This address has no domain."));
    assert!(!stage.has(".field-hint"), "the error takes the hint's place");
    assert!(focus_first_invalid(&stage.root));
    assert!(document().active_element().unwrap().is_same_node(Some(&input)));

    error.set(None);
    stage.settle().await;
    assert_eq!(description(&input).as_deref(), Some("Work"));
    assert!(!focus_first_invalid(&stage.root));
}

#[wasm_bindgen_test]
async fn a_decimal_is_text_so_that_a_comma_survives() {
    let value = RwSignal::new(String::new());
    let stage = Stage::new(move || {
        view! { <TextInput label="Price" kind=InputKind::Decimal value on_input=move |text| value.set(text) /> }
    })
    .await;
    let input = stage.find("input");
    assert_eq!(input.get_attribute("type").as_deref(), Some("text"));
    assert_eq!(input.get_attribute("inputmode").as_deref(), Some("decimal"));
    stage.type_into("input", "12,50").await;
    assert_eq!(value.get_untracked(), "12,50");
}

#[wasm_bindgen_test]
async fn a_select_keeps_a_value_it_does_not_know() {
    let value = RwSignal::new("of-a-newer-version".to_owned());
    let options = vec![Choice::new("new", "New"), Choice::new("old", "Old")];
    let stage = Stage::new(move || {
        view! { <Select label="Stage" value options on_change=move |chosen| value.set(chosen) /> }
    })
    .await;
    assert_eq!(value_of(&stage.find("select")), "of-a-newer-version");
    assert_eq!(stage.count("option"), 3);

    stage.find("select").unchecked_into::<web_sys::HtmlSelectElement>().set_value("old");
    stage.fire("select", "change").await;
    assert_eq!(value.get_untracked(), "old");
    assert_eq!(value_of(&stage.find("select")), "old");
    assert_eq!(stage.count("option"), 2);
}

#[wasm_bindgen_test]
async fn a_select_without_a_value_asks_for_one() {
    let stage = Stage::new(|| {
        view! { <Select label="Reason" value="" options=vec![Choice::new("price", "Price")] on_change=|_| () /> }
    })
    .await;
    assert_eq!(value_of(&stage.find("select")), "");
    assert_eq!(stage.text("option"), "Choose…");
}

#[wasm_bindgen_test]
async fn money_has_its_currency_before_it() {
    let (value, currency) = (RwSignal::new("12".to_owned()), RwSignal::new("EUR".to_owned()));
    let stage = Stage::new(move || {
        view! {
            <MoneyInput
                label="Amount"
                value
                currency
                currencies=vec!["JPY".to_owned(), "KWD".to_owned()]
                on_currency=move |code| currency.set(code)
                on_input=move |text| value.set(text)
            />
        }
    })
    .await;
    assert_eq!(value_of(&stage.find("select")), "EUR", "a currency that is not offered is kept");
    stage.find("select").unchecked_into::<web_sys::HtmlSelectElement>().set_value("KWD");
    stage.fire("select", "change").await;
    stage.type_into("input", "12,345").await;
    assert_eq!((value.get_untracked().as_str(), currency.get_untracked().as_str()), ("12,345", "KWD"));
}

#[wasm_bindgen_test]
async fn several_values_can_be_added_changed_and_taken_away() {
    let values = RwSignal::new(Vec::<String>::new());
    let stage = Stage::new(move || {
        view! { <MultiInput label="E-mail" add_label="Add" values on_change=move |all| values.set(all) error=Some((1, "No.".to_owned())) /> }
    })
    .await;
    assert_eq!(stage.count("input"), 1, "an empty list has a field to begin with");
    assert!(stage.find(".multi-row button").has_attribute("disabled"));
    stage.type_into("input", "a@b.c").await;
    assert_eq!(values.get_untracked(), ["a@b.c"]);

    stage.click(".multi-add button").await;
    assert_eq!(values.get_untracked(), ["a@b.c", ""]);
    stage.type_into(".multi-row:nth-child(2) input", "d@e.f").await;
    assert_eq!(values.get_untracked(), ["a@b.c", "d@e.f"]);
    assert_eq!(description(&stage.find(".multi-row:nth-child(2) input")).as_deref(), Some("No."));
    assert_eq!(description(&stage.find(".multi-row:nth-child(1) input")), None);

    stage.click(".multi-row:nth-child(1) button").await;
    assert_eq!(values.get_untracked(), ["d@e.f"]);
    assert_eq!(value_of(&stage.find("input")), "d@e.f");
}

#[wasm_bindgen_test]
async fn what_is_folded_away_tells_its_content_and_opens_for_writing() {
    let street = RwSignal::new(String::new());
    let stage = Stage::new(move || {
        view! {
            <Fold label="Address" content=street begin="Add an address">
                <TextInput label="Street" value=street on_input=move |text| street.set(text) />
            </Fold>
        }
    })
    .await;
    assert_eq!(stage.text(".fold-content"), "Add an address");
    let group = stage.find("[role=group]");
    let named = stage.find(&format!("#{}", group.get_attribute("aria-labelledby").unwrap()));
    assert_eq!(named.text_content().unwrap().trim(), "Address");

    stage.click("summary").await;
    assert!(stage.find("details").has_attribute("open"));
    stage.type_into("input", "Quay 4").await;
    assert_eq!(stage.text(".fold-content"), "Quay 4");
}

#[wasm_bindgen_test]
async fn segments_are_radio_buttons_of_one_group() {
    let value = RwSignal::new("light".to_owned());
    let options = vec![Choice::new("light", "Light"), Choice::new("dark", "Dark")];
    let stage = Stage::new(move || {
        view! { <Segmented label="Theme" value options on_change=move |chosen| value.set(chosen) /> }
    })
    .await;
    assert_eq!(stage.text("legend"), "Theme");
    stage.click("input[value=dark]").await;
    assert_eq!(value.get_untracked(), "dark");
    assert_eq!(stage.count("input:checked"), 1);
}

#[wasm_bindgen_test]
async fn a_tick_box_says_what_was_answered() {
    let checked = RwSignal::new(false);
    let stage = Stage::new(move || {
        view! { <Checkbox label="Yes" checked on_change=move |now| checked.set(now) /> }
    })
    .await;
    stage.click("input").await;
    assert!(checked.get_untracked());
}

#[wasm_bindgen_test]
async fn escape_empties_a_search_and_then_leaves_it() {
    let value = RwSignal::new(String::new());
    let stage = Stage::new(move || {
        view! { <SearchField label="Search leads" value on_input=move |text| value.set(text) key="/" /> }
    })
    .await;
    assert_eq!(stage.text("kbd"), "/");
    stage.find("input").unchecked_into::<HtmlElement>().focus().unwrap();
    stage.type_into("input", "anna").await;
    assert!(stage.has(".clear button"));
    stage.press("input", "Escape", false).await;
    assert_eq!(value.get_untracked(), "");
    stage.press("input", "Escape", false).await;
    assert!(!document().active_element().unwrap().is_same_node(Some(&stage.find("input"))));
}
