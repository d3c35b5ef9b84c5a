//! Keys that work everywhere: `n` makes a new one, Escape goes back, `g` and a letter go to a list. Those of the
//! search box are in the second part, with it: `crate::pages::search`.

use leptos::ev;
use leptos::prelude::*;
use leptos_router::hooks::use_location;
use wasm_bindgen::JsCast;

use crate::forms::leave_field;
use crate::platform::links::coming;
use crate::platform::{page, time};

/// How long, in milliseconds, `g` waits for its letter.
const WAIT_MS: f64 = 1_200.0;

/// Where a letter after `g` leads.
fn place(letter: &str) -> Option<&'static str> {
    match letter {
        "l" => Some("/leads"),
        "d" => Some("/deals"),
        "i" => Some("/invoices"),
        "t" => Some("/tasks"),
        "c" => Some("/companies"),
        "p" => Some("/contacts"),
        "m" => Some("/menu"),
        "s" => Some("/settings"),
        "h" => Some("/today"),
        "a" => Some("/calendar"),
        _ => None,
    }
}

/// The page that makes a new one of what is shown.
fn new_path(path: &str) -> String {
    match path.split('/').nth(1) {
        None | Some("" | "account" | "menu" | "settings" | "sync") => "/leads/new".to_owned(),
        Some("today" | "calendar") => "/meetings/new".to_owned(),
        Some(list) => format!("/{list}/new"),
    }
}

/// Listens for as long as the app is shown.
pub(super) fn listen() {
    let location = use_location();
    let went = StoredValue::new(0.0_f64);
    let handle = window_event_listener(ev::keydown, move |event| {
        if event.default_prevented() || event.ctrl_key() || event.meta_key() || event.alt_key() || page::is_covered() {
            return;
        }
        let key = event.key();
        if page::is_typing() {
            // The first Escape leaves the field, the second the page.
            if key == "Escape" {
                leave_field();
            }
            return;
        }
        let after_g = time::monotonic_ms() - went.get_value() < WAIT_MS;
        went.set_value(0.0);
        match key.as_str() {
            letter if after_g && place(letter).is_some() => page::follow(place(letter).unwrap_or("/leads")),
            "g" => went.set_value(time::monotonic_ms()),
            // As the page's own button does, which may know more of the new one; but quick keys are ahead of the page.
            "n" => match coming() {
                Some(path) => page::follow(&new_path(&path)),
                None if click(".fab") => {}
                None => page::follow(&new_path(&location.pathname.get_untracked())),
            },
            // From a page that is not made yet there is no way back.
            "Escape" if coming().is_none() => {
                if !click(".back") {
                    return;
                }
            }
            _ => return,
        }
        event.prevent_default();
    });
    on_cleanup(move || handle.remove());
}

fn click(selector: &str) -> bool {
    let element = document().query_selector(selector).ok().flatten();
    element.and_then(|element| element.dyn_into::<web_sys::HtmlElement>().ok()).map(|element| element.click()).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[wasm_bindgen_test::wasm_bindgen_test]
    fn n_makes_one_of_what_is_shown() {
        assert_eq!(new_path("/deals/list"), "/deals/new");
        assert_eq!(new_path("/invoices"), "/invoices/new");
        assert_eq!(new_path("/"), "/leads/new");
        assert_eq!(place("d"), Some("/deals"));
        assert_eq!(place("x"), None);
    }
}
