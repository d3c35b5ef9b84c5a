use proptest::prelude::*;

use serde_json::json;

use super::*;
use crate::mutation::Patch;
use crate::schema::RecordType;

fn moved_to(key: &str) -> Patch {
    Patch::from([("stage".to_owned(), json!(key))])
}

fn id(number: u8) -> RecordId {
    RecordId::v7(number.into(), [number; 10])
}

fn stage(pipeline: Option<u8>, name: &str, standing: Standing) -> Stage {
    Stage { pipeline: pipeline.map(id), name: name.into(), standing, ..Stage::default() }
}

/// A pipeline of service contracts, and a first one whose second stage is called something else.
fn two() -> Definitions {
    let renamed = Stage { name: " Offer sent ".into(), probability: Some(60), ..Stage::default() };
    Definitions {
        pipelines: vec![(id(1), Pipeline { name: "Service".into(), place: 2 })],
        stages: vec![
            (id(12), stage(Some(1), "Turned down", Standing::Lost)),
            (id(11), stage(Some(1), "Signed", Standing::Won)),
            (id(10), Stage { probability: Some(30), rests_days: Some(0), ..stage(Some(1), "Visit", Standing::Open) }),
            (Stage::id_of(DealStage::Proposal), renamed),
        ],
    }
}

fn keys(pipeline: &SalesPipeline) -> Vec<&str> {
    pipeline.shown().map(|stage| stage.key).collect()
}

#[test]
fn the_programs_own_stages_need_no_record() {
    let own = Pipelines::default();
    assert_eq!(own.all().len(), 1);
    assert_eq!(keys(own.first()), ["qualified", "proposal", "negotiation", "won", "lost"]);
    assert_eq!(own.choices(), DealStage::CHOICES);
    assert_eq!((own.unset(), own.closed()), ("qualified", vec!["won", "lost"]));
    assert_eq!(own.stage("").map(|stage| stage.key), Some("qualified"));
    assert_eq!(own.stage("proposal").map(|stage| (stage.probability, stage.rests_days)), Some((50, Some(14))));
    assert_eq!((own.stage("moon"), own.standing("moon"), own.with("moon")), (None, Standing::Open, own.first()));
}

#[test]
fn a_record_changes_one_of_the_programs_own_and_another_makes_a_stage() {
    let all = Pipelines::of(two());
    let offer = all.stage("proposal").expect("a stage of the program's own");
    assert_eq!((offer.name, offer.probability, offer.rests_days), ("Offer sent", 60, Some(14)));
    let service = &all.all()[1];
    assert_eq!((service.name, service.start().map(|stage| stage.name)), ("Service", Some("Visit")));
    let names: Vec<&str> = service.shown().map(|stage| stage.name).collect();
    assert_eq!(names, ["Visit", "Signed", "Turned down"], "open ones, won, lost");
    let visit = Stage::key(id(10));
    assert_eq!(all.stage(&visit).map(|stage| (stage.probability, stage.rests_days)), Some((30, None)));
    assert_eq!((all.with(&visit).id, all.with("won").id), (id(1), FIRST_PIPELINE));
    assert_eq!(all.standing(&Stage::key(id(12))), Standing::Lost);
    let labels: Vec<&str> = all.choices().iter().map(|choice| choice.label).collect();
    assert_eq!(labels[1], "Offer sent");
    assert_eq!(labels[5..], ["Visit", "Signed (Service)", "Turned down (Service)"]);
    let mut alike = two();
    alike.stages[2].1.name = "negotiation".into();
    let labels: Vec<&str> = Pipelines::of(alike).choices().iter().map(|choice| choice.label).collect();
    assert_eq!((labels[2], labels[5]), ("Negotiation", "negotiation (Service)"), "none is taken for another");
    let deal = Deal { stage: visit, ..Deal::default() };
    assert_eq!(all.likelihood(&deal), 30);
    assert_eq!(all.likelihood(&Deal { probability: Some(5), ..deal }), 5);
    // Whatever a record says of it: what the archive goes by is the same everywhere.
    let mut bent = two();
    bent.stages.push((Stage::id_of(DealStage::Won), stage(None, "Nearly", Standing::Open)));
    assert_eq!(Pipelines::of(bent).standing("won"), Standing::Won);
}

#[test]
fn what_was_never_moved_stays_where_it_is_unless_its_stage_is_removed() {
    let first = |change: fn(&mut Stage)| {
        let mut by = Stage::default();
        change(&mut by);
        Pipelines::of(Definitions { stages: vec![(Stage::id_of(DealStage::Qualified), by)], ..Definitions::default() })
    };
    let last = first(|by| by.place = Some(9));
    assert_eq!(keys(last.first())[..3], ["proposal", "negotiation", "qualified"]);
    assert_eq!(last.unset(), "qualified");
    let removed = first(|by| by.state = StageState::Removed);
    assert_eq!((removed.unset(), removed.choices().len()), ("proposal", 4));
    assert_eq!(removed.stage("qualified").map(|stage| stage.name), Some("Qualified"), "its name is still known");
}

#[test]
fn stages_whose_pipeline_is_gone_are_seen_in_the_first() {
    let mut orphaned = two();
    orphaned.pipelines.clear();
    let all = Pipelines::of(orphaned);
    assert_eq!(all.all().len(), 1);
    let key = Stage::key(id(11));
    assert_eq!(all.with(&key).id, FIRST_PIPELINE);
    assert_eq!(all.stage(&key).map(|stage| (stage.name, stage.is_removed)), Some(("Signed", true)));
    assert_eq!(keys(all.first()).len(), 5);
}

/// The definitions of `two`, of which the program's own won stage was removed.
fn without_won() -> Definitions {
    let mut all = two();
    all.stages.push((Stage::id_of(DealStage::Won), Stage { state: StageState::Removed, ..Stage::default() }));
    all
}

