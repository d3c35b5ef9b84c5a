//! What happened so long ago that it is in the archive: a device that does not keep everything brings it to be seen when
//! somebody wants it.

use std::borrow::Cow;

use leptos::prelude::*;
use leptos::task::spawn_local;
use outpost_core::id::RecordId;
use outpost_core::schema::Schema;

use super::events::{Event, read_archived, sort};
use crate::components::{Banner, BannerKind, Button, ButtonKind, Glyph};
use crate::markup::{Markup, view};
use crate::state::Desk;

/// What of a record's timeline is in the archive.
#[derive(Clone, Copy)]
pub(super) struct Older {
    desk: Desk,
    schema: &'static Schema,
    id: RecordId,
    /// The lead that the record was made of.
    lead: Memo<Option<RecordId>>,
    found: RwSignal<Option<Vec<Event>>>,
    trouble: RwSignal<Option<String>>,
    busy: RwSignal<bool>,
}

impl Older {
    pub(super) fn new(desk: Desk, schema: &'static Schema, id: RecordId, lead: Memo<Option<RecordId>>) -> Self {
        let (found, trouble, busy) = (RwSignal::new(None), RwSignal::new(None), RwSignal::new(false));
        Self { desk, schema, id, lead, found, trouble, busy }
    }

    /// What is on this device, with what was brought from the archive and is not here.
    pub(super) fn beside<'e>(&self, here: &'e [Event]) -> Cow<'e, [Event]> {
        self.found.with(|found| {
            let is_gone = |event: &&Event| here.iter().all(|here| here.record.id != event.record.id);
            let older: Vec<Event> = found.iter().flatten().filter(is_gone).cloned().collect();
            if older.is_empty() {
                return Cow::Borrowed(here);
            }
            let mut all = here.to_vec();
            all.extend(older);
            sort(&mut all);
            Cow::Owned(all)
        })
    }

    fn look(self) {
        let lead = self.lead.get_untracked();
        self.busy.set(true);
        self.trouble.set(None);
        spawn_local(async move {
            match read_archived(self.desk, self.schema, self.id, lead).await {
                Ok(events) => drop(self.found.try_set(Some(events))),
                Err(why) => drop(self.trouble.try_set(Some(why))),
            }
            self.busy.try_set(false);
        });
    }

    /// The button that looks for it, and what came of that; for a device that does not keep everything.
    pub(super) fn view(self, is_partial: bool) -> Option<Markup> {
        // Without an account there is no archive: all that was ever written here is here.
        if self.desk.sync().account().with(Option::is_none) || !is_partial {
            return None;
        }
        let trouble = self.trouble.get().map(|text| view! { <Banner kind=BannerKind::Info text /> });
        let is_nothing = self.found.with(|found| found.as_ref().map(Vec::is_empty));
        Some(match is_nothing {
            Some(true) => view! { <p class="muted small">"Nothing of it is in the archive."</p> },
            Some(false) => Markup::Empty,
            None => view! {
                {trouble}
                <Button
                    kind=ButtonKind::Quiet
                    small=true
                    icon=Glyph::Storage
                    busy=self.busy
                    on_click=move |()| self.look()
                >
                    "Look in the archive for what is older"
                </Button>
            },
        })
    }
}
