//! Moves a deal from stage to stage: read and written in one transaction, so that a move always starts where the deal is.

use leptos::prelude::RwSignal;
use leptos::task::spawn_local;
use outpost_core::id::RecordId;
use outpost_core::mutation::{Action, Op};
use outpost_core::pipelines::{SalesPipeline, SalesStage};
use outpost_core::record::{Record, RecordKey};
use outpost_core::records::{Standing, move_stage};
use serde_json::json;

use super::{LostDialog, name_of};
use crate::components::{Glyph, Toast};
use crate::forms::say;
use crate::markup::view;
use crate::pages::search::{Act, Command};
use crate::platform::{ids, time};
use crate::state::{Desk, pipelines, stage_of, title_of};
use crate::store::{Snapshot, WriteError};
use crate::words::{t, tr};

/// A move that was made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Moved {
    /// The deal.
    pub deal: RecordId,
    /// What it is called.
    pub title: String,
    /// Where it stood.
    pub from: String,
    /// Where it stands.
    pub to: String,
    /// Why it was lost, before.
    pub reason: String,
}

/// Moves a deal; `None` if it stood there already.
///
/// # Errors
/// Why nothing was written, as a sentence.
pub(crate) async fn move_deal(desk: Desk, deal: RecordId, to: String, reason: String) -> Result<Option<Moved>, String> {
    let key = RecordKey::new("deal", deal);
    let read = key.clone();
    let store = desk.store();
    let current = store.get(&key).await.map_err(say)?.ok_or(tr("This deal is not on this device any more."))?;
    let moved = Moved {
        deal,
        title: title_of(&current),
        from: stage_of(&current).to_owned(),
        to: to.clone(),
        reason: current.text("lost_reason").to_owned(),
    };
    if moved.from == moved.to {
        return Ok(None);
    }
    let event = ids::new_record_id();
    let now = time::now_ms();
    let lost = (pipelines().standing(&to) == Standing::Lost).then_some(reason);
    store
        .write_with(vec![key], Vec::new(), move |snapshot| {
            let from = snapshot.get(&read).map_or("", stage_of);
            Ok::<_, WriteError>(move_stage(deal, event, from, &to, lost.as_deref(), now))
        })
        .await
        .map_err(say)?;
    Ok(Some(moved))
}

/// Moves a deal back to where it was. The history keeps both moves: events are never taken out of it. A deal that was moved on
/// meanwhile, here or elsewhere, stays where it is.
pub(crate) async fn take_back(desk: Desk, moved: Moved) -> Result<(), String> {
    let Moved { deal, title, from, to, reason } = moved;
    let lost = (pipelines().standing(&from) == Standing::Lost).then_some(reason.as_str());
    let mut ops = move_stage(deal, ids::new_record_id(), &to, &from, lost, time::now_ms());
    for op in &mut ops {
        if let (Op { kind, action: Action::Patch(patch), .. }, true) = (op, pipelines().standing(&to) == Standing::Lost)
            && kind == "deal"
        {
            patch.insert("lost_reason".to_owned(), json!(reason));
        }
    }
    let key = RecordKey::new("deal", deal);
    let back = move |snapshot: &Snapshot| match snapshot.get(&RecordKey::new("deal", deal)).map(stage_of) == Some(&to) {
        true => Ok(ops),
        false => Err(Stays::MovedOn),
    };
    match desk.store().write_with(vec![key], Vec::new(), back).await {
        Ok(_) => Ok(()),
        Err(Stays::MovedOn) => Err(t!("“{title}” was moved again meanwhile.")),
        Err(Stays::Unwritten(error)) => Err(say(error)),
    }
}

/// Why a deal stays where it is.
enum Stays {
    MovedOn,
    Unwritten(WriteError),
}

impl From<WriteError> for Stays {
    fn from(error: WriteError) -> Self {
        Self::Unwritten(error)
    }
}

/// Moves a deal, says so and offers the way back; or says why not, and is `false`.
pub(crate) async fn move_and_tell(desk: Desk, deal: RecordId, to: String, reason: String) -> bool {
    match move_deal(desk, deal, to, reason).await {
        Ok(Some(moved)) => {
            let toast = Toast::new(said(&moved)).undo(move || {
                let moved = moved.clone();
                spawn_local(async move {
                    if let Err(why) = take_back(desk, moved).await {
                        desk.toasts.show(Toast::bad(why));
                    }
                });
            });
            desk.toasts.show(toast);
            true
        }
        Ok(None) => true,
        Err(why) => {
            desk.toasts.show(Toast::bad(why));
            false
        }
    }
}

/// What can be done with a deal from anywhere: each of the other stages, and each other pipeline.
pub(super) fn commands(desk: Desk, record: &Record) -> Vec<Command> {
    let (deal, now, title) = (record.id, stage_of(record), title_of(record));
    let here = pipelines().with(now);
    let command = |to: &SalesStage, words: String| {
        let key = to.key;
        let act = if to.standing == Standing::Lost {
            let title = title.clone();
            Act::ask(move || {
                let open = RwSignal::new(Some(title.clone()));
                let lose = move |reason| {
                    spawn_local(async move {
                        move_and_tell(desk, deal, key.to_owned(), reason).await;
                    });
                };
                view! { <LostDialog open on_reason=lose on_cancel=|()| () /> }
            })
        } else {
            Act::run(move || {
                spawn_local(async move {
                    move_and_tell(desk, deal, key.to_owned(), String::new()).await;
                });
            })
        };
        Command::new(words, Glyph::ArrowRight, act)
    };
    let others = here.shown().filter(|stage| stage.key != now);
    let there = |other: &SalesPipeline| Some(command(other.start()?, t!("Move to {}", tr(other.name))));
    let elsewhere = pipelines().all().iter().filter(|other| other.id != here.id).filter_map(there);
    others.map(|stage| command(stage, t!("Move to {}", tr(stage.name)))).chain(elsewhere).collect()
}

/// What a move says of itself.
pub(crate) fn said(moved: &Moved) -> String {
    match pipelines().standing(&moved.to) {
        Standing::Won => t!("“{}” is won", moved.title),
        Standing::Lost => t!("“{}” is lost", moved.title),
        Standing::Open | Standing::Unknown => t!("Moved “{}” to {}", moved.title, name_of(&moved.to)),
    }
}
