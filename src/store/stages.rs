//! Moves many deals at once, also all of a stage along with what becomes of it: in one transaction, and back in one. In the app's
//! second part.

use std::collections::BTreeMap;

use outpost_core::id::RecordId;
use outpost_core::index::Query;
use outpost_core::mutation::Op;
use outpost_core::record::RecordKey;
use outpost_core::records::{Deal, Standing, move_stage};
use outpost_core::schema::RecordType;
use serde::{Deserialize, Serialize};

use super::Store;
use super::error::WriteError;
use super::write::Need;
use crate::platform::{ids, time};

const KIND: &str = Deal::SCHEMA.kind;
/// Deals that one mutation moves: each takes two ops of it.
const EACH: usize = outpost_core::protocol::MAX_OPS / 2;

/// A deal that goes, or went, from one stage to another.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    /// The deal.
    pub deal: RecordId,
    /// The key of the stage that it stands in.
    pub from: String,
    /// The key of the stage that it is to stand in.
    pub to: String,
}

/// What was moved, and how what came along with it is undone.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Cleared {
    /// The deals that were moved.
    pub steps: Vec<Step>,
    /// What undoes the other ops.
    pub back: Vec<Op>,
}

/// Deals that were to be moved back and were not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Stayed {
    /// They were moved on since.
    pub moved_on: usize,
    /// They were deleted since, or are not on this device any more.
    pub gone: usize,
}

/// What became of deals that were to be moved.
#[derive(Debug, Default)]
struct Walked {
    steps: Vec<Step>,
    stayed: Stayed,
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
        Ok(Cleared { steps: self.walk(steps, along).await?.steps, back })
    }

    /// Moves deals to a stage, those that do not stand there already. Returns what was moved, for [`Store::fill_stages`].
    ///
    /// # Errors
    /// [`WriteError`]; nothing was written then.
    pub async fn move_deals(&self, deals: Vec<RecordId>, to: String) -> Result<Cleared, WriteError> {
        let goes = move |_, now: &str| (now != to).then(|| to.clone());
        Ok(Cleared { steps: self.move_each(deals, goes, Vec::new()).await?.steps, back: Vec::new() })
    }

    /// Moves deals back, those that still stand where they were moved to, and undoes what came along. Returns how many stayed, and why.
    ///
    /// # Errors
    /// [`WriteError`]; nothing was written then.
    pub async fn fill_stages(&self, cleared: Cleared) -> Result<Stayed, WriteError> {
        let back = |step: Step| Step { deal: step.deal, from: step.to, to: step.from };
        Ok(self.walk(cleared.steps.into_iter().map(back).collect(), cleared.back).await?.stayed)
    }

    /// Moves those deals that stand where their step begins.
    async fn walk(&self, steps: Vec<Step>, along: Vec<Op>) -> Result<Walked, WriteError> {
        let deals = steps.iter().map(|step| step.deal).collect();
        let steps: BTreeMap<RecordId, Step> = steps.into_iter().map(|step| (step.deal, step)).collect();
        let goes = move |deal, now: &str| steps.get(&deal).filter(|step| step.from == now).map(|step| step.to.clone());
        self.move_each(deals, goes, along).await
    }

    /// Moves each deal to where `goes` says, which is asked with where it stands.
    async fn move_each(
        &self,
        deals: Vec<RecordId>,
        goes: impl Fn(RecordId, &str) -> Option<String> + 'static,
        along: Vec<Op>,
    ) -> Result<Walked, WriteError> {
        let keys = deals.iter().map(|deal| RecordKey::new(KIND, *deal)).collect();
        let need = Need { keys, ..Need::default() };
        let types = self.types();
        let schema = types.schema(KIND).unwrap_or(&Deal::SCHEMA);
        let (told, hear) = futures::channel::oneshot::channel();
        self.transact(need, move |snapshot| {
            let now = time::now_ms();
            let (mut walked, mut moves) = (Walked::default(), Vec::new());
            for deal in deals {
                let there = snapshot.get(&RecordKey::new(KIND, deal)).filter(|deal| !deal.is_deleted());
                // Where each stands now, not where the index last saw it.
                let Some((record, from)) = there.map(|there| (there, schema.facet_of(there))) else {
                    walked.stayed.gone += 1;
                    continue;
                };
                let Some(to) = goes(deal, from) else {
                    walked.stayed.moved_on += 1;
                    continue;
                };
                // One that is lost stays lost for the same reason.
                let reason = Some(record.text("lost_reason")).filter(|reason| !reason.is_empty());
                let lost = reason.filter(|_| types.pipelines().standing(&to) == Standing::Lost);
                moves.push(move_stage(deal, ids::new_record_id(), from, &to, lost, now));
                walked.steps.push(Step { deal, from: from.to_owned(), to });
            }
            let mut groups: Vec<Vec<Op>> = moves.chunks(EACH).map(<[Vec<Op>]>::concat).collect();
            groups.push(along);
            // Whoever asked may be gone by now; it is done all the same.
            drop(told.send(walked));
            Ok::<_, WriteError>(groups)
        })
        .await?;
        Ok(hear.await.unwrap_or_default())
    }
}
