//! Changes in plain words: which record, what of it, from what to what.

use std::collections::HashMap;

use outpost_core::mutation::{Action, Mutation, Op, Patch};
use outpost_core::record::{Record, RecordKey};
use outpost_core::schema::{Kind, Schema, is_empty};
use outpost_core::sorting::Order;
use serde_json::Value;

use crate::components::{Glyph, Icon};
use crate::forms::say;
use crate::markup::{Markup, view};
use crate::pages::types::look;
use crate::pages::{links, show};
use crate::state::{Desk, schema, title_of};
use crate::words::{lower, t, tn, tr};

/// How many fields of a change are told; the rest is counted.
const TOLD: usize = 5;

/// What was done to a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Deed {
    New,
    Changed,
    Deleted,
    Restored,
    SentAgain,
}

impl Deed {
    pub(super) const fn word(self) -> &'static str {
        match self {
            Self::New => "New",
            Self::Changed => "Changed",
            Self::Deleted => "Deleted",
            Self::Restored => "Restored",
            Self::SentAgain => "Sent again, since the server has lost it",
        }
    }
}

/// One field's change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Line {
    label: String,
    old: String,
    new: String,
}

/// A change as a person reads it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Change {
    /// The record that it is about: parts and events of a record stand for the record.
    pub key: RecordKey,
    pub title: String,
    pub label: &'static str,
    pub deed: Deed,
    pub lines: Vec<Line>,
    /// What else is in it: “and 3 lines”.
    pub also: String,
    /// Whether the record is on this device and can be edited: it is neither deleted nor an invoice that is issued.
    pub is_open: bool,
}

impl Change {
    /// What was changed, field by field.
    pub(super) fn lines(&self) -> Markup {
        let lines = self.lines.iter().cloned().map(|Line { label, old, new }| {
            let is_cleared = new.is_empty();
            let old = (!old.is_empty()).then(|| view! { <s class="was">{old}</s> " " });
            let new = if is_cleared {
                view! { <i class="muted">"cleared"</i> }
            } else {
                view! { <b>{new}</b> }
            };
            view! {
                <div>
                    <dt>{label}</dt>
                    <dd>{old} {new}</dd>
                </div>
            }
        });
        let lines = lines.collect::<Vec<_>>();
        let also = (!self.also.is_empty()).then(|| view! { <p class="muted small">{self.also.clone()}</p> });
        view! {
            {(!lines.is_empty()).then(|| view! { <dl class="facts compact change-lines">{lines}</dl> })}
            {also}
        }
    }

    /// What a button says that discards it: “Discard Company of Mira Sommer”.
    pub(super) fn discards(&self) -> String {
        match (self.deed, self.lines.first()) {
            (Deed::Changed, Some(line)) => t!("Discard {} of {}", line.label, self.title),
            (deed, _) => t!("Discard “{}” of {}", tr(deed.word()), self.title),
        }
    }

    /// The address where the record is edited, if it can be: a form, or its own page.
    pub(super) fn edit(&self) -> Option<String> {
        let page = links::page_of(&self.key).filter(|_| self.is_open)?;
        Some(if look(&self.key.kind).edit.is_some() { page + "/edit" } else { page })
    }

    /// What leads there: of many on a page each is called by its record.
    pub(super) fn edit_link(&self, href: String, small: bool) -> Markup {
        view! {
            <a class="btn" class:quiet=small class:small=small href=href aria-label=t!("Edit {}", self.title)>
                <Icon glyph=Glyph::Edit />
                "Edit"
            </a>
        }
    }

    /// The record's name, as a link where it has a page, and its type.
    pub(super) fn heading(&self) -> Markup {
        let title = self.title.clone();
        let name = match links::page_of(&self.key) {
            Some(href) => view! { <a class="link" href=href>{title}</a> },
            None => view! { <span>{title}</span> },
        };
        view! {
            <h3 class="change-name">{name}</h3>
            <span class="muted small">{self.label}</span>
        }
    }
}

