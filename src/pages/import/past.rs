//! Earlier imports of this device, which can still be taken back.

use leptos::prelude::*;

use super::preview::named;
use super::result::Undo;
use super::state::Importing;
use crate::components::Panel;
use crate::forms::say;
use crate::markup::{IntoMarkup, Markup, view};
use crate::platform::intl;
use crate::state::{Desk, live, schema};
use crate::store::Import;
use crate::words::t;

/// The list; nothing if there was none.
#[component]
pub(super) fn Past(importing: Importing) -> Markup {
    let desk = importing.desk;
    let imports = live(|| (), move |()| async move { desk.store().imports().await.map_err(say) });
    let live = move || {
        let all = imports.value().filter(|all| !all.is_empty())?;
        let items = all.into_iter().map(|import| item(desk, import)).collect::<Vec<_>>();
        Some(view! {
            <Panel title="Earlier imports">
                <ul class="list bare" aria-label="Earlier imports">{items}</ul>
            </Panel>
        })
    };
    live.into_markup()
}

fn item(desk: Desk, import: Import) -> Markup {
    let count = import.made.unwrap_or(import.prints.len());
    let what = schema(&import.kind).map_or_else(|| import.kind.clone(), |schema| named(schema, count));
    let made = match import.made {
        Some(made) => t!("{count} {what}", count = intl::count(made)),
        None => t!("interrupted, at most {count} {what}", count = intl::count(count)),
    };
    let undone = RwSignal::new(import.undone.clone());
    let told = format!("{made}, {}", intl::relative(import.batch.ms));
    view! {
        <li class="item plain">
            <div class="item-main">
                <b class="item-title">{import.file.clone()}</b>
                <span class="item-text">{told}</span>
            </div>
            <Undo desk import undone />
        </li>
    }
}
