//! A stage or a pipeline goes: its deals are moved to where the person says, in one transaction that can be taken back at once.

use std::collections::BTreeMap;

use leptos::prelude::*;
use leptos::task::spawn_local;
use outpost_core::id::RecordId;
use outpost_core::index::Query;
use outpost_core::mutation::{Op, Patch};
use outpost_core::pipelines::{SalesPipeline, SalesStage, lacks};
use outpost_core::records::{FIRST_PIPELINE, Pipeline, StageState, Standing};
use outpost_core::schema::RecordType;
use outpost_core::sorting::Order;
use serde_json::json;

use super::stage_form::needs_three;
use super::{name_of, stage_op};
use crate::components::{Button, ButtonKind, Choice, DialogForm, Select, Toast};
use crate::forms::say;
use crate::markup::{Markup, view};
use crate::pages::undo::{Back, offer};
use crate::platform::intl;
use crate::state::{Desk, Live, live, pipelines, use_desk};
use crate::words::{t, tn, tr};

/// How many deals on this device stand in any of these stages. Tracked.
fn count_of(desk: Desk, keys: Vec<String>) -> Live<usize> {
    live(
        move || desk.version("deal"),
        move |_| {
            let (store, keys) = (desk.store(), keys.clone());
            async move {
                let mut count = 0;
                for key in keys {
                    let query = Query { facet: Some(key), ..Query::recent("deal") };
                    count += store.ids(&query).await.map_err(say)?.len();
                }
                Ok(count)
            }
        },
    )
}

/// Moves deals, does what comes along, and offers the way back; once, however often it is asked.
fn clear(
    desk: Desk,
    busy: RwSignal<bool>,
    to: BTreeMap<String, String>,
    [along, back]: [Op; 2],
    name: String,
    done: Callback<()>,
) {
    if busy.get_untracked() {
        return;
    }
    busy.set(true);
    spawn_local(async move {
        match desk.store().clear_stages(to, vec![along], vec![back]).await {
            Ok(cleared) => {
                done.try_run(());
                let moved = cleared.steps.len();
                let said = match moved {
                    0 => t!("Removed “{name}”"),
                    _ => tn!(
                        moved,
                        "Removed “{name}” and moved 1 deal",
                        "Removed “{name}” and moved {} deals",
                        intl::count(moved)
                    ),
                };
                offer(desk, said, Back::Moves(cleared));
            }
            Err(error) => drop(desk.toasts.show(Toast::bad(say(error)))),
        }
        busy.try_set(false);
    });
}

/// The question: how many deals there are, where they go, and whether it shall be.
#[component]
fn Ask(
    /// How many deals have to go somewhere.
    count: Live<usize>,
    /// Where they can go.
    options: Vec<Choice>,
    /// What is asked.
    label: &'static str,
    /// What else there is to know.
    hint: &'static str,
    /// What the button says.
    button: &'static str,
    /// Called with where they are to go.
    on_choose: Callback<String>,
    on_done: Callback<()>,
) -> Markup {
    let chosen = RwSignal::new(options.first().map(|first| first.value.clone()).unwrap_or_default());
    let options = StoredValue::new(options);
    let question = move || match count.value() {
        None => None,
        Some(0) => Some(view! { <p>"No deal stands there."</p> }),
        Some(count) => {
            let told = tn!(count, "1 deal stands there.", "{} deals stand there.", intl::count(count));
            Some(view! {
                <p>{told}</p>
                <Select label hint value=chosen options=Signal::stored(options.get_value()) on_change=move |to: String| chosen.set(to) />
            })
        }
    };
    let not_yet = Signal::derive(move || count.with(|count| count.is_none()));
    view! {
        <DialogForm
            save=button
            kind=ButtonKind::DangerSolid
            disabled=not_yet
            on_save=move |()| on_choose.run(chosen.get_untracked())
            on_cancel=on_done
        >
            {question}
            {move || count.error().map(|why| view! { <p class="refusal small">{why}</p> })}
        </DialogForm>
    }
}

