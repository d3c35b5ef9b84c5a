//! What a page says when there is nothing to show: why, and what to do first.

use crate::markup::{Markup, view};
use leptos::prelude::*;

/// A small picture of what is not there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Art {
    /// People: no leads yet.
    People,
    /// A board: no deals yet.
    Board,
    /// A paper: no invoices yet.
    Paper,
    /// A lens: nothing found.
    Search,
    /// A tent under the sun: all done, welcome.
    Camp,
    /// A tent in the rain: something stands in the way.
    Storm,
}

impl Art {
    /// The shapes, in a picture of 148 by 104 units; their colours are classes.
    const fn shapes(self) -> &'static str {
        match self {
            Self::People => concat!(
                r#"<ellipse class="a-soft" cx="74" cy="88" rx="66" ry="12"/><circle class="a-sun" cx="122" cy="18" r="7"/>"#,
                r#"<rect class="a-fill" x="48" y="12" width="76" height="42" rx="8"/><path class="a-line" d="M88 27h22M88 38h14"/>"#,
                r#"<rect class="a-fill" x="22" y="38" width="88" height="48" rx="9"/><circle class="a-accent" cx="45" cy="56" r="7"/>"#,
                r#"<path class="a-accent" d="M34 75a11 11 0 0 1 22 0"/><path class="a-line" d="M68 55h28M68 68h18"/>"#
            ),
            Self::Board => concat!(
                r#"<ellipse class="a-soft" cx="74" cy="90" rx="66" ry="11"/><circle class="a-sun" cx="126" cy="14" r="7"/>"#,
                r#"<rect class="a-fill" x="18" y="18" width="32" height="70" rx="7"/><rect class="a-fill" x="58" y="18" width="32" height="70" rx="7"/>"#,
                r#"<rect class="a-fill" x="98" y="18" width="32" height="70" rx="7"/><path class="a-line" d="M25 30h18M25 42h18M105 30h18"/>"#,
                r#"<rect class="a-soft" x="56" y="36" width="40" height="22" rx="5" transform="rotate(-5 76 47)"/>"#,
                r#"<rect class="a-accent" x="56" y="36" width="40" height="22" rx="5" transform="rotate(-5 76 47)"/><path class="a-accent" d="M63 48l16-1.4"/>"#
            ),
            Self::Paper => concat!(
                r#"<ellipse class="a-soft" cx="74" cy="92" rx="62" ry="10"/><circle class="a-sun" cx="116" cy="20" r="7"/>"#,
                r#"<path class="a-fill" d="M44 10h60v82l-10-6-10 6-10-6-10 6-10-6-10 6z"/><path class="a-line" d="M56 26h22M56 38h36M56 48h36"/>"#,
                r#"<path class="a-accent" d="M72 64h20"/><path class="a-line" d="M56 64h6"/>"#
            ),
            Self::Search => concat!(
                r#"<ellipse class="a-soft" cx="74" cy="90" rx="62" ry="11"/><rect class="a-fill" x="26" y="16" width="80" height="66" rx="9"/>"#,
                r#"<path class="a-line" d="M40 32h36M40 46h20M40 60h26"/><circle class="a-fill" cx="92" cy="54" r="20"/>"#,
                r#"<circle class="a-accent" cx="92" cy="54" r="20"/><path class="a-accent" d="M107 69l15 15"/><circle class="a-sun" cx="124" cy="18" r="6"/>"#
            ),
            Self::Camp => concat!(
                r#"<ellipse class="a-soft" cx="74" cy="90" rx="68" ry="11"/><circle class="a-sun" cx="112" cy="24" r="10"/>"#,
                r#"<path class="a-fill" d="M26 88L72 18l46 70z"/><path class="a-accent" d="M58 88l14-24 14 24"/><path class="a-line" d="M72 18v-8M72 10l10 4-10 4"/>"#,
                r#"<path class="a-line" d="M14 88h120"/>"#
            ),
            Self::Storm => concat!(
                r#"<ellipse class="a-soft" cx="74" cy="90" rx="68" ry="11"/><path class="a-fill" d="M26 88L66 34l42 54z"/>"#,
                r#"<path class="a-accent" d="M54 88l12-20 12 20"/><path class="a-line" d="M14 88h120"/>"#,
                r#"<path class="a-fill" d="M88 40a11 11 0 0 1-1-22 15 15 0 0 1 28-3 12.5 12.5 0 0 1 3 25z"/>"#,
                r#"<path class="a-line" d="M94 50l-3 8M106 50l-3 8M118 50l-3 8"/><circle class="a-sun" cx="30" cy="24" r="6"/>"#
            ),
        }
    }
}

/// The picture alone.
#[component]
pub(super) fn Picture(art: Art) -> Markup {
    view! { <svg class="art" viewBox="0 0 148 104" aria-hidden="true" inner_html=art.shapes()></svg> }
}

/// Picture, title, a sentence, and the buttons to go on with.
#[component]
pub fn EmptyState(
    /// The picture.
    art: Art,
    /// What is not there.
    #[prop(into)]
    title: Signal<String>,
    /// Why, or what to do.
    #[prop(into)]
    text: Signal<String>,
    /// Buttons.
    #[prop(optional)]
    children: Option<Children>,
) -> Markup {
    view! {
        <div class="empty">
            <Picture art />
            <h2>{move || title.get()}</h2>
            <p>{move || text.get()}</p>
            {children.map(|children| view! { <div class="row">{children()}</div> })}
        </div>
    }
}
