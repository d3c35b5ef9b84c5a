//! The line above the board: what is open, and what of it may be expected, currency by currency.

use leptos::prelude::*;
use outpost_core::money::{Money, Rate};

use super::Stack;
use crate::state::{Live, money_list};

/// What is open and what is weighted, each in every currency that occurs. Weighted by the stages' likelihoods.
pub(super) fn open_and_weighted(stacks: &[Stack]) -> (Vec<Money>, Vec<Money>) {
    let (mut open, mut weighted) = (Vec::new(), Vec::new());
    for stack in stacks.iter().filter(|stack| stack.stage.is_open()) {
        let likely = Rate::from_ppm(stack.stage.probability() * 10_000).unwrap_or_default();
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

/// The line.
#[component]
pub(super) fn Summary(stacks: Live<Vec<Stack>>) -> impl IntoView {
    let sums = Memo::new(move |_| {
        stacks.with(|stacks| {
            let (open, weighted) = open_and_weighted(stacks.map(Vec::as_slice).unwrap_or_default());
            (money_list(&open), money_list(&weighted))
        })
    });
    move || {
        sums.with(|(open, weighted)| {
            (!open.is_empty()).then(|| {
                view! {
                    <p class="board-sums muted">
                        <b class="num">{open.clone()}</b>
                        " open · "
                        <b class="num">{weighted.clone()}</b>
                        " weighted"
                    </p>
                }
            })
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use outpost_core::money::Currency;
    use outpost_core::records::DealStage;

    #[wasm_bindgen_test::wasm_bindgen_test]
    fn currencies_are_never_mixed_and_won_deals_are_not_open() {
        let stack = |stage, sums: &[(i64, Currency)]| Stack {
            stage,
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
