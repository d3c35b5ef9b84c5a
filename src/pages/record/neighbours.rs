//! The next record and the one before, by `J` and `K`, in the order of the list of its type that was looked at last.

use std::cell::RefCell;
use std::collections::BTreeMap;

use leptos::ev;
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_router::NavigateOptions;
use leptos_router::hooks::{use_location, use_navigate};
use outpost_core::id::RecordId;
use outpost_core::list_view::ListView;
use outpost_core::schema::Schema;

use crate::components::Toast;
use crate::forms::say;
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

/// Listens for as long as the page of a record is there.
pub(super) fn follow(desk: Desk, schema: &'static Schema, id: RecordId) {
    // As the router knows it: the browser's own address comes a moment later, and quick keys would be lost.
    let path = use_location().pathname;
    let navigate = use_navigate();
    let own = format!("{}/{id}", schema.path);
    let keys = window_event_listener(ev::keydown, move |event| {
        let modified = event.ctrl_key() || event.meta_key() || event.alt_key() || event.shift_key();
        let by = match event.key().as_str() {
            "j" => 1,
            "k" => -1,
            _ => return,
        };
        // While it is edited, nobody goes on by a slip of a finger.
        if modified
            || event.default_prevented()
            || page::is_typing()
            || page::is_covered()
            || path.get_untracked() != own
        {
            return;
        }
        event.prevent_default();
        let (navigate, own) = (navigate.clone(), own.clone());
        spawn_local(async move {
            let list = LISTS.with_borrow(|lists| lists.get(schema.kind).cloned()).unwrap_or_default();
            match desk.store().ids(&list.query(schema.kind)).await {
                // Whoever has gone elsewhere meanwhile stays there. The way back leads to the list, however many came between.
                Ok(ids) => {
                    if let Some(next) = beside(&ids, id, by).filter(|_| path.try_get_untracked().as_ref() == Some(&own))
                    {
                        let options = NavigateOptions { replace: true, ..NavigateOptions::default() };
                        navigate(&format!("{}/{next}", schema.path), options);
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
