//! Moves a deal from stage to stage: read and written in one transaction, so that a move always starts where the deal is.

use outpost_core::id::RecordId;
use outpost_core::mutation::{Action, Op};
use outpost_core::record::RecordKey;
use outpost_core::records::{DealStage, move_stage};
use serde_json::json;

use crate::forms::say;
use crate::platform::{ids, time};
use crate::state::{Desk, title_of};
use crate::store::WriteError;

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
    let current = store.get(&key).await.map_err(say)?.ok_or("This deal is not on this device any more.")?;
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

/// What a move says of itself.
pub(crate) fn said(moved: &Moved) -> String {
    match moved.to {
        DealStage::Won => format!("“{}” is won", moved.title),
        DealStage::Lost => format!("“{}” is lost", moved.title),
        to => format!("Moved “{}” to {}", moved.title, to.label()),
    }
}
