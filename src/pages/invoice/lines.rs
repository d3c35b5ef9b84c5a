//! The lines of a draft while they are edited: read from the store, kept in step with it, added, moved and removed.

use crate::markup::effect;
use leptos::html;
use leptos::prelude::*;
use leptos::task::spawn_local;
use outpost_core::id::RecordId;
use outpost_core::money::Rate;
use outpost_core::mutation::{Op, Patch};
use outpost_core::record::{Record, RecordKey};
use outpost_core::records::InvoiceLine;
use outpost_core::schema::RecordType;
use outpost_core::sorting::Order;
use serde_json::json;

use super::autosave::Autosave;
use super::line::{Line, SCHEMA};
use crate::components::Toast;
use crate::forms::{FormState, Habits, draft};
use crate::pages::undo::delete_with_undo;
use crate::platform::ids;
use crate::state::{Desk, live};
use crate::words::tr;

/// The distance between the places of two lines, so that one can be put between them.
pub(super) const GAP: i64 = 1_000;

/// The lines, to be copied into any callback.
#[derive(Clone, Copy)]
pub(super) struct Lines {
    desk: Desk,
    invoice: RecordId,
    habits: Habits,
    /// The tax rate of new lines.
    tax: Rate,
    all: RwSignal<Vec<Line>>,
    /// Lines are made under this, so that they live as long as the editor and not as long as the effect that made them.
    owner: StoredValue<Owner>,
}

impl Lines {
    /// The lines of an invoice, followed from now on.
    pub(super) fn new(desk: Desk, invoice: RecordId, habits: Habits, tax: Rate) -> Self {
        let owner = StoredValue::new(Owner::current().unwrap_or_default());
        let this = Self { desk, invoice, habits, tax, all: RwSignal::new(Vec::new()), owner };
        let stored = live(
            move || desk.version(SCHEMA.kind),
            move |_| {
                let store = desk.store();
                async move { store.children(invoice, SCHEMA.kind).await.map_err(crate::forms::say) }
            },
        );
        effect(move || {
            if let Some(records) = stored.value() {
                untrack(|| this.take_in(&records));
            }
        });
        this
    }

    /// Brings the lines into step with the store: what came, what went, what changed elsewhere.
    fn take_in(self, records: &[Record]) {
        let before = self.all.get_untracked();
        let mut all: Vec<Line> = Vec::with_capacity(records.len() + 1);
        for record in records {
            let position = InvoiceLine::from_record(record).map(|line| line.position).unwrap_or_default();
            let line = match before.iter().find(|line| line.id == record.id) {
                Some(line) => {
                    line.save.born();
                    line.form.rebase(record);
                    *line
                }
                None => self.make(record.id, Some(record), position),
            };
            if line.position.get_untracked() != position {
                line.position.set(position);
            }
            all.push(line);
        }
        // A line that is being written for the first time is not among the records yet.
        all.extend(before.into_iter().filter(|line| !line.save.exists()));
        self.order(&mut all);
        let now = self.all.get_untracked();
        if all.is_empty() {
            all.push(self.blank(GAP));
        }
        if all != now {
            self.all.set(all);
        }
    }

    fn order(self, all: &mut [Line]) {
        all.order_by_key(|line| (line.position.get_untracked(), line.id));
    }

    fn make(self, id: RecordId, record: Option<&Record>, position: i64) -> Line {
        let prefill = match record {
            Some(_) => Patch::new(),
            None => Patch::from([("quantity".to_owned(), json!("1")), ("tax".to_owned(), json!(self.tax))]),
        };
        let birth = record.is_none().then(|| {
            Patch::from([("invoice".to_owned(), json!(self.invoice)), ("position".to_owned(), json!(position))])
        });
        self.owner.get_value().with(|| {
            let form = FormState::new(&SCHEMA, &[], record, &prefill, self.habits);
            let save = Autosave::new(self.desk, form, SCHEMA.kind, id, birth);
            if record.is_some() {
                draft::follow(self.desk, form, format!("{}/{}/{id}", super::PATH, self.invoice));
            }
            Line { id, form, save, position: RwSignal::new(position), first: NodeRef::<html::Input>::new() }
        })
    }

