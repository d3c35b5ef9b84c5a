//! Above the board: what is open, and what of it may be expected, currency by currency.

use crate::markup::{IntoMarkup, Markup, view};
use leptos::prelude::*;
use outpost_core::money::{Money, Rate};

use super::{Shown, Stack};
use crate::components::{Glyph, Icon};
use crate::platform::intl;
use crate::state::Live;
use crate::words::tn;

/// What is open and what is weighted, each in every currency that occurs. Weighted by the stages' likelihoods.
pub(super) fn open_and_weighted(stacks: &[Stack]) -> (Vec<Money>, Vec<Money>) {
    let (mut open, mut weighted) = (Vec::new(), Vec::new());
    for stack in stacks.iter().filter(|stack| stack.stage.standing.is_open()) {
        let likely = Rate::from_ppm(stack.stage.probability * 10_000).unwrap_or_default();
        for sum in &stack.sums {
            add(&mut open, *sum);
            add(&mut weighted, Money { minor: likely.of(sum.minor).unwrap_or(sum.minor), ..*sum });
        }
    }
    (open, weighted)
}

fn add(sums: &mut Vec<Money>, more: Money) {
    match sums.iter_mut().find(|sum| sum.currency == more.currency) {
        Some(sum) => sum.minor = sum.minor.saturating_add(more.minor),
        None => sums.push(more),
    }
}

/// The sums of one currency as they are read.
#[derive(Debug, Clone, PartialEq)]
struct Sums {
    open: String,
    weighted: String,
}

/// Sums of the person's own currency come first where there are any. They stand alone in the line; the others open below it:
/// five currencies in one line are read by nobody.
#[component]
pub(super) fn Summary(stacks: Live<Shown>) -> Markup {
    let sums = Memo::new(move |_| {
        stacks.with(|stacks| {
            let (open, weighted) = open_and_weighted(stacks.map_or(&[], |shown| &shown.stacks));
            let both = open.into_iter().zip(weighted).filter(|(open, _)| open.minor != 0);
            both.map(|(open, weighted)| Sums { open: intl::money_short(open), weighted: intl::money_short(weighted) })
                .collect::<Vec<Sums>>()
        })
    });
    let line = |sums: Sums| {
        view! {
            <b class="num">{sums.open}</b>
            " "
            "open"
            " · "
            <b class="num">{sums.weighted}</b>
            " "
            "weighted"
        }
    };
    let live = move || {
        let mut sums = sums.get().into_iter();
        let first = line(sums.next()?);
        let others: Vec<Sums> = sums.collect();
        if others.is_empty() {
            return Some(view! { <p class="board-sums">{first}</p> });
        }
        let more = others.len();
        let more = tn!(more, "1 other currency", "{more} other currencies");
        let others = others.into_iter().map(|sums| view! { <li>{line(sums)}</li> }).collect::<Vec<_>>();
        let view = view! {
            <details class="board-sums">
                <summary>
                    <span>{first}</span>
                    <span class="board-more">{more} <Icon glyph=Glyph::ChevronDown /></span>
                </summary>
                <ul>{others}</ul>
            </details>
        };
        Some(view)
    };
    live.into_markup()
}

#[cfg(test)]
mod tests {
    use super::*;
    use outpost_core::money::Currency;
    use outpost_core::pipelines::SalesStage;
    use outpost_core::records::DealStage;

    use crate::pages::board::ColumnStage;

    #[wasm_bindgen_test::wasm_bindgen_test]
    fn currencies_are_never_mixed_and_won_deals_are_not_open() {
        let stack = |stage, sums: &[(i64, Currency)]| Stack {
            stage: ColumnStage::from(&SalesStage::own(stage)),
            cards: Vec::new(),
            total: None,
            sums: sums.iter().map(|(minor, currency)| Money::new(*minor, *currency)).collect(),
        };
        let (open, weighted) = open_and_weighted(&[
            stack(DealStage::Qualified, &[(1_000, Currency::EUR), (500, Currency::USD)]),
            stack(DealStage::Proposal, &[(2_000, Currency::EUR)]),
            stack(DealStage::Won, &[(9_000, Currency::EUR)]),
        ]);
        assert_eq!(open, [Money::new(3_000, Currency::EUR), Money::new(500, Currency::USD)]);
        assert_eq!(weighted, [Money::new(1_200, Currency::EUR), Money::new(100, Currency::USD)]);
    }
}
