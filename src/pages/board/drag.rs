//! What is in the hand: which card, where it would go, and what happens when it is let go. Pointer and keyboard share this.

use std::collections::HashMap;

use crate::markup::effect;
use leptos::prelude::*;
use leptos::task::spawn_local;
use outpost_core::id::RecordId;
use outpost_core::record::Record;
use outpost_core::records::Standing;

use super::elsewhere::others;
use super::{ColumnStage, Shown, Stack, columns};
use crate::components::Toast;
use crate::pages::deal::{Along, move_deal, name_of, name_seen_from, said, tell};
use crate::pages::hand::Hand;
use crate::state::{Desk, Live, pipelines, stage_of, title_of};
use crate::words::t;

/// How a card is held.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum By {
    /// A finger, a pen or a mouse.
    Pointer,
    /// The keyboard.
    Keys,
}

/// A card in the hand.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Held {
    /// The card.
    pub record: Record,
    /// Where it was.
    pub from: String,
    /// Where it would go.
    pub over: String,
    /// How it is held.
    pub by: By,
}

/// The board's state, to be copied into any callback.
#[derive(Clone, Copy)]
pub(super) struct Board {
    desk: Desk,
    stacks: Live<Shown>,
    held: RwSignal<Option<Held>>,
    /// Cards that were dropped and are not yet read back from the store: where they are shown.
    moved: RwSignal<HashMap<RecordId, (Record, String)>>,
    /// The title of a deal that is about to be lost, while its reason is asked for.
    pub asking: RwSignal<Option<String>>,
    /// The deal that `asking` is about.
    losing: StoredValue<Option<Held>>,
    /// What is read aloud.
    pub said: RwSignal<String>,
    /// The card that was moved by keyboard: it takes the focus however often it is drawn anew, until the next key.
    pub focus: RwSignal<Option<RecordId>>,
    /// Whether what is carried has been beside the places of other pipelines: they come up where a card may have lain.
    pub was_beside: StoredValue<bool>,
    /// The pointer that presses on cards.
    pub hand: Hand,
}

impl Board {
    /// A board of these columns.
    pub(super) fn new(desk: Desk, stacks: Live<Shown>) -> Self {
        let board = Self {
            desk,
            stacks,
            held: RwSignal::new(None),
            moved: RwSignal::new(HashMap::new()),
            asking: RwSignal::new(None),
            losing: StoredValue::new(None),
            said: RwSignal::new(String::new()),
            focus: RwSignal::new(None),
            was_beside: StoredValue::new(false),
            hand: Hand::new(".card", ".board"),
        };
        // What the store says is where cards are; whatever was shown until then is forgotten.
        effect(move || {
            if stacks.with(|stacks| stacks.is_some()) {
                board.moved.update(HashMap::clear);
            }
        });
        board
    }

    /// A column as it is shown: cards that were just dropped on it come first. Tracked.
    pub(super) fn cards(self, stage: &str) -> Vec<Record> {
        self.moved.with(|moved| {
            let landed = moved.values().filter(|(_, to)| to == stage).map(|(record, _)| record.clone());
            let mut cards: Vec<Record> = landed.collect();
            self.stack(stage, |stack| {
                let stay = stack.into_iter().flat_map(|stack| &stack.cards);
                cards.extend(stay.filter(|record| !moved.contains_key(&record.id)).cloned());
            });
            cards
        })
    }

    /// The column as it was read. Tracked.
    pub(super) fn stack<R>(self, stage: &str, look: impl FnOnce(Option<&Stack>) -> R) -> R {
        self.stacks
            .with(|shown| look(shown.and_then(|shown| shown.stacks.iter().find(|stack| stack.stage.key == stage))))
    }

    /// Whether a card is in the hand. Tracked.
    pub(super) fn is_held(self) -> bool {
        self.held.with(Option::is_some)
    }

    /// How the card is held, if it is this one. Tracked.
    pub(super) fn holds(self, id: RecordId) -> Option<By> {
        self.held.with(|held| held.as_ref().filter(|held| held.record.id == id).map(|held| held.by))
    }

    /// The card that hangs on the pointer. Tracked.
    pub(super) fn floating(self) -> Option<Record> {
        self.held.with(|held| held.as_ref().filter(|held| held.by == By::Pointer).map(|held| held.record.clone()))
    }

    /// Whether the held card would go to this column, coming from another. Tracked.
    pub(super) fn is_target(self, stage: &str) -> bool {
        self.held.with(|held| held.as_ref().is_some_and(|held| held.over == stage && held.from != stage))
    }

    /// The card in the hand, untracked.
    pub(super) fn in_hand(self) -> Option<Held> {
        self.held.get_untracked()
    }

