//! Drafts: what was typed into a form and not saved is kept in the store, so that a reload, a crash or a flat battery costs
//! at most the last half second of typing.

use std::collections::BTreeMap;

use leptos::prelude::*;
use leptos::task::spawn_local;

use super::entry::Entry;
use super::state::{FieldState, FormState};
use crate::platform::visibility::on_hidden;
use crate::platform::{Timeout, timeout};
use crate::state::Desk;

/// How long typing must pause, in milliseconds, before a draft is written.
const PAUSE_MS: u32 = 350;

type Draft = Option<BTreeMap<String, Entry>>;

fn key(route: &str) -> String {
    format!("draft:{route}")
}

/// The draft of a form, if there is one.
pub async fn load(desk: Desk, route: &str) -> Draft {
    desk.store().meta::<Draft>(&key(route)).await.ok().flatten().flatten().filter(|draft| !draft.is_empty())
}

/// Forgets the draft of a form: it was saved, or its writer does not want it.
pub async fn forget(desk: Desk, route: &str) {
    if let Err(error) = desk.store().remove_meta(&key(route)).await {
        leptos::logging::warn!("a draft could not be removed: {error}");
    }
}

/// Puts a form's draft back, if there is one, and keeps it from now on: for forms that save by themselves, whose drafts are
/// what cannot be saved as it stands.
pub fn follow(desk: Desk, form: FormState, route: String) {
    let key = route.clone();
    spawn_local(async move {
        if let Some(draft) = load(desk, &key).await {
            form.restore(&draft);
        }
    });
    keep(desk, form, route, || true);
}

/// Keeps the draft of a form from now on, while `active`. To be called where the form is made.
///
/// Leaving the page or hiding the tab writes at once what was typed within the pause.
pub fn keep(desk: Desk, form: FormState, route: String, active: impl Fn() -> bool + Send + Sync + 'static) {
    let pending = StoredValue::new_local(None::<(Timeout, Draft)>);
    let route = StoredValue::new(route);
    let active = StoredValue::new(active);
    let is_active = move || active.try_with_value(|active| active()).unwrap_or(false);
    let flush = move || {
        let waiting = pending.try_update_value(Option::take).flatten();
        if let (Some((_, draft)), Some(route), true) = (waiting, route.try_get_value(), is_active()) {
            write(desk, route, draft);
        }
    };
    Effect::new(move |before: Option<bool>| {
        let typed = form.typed();
        let blank = typed.is_empty();
        // A form that was never touched writes nothing, and so cannot overwrite a draft that is still being read.
        if before.is_none_or(|before| before && blank) || !is_active() {
            return blank;
        }
        pending.set_value(Some((timeout(PAUSE_MS, flush), Some(typed).filter(|typed| !typed.is_empty()))));
        blank
    });
    let hidden = StoredValue::new_local(Some(on_hidden(flush)));
    on_cleanup(move || {
        flush();
        drop(hidden.try_update_value(Option::take));
    });
}

/// Keeps what stands in one field, before it is saved: whoever saves it [forgets](forget) it then.
pub fn put(desk: Desk, route: String, state: FieldState) {
    let entry = state.entry.get_untracked();
    write(desk, route, Some(BTreeMap::from([(state.field.name.to_owned(), entry)])));
}

fn write(desk: Desk, route: String, draft: Draft) {
    spawn_local(async move {
        if draft.is_none() {
            return forget(desk, &route).await;
        }
        if let Err(error) = desk.store().set_meta(&key(&route), &draft).await {
            leptos::logging::warn!("a draft could not be kept: {error}");
        }
    });
}
