//! The pipelines that deals go, as people shape them: their names and order, and the stages of each. All of it without a network.

mod name_form;
mod panel;
mod removal;
mod stage_form;

use leptos::prelude::*;
use outpost_core::id::RecordId;
use outpost_core::mutation::{Op, Patch};
use outpost_core::pipelines::{SalesPipeline, SalesStage};
use outpost_core::record::RecordKey;
use outpost_core::records::{Pipeline, Stage, StageState};
use outpost_core::schema::RecordType;
use serde_json::json;

use super::types::{Gone, patched, write};
use crate::components::{Button, ButtonKind, Dialog, Glyph, LinkButton, LookOnly, PageHeader, Setting};
use crate::markup::{IntoMarkup, Markup, view};
use crate::state::{Desk, pipelines, use_desk};
use crate::words::{t, tr};
use name_form::NameForm;
use removal::{RemovePipeline, RemoveStage};
use stage_form::StageForm;

/// Where the page is.
const PATH: &str = "/settings/pipelines";

/// The way here from the settings.
#[component]
pub(super) fn PipelinesSetting() -> Markup {
    view! {
        <Setting
            title="Pipelines"
            text="The stages that deals go through, and how likely they are won in each. For another kind of business you can make another pipeline."
        >
            <LinkButton href=PATH icon=Glyph::Deals>
                "Pipelines and stages"
            </LinkButton>
        </Setting>
    }
}

/// What is asked in the dialog.
#[derive(Debug, Clone, PartialEq)]
enum Asked {
    /// What a pipeline is called; a new one if there is none.
    Name(Option<RecordId>),
    /// All about a stage of this pipeline; a new one if there is none.
    Stage(RecordId, Option<SalesStage>),
    /// Where the deals of a stage go before it does.
    RemoveStage(SalesStage),
    /// Where the deals of a pipeline go before it does.
    RemovePipeline(RecordId),
}

/// A dialog's question, to be set by whatever asks.
type Asks = RwSignal<Option<Asked>>;

/// The pipelines as they are. Tracked.
fn all(desk: Desk) -> &'static [SalesPipeline] {
    desk.store().type_version("deal").track();
    pipelines().all()
}

/// The page.
#[component]
pub(crate) fn PipelinesPage() -> Markup {
    let desk = use_desk();
    let asked: Asks = RwSignal::new(None);
    let panels = move || {
        let all = all(desk);
        all.iter().enumerate().map(|(at, one)| panel::panel(desk, asked, one, at, all.len())).collect::<Vec<_>>()
    };
    let done = Callback::new(move |()| asked.set(None));
    let body = move || {
        Some(match asked.get()? {
            Asked::Name(id) => view! { <NameForm id on_done=done /> },
            Asked::Stage(pipeline, before) => view! { <StageForm pipeline before on_done=done /> },
            Asked::RemoveStage(stage) => view! { <RemoveStage stage on_done=done /> },
            Asked::RemovePipeline(id) => view! { <RemovePipeline id on_done=done /> },
        })
    };
    view! {
        <PageHeader title="Pipelines" back="/settings" back_label="Settings">
            <Button kind=ButtonKind::Primary icon=Glyph::Plus on_click=move |()| asked.set(Some(Asked::Name(None)))>
                "New pipeline"
            </Button>
        </PageHeader>
        <LookOnly when=desk.sync().may_only_look() />
        <div class="stack measure-form">
            {panels.into_markup()}
            <Gone
                kind=Pipeline::SCHEMA.kind
                of=String::new()
                title="Deleted pipelines"
                text="A pipeline comes back with its stages; its deals stay where they were moved to."
            />
        </div>
        <Dialog
            open=Signal::derive(move || asked.with(Option::is_some))
            on_close=done
            title=Signal::derive(move || asked.with(|asked| asked.as_ref().map(title)).unwrap_or_default())
        >
            {body}
        </Dialog>
    }
}

fn title(asked: &Asked) -> String {
    match asked {
        Asked::Name(None) => t!("New pipeline").to_owned(),
        Asked::Name(Some(id)) => t!("Rename “{}”", name_of(*id)),
        Asked::Stage(_, None) => t!("New stage").to_owned(),
        Asked::Stage(_, Some(stage)) => t!("Change “{}”", tr(stage.name)),
        Asked::RemoveStage(stage) => t!("Remove “{}”", tr(stage.name)),
        Asked::RemovePipeline(id) => t!("Delete “{}”", name_of(*id)),
    }
}

/// What a pipeline is called; nothing if it is gone.
fn name_of(pipeline: RecordId) -> String {
    pipelines().pipeline(pipeline).map(|one| tr(one.name).to_owned()).unwrap_or_default()
}

/// The op that changes a stage.
fn stage_op(id: RecordId, patch: Patch) -> Op {
    patched(&RecordKey::new(Stage::SCHEMA.kind, id), patch)
}

/// The ops that let those stages of a pipeline stay that stand there only because it would be without: whoever works with it counts
/// on them.
fn keep_put_back(pipeline: RecordId) -> impl Iterator<Item = Op> {
    let used = || Patch::from([("state".to_owned(), json!(StageState::Used))]);
    pipelines().put_back(pipeline).map(move |stage| stage_op(stage.id, used()))
}

/// The op that changes a pipeline.
fn pipeline_op(id: RecordId, patch: Patch) -> Op {
    patched(&RecordKey::new(Pipeline::SCHEMA.kind, id), patch)
}

/// The patch that gives a place.
fn at_place(place: i64) -> Patch {
    Patch::from([("place".to_owned(), json!(place))])
}

/// Writes the places that differ, of definitions that are to stand in this order, each with the place that it has now.
fn reorder(desk: Desk, order: &[(RecordId, i64)], op: fn(RecordId, Patch) -> Op) {
    let placed = (1..).zip(order).filter(|(place, (_, now))| place != now);
    write(desk, placed.map(|(place, (id, _))| op(*id, at_place(place))).collect(), None, || ());
}