    /// Takes a card into the hand.
    pub(super) fn lift(self, record: Record, by: By) {
        // Where it was just dropped, if that is not read back yet.
        let dropped = self.moved.with_untracked(|moved| moved.get(&record.id).map(|(_, stage)| stage.clone()));
        let stage = dropped.unwrap_or_else(|| stage_of(&record).to_owned());
        self.said.set(t!("Lifted {}. It stands in {}.", title_of(&record), name_of(&stage)));
        self.held.set(Some(Held { record, from: stage.clone(), over: stage, by }));
    }

    /// Holds the card over a column. One where no deal can be put any more is none: let go there, it stays where it was.
    pub(super) fn over(self, stage: &str) {
        let Some(held) = self.in_hand() else { return };
        let columns = self.columns();
        let stage = if columns.iter().any(|column| column == stage) { stage } else { held.from.as_str() };
        if held.over != stage {
            let at = columns.iter().position(|each| each == stage).unwrap_or_default() + 1;
            self.said.set(t!("{}, {at} of {}.", self.called(stage), columns.len()));
            self.held.update(|held| {
                if let Some(held) = held {
                    held.over = stage.to_owned();
                }
            });
        }
    }

    /// What a place is called where the card can be let go.
    fn called(self, stage: &str) -> String {
        untrack(|| self.pipeline()).map_or_else(|| name_of(stage), |shown| name_seen_from(shown, stage))
    }

    /// Moves the place where the card would go by so many columns.
    pub(super) fn step(self, by: isize) {
        let Some(held) = self.in_hand() else { return };
        let columns = self.columns();
        let at = columns.iter().position(|stage| *stage == held.over).unwrap_or_default();
        if let Some(stage) = at.checked_add_signed(by).and_then(|at| columns.get(at)) {
            self.over(stage);
        }
    }

    /// The pipeline that is shown. Tracked.
    pub(super) fn pipeline(self) -> Option<RecordId> {
        self.stacks.with(|shown| shown.map(|shown| shown.pipeline))
    }

    /// The stages of the columns to which the card can go, and of the one from which it comes, in order; and behind them where it would
    /// begin in the other pipelines.
    fn columns(self) -> Vec<String> {
        let from = self.in_hand().map(|held| held.from).unwrap_or_default();
        let takes = |stage: &&ColumnStage| stage.takes || stage.key == from;
        let stages =
            |shown: &Shown| columns(&shown.stacks).iter().filter(takes).map(|stage| stage.key.clone()).collect();
        let mut all: Vec<String> = self.stacks.with_untracked(|shown| shown.map(stages)).unwrap_or_default();
        all.extend(untrack(|| others(self)).into_iter().map(|(_, start)| start.key.to_owned()));
        all
    }

    /// Puts the card back where it was.
    pub(super) fn cancel(self) {
        if let Some(held) = self.in_hand() {
            self.held.set(None);
            self.said.set(t!("{} stays in {}.", title_of(&held.record), name_of(&held.from)));
        }
    }

    /// Lets the card go where it is held.
    pub(super) fn drop_here(self) {
        let Some(held) = self.in_hand() else { return };
        if held.over == held.from {
            return self.cancel();
        }
        self.held.set(None);
        self.moved.update(|moved| {
            moved.insert(held.record.id, (held.record.clone(), held.over.clone()));
        });
        if pipelines().standing(&held.over) == Standing::Lost {
            self.asking.set(Some(title_of(&held.record)));
            self.losing.set_value(Some(held));
        } else {
            self.send(held, String::new());
        }
    }

    /// The reason was given: the deal is lost.
    pub(super) fn lose(self, reason: String) {
        if let Some(held) = self.losing.try_update_value(Option::take).flatten() {
            self.send(held, reason);
        }
    }

    /// The deal is not lost after all.
    pub(super) fn keep(self) {
        if let Some(held) = self.losing.try_update_value(Option::take).flatten() {
            self.put_back(held.record.id);
            self.said.set(t!("{} stays in {}.", title_of(&held.record), name_of(&held.from)));
        }
    }

    fn put_back(self, id: RecordId) {
        self.moved.try_update(|moved| moved.remove(&id));
    }

    fn send(self, held: Held, reason: String) {
        let id = held.record.id;
        if held.by == By::Keys {
            self.focus.set(Some(id));
        }
        let desk = self.desk;
        spawn_local(async move {
            match move_deal(desk, id, held.over, Some(reason), Along::default()).await {
                Ok(Some(moved)) => {
                    self.said.try_set(format!("{}.", said(&moved)));
                    tell(desk, moved);
                }
                Ok(None) => self.put_back(id),
                Err(why) => {
                    self.put_back(id);
                    desk.toasts.show(Toast::bad(why));
                }
            }
        });
    }
}
