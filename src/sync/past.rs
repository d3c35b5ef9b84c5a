//! What was done to records before, as the server tells it, and the names of the devices that did it.

use std::collections::BTreeMap;

use leptos::prelude::*;
use outpost_core::hlc::Hlc;
use outpost_core::protocol::History;
use outpost_core::record::RecordKey;

use super::Seen;
use crate::platform::http::{self, classify};
use crate::platform::page;
use crate::store::Store;

/// Where the store keeps what other devices are called.
const NAMES: &str = "device names";
/// How long the server may take, in milliseconds: what this device knows by itself is shown then.
const LIMIT_MS: u32 = 6_000;

pub(super) async fn ask(seen: &Seen, key: &RecordKey, before: Option<Hlc>) -> Option<History> {
    if seen.account.with_untracked(Option::is_none) {
        return None;
    }
    let before = before.map(|stamp| format!("&before={stamp}")).unwrap_or_default();
    let path = format!("/api/v1/history?type={}&id={}{before}", key.kind, key.id);
    let history: History = classify::read(http::get(&path, LIMIT_MS).await.as_ref()).ok()?;
    let mut known = names(&seen.store).await;
    let heard = history.changes.iter().filter(|change| !change.by.is_empty());
    let heard: Vec<_> = heard
        .map(|change| (change.stamp.device.to_string(), change.by.clone()))
        .filter(|(device, name)| known.get(device) != Some(name))
        .collect();
    if !heard.is_empty() {
        known.extend(heard);
        if let Err(error) = seen.store.set_meta(NAMES, &known).await {
            page::warn(&format!("the names of devices cannot be kept: {error}"));
        }
    }
    Some(history)
}

pub(super) async fn names(store: &Store) -> BTreeMap<String, String> {
    store.meta(NAMES).await.ok().flatten().unwrap_or_default()
}