/// Reads changes, with what would undo each as far as that is known.
pub(super) async fn read(desk: Desk, mutations: &[(&Mutation, &[Op])]) -> Result<Vec<Change>, String> {
    let store = desk.store();
    let subjects: Vec<RecordKey> =
        mutations.iter().filter_map(|(mutation, _)| subject(mutation)).map(Op::key).collect();
    let mut records = keyed(store.get_many(&subjects).await.map_err(say)?);
    let parents: Vec<RecordKey> = mutations
        .iter()
        .filter_map(|(mutation, _)| subject(mutation))
        .filter_map(|op| parent(op, records.get(&op.key())))
        .filter(|key| !records.contains_key(key))
        .collect();
    records.extend(keyed(store.get_many(&parents).await.map_err(say)?));
    Ok(mutations.iter().filter_map(|(mutation, undo)| change(mutation, undo, &records)).collect())
}

fn keyed(records: Vec<Record>) -> HashMap<RecordKey, Record> {
    records.into_iter().map(|record| (record.key(), record)).collect()
}

/// The op that a mutation is about.
fn subject(mutation: &Mutation) -> Option<&Op> {
    mutation.ops.iter().find(|op| !is_part(&op.kind)).or_else(|| mutation.ops.first())
}

fn is_part(kind: &str) -> bool {
    schema(kind).is_some_and(|schema| !schema.list.parent.is_empty())
}

/// The record that an op's record is a part of.
fn parent(op: &Op, stored: Option<&Record>) -> Option<RecordKey> {
    let schema = schema(&op.kind).filter(|schema| !schema.list.parent.is_empty())?;
    let Kind::Relation(kind) = schema.field(schema.list.parent)?.kind else { return None };
    let said = |name: &str| op.value(name).or_else(|| stored?.get(name)).and_then(|value| value.as_str());
    // A part of a record of any type says of which.
    let kind = if kind == "record" { said("of")? } else { kind };
    Some(RecordKey::new(kind, said(schema.list.parent)?.parse().ok()?))
}

fn change(mutation: &Mutation, undo: &[Op], records: &HashMap<RecordKey, Record>) -> Option<Change> {
    let op = subject(mutation)?;
    let own = schema(&op.kind);
    let whole = parent(op, records.get(&op.key()));
    let key = whole.clone().unwrap_or_else(|| op.key());
    let label = schema(&key.kind).map_or("Record", |schema| schema.label);
    // What is not here any more, because it was refused or is a deletion of something unknown, is called by what was entered.
    let entered = || {
        let record = op.to_record(mutation.hlc);
        let name = own.map(|own| record.text(own.list.title).to_owned()).filter(|name| !name.is_empty());
        name.unwrap_or_else(|| tr(label).to_owned())
    };
    let found = records.get(&key);
    let is_frozen = |record: &Record| record.get("issued").is_some_and(|issued| !is_empty(issued));
    let is_open = found.is_some_and(|record| !record.is_deleted() && !is_frozen(record));
    let title = found.map_or_else(entered, title_of);
    let undone = undo.iter().find(|undone| undone.key() == op.key());
    let deed = match (&op.action, undone.map(|undone| &undone.action)) {
        _ if whole.is_some() => Deed::Changed,
        (Action::Delete, _) => Deed::Deleted,
        (Action::Restore, _) => Deed::Restored,
        (Action::Merge(_), _) => Deed::SentAgain,
        (Action::Patch(_), Some(Action::Delete)) => Deed::New,
        (Action::Patch(_), _) => Deed::Changed,
    };
    let is_made = undone.is_some_and(|undone| undone.action == Action::Delete);
    let mut lines = op.patched().map(|patch| lines(own, patch, undone.and_then(Op::patched))).unwrap_or_default();
    if let (true, Some(own)) = (whole.is_some(), own) {
        let what = match &op.action {
            Action::Delete => t!("deleted"),
            Action::Restore => t!("restored"),
            Action::Patch(_) if is_made => t!("new"),
            Action::Patch(_) => "",
            Action::Merge(_) => t!("sent again"),
        };
        let label = tr(own.label);
        lines.insert(0, Line { label: label.to_owned(), old: String::new(), new: what.to_owned() });
        lines.retain(|line| !(line.new.is_empty() && line.label == label));
    }
    let hidden = lines.len().saturating_sub(TOLD);
    lines.truncate(TOLD);
    Some(Change { key, title, label, deed, lines, also: also(mutation, op, hidden), is_open })
}

