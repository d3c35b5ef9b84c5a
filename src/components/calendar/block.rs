//! One thing in a calendar.

use crate::markup::{Markup, view};
use leptos::ev;
use leptos::prelude::*;

/// Which kind of thing it is, by its colour; its words and its icon say so too.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Hue {
    /// People meet.
    #[default]
    Sky,
    /// Somebody goes somewhere.
    Pine,
    /// Somebody calls.
    Plum,
    /// There is something to be done.
    Amber,
}

impl Hue {
    /// Its class.
    pub const fn class(self) -> &'static str {
        match self {
            Self::Sky => "hue-sky",
            Self::Pine => "hue-pine",
            Self::Plum => "hue-plum",
            Self::Amber => "hue-amber",
        }
    }
}

/// Something in a calendar.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Block {
    /// Names it among all others.
    pub key: String,
    /// Its page.
    pub href: String,
    /// What it is.
    pub title: String,
    /// When, in short; empty if it takes the whole day.
    pub time: String,
    /// What is read aloud after its title: the kind, and when in full.
    pub label: String,
    /// Which kind.
    pub hue: Hue,
    /// Where it begins, in minutes since midnight.
    pub from: i64,
    /// Where it ends.
    pub until: i64,
    /// Its lane, from 0, among those at the same time.
    pub lane: usize,
    /// How many lanes there are.
    pub lanes: usize,
    /// It is done, or does not take place.
    pub off: bool,
    /// It is in the hand.
    pub held: bool,
}

/// What is done by hand in a calendar.
#[derive(Clone, Copy)]
pub struct Hands {
    /// A pointer presses on the block of this key.
    pub on_press: Callback<(String, ev::PointerEvent)>,
    /// A key is pressed on the block of this key.
    pub on_key: Callback<(String, ev::KeyboardEvent)>,
    /// An empty place was pressed: the key of its day, and the minutes since midnight where there are hours.
    pub on_slot: Callback<(String, Option<i64>)>,
}

/// The least that a block is high, in minutes: a line of text.
const LEAST: i64 = 25;
/// Up to so many minutes it has room for one line only.
const ONE_LINE: i64 = 40;
/// Up to so many for two.
const TWO_LINES: i64 = 60;

/// Per cent of a day.
fn of_day(minutes: i64) -> String {
    format!("{:.3}%", minutes as f64 / 14.4)
}

fn share(part: usize, of: usize) -> String {
    format!("{:.3}%", 100.0 * part as f64 / of.max(1) as f64)
}

/// A block among hours.
pub(super) fn among_hours(block: Block, hands: Hands) -> Markup {
    let length = (block.until - block.from).max(LEAST);
    let top = block.from.min(24 * 60 - LEAST);
    let left = share(block.lane, block.lanes);
    let width = share(1, block.lanes);
    let class = match () {
        () if length <= ONE_LINE => "cal-block one-line",
        () if length <= TWO_LINES => "cal-block two-lines",
        () => "cal-block",
    };
    let (height, top) = (of_day(length.min(24 * 60 - top)), of_day(top));
    element(block, hands, class, Some((top, height, left, width)))
}

/// A block without hours.
pub(super) fn in_line(block: Block, hands: Hands) -> Markup {
    element(block, hands, "cal-block in-line", None)
}

fn element(block: Block, hands: Hands, class: &'static str, place: Option<(String, String, String, String)>) -> Markup {
    let (pressed, keyed) = (block.key.clone(), block.key.clone());
    let class = format!(
        "{class} {}{}{}",
        block.hue.class(),
        if block.off { " off" } else { "" },
        if block.held { " held" } else { "" }
    );
    let (top, height, left, width) = match place {
        Some((top, height, left, width)) => (Some(top), Some(height), Some(left), Some(width)),
        None => (None, None, None, None),
    };
    view! {
        <a
            class=class
            href=block.href
            draggable="false"
            data-key=block.key
            aria-describedby="calendar-help"
            style:top=top
            style:height=height
            style:left=left
            style:width=width
            on:pointerdown=move |event: ev::PointerEvent| hands.on_press.run((pressed.clone(), event))
            on:keydown=move |event: ev::KeyboardEvent| hands.on_key.run((keyed.clone(), event))
            on:dragstart=|event: ev::DragEvent| event.prevent_default()
        >
            <span class="cal-title">{block.title}</span>
            <span class="cal-time" aria-hidden="true">
                {block.time}
            </span>
            <span class="vh">{block.label}</span>
        </a>
    }
}