#[test]
fn what_is_put_back_is_of_the_pipeline_itself_whatever_strays_there_are() {
    let mut orphaned = without_won();
    orphaned.pipelines.clear();
    orphaned
        .stages
        .iter_mut()
        .for_each(|(_, stage)| stage.place = stage.place.or(Some(-1)).filter(|_| stage.pipeline.is_some()));
    let all = Pipelines::of(orphaned);
    assert_eq!(keys(all.first()), ["qualified", "proposal", "negotiation", "won", "lost"]);
    let won: Vec<&str> =
        all.first().stages.iter().filter(|one| one.standing == Standing::Won).map(|one| one.name).collect();
    assert_eq!(won, ["Signed", "Won"], "the stray stands before it, and is none of the pipeline's");
}

#[test]
fn what_was_put_back_stays_once_somebody_says_so() {
    let mut made = without_won();
    let back = |all: &Pipelines| all.put_back(FIRST_PIPELINE).map(|stage| stage.key).collect::<Vec<_>>();
    let all = Pipelines::of(made.clone());
    assert_eq!(back(&all), ["won"]);
    assert_eq!(all.put_back(id(1)).count(), 0);
    made.stages.push((id(13), stage(None, "Paid", Standing::Won)));
    let paid = Stage::key(id(13));
    let all = Pipelines::of(made.clone());
    assert_eq!(keys(all.first())[3..], [&paid, "lost"], "without a word it goes as it was told to");
    let own = made.stages.iter_mut().find(|(id, _)| *id == Stage::id_of(DealStage::Won)).expect("a definition");
    own.1.state = StageState::Used;
    let all = Pipelines::of(made);
    assert_eq!((keys(all.first())[3..].to_vec(), back(&all).len()), (vec![paid.as_str(), "won", "lost"], 0));
}

#[test]
fn what_comes_from_another_pipeline_is_as_open_won_or_lost_as_it_was() {
    let name =
        |all: &Pipelines, of, standing| all.pipeline(of).and_then(|of| of.like(standing)).map(|stage| stage.name);
    let all = Pipelines::of(two());
    let likes = [Standing::Open, Standing::Unknown, Standing::Won, Standing::Lost].map(|one| name(&all, id(1), one));
    assert_eq!(likes, [Some("Visit"), Some("Visit"), Some("Signed"), Some("Turned down")]);
    // Two people changed its won stage and took its open one away apart.
    let mut bent = two();
    bent.stages.retain(|(id, _)| *id != self::id(10) && *id != self::id(11));
    let bent = Pipelines::of(bent);
    let likes = [Standing::Open, Standing::Won, Standing::Lost].map(|one| name(&bent, id(1), one));
    assert_eq!(likes, [None, None, Some("Turned down")], "nothing won is opened again");
}

fn some_stage() -> impl Strategy<Value = (u8, Stage)> {
    let of = prop::option::of(1..4u8);
    let standing = prop::sample::select(NEEDED.to_vec());
    let changes = (any::<bool>(), prop::option::of(-3..9i64), prop::option::of(0..101i64));
    (0..40u8, of, standing, changes).prop_map(|(number, of, standing, (removed, place, probability))| {
        let state = if removed { StageState::Removed } else { StageState::Used };
        (number, Stage { state, place, probability, ..stage(of, "Some stage", standing) })
    })
}

proptest! {
    #[test]
    fn whatever_two_devices_define_there_is_a_whole_pipeline_and_every_deal_has_a_place(
        made in prop::collection::vec(some_stage(), 0..12), own in prop::collection::vec((0..5usize, some_stage()), 0..6),
        pipelines in prop::collection::vec((1..4u8, 0..3i64), 0..4),
    ) {
        let of_own = own.into_iter().map(|(at, (_, stage))| (Stage::id_of(DealStage::ALL[at]), stage));
        let stages: std::collections::BTreeMap<RecordId, Stage> =
            made.into_iter().map(|(number, stage)| (id(number + 10), stage)).chain(of_own).collect();
        let pipelines: std::collections::BTreeMap<RecordId, Pipeline> =
            pipelines.into_iter().map(|(number, place)| (id(number), Pipeline { name: "Some".into(), place })).collect();
        let defined = stages.len();
        let all = Pipelines::of(Definitions {
            pipelines: pipelines.into_iter().collect(), stages: stages.into_iter().collect(),
        });
        prop_assert_eq!(lacks(all.first().shown().map(|stage| stage.standing)), None);
        prop_assert!(all.stages().count() >= defined.max(5), "no stage is lost");
        prop_assert!(all.stage(all.unset()).is_some_and(|stage| !stage.is_removed && stage.standing.is_open()));
        let choices = all.choices();
        prop_assert_eq!(choices.first().map(|first| first.value), all.first().start().map(|stage| stage.key));
        for stage in all.stages() {
            prop_assert_eq!(all.with(stage.key).id, stage.pipeline);
            prop_assert_eq!(stage.is_removed, choices.iter().all(|choice| choice.value != stage.key));
            prop_assert_eq!(!stage.standing.is_open(), all.closed().contains(&stage.key));
            prop_assert_eq!(crate::validate::patch(&Deal::SCHEMA, &moved_to(stage.key)), Ok(()), "older servers take it");
        }
        prop_assert!(all.first().shown().all(|stage| !all.is_stray(stage.id)), "what is gone never comes back by itself");
        for pipeline in all.all() {
            let back = all.put_back(pipeline.id);
            prop_assert!(back.into_iter().all(|one| pipeline.shown().filter(|other| other.standing == one.standing).count() == 1));
            prop_assert!(pipeline.stages.iter().all(|stage| stage.pipeline == pipeline.id));
        }
    }
}
