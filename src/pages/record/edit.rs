//! The pages that make and change a record: the schema's form, saved as one mutation.

use std::rc::Rc;

use crate::markup::{Markup, effect, view};
use futures::FutureExt;
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_router::NavigateOptions;
use leptos_router::hooks::{use_location, use_navigate};
use outpost_core::id::RecordId;
use outpost_core::money::Currency;
use outpost_core::mutation::{Action, Op, Patch};
use outpost_core::record::{Record, RecordKey};
use outpost_core::records::{Business, schema};
use outpost_core::schema::Schema;

use super::frame::RecordFrame;
use crate::components::{PageHeader, Skeleton, Toast};
use crate::forms::{FormState, FormView, Habits, show};
use crate::platform::{self, ids};
use crate::state::{Desk, live, title_of, use_desk};
use crate::store::Rejected;

/// What else a new record's mutation does, and what stands in its form at first.
#[derive(Clone, Copy)]
pub(crate) struct NewSpec {
    /// Fields that a new record's form does not show.
    pub hidden: &'static [&'static str],
    /// What stands in the form at first.
    pub prefill: fn(&Origin) -> Patch,
    /// The ops that make it, from its id and what was entered.
    pub make: fn(&Origin, RecordId, Patch) -> Vec<Op>,
}

/// What a new record is made from.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Origin {
    /// The lead that the address names, or the lead of its deal.
    pub lead: Option<Record>,
    /// The deal that the address names.
    pub deal: Option<Record>,
    /// Who we are.
    pub business: Business,
    /// The currency of new amounts.
    pub currency: Option<Currency>,
}

/// What a new-record page must know before it can be drawn.
#[derive(Clone)]
struct Ready {
    habits: Habits,
    origin: Origin,
    refused: Option<Rejected>,
}

async fn make_ready(
    desk: Desk,
    lead: Option<RecordId>,
    deal: Option<RecordId>,
    number: Option<u64>,
) -> Result<Ready, String> {
    let store = desk.store();
    let get = |kind: &'static str, id: Option<RecordId>| {
        let store = store.clone();
        async move {
            match id {
                Some(id) => store.get(&RecordKey::new(kind, id)).await.map_err(crate::forms::say),
                None => Ok(None),
            }
        }
    };
    let deal = get("deal", deal).await?;
    let lead = lead.or_else(|| deal.as_ref()?.relation("lead"));
    let lead = get("lead", lead).await?.filter(|lead| !lead.is_deleted());
    let habits = desk.habits().await;
    let origin = Origin { lead, deal, business: desk.business().await, currency: Some(habits.currency) };
    Ok(Ready { habits, origin, refused: refused(desk, number).await })
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
    desk.store().correct_rejected(refused.mutation.n, ops).await.map(drop).map_err(crate::forms::say)
}

/// Does something after all that is under way now. Not at the next frame: a page that is out of sight has none.
fn soon(act: impl FnOnce() + 'static) {
    platform::timeout(0, act).forget();
}

/// The page that makes a record. `?lead=` or `?deal=` in the address names what it is made from.
#[component]
pub(crate) fn NewPage(schema: &'static Schema, path: &'static str, spec: NewSpec) -> Markup {
    let desk = use_desk();
    let query = use_location().query.get_untracked();
    let named = |name: &str| query.get(name).and_then(|id| id.parse::<RecordId>().ok());
    let (lead, deal) = (named("lead"), named("deal"));
    let number = refused_number();
    let ready = live(|| (), move |()| make_ready(desk, lead, deal, number));
    let one = schema.label.to_lowercase();
    let (cancel, route) = match (lead, deal) {
        (_, Some(deal)) => (format!("/deals/{deal}"), format!("{path}/new?deal={deal}")),
        (Some(lead), _) => (format!("/leads/{lead}"), format!("{path}/new?lead={lead}")),
        (None, None) => (path.to_owned(), format!("{path}/new")),
    };
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
        let form = FormState::new(schema, spec.hidden, None, &prefill, ready.habits);
        let refused = ready.refused;
        let route = if refused.is_some() { format!("{route}?refused") } else { route.clone() };
        let origin = ready.origin;
        let navigate = navigate.clone();
        let label = schema.label;
        let save = move |patch: Patch| {
            let ops = (spec.make)(&origin, id, patch);
            let navigate = navigate.clone();
            let refused = refused.clone();
            async move {
                match &refused {
                    Some(refused) => correct(desk, refused, ops).await?,
                    None => drop(desk.write(ops).await?),
                }
                desk.toasts.show(Toast::new(format!("{label} saved")));
                let options = NavigateOptions { replace: true, ..NavigateOptions::default() };
                // After this save has been noted, so that leaving the page finds nothing unsaved.
                soon(move || navigate(&format!("{path}/{id}"), options));
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

/// The page that changes a record.
#[component]
pub(crate) fn EditPage(
    schema: &'static Schema,
    path: &'static str,
    id: String,
    /// The page inside the frame, one a type: it knows which fields to hide.
    page: fn(Desk, Signal<Record>) -> Markup,
) -> Markup {
    view! { <RecordFrame schema id back=path page /> }
}

/// The form of a record that exists.
pub(crate) fn edit_form(
    desk: Desk,
    schema: &'static Schema,
    path: &'static str,
    hidden: &'static [&'static str],
    record: Signal<Record>,
) -> Markup {
    let first = record.get_untracked();
    let id = first.id;
    let title = title_of(&first);
    let there = format!("{path}/{id}");
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
