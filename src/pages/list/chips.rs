//! The chips above a list: everything, or one status alone, each with its count.

use crate::markup::{Markup, view};
use leptos::prelude::*;
use outpost_core::list_view::ListView;

use super::ListSpec;
use super::context::{ListContext, offered};
use crate::components::Chip;
use crate::platform::intl;
use crate::state::{Live, live, use_desk};

/// One chip a facet value, with counts as soon as they are known.
#[component]
pub(super) fn FacetChips(list: ListContext) -> Markup {
    let ListContext { spec: ListSpec { schema, .. }, state, set, .. } = list;
    let desk = use_desk();
    let narrowed = Memo::new(move |_| state.with(|state| (state.text.trim().to_owned(), state.filter.clone())));
    let counts: Live<Option<Vec<(String, usize)>>> = live(
        move || (desk.version(schema.kind), narrowed.get()),
        move |(_, (text, filter))| {
            let store = desk.store();
            async move {
                let counts = store.facet_counts(schema.kind, &text, &filter).await;
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
            set.run(ListView { facet, ..now });
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
        none && !state.with(ListView::is_narrowed)
    };
    let everything = (!schema.facets().is_empty()).then(|| chip(None, "All"));
    view! {
        <div class="chips-bar" role="group" aria-label="Filter" hidden=idle>
            <div class="chips" class:settling=move || counts.with(|counts| !matches!(counts, Some(Some(_))))>
                {everything}
                {facets}
                {move || offered().map(|tools| (tools.pinned)(list))}
            </div>
            {move || offered().map(|tools| (tools.chips_end)(list))}
        </div>
    }
}
