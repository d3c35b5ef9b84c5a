//! The page of one deal: how far it has come, what it is worth, and what was done about it.

use crate::markup::{Markup, effect, view};
use leptos::prelude::*;
use leptos::task::spawn_local;
use outpost_core::id::RecordId;
use outpost_core::money::{Money, Rate};
use outpost_core::record::Record;
use outpost_core::records::{Deal, Standing};
use outpost_core::schema::RecordType;

use super::lost::reason_said;
use super::moves::move_and_tell;
use super::{LostDialog, SCHEMA, name_of};
use crate::components::{Choice, Figure, Glyph, LinkButton, Panel, Segmented, Select};
use crate::pages::record::{Header, History, Links, Notes, PastChanges, RecordFacts, Related};
use crate::platform::intl;
use crate::state::{Desk, added_to, pipelines, stage_of, title_of};
use crate::words::{t, tr};

/// Fields that the page shows elsewhere than among the details.
const ELSEWHERE: &[&str] =
    &["title", "company", "stage", "amount", "probability", "expected_close", "lead", "owner", "notes", "lost_reason"];

pub(super) fn page(desk: Desk, record: Signal<Record>) -> Markup {
    let id = record.with_untracked(|record| record.id);
    let stage = Memo::new(move |_| record.with(|record| stage_of(record).to_owned()));
    let bill = move || {
        view! {
            <LinkButton icon=Glyph::Invoices href=format!("/invoices/new?deal={id}")>
                "New invoice"
            </LinkButton>
        }
    };
    view! {
        <Header desk schema=added_to(&SCHEMA) record act=bill />
        <div class="record">
            <div class="stack">
                <Panel>
                    <div class="stack">
                        <StageChoice desk record stage />
                        <Figures record />
                        {move || lost_because(&record.get())}
                    </div>
                </Panel>
                <History desk schema=added_to(&SCHEMA) record />
                <RecordFacts schema=added_to(&SCHEMA) record without=ELSEWHERE />
                <Notes desk schema=added_to(&SCHEMA) record />
            </div>
            <div class="record-side">
                <Links desk schema=added_to(&SCHEMA) record />
                <Related desk schema=added_to(&SCHEMA) record />
                <PastChanges desk schema=added_to(&SCHEMA) record />
            </div>
        </div>
    }
}

fn lost_because(record: &Record) -> Option<Markup> {
    let lost = pipelines().standing(stage_of(record)) == Standing::Lost;
    let reason = reason_said(record.text("lost_reason"));
    (lost && !reason.is_empty()).then(|| view! { <p class="muted small">{t!("Lost because: {reason}")}</p> })
}

/// How many stages stand side by side at most, and how many letters their names have together; of more, one is chosen from a list.
const SIDE_BY_SIDE: (usize, usize) = (6, 50);

