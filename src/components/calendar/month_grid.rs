//! A month as weeks of days.

use super::block::{Block, Hands, in_line};
use crate::markup::{Markup, view};
use leptos::ev;
use leptos::html;
use leptos::prelude::*;

use crate::words::t;

/// One day of a [`MonthGrid`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MonthDay {
    /// Names it.
    pub key: String,
    /// The day of the month.
    pub number: String,
    /// All of it, read aloud.
    pub label: String,
    /// The page of this day.
    pub href: String,
    /// Whether it is today.
    pub is_today: bool,
    /// It belongs to the month before or after.
    pub is_other: bool,
    /// What is shown of what is then.
    pub blocks: Vec<Block>,
    /// How many there are besides.
    pub more: usize,
}

/// Weeks of seven days under the names of these.
#[component]
pub fn MonthGrid(
    /// The names of the days of the week, in their order.
    names: Vec<String>,
    /// All days, week by week.
    #[prop(into)]
    days: Signal<Vec<MonthDay>>,
    /// What is done by hand.
    hands: Hands,
    /// The whole.
    node: NodeRef<html::Div>,
) -> Markup {
    let names: Vec<Markup> = names.into_iter().map(|name| view! { <span>{name}</span> }).collect();
    let cells = move || days.with(|days| days.iter().map(|day| cell(day, hands)).collect::<Vec<_>>());
    view! {
        <div class="month" node_ref=node role="group" aria-label="Calendar">
            <div class="month-names" aria-hidden="true">
                {names}
            </div>
            <div class="month-days">{cells}</div>
        </div>
    }
}

fn cell(day: &MonthDay, hands: Hands) -> Markup {
    let key = day.key.clone();
    let on_click = move |event: ev::MouseEvent| {
        if event.target() == event.current_target() {
            hands.on_slot.run((key.clone(), None));
        }
    };
    let blocks = day.blocks.iter().cloned().map(|block| in_line(block, hands)).collect::<Vec<_>>();
    let more = (day.more > 0).then(|| {
        view! { <a class="month-more" href=day.href.clone() tabindex="-1">{t!("{} more", day.more)}</a> }
    });
    let class = if day.is_other && !day.is_today { "month-day other" } else { "month-day" };
    view! {
        <div class=class data-day=day.key.clone() on:click=on_click>
            <a
                class="month-number"
                href=day.href.clone()
                aria-label=day.label.clone()
                aria-current=day.is_today.then_some("date")
            >
                {day.number.clone()}
            </a>
            {blocks}
            {more}
        </div>
    }
}
