//! All the keys, on one sheet: `?`.

use leptos::prelude::*;

use crate::components::Dialog;
use crate::markup::{Markup, view};

/// The keys by where they work. Several keys of one line are pressed one after the other or together, as it says.
const KEYS: [(&str, &[(&str, &str)]); 5] = [
    (
        "Anywhere",
        &[
            ("Ctrl K  or  /", "Search, and run commands"),
            ("?", "This sheet"),
            ("N", "New, of what is shown"),
            ("F", "Filter the list"),
            ("Esc", "Back"),
            ("Ctrl Z", "Undo, while it is offered"),
        ],
    ),
    (
        "Go to: G, then",
        &[
            ("H", "Today"),
            ("A", "Calendar"),
            ("L", "Leads"),
            ("D", "Deals"),
            ("I", "Invoices"),
            ("T", "Tasks"),
            ("C", "Companies"),
            ("P", "Contacts"),
            ("M", "Menu"),
            ("S", "Settings"),
        ],
    ),
    (
        "In a list",
        &[
            ("↓ ↑  or  J K", "Move"),
            ("Home End", "First, last"),
            ("Enter", "Open it"),
            ("← →", "From cell to cell; close, open a group"),
            ("F2  or  Enter", "Edit the cell; a double click does, too"),
            ("Tab", "Save, and edit the next cell"),
            ("Esc", "Leave the cell as it was"),
        ],
    ),
    ("On the page of a record", &[("J K", "The next of the list, the one before"), ("Esc", "Back")]),
    (
        "In a form, on the board",
        &[
            ("Ctrl Enter", "Save"),
            ("Alt PgDn  PgUp", "The form of the next, of the one before; what was typed is kept"),
            ("Esc", "Leave the field"),
            ("Space", "Take a card up, put it down"),
            ("← → ↑ ↓", "Move the card"),
        ],
    ),
];

/// The sheet.
#[component]
pub(super) fn KeySheet(
    /// Whether it is shown.
    open: RwSignal<bool>,
) -> Markup {
    let line = |(keys, what): &(&'static str, &'static str)| {
        view! {
            <div class="key">
                <dt>{*what}</dt>
                <dd><kbd>{*keys}</kbd></dd>
            </div>
        }
    };
    let group = move |(title, keys): (&'static str, &'static [(&'static str, &'static str)])| {
        view! {
            <section>
                <h3>{title}</h3>
                <dl>{keys.iter().map(line).collect::<Vec<_>>()}</dl>
            </section>
        }
    };
    view! {
        <Dialog open on_close=move |()| open.set(false) title="Keys">
            // Where it is higher than the window, keys scroll it too.
            <div class="keys" role="group" tabindex="0" aria-label="Keys">
                {KEYS.into_iter().map(group).collect::<Vec<_>>()}
            </div>
        </Dialog>
    }
}
