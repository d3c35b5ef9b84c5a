//! A column: its stage, how many deals stand in it, what they are worth, and their cards.

use crate::markup::{For, Markup, view};
use std::collections::BTreeMap;

use leptos::prelude::*;

use super::card::Card;
use super::drag::Board;
use super::{CARDS, ColumnStage};
use crate::components::{Button, ButtonKind};
use crate::platform::intl;
use crate::words::t;

/// Sums that a column's head shows; the others are counted, and named to whoever points at them or listens.
const SUMS: usize = 2;

/// One column.
#[component]
pub(super) fn Column(
    board: Board,
    stage: ColumnStage,
    /// How many cards more than at first each column shows.
    more: RwSignal<BTreeMap<String, usize>>,
) -> Markup {
    let ColumnStage { key, name, .. } = stage;
    let heading = format!("stage-{key}");
    let labelled_by = heading.clone();
    let mark = key.clone();
    let stage = StoredValue::new(key);
    let cards = Memo::new(move |_| stage.with_value(|stage| board.cards(stage)));
    let is_target = move || stage.with_value(|stage| board.is_target(stage));
    let count = move || {
        let shown = cards.with(Vec::len);
        stage.with_value(|stage| {
            board.stack(stage, |stack| intl::count(stack.and_then(|stack| stack.total).unwrap_or(shown)))
        })
    };
    let sums = move || {
        let of = |stage: &String| board.stack(stage, |stack| stack.map(|stack| stack.sums.clone()).unwrap_or_default());
        let sums = stage.with_value(of);
        let texts: Vec<String> = sums.into_iter().filter(|sum| sum.minor != 0).map(intl::money_short).collect();
        let (shown, rest) = texts.split_at(texts.len().min(SUMS));
        let shown = shown.iter().map(|text| view! { <span>{text.clone()}</span> }).collect::<Vec<_>>();
        let rest = (!rest.is_empty()).then(|| {
            let all = rest.join(", ");
            view! {
                <span class="col-rest" aria-hidden="true" title=all.clone()>{format!("+{}", rest.len())}</span>
                <span class="vh">{all}</span>
            }
        });
        view! { {shown} {rest} }
    };
    // Beyond what was read, not beyond what is shown: a card that is just being moved is no more to show.
    let rest = move || {
        stage.with_value(|stage| {
            board.stack(stage, |stack| {
                stack.map_or(0, |stack| stack.total.unwrap_or_default().saturating_sub(stack.cards.len()))
            })
        })
    };
    let show_more = move |()| more.update(|more| *more.entry(stage.get_value()).or_default() += CARDS);
    view! {
        <section
            class="col"
            class:target=is_target
            data-stage=mark
            aria-labelledby=labelled_by
        >
            <header class="col-head">
                <h2 id=heading>{name}</h2>
                <span class="col-count">{count}</span>
            </header>
            <p class="col-sums num">{sums}</p>
            <ul class="col-cards">
                {move || is_target().then(|| view! { <li class="drop" aria-hidden="true"></li> })}
                <For
                    each=move || cards.get()
                    key=|record| (record.id, record.latest())
                    children=move |record| view! { <Card board record /> }
                />
                {move || {
                    (cards.with(Vec::is_empty) && !is_target())
                        .then(|| view! { <li class="col-empty">"No deal here"</li> })
                }}
            </ul>
            {move || {
                (rest() > 0)
                    .then(|| {
                        view! {
                            <Button small=true kind=ButtonKind::Quiet on_click=show_more>
                                {t!("Show more ({})", intl::count(rest()))}
                            </Button>
                        }
                    })
            }}
        </section>
    }
}
