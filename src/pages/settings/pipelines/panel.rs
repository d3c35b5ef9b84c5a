//! One pipeline: its stages in order, and what can be done with it.

use outpost_core::id::RecordId;
use outpost_core::mutation::Patch;
use outpost_core::pipelines::{SalesPipeline, SalesStage};
use outpost_core::records::StageState;
use serde_json::json;

use super::{Asked, Asks, keep_put_back, pipeline_op, reorder, stage_op};
use crate::components::{Button, Glyph, IconButton, Menu, MenuItem, Panel, Tag};
use crate::markup::{Markup, view};
use crate::pages::show;
use crate::pages::undo::do_with_undo;
use crate::platform::intl;
use crate::state::{Desk, pipelines};
use crate::words::{t, tn, tr};
use leptos::prelude::*;

/// The panel of the `at`-th of so many pipelines.
pub(super) fn panel(desk: Desk, asked: Asks, pipeline: &SalesPipeline, at: usize, of: usize) -> Markup {
    let id = pipeline.id;
    let name = tr(pipeline.name).to_owned();
    let shown: Vec<SalesStage> = pipeline.shown().copied().collect();
    let rows = (0..shown.len()).map(|at| row(desk, asked, &shown, at)).collect::<Vec<_>>();
    let gone = pipeline.stages.iter().filter(|stage| stage.is_removed && !pipelines().is_stray(stage.id));
    let gone: Vec<Markup> = gone.map(|stage| removed(desk, stage)).collect();
    let gone = (!gone.is_empty()).then(|| {
        view! {
            <details class="stages-gone">
                <summary class="muted small">{tn!(gone.len(), "1 removed stage", "{} removed stages", gone.len())}</summary>
                <ul class="column-choices">{gone}</ul>
            </details>
        }
    });
    let title = name.clone();
    let actions = move || {
        let shift = move |by: isize| move |()| shift_pipeline(desk, at, by);
        let order = (of > 1).then(|| {
            view! {
                <IconButton
                    label=t!("Move {name} up")
                    icon=Glyph::ArrowUp
                    small=true
                    disabled=at == 0
                    on_click=shift(-1)
                />
                <IconButton
                    label=t!("Move {name} down")
                    icon=Glyph::ArrowDown
                    small=true
                    disabled=at + 1 == of
                    on_click=shift(1)
                />
            }
        });
        let mut items =
            vec![MenuItem::new(tr("Rename"), move || asked.set(Some(Asked::Name(Some(id))))).icon(Glyph::Edit)];
        // The one that every workspace has is where deals are that nobody knows the stage of.
        if id != outpost_core::records::FIRST_PIPELINE {
            let delete = move || asked.set(Some(Asked::RemovePipeline(id)));
            items.push(MenuItem::new(tr("Delete"), delete).icon(Glyph::Trash).danger());
        }
        view! { {order} <Menu label=t!("More about {name}") items=Signal::stored(items) /> }
    };
    view! {
        <Panel title actions>
            <div class="stack">
                <ul class="view-rows">{rows}</ul>
                <div class="form-actions">
                    <Button icon=Glyph::Plus on_click=move |()| asked.set(Some(Asked::Stage(id, None)))>
                        "New stage"
                    </Button>
                </div>
                {gone}
            </div>
        </Panel>
    }
}

fn row(desk: Desk, asked: Asks, shown: &[SalesStage], at: usize) -> Markup {
    let stage = shown[at];
    let name = tr(stage.name).to_owned();
    // Open ones, won and lost ones are each in an order of their own.
    let is_beside = |other: Option<&SalesStage>| other.is_some_and(|other| other.standing == stage.standing);
    let (is_first, is_last) =
        (!is_beside(at.checked_sub(1).and_then(|at| shown.get(at))), !is_beside(shown.get(at + 1)));
    let shift = move |by: isize| move |()| shift_stage(desk, &stage, by);
    let change = move || asked.set(Some(Asked::Stage(stage.pipeline, Some(stage))));
    let items = vec![
        MenuItem::new(tr("Change"), change).icon(Glyph::Edit),
        MenuItem::new(tr("Remove"), move || asked.set(Some(Asked::RemoveStage(stage)))).icon(Glyph::Trash).danger(),
    ];
    view! {
        <li class="view-row">
            <button type="button" class="view-name" on:click=move |_| change()>
                <b>{name.clone()}</b>
                <span class="muted">{about(&stage)}</span>
            </button>
            {(!stage.standing.is_open()).then(|| view! { <Tag tone=show::tone(stage.tone)>{stage.standing.label()}</Tag> })}
            <IconButton label=t!("Move {name} up") icon=Glyph::ArrowUp small=true disabled=is_first on_click=shift(-1) />
            <IconButton label=t!("Move {name} down") icon=Glyph::ArrowDown small=true disabled=is_last on_click=shift(1) />
            <Menu label=t!("More about {name}") items=Signal::stored(items) />
        </li>
    }
}

/// What a stage is, in a line; nothing of one that says all by its standing.
fn about(stage: &SalesStage) -> Option<String> {
    stage.standing.is_open().then(|| {
        let likely = intl::percent(stage.probability * 10_000);
        let rests = stage.rests_days.and_then(|days| usize::try_from(days).ok());
        match rests.map(|days| tn!(days, "1 day’s rest", "{} days’ rest", intl::count(days))) {
            Some(rests) => format!("{likely} · {rests}"),
            None => likely,
        }
    })
}

fn removed(desk: Desk, stage: &SalesStage) -> Markup {
    let (id, of, name) = (stage.id, stage.pipeline, tr(stage.name).to_owned());
    let said = t!("“{name}” is a stage again");
    let restore = move |()| {
        let back = Patch::from([("state".to_owned(), json!(StageState::Used))]);
        do_with_undo(desk, [stage_op(id, back)].into_iter().chain(keep_put_back(of)).collect(), said.clone());
    };
    view! {
        <li class="column-choice">
            <span class="muted">{name}</span>
            <span class="push">
                <Button small=true icon=Glyph::Undo on_click=restore>
                    "Restore"
                </Button>
            </span>
        </li>
    }
}

/// Moves a stage up or down among those of its standing. Those that were removed are passed over.
fn shift_stage(desk: Desk, stage: &SalesStage, by: isize) {
    let Some(pipeline) = pipelines().pipeline(stage.pipeline) else { return };
    let group = pipeline.shown().filter(|other| other.standing == stage.standing);
    let order: Vec<(RecordId, i64)> = group.map(|stage| (stage.id, stage.place)).collect();
    let Some(at) = order.iter().position(|(id, _)| *id == stage.id) else { return };
    shift(desk, order, at, by, stage_op);
}

fn shift_pipeline(desk: Desk, at: usize, by: isize) {
    let order = pipelines().all().iter().map(|pipeline| (pipeline.id, pipeline.place)).collect();
    shift(desk, order, at, by, pipeline_op);
}

fn shift(
    desk: Desk,
    mut order: Vec<(RecordId, i64)>,
    at: usize,
    by: isize,
    op: fn(RecordId, Patch) -> outpost_core::mutation::Op,
) {
    let Some(to) = at.checked_add_signed(by).filter(|to| *to < order.len()) else { return };
    order.swap(at, to);
    reorder(desk, &order, op);
}
