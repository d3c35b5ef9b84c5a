//! Work on many rows at once: each kind of it is one transaction, and can be taken back at once.

use leptos::prelude::*;
use leptos::task::spawn_local;
use outpost_core::id::RecordId;
use outpost_core::mutation::{Op, Patch};
use outpost_core::record::{Record, RecordKey};
use outpost_core::records::LeadStatus;
use outpost_core::schema::{Field, Kind, Schema, is_empty};
use serde_json::Value;

use super::picked;
use crate::components::{Button, Choice, Dialog, DialogForm, Glyph, IconButton, Select, Toast};
use crate::forms::{FieldInput, FormState, Habits, say, value};
use crate::markup::{Markup, view};
use crate::pages::list::ListSpec;
use crate::pages::list::context::ListContext;
use crate::pages::merge;
use crate::pages::types::look;
use crate::pages::undo::{Back, offer, offer_of_some};
use crate::platform::intl;
use crate::state::{Desk, Live, Outcome, live, title_of, use_desk};
use crate::store::Written;
use crate::words::{lower, t, tn, tr};

/// Records read at once.
const SLICE: usize = 250;

/// The bar that says how many rows are picked, and what can be done with them.
#[component]
pub(super) fn Bulk(list: ListContext) -> Markup {
    let ListContext { spec, state, picking, .. } = list;
    let picked = picked();
    let desk = use_desk();
    let schema = spec.schema;
    let editing = RwSignal::new(false);
    let shown = Memo::new(move |_| picking.get());
    let count = move || picked.with(Vec::len);
    let some = Signal::derive(move || count() == 0);
    let done = move |()| {
        picking.set(false);
        picked.set(Vec::new());
    };
    // Another list, another choice.
    let asked = Memo::new(move |_| state.with(|state| (state.facet.clone(), state.text.clone(), state.filter.clone())));
    Effect::new(move |before: Option<_>| {
        let now = asked.get();
        if before.is_some_and(|before| before != now) {
            picked.set(Vec::new());
        }
        now
    });
    let all = move |()| {
        spawn_local(async move {
            let asked = state.get_untracked();
            match desk.store().ids(&asked.query(schema.kind)).await {
                // The list may show something else by now.
                Ok(ids) if state.try_get_untracked() == Some(asked) => picked.set(ids),
                Ok(_) => {}
                Err(error) => drop(desk.toasts.show(Toast::bad(say(error)))),
            }
        });
    };
    let delete = move |()| {
        let ids = picked.get_untracked();
        done(());
        spawn_local(async move {
            let groups = ids.iter().map(|id| vec![Op::delete(schema.kind, *id)]).collect();
            let outcome = desk.write_all(groups).await;
            tell(desk, schema, Done::Deleted, outcome);
        });
    };
    let text = move || match count() {
        0 => t!("Select {}", lower(schema.plural)),
        count => tn!(count, "{} selected", "{} selected", intl::count(count)),
    };
    view! {
        {move || {
            shown
                .get()
                .then(|| {
                    view! {
                        <div class="bulk" role="toolbar" aria-label="Selected rows">
                            <span class="bulk-count" aria-live="polite">{text}</span>
                            <Button small=true on_click=all>"Select all"</Button>
                            <Button small=true icon=Glyph::Edit disabled=some on_click=move |()| editing.set(true)>
                                "Edit…"
                            </Button>
                            {merge::pair_button(schema, picked)}
                            <Button small=true icon=Glyph::Trash disabled=some on_click=delete>
                                "Delete"
                            </Button>
                            <IconButton label="Stop selecting" icon=Glyph::Close small=true on_click=done />
                        </div>
                    }
                })
        }}
        <EditMany list editing on_done=done />
    }
}

/// What was done with the rows.
#[derive(Debug, Clone, Copy)]
enum Done {
    Changed,
    Deleted,
}

impl Done {
    /// With how many, and why not with the others.
    fn said(self, schema: &Schema, number: usize, refused: &[String]) -> String {
        let what = lower(if number == 1 { schema.label } else { schema.plural });
        let (count, others) = (intl::count(number), intl::count(refused.len()));
        match (self, refused.first()) {
            (Self::Changed, None) => tn!(number, "Changed {count} {what}", "Changed {count} {what}"),
            (Self::Changed, Some(why)) => tn!(
                number,
                "Changed {count} {what}; {others} could not be: {why}",
                "Changed {count} {what}; {others} could not be: {why}"
            ),
            (Self::Deleted, None) => tn!(number, "Deleted {count} {what}", "Deleted {count} {what}"),
            (Self::Deleted, Some(why)) => tn!(
                number,
                "Deleted {count} {what}; {others} could not be: {why}",
                "Deleted {count} {what}; {others} could not be: {why}"
            ),
        }
    }
}

