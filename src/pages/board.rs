//! The board: deals as cards, stages as columns, moved by finger, mouse or keyboard.

mod card;
mod carry;
mod column;
mod drag;
mod elsewhere;
mod sums;

use std::collections::BTreeMap;
use std::rc::Rc;

use crate::markup::{For, Markup, view};
use leptos::html;
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_router::NavigateOptions;
use leptos_router::hooks::{use_location, use_navigate};
use outpost_core::id::RecordId;
use outpost_core::index::Query;
use outpost_core::money::{Currency, Money};
use outpost_core::pipelines::{SalesPipeline, SalesStage};
use outpost_core::record::Record;
use outpost_core::records::{FIRST_PIPELINE, Standing};
use outpost_core::sorting::Order;

use crate::components::{
    Art, Banner, BannerKind, ButtonKind, Choice, EmptyState, Fab, Glyph, LinkButton, PageHeader, SearchField, Select,
    Skeleton,
};
use crate::pages::deal::{LostDialog, PATH, switch};
use crate::pages::links::escape;
use crate::pages::list::mark_when_painted;
use crate::platform::{media, page};
use crate::state::{Desk, Live, live, pipelines, use_desk};
use crate::words::tr;
use column::Column;
use drag::Board;
use elsewhere::Elsewhere;
use sums::Summary;

/// How many cards a column shows at first, and how many more each time it is asked for more.
pub(crate) const CARDS: usize = 40;
/// The name under which the store keeps which pipeline was last looked at.
const LOOKED_AT: &str = "pipeline";

/// What the board shows.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Shown {
    /// Of which pipeline.
    pub pipeline: RecordId,
    /// Its columns.
    pub stacks: Vec<Stack>,
}

/// The stage of a column.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct ColumnStage {
    /// How deals name it.
    pub key: String,
    /// What people call it.
    pub name: String,
    /// What it says of deals.
    pub standing: Standing,
    /// How likely a deal in it is won, in per cent.
    pub probability: i64,
    /// Whether a deal can be put there: not where nobody can choose it any more, or nobody knows what it is.
    pub takes: bool,
}

impl From<&SalesStage> for ColumnStage {
    fn from(stage: &SalesStage) -> Self {
        Self {
            key: stage.key.to_owned(),
            name: tr(stage.name).to_owned(),
            standing: stage.standing,
            probability: stage.probability,
            takes: !stage.is_removed,
        }
    }
}

impl ColumnStage {
    /// That of a key that nobody knows here.
    fn unknown(key: &str) -> Self {
        Self { key: key.to_owned(), name: key.to_owned(), standing: Standing::Open, probability: 0, takes: false }
    }
}

/// What is in one column.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Stack {
    /// Its stage.
    pub stage: ColumnStage,
    /// Its first cards.
    pub cards: Vec<Record>,
    /// How many there are in all, once that is known.
    pub total: Option<usize>,
    /// What they are worth, currency by currency.
    pub sums: Vec<Money>,
}

/// Brings the first card onto a narrow glass, which shows one column.
fn to_first_card(board: NodeRef<html::Div>) {
    let Some(board) = board.try_get_untracked().flatten().filter(|_| media::is_compact()) else { return };
    if let Some(card) = board.query_selector(".card").ok().flatten() {
        media::bring_into_sight(&card, web_sys::ScrollLogicalPosition::Center);
    }
}

