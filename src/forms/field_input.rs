//! The control of a field, by what the field holds: the right keyboard, the right list, the right marks around it.

use crate::markup::{Markup, view};
use leptos::prelude::*;
use outpost_core::money::Currency;
use outpost_core::records::is_own;
use outpost_core::schema::Kind;

use super::address_input::AddressInput;
use super::entry::Entry;
use super::links_input::LinksInput;
use super::offered::offered;
use super::record_picker::RecordPicker;
use super::state::{FieldState, FormState};
use crate::components::{Choice, DateInput, InputKind, MoneyInput, MultiInput, Select, TextArea, TextInput};
use crate::words::tr;

/// The codes of all currencies in use, that of the business first.
pub(crate) fn currency_codes(first: Currency) -> Vec<String> {
    let mut codes = vec![first.code().to_owned()];
    codes.extend(Currency::active().into_iter().filter(|each| *each != first).map(|each| each.code().to_owned()));
    codes
}

/// What is typed into a text field, as far as its name tells.
fn text_kind(name: &str) -> InputKind {
    match name {
        "email" | "buyer_email" => InputKind::Email,
        "phone" => InputKind::Phone,
        "website" => InputKind::Url,
        "name" | "buyer_name" | "company" | "owner" => InputKind::Name,
        _ => InputKind::Text,
    }
}

/// What a browser or a phone's address book may fill in, where the kind of what is typed does not say it.
fn token(kind: &str, name: &str) -> Option<&'static str> {
    match (kind, name) {
        ("lead" | "contact", "name") => Some("name"),
        ("company" | "business", "name") | (_, "company" | "buyer_name") => Some("organization"),
        ("contact", "position") => Some("organization-title"),
        _ => None,
    }
}

/// One field of a form.
#[component]
pub fn FieldInput(
    /// The form, for fields that fill in others.
    form: FormState,
    /// The field.
    state: FieldState,
) -> Markup {
    let field = state.field;
    let label = tr(field.label);
    let hint = (!field.hint.is_empty()).then_some(field.hint);
    let hint = MaybeProp::derive(move || hint.map(|hint| tr(hint).to_owned()));
    let error = MaybeProp::from(state.error());
    let on_input = Callback::new(move |text: String| state.enter(Entry::Text(text)));
    let on_left = Callback::new(move |_: String| state.look());
    let on_choice = Callback::new(move |text: String| {
        state.enter(Entry::Text(text));
        state.look();
    });
    let line = move |kind: InputKind, suffix: Option<String>| {
        let suffix = suffix.unwrap_or_default();
        if suffix.is_empty() {
            let autocomplete = token(form.schema.kind, field.name).unwrap_or(kind.token());
            let required = field.required;
            view! {
                <TextInput
                    label
                    value=state.text()
                    on_input
                    on_change=on_left
                    kind
                    hint
                    error
                    required
                    autocomplete
                />
            }
        } else {
            view! { <TextInput label value=state.text() on_input on_change=on_left kind hint error suffix=suffix /> }
        }
    };
    match field.kind {
        Kind::LongText => view! {
            <TextArea label value=state.text() on_input on_change=on_left hint error rows=4 />
        },
        Kind::Emails => list(state, InputKind::Email, tr("Add e-mail")),
        Kind::Phones => list(state, InputKind::Phone, tr("Add phone")),
        Kind::Address => view! { <AddressInput state /> },
        Kind::Choice(_) => {
            let kind = form.schema.kind;
            let now = state.entry.with_untracked(|entry| entry.text().to_owned());
            let options: Vec<Choice> = offered(kind, field, &now)
                .into_iter()
                .map(|choice| Choice::new(choice.value, tr(choice.label)))
                .collect();
            let is_set = field.name == form.schema.list.facet && form.schema.always_has_facet();
            let may_be_none = !field.required && !is_set && (now.is_empty() || is_own(field.name));
            let none = may_be_none.then(|| "–".to_owned());
            view! {
                <Select
                    label
                    value=state.text()
                    options=Signal::stored(options)
                    on_change=on_choice
                    empty=MaybeProp::from(none)
                    hint
                    error
                />
            }
        }
        Kind::Currency => {
            let codes: Vec<Choice> =
                currency_codes(form.habits.currency).into_iter().map(|code| Choice::new(code.clone(), code)).collect();
            view! { <Select label value=state.text() options=Signal::stored(codes) on_change=on_choice hint error /> }
        }
        Kind::Money => money(form, state, hint),
        Kind::Date => view! { <DateInput label value=state.text() on_change=on_choice hint error /> },
        Kind::Instant => view! {
            <DateInput label value=state.text() on_change=on_choice with_time=true hint error />
        },
        Kind::Integer { .. } => line(InputKind::Integer, None),
        Kind::Decimal => line(InputKind::Decimal, None),
        Kind::Rate => line(InputKind::Decimal, Some("%".to_owned())),
        Kind::Relation(kind) => view! { <RecordPicker form state kind /> },
        Kind::Relations(kind) => view! { <LinksInput state kind /> },
        Kind::Roles(kind) => view! { <LinksInput state kind roles=true /> },
        Kind::Text | Kind::Structure => line(text_kind(field.name), None),
    }
}

/// Several texts of one kind.
fn list(state: FieldState, kind: InputKind, add_label: &'static str) -> Markup {
    let values = Signal::derive(move || {
        state.entry.with(|entry| match entry {
            Entry::List(items) => items.clone(),
            _ => Vec::new(),
        })
    });
    let error =
        MaybeProp::derive(move || state.wrong.with(|wrong| wrong.as_ref().map(|wrong| (wrong.at, wrong.says.clone()))));
    let on_change = Callback::new(move |items: Vec<String>| state.enter(Entry::List(items)));
    view! { <MultiInput label=tr(state.field.label) values on_change add_label kind error /> }
}

/// An amount with its currency.
fn money(form: FormState, state: FieldState, hint: MaybeProp<String>) -> Markup {
    let currency = Signal::derive(move || {
        state.entry.with(|entry| match entry {
            Entry::Amount { currency, .. } => currency.clone(),
            _ => String::new(),
        })
    });
    let on_input = Callback::new(move |figures: String| {
        state.enter(Entry::Amount { figures, currency: currency.get_untracked() });
    });
    let on_currency = Callback::new(move |code: String| {
        let figures = state.entry.with_untracked(|entry| entry.text().to_owned());
        state.enter(Entry::Amount { figures, currency: code });
    });
    let on_change = Callback::new(move |_: String| state.look());
    view! {
        <MoneyInput
            label=tr(state.field.label)
            value=state.text()
            currency
            currencies=Signal::stored(currency_codes(form.habits.currency))
            on_currency
            on_input
            on_change
            hint
            error=MaybeProp::from(state.error())
        />
    }
}