/// Says what was done, and offers to take it back.
fn tell(desk: Desk, schema: &Schema, done: Done, outcome: Outcome) {
    let changed: Vec<Written> = outcome.written.into_iter().filter(|written| written.n > 0).collect();
    let said = done.said(schema, changed.len(), &outcome.refused);
    let inverses: Vec<Vec<Op>> =
        changed.into_iter().rev().map(|written| written.inverse).filter(|ops| !ops.is_empty()).collect();
    match (inverses.is_empty(), outcome.refused.is_empty()) {
        (true, true) => drop(desk.toasts.show(Toast::new(said))),
        (true, false) => drop(desk.toasts.show(Toast::bad(said))),
        (false, true) => offer(desk, said, Back::Write(inverses)),
        (false, false) => offer_of_some(desk, said, Back::Write(inverses)),
    }
}

/// Moves all of these deals to a stage, in one transaction, and offers the way back.
fn move_all(desk: Desk, schema: &'static Schema, deals: Vec<RecordId>, to: String) {
    spawn_local(async move {
        match desk.store().move_deals(deals, to).await {
            Ok(moved) => {
                let said = Done::Changed.said(schema, moved.steps.len(), &[]);
                if moved.steps.is_empty() {
                    desk.toasts.show(Toast::new(said));
                } else {
                    offer(desk, said, Back::Moves(moved));
                }
            }
            Err(error) => drop(desk.toasts.show(Toast::bad(say(error)))),
        }
    });
}

/// The fields that many records can be given a value of.
pub(super) fn fields(schema: &'static Schema) -> Vec<&'static Field> {
    let hidden = look(schema.kind).edit.unwrap_or_default();
    let editable = |field: &&Field| {
        let stands = is_move(schema.kind, field);
        field.in_form && field.name != schema.list.title && (stands || !hidden.contains(&field.name))
    };
    schema.fields.iter().filter(editable).filter(|field| !matches!(field.kind, Kind::Structure)).collect()
}

/// What is done with a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum How {
    /// It takes the place of what is there.
    Put,
    /// It is added to what is there.
    Add,
    /// It is taken out of what is there.
    Remove,
}

impl How {
    /// What can be done with values of a kind.
    const fn with(kind: Kind) -> &'static [Self] {
        match kind {
            Kind::Relations(_) | Kind::Roles(_) => &[Self::Add, Self::Remove],
            Kind::Emails | Kind::Phones => &[Self::Add],
            _ => &[Self::Put],
        }
    }

    fn said(self, field: &Field) -> String {
        let label = tr(field.label);
        match self {
            Self::Put => label.to_owned(),
            Self::Add => t!("{label} (added)"),
            Self::Remove => t!("{label} (removed)"),
        }
    }
}

/// A field and what is done with it, as an answer to choose.
fn answer(field: &Field, how: How) -> String {
    if how == How::Remove { format!("-{}", field.name) } else { field.name.to_owned() }
}

/// Asks for a field and its value.
#[component]
fn EditMany(list: ListContext, editing: RwSignal<bool>, #[prop(into)] on_done: Callback<()>) -> Markup {
    let (spec, picked) = (list.spec, picked());
    let desk = use_desk();
    let habits: Live<Habits> = live(|| (), move |()| async move { Ok(desk.habits().await) });
    let title = Signal::derive(move || {
        let (number, many) = (picked.with(Vec::len), lower(spec.schema.plural));
        tn!(number, "Edit {count} {many}", "Edit {count} {many}", count = intl::count(number))
    });
    let inside = move || {
        let habits = habits.value().filter(|_| editing.get());
        habits.map(|habits| view! { <EditForm spec habits picked editing on_done /> })
    };
    view! {
        <Dialog open=editing on_close=move |()| editing.set(false) title>
            {inside}
        </Dialog>
    }
}

