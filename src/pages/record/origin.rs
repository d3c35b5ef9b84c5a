//! What a new record is made from, and what stands in its form by that.

use std::collections::BTreeSet;

use leptos_router::params::ParamsMap;
use outpost_core::date::civil;
use outpost_core::id::RecordId;
use outpost_core::money::Currency;
use outpost_core::mutation::{Op, Patch};
use outpost_core::record::{Record, RecordKey};
use outpost_core::records::{Business, is_own};
use outpost_core::schema::{Choice, Field, Kind, Schema};
use serde_json::json;

use crate::forms::say;
use crate::platform::time;
use crate::state::{self, Desk, with_pages};

/// How a new record of a type is made.
#[derive(Clone, Copy)]
pub(crate) struct NewSpec {
    /// Fields that the form does not show.
    pub hidden: fn(&Origin) -> &'static [&'static str],
    /// What stands in the form at first.
    pub prefill: fn(&Origin) -> Patch,
    /// The ops that make it, from its id and what was entered.
    pub make: fn(&Origin, RecordId, Patch) -> Vec<Op>,
}

/// What a new record is made from.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Origin {
    /// The new record's type.
    pub schema: &'static Schema,
    /// The type of the record that the address names.
    pub named: Option<String>,
    /// That record, and the one of each other type that it is linked to: a deal's company, a contact's.
    records: Vec<Record>,
    /// Who we are.
    pub business: Business,
    /// The currency of new amounts.
    pub currency: Option<Currency>,
    /// When it is, if the address says so: an instant in milliseconds since 1970, or a date.
    pub at: Option<String>,
    /// Its status or stage, if the address says so.
    pub facet: Option<String>,
}

impl Origin {
    /// Nothing: a record that is made out of the blue.
    pub(crate) fn new(schema: &'static Schema) -> Self {
        Self {
            schema,
            named: None,
            records: Vec::new(),
            business: Business::default(),
            currency: None,
            at: None,
            facet: None,
        }
    }

    /// The record that is named, with those that it is linked to.
    ///
    /// # Errors
    /// Why they could not be read, as a sentence.
    pub(super) async fn read(desk: Desk, schema: &'static Schema, named: Option<RecordKey>) -> Result<Self, String> {
        let currency = Some(desk.habits().await.currency);
        let mut origin = Self { business: desk.business().await, currency, ..Self::new(schema) };
        let Some(key) = named else { return Ok(origin) };
        let store = desk.store();
        let known = store.get(&key).await.map_err(say)?.filter(|record| !record.is_deleted());
        origin.records.extend(known);
        let fields = state::schema(&key.kind).map_or(&[][..], |schema| schema.fields);
        origin.named = Some(key.kind);
        let one_of = |field: &&Field| matches!(field.kind, Kind::Relation(_) | Kind::Roles(_));
        for (field, kind) in fields.iter().filter(one_of).filter_map(|field| Some((field, field.leads_to()?))) {
            let id = origin.records.first().and_then(|record| field.links(record).into_iter().next());
            if let Some(id) = id.filter(|_| origin.record(kind).is_none()) {
                let linked = store.get(&RecordKey::new(kind, id)).await.map_err(say)?;
                origin.records.extend(linked.filter(|record| !record.is_deleted()));
            }
        }
        Ok(origin)
    }

    /// The record of a type that the new one is made from.
    pub(crate) fn record(&self, kind: &str) -> Option<&Record> {
        self.records.iter().find(|record| record.kind == kind)
    }
}

/// What stands in a form of any type at first: the first status, now or the next full hour for what happens at a time, and
/// links to what it is made from.
pub(crate) fn prefill(origin: &Origin) -> Patch {
    let schema = origin.schema;
    let happens = !schema.list.moment.is_empty();
    let mut patch = Patch::new();
    let mut linked = BTreeSet::new();
    for field in schema.fields {
        let value = match field.kind {
            Kind::Choice(choices) if field.name == schema.list.facet || happens => {
                let said =
                    |choice: &&Choice| field.name == schema.list.facet && origin.facet.as_deref() == Some(choice.value);
                // What people have added is left open unless it must be filled in.
                let first = choices.first().filter(|_| field.required || !is_own(field.name));
                choices.iter().find(said).or(first).map(|choice| json!(choice.value))
            }
            Kind::Instant | Kind::Date if field.name == schema.list.moment && origin.at.is_some() => {
                origin.at.as_deref().map(|at| at.parse().map_or_else(|_| json!(at), |ms: u64| json!(ms)))
            }
            Kind::Instant if field.name == schema.list.moment => {
                // What has a state like “planned” is arranged; all else has just happened.
                let is_planned = schema.facets().first().is_some_and(|choice| choice.value == "planned");
                let step = if is_planned { HOUR_MS } else { MINUTE_MS };
                Some(json!(if is_planned {
                    time::now_ms().next_multiple_of(step)
                } else {
                    time::now_ms() / step * step
                }))
            }
            _ => field.leads_to().and_then(|kind| {
                let record = origin.record(kind)?;
                // A deal's lead is no lead that a call was about.
                let is_meant = kind != "lead" || !happens || origin.named.as_deref() == Some(kind);
                (is_meant && linked.insert(kind)).then(|| field.link_to(record.id))
            }),
        };
        patch.extend(value.map(|value| (field.name.to_owned(), value)));
    }
    patch
}

const MINUTE_MS: u64 = 60_000;
const HOUR_MS: u64 = 60 * MINUTE_MS;

/// When the new record is, as the address says: `?at=1795348800000` for what has a time, `?at=2026-11-26` for what has a day.
pub(super) fn at(schema: &Schema, query: &ParamsMap) -> Option<String> {
    let at = query.get_str("at")?;
    let fits = match schema.field(schema.list.moment)?.kind {
        Kind::Instant => at.parse::<u64>().is_ok(),
        _ => civil(at).is_some(),
    };
    fits.then(|| at.to_owned())
}

/// The status or stage of the new record, as the address says: `?stage=proposal`.
pub(super) fn facet(schema: &Schema, query: &ParamsMap) -> Option<String> {
    query.get(schema.list.facet).filter(|said| schema.facets().iter().any(|choice| choice.value == said))
}

/// The record that the address names, as in `?deal=01a0…`.
pub(super) fn named(query: &ParamsMap) -> Option<RecordKey> {
    let key = |schema: &Schema| Some(RecordKey::new(schema.kind, query.get_str(schema.kind)?.parse().ok()?));
    with_pages().find_map(key)
}
