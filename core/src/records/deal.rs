use chrono::NaiveDate;
use serde_json::json;

use crate::id::RecordId;
use crate::money::Money;
use crate::mutation::{Op, Patch};
use crate::pipelines::SalesStage;
use crate::records::Standing;
use crate::schema::{Field, Kind, RecordType};
use crate::scope::Keep;

crate::choices! {
    /// The stages of the first pipeline that need no record. See [`crate::pipelines`].
    pub enum DealStage {
        /// There is a need and a budget.
        #[default]
        Qualified = "qualified", "Qualified", Info;
        /// They have our proposal.
        Proposal = "proposal", "Proposal", Neutral;
        /// We talk about the terms.
        Negotiation = "negotiation", "Negotiation", Warn;
        /// They bought.
        Won = "won", "Won", Good;
        /// They did not.
        Lost = "lost", "Lost", Bad;
    }
}

impl DealStage {
    /// All of them, in order.
    pub const ALL: [Self; 5] = [Self::Qualified, Self::Proposal, Self::Negotiation, Self::Won, Self::Lost];

    /// How likely a deal in this stage is won, in per cent.
    pub const fn probability(self) -> i64 {
        match self {
            Self::Qualified => 20,
            Self::Proposal => 50,
            Self::Negotiation => 75,
            Self::Won => 100,
            Self::Lost | Self::Unknown => 0,
        }
    }

    /// After how many days without a word a deal in this stage is about to be forgotten; `None` if it is closed.
    pub const fn rests_days(self) -> Option<i64> {
        match self {
            Self::Qualified => Some(21),
            Self::Proposal => Some(14),
            Self::Negotiation => Some(7),
            Self::Won | Self::Lost | Self::Unknown => None,
        }
    }

    /// What it says of a deal. It is the same in every workspace, whatever people call it: the archive goes by it
    /// ([`crate::scope`]).
    pub const fn standing(self) -> Standing {
        match self {
            Self::Qualified | Self::Proposal | Self::Negotiation => Standing::Open,
            Self::Won => Standing::Won,
            Self::Lost => Standing::Lost,
            Self::Unknown => Standing::Unknown,
        }
    }
}

crate::record_type! {
    /// A sale in the making.
    pub struct Deal("deal", "Deal", "Deals") {
        title: "title", subtitle: "company", facet: "stage", amount: "amount", date: "expected_close",
        done: &["won", "lost"], unset: "qualified", merges: true,
    } {
        /// What it is about.
        title: String = Field::new("Title", Kind::Text).required().max(200).search(10),
        /// The lead it came from.
        lead: Option<RecordId> = Field::new("Lead", Kind::Relation("lead")),
        /// The company that buys.
        customer: Option<RecordId> = Field::new("Customer", Kind::Relation("company")),
        /// The person to talk to.
        contact: Option<RecordId> = Field::new("Contact", Kind::Relation("contact")),
        /// The customer's name.
        company: String = Field::new("Company", Kind::Text).max(200).search(8),
        /// What it is worth.
        amount: Option<Money> = Field::new("Amount", Kind::Money),
        /// Where it stands: the latest stage event's `to`, set in the same mutation. The key of a stage of any
        /// [pipeline](crate::pipelines), which says of which the deal is.
        stage: String = Field::new("Stage", Kind::Choice(DealStage::CHOICES)),
        /// How likely it is won, in per cent, where somebody knows better than the stage does.
        probability: Option<i64> = Field::new("Probability", Kind::Integer { min: 0, max: 100 }).hint("Per cent; empty takes the stage's"),
        /// When it should be won.
        expected_close: Option<NaiveDate> = Field::new("Expected close", Kind::Date),
        /// Why it was lost.
        lost_reason: String = Field::new("Lost because", Kind::Text).max(500),
        /// Who looks after it.
        owner: String = Field::new("Owner", Kind::Text).max(100).search(1),
        /// Tags.
        tags: Vec<RecordId> = Field::new("Tags", Kind::Relations("tag")),
        /// Whether it stays on each device, however old it is.
        keep: Option<Keep> = Field::new("Kept on devices", Kind::Choice(Keep::CHOICES)).hidden(),
        /// What there is to know.
        notes: String = Field::new("Notes", Kind::LongText).max(20_000).search(1),
    }
}

/// Why an open deal wants somebody to look at it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rot {
    /// It should have been won so many days ago.
    Late(i64),
    /// Nothing was done about it for so many days, which is longer than deals of its stage rest.
    Quiet(i64),
}

