//! Moves all deals of some stages at once, along with what becomes of these stages: in one transaction, and back in one. In the app's
//! second part.

use std::collections::BTreeMap;

use outpost_core::id::RecordId;
use outpost_core::index::Query;
use outpost_core::mutation::Op;
use outpost_core::record::RecordKey;
use outpost_core::records::{Deal, move_stage};
use outpost_core::schema::RecordType;

use super::Store;
use super::error::WriteError;
use super::write::Need;
use crate::platform::{ids, time};

const KIND: &str = Deal::SCHEMA.kind;
/// Deals that one mutation moves: each takes two ops of it.
const EACH: usize = outpost_core::protocol::MAX_OPS / 2;

/// A deal that goes, or went, from one stage to another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// The deal.
    pub deal: RecordId,
    /// The key of the stage that it stands in.
    pub from: String,
    /// The key of the stage that it is to stand in.
    pub to: String,
}

/// What was moved, and how what came along with it is undone.
#[derive(Debug, Clone, PartialEq)]
pub struct Cleared {
    /// The deals that were moved.
    pub steps: Vec<Step>,
    /// What undoes the other ops.
    pub back: Vec<Op>,
}

impl Store {
    /// Moves all deals that are on this device out of some stages, each to the one that `to` says of its own (both are keys), and does
    /// `along` in the same transaction. `back` undoes that: not its inverse, as the definition of one of the program's own stages may
    /// be made by it, and once deleted it could change no more.
    ///
    /// # Errors
    /// [`WriteError`]; nothing was written then.
    pub async fn clear_stages(
        &self,
        to: BTreeMap<String, String>,
        along: Vec<Op>,
        back: Vec<Op>,
    ) -> Result<Cleared, WriteError> {
        let mut steps = Vec::new();
        for (from, to) in to {
            let query = Query { facet: Some(from.clone()), ..Query::recent(KIND) };
            let deals = self.ids(&query).await?;
            steps.extend(deals.into_iter().map(|deal| Step { deal, from: from.clone(), to: to.clone() }));
        }
        Ok(Cleared { steps: self.walk(steps, along).await?, back })
    }

    /// Moves deals back, those that still stand where they were moved to, and undoes what came along. Returns how many there were.
    ///
    /// # Errors
    /// [`WriteError`]; nothing was written then.
    pub async fn fill_stages(&self, cleared: Cleared) -> Result<usize, WriteError> {
        let back = |step: Step| Step { deal: step.deal, from: step.to, to: step.from };
        let moved = self.walk(cleared.steps.into_iter().map(back).collect(), cleared.back).await?;
        Ok(moved.len())
    }

    /// Moves those deals that stand where their step begins; returns their steps.
    async fn walk(&self, steps: Vec<Step>, along: Vec<Op>) -> Result<Vec<Step>, WriteError> {
        let keys = steps.iter().map(|step| RecordKey::new(KIND, step.deal)).collect();
        let need = Need { keys, ..Need::default() };
        let schema = self.types().schema(KIND).unwrap_or(&Deal::SCHEMA);
        let (told, hear) = futures::channel::oneshot::channel();
        self.transact(need, move |snapshot| {
            // Where each stands now, not where the index last saw it.
            let stands = |step: &Step| {
                let deal = snapshot.get(&RecordKey::new(KIND, step.deal)).filter(|deal| !deal.is_deleted());
                deal.is_some_and(|deal| schema.facet_of(deal) == step.from)
            };
            let steps: Vec<Step> = steps.into_iter().filter(stands).collect();
            let now = time::now_ms();
            let moved = |step: &Step| move_stage(step.deal, ids::new_record_id(), &step.from, &step.to, None, now);
            let mut groups: Vec<Vec<Op>> =
                steps.chunks(EACH).map(|steps| steps.iter().flat_map(moved).collect()).collect();
            groups.push(along);
            // Whoever asked may be gone by now; it is done all the same.
            drop(told.send(steps));
            Ok::<_, WriteError>(groups)
        })
        .await?;
        Ok(hear.await.unwrap_or_default())
    }
}