/// The page.
#[component]
pub(crate) fn DealBoard() -> Markup {
    let desk = use_desk();
    let query = use_location().query;
    let text = Memo::new(move |_| query.with(|query| query.get("q").unwrap_or_default()));
    let navigate = use_navigate();
    let on_search = Callback::new(move |text: String| {
        let options = NavigateOptions { replace: true, scroll: false, ..NavigateOptions::default() };
        let query = if text.is_empty() { String::new() } else { format!("?q={}", escape(&text)) };
        navigate(&format!("{PATH}{query}"), options);
    });
    // The pipeline that was chosen here; until then it is the one that was last looked at.
    let chosen = RwSignal::new(None::<RecordId>);
    // How many cards more a column shows than at first.
    let more = RwSignal::new(BTreeMap::<String, usize>::new());
    let stages = desk.store().type_version("deal");
    let stacks: Live<Shown> = live(
        move || (desk.version("deal"), stages.get(), text.get(), chosen.get(), more.get()),
        move |(_, _, text, chosen, more)| read(desk, text, chosen, more),
    );
    let board = Board::new(desk, stacks);
    let columns =
        Memo::new(move |_| stacks.with(|shown| shown.map(|shown| columns(&shown.stacks))).unwrap_or_default());
    let pipeline = Memo::new(move |_| stacks.with(|shown| shown.map(|shown| shown.pipeline)));
    let choose = move |id: String| {
        let Ok(id) = id.parse::<RecordId>() else { return };
        chosen.set(Some(id));
        more.set(BTreeMap::new());
        spawn_local(async move {
            if let Err(error) = desk.store().set_meta(LOOKED_AT, &id).await {
                page::warn(&format!("which pipeline is looked at cannot be noted: {error}"));
            }
        });
    };
    let other_pipelines = move || {
        stages.track();
        let options = pipelines().all().iter();
        let options: Vec<Choice> = options.map(|one| Choice::new(one.id.to_string(), tr(one.name))).collect();
        (options.len() > 1).then(|| {
            let value = Signal::derive(move || pipeline.get().map(|id| id.to_string()).unwrap_or_default());
            view! {
                <div class="board-pipeline">
                    <Select label="Pipeline" hide_label=true value options=Signal::stored(options) on_change=choose />
                </div>
            }
        })
    };
    // A new deal begins in the pipeline that is looked at.
    let new = Signal::derive(move || {
        stages.track();
        let start = pipeline.get().and_then(|id| pipelines().pipeline(id)?.start());
        let start = start.filter(|start| start.pipeline != FIRST_PIPELINE);
        [PATH, "/new", &start.map(|start| format!("?stage={}", start.key)).unwrap_or_default()].concat()
    });
    Effect::new(move |done: Option<bool>| {
        let ready = stacks.with(|stacks| stacks.is_some());
        if ready && done != Some(true) {
            mark_when_painted();
        }
        ready
    });

    let empty = Memo::new(move |_| {
        stacks.with(|shown| shown.map(|shown| shown.stacks.iter().all(|each| each.cards.is_empty())))
    });
    let node = NodeRef::<html::Div>::new();
    Effect::new(move |done: Option<bool>| {
        let is_there = empty.get() == Some(false);
        if is_there && done != Some(true) {
            request_animation_frame(move || to_first_card(node));
        }
        is_there || done == Some(true)
    });
    board.hand.follow(Rc::new(board), node);
    // Who has several pipelines knows what a board is.
    let teaches = move || {
        stages.track();
        text.with(String::is_empty) && pipelines().all().len() == 1
    };
    let body = move || match (empty.get(), teaches()) {
        (None, _) => view! { <Skeleton rows=6 tall=true /> },
        (Some(true), true) => view! {
            <EmptyState
                art=Art::Board
                title="No deals yet"
                text="A deal is a sale in the making. Make the first one, then pull it from stage to stage as it comes along."
            >
                <LinkButton kind=ButtonKind::Primary icon=Glyph::Plus href=format!("{PATH}/new")>
                    "New deal"
                </LinkButton>
            </EmptyState>
        },
        _ => view! {
            <Summary stacks />
            <div class="board" class:dragging=move || board.is_held() node_ref=node role="group" aria-label="Deals by stage">
                <For each=move || columns.get() key=ColumnStage::clone children=move |stage| view! { <Column board stage more /> } />
            </div>
            <Elsewhere board />
            {move || board.floating().map(|record| view! { <card::Floating record /> })}
        },
    };
    view! {
        <PageHeader title="Deals">
            {switch()}
            {other_pipelines}
            <SearchField label="Search deals" value=text on_input=on_search key="F" />
            <span class="wide">
                {move || view! {
                    <LinkButton kind=ButtonKind::Primary icon=Glyph::Plus href=new.get()>
                        "New deal"
                        <kbd>"N"</kbd>
                    </LinkButton>
                }}
            </span>
        </PageHeader>
        {move || stacks.error().map(|text| view! { <Banner kind=BannerKind::Bad text /> })}
        {body}
        <LostDialog
            open=board.asking
            on_reason=move |reason| board.lose(reason)
            on_cancel=move |()| board.keep()
        />
        <p class="vh" role="status" aria-live="assertive">
            {move || board.said.get()}
        </p>
        <p class="vh" id="board-help">
            "Press Space to lift a card, the arrow keys to choose a stage, Space again to drop it, Escape to leave it where it was."
        </p>
        <Fab label="New deal" href=new />
    }
}

