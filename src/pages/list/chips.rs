//! The chips above a list: everything, or one status alone, each with its count.

use crate::markup::{Markup, view};
use leptos::prelude::*;
use outpost_core::schema::Schema;

use super::ViewState;
use crate::components::Chip;
use crate::platform::intl;
use crate::state::{Live, live, use_desk};

/// One chip a facet value, with counts as soon as they are known.
#[component]
pub(super) fn FacetChips(schema: &'static Schema, state: Memo<ViewState>, set: Callback<ViewState>) -> Markup {
    let desk = use_desk();
    let text = Memo::new(move |_| state.with(|state| state.text.trim().to_owned()));
    let counts: Live<Option<Vec<(String, usize)>>> = live(
        move || (desk.version(schema.kind), text.get()),
        move |(_, text)| {
            let store = desk.store();
            async move {
                let counts = store.facet_counts(schema.kind, &text).await;
                Ok(counts.map(|all| all.into_iter().map(|facet| (facet.0, facet.1)).collect()))
            }
        },
    );
    let count = move |facet: Option<&'static str>| {
        MaybeProp::derive(move || {
            let counts = counts.value().flatten()?;
            let counted = counts.iter().filter(|(value, _)| facet.is_none_or(|facet| value == facet));
            Some(intl::count(counted.map(|(_, count)| count).sum()))
        })
    };
    let chip = move |facet: Option<&'static str>, label: &'static str| {
        let pressed = Signal::derive(move || state.with(|state| state.facet.as_deref() == facet));
        let press = move |()| {
            let now = state.get_untracked();
            // A second press on a status shows everything again.
            let facet = if now.facet.as_deref() == facet { None } else { facet.map(str::to_owned) };
            set.run(ViewState { facet, ..now });
        };
        view! {
            <Chip pressed on_click=press count=count(facet)>
                {label}
            </Chip>
        }
    };
    let facets = schema.facets().iter().map(|choice| chip(Some(choice.value), choice.label)).collect::<Vec<_>>();
    // Of nothing there is nothing to filter, and by nothing.
    let idle = move || {
        let none = counts.with(|counts| matches!(counts, Some(Some(all)) if all.iter().all(|(_, count)| *count == 0)));
        schema.facets().is_empty() || (none && !state.with(ViewState::is_narrowed))
    };
    view! {
        <div class="chips" role="group" aria-label="Filter" hidden=idle>
            {chip(None, "All")}
            {facets}
        </div>
    }
}