#[component]
fn EditForm(
    spec: ListSpec,
    habits: Habits,
    picked: RwSignal<Vec<RecordId>>,
    editing: RwSignal<bool>,
    on_done: Callback<()>,
) -> Markup {
    let schema = spec.schema;
    let desk = use_desk();
    let form = FormState::new(schema, &[], None, &Patch::new(), habits);
    let offered = fields(schema);
    let ways = offered.iter().flat_map(|field| How::with(field.kind).iter().map(move |how| (*field, *how)));
    let ways = ways.map(|(field, how)| Choice::new(answer(field, how), how.said(field)));
    let options: Vec<Choice> = [Choice::new("", tr("Choose a field"))].into_iter().chain(ways).collect();
    let chosen = RwSignal::new(String::new());
    let field = move |chosen: &str| form.field(chosen.trim_start_matches('-'));
    let input = move || {
        let state = chosen.with(|chosen| field(chosen));
        state.map(|state| view! { <FieldInput form state /> })
    };
    // To change to nothing is seldom meant.
    let empties = move || {
        let state = chosen.with(|chosen| field(chosen))?;
        let is_put = How::with(state.field.kind) == [How::Put];
        let is_void = state.entry.with(|entry| value(state.field, entry, habits)).is_ok_and(|new| is_empty(&new));
        (is_put && is_void).then(|| {
            let number = picked.with_untracked(Vec::len);
            let (label, what) = (tr(state.field.label), lower(if number == 1 { schema.label } else { schema.plural }));
            tn!(
                number,
                "“{label}” will be empty in {count} {what}.",
                "“{label}” will be empty in {count} {what}.",
                count = intl::count(number)
            )
        })
    };
    let save = move || {
        let chosen = chosen.get_untracked();
        let Some(state) = field(&chosen) else { return };
        let ways = How::with(state.field.kind);
        let how = ways.iter().copied().find(|how| answer(state.field, *how) == chosen).unwrap_or(How::Put);
        state.look();
        let Ok(new) = state.entry.with_untracked(|entry| value(state.field, entry, habits)) else { return };
        let ids = picked.get_untracked();
        editing.set(false);
        on_done.run(());
        if is_move(schema.kind, state.field) {
            return move_all(desk, schema, ids, new.as_str().unwrap_or_default().to_owned());
        }
        spawn_local(async move {
            match changes(desk, schema, (state.field, how), &new, &ids).await {
                Ok((groups, mut refused)) => {
                    let mut outcome = desk.write_all(groups).await;
                    outcome.refused.append(&mut refused);
                    tell(desk, schema, Done::Changed, outcome);
                }
                Err(why) => drop(desk.toasts.show(Toast::bad(why))),
            }
        });
    };
    view! {
        <DialogForm
            save="Change"
            disabled=Signal::derive(move || chosen.with(String::is_empty))
            on_save=move |()| save()
            on_cancel=move |()| editing.set(false)
        >
            <Select
                label="Field"
                value=chosen
                options=Signal::stored(options)
                on_change=move |name: String| chosen.set(name)
            />
            {input}
            <p class="muted small" role="status">{empties}</p>
        </DialogForm>
    }
}

/// The ops that give records a value, or take it from them, a group for each, and why others cannot have it.
async fn changes(
    desk: Desk,
    schema: &'static Schema,
    (field, how): (&'static Field, How),
    new: &Value,
    ids: &[RecordId],
) -> Result<(Vec<Vec<Op>>, Vec<String>), String> {
    let (mut groups, mut refused) = (Vec::with_capacity(ids.len()), Vec::new());
    for slice in ids.chunks(SLICE) {
        let keys: Vec<RecordKey> = slice.iter().map(|id| RecordKey::new(schema.kind, *id)).collect();
        for record in desk.store().get_many(&keys).await.map_err(say)? {
            let change = match how {
                How::Put => change(&record, field, new),
                How::Add => Ok(set(&record, field, with_more(record.get(field.name), new))),
                How::Remove => Ok(set(&record, field, without(record.get(field.name), new))),
            };
            match change {
                Ok(ops) => groups.push(ops),
                Err(why) => refused.push(why),
            }
        }
    }
    Ok((groups, refused))
}

/// Whether a value says in which stage a deal stands: that is never just written, the deal is moved.
pub(super) fn is_move(kind: &str, field: &Field) -> bool {
    kind == "deal" && field.name == "stage"
}

/// The ops that give a record a value, where that is [no move](is_move); an error says why it cannot have it.
pub(super) fn change(record: &Record, field: &Field, new: &Value) -> Result<Vec<Op>, String> {
    let now = record.text(field.name);
    let next = new.as_str().unwrap_or_default();
    match (record.kind.as_str(), field.name) {
        ("lead", "status") if !now.is_empty() && now != next => {
            let (from, to) = (LeadStatus::parse(now), LeadStatus::parse(next));
            if !from.can_become(to) {
                let (title, from, to) = (title_of(record), tr(from.label()), tr(to.label()));
                return Err(t!("“{title}” is {from} and cannot become {to}."));
            }
        }
        _ => {}
    }
    Ok(set(record, field, new.clone()))
}

fn set(record: &Record, field: &Field, value: Value) -> Vec<Op> {
    vec![Op::patch(&record.kind, record.id, Patch::from([(field.name.to_owned(), value)]))]
}

/// What a value of a list is known by: the record that it leads to, where it does.
fn known_by(value: &Value) -> &Value {
    value.get("id").unwrap_or(value)
}

/// A list with what it lacks of another.
fn with_more(there: Option<&Value>, more: &Value) -> Value {
    let there = there.and_then(Value::as_array).cloned().unwrap_or_default();
    let is_there = |value: &Value| there.iter().any(|each| known_by(each) == known_by(value));
    let new: Vec<Value> = more.as_array().into_iter().flatten().filter(|value| !is_there(value)).cloned().collect();
    list(there.into_iter().chain(new).collect())
}

/// A list without what is in another.
fn without(there: Option<&Value>, less: &Value) -> Value {
    let less = less.as_array().map(Vec::as_slice).unwrap_or_default();
    let is_gone = |value: &Value| less.iter().any(|each| known_by(each) == known_by(value));
    let left = there.and_then(Value::as_array).into_iter().flatten().filter(|value| !is_gone(value));
    list(left.cloned().collect())
}

/// A list of nothing is no value.
fn list(values: Vec<Value>) -> Value {
    if values.is_empty() { Value::Null } else { Value::Array(values) }
}
