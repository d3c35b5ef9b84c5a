//! What each column is for.

use std::sync::Arc;

use leptos::prelude::*;
use outpost_core::exchange::{Sheet, Target, targets};

use super::state::Importing;
use crate::components::{Choice, Glyph, Icon, Panel, Select};
use crate::markup::{IntoMarkup, Markup, view};
use crate::words::{said, t};

/// So many cells of a column are shown.
const SAMPLE: usize = 3;

/// One line a column: its heading and some of its cells, and beside it what it is for.
#[component]
pub(super) fn Columns(importing: Importing, sheet: Arc<Sheet>) -> Markup {
    let all = targets(importing.schema());
    let options: Vec<Choice> = all.iter().map(|target| Choice::new(target.key(), said(target.label()))).collect();
    let options = Signal::stored(options);
    let all = StoredValue::new(all);
    let line = |column: usize| {
        let heading = sheet.heading(column);
        let cells = sheet.sample(column, SAMPLE).join(" · ");
        let value = Signal::derive(move || {
            let target = importing.choices.with(|choices| choices.columns.get(column).copied().flatten());
            target.map(Target::key).unwrap_or_default()
        });
        let on_change = move |key: String| {
            let target = all.with_value(|all| all.iter().find(|target| target.key() == key).copied());
            importing.choices.update(|choices| {
                if let Some(place) = choices.columns.get_mut(column) {
                    *place = target;
                }
            });
        };
        view! {
            <li class="map-row" class:unused=move || value.with(String::is_empty)>
                <div class="map-from">
                    <b class="ellipsis">{heading.clone()}</b>
                    <span class="muted small ellipsis">{cells}</span>
                </div>
                <Icon glyph=Glyph::ArrowRight />
                <Select
                    label=t!("What “{heading}” is")
                    hide_label=true
                    value
                    options
                    empty="Not imported"
                    on_change
                />
            </li>
        }
    };
    let lines = (0..sheet.width()).map(line).collect::<Vec<_>>();
    let view = view! {
        <Panel title="Columns">
            <ul class="map">{lines}</ul>
        </Panel>
    };
    view.into_markup()
}
