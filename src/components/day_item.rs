//! One thing of a day, in a list: when, what, where, and the way there.

use super::calendar::Hue;
use super::icon::{Glyph, Icon};
use super::tag::{Tag, Tone};
use crate::markup::{Markup, view};
use leptos::prelude::*;

/// Where something is, and what opens the way there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Way {
    /// The map or the call.
    pub href: String,
    /// What it opens, in words.
    pub label: String,
    /// As an icon.
    pub glyph: Glyph,
}

/// An item of a `list` of what is on one day.
#[component]
pub fn DayItem(
    /// Its page.
    #[prop(into)]
    href: String,
    /// What it is.
    #[prop(into)]
    title: String,
    /// With whom and where.
    #[prop(into)]
    text: String,
    /// When it begins; empty if it takes the whole day.
    #[prop(into)]
    time: String,
    /// How long it takes, if somebody has said so.
    #[prop(into)]
    length: String,
    /// Which kind of thing, by icon and colour.
    glyph: Glyph,
    /// Its colour.
    #[prop(optional)]
    hue: Hue,
    /// It is over, or does not take place.
    #[prop(optional)]
    off: bool,
    /// Where it stands, in a word.
    state: Option<(String, Tone)>,
    /// The way there.
    way: Option<Way>,
) -> Markup {
    let way = way.map(|way| {
        view! {
            <a class="day-way above" href=way.href aria-label=way.label.clone() title=way.label target="_blank" rel="noopener noreferrer">
                <Icon glyph=way.glyph />
            </a>
        }
    });
    let class = format!("item day-item {}{}", hue.class(), if off { " off" } else { "" });
    view! {
        <li class=class>
            <div class="day-time">
                <b class="num">{time}</b>
                <span>{length}</span>
            </div>
            <div class="item-main">
                <a class="cover item-title" dir="auto" href=href>
                    {title}
                </a>
                <span class="item-text">
                    <Icon glyph />
                    <span>{text}</span>
                </span>
            </div>
            <span class="day-end">{state.map(|(label, tone)| view! { <Tag tone>{label}</Tag> })} {way}</span>
        </li>
    }
}
