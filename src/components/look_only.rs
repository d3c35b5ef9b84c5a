//! Said up front wherever something can be written, to whoever may only look.

use super::banner::Banner;
use crate::markup::{Markup, view};
use leptos::prelude::*;

/// Says that what is saved here is refused.
#[component]
pub fn LookOnly(
    /// Whether it is said.
    #[prop(into)]
    when: Signal<bool>,
) -> Markup {
    view! {
        {move || {
            when.get()
                .then(|| {
                    view! { <Banner text="You may look at this workspace, but not change it. What you save is refused." /> }
                })
        }}
    }
}
