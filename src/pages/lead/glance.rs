//! A lead at a glance: where it stands and where it may go from there, what it may be worth, whose it is.

use crate::markup::{Markup, view};
use leptos::prelude::*;
use leptos::task::spawn_local;
use outpost_core::id::RecordId;
use outpost_core::mutation::{Op, Patch};
use outpost_core::record::Record;
use outpost_core::records::{Conversion, LeadStatus, convert, move_stage};
use serde_json::json;

use super::{SCHEMA, status_tag};
use crate::components::{Button, ButtonKind, Figure, Glyph, Panel, Toast};
use crate::forms::say;
use crate::pages::search::{Act, Command};
use crate::pages::show;
use crate::pages::undo::do_with_undo;
use crate::platform::{ids, time};
use crate::state::{Desk, pipelines, title_of, use_desk};
use crate::words::{lower, t, tr};

/// The panel.
#[component]
pub(super) fn Glance(record: Signal<Record>, status: Memo<LeadStatus>) -> Markup {
    let figure = move |name: &'static str, label: &'static str| {
        let value = move || {
            let text = record.with(|record| SCHEMA.field(name).map(|field| show::line(field, record)));
            text.filter(|text| !text.is_empty()).unwrap_or_else(|| "–".to_owned())
        };
        view! { <Figure label=tr(label) value=Signal::derive(value) /> }
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
    let go = move |to: LeadStatus| record.with_untracked(|record| move_lead(desk, record, to));
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
    let convert = move |()| convert_lead(desk, record.get_untracked());
    let conversion = move || {
        (!matches!(status.get(), LeadStatus::Converted | LeadStatus::Unqualified)).then(|| {
            // Not before they are worth it: then it is the one thing to do.
            let kind = if status.get() == LeadStatus::Qualified { ButtonKind::Primary } else { ButtonKind::Plain };
            view! {
                <Button small=true kind icon=Glyph::ArrowRight on_click=convert>
                    "Convert"
                </Button>
            }
        })
    };
    let is_open = Memo::new(move |_| status.get() != LeadStatus::Converted);
    view! {
        <div class="moves">
            <div class="moves-now">
                <span class="muted small">"Status"</span>
                {move || status_tag(status.get())}
            </div>
            {move || {
                is_open
                    .get()
                    .then(|| {
                        view! {
                            <div class="moves-to" role="group" aria-label="Move to">
                                <span class="muted small">"Move to"</span>
                                {moves}
                                {conversion}
                            </div>
                        }
                    })
            }}
        </div>
    }
}

/// Moves a lead to another status, if it may go there from where it stands, with a way back.
fn move_lead(desk: Desk, lead: &Record, to: LeadStatus) {
    let (name, status) = (title_of(lead), LeadStatus::parse(lead.text("status")));
    if !status.can_become(to) {
        desk.toasts.show(Toast::bad(t!("{name} has meanwhile become {}", tr(status.label()))));
        return;
    }
    let patch = Patch::from([("status".to_owned(), json!(to))]);
    do_with_undo(desk, vec![Op::patch("lead", lead.id, patch)], t!("{} is now {}", name, lower(to.label())));
}

/// What can be done with a lead from anywhere.
pub(super) fn commands(desk: Desk, lead: &Record) -> Vec<Command> {
    let status = LeadStatus::parse(lead.text("status"));
    let command = |to: &LeadStatus| {
        let (lead, to) = (lead.clone(), *to);
        let act = Act::run(move || move_lead(desk, &lead, to));
        Command::new(t!("Move to {}", tr(to.label())), Glyph::ArrowRight, act)
    };
    let mut commands: Vec<Command> = status.next().iter().map(command).collect();
    if !matches!(status, LeadStatus::Converted | LeadStatus::Unqualified) {
        let lead = lead.clone();
        let act = Act::run(move || convert_lead(desk, lead.clone()));
        commands.push(Command::new(tr("Convert this lead"), Glyph::Check, act));
    }
    commands
}

/// The ops that put a new deal where deals begin, unless that is where one stands that was never moved. Only then a second device
/// that converts the same lead later may set it back.
fn begins_elsewhere(deal: RecordId) -> Vec<Op> {
    let (start, unset) = (pipelines().first().start().map(|stage| stage.key), pipelines().unset());
    let start = start.filter(|start| *start != unset);
    start.map_or_else(Vec::new, |to| move_stage(deal, ids::new_record_id(), to, to, None, time::now_ms()))
}

/// Makes a company, a contact and a deal of a lead.
fn convert_lead(desk: Desk, lead: Record) {
    spawn_local(async move {
        let read = desk.store().get_many(&Conversion::of(lead.id).keys()).await.map_err(say);
        let ops = read.and_then(|there| {
            let gone: Vec<_> = there.iter().filter(|record| record.is_deleted()).map(Record::key).collect();
            let mut ops = convert(&lead, &gone).map_err(say)?;
            // One that an undone conversion has left is where it was.
            if there.iter().all(|record| record.text("stage").is_empty()) {
                ops.extend(begins_elsewhere(Conversion::of(lead.id).deal));
            }
            Ok(ops)
        });
        match ops {
            Ok(ops) => do_with_undo(desk, ops, t!("{} is a contact with a deal now", title_of(&lead))),
            Err(why) => {
                desk.toasts.show(Toast::bad(why));
            }
        }
    });
}
