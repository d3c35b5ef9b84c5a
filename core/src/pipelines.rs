//! The pipelines of a workspace and their stages: the program's own, with what people changed of them, and those that people made.
//!
//! A deal names its stage by a key, and the stage says of which pipeline the deal is: so no two devices can ever disagree about it.
//! What a stage means is told by its [`Standing`], never by its key. A key that nobody knows (its stage has not come yet, or is of a
//! newer version) is kept and shown as it is.
//!
//! A pipeline always has an open stage, one that says won and one that says lost. Pages see to it; where two people took away the
//! last ones apart, the first of its own that was removed stands there again. Whoever works with it then says that it is used
//! ([`Pipelines::put_back`]), so that it does not vanish with the next one.

use crate::id::RecordId;
use crate::records::{Deal, DealStage, FIRST_PIPELINE, Pipeline, Stage, StageState, Standing};
use crate::schema::{Choice, Tone};
use crate::sorting::Order;

/// What the first pipeline is called until somebody calls it something else.
const FIRST_NAME: &str = "Sales";

/// A stage.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SalesStage {
    /// The record that defines it, or would change it.
    pub id: RecordId,
    /// How deals name it.
    pub key: &'static str,
    /// What people call it.
    pub name: &'static str,
    /// Its pipeline.
    pub pipeline: RecordId,
    /// How likely a deal in it is won, in per cent.
    pub probability: i64,
    /// What it says of deals.
    pub standing: Standing,
    /// After how many days without a word a deal in it is about to be forgotten; `None` if never.
    pub rests_days: Option<i64>,
    /// Whether it is one of its pipeline's no more.
    pub is_removed: bool,
    /// Its place among those of its standing.
    pub place: i64,
    /// Its colour.
    pub tone: Tone,
}

/// A pipeline.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SalesPipeline {
    /// The record that defines it.
    pub id: RecordId,
    /// What people call it.
    pub name: &'static str,
    /// Its place among the pipelines.
    pub place: i64,
    /// All its stages in order, those that were removed too: open ones, then those that say won, then those that say lost.
    pub stages: Vec<SalesStage>,
}

/// The definitions that pipelines are made of.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Definitions {
    /// Records of pipelines.
    pub pipelines: Vec<(RecordId, Pipeline)>,
    /// Records of stages.
    pub stages: Vec<(RecordId, Stage)>,
}

/// All pipelines. See the module's documentation.
#[derive(Debug, Clone, PartialEq)]
pub struct Pipelines {
    made_of: Definitions,
    all: Vec<SalesPipeline>,
}

impl SalesStage {
    /// One of the program's own, as long as nobody has changed it.
    pub fn own(stage: DealStage) -> Self {
        let of = |choice: &&Choice| choice.value == stage.value();
        let choice = DealStage::CHOICES.iter().find(of);
        let place = DealStage::ALL.iter().position(|one| *one == stage).unwrap_or_default();
        Self {
            id: Stage::id_of(stage),
            key: stage.value(),
            name: stage.label(),
            pipeline: FIRST_PIPELINE,
            probability: stage.probability(),
            standing: stage.standing(),
            rests_days: stage.rests_days(),
            is_removed: false,
            place: i64::try_from(place).unwrap_or_default() + 1,
            tone: choice.map_or(Tone::Neutral, |choice| choice.tone),
        }
    }

    /// With what a record says of it.
    fn changed(self, by: &Stage) -> Self {
        let name = by.name.trim();
        Self {
            name: if name.is_empty() { self.name } else { leaked(name) },
            is_removed: by.state == StageState::Removed,
            place: by.place.unwrap_or(self.place),
            ..self.weighed(by)
        }
    }

    /// Whoever has won or lost needs no probability and rests for ever.
    fn weighed(self, by: &Stage) -> Self {
        let (probability, rests_days) = match self.standing {
            Standing::Won => (100, None),
            Standing::Lost => (0, None),
            Standing::Open | Standing::Unknown => {
                let rests = by.rests_days.or(self.rests_days);
                (by.probability.unwrap_or(self.probability), rests.filter(|days| *days > 0))
            }
        };
        Self { probability: probability.clamp(0, 100), rests_days, ..self }
    }

    /// One that a person made.
    fn made(id: RecordId, stage: &Stage) -> Self {
        let key = leaked(&Stage::key(id));
        let bare = Self {
            id,
            key,
            name: key,
            pipeline: stage.pipeline.unwrap_or(FIRST_PIPELINE),
            probability: 0,
            standing: stage.standing,
            rests_days: None,
            is_removed: false,
            place: 0,
            tone: stage.standing.tone(),
        };
        bare.changed(stage)
    }
}

