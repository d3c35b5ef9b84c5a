//! What others linked to a record that was merged meanwhile is led on to where that went, once it is here; and where two are
//! merged.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::mem;
use std::rc::Rc;

use crate::platform::{Timeout, locks, page, spawn, timeout};
use crate::store::Store;
use leptos::prelude::{Effect, Get, Owner, Signal};
use outpost_core::access::Role;
use outpost_core::id::RecordId;
use outpost_core::schema::Schema;

/// Where a record is merged with another one of its type, or with one that is still to be chosen.
pub fn merge_address(of: &Schema, kept: RecordId, gone: Option<RecordId>) -> String {
    let with = gone.map(|gone| format!("&with={gone}")).unwrap_or_default();
    format!("/merge?type={}&keep={kept}{with}", of.kind)
}

/// How long nothing must have come, in milliseconds: so what one device did at once is looked at as a whole.
const QUIET_MS: u32 = 1_000;
/// One tab does it for all.
const LOCK: &str = "outpost-merges";

/// What is to be looked at.
#[derive(Default)]
struct Watch {
    /// The version of each type when it was last looked at.
    versions: BTreeMap<&'static str, u64>,
    /// The types that have changed since.
    changed: BTreeSet<&'static str>,
    pending: Option<Timeout>,
    /// Whether it is being looked at just now.
    busy: bool,
}

/// Looks at what changes, for as long as the page lives. A device whose owner may not write leaves it to the others.
pub fn watch_merges(store: Store, role: Signal<Role>) {
    spawn(async move {
        let guard = locks::hold(LOCK).await;
        let watch = Rc::new(RefCell::new(Watch::default()));
        let owner = Owner::new();
        owner.with(|| {
            Effect::new(move |_: Option<()>| {
                let may_write = role.get().may_write();
                let now = store.types().all().map(|schema| (schema.kind, store.version(schema.kind).get()));
                let now: BTreeMap<&'static str, u64> = now.collect();
                let mut held = watch.borrow_mut();
                let before = mem::replace(&mut held.versions, now.clone());
                let differs =
                    |(kind, version): (&'static str, u64)| (before.get(kind) != Some(&version)).then_some(kind);
                held.changed.extend(now.into_iter().filter_map(differs));
                drop(held);
                if may_write {
                    wait(&store, &watch);
                }
            });
        });
        // Both are for as long as the page lives.
        mem::forget((owner, guard));
    });
}

fn wait(store: &Store, watch: &Rc<RefCell<Watch>>) {
    let (store, later) = (store.clone(), watch.clone());
    watch.borrow_mut().pending = Some(timeout(QUIET_MS, move || follow(store, later)));
}

fn follow(store: Store, watch: Rc<RefCell<Watch>>) {
    if watch.borrow().busy {
        return wait(&store, &watch);
    }
    let mut held = watch.borrow_mut();
    let mut kinds = mem::take(&mut held.changed);
    // A record that went into another, or came back, concerns all that leads to it.
    let merged = |schema: &&'static Schema| schema.list.merges || schema.kind == "merge";
    if store.types().all().filter(merged).any(|schema| kinds.contains(schema.kind)) {
        kinds = store.types().all().map(|schema| schema.kind).collect();
    }
    held.busy = !kinds.is_empty();
    drop(held);
    if kinds.is_empty() {
        return;
    }
    spawn(async move {
        if let Err(error) = store.follow_merges(&kinds).await {
            page::warn(&format!("what leads to merged records cannot be led on: {error}"));
        }
        watch.borrow_mut().busy = false;
    });
}