fn lines(schema: Option<&'static Schema>, patch: &Patch, before: Option<&Patch>) -> Vec<Line> {
    let line = |name: &String, value: &Value| {
        let field = schema.and_then(|schema| schema.field(name));
        let old = before.and_then(|before| before.get(name)).map(|old| show::short(field, old)).unwrap_or_default();
        let label = field.map_or_else(|| name.clone(), |field| tr(field.label).to_owned());
        Line { label, old, new: show::short(field, value) }
    };
    // In the schema's order, what it does not know last.
    let mut all: Vec<(usize, Line)> = patch
        .iter()
        .filter(|(name, _)| schema.is_none_or(|schema| schema.list.parent != **name))
        .filter(|(name, value)| !is_empty(value) || before.is_none_or(|before| before.contains_key(*name)))
        .map(|(name, value)| {
            let place = schema.and_then(|schema| schema.fields.iter().position(|field| field.name == name));
            (place.unwrap_or(usize::MAX), line(name, value))
        })
        .collect();
    all.order_by_key(|(place, _)| *place);
    all.into_iter().map(|(_, line)| line).collect()
}

/// What else a mutation does: “and 2 more fields, 3 lines”.
fn also(mutation: &Mutation, subject: &Op, hidden: usize) -> String {
    let mut parts = Vec::new();
    if hidden > 0 {
        parts.push(tn!(hidden, "1 more field", "{hidden} more fields"));
    }
    let mut kinds: Vec<&str> = mutation.ops.iter().filter(|op| *op != subject).map(|op| op.kind.as_str()).collect();
    kinds.order_by(Ord::cmp);
    for same in kinds.chunk_by(|a, b| a == b) {
        let count = same.len();
        parts.push(match schema(same[0]) {
            Some(schema) => {
                let what = lower(if count == 1 { schema.label } else { schema.plural });
                t!("{count} {what}")
            }
            None => tn!(count, "1 record", "{count} records"),
        });
    }
    if parts.is_empty() { String::new() } else { t!("and {}", parts.join(", ")) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use outpost_core::hlc::Hlc;
    use outpost_core::id::RecordId;
    use serde_json::json;
    use wasm_bindgen_test::wasm_bindgen_test;

    const LEAD: RecordId = RecordId::singleton(7);

    fn patch(fields: Value) -> Patch {
        serde_json::from_value(fields).expect("an object")
    }

    fn told(ops: Vec<Op>, undo: &[Op]) -> Change {
        let mutation = Mutation { n: 1, schema: 1, hlc: Hlc::ZERO, ops };
        change(&mutation, undo, &HashMap::new()).expect("a change")
    }

    #[wasm_bindgen_test]
    fn a_change_is_told_by_name_and_field_with_old_and_new() {
        let edit = Op::patch("lead", LEAD, patch(json!({ "phones": ["+49 30 1", "+49 30 2"], "notes": null })));
        let undo = Op::patch("lead", LEAD, patch(json!({ "phones": ["+49 30 1"], "notes": "x ".repeat(200) })));
        let change = told(vec![edit], &[undo]);
        assert_eq!((change.deed, change.label, change.title.as_str()), (Deed::Changed, "Lead", "Lead"));
        let line =
            |at: usize| (change.lines[at].label.as_str(), change.lines[at].old.as_str(), change.lines[at].new.as_str());
        assert_eq!(line(0), ("Phone", "+49 30 1", "+49 30 1, +49 30 2"));
        assert_eq!((line(1).0, line(1).1.chars().count(), line(1).2), ("Notes", show::SHORT, ""));
    }

    #[wasm_bindgen_test]
    fn what_is_new_is_called_by_what_was_entered_and_parts_stand_for_their_record() {
        let made = Op::patch("lead", LEAD, patch(json!({ "name": "Mira" })));
        let change = told(vec![made], &[Op::delete("lead", LEAD)]);
        assert_eq!((change.deed, change.title.as_str()), (Deed::New, "Mira"));
        let line = Op::patch("invoice_line", RecordId::singleton(1), patch(json!({ "invoice": LEAD, "unit": "h" })));
        let change = told(vec![line.clone()], &[]);
        assert_eq!((change.key, change.label), (RecordKey::new("invoice", LEAD), "Invoice"));
        let invoice = Op::patch("invoice", LEAD, patch(json!({ "buyer_name": "Mira" })));
        assert_eq!(told(vec![line, invoice], &[]).also, "and 1 line");
    }
}
