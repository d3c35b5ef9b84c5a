//! A card: what the deal is, whose it is, what it is worth, and when it should be won.

use crate::markup::{Markup, effect, view};
use chrono::NaiveDate;
use leptos::html;
use leptos::prelude::*;
use outpost_core::record::Record;
use outpost_core::records::Deal;
use outpost_core::schema::RecordType;

use super::carry::FLOAT;
use super::drag::{Board, By};

use crate::components::{Avatar, Glyph, Icon, Tag, Tone};
use crate::pages::deal::{PATH, name_of};
use crate::platform::{intl, time};
use crate::state::{is_closed, stage_of, title_of};
use crate::words::t;

/// What a card says about its date: nothing needs saying about a deal that is closed.
fn date_tone(is_open: bool, date: NaiveDate, today: NaiveDate) -> Tone {
    match (is_open, (date - today).num_days()) {
        (true, ..0) => Tone::Bad,
        (true, 0..=3) => Tone::Warn,
        _ => Tone::Plain,
    }
}

/// What is on a card.
fn face(record: &Record) -> Markup {
    let deal = Deal::from_record(record).unwrap_or_default();
    let amount = deal.amount.map(|amount| view! { <span class="num">{intl::money_short(amount)}</span> });
    let date = deal.expected_close.map(|date| {
        let tone = date_tone(!is_closed(&deal.stage), date, time::today());
        view! { <Tag tone>{intl::relative_day(date)}</Tag> }
    });
    let owner = (!deal.owner.is_empty()).then(|| view! { <Avatar name=deal.owner.clone() /> });
    let who = owner.is_some() || !deal.company.is_empty();
    let row = amount.is_some() || date.is_some();
    view! {
        {who.then(|| view! { <div class="card-who"><span class="card-text">{deal.company.clone()}</span> {owner}</div> })}
        {row.then(|| view! { <div class="card-row">{date} {amount}</div> })}
    }
}

/// A card in its column.
#[component]
pub(super) fn Card(board: Board, record: Record) -> Markup {
    let id = record.id;
    let title = title_of(&record);
    let stage = name_of(stage_of(&record));
    let link = NodeRef::<html::A>::new();
    effect(move || {
        // Also one that is in the hand, and is drawn anew because what was done before is read back.
        let wanted = board.focus.get() == Some(id) || board.holds(id) == Some(By::Keys);
        if wanted && let Some(link) = link.get() {
            request_animation_frame(move || link.focus().unwrap_or_default());
        }
    });
    let lifted = record.clone();
    let on_key = move |event: leptos::ev::KeyboardEvent| {
        board.focus.set(None);
        let held = board.holds(id) == Some(By::Keys);
        match (event.key().as_str(), held) {
            (" ", false) => board.lift(lifted.clone(), By::Keys),
            (" " | "Enter", true) => board.drop_here(),
            ("ArrowLeft", true) => board.step(-1),
            ("ArrowRight", true) => board.step(1),
            ("Escape", true) => board.cancel(),
            ("Tab", true) => return board.cancel(),
            (_, true) => {}
            _ => return,
        }
        event.prevent_default();
        event.stop_propagation();
    };
    let pressed = record.clone();
    let on_press = move |event: leptos::ev::PointerEvent| board.hand.press(&pressed, &event);
    let grip_label = t!("Move {title}, now in {stage}");
    view! {
        <li
            class="card grab"
            class:ghost=move || board.holds(id) == Some(By::Pointer)
            class:lift=move || board.holds(id) == Some(By::Keys)
            data-card=id.to_string()
            on:pointerdown=on_press
            on:keydown=on_key
            on:dragstart=|event| event.prevent_default()
        >
            <a
                node_ref=link
                class="cover card-title"
                dir="auto"
                href=format!("{PATH}/{id}")
                draggable="false"
                aria-describedby="board-help"
            >
                {title}
            </a>
            {face(&record)}
            <button type="button" class="card-grip above" tabindex="-1" aria-label=grip_label>
                <Icon glyph=Glyph::DragHandle />
            </button>
        </li>
    }
}

/// The card that hangs on the pointer.
#[component]
pub(super) fn Floating(record: Record) -> Markup {
    view! {
        <div class="card lift float" id=FLOAT aria-hidden="true">
            <span class="card-title" dir="auto">{title_of(&record)}</span>
            {face(&record)}
        </div>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[wasm_bindgen_test::wasm_bindgen_test]
    fn only_open_deals_are_late() {
        let day = |day| NaiveDate::from_ymd_opt(2026, 11, day).expect("a day of November");
        assert_eq!(date_tone(true, day(21), day(22)), Tone::Bad);
        assert_eq!(date_tone(true, day(22), day(22)), Tone::Warn);
        assert_eq!(date_tone(true, day(29), day(22)), Tone::Plain);
        assert_eq!(date_tone(false, day(1), day(22)), Tone::Plain);
    }
}