/// Asks where the deals of a stage go.
#[component]
pub(super) fn RemoveStage(stage: SalesStage, on_done: Callback<()>) -> Markup {
    let desk = use_desk();
    let left = pipelines().with(stage.key).shown().filter(|other| other.id != stage.id);
    if lacks(left.map(|other| other.standing)).is_some() {
        return view! {
            <div class="stack">
                <p class="refusal">{needs_three()}</p>
                <div class="dialog-actions">
                    <Button on_click=move |()| on_done.run(())>"Close"</Button>
                </div>
            </div>
        };
    }
    let count = count_of(desk, vec![stage.key.to_owned()]);
    let busy = RwSignal::new(false);
    let choose = Callback::new(move |to: String| {
        let state = |state: StageState| stage_op(stage.id, Patch::from([("state".to_owned(), json!(state))]));
        let to = BTreeMap::from([(stage.key.to_owned(), to)]);
        clear(desk, busy, to, [StageState::Removed, StageState::Used].map(state), tr(stage.name).to_owned(), on_done);
    });
    view! {
        <Ask
            count
            options=places(&stage)
            label="Move them to"
            hint="They can be moved back at once, and the stage comes back with them."
            button="Remove stage"
            on_choose=choose
            on_done
        />
    }
}

/// Where deals of a stage can go: those of its own standing in its own pipeline first. None is lost by this that was not: that wants
/// a reason.
fn places(stage: &SalesStage) -> Vec<Choice> {
    let mut all: Vec<(&SalesPipeline, &SalesStage)> =
        pipelines().all().iter().flat_map(|one| one.shown().map(move |stage| (one, stage))).collect();
    all.retain(|(_, to)| to.id != stage.id && (to.standing != Standing::Lost || stage.standing == Standing::Lost));
    all.order_by_key(|(of, to)| (of.id != stage.pipeline, to.standing != stage.standing));
    let label = |of: &SalesPipeline, to: &SalesStage| match of.id == stage.pipeline {
        true => tr(to.name).to_owned(),
        false => format!("{} ({})", tr(to.name), tr(of.name)),
    };
    all.into_iter().map(|(of, to)| Choice::new(to.key, label(of, to))).collect()
}

/// Asks where the deals of a pipeline go.
#[component]
pub(super) fn RemovePipeline(id: RecordId, on_done: Callback<()>) -> Markup {
    let desk = use_desk();
    let stages = move || pipelines().pipeline(id).map(|one| one.stages.clone()).unwrap_or_default();
    let count = count_of(desk, stages().iter().map(|stage| stage.key.to_owned()).collect());
    // The first has a stage for each of them, always.
    let others = pipelines().all().iter().filter(|other| other.id != id && goes(&stages(), other).is_some());
    let options = others.map(|other| Choice::new(other.id.to_string(), tr(other.name))).collect::<Vec<_>>();
    let busy = RwSignal::new(false);
    let choose = Callback::new(move |to: String| {
        let to = to.parse().ok().and_then(|id| pipelines().pipeline(id)).unwrap_or_else(|| pipelines().first());
        // Somebody may have changed it since it was offered.
        let Some(goes) = goes(&stages(), to) else {
            let why = t!("“{}” has no stage any more for some of these deals. Choose another pipeline.", tr(to.name));
            desk.toasts.show(Toast::bad(why));
            return;
        };
        let along = [Op::delete(Pipeline::SCHEMA.kind, id), Op::restore(Pipeline::SCHEMA.kind, id)];
        clear(desk, busy, goes, along, name_of(id), on_done);
    });
    debug_assert!(id != FIRST_PIPELINE, "the one that every workspace has stays");
    view! {
        <Ask
            count
            options
            label="Move them to"
            hint="Open ones begin there anew; won ones are won there, and lost ones lost."
            button="Delete pipeline"
            on_choose=choose
            on_done
        />
    }
}

/// Where the deals of each of these stages go in a pipeline, by their keys; `None` if it has none for some: what is won is never
/// opened again by this.
fn goes(stages: &[SalesStage], to: &SalesPipeline) -> Option<BTreeMap<String, String>> {
    stages.iter().map(|stage| Some((stage.key.to_owned(), to.like(stage.standing)?.key.to_owned()))).collect()
}