/// The stages of the deal's pipeline; choosing one moves the deal there. Where there are several pipelines, another one moves it to
/// where deals begin in that.
#[component]
fn StageChoice(desk: Desk, record: Signal<Record>, stage: Memo<String>) -> Markup {
    let asking = RwSignal::new(None::<String>);
    let losing = StoredValue::new(String::new());
    // What is shown as chosen: follows the record, and goes back to it when a question is not answered or a move is refused.
    let chosen = RwSignal::new(stage.get_untracked());
    effect(move || chosen.set(stage.get()));
    let pipeline = Memo::new(move |_| pipelines().with(&stage.get()).id);
    let chosen_pipeline = RwSignal::new(pipeline.get_untracked());
    effect(move || chosen_pipeline.set(pipeline.get()));
    let go = move |to: String, reason: String| {
        let id = record.with_untracked(|record| record.id);
        spawn_local(async move {
            if !move_and_tell(desk, id, to, reason).await {
                chosen.try_set(stage.try_get_untracked().unwrap_or_default());
                pipeline.try_get_untracked().and_then(|pipeline| chosen_pipeline.try_set(pipeline));
            }
        });
    };
    let choose = move |value: String| {
        chosen.set(value.clone());
        if pipelines().standing(&value) == Standing::Lost {
            losing.set_value(value);
            asking.set(Some(record.with_untracked(title_of)));
        } else {
            go(value, String::new());
        }
    };
    let elsewhere = move |id: String| {
        let to = id.parse::<RecordId>().ok().and_then(|id| pipelines().pipeline(id));
        let Some((to, start)) = to.and_then(|to| Some((to, to.start()?))) else { return };
        chosen_pipeline.set(to.id);
        go(start.key.to_owned(), String::new());
    };
    let back = move |()| chosen.set(stage.get_untracked());
    // One that is none of its pipeline's any more is shown for as long as the deal stands in it.
    let stages = Memo::new(move |_| {
        let pipeline = pipelines().pipeline(pipeline.get()).unwrap_or_else(|| pipelines().first());
        let mut stages: Vec<Choice> = pipeline.shown().map(|stage| Choice::new(stage.key, tr(stage.name))).collect();
        stage.with(|now| {
            if stages.iter().all(|stage| stage.value != *now) {
                stages.push(Choice::new(now.clone(), name_of(now)));
            }
        });
        stages
    });
    let stage_control = move || {
        let options = stages.get();
        let letters: usize = options.iter().map(|option| option.label.chars().count()).sum();
        if options.len() > SIDE_BY_SIDE.0 || letters > SIDE_BY_SIDE.1 {
            view! { <Select label="Stage" value=chosen options=Signal::stored(options) on_change=choose /> }
        } else {
            view! { <Segmented label="Stage" hide_label=true value=chosen options on_change=choose /> }
        }
    };
    let others: Vec<Choice> =
        pipelines().all().iter().map(|one| Choice::new(one.id.to_string(), tr(one.name))).collect();
    let pipeline_control = (others.len() > 1).then(|| {
        let value = Signal::derive(move || chosen_pipeline.get().to_string());
        view! { <Select label="Pipeline" value options=Signal::stored(others) on_change=elsewhere /> }
    });
    view! {
        {pipeline_control}
        <div class="stage-choice">{stage_control}</div>
        <LostDialog
            open=asking
            on_reason=move |reason| go(losing.get_value(), reason)
            on_cancel=back
        />
    }
}

#[component]
fn Figures(record: Signal<Record>) -> Markup {
    let deal = Memo::new(move |_| record.with(|record| Deal::from_record(record).unwrap_or_default()));
    let dash = || "–".to_owned();
    let amount = move || deal.with(|deal| deal.amount.map_or_else(dash, intl::money));
    let likelihood = move || deal.with(|deal| intl::percent(pipelines().likelihood(deal) * 10_000));
    let weighted = move || deal.with(|deal| weighted(deal).map_or_else(dash, intl::money));
    let close = move || deal.with(|deal| deal.expected_close.map_or_else(dash, intl::date));
    let owner =
        move || deal.with(|deal| Some(deal.owner.clone()).filter(|owner| !owner.is_empty()).unwrap_or_else(dash));
    view! {
        <div class="figures">
            <Figure label="Amount" value=Signal::derive(amount) />
            <Figure label="Likelihood" value=Signal::derive(likelihood) />
            <Figure label="Weighted" value=Signal::derive(weighted) />
            <Figure label="Expected close" value=Signal::derive(close) />
            <Figure label="Owner" value=Signal::derive(owner) />
        </div>
    }
}

/// The amount by its likelihood.
pub(super) fn weighted(deal: &Deal) -> Option<Money> {
    let amount = deal.amount?;
    let rate = Rate::from_ppm(pipelines().likelihood(deal).saturating_mul(10_000)).ok()?;
    Some(Money { minor: rate.of(amount.minor)?, ..amount })
}

#[cfg(test)]
mod tests {
    use super::*;
    use outpost_core::money::Currency;

    #[wasm_bindgen_test::wasm_bindgen_test]
    fn a_deal_is_weighted_by_its_stage_or_by_who_knows_better() {
        let amount = Some(Money::new(100_001, Currency::EUR));
        let deal = Deal { amount, stage: "proposal".to_owned(), ..Deal::default() };
        assert_eq!(weighted(&deal), Some(Money::new(50_001, Currency::EUR)), "half a cent is rounded away from zero");
        let sure = Deal { probability: Some(90), ..deal };
        assert_eq!(weighted(&sure), Some(Money::new(90_001, Currency::EUR)));
        assert_eq!(weighted(&Deal::default()), None);
    }
}
