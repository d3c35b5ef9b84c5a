//! Where two people set one field without knowing of each other: both values, and one tap for either.

use leptos::prelude::*;
use leptos::task::spawn_local;
use outpost_core::id::{DeviceId, RecordId};
use outpost_core::mutation::{Op, Patch};
use outpost_core::record::Record;
use outpost_core::records::{Conflict, Deal};
use outpost_core::schema::{Field, RecordType, Schema};
use serde_json::Value;

use crate::components::{Banner, Button, ButtonKind, Toast};
use crate::markup::{IntoMarkup, Markup, view};
use crate::pages::deal::{Along, move_deal, tell};
use crate::pages::show;
use crate::pages::undo::do_with_undo;
use crate::platform::intl;
use crate::state::{Desk, Live, live, pipelines};
use crate::words::{t, tr};

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

/// Whose value it is.
enum Who<'a> {
    We,
    /// “Max’s phone”.
    Named(&'a str),
    Unknown,
}

impl<'a> Who<'a> {
    fn of(device: &str, name: &'a str, own: DeviceId) -> Self {
        match name {
            _ if device == own.to_string() => Self::We,
            "" => Self::Unknown,
            name => Self::Named(name),
        }
    }

    /// What was done to the field; no text is an empty field.
    fn put(self, text: &str) -> String {
        match (self, text) {
            (Self::We, "") => tr("you cleared it").to_owned(),
            (Self::We, text) => t!("you wrote “{text}”"),
            (Self::Unknown, "") => tr("another device cleared it").to_owned(),
            (Self::Unknown, text) => t!("another device wrote “{text}”"),
            (Self::Named(who), "") => t!("{who} cleared it"),
            (Self::Named(who), text) => t!("{who} wrote “{text}”"),
        }
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
    let put = |who: Who<'_>, value: &Value, ms: Option<u64>| {
        let at = ms.map(|ms| format!(" ({})", intl::moment(ms))).unwrap_or_default();
        who.put(&show::short(Some(field), value)) + &at
    };
    let stands = record.fields.get(&read.field).map(|register| register.hlc().ms);
    let won = capital(&put(Who::of(&read.won_device, &read.won_by, own), &ours, stands));
    let lost_to_it = put(Who::of(&read.device, &read.by, own), &theirs, read.at);
    let label = tr(field.label);
    let text = t!("{}: two values. {won}; {}. Neither knew of the other.", label, lost_to_it);
    let take = match on_button(field, &theirs) {
        text if text.is_empty() => tr("Use it empty").to_owned(),
        text => t!("Use “{text}”"),
    };
    let keep = match on_button(field, &ours) {
        text if text.is_empty() => tr("Keep it empty").to_owned(),
        text => t!("Keep “{text}”"),
    };
    let (key, lost) = (record.key(), lost.id);
    let dismiss = move || Op::delete(Conflict::SCHEMA.kind, lost);
    let done = t!("{} changed", label);
    let kept = t!("{} kept", label);
    let keep_it = move |()| do_with_undo(desk, vec![dismiss()], kept.clone());
    let use_it = move |()| {
        if key.kind == Deal::SCHEMA.kind && read.field == "stage" {
            return move_there(desk, key.id, &theirs, lost, done.clone());
        }
        let patch = Patch::from([(read.field.clone(), theirs.clone())]);
        do_with_undo(desk, vec![Op::patch(&key.kind, key.id, patch), dismiss()], done.clone());
    };
    Some(view! {
        <Banner text>
            <Button on_click=use_it>{take}</Button>
            <Button kind=ButtonKind::Quiet on_click=keep_it>{keep}</Button>
        </Banner>
    })
}

/// Moves a deal to where the other one had it: its stage is never just written.
fn move_there(desk: Desk, deal: RecordId, to: &Value, lost: RecordId, done: String) {
    let kind = Conflict::SCHEMA.kind;
    let along = Along { ops: vec![Op::delete(kind, lost)], back: vec![Op::restore(kind, lost)] };
    let to = to.as_str().filter(|to| !to.is_empty()).unwrap_or_else(|| pipelines().unset()).to_owned();
    spawn_local(async move {
        match move_deal(desk, deal, to, None, along.clone()).await {
            Ok(Some(moved)) => tell(desk, moved),
            // It has come there by itself.
            Ok(None) => do_with_undo(desk, along.ops, done),
            Err(why) => drop(desk.toasts.show(Toast::bad(why))),
        }
    });
}

/// As much of a value as a button says.
fn on_button(field: &Field, value: &Value) -> String {
    match show::short(Some(field), value) {
        text if text.chars().count() > ON_BUTTON => text.chars().take(ON_BUTTON).chain(['…']).collect(),
        text => text,
    }
}

/// A sentence begins with a capital letter.
fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}
