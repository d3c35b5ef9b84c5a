//! Moves a deal from stage to stage: read and written in one transaction, so that a move always starts where the deal is.

use leptos::prelude::RwSignal;
use leptos::task::spawn_local;
use outpost_core::id::RecordId;
use outpost_core::mutation::{Action, Op};
use outpost_core::pipelines::{SalesPipeline, SalesStage};
use outpost_core::record::{Record, RecordKey};
use outpost_core::records::{Standing, move_stage};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{LostDialog, name_seen_from};
use crate::components::{Glyph, Toast};
use crate::forms::say;
use crate::markup::view;
use crate::pages::search::{Act, Command};
use crate::pages::undo::{Back, offer};
use crate::platform::{ids, intl, time};
use crate::state::{Desk, pipelines, stage_of, title_of};
use crate::store::{Cleared, Snapshot, Stayed, WriteError};
use crate::words::{t, tn, tr};

/// A move that was made.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
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
    /// What undoes that which came along.
    pub back: Vec<Op>,
}

/// What is done along with a move, and what undoes it.
#[derive(Debug, Clone, Default)]
pub(crate) struct Along {
    pub ops: Vec<Op>,
    pub back: Vec<Op>,
}

/// Moves a deal; `None` if it stood there already, and nothing was written. One that is lost by it is lost for the reason that is
/// given, or else for the one that it has.
///
/// # Errors
/// Why nothing was written, as a sentence.
pub(crate) async fn move_deal(
    desk: Desk,
    deal: RecordId,
    to: String,
    reason: Option<String>,
    along: Along,
) -> Result<Option<Moved>, String> {
    let key = RecordKey::new("deal", deal);
    let (event, now) = (ids::new_record_id(), time::now_ms());
    let (told, hear) = futures::channel::oneshot::channel();
    let read = key.clone();
    let plan = move |snapshot: &Snapshot| {
        let current = there(snapshot, &read)?;
        let (from, was_lost) = (stage_of(current).to_owned(), current.text("lost_reason").to_owned());
        if from == to {
            return Ok(Vec::new());
        }
        let lost = (pipelines().standing(&to) == Standing::Lost).then(|| reason.unwrap_or_else(|| was_lost.clone()));
        let mut ops = move_stage(deal, event, &from, &to, lost.as_deref(), now);
        ops.extend(along.ops);
        let moved = Moved { deal, title: title_of(current), from, to, reason: was_lost, back: along.back };
        // Whoever asked may be gone by now; it is done all the same.
        drop(told.send(moved));
        Ok(ops)
    };
    desk.store().write_with(vec![key], Vec::new(), plan).await.map_err(Stays::why)?;
    Ok(hear.await.ok())
}

/// Moves a deal back to where it was, and undoes what came along. The history keeps both moves: events are never taken out of it. A
/// deal that was moved on meanwhile, here or elsewhere, stays where it is.
///
/// # Errors
/// Why nothing was written, as a sentence.
pub(crate) async fn take_back(desk: Desk, moved: Moved) -> Result<(), String> {
    let Moved { deal, title, from, to, reason, back } = moved;
    let lost = (pipelines().standing(&from) == Standing::Lost).then_some(reason.as_str());
    let mut ops = move_stage(deal, ids::new_record_id(), &to, &from, lost, time::now_ms());
    for op in &mut ops {
        if let (Op { kind, action: Action::Patch(patch), .. }, true) = (op, pipelines().standing(&to) == Standing::Lost)
            && kind == "deal"
        {
            patch.insert("lost_reason".to_owned(), json!(reason));
        }
    }
    ops.extend(back);
    let key = RecordKey::new("deal", deal);
    let read = key.clone();
    let plan = move |snapshot: &Snapshot| match stage_of(there(snapshot, &read)?) {
        now if now == to => Ok(ops),
        _ => Err(Stays::MovedOn(title)),
    };
    desk.store().write_with(vec![key], Vec::new(), plan).await.map(drop).map_err(Stays::why)
}

/// Moves many deals back, and undoes what came along.
///
/// # Errors
/// Why some stay, as a sentence: they were moved on or went meanwhile, or nothing was written.
pub(crate) async fn put_back(desk: Desk, cleared: Cleared) -> Result<(), String> {
    let said = stayed_said(desk.store().fill_stages(cleared).await.map_err(say)?);
    if said.is_empty() { Ok(()) } else { Err(said) }
}

/// Why some deals were not moved back, in a sentence for each reason; empty if all were.
fn stayed_said(Stayed { moved_on, gone }: Stayed) -> String {
    let moved_on = (moved_on > 0).then(|| {
        tn!(
            moved_on,
            "1 deal was moved again meanwhile and stays where it is.",
            "{} deals were moved again meanwhile and stay where they are.",
            intl::count(moved_on)
        )
    });
    let gone = (gone > 0).then(|| {
        tn!(
            gone,
            "1 deal is not there any more and was not moved.",
            "{} deals are not there any more and were not moved.",
            intl::count(gone)
        )
    });
    moved_on.into_iter().chain(gone).collect::<Vec<_>>().join(" ")
}

/// A deal as it is now.
fn there<'a>(snapshot: &'a Snapshot, key: &RecordKey) -> Result<&'a Record, Stays> {
    match snapshot.get(key) {
        None => Err(Stays::Gone),
        Some(deal) if deal.is_deleted() => Err(Stays::Deleted(title_of(deal))),
        Some(deal) => Ok(deal),
    }
}

/// Why a deal stays where it is; some say which by its title.
enum Stays {
    Gone,
    Deleted(String),
    MovedOn(String),
    Unwritten(WriteError),
}

impl Stays {
    /// As a sentence.
    fn why(self) -> String {
        match self {
            Self::Gone => tr("This deal is not on this device any more.").to_owned(),
            Self::Deleted(title) => t!("“{title}” was deleted meanwhile."),
            Self::MovedOn(title) => t!("“{title}” was moved again meanwhile."),
            Self::Unwritten(error) => say(error),
        }
    }
}

impl From<WriteError> for Stays {
    fn from(error: WriteError) -> Self {
        Self::Unwritten(error)
    }
}

/// Says that a deal was moved, and offers the way back.
pub(crate) fn tell(desk: Desk, moved: Moved) {
    offer(desk, said(&moved), Back::Move(moved));
}

/// Moves a deal, says so and offers the way back; or says why not, and is `false`.
pub(crate) async fn move_and_tell(desk: Desk, deal: RecordId, to: String, reason: String) -> bool {
    match move_deal(desk, deal, to, Some(reason), Along::default()).await {
        Ok(moved) => {
            moved.into_iter().for_each(|moved| tell(desk, moved));
            true
        }
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
        Standing::Open | Standing::Unknown => {
            let from = pipelines().with(&moved.from).id;
            t!("Moved “{}” to {}", moved.title, name_seen_from(from, &moved.to))
        }
    }
}
