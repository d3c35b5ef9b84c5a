//! A lead at a glance: where it stands and where it may go from there, what it may be worth, whose it is.

use crate::markup::{Markup, view};
use leptos::prelude::*;
use outpost_core::mutation::{Op, Patch};
use outpost_core::record::Record;
use outpost_core::records::LeadStatus;
use serde_json::json;

use super::{SCHEMA, status_tag};
use crate::components::{Button, ButtonKind, Figure, Glyph, LinkButton, Panel, Toast};
use crate::pages::show;
use crate::state::{do_with_undo, title_of, use_desk};

/// The panel.
#[component]
pub(super) fn Glance(record: Signal<Record>, status: Memo<LeadStatus>) -> Markup {
    let figure = move |name: &'static str, label: &'static str| {
        let value = move || {
            let text = record.with(|record| SCHEMA.field(name).map(|field| show::line(field, record)));
            text.filter(|text| !text.is_empty()).unwrap_or_else(|| "–".to_owned())
        };
        view! { <Figure label=label value=Signal::derive(value) /> }
    };
    view! {
        <Panel>
            <div class="stack">
                <div class="figures">
                    {figure("value", "Estimated value")} {figure("score", "Score of 100")} {figure("source", "Source")}
                    {figure("owner", "Owner")}
                </div>
                <Moves record status />
            </div>
        </Panel>
    }
}

/// Where the lead stands, and where it may go from there.
#[component]
fn Moves(record: Signal<Record>, status: Memo<LeadStatus>) -> Markup {
    let desk = use_desk();
    let go = move |to: LeadStatus| {
        let (id, name) = record.with_untracked(|record| (record.id, title_of(record)));
        if !status.get_untracked().can_become(to) {
            desk.toasts.show(Toast::bad(format!("{name} has meanwhile become {}", status.get_untracked().label())));
            return;
        }
        let patch = Patch::from([("status".to_owned(), json!(to))]);
        do_with_undo(desk, vec![Op::patch("lead", id, patch)], format!("{name} is now {}", to.label().to_lowercase()));
    };
    let moves = move || {
        let next = status.get().next().iter().map(|to| {
            let to = *to;
            view! {
                <Button small=true on_click=move |()| go(to)>
                    {to.label()}
                </Button>
            }
        });
        next.collect::<Vec<_>>()
    };
    let new_deal = move || {
        (status.get() == LeadStatus::Qualified).then(|| {
            let href = format!("/deals/new?lead={}", record.with_untracked(|record| record.id));
            view! {
                <LinkButton small=true kind=ButtonKind::Primary icon=Glyph::Plus href>
                    "New deal"
                </LinkButton>
            }
        })
    };
    view! {
        <div class="moves">
            <div class="moves-now">
                <span class="muted small">"Status"</span>
                {move || status_tag(status.get())}
            </div>
            <div class="moves-to" role="group" aria-label="Move to">
                <span class="muted small">"Move to"</span>
                {moves}
                {new_deal}
            </div>
        </div>
    }
}
