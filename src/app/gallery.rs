//! Where the gallery of parts is, in builds for development: it has an address of its own, beside the app and without its frame, and
//! opens no store.

use leptos::prelude::*;
use leptos_router::components::{FlatRoutes, Route, Router};
use leptos_router::path;

use crate::components::gallery::Gallery;
use crate::platform::page;

/// Whether the page's address is one of the gallery's.
pub(super) fn is_here() -> bool {
    page::path().split('/').nth(1) == Some("gallery")
}

/// The gallery at its address.
#[component]
pub(super) fn Room() -> impl IntoView {
    view! {
        <Router>
            <FlatRoutes fallback=|| ()>
                <Route path=path!("/gallery/*any") view=Gallery />
            </FlatRoutes>
        </Router>
    }
}

#[cfg(test)]
mod tests {
    use leptos::mount::mount_to;
    use wasm_bindgen::JsCast;
    use wasm_bindgen_test::wasm_bindgen_test;
    use web_sys::HtmlElement;

    use super::*;
    use crate::components::gallery::SECTIONS;

    /// What the gallery shows at an address: how many elements, and its text.
    async fn shown(path: &str) -> (u32, String) {
        window().history().expect("a history").push_state_with_url(&"".into(), "", Some(path)).expect("an address");
        assert!(is_here(), "{path}");
        let root: HtmlElement = document().create_element("div").expect("an element").unchecked_into();
        document().body().expect("a body").append_child(&root).expect("a place");
        let handle = mount_to(root.clone(), || view! { <Room /> });
        for _ in 0..4 {
            leptos::task::tick().await;
        }
        let all = root.query_selector_all("main *").expect("a selector").length();
        let text = root.text_content().unwrap_or_default();
        drop(handle);
        root.remove();
        (all, text)
    }

    #[wasm_bindgen_test]
    async fn the_gallery_shows_all_its_parts_or_one_section_or_a_page_of_its_own() {
        let (all, _) = shown("/gallery").await;
        let mut sum = 0;
        for (name, _) in SECTIONS {
            let (one, text) = shown(&format!("/gallery/{name}")).await;
            assert!(one > 15 && one < all, "{name} has {one} elements of {all}: {text}");
            sum += one;
        }
        assert!(sum > all, "{sum} elements in all sections, and {all} on the page of all");
        assert!(shown("/gallery/rescue").await.1.contains("Leave private browsing"));
    }
}