impl Rot {
    /// What is wrong with a deal that stands in this stage, on the day `today`; `None` if nothing is, or it is closed. `last_ms` is
    /// when something was last done about it and `now_ms` is now, both in milliseconds since 1970.
    pub fn of(deal: &Deal, stage: &SalesStage, last_ms: u64, now_ms: u64, today: NaiveDate) -> Option<Self> {
        const DAY_MS: u64 = 24 * 60 * 60 * 1_000;
        if !stage.standing.is_open() {
            return None;
        }
        let late = deal.expected_close.map_or(0, |close| (today - close).num_days());
        if late > 0 {
            return Some(Self::Late(late));
        }
        let quiet = i64::try_from(now_ms.saturating_sub(last_ms) / DAY_MS).unwrap_or(i64::MAX);
        stage.rests_days.is_some_and(|rests| quiet >= rests).then_some(Self::Quiet(quiet))
    }
}

/// The ops that move a deal to a stage: the event, which stays, and the deal's own stage, with the same stamp. Both
/// are in one mutation, so the later of two moves wins in both.
///
/// `event` is a new id, `at_ms` when it happened, `lost` why the deal was lost if that is what the stage says (wanted by forms,
/// kept on the deal).
pub fn move_stage(deal: RecordId, event: RecordId, from: &str, to: &str, lost: Option<&str>, at_ms: u64) -> Vec<Op> {
    let mut moved = Patch::from([("stage".to_owned(), json!(to))]);
    let mut happened = Patch::from([
        ("deal".to_owned(), json!(deal)),
        ("from".to_owned(), json!(from)),
        ("to".to_owned(), json!(to)),
        ("at".to_owned(), json!(at_ms)),
    ]);
    if let Some(reason) = lost {
        moved.insert("lost_reason".to_owned(), json!(reason));
        happened.insert("reason".to_owned(), json!(reason));
    }
    vec![Op::patch("stage_event", event, happened), Op::patch("deal", deal, moved)]
}

/// The ops that make a deal of what was entered: the stage that it begins in is the first event of its history.
pub fn begin_deal(deal: RecordId, event: RecordId, entered: Patch, at_ms: u64) -> Vec<Op> {
    let stage = entered.get("stage").and_then(|stage| stage.as_str()).filter(|stage| !stage.is_empty());
    let stage = stage.unwrap_or(Deal::SCHEMA.list.unset);
    let begun = move_stage(deal, event, stage, stage, None, at_ms).into_iter().filter(|op| op.kind == "stage_event");
    begun.chain([Op::patch("deal", deal, entered)]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn open_deals_rot_when_their_day_is_past_or_nobody_does_anything() {
        const DAY_MS: u64 = 86_400_000;
        let day = |day| NaiveDate::from_ymd_opt(2026, 11, day).unwrap();
        let now = 1_000 * DAY_MS;
        let rot = |stage, close, quiet: u64| {
            let deal = Deal { expected_close: close, ..Deal::default() };
            Rot::of(&deal, &SalesStage::own(stage), now - quiet * DAY_MS, now, day(26))
        };
        assert_eq!(rot(DealStage::Negotiation, None, 6), None);
        assert_eq!(rot(DealStage::Negotiation, None, 7), Some(Rot::Quiet(7)));
        assert_eq!(rot(DealStage::Proposal, None, 7), None);
        assert_eq!(rot(DealStage::Proposal, Some(day(26)), 0), None);
        assert_eq!(rot(DealStage::Proposal, Some(day(24)), 0), Some(Rot::Late(2)));
        for closed in [DealStage::Won, DealStage::Lost] {
            assert_eq!(rot(closed, Some(day(1)), 400), None);
        }
        // A clock that was put back finds nothing old.
        let first = SalesStage::own(DealStage::Qualified);
        assert_eq!(Rot::of(&Deal::default(), &first, now, 0, day(26)), None);
        // Where nothing is ever forgotten, a day that is past is still past.
        let patient = SalesStage { rests_days: None, ..first };
        let late = Deal { expected_close: Some(day(24)), ..Deal::default() };
        assert_eq!(Rot::of(&Deal::default(), &patient, 0, now, day(26)), None);
        assert_eq!(Rot::of(&late, &patient, now, now, day(26)), Some(Rot::Late(2)));
    }
}
