//! How many records of a type there are to do something about: the number beside its name, in the frame and in the menu.

use super::desk::Desk;
use super::live::{Live, live};
use super::types::is_closed;

/// All of a type; of what comes to an end, what has not. Follows the store; `None` until it is known.
pub fn count_of(desk: Desk, kind: &'static str) -> Live<Option<usize>> {
    live(
        move || desk.version(kind),
        move |_| {
            let store = desk.store();
            async move {
                let all = store.facet_counts(kind, "", "").await;
                Ok(all.map(|all| all.iter().filter(|each| counts(kind, &each.0)).map(|each| each.1).sum()))
            }
        },
    )
}

fn counts(kind: &str, facet: &str) -> bool {
    match kind {
        "deal" => !is_closed(facet),
        "task" => facet == "open",
        _ => true,
    }
}
