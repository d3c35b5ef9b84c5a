//! The state of a form: what stands in each field, what stood there, what is wrong with it.

use std::collections::BTreeMap;

use leptos::prelude::*;
use outpost_core::id::RecordId;
use outpost_core::mutation::Patch;
use outpost_core::record::Record;
use outpost_core::schema::{Field, Schema, is_empty};
use serde_json::Value;

use super::entry::{Entry, Habits, Wrong, show, value};

/// One field of a form.
#[derive(Clone, Copy)]
pub struct FieldState {
    /// Its declaration.
    pub field: &'static Field,
    /// What stands in it.
    pub entry: RwSignal<Entry>,
    /// What is wrong with it, if that was looked at.
    pub wrong: RwSignal<Option<Wrong>>,
    /// What the store holds: a different entry is saved.
    stored: RwSignal<Entry>,
    /// What it showed at first (a new record's fields may be filled in): a different entry is work that could be lost.
    start: RwSignal<Entry>,
    habits: Habits,
}

impl FieldState {
    /// Takes what was typed. What was found wrong before is looked at again, so that its sentence goes as soon as it may.
    pub fn enter(self, entry: Entry) {
        self.entry.set(entry);
        if self.wrong.with_untracked(Option::is_some) {
            self.look();
        }
    }

    /// Looks whether the entry can be saved, and shows what is wrong.
    pub fn look(self) {
        let found = self.entry.with_untracked(|entry| value(self.field, entry, self.habits)).err();
        if self.wrong.with_untracked(|wrong| *wrong != found) {
            self.wrong.set(found);
        }
    }

    /// The sentence below the field.
    pub fn error(self) -> Signal<Option<String>> {
        Signal::derive(move || self.wrong.with(|wrong| wrong.as_ref().map(|wrong| wrong.says.clone())))
    }

    /// The text that stands in it.
    pub fn text(self) -> Signal<String> {
        Signal::derive(move || self.entry.with(|entry| entry.text().to_owned()))
    }

    /// The store holds what this entry says.
    fn settle(self, entry: Entry) {
        for signal in [self.stored, self.start] {
            if signal.with_untracked(|now| *now != entry) {
                signal.set(entry.clone());
            }
        }
    }

    /// Whether what stands there is another entry than the one it opened with.
    pub fn changed(self) -> bool {
        self.entry.with_untracked(|entry| self.stored.with_untracked(|stored| entry != stored))
    }
}

/// A form of one record.
#[derive(Clone, Copy)]
pub struct FormState {
    /// The record's type.
    pub schema: &'static Schema,
    /// How this person writes.
    pub habits: Habits,
    /// The record that is edited; none for a new one.
    pub own: Option<RecordId>,
    fields: StoredValue<Vec<FieldState>>,
}

impl FormState {
    /// A form for a record, or for a new one. `hidden` fields are left out, besides those that the schema hides. `prefill`
    /// stands in a new record's fields at first.
    pub fn new(
        schema: &'static Schema,
        hidden: &[&str],
        record: Option<&Record>,
        prefill: &Patch,
        habits: Habits,
    ) -> Self {
        let fields = schema.fields.iter().filter(|field| field.in_form && !hidden.contains(&field.name));
        let fields = fields.map(|field| {
            let stored = show(field, record.and_then(|record| record.get(field.name)), habits);
            let start =
                prefill.get(field.name).map_or_else(|| stored.clone(), |value| show(field, Some(value), habits));
            FieldState {
                field,
                entry: RwSignal::new(start.clone()),
                wrong: RwSignal::new(None),
                stored: RwSignal::new(stored),
                start: RwSignal::new(start),
                habits,
            }
        });
        let own = record.map(|record| record.id);
        Self { schema, habits, own, fields: StoredValue::new(fields.collect()) }
    }

    /// The fields, in the schema's order.
    pub fn fields(self) -> Vec<FieldState> {
        self.fields.try_get_value().unwrap_or_default()
    }

    /// A field by name.
    pub fn field(self, name: &str) -> Option<FieldState> {
        self.fields().into_iter().find(|state| state.field.name == name)
    }

    /// Fills a field in that nobody has filled in yet.
    pub fn suggest(self, name: &str, suggested: &serde_json::Value) {
        if self.field(name).is_some_and(|state| state.entry.with_untracked(Entry::is_blank)) {
            self.fill_in(name, suggested);
        }
    }

    /// Puts a value into a field, as if it had been typed.
    pub fn fill_in(self, name: &str, value: &serde_json::Value) {
        if let Some(state) = self.field(name) {
            state.enter(show(state.field, Some(value), self.habits));
        }
    }

