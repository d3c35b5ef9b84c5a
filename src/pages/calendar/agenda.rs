//! The days one after the other, with what is on each of them.

use chrono::NaiveDate;
use leptos::prelude::*;

use crate::components::{Art, ButtonKind, EmptyState, Glyph, LinkButton};
use crate::markup::{IntoMarkup, Markup, view};
use crate::pages::planned::{self, Plan, Planned};
use crate::platform::{intl, time};
use crate::state::Live;

/// All days on which something is.
#[component]
pub(super) fn Agenda(
    plan: Live<Plan>,
    days: Memo<Vec<NaiveDate>>,
    /// The clock.
    now: RwSignal<u64>,
    /// Where a meeting is made.
    new: Signal<String>,
) -> Markup {
    let body = move || {
        let now = now.get();
        let days = days.get();
        let shown: Vec<Markup> = plan
            .with(|plan| {
                let plan = plan?;
                Some(days.iter().filter_map(|day| section(plan, *day, now)).collect())
            })
            .unwrap_or_default();
        if shown.is_empty() {
            return view! {
                <EmptyState
                    art=Art::Camp
                    title="Nothing planned"
                    text="Meetings, visits, calls and tasks of these two weeks stand here day by day. What you arrange is on this device at once."
                >
                    <LinkButton kind=ButtonKind::Primary icon=Glyph::Plus href=new>
                        "New meeting"
                    </LinkButton>
                </EmptyState>
            };
        }
        view! { <div class="stack measure">{shown}</div> }
    };
    body.into_markup()
}

fn section(plan: &Plan, day: NaiveDate, now: u64) -> Option<Markup> {
    let whole = planned::day(day);
    let here: Vec<&Planned> = plan.all.iter().filter(|planned| planned.is_on(&whole)).collect();
    if here.is_empty() {
        return None;
    }
    let items: Vec<Markup> = here.iter().map(|planned| planned.item(plan.about.get(&planned.record.id), now)).collect();
    let near = (day - time::today()).num_days().abs() <= 1;
    let title = match near {
        true => format!("{} · {}", capital(&intl::relative_day(day)), intl::long_day(day)),
        false => intl::long_day(day),
    };
    Some(view! {
        <section class="stack tight">
            <h2>{title}</h2>
            <ul class="list">{items}</ul>
        </section>
    })
}

fn capital(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map(|first| first.to_uppercase().chain(chars).collect()).unwrap_or_default()
}
