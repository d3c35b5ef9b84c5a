//! A new type: what several are called, what one is called, and a picture.

use leptos::prelude::*;
use leptos_router::hooks::use_navigate;
use outpost_core::record::RecordKey;
use outpost_core::records::{CustomObject, ObjectIcon};
use outpost_core::schema::RecordType;

use super::picks::Picks;
use super::{PATH, patched, write_once};
use crate::components::{Choice, Dialog, DialogForm, TextInput};
use crate::markup::{IntoMarkup, Markup, view};
use crate::pages::types::glyph_of;
use crate::platform::ids;
use crate::state::{types, use_desk};
use crate::words::{lower, t};

/// The pictures that can be chosen.
pub(super) fn pictures() -> Vec<Choice> {
    let picture = |choice: &outpost_core::schema::Choice| {
        Choice::new(choice.value, choice.label).icon(glyph_of(ObjectIcon::parse(choice.value)))
    };
    ObjectIcon::CHOICES.iter().map(picture).collect()
}

/// The dialog.
#[component]
pub(super) fn AddObject(open: RwSignal<bool>) -> Markup {
    view! {
        <Dialog open on_close=move |()| open.set(false) title="New type">
            {move || open.get().then(|| view! { <Ask open /> })}
        </Dialog>
    }
}

#[component]
fn Ask(open: RwSignal<bool>) -> Markup {
    let desk = use_desk();
    let navigate = use_navigate();
    let (plural, label) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let (wrong_plural, wrong_label) = (RwSignal::new(None::<String>), RwSignal::new(None::<String>));
    let icon = RwSignal::new(ObjectIcon::default().value().to_owned());
    let busy = RwSignal::new(false);
    // Made once: however often it is pressed, it is one type.
    let key = RecordKey::new(CustomObject::SCHEMA.kind, ids::new_record_id());
    let there = format!("{PATH}/{}", CustomObject::kind(key.id));
    let done = Callback::new(move |()| open.set(false));
    let go = Callback::new(move |()| {
        open.set(false);
        navigate(&there, Default::default());
    });
    let save = move || {
        let (several, one) = (plural.get_untracked().trim().to_owned(), label.get_untracked().trim().to_owned());
        let is_taken = types().with_pages().any(|schema| schema.plural.eq_ignore_ascii_case(&several));
        wrong_plural.set(match () {
            () if several.is_empty() => Some(t!("A name is wanted.").to_owned()),
            () if is_taken => Some(t!("There are {} already.", lower(&several))),
            () => None,
        });
        wrong_label.set(one.is_empty().then(|| t!("A name is wanted.").to_owned()));
        if wrong_plural.with_untracked(Option::is_some) || wrong_label.with_untracked(Option::is_some) {
            return;
        }
        let place = types().objects().iter().map(|(_, object, _)| object.place).max().unwrap_or_default() + 1;
        let icon = ObjectIcon::parse(&icon.get_untracked());
        let object = CustomObject { plural: several.clone(), label: one, icon, place, ..CustomObject::default() };
        match object.to_patch() {
            Ok(patch) => write_once(desk, busy, vec![patched(&key, patch)], t!("Added {}", lower(&several)), go),
            Err(error) => wrong_plural.set(Some(crate::forms::say(error))),
        }
    };
    view! {
        <DialogForm save="Add type" busy on_save=move |()| save() on_cancel=done>
            <TextInput
                label="What several are called"
                placeholder="Vehicles"
                value=plural
                on_input=move |text| {
                    plural.set(text);
                    wrong_plural.set(None);
                }
                error=wrong_plural
                required=true
            />
            <TextInput
                label="What one is called"
                placeholder="Vehicle"
                value=label
                on_input=move |text| {
                    label.set(text);
                    wrong_label.set(None);
                }
                error=wrong_label
                required=true
            />
            <Picks label="Picture" value=icon options=pictures() on_change=move |value: String| icon.set(value) />
        </DialogForm>
    }
    .into_markup()
}