fn leaked(text: &str) -> &'static str {
    Box::leak(text.to_owned().into_boxed_str())
}

impl SalesPipeline {
    /// Its stages, but for those that were removed.
    pub fn shown(&self) -> impl Iterator<Item = &SalesStage> {
        self.stages.iter().filter(|stage| !stage.is_removed)
    }

    /// Where a deal begins in it.
    pub fn start(&self) -> Option<&SalesStage> {
        self.shown().find(|stage| stage.standing.is_open()).or_else(|| self.shown().next())
    }

    /// Where deals of a stage that says this go, if they come into this pipeline: what is won is won there, what is lost is lost.
    /// `None` if it has no such stage.
    pub fn like(&self, standing: Standing) -> Option<&SalesStage> {
        self.shown().find(|stage| match standing {
            Standing::Won | Standing::Lost => stage.standing == standing,
            Standing::Open | Standing::Unknown => stage.standing.is_open(),
        })
    }

    fn sort(&mut self) {
        // One of a newer version stands among the open ones.
        let rank = |standing| NEEDED.iter().position(|needed| *needed == standing).unwrap_or_default();
        self.stages.order_by_key(|stage| (rank(stage.standing), stage.place, stage.id));
    }

    /// Puts back the first that was removed of each standing that it lacks.
    fn complete(&mut self) {
        for standing in NEEDED {
            let is_there = |stage: &SalesStage| stage.standing == standing && !stage.is_removed;
            if !self.stages.iter().any(is_there)
                && let Some(back) = self.stages.iter_mut().find(|stage| stage.standing == standing)
            {
                back.is_removed = false;
            }
        }
    }
}

/// Whether this is the definition of one of the program's own stages, which are the first pipeline's whatever it says.
fn is_own(id: RecordId) -> bool {
    DealStage::ALL.into_iter().any(|own| Stage::id_of(own) == id)
}

/// The standings of which a pipeline needs a stage each.
const NEEDED: [Standing; 3] = [Standing::Open, Standing::Won, Standing::Lost];

/// The first standing of which a pipeline with such stages has none, though it needs one.
pub fn lacks(stages: impl Iterator<Item = Standing>) -> Option<Standing> {
    let there: Vec<Standing> = stages.collect();
    NEEDED.into_iter().find(|needed| !there.contains(needed))
}

impl Default for Pipelines {
    /// The program's own.
    fn default() -> Self {
        Self::of(Definitions::default())
    }
}

impl Pipelines {
    /// Those that these definitions make.
    pub fn of(made_of: Definitions) -> Self {
        let own = DealStage::ALL.map(|stage| {
            let found = made_of.stages.iter().find(|(id, _)| *id == Stage::id_of(stage));
            found.map_or_else(|| SalesStage::own(stage), |(_, by)| SalesStage::own(stage).changed(by))
        });
        let first = SalesPipeline { id: FIRST_PIPELINE, name: FIRST_NAME, place: 0, stages: own.to_vec() };
        let mut all = vec![first];
        for (id, pipeline) in &made_of.pipelines {
            let name = pipeline.name.trim();
            if *id == FIRST_PIPELINE {
                all[0].place = pipeline.place;
                if !name.is_empty() {
                    all[0].name = leaked(name);
                }
            } else {
                let name = if name.is_empty() { Stage::key(*id) } else { name.to_owned() };
                all.push(SalesPipeline { id: *id, name: leaked(&name), place: pipeline.place, stages: Vec::new() });
            }
        }
        let mut strays = Vec::new();
        for (id, stage) in made_of.stages.iter().filter(|(id, _)| !is_own(*id)) {
            let stage = SalesStage::made(*id, stage);
            match all.iter_mut().find(|pipeline| pipeline.id == stage.pipeline) {
                Some(pipeline) => pipeline.stages.push(stage),
                None => strays.push(SalesStage { pipeline: FIRST_PIPELINE, is_removed: true, ..stage }),
            }
        }
        for pipeline in &mut all {
            pipeline.sort();
            pipeline.complete();
        }
        // Their pipeline is gone; what stands in them still has a name, and is seen in the first. None of them is ever put back.
        all[0].stages.extend(strays);
        all[0].sort();
        // One whose stages have not come yet would be a board of nothing.
        all.retain(|pipeline| !pipeline.stages.is_empty());
        all.order_by_key(|pipeline| (pipeline.place, pipeline.id));
        Self { made_of, all }
    }

    /// Whether these definitions make just these.
    pub fn is_of(&self, definitions: &Definitions) -> bool {
        self.made_of == *definitions
    }

    /// All of them, in order; there is always one.
    pub fn all(&self) -> &[SalesPipeline] {
        &self.all
    }

