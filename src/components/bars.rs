//! A chart: bars below each other, each with its name and its figure in words, so that nothing is told by length or colour alone.

use super::tag::Tone;
use crate::markup::{Markup, view};
use leptos::prelude::*;

/// The width of a chart, in the parts that its bars are measured in.
pub const WHOLE: u32 = 1_000;

/// One bar.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Bar {
    /// What it stands for.
    pub label: String,
    /// Its figure, as it is read.
    pub told: String,
    /// Its parts, from where it begins: what the colour says, and how long, of [`WHOLE`].
    pub parts: Vec<(Tone, u32)>,
    /// Where a press on it leads.
    pub href: Option<String>,
}

/// Bars that are compared.
#[component]
pub fn Bars(
    /// What they show; only read aloud.
    #[prop(into)]
    label: String,
    /// The bars, in their order.
    #[prop(into)]
    bars: Signal<Vec<Bar>>,
) -> Markup {
    let rows = move || bars.get().into_iter().map(row).collect::<Vec<_>>();
    view! { <ul class="bars" aria-label=label>{rows}</ul> }
}

fn row(bar: Bar) -> Markup {
    let mut from = 0;
    let parts = bar.parts.into_iter().filter(|(_, length)| *length > 0).map(|(tone, length)| {
        let x = from.to_string();
        from += length;
        view! { <rect class=tone.class() x=x y="0" width=length.to_string() height="10"></rect> }
    });
    let parts = parts.collect::<Vec<_>>();
    let inner = view! {
        <span class="bars-label">{bar.label}</span>
        <svg class="bars-bar" viewBox=format!("0 0 {WHOLE} 10") preserveAspectRatio="none" aria-hidden="true">
            {parts}
        </svg>
        <span class="bars-told num">{bar.told}</span>
    };
    match bar.href {
        Some(href) => view! { <li><a class="bars-row" href=href>{inner}</a></li> },
        None => view! { <li class="bars-row">{inner}</li> },
    }
}
