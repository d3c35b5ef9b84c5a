//! Saves while somebody types: what stands in a form goes to the store a moment after the last key, when the form is left and
//! when the page is, and a quiet word says whether it is there.

use leptos::prelude::*;
use leptos::task::spawn_local;
use outpost_core::id::RecordId;
use outpost_core::mutation::{Op, Patch};

use crate::forms::FormState;
use crate::platform::visibility::on_hidden;
use crate::platform::{Timeout, dirty, timeout};
use crate::state::Desk;

/// How long typing pauses, in milliseconds, before it is saved.
const PAUSE_MS: u32 = 500;

/// Whether everything that was typed is in the store.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Saving {
    /// It is.
    Saved,
    /// Not yet: somebody types, or the store is writing.
    Pending,
    /// Something cannot be saved as it stands; its field says why.
    Unfit,
    /// The store did not take it: a sentence.
    Failed(String),
}

/// Saves one form of one record.
#[derive(Clone, Copy)]
pub(super) struct Autosave {
    desk: Desk,
    form: FormState,
    kind: &'static str,
    id: RecordId,
    /// What a record that does not exist yet must have besides; taken by the first save.
    birth: StoredValue<Option<Patch>>,
    state: RwSignal<Saving>,
    timer: StoredValue<Option<Timeout>, LocalStorage>,
    writing: StoredValue<bool>,
}

impl Autosave {
    /// Begins. `birth` is what a record that does not exist yet must have besides what the form says.
    pub(super) fn new(desk: Desk, form: FormState, kind: &'static str, id: RecordId, birth: Option<Patch>) -> Self {
        let this = Self {
            desk,
            form,
            kind,
            id,
            birth: StoredValue::new(birth),
            state: RwSignal::new(Saving::Saved),
            timer: StoredValue::new_local(None),
            writing: StoredValue::new(false),
        };
        this.follow();
        this
    }

    fn follow(self) {
        let held = StoredValue::new_local(None::<dirty::DirtyForm>);
        Effect::new(move |before: Option<()>| {
            let typed = self.form.is_dirty();
            held.update_value(|held| match (typed, held.is_some()) {
                (true, false) => *held = Some(dirty::form()),
                (false, true) => *held = None,
                _ => {}
            });
            // The first run only looks; also a prefilled new record is not written before something is typed.
            if before.is_some() && typed {
                self.state.set(Saving::Pending);
                self.timer.set_value(Some(timeout(PAUSE_MS, move || self.save())));
            } else if !typed && self.state.with_untracked(|state| *state == Saving::Pending) {
                self.state.set(Saving::Saved);
            }
        });
        let hidden = StoredValue::new_local(Some(on_hidden(move || self.save())));
        on_cleanup(move || {
            // Also what was typed while a write was under way: nobody comes back to look again.
            if let Some(patch) = self.take(true) {
                spawn_local(self.write(patch));
            }
            drop(hidden.try_update_value(Option::take));
            drop(held.try_update_value(Option::take));
        });
    }

    /// Whether everything is saved. Tracked.
    pub(super) fn state(self) -> Saving {
        self.state.get()
    }

    /// Whether the record is in the store.
    pub(super) fn exists(self) -> bool {
        self.birth.try_with_value(Option::is_none).unwrap_or(true)
    }

    /// The record was found in the store.
    pub(super) fn born(self) {
        self.birth.set_value(None);
    }

    /// Another place for a record that is not in the store yet.
    pub(super) fn birth_mut(self, change: impl FnOnce(&mut Patch)) {
        self.birth.update_value(|birth| {
            if let Some(birth) = birth {
                change(birth);
            }
        });
    }

    /// Saves now what can be saved, without waiting for a pause.
    pub(super) fn save(self) {
        drop(self.timer.try_update_value(Option::take));
        if let Some(patch) = self.take(false) {
            spawn_local(self.write(patch));
        }
    }

    /// The same, and says when it is done; false if something could not be saved.
    pub(super) async fn flush(self) -> bool {
        drop(self.timer.try_update_value(Option::take));
        for field in self.form.fields() {
            field.look();
        }
        while self.writing.try_get_value().unwrap_or(false) {
            crate::platform::sleep(10).await;
        }
        if let Some(patch) = self.take(false) {
            self.write(patch).await;
        }
        !self.form.is_dirty_now()
    }

    /// What is to be written, unless a write is under way: that one looks again when it is done.
    fn take(self, even_while_writing: bool) -> Option<Patch> {
        let writing = self.writing.try_get_value().unwrap_or(true) && !even_while_writing;
        if writing || !self.form.is_dirty_now() {
            return None;
        }
        let mut patch = self.form.ready();
        if patch.is_empty() {
            self.state.try_set(Saving::Unfit);
            return None;
        }
        if let Some(Some(birth)) = self.birth.try_get_value() {
            patch.extend(birth);
        }
        self.writing.set_value(true);
        Some(patch)
    }

    async fn write(self, patch: Patch) {
        let written = self.desk.write(vec![Op::patch(self.kind, self.id, patch.clone())]).await;
        // The page may have been left meanwhile: what was typed is safe then, and nobody has to be told.
        if self.writing.try_set_value(false).is_some() {
            return;
        }
        match written {
            Ok(_) => {
                self.birth.set_value(None);
                self.form.saved(&patch);
                let dirty = self.form.is_dirty_now();
                self.state.set(match (dirty, self.form.ready().is_empty()) {
                    (false, _) => Saving::Saved,
                    (true, true) => Saving::Unfit,
                    (true, false) => {
                        self.timer.set_value(Some(timeout(PAUSE_MS, move || self.save())));
                        Saving::Pending
                    }
                });
            }
            Err(why) => self.state.set(Saving::Failed(why)),
        }
    }
}
