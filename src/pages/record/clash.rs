//! Where two people set one field without knowing of each other: both values, and one tap for either.

use leptos::prelude::*;
use outpost_core::id::DeviceId;
use outpost_core::mutation::{Op, Patch};
use outpost_core::record::Record;
use outpost_core::records::Conflict;
use outpost_core::schema::{RecordType, Schema};
use serde_json::Value;

use crate::components::{Banner, Button, ButtonKind};
use crate::markup::{IntoMarkup, Markup, view};
use crate::pages::show;
use crate::platform::intl;
use crate::state::{Desk, Live, do_with_undo, live};

/// How much of a value a button says, in characters.
const ON_BUTTON: usize = 24;

/// The clashes of a record that nobody has settled.
#[component]
pub(crate) fn Clashes(desk: Desk, schema: &'static Schema, record: Signal<Record>) -> Markup {
    let id = record.with_untracked(|record| record.id);
    let kind = Conflict::SCHEMA.kind;
    let lost: Live<Vec<Record>> = live(
        move || desk.version(kind),
        move |_| {
            let store = desk.store();
            async move { store.children(id, kind).await.map_err(crate::forms::say) }
        },
    );
    let own = desk.store().device();
    let list = move || {
        let lost = lost.value()?;
        let shown: Vec<Markup> =
            record.with(|record| lost.iter().filter_map(|lost| clash(desk, schema, record, lost, own)).collect());
        (!shown.is_empty()).then(|| view! { <div class="banners">{shown}</div> })
    };
    list.into_markup()
}

/// “Max’s phone”, or “you”.
fn who(device: &str, name: &str, own: DeviceId) -> String {
    match name {
        _ if device == own.to_string() => "you".to_owned(),
        "" => "another device".to_owned(),
        name => name.to_owned(),
    }
}

fn clash(desk: Desk, schema: &'static Schema, record: &Record, lost: &Record, own: DeviceId) -> Option<Markup> {
    let read = Conflict::from_record(lost).ok()?;
    let field = schema.field(&read.field)?;
    let theirs = read.value.unwrap_or(Value::Null);
    let ours = record.get(&read.field).cloned().unwrap_or(Value::Null);
    // Somebody has chosen it already.
    if theirs == ours {
        return None;
    }
    let put = |who: String, value: &Value, ms: Option<u64>| {
        let at = ms.map(|ms| format!(" ({})", intl::moment(ms))).unwrap_or_default();
        match show::short(Some(field), value) {
            text if text.is_empty() => format!("{who} cleared it{at}"),
            text => format!("{who} wrote “{text}”{at}"),
        }
    };
    let stands = record.fields.get(&read.field).map(|register| register.hlc().ms);
    let won = put(who(&read.won_device, &read.won_by, own), &ours, stands);
    let text =
        format!("{won}; {}. Neither knew of the other.", put(who(&read.device, &read.by, own), &theirs, read.at));
    let label = format!("{}: two values", field.label);
    let button = |word: &str, value: &Value| match show::short(Some(field), value) {
        text if text.is_empty() => format!("{word} it empty"),
        text if text.chars().count() > ON_BUTTON => {
            format!("{word} “{}…”", text.chars().take(ON_BUTTON).collect::<String>())
        }
        text => format!("{word} “{text}”"),
    };
    let (take, keep) = (button("Use", &theirs), button("Keep", &ours));
    let patch = Patch::from([(read.field.clone(), theirs)]);
    let (key, lost) = (record.key(), lost.id);
    let dismiss = move || Op::delete(Conflict::SCHEMA.kind, lost);
    let done = format!("{} changed", field.label);
    let kept = format!("{} kept", field.label);
    let use_it = move |()| {
        do_with_undo(desk, vec![Op::patch(&key.kind, key.id, patch.clone()), dismiss()], done.clone());
    };
    let keep_it = move |()| do_with_undo(desk, vec![dismiss()], kept.clone());
    let text = format!("{label}. {}", capital(&text));
    Some(view! {
        <Banner text>
            <Button on_click=use_it>{take}</Button>
            <Button kind=ButtonKind::Quiet on_click=keep_it>{keep}</Button>
        </Banner>
    })
}

/// A sentence begins with a capital letter.
fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}
