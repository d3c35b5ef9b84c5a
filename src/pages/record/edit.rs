//! The pages that make and change a record: the schema's form, saved as one mutation.

use std::rc::Rc;

use crate::markup::{Markup, effect, view};
use futures::FutureExt;
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_router::NavigateOptions;
use leptos_router::hooks::{use_location, use_navigate};
use outpost_core::mutation::{Action, Op, Patch};
use outpost_core::record::{Record, RecordKey};
use outpost_core::schema::Schema;

use super::origin::{NewSpec, Origin, at, facet, named};
use crate::components::{PageHeader, Skeleton, Toast};
use crate::forms::{FormState, FormView, Habits, say, show};
use crate::pages::calendar::Place;
use crate::pages::links::page_of;
use crate::pages::today::{TODAY, TOMORROW};
use crate::pages::undo::{Back, offer};
use crate::platform::{self, ids};
use crate::state::{Desk, live, schema, title_of, use_desk};
use crate::store::Rejected;
use crate::words::{lower, t, tr};

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
    (at, facet): (Option<String>, Option<String>),
    number: Option<u64>,
) -> Result<Ready, String> {
    let mut origin = Origin::read(desk, schema, named).await?;
    (origin.at, origin.facet) = (at, facet);
    Ok(Ready { habits: desk.habits().await, origin, refused: refused(desk, number).await })
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
    let query = use_location().query;
    let named = query.with_untracked(named);
    let at = query.with_untracked(|query| at(schema, query));
    let number = refused_number();
    let asked = named.clone();
    let facet = query.with_untracked(|query| facet(schema, query));
    let said = (at.clone(), facet.clone());
    let ready = live(|| (), move |()| make_ready(desk, schema, asked.clone(), said.clone(), number));
    let one = lower(schema.label);
    // The day or the calendar in which it is arranged.
    let calendar = query.with_untracked(|query| query.get("view")).and_then(|view| match view.as_str() {
        "today" => Some(TODAY.to_owned()),
        "tomorrow" => Some(TOMORROW.to_owned()),
        view => Place::around(view, at.as_deref()?).map(Place::href),
    });
    let (cancel, route) = match (&named, &at) {
        (Some(key), _) => (page_of(key).unwrap_or_default(), format!("{path}/new?{}={}", key.kind, key.id)),
        (None, at) => {
            let route = match (at, facet) {
                // What is entered for one time is not offered for another.
                (Some(at), _) => format!("{path}/new?at={at}"),
                (None, Some(facet)) => format!("{path}/new?{}={facet}", schema.list.facet),
                (None, None) => format!("{path}/new"),
            };
            (calendar.clone().unwrap_or_else(|| path.to_owned()), route)
        }
    };
    // What is done about a record is seen there, and what is arranged on a day or in the calendar is seen in it.
    let goal = named.filter(|_| !schema.list.moment.is_empty()).map(|_| cancel.clone()).or(calendar);
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
        let label = tr(schema.label);
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
                desk.toasts.show(Toast::new(t!("{} saved", label)));
                let options = NavigateOptions { replace: true, ..NavigateOptions::default() };
                // After this save has been noted, so that leaving the page finds nothing unsaved.
                soon(move || navigate(&goal, options));
                Ok(())
            }
            .boxed_local()
        };
        view! {
            <FormView desk
                focus_first=!desk.compact.get_untracked() form route label=t!("Save {}", lower(schema.label)) cancel=cancel.clone() save=Rc::new(save) />
        }
    };
    view! {
        <PageHeader title=t!("New {}", one) back=header_back />
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
                    desk.toasts.show(Toast::new(t!("{} saved", tr(schema.label))));
                } else if !patch.is_empty() {
                    let written = desk.write(vec![Op::patch(schema.kind, id, patch)]).await?;
                    offer(desk, t!("{} saved", tr(schema.label)), Back::of(written));
                }
                let options = NavigateOptions { replace: true, ..NavigateOptions::default() };
                soon(move || navigate(&to, options));
                Ok(())
            }
            .boxed_local()
        };
        let label = tr("Save changes");
        view! { <FormView desk form route label cancel=there save=Rc::new(save) /> }
    };
    view! {
        <PageHeader title=t!("Edit {title}") back=back />
        {move || match habits.get() {
            Some(ready) => form.clone()(ready),
            None => view! { <Skeleton rows=6 /> },
        }}
    }
}