    /// The pipeline of an id, if it is there.
    pub fn pipeline(&self, id: RecordId) -> Option<&SalesPipeline> {
        self.all.iter().find(|pipeline| pipeline.id == id)
    }

    /// The one that every workspace has.
    pub fn first(&self) -> &SalesPipeline {
        self.pipeline(FIRST_PIPELINE).unwrap_or(&self.all[0])
    }

    /// Whether a stage is in the first pipeline only because its own is gone.
    pub fn is_stray(&self, stage: RecordId) -> bool {
        let made = self.made_of.stages.iter().find(|(id, _)| *id == stage && !is_own(*id));
        let of = made.and_then(|(_, stage)| stage.pipeline);
        of.is_some_and(|pipeline| self.pipeline(pipeline).is_none())
    }

    /// The stages of a pipeline that were removed and yet stand there, because it would be without one of their standing. They would
    /// vanish once there is another.
    pub fn put_back(&self, pipeline: RecordId) -> impl Iterator<Item = &SalesStage> {
        let was_removed = |stage: &&SalesStage| {
            let by = self.made_of.stages.iter().find(|(id, _)| *id == stage.id);
            by.is_some_and(|(_, by)| by.state == StageState::Removed)
        };
        self.pipeline(pipeline).into_iter().flat_map(SalesPipeline::shown).filter(was_removed)
    }

    /// All stages, pipeline by pipeline, those that were removed too.
    pub fn stages(&self) -> impl Iterator<Item = &SalesStage> {
        self.all.iter().flat_map(|pipeline| &pipeline.stages)
    }

    /// The stage of a key, as a deal has it; `None` if nobody knows it.
    pub fn stage(&self, key: &str) -> Option<&SalesStage> {
        let key = if key.is_empty() { self.unset() } else { key };
        self.stages().find(|stage| stage.key == key)
    }

    /// The pipeline that a deal with this stage is in; the first if nobody knows the stage.
    pub fn with(&self, key: &str) -> &SalesPipeline {
        self.stage(key).and_then(|stage| self.pipeline(stage.pipeline)).unwrap_or_else(|| self.first())
    }

    /// What a stage says of deals; open, if nobody knows it: nothing is done with for not being understood.
    pub fn standing(&self, key: &str) -> Standing {
        self.stage(key).map_or(Standing::Open, |stage| stage.standing)
    }

    /// How likely a deal is won, in per cent.
    pub fn likelihood(&self, deal: &Deal) -> i64 {
        let of_stage = || self.stage(&deal.stage).map_or(0, |stage| stage.probability);
        deal.probability.unwrap_or_else(of_stage)
    }

    /// The stage of deals that were never given one. It does not change with the order of stages: what nobody touched stays where it
    /// is.
    pub fn unset(&self) -> &'static str {
        let first = DealStage::default().value();
        let is_used = self.stages().any(|stage| stage.key == first && !stage.is_removed);
        let start = || self.first().start().map(|stage| stage.key);
        if is_used { first } else { start().unwrap_or(first) }
    }

    /// A stage as a choice. One of a pipeline that people made names it where others are called alike, as those are, in any language,
    /// that say won or lost.
    fn choice(&self, stage: &SalesStage) -> Choice {
        let is_alike = |other: &SalesStage| {
            other.pipeline != stage.pipeline && other.name.to_lowercase() == stage.name.to_lowercase()
        };
        let is_one_of_several = !stage.standing.is_open() || self.stages().any(is_alike);
        let of = self.pipeline(stage.pipeline).filter(|of| of.id != FIRST_PIPELINE && is_one_of_several);
        let label = of.map_or(stage.name, |of| leaked(&format!("{} ({})", stage.name, of.name)));
        Choice { value: stage.key, label, tone: stage.tone }
    }

    /// The stages of which one can be chosen, as choices.
    pub fn choices(&self) -> Vec<Choice> {
        // A form and an import begin with the first of them: that is where a deal begins, unless somebody says otherwise.
        let others = self.all.iter().filter(|pipeline| pipeline.id != FIRST_PIPELINE);
        let ordered = [self.first()].into_iter().chain(others);
        ordered.flat_map(SalesPipeline::shown).map(|stage| self.choice(stage)).collect()
    }

    /// The stages that were removed, as such choices.
    pub fn removed(&self) -> Vec<Choice> {
        self.stages().filter(|stage| stage.is_removed).map(|stage| self.choice(stage)).collect()
    }

    /// The keys of the stages at which a deal is done with.
    pub fn closed(&self) -> Vec<&'static str> {
        self.stages().filter(|stage| !stage.standing.is_open()).map(|stage| stage.key).collect()
    }
}

#[cfg(test)]
mod tests;
