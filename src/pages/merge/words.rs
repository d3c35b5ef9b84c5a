//! What is said of values and of merges.

use std::collections::{BTreeMap, BTreeSet};

use leptos::task::spawn_local;
use outpost_core::dedupe::Likeness;
use outpost_core::id::RecordId;
use outpost_core::record::{Record, RecordKey};
use outpost_core::records::Address;
use outpost_core::schema::{Field, Kind};
use serde::Deserialize;
use serde_json::Value;

use crate::components::Toast;
use crate::forms::say;
use crate::pages::show;
use crate::state::{Desk, schema, title_of};
use crate::store::StoreError;
use crate::words::{t, tn, tr};

/// The most fields that are named of those that stay.
const NAMED: usize = 3;

/// What records are called.
pub(super) type Names = BTreeMap<RecordId, String>;

/// What the records are called that some records lead to.
pub(super) async fn names(desk: Desk, records: &[&Record]) -> Result<Names, StoreError> {
    let mut keys = BTreeSet::new();
    for record in records {
        let fields = schema(&record.kind).map_or(&[][..], |schema| schema.fields);
        for (field, kind) in fields.iter().filter_map(|field| Some((field, field.leads_to()?))) {
            keys.extend(field.links(record).into_iter().map(|id| RecordKey::new(kind, id)));
        }
    }
    let keys: Vec<RecordKey> = keys.into_iter().collect();
    let found = desk.store().get_many(&keys).await?;
    Ok(found.iter().map(|record| (record.id, title_of(record))).collect())
}

/// A value in full, over several lines where it is several things; empty if it is none.
pub(super) fn full(field: &Field, value: &Value, names: &Names) -> String {
    let named = |id: &Value| {
        let id = id.as_str().and_then(|id| id.parse::<RecordId>().ok());
        let name = id.and_then(|id| names.get(&id).cloned());
        name.unwrap_or_else(|| tr("Not on this device").to_owned())
    };
    let lines = match (field.kind, value) {
        (_, Value::Null) => Vec::new(),
        (Kind::Relation(_), id) => vec![named(id)],
        (Kind::Relations(_), Value::Array(all)) => all.iter().map(named).collect(),
        (Kind::Roles(_), Value::Array(all)) => {
            let link = |link: &Value| {
                let name = named(link.get("id").unwrap_or(&Value::Null));
                match link.get("role").and_then(Value::as_str).map(str::trim) {
                    Some(role) if !role.is_empty() => format!("{name} ({role})"),
                    _ => name,
                }
            };
            all.iter().map(link).collect()
        }
        (Kind::Emails | Kind::Phones, Value::Array(all)) => {
            all.iter().filter_map(Value::as_str).map(str::to_owned).collect()
        }
        (Kind::Address, value) => Address::deserialize(value).map(|address| address.lines()).unwrap_or_default(),
        (Kind::LongText, Value::String(text)) => vec![text.clone()],
        (_, value) => vec![show::short(Some(field), value)],
    };
    lines.join("\n")
}

/// In what two are alike.
pub(crate) fn alike(likeness: Likeness) -> &'static str {
    match likeness {
        Likeness::Email => tr("Same e-mail address"),
        Likeness::Phone => tr("Same phone number"),
        Likeness::Name => tr("Same name"),
    }
}

/// Takes back that a record was merged, and says what became of that.
pub(super) fn take_back(desk: Desk, gone: RecordId, name: String) {
    spawn_local(async move {
        let toast = match desk.store().undo_merge(gone).await {
            Ok(stays) if stays.is_empty() => Toast::new(t!("“{name}” is a record of its own again")),
            Ok(stays) => Toast::new(t!("“{name}” is a record of its own again. {}", stayed(desk, &stays).await)),
            Err(error) => Toast::bad(say(error)),
        };
        desk.toasts.show(toast);
    });
}

/// What was edited since a merge and stays as it is, in a sentence.
async fn stayed(desk: Desk, stays: &[(RecordKey, String)]) -> String {
    let keys: Vec<RecordKey> = stays.iter().map(|(key, _)| key.clone()).collect();
    // Without their names it is still said how many there are.
    let records = desk.store().get_many(&keys).await.unwrap_or_else(|_| Vec::new());
    let named = |(key, field): &(RecordKey, String)| {
        let record = records.iter().find(|record| record.key() == *key)?;
        let label = schema(&key.kind)?.field(field)?.label;
        Some(t!("{} of “{}”", tr(label), title_of(record)))
    };
    let told: Vec<String> = stays.iter().filter_map(named).take(NAMED).collect();
    let told = told.join(", ");
    let more = stays.len().saturating_sub(NAMED);
    let count = stays.len();
    let what = if more > 0 { tn!(more, "{told} and one more", "{told} and {more} more") } else { told };
    tn!(
        count,
        "It was changed since and stays as it is now: {what}.",
        "{count} fields were changed since and stay as they are now: {what}."
    )
}
