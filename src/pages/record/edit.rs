//! The pages that make and change a record: the schema's form, saved as one mutation.

use std::collections::BTreeSet;
use std::rc::Rc;

use crate::markup::{Markup, effect, view};
use futures::FutureExt;
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_router::NavigateOptions;
use leptos_router::hooks::{use_location, use_navigate};
use leptos_router::params::ParamsMap;
use outpost_core::id::RecordId;
use outpost_core::money::Currency;
use outpost_core::mutation::{Action, Op, Patch};
use outpost_core::record::{Record, RecordKey};
use outpost_core::records::{self, Business, schema, with_pages};
use outpost_core::schema::{Field, Kind, Schema};
use serde_json::json;

use crate::components::{PageHeader, Skeleton, Toast};
use crate::forms::{FormState, FormView, Habits, say, show};
use crate::pages::links::page_of;
use crate::platform::{self, ids, time};
use crate::state::{Desk, live, title_of, use_desk};
use crate::store::Rejected;

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
}

impl Origin {
    /// Nothing: a record that is made out of the blue.
    pub(crate) fn new(schema: &'static Schema) -> Self {
        Self { schema, named: None, records: Vec::new(), business: Business::default(), currency: None }
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
                choices.first().map(|choice| json!(choice.value))
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

/// What a new-record page must know before it can be drawn.
#[derive(Clone)]
struct Ready {
    habits: Habits,
    origin: Origin,
    refused: Option<Rejected>,
}

async fn make_ready(
    desk: Desk,
    schema: &'static Schema,
    named: Option<RecordKey>,
    number: Option<u64>,
) -> Result<Ready, String> {
    let habits = desk.habits().await;
    let mut origin = Origin { business: desk.business().await, currency: Some(habits.currency), ..Origin::new(schema) };
    if let Some(key) = named {
        let store = desk.store();
        let known = store.get(&key).await.map_err(say)?.filter(|record| !record.is_deleted());
        origin.records.extend(known);
        origin.named = Some(key.kind.clone());
        let fields = records::schema(&key.kind).map_or(&[][..], |schema| schema.fields);
        let one_of = |field: &&Field| matches!(field.kind, Kind::Relation(_) | Kind::Roles(_));
        for (field, kind) in fields.iter().filter(one_of).filter_map(|field| Some((field, field.leads_to()?))) {
            let id = origin.records.first().and_then(|record| field.links(record).into_iter().next());
            if let Some(id) = id.filter(|_| origin.record(kind).is_none()) {
                let linked = store.get(&RecordKey::new(kind, id)).await.map_err(say)?;
                origin.records.extend(linked.filter(|record| !record.is_deleted()));
            }
        }
    }
    Ok(Ready { habits, origin, refused: refused(desk, number).await })
}

/// The record that the address names, as in `?deal=01a0…`.
fn named(query: &ParamsMap) -> Option<RecordKey> {
    let key = |schema: &Schema| Some(RecordKey::new(schema.kind, query.get_str(schema.kind)?.parse().ok()?));
    with_pages().find_map(key)
}

/// The number of the refused change that the address names, to be put right in this form.
fn refused_number() -> Option<u64> {
    use_location().query.with_untracked(|query| query.get_str("refused")?.parse().ok())
}

/// That change, unless it was dealt with meanwhile.
async fn refused(desk: Desk, number: Option<u64>) -> Option<Rejected> {
    desk.store().rejected(number?).await.ok().flatten()
}

/// What a refused change would have entered into a record.
fn entered(refused: &Rejected, key: &RecordKey) -> Patch {
    let op = refused.mutation.ops.iter().find(|op| op.key() == *key);
    op.and_then(Op::patched).cloned().unwrap_or_default()
}

/// The ops of a refused change with those on one record put right. Fields that the form does not show stay as they were.
fn corrected(refused: &Rejected, key: &RecordKey, patch: Patch) -> Vec<Op> {
    let mut ops = refused.mutation.ops.clone();
    for op in ops.iter_mut().filter(|op| op.key() == *key && op.patched().is_some()) {
        let shown = |name: &str| schema(&key.kind).and_then(|schema| schema.field(name)).is_some_and(|f| f.in_form);
        let kept = op.patched().cloned().unwrap_or_default().into_iter().filter(|(name, _)| !shown(name));
        op.action = Action::Patch(kept.chain(patch.clone()).collect());
    }
    ops
}

/// Writes ops in place of a refused change.
async fn correct(desk: Desk, refused: &Rejected, ops: Vec<Op>) -> Result<(), String> {
    desk.store().correct_rejected(refused.mutation.n, ops).await.map(drop).map_err(say)
}

/// Does something after all that is under way now. Not at the next frame: a page that is out of sight has none.
fn soon(act: impl FnOnce() + 'static) {
    platform::timeout(0, act).forget();
}

/// The page that makes a record. `?lead=`, `?deal=` or any other type in the address names what it is made from.
#[component]
pub(crate) fn NewPage(schema: &'static Schema, spec: NewSpec) -> Markup {
    let desk = use_desk();
    let path = schema.path;
    let named = use_location().query.with_untracked(named);
    let number = refused_number();
    let asked = named.clone();
    let ready = live(|| (), move |()| make_ready(desk, schema, asked.clone(), number));
    let one = schema.label.to_lowercase();
    let (cancel, route) = match &named {
        Some(key) => (page_of(key).unwrap_or_default(), format!("{path}/new?{}={}", key.kind, key.id)),
        None => (path.to_owned(), format!("{path}/new")),
    };
    // What is done about a record is seen there.
    let goal = named.filter(|_| !schema.list.moment.is_empty()).map(|_| cancel.clone());
    let header_back = cancel.clone();
    let navigate = use_navigate();
    // Made once: however often it is saved, it is one record.
    let new = ids::new_record_id();
    let form = move |ready: Ready| {
        let mut prefill = (spec.prefill)(&ready.origin);
        // A record that was refused is made again as the one that it was.
        let made = |op: &&Op| op.kind == schema.kind && op.patched().is_some();
        let made = ready.refused.as_ref().and_then(|refused| refused.mutation.ops.iter().find(made));
        prefill.extend(made.and_then(Op::patched).cloned().unwrap_or_default());
        let id = made.map_or(new, |op| op.id);
        let form = FormState::new(schema, (spec.hidden)(&ready.origin), None, &prefill, ready.habits);
        // What the form does not show is said all the same.
        let unseen: Patch = prefill.into_iter().filter(|(name, _)| form.field(name).is_none()).collect();
        let refused = ready.refused;
        let route = if refused.is_some() { format!("{route}?refused") } else { route.clone() };
        let origin = ready.origin;
        let navigate = navigate.clone();
        let goal = goal.clone().unwrap_or_else(|| format!("{path}/{id}"));
        let label = schema.label;
        let save = move |patch: Patch| {
            let ops = (spec.make)(&origin, id, unseen.clone().into_iter().chain(patch).collect());
            let navigate = navigate.clone();
            let goal = goal.clone();
            let refused = refused.clone();
            async move {
                match &refused {
                    Some(refused) => correct(desk, refused, ops).await?,
                    None => drop(desk.write(ops).await?),
                }
                desk.toasts.show(Toast::new(format!("{label} saved")));
                let options = NavigateOptions { replace: true, ..NavigateOptions::default() };
                // After this save has been noted, so that leaving the page finds nothing unsaved.
                soon(move || navigate(&goal, options));
                Ok(())
            }
            .boxed_local()
        };
        view! {
            <FormView desk
                focus_first=!desk.compact.get_untracked() form route label=format!("Save {}", label.to_lowercase()) cancel=cancel.clone() save=Rc::new(save) />
        }
    };
    view! {
        <PageHeader title=format!("New {one}") back=header_back />
        {move || match ready.value() {
            Some(ready) => form(ready),
            None => view! { <Skeleton rows=6 /> },
        }}
    }
}

/// The form of a record that exists.
pub(crate) fn edit_form(
    desk: Desk,
    schema: &'static Schema,
    hidden: &'static [&'static str],
    record: Signal<Record>,
) -> Markup {
    let first = record.get_untracked();
    let id = first.id;
    let title = title_of(&first);
    let there = format!("{}/{id}", schema.path);
    let route = format!("{there}/edit");
    let back = there.clone();
    let number = refused_number();
    let habits = RwSignal::new(None::<(Habits, Option<Rejected>)>);
    spawn_local(async move {
        let refused = refused(desk, number).await;
        let found = desk.habits().await;
        habits.try_set(Some((found, refused)));
    });
    let navigate = use_navigate();
    let form = move |(habits, refused): (Habits, Option<Rejected>)| {
        let form = FormState::new(schema, hidden, Some(&record.get_untracked()), &Patch::new(), habits);
        effect(move || record.with(|record| form.rebase(record)));
        let key = RecordKey::new(schema.kind, id);
        for (name, value) in refused.iter().flat_map(|refused| entered(refused, &key)) {
            if let Some(state) = form.field(&name) {
                state.enter(show(state.field, Some(&value), habits));
                state.look();
            }
        }
        // A draft of its own: what was refused is no part of another one.
        let route = if refused.is_some() { format!("{route}?refused") } else { route.clone() };
        let navigate = navigate.clone();
        let there = there.clone();
        let to = there.clone();
        let save = move |patch: Patch| {
            let navigate = navigate.clone();
            let to = to.clone();
            let refused = refused.clone();
            async move {
                if let Some(refused) = refused {
                    let key = RecordKey::new(schema.kind, id);
                    correct(desk, &refused, corrected(&refused, &key, patch)).await?;
                    desk.toasts.show(Toast::new(format!("{} saved", schema.label)));
                } else if !patch.is_empty() {
                    desk.write(vec![Op::patch(schema.kind, id, patch)]).await?;
                    desk.toasts.show(Toast::new(format!("{} saved", schema.label)));
                }
                let options = NavigateOptions { replace: true, ..NavigateOptions::default() };
                soon(move || navigate(&to, options));
                Ok(())
            }
            .boxed_local()
        };
        let label = "Save changes";
        view! { <FormView desk form route label cancel=there save=Rc::new(save) /> }
    };
    view! {
        <PageHeader title=format!("Edit {title}") back=back />
        {move || match habits.get() {
            Some(ready) => form.clone()(ready),
            None => view! { <Skeleton rows=6 /> },
        }}
    }
}
