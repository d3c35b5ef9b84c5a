//! The next record and the one before, by `J` and `K`, in the order of the list of its type that was looked at last. From form to
//! form it goes by keys with which nobody writes; what was typed is kept as a draft by the form that is left.

use std::cell::RefCell;
use std::collections::BTreeMap;

use leptos::ev;
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_router::NavigateOptions;
use leptos_router::hooks::{use_location, use_navigate};
use leptos_router::params::ParamsMap;
use outpost_core::id::RecordId;
use outpost_core::list_view::ListView;
use outpost_core::schema::Schema;

use crate::components::Toast;
use crate::forms::{leave_field, say};
use crate::platform::page;
use crate::state::Desk;

thread_local! {
    /// What the lists showed that were looked at last, by their types.
    static LISTS: RefCell<BTreeMap<String, ListView>> = const { RefCell::new(BTreeMap::new()) };
}

/// Notes what a list shows.
pub(crate) fn note(kind: &str, view: ListView) {
    LISTS.with_borrow_mut(|lists| lists.insert(kind.to_owned(), view));
}

/// What the address of a record's form ends with.
const FORM: &str = "/edit";

/// How many places on a key leads, and whether from a record's page or from its form.
fn step(event: &ev::KeyboardEvent) -> Option<(isize, &'static str)> {
    if event.ctrl_key() || event.meta_key() || event.shift_key() {
        return None;
    }
    match (event.key().as_str(), event.alt_key()) {
        ("j", false) => Some((1, "")),
        ("k", false) => Some((-1, "")),
        ("PageDown", true) => Some((1, FORM)),
        ("PageUp", true) => Some((-1, FORM)),
        _ => None,
    }
}

/// Whether a form may be left as it is. What is being saved leads on by itself, and who puts a refused change right has the next
/// one of those to come to, not the next of a list.
fn may_leave_form(query: &ParamsMap) -> bool {
    let saving = document().query_selector(".form [aria-busy=true]").ok().flatten();
    saving.is_none() && query.get_str("refused").is_none()
}

/// Listens for as long as the page of a record, or its form, is there.
pub(super) fn follow(desk: Desk, schema: &'static Schema, id: RecordId) {
    // As the router knows it: the browser's own address comes a moment later, and quick keys would be lost.
    let (path, query) = (use_location().pathname, use_location().query);
    let navigate = use_navigate();
    let own = format!("{}/{id}", schema.path);
    let keys = window_event_listener(ev::keydown, move |event| {
        let Some((by, place)) = step(&event) else { return };
        let own = format!("{own}{place}");
        let is_form = place == FORM;
        // While it is edited, nobody goes on by a slip of a finger.
        if event.default_prevented()
            || (!is_form && page::is_typing())
            || page::is_covered()
            || path.get_untracked() != own
            || (is_form && !query.with_untracked(may_leave_form))
        {
            return;
        }
        if is_form {
            // What was typed last is in the draft, too.
            leave_field();
        }
        event.prevent_default();
        let navigate = navigate.clone();
        spawn_local(async move {
            let list = LISTS.with_borrow(|lists| lists.get(schema.kind).cloned()).unwrap_or_default();
            match desk.store().ids(&list.query(schema.kind)).await {
                // Whoever has gone elsewhere meanwhile stays there. The way back leads to the list, however many came between.
                Ok(ids) => {
                    if let Some(next) = beside(&ids, id, by).filter(|_| path.try_get_untracked().as_ref() == Some(&own))
                    {
                        let options = NavigateOptions { replace: true, ..NavigateOptions::default() };
                        navigate(&format!("{}/{next}{place}", schema.path), options);
                    }
                }
                Err(error) => drop(desk.toasts.show(Toast::bad(say(error)))),
            }
        });
    });
    on_cleanup(move || keys.remove());
}

/// What stands so many places behind a record; nothing beyond the ends, nor if the list has it no more.
fn beside(ids: &[RecordId], id: RecordId, by: isize) -> Option<RecordId> {
    let at = ids.iter().position(|each| *each == id)?;
    ids.get(at.checked_add_signed(by)?).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[wasm_bindgen_test::wasm_bindgen_test]
    fn nothing_stands_beyond_the_ends() {
        let [one, two, three] = [1, 2, 3].map(RecordId::singleton);
        let ids = [one, two];
        assert_eq!(beside(&ids, one, 1), Some(two));
        assert_eq!(beside(&ids, two, -1), Some(one));
        assert_eq!((beside(&ids, one, -1), beside(&ids, two, 1), beside(&ids, three, 1)), (None, None, None));
    }
}
