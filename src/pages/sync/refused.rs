//! What the server has refused: why, and what can be done about it. Nothing of it is ever dropped unasked.

use leptos::prelude::*;
use leptos::task::spawn_local;
use outpost_core::access::NOT_ALLOWED;
use serde_json::{Value, json};

use super::changes::{self, Change};
use crate::components::{Button, ButtonKind, Glyph, Panel, Tag, Toast, Tone};
use crate::forms::say;
use crate::markup::{Markup, view};
use crate::pages::links;
use crate::pages::types::look;
use crate::pages::undo::{Back, offer};
use crate::platform::{download, intl, time};
use crate::state::{Desk, live, use_desk};
use crate::store::Rejected;
use crate::words::{t, tr};

/// How many are shown at once: the next come as these are dealt with.
const WINDOW: u32 = 50;
/// How many changes are read at once for a file.
const PAGE: u32 = 1_000;

#[derive(Debug, Clone, PartialEq)]
struct Refused {
    rejected: Rejected,
    change: Change,
    /// The form with the refused values in it.
    edit: Option<String>,
}

async fn read(desk: Desk) -> Result<Vec<Refused>, String> {
    let mut all = desk.store().rejected_from(0, WINDOW).await.map_err(say)?;
    // Of one that says nothing there is nothing to be told.
    all.retain(|each| !each.mutation.ops.is_empty());
    let mutations: Vec<_> = all.iter().map(|each| (&each.mutation, &[][..])).collect();
    let told = changes::read(desk, &mutations).await?;
    let refused = all.into_iter().zip(told).map(|(rejected, change)| {
        let edit = form_of(&rejected, &change);
        Refused { rejected, change, edit }
    });
    Ok(refused.collect())
}

/// The address of the form that the values can be put right in, where there is one.
fn form_of(rejected: &Rejected, change: &Change) -> Option<String> {
    let key = &change.key;
    let sets_fields = rejected.mutation.ops.iter().any(|op| op.key() == *key && op.patched().is_some());
    let path = links::list_of(&key.kind).filter(|_| sets_fields && look(&key.kind).edit.is_some())?;
    let n = rejected.mutation.n;
    Some(match change.is_open {
        true => format!("{path}/{}/edit?refused={n}", key.id),
        false => format!("{path}/new?refused={n}"),
    })
}

#[component]
pub(super) fn RefusedChanges() -> Markup {
    let desk = use_desk();
    let rejected = desk.store().rejected_count();
    let list = live(move || rejected.get(), move |_| read(desk));
    let body = move || {
        let all = list.value().unwrap_or_default();
        (!all.is_empty()).then(|| {
            let items = all.into_iter().map(|refused| card(desk, refused)).collect::<Vec<_>>();
            view! {
                <Panel title="Refused by the server">
                    <ul class="changes" aria-label="Refused">{items}</ul>
                </Panel>
            }
        })
    };
    view! {
        {move || list.error().map(|text| view! { <p class="refusal small">{text}</p> })}
        {body}
    }
}

fn card(desk: Desk, refused: Refused) -> Markup {
    let Refused { rejected, change, edit } = refused;
    let n = rejected.mutation.n;
    let made = rejected.mutation.hlc.ms;
    let file = serde_json::to_string_pretty(&rejected).unwrap_or_default();
    let why = match rejected.code.as_str() {
        NOT_ALLOWED => tr("you may look at this workspace, but not change it").to_owned(),
        _ => say(&rejected.message),
    };
    let discarded = rejected.clone();
    let save = move |()| {
        if !download(&format!("outpost-refused-{n}.json"), "application/json", &file) {
            desk.toasts.show(Toast::bad(tr("The browser did not take the file.")));
        }
    };
    let edit = edit.map(|href| change.edit_link(href, false));
    view! {
        <li class="change-card refused">
            <div class="change-title">{change.heading()}</div>
            <div class="change">
                <div class="change-head">
                    <span class="small">
                        {change.deed.word()} <span class="muted">" · " {intl::moment(made)}</span>
                    </span>
                    <Tag tone=Tone::Bad>"refused"</Tag>
                </div>
                <p class="refusal small">{why}</p>
                {change.lines()}
                <div class="btn-group">
                    {edit}
                    <Button icon=Glyph::Refresh on_click=move |()| retry(desk, n)>"Try again"</Button>
                    <Button icon=Glyph::Export on_click=save>"Export"</Button>
                    <Button
                        icon=Glyph::Trash
                        kind=ButtonKind::Danger
                        on_click=move |()| discard(desk, discarded.clone())
                    >
                        "Discard"
                    </Button>
                </div>
            </div>
        </li>
    }
}

fn retry(desk: Desk, n: u64) {
    spawn_local(async move {
        let toast = match desk.store().retry_rejected(n).await {
            Ok(_) => Toast::new(tr("It is sent again")),
            Err(error) => Toast::bad(say(error)),
        };
        desk.toasts.show(toast);
    });
}

fn discard(desk: Desk, rejected: Rejected) {
    spawn_local(async move {
        if let Err(error) = desk.store().discard_rejected(rejected.mutation.n).await {
            desk.toasts.show(Toast::bad(say(error)));
            return;
        }
        // The status that speaks of it is the sync loop's.
        desk.sync().wake();
        offer(desk, tr("Discarded").to_owned(), Back::Keep(rejected));
    });
}

/// Gives the person all that the server has not got as a file.
pub(super) fn export_all(desk: Desk) {
    spawn_local(async move {
        let toast = match file_of_all(desk).await {
            Ok(name) => Toast::new(t!("All that the server has not got is in {name}")),
            Err(why) => Toast::bad(why),
        };
        desk.toasts.show(toast);
    });
}

async fn file_of_all(desk: Desk) -> Result<String, String> {
    let store = desk.store();
    let (mut waiting, mut refused): (Vec<Value>, Vec<Value>) = Default::default();
    let mut next = Some(0);
    while let Some(first) = next {
        let (page, more) = store.waiting_from(first, PAGE).await.map_err(say)?;
        next = more;
        waiting.extend(page.iter().map(|each| json!(each.mutation)));
    }
    next = Some(0);
    while let Some(first) = next {
        let page = store.rejected_from(first, PAGE).await.map_err(say)?;
        next = page.last().map(|last| last.mutation.n + 1);
        refused.extend(page.iter().map(|each| json!(each)));
    }
    let all = json!({ "device": store.device(), "waiting": waiting, "refused": refused });
    let name = format!("outpost-unsent-{}.json", time::today());
    let text = serde_json::to_string_pretty(&all).map_err(say)?;
    if download(&name, "application/json", &text) {
        Ok(name)
    } else {
        Err(tr("The browser did not take the file.").to_owned())
    }
}
