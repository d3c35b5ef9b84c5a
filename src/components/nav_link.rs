//! A link to a part of the app that says when one is there.

use crate::markup::{Markup, view};
use leptos::prelude::*;
use leptos_router::hooks::use_location;

/// A link that is marked as the current one (`aria-current`) on its page and, unless `exact`, on all pages below it.
#[component]
pub fn NavLink(
    /// Where it leads.
    href: &'static str,
    /// Only that page itself.
    #[prop(optional)]
    exact: bool,
    /// Its classes.
    #[prop(optional)]
    class: Option<&'static str>,
    /// A tip.
    #[prop(optional, into)]
    title: Option<&'static str>,
    /// What it shows.
    children: Children,
) -> Markup {
    let path = use_location().pathname;
    let here = Memo::new(move |_| path.with(|path| is_at(path, href, exact)));
    view! {
        <a href=href class=class title=title aria-current=move || here.get().then_some("page")>
            {children()}
        </a>
    }
}

fn is_at(path: &str, href: &str, exact: bool) -> bool {
    let below = path.strip_prefix(href);
    below.is_some_and(|rest| rest.trim_end_matches('/').is_empty() || (!exact && rest.starts_with('/')))
}

#[cfg(test)]
mod tests {
    use super::is_at;

    #[wasm_bindgen_test::wasm_bindgen_test]
    fn a_link_is_current_on_its_page_and_below() {
        assert!(is_at("/deals", "/deals", true));
        assert!(is_at("/deals/", "/deals", true));
        assert!(!is_at("/deals/list", "/deals", true));
        assert!(is_at("/deals/list", "/deals", false));
        assert!(!is_at("/dealsboard", "/deals", false));
    }
}