    /// Whether something was typed that is not saved. Tracks every field.
    pub fn is_dirty(self) -> bool {
        // Every field is asked, not only up to the first that differs, so that each is tracked.
        self.fields()
            .into_iter()
            .filter(|state| state.entry.with(|entry| state.start.with(|start| entry != start)))
            .count()
            > 0
    }

    /// The same without tracking.
    pub fn is_dirty_now(self) -> bool {
        let differs =
            |state: &FieldState| state.entry.with_untracked(|entry| state.start.with_untracked(|start| entry != start));
        self.fields().iter().any(differs)
    }

    /// What was typed, field by field, for a draft. Tracks every field.
    pub fn typed(self) -> BTreeMap<String, Entry> {
        let differs = |state: &FieldState| state.entry.with(|entry| state.start.with(|start| entry != start));
        self.fields()
            .into_iter()
            .filter(differs)
            .map(|state| (state.field.name.to_owned(), state.entry.get_untracked()))
            .collect()
    }

    /// Puts a draft's entries back; says whether any field became different by that.
    pub fn restore(self, draft: &BTreeMap<String, Entry>) -> bool {
        let mut any = false;
        for state in self.fields() {
            if let Some(entry) = draft.get(state.field.name)
                && std::mem::discriminant(entry) == std::mem::discriminant(&state.entry.get_untracked())
                && state.entry.with_untracked(|now| now != entry)
            {
                state.entry.set(entry.clone());
                any = true;
            }
        }
        any
    }

    /// Puts everything back to what it was at first.
    pub fn reset(self) {
        for state in self.fields() {
            state.entry.set(state.start.get_untracked());
            state.wrong.set(None);
        }
    }

    /// The record changed elsewhere: fields that nobody has touched here follow it, the others keep what was typed.
    pub fn rebase(self, record: &Record) {
        for state in self.fields() {
            // What says the same stays as it is written: nobody's caret jumps, and “18.” is not cut to “18” while it is typed.
            let there = record.get(state.field.name).filter(|value| !is_empty(value)).unwrap_or(&Value::Null);
            if state.entry.with_untracked(|entry| value(state.field, entry, self.habits)).as_ref() == Ok(there) {
                state.settle(state.entry.get_untracked());
                continue;
            }
            let stored = show(state.field, record.get(state.field.name), self.habits);
            let untouched = state.entry.with_untracked(|entry| state.start.with_untracked(|start| entry == start));
            if state.stored.with_untracked(|now| *now == stored) {
                continue;
            }
            state.settle(stored.clone());
            if untouched {
                state.entry.set(stored);
            }
        }
    }

    /// The changed fields that can be saved as they stand, looked at without a word: for saving while somebody types.
    pub fn ready(self) -> Patch {
        let changed = self.fields().into_iter().filter(|state| state.changed());
        let values = changed.filter_map(|state| {
            let value = state.entry.with_untracked(|entry| value(state.field, entry, self.habits)).ok()?;
            Some((state.field.name.to_owned(), value))
        });
        values.collect()
    }

    /// These values were saved: what still stands in their fields is no unsaved work any more.
    pub fn saved(self, patch: &Patch) {
        for state in self.fields() {
            let Some(saved) = patch.get(state.field.name) else { continue };
            let now = state.entry.with_untracked(|entry| value(state.field, entry, self.habits));
            // Somebody may have gone on typing meanwhile.
            let same = now.as_ref() == Ok(saved);
            state.settle(if same { state.entry.get_untracked() } else { show(state.field, Some(saved), self.habits) });
        }
    }

    /// What stands in the form as a patch of all fields that can be read; for reckoning with it live. Tracks every field.
    pub fn reading(self) -> Patch {
        let read = |state: FieldState| {
            let value = state.entry.with(|entry| value(state.field, entry, self.habits)).ok()?;
            Some((state.field.name.to_owned(), value))
        };
        self.fields().into_iter().filter_map(read).filter(|(_, value)| !value.is_null()).collect()
    }

    /// The changed fields as values. Each field that cannot be saved says why.
    ///
    /// # Errors
    /// How many fields cannot be saved.
    pub fn patch(self) -> Result<Patch, usize> {
        let mut patch = Patch::new();
        let mut wrong = 0;
        for state in self.fields() {
            state.look();
            match state.entry.with_untracked(|entry| value(state.field, entry, self.habits)) {
                Ok(value) if state.changed() => {
                    patch.insert(state.field.name.to_owned(), value);
                }
                // A value that was there before this form and was left alone is no reason to refuse another field.
                Err(_) if !state.changed() && !state.field.required => state.wrong.set(None),
                Ok(_) => {}
                Err(_) => wrong += 1,
            }
        }
        if wrong == 0 { Ok(patch) } else { Err(wrong) }
    }
}

#[cfg(test)]
mod tests;