/// Sums with that in the person's own currency before the others: it is the one that says most.
fn home_first(sums: &[Money], home: Currency) -> Vec<Money> {
    let mut sums = sums.to_vec();
    sums.order_by_key(|sum| sum.currency != home);
    sums
}

fn columns(stacks: &[Stack]) -> Vec<ColumnStage> {
    stacks.iter().map(|stack| stack.stage.clone()).collect()
}

/// The stages that have a column: those of the pipeline, and behind them each in which deals stand although nobody can know of it
/// here any more, or yet. Those that nobody knows are seen in the first pipeline.
fn stages_of(pipeline: &SalesPipeline, counts: Option<&[Count]>) -> Vec<ColumnStage> {
    let mut stages: Vec<ColumnStage> = pipeline.shown().map(ColumnStage::from).collect();
    let there = counts.unwrap_or_default().iter().filter(|count| count.1 > 0).map(|count| count.0.as_str());
    let left = there.filter(|key| pipelines().with(key).id == pipeline.id);
    let left = left
        .filter(|key| pipeline.shown().all(|stage| stage.key != *key))
        .map(|key| pipelines().stage(key).map_or_else(|| ColumnStage::unknown(key), ColumnStage::from));
    let left: Vec<ColumnStage> = left.collect();
    stages.extend(left);
    stages
}

/// A stage, how many deals stand in it, and what they are worth.
type Count = (String, usize, Vec<Money>);

/// Reads all columns.
async fn read(
    desk: Desk,
    text: String,
    chosen: Option<RecordId>,
    more: BTreeMap<String, usize>,
) -> Result<Shown, String> {
    let store = desk.store();
    let last = match chosen {
        None => store.meta::<RecordId>(LOOKED_AT).await.map_err(crate::forms::say)?,
        chosen => chosen,
    };
    let pipeline = last.and_then(|id| pipelines().pipeline(id)).unwrap_or(&pipelines().all()[0]);
    // All of them, whatever is searched for: a column does not come and go with each letter.
    let all = store.facet_counts("deal", "", "").await;
    let counts = store.facet_counts("deal", &text, "").await;
    let home = desk.habits().await.currency;
    let mut stacks = Vec::new();
    for stage in stages_of(pipeline, all.as_deref()) {
        let query = Query { facet: Some(stage.key.clone()), text: text.clone(), ..Query::recent("deal") };
        let len = CARDS + more.get(&stage.key).copied().unwrap_or_default();
        let window = store.window(&query, 0, len).await.map_err(crate::forms::say)?;
        let counted = counts.as_ref().and_then(|all| all.iter().find(|each| each.0 == stage.key));
        stacks.push(Stack {
            stage,
            cards: window.rows,
            total: counted.map(|each| each.1).or(window.total),
            sums: counted.map(|each| home_first(&each.2, home)).unwrap_or_default(),
        });
    }
    Ok(Shown { pipeline: pipeline.id, stacks })
}
