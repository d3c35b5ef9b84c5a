//! The board: deals as cards, stages as columns, moved by finger, mouse or keyboard.

mod card;
mod carry;
mod column;
mod drag;
mod sums;

use std::rc::Rc;

use crate::markup::{Markup, view};
use leptos::html;
use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::{use_location, use_navigate};
use outpost_core::index::Query;
use outpost_core::money::{Currency, Money};
use outpost_core::record::Record;
use outpost_core::records::DealStage;

use crate::components::{
    Art, Banner, BannerKind, ButtonKind, EmptyState, Fab, Glyph, LinkButton, PageHeader, SearchField, Skeleton,
};
use crate::pages::deal::{LostDialog, PATH, switch};
use crate::pages::links::escape;
use crate::pages::list::mark_when_painted;
use crate::state::{Desk, Live, live, use_desk};
use column::Column;
use drag::Board;
use sums::Summary;

/// How many cards a column shows at first, and how many more each time it is asked for more.
pub(crate) const CARDS: usize = 40;

/// What is in one column.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Stack {
    /// Its stage.
    pub stage: DealStage,
    /// Its first cards.
    pub cards: Vec<Record>,
    /// How many there are in all, once that is known.
    pub total: Option<usize>,
    /// What they are worth, currency by currency.
    pub sums: Vec<Money>,
}

/// The stages that have a column.
pub(crate) const STAGES: [DealStage; 5] =
    [DealStage::Qualified, DealStage::Proposal, DealStage::Negotiation, DealStage::Won, DealStage::Lost];

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
    let more = RwSignal::new([CARDS; STAGES.len()]);
    let stacks: Live<Vec<Stack>> =
        live(move || (desk.version("deal"), text.get(), more.get()), move |(_, text, more)| read(desk, text, more));
    let board = Board::new(desk, stacks);
    Effect::new(move |done: Option<bool>| {
        let ready = stacks.with(|stacks| stacks.is_some());
        if ready && done != Some(true) {
            mark_when_painted();
        }
        ready
    });

    let empty =
        Memo::new(move |_| stacks.with(|stacks| stacks.map(|all| all.iter().all(|each| each.cards.is_empty()))));
    let node = NodeRef::<html::Div>::new();
    board.hand.follow(Rc::new(board), node);
    let body = move || match (empty.get(), text.with(String::is_empty)) {
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
                {STAGES.into_iter().enumerate().map(|(at, stage)| view! { <Column board stage at more /> }).collect::<Vec<_>>()}
            </div>
            {move || board.floating().map(|record| view! { <card::Floating record /> })}
        },
    };
    view! {
        <PageHeader title="Deals">
            {switch()}
            <SearchField label="Search deals" value=text on_input=on_search key="F" />
            <span class="wide">
                <LinkButton kind=ButtonKind::Primary icon=Glyph::Plus href=format!("{PATH}/new")>
                    "New deal"
                    <kbd>"N"</kbd>
                </LinkButton>
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
        <Fab label="New deal" href=format!("{PATH}/new") />
    }
}

/// Sums with that in the person's own currency before the others: it is the one that says most.
fn home_first(sums: &[Money], home: Currency) -> Vec<Money> {
    let mut sums = sums.to_vec();
    sums.sort_by_key(|sum| sum.currency != home);
    sums
}

/// Reads all columns.
async fn read(desk: Desk, text: String, more: [usize; STAGES.len()]) -> Result<Vec<Stack>, String> {
    let store = desk.store();
    let counts = store.facet_counts("deal", &text, "").await;
    let home = desk.habits().await.currency;
    let mut stacks = Vec::with_capacity(STAGES.len());
    for (stage, len) in STAGES.into_iter().zip(more) {
        let query = Query { facet: Some(stage.value().to_owned()), text: text.clone(), ..Query::recent("deal") };
        let window = store.window(&query, 0, len).await.map_err(crate::forms::say)?;
        let counted = counts.as_ref().and_then(|all| all.iter().find(|each| each.0 == stage.value()));
        stacks.push(Stack {
            stage,
            cards: window.rows,
            total: counted.map(|each| each.1).or(window.total),
            sums: counted.map(|each| home_first(&each.2, home)).unwrap_or_default(),
        });
    }
    Ok(stacks)
}
