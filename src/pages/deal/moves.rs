//! Moves a deal from stage to stage: read and written in one transaction, so that a move always starts where the deal is.

use leptos::prelude::RwSignal;
use leptos::task::spawn_local;
use outpost_core::id::RecordId;
use outpost_core::mutation::{Action, Op};
use outpost_core::record::{Record, RecordKey};
use outpost_core::records::{DealStage, move_stage};
use outpost_core::schema::Choice;
use serde_json::json;

use super::LostDialog;
use crate::components::{Glyph, Toast};
use crate::forms::say;
use crate::markup::view;
use crate::pages::search::{Act, Command};
use crate::platform::{ids, time};
use crate::state::{Desk, title_of};
use crate::store::WriteError;
use crate::words::{t, tr};

/// A move that was made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Moved {
    /// The deal.
    pub deal: RecordId,
    /// What it is called.
    pub title: String,
    /// Where it stood.
    pub from: DealStage,
    /// Where it stands.
    pub to: DealStage,
    /// Why it was lost, before.
    pub reason: String,
}

/// Moves a deal; `None` if it stood there already.
///
/// # Errors
/// Why nothing was written, as a sentence.
pub(crate) async fn move_deal(
    desk: Desk,
    deal: RecordId,
    to: DealStage,
    reason: String,
) -> Result<Option<Moved>, String> {
    let key = RecordKey::new("deal", deal);
    let read = key.clone();
    let store = desk.store();
    let current = store.get(&key).await.map_err(say)?.ok_or(tr("This deal is not on this device any more."))?;
    let moved = Moved {
        deal,
        title: title_of(&current),
        from: DealStage::parse(current.text("stage")),
        to,
        reason: current.text("lost_reason").to_owned(),
    };
    if moved.from == to {
        return Ok(None);
    }
    let event = ids::new_record_id();
    let now = time::now_ms();
    let ops = move |from: DealStage| move_stage(deal, event, from, to, &reason, now);
    store
        .write_with(vec![key], Vec::new(), move |snapshot| {
            let from = snapshot.get(&read).map_or(DealStage::Unknown, |record| DealStage::parse(record.text("stage")));
            Ok::<_, WriteError>(ops(from))
        })
        .await
        .map_err(say)?;
    Ok(Some(moved))
}

/// Moves a deal back to where it was. The history keeps both moves: events are never taken out of it.
pub(crate) async fn take_back(desk: Desk, moved: Moved) -> Result<(), String> {
    let Moved { deal, from, to, reason, .. } = moved;
    let mut ops = move_stage(deal, ids::new_record_id(), to, from, &reason, time::now_ms());
    for op in &mut ops {
        if let (Op { kind, action: Action::Patch(patch), .. }, true) = (op, to == DealStage::Lost)
            && kind == "deal"
        {
            patch.insert("lost_reason".to_owned(), json!(reason));
        }
    }
    desk.write(ops).await.map(drop)
}

/// Moves a deal, says so and offers the way back; or says why not, and is `false`.
pub(crate) async fn move_and_tell(desk: Desk, deal: RecordId, to: DealStage, reason: String) -> bool {
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

/// What can be done with a deal from anywhere: each of the other stages.
pub(super) fn commands(desk: Desk, record: &Record) -> Vec<Command> {
    let (deal, now, title) = (record.id, DealStage::parse(record.text("stage")), title_of(record));
    let others = DealStage::CHOICES.iter().filter(|choice| choice.value != now.value());
    let command = |choice: &Choice| {
        let to = DealStage::parse(choice.value);
        let act = if to == DealStage::Lost {
            let title = title.clone();
            Act::ask(move || {
                let open = RwSignal::new(Some(title.clone()));
                let lose = move |reason| {
                    spawn_local(async move {
                        move_and_tell(desk, deal, to, reason).await;
                    });
                };
                view! { <LostDialog open on_reason=lose on_cancel=|()| () /> }
            })
        } else {
            Act::run(move || {
                spawn_local(async move {
                    move_and_tell(desk, deal, to, String::new()).await;
                });
            })
        };
        Command::new(t!("Move to {}", tr(choice.label)), Glyph::ArrowRight, act)
    };
    others.map(command).collect()
}

/// What a move says of itself.
pub(crate) fn said(moved: &Moved) -> String {
    match moved.to {
        DealStage::Won => t!("“{}” is won", moved.title),
        DealStage::Lost => t!("“{}” is lost", moved.title),
        to => t!("Moved “{}” to {}", moved.title, tr(to.label())),
    }
}
