//! An address that this app does not have.

use crate::markup::{Markup, view};
use leptos::prelude::*;

use crate::components::{Art, ButtonKind, EmptyState, LinkButton, PageHeader};

/// The page.
#[component]
pub(crate) fn NotFound() -> Markup {
    view! {
        <PageHeader title="Not found" />
        <EmptyState
            art=Art::Search
            title="There is no page here"
            text="The address may be mistyped, or belong to a newer version of Outpost."
        >
            <LinkButton kind=ButtonKind::Primary href="/leads">
                "To the leads"
            </LinkButton>
        </EmptyState>
    }
}