    fn blank(self, position: i64) -> Line {
        self.make(ids::new_record_id(), None, position)
    }

    /// All of them, in order. Tracked.
    pub(super) fn all(self) -> Vec<Line> {
        self.all.get()
    }

    /// How many there are. Tracked.
    pub(super) fn len(self) -> usize {
        self.all.with(Vec::len)
    }

    /// The place of a line, counted from 0. Tracked.
    pub(super) fn place(self, line: Line) -> usize {
        self.all.with(|all| all.iter().position(|each| each.id == line.id).unwrap_or_default())
    }

    /// Adds a line at the end and puts the caret into it.
    pub(super) fn add(self) {
        let last = self.all.with_untracked(|all| all.iter().map(|line| line.position.get_untracked()).max());
        let line = self.blank(last.unwrap_or_default().saturating_add(GAP));
        self.all.update(|all| all.push(line));
        focus(line);
    }

    /// Puts the caret into the line after this one; makes one after the last.
    pub(super) fn next_after(self, line: Line) {
        let all = self.all.get_untracked();
        let at = all.iter().position(|each| each.id == line.id);
        match at.and_then(|at| all.get(at + 1)) {
            Some(next) => focus(*next),
            // An empty line is not followed by another empty one.
            None if line.counts() => self.add(),
            None => focus(line),
        }
    }

    /// Moves a line up or down by one place.
    pub(super) fn shift(self, line: Line, by: isize) {
        let mut all = self.all.get_untracked();
        let Some(at) = all.iter().position(|each| each.id == line.id) else { return };
        let Some(to) = at.checked_add_signed(by).filter(|to| *to < all.len()) else { return };
        all.swap(at, to);
        let mut ops = Vec::new();
        for (place, each) in (1_i64..).zip(&all) {
            let position = place * GAP;
            if each.position.get_untracked() == position {
                continue;
            }
            each.position.set(position);
            if each.save.exists() {
                let patch = Patch::from([("position".to_owned(), json!(position))]);
                ops.push(Op::patch(SCHEMA.kind, each.id, patch));
            } else {
                each.save.birth_mut(|birth| drop(birth.insert("position".to_owned(), json!(position))));
            }
        }
        self.all.set(all);
        let desk = self.desk;
        if !ops.is_empty() {
            spawn_local(async move {
                if let Err(why) = desk.write(ops).await {
                    desk.toasts.show(Toast::bad(why));
                }
            });
        }
    }

    /// Takes a line away; what was in the store can be brought back.
    pub(super) fn remove(self, line: Line) {
        if line.save.exists() {
            let text = line.form.field("description").map(|field| field.text().get_untracked());
            let name = text.filter(|text| !text.is_empty()).unwrap_or_else(|| tr("a line").to_owned());
            delete_with_undo(self.desk, RecordKey::new(SCHEMA.kind, line.id), name, || ());
        } else {
            line.form.reset();
            self.all.update(|all| all.retain(|each| each.id != line.id));
            if self.all.with_untracked(Vec::is_empty) {
                let blank = self.blank(GAP);
                self.all.update(|all| all.push(blank));
            }
        }
    }

    /// Saves all of them now; false if something in them cannot be saved.
    pub(super) async fn flush(self) -> bool {
        let mut fit = true;
        for line in self.all.get_untracked() {
            fit &= line.save.flush().await;
        }
        fit
    }
}

fn focus(line: Line) {
    // A new row is in the page by the next frame.
    request_animation_frame(move || {
        if let Some(input) = line.first.try_get_untracked().flatten() {
            input.focus().unwrap_or_default();
        }
    });
}
