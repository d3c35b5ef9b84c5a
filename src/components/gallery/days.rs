//! A day as a list, a week of hours, a month.

use crate::components::{Block, DayItem, Glyph, GridDay, Hands, Hue, MonthDay, MonthGrid, TimeGrid, Tone, Way};
use crate::markup::{Markup, view};
use leptos::prelude::*;

const NAMES: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];

fn hands() -> Hands {
    Hands { on_press: Callback::new(|_| ()), on_key: Callback::new(|_| ()), on_slot: Callback::new(|_| ()) }
}

fn block(key: &str, title: &str, time: &str, hue: Hue, from: i64, until: i64) -> Block {
    Block {
        key: key.to_owned(),
        href: "/gallery/data".to_owned(),
        title: title.to_owned(),
        time: time.to_owned(),
        label: time.to_owned(),
        hue,
        from,
        until,
        lanes: 1,
        ..Block::default()
    }
}

/// The states of what stands in a day.
#[component]
pub fn Days() -> Markup {
    let day = |at: usize, name: &str| GridDay {
        key: format!("2026-11-{}", 23 + at),
        name: name.to_owned(),
        number: (23 + at).to_string(),
        label: format!("{name} {}", 23 + at),
        href: "/gallery/days".to_owned(),
        is_today: at == 3,
        ..GridDay::default()
    };
    let mut days: Vec<GridDay> = NAMES.into_iter().enumerate().map(|(at, name)| day(at, name)).collect();
    days[1].blocks = vec![block("a", "Ferme des Tilleuls", "9:00", Hue::Pine, 540, 630)];
    days[2].blocks = vec![
        Block { lane: 0, lanes: 2, ..block("b", "Rossi Impianti", "9:00", Hue::Sky, 540, 660) },
        Block { lane: 1, lanes: 2, ..block("c", "Call Petr Šilhavý", "9:30", Hue::Plum, 570, 600) },
        Block { held: true, ..block("d", "Held", "12:00", Hue::Sky, 720, 780) },
    ];
    days[3].all_day = vec![
        block("e", "Send crane report", "", Hue::Amber, 0, 0),
        Block { off: true, ..block("f", "Done already", "", Hue::Amber, 0, 0) },
    ];
    days[3].blocks = vec![Block { off: true, ..block("g", "Called off", "11:00", Hue::Sky, 660, 720) }];
    let way = |label: &str, glyph| Some(Way { href: "#".to_owned(), label: label.to_owned(), glyph });
    view! {
        <div class="today measure">
            <ul class="list">
                <DayItem href="#" title="Winter feed" text="Ferme des Tilleuls · Rte de Caen 12, Bayeux" time="9:00" length="1 h 30" glyph=Glyph::MapPin hue=Hue::Pine state=None way=way("Open the map", Glyph::MapPin) />
                <DayItem href="#" title="Five per cent for two years" text="Kovárna Brno, Petr Šilhavý" time="11:30" length="" glyph=Glyph::Phone hue=Hue::Plum state=Some(("Call back".to_owned(), Tone::Warn)) way=way("Call", Glyph::Phone) />
                <DayItem href="#" title="Proposal" text="Lagos Cold Chain" time="16:45" length="45 min" glyph=Glyph::Calendar off=true state=Some(("Took place".to_owned(), Tone::Ok)) way=None />
            </ul>
        </div>
        <div class="calendar">
            <TimeGrid days=Signal::stored(days) hours=(0..24).map(|hour| format!("{hour}:00")).collect() now=Signal::stored(815) hands=hands() node=NodeRef::new() />
        </div>
    }
}

/// A month.
#[component]
pub fn Month() -> Markup {
    let month: Vec<MonthDay> = (0..35_usize)
        .map(|at| MonthDay {
            key: format!("day-{at}"),
            number: (at % 30 + 1).to_string(),
            label: format!("Day {at}"),
            href: "/gallery/days".to_owned(),
            is_today: at == 17,
            is_other: at > 29,
            blocks: match at % 5 {
                0 => vec![
                    block("h", "Rossi Impianti", "9:00", Hue::Sky, 0, 0),
                    block("i", "Report", "", Hue::Amber, 0, 0),
                ],
                3 => vec![block("j", "A visit with a very long name", "14:00", Hue::Pine, 0, 0)],
                _ => Vec::new(),
            },
            more: if at % 10 == 0 { 2 } else { 0 },
        })
        .collect();
    view! {
        <div class="calendar">
            <MonthGrid names=NAMES.map(str::to_owned).to_vec() days=Signal::stored(month) hands=hands() node=NodeRef::new() />
        </div>
    }
}
