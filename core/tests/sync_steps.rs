//! The sync machine step by step: what each answer and each failure leads to, and what it shows.

use outpost_core::access::Role;
use outpost_core::hlc::Clock;
use outpost_core::id::{DeviceId, RecordId};
use outpost_core::mutation::{Mutation, Op, Patch};
use outpost_core::protocol::{Receipt, SyncRequest, SyncResponse, Verdict};
use outpost_core::record::RecordKey;
use outpost_core::scope::{Age, Moving, Scope};
use outpost_core::sync::{Effect, Event, Failure, Finding, Machine, Pending, Position, Status};
use serde_json::json;

/// A poll comes after so many milliseconds.
const POLL: u64 = 20_000;
/// How often one looks that is told of news.
const LIVE_LOOK: u64 = 300_000;

fn position(cursor: u64) -> Position {
    Position { epoch: Some("e1".into()), cursor, since: cursor }
}

fn mutations(from: u64, count: u64) -> Vec<Mutation> {
    let mut clock = Clock::new(DeviceId(1));
    let op = |n: u64| {
        Op::patch("lead", RecordId::singleton(n.into()), Patch::from([("name".to_owned(), json!(format!("Lead {n}")))]))
    };
    (from..from + count)
        .map(|n| Mutation { n, schema: 1, hlc: clock.tick(n).expect("a stamp"), ops: vec![op(n)] })
        .collect()
}

fn pending(from: u64, count: u64, waiting: usize) -> Event {
    let next_n = from + waiting as u64;
    let (mutations, position) = (mutations(from, count), position(5));
    Event::Loaded(Pending {
        device: DeviceId(1),
        mutations,
        waiting,
        position,
        next_n,
        wanted: vec![],
        scope: Scope::of(Age::Old),
    })
}

fn answer(receipts: Vec<Receipt>) -> SyncResponse {
    SyncResponse {
        epoch: "e1".into(),
        server_ms: 1,
        next_n: 1,
        receipts,
        rows: vec![],
        cursor: 5,
        since: 5,
        has_more: false,
        records: vec![],
        forget: vec![],
        outdated: false,
        role: Role::Member,
    }
}

fn applied(from: u64, count: u64) -> Event {
    let receipt = |n| Receipt { n, verdict: Verdict::Applied, stamp: None };
    let receipts: Vec<Receipt> = (from..from + count).map(receipt).collect();
    Event::Answered(Box::new(SyncResponse { cursor: 5 + count, since: 5 + count, ..answer(receipts) }))
}

fn committed(waiting: usize) -> Event {
    Event::Committed { waiting, rejected: 0 }
}

/// Effects without what is shown.
fn done(effects: Vec<Effect>) -> Vec<Effect> {
    effects.into_iter().filter(|effect| !matches!(effect, Effect::Status(_))).collect()
}

fn shown(effects: &[Effect]) -> Option<Status> {
    effects.iter().rev().find_map(|effect| match effect {
        Effect::Status(status) => Some(status.clone()),
        _ => None,
    })
}

fn timer(effects: &[Effect]) -> u64 {
    match effects.last() {
        Some(Effect::Timer(ms)) => *ms,
        other => panic!("a timer is wanted, not {other:?}"),
    }
}

fn sent(effects: &[Effect]) -> &SyncRequest {
    match effects.last() {
        Some(Effect::Send(request)) => request,
        other => panic!("a request is wanted, not {other:?}"),
    }
}

/// A machine that waits for the answer to so many mutations, of so many that wait.
fn sending(count: u64, waiting: usize) -> Machine {
    let mut machine = Machine::new(1);
    machine.handle(Event::Start);
    assert_eq!(sent(&machine.handle(pending(1, count, waiting))).mutations.len(), count as usize);
    machine
}

#[test]
fn a_write_goes_out_is_stored_as_done_and_shown_as_saved() {
    let mut machine = Machine::new(1);
    assert_eq!(machine.handle(Event::Start), vec![Effect::Load { max: 500 }]);
    let effects = machine.handle(pending(1, 2, 2));
    assert_eq!(shown(&effects), Some(Status::Waiting(2)));
    let request = sent(&effects);
    assert_eq!((request.cursor, request.since, request.epoch.as_deref()), (5, 5, Some("e1")));
    let effects = machine.handle(applied(1, 2));
    assert!(matches!(&effects[..], [Effect::Commit(commit)] if commit.receipts.len() == 2));
    let effects = machine.handle(committed(0));
    assert_eq!(effects, vec![Effect::Status(Status::Saved), Effect::Listen, Effect::Timer(POLL)]);
    assert_eq!(machine.handle(Event::Timer), vec![Effect::Load { max: 500 }]);
}

#[test]
fn while_there_is_more_it_goes_on_and_a_wake_is_never_lost() {
    let mut machine = sending(2, 9);
    assert_eq!(machine.handle(Event::Wake), vec![]);
    machine.handle(applied(1, 2));
    let effects = machine.handle(committed(7));
    assert_eq!(effects, vec![Effect::Status(Status::Waiting(7)), Effect::Load { max: 500 }]);
    machine.handle(pending(3, 7, 7));
    assert_eq!(machine.handle(Event::Wake), vec![], "never two requests at once");
    machine.handle(applied(3, 7));
    assert_eq!(done(machine.handle(committed(0))), vec![Effect::Load { max: 500 }], "somebody woke it meanwhile");
}

#[test]
fn news_are_asked_for_along_with_the_last_of_what_waits() {
    let mut machine = Machine::new(1);
    machine.handle(Event::Start);
    assert_eq!(sent(&machine.handle(pending(1, 2, 9))).limit, 0);
    let reply = |from| Receipt { n: from, verdict: Verdict::Applied, stamp: None };
    machine.handle(Event::Answered(Box::new(SyncResponse { has_more: true, ..answer(vec![reply(1), reply(2)]) })));
    assert_eq!(done(machine.handle(committed(7))), vec![Effect::Load { max: 500 }]);
    assert!(sent(&machine.handle(pending(3, 7, 7))).limit > 0);
}

#[test]
fn no_network_is_said_quietly_and_tried_again_ever_more_slowly_and_jittered() {
    let waits = |seed: u64| -> Vec<u64> {
        let mut machine = Machine::new(seed);
        machine.handle(Event::Start);
        let failure = |_| {
            machine.handle(pending(1, 1, 1));
            let effects = machine.handle(Event::Failed(Failure::Offline));
            let wait = timer(&effects);
            machine.handle(Event::Timer);
            wait
        };
        (0..12).map(failure).collect()
    };
    for (index, wait) in waits(1).into_iter().enumerate() {
        let ceiling = (1_000 << index.min(16)).min(60_000);
        assert!((ceiling / 2..=ceiling).contains(&wait), "failure {index}: {wait} of {ceiling}");
    }
    assert_ne!(waits(1), waits(2), "two devices do not come back in step");
    let mut machine = sending(1, 3);
    let effects = machine.handle(Event::Failed(Failure::Offline));
    assert_eq!(shown(&effects), Some(Status::Offline(3)));
    assert_eq!(machine.handle(Event::Wake), vec![Effect::Load { max: 500 }], "a regained signal is tried at once");
    assert_eq!(shown(&machine.handle(pending(1, 1, 4))), None, "it stays offline until somebody answers");
    machine.handle(applied(1, 1));
    assert_eq!(shown(&machine.handle(committed(0))), Some(Status::Saved));
}

#[test]
fn who_works_without_a_network_is_not_kept_waiting_for_it_longer() {
    let mut machine = sending(1, 1);
    machine.handle(Event::Failed(Failure::Offline));
    for wake in 0..50 {
        assert_eq!(machine.handle(Event::Wake), vec![Effect::Load { max: 500 }]);
        machine.handle(pending(1, 1, 1 + wake));
        let wait = timer(&machine.handle(Event::Failed(Failure::Offline)));
        assert!((1_000..=2_000).contains(&wait), "write {wake} puts the next look off for {wait} ms");
    }
    machine.handle(Event::Timer);
    machine.handle(pending(1, 1, 50));
    machine.handle(Event::Failed(Failure::Offline));
    machine.handle(Event::Timer);
    machine.handle(pending(1, 1, 50));
    let wait = timer(&machine.handle(Event::Failed(Failure::Offline)));
    assert!((2_000..=4_000).contains(&wait), "what was tried in its own time counts: {wait} ms");
}

#[test]
fn a_server_that_asks_to_wait_is_left_alone_until_then() {
    let mut machine = sending(1, 1);
    let effects = machine.handle(Event::Failed(Failure::Busy(45_000)));
    assert!(timer(&effects) >= 45_000);
    assert_eq!(machine.handle(Event::Wake), vec![]);
    assert_eq!(machine.handle(Event::Timer), vec![Effect::Load { max: 500 }]);
    machine.handle(pending(1, 1, 1));
    let effects = machine.handle(Event::Failed(Failure::Busy(u64::MAX)));
    assert!(timer(&effects) <= 300_000, "but not for ever");
    assert_eq!(machine.handle(Event::Start), vec![Effect::Load { max: 500 }], "who signs in is not kept waiting");
}

#[test]
fn a_batch_that_is_too_large_is_halved_until_it_fits_and_grows_again() {
    let mut machine = sending(100, 100);
    assert_eq!(machine.handle(Event::Failed(Failure::TooLarge)), vec![Effect::Load { max: 50 }]);
    machine.handle(pending(1, 50, 100));
    assert_eq!(machine.handle(Event::Failed(Failure::TooLarge)), vec![Effect::Load { max: 25 }]);
    machine.handle(pending(1, 25, 100));
    machine.handle(applied(1, 25));
    assert_eq!(done(machine.handle(committed(75))), vec![Effect::Load { max: 50 }]);
}

/// A machine that has sent one mutation of three, heard that no server takes it, and asked without it.
fn suspecting(failure: Failure) -> Machine {
    let mut machine = sending(1, 3);
    assert_eq!(machine.handle(Event::Failed(failure)), vec![Effect::Load { max: 500 }]);
    let effects = machine.handle(pending(1, 3, 3));
    assert!(sent(&effects).mutations.is_empty() && sent(&effects).limit == 0, "merely knocks");
    machine
}

#[test]
fn one_change_that_no_request_can_carry_is_set_aside_and_holds_nobody_up() {
    for (failure, code) in [(Failure::TooLarge, "too_large"), (Failure::Malformed("No.".into()), "malformed")] {
        let mut machine = suspecting(failure);
        machine.handle(Event::Answered(Box::new(answer(vec![]))));
        let effects = machine.handle(committed(3));
        assert!(matches!(&effects[..], [Effect::SetAside { n: 1, code: said, .. }] if *said == code), "{effects:?}");
        let effects = machine.handle(Event::Committed { waiting: 3, rejected: 1 });
        assert_eq!(done(effects), vec![Effect::Load { max: 500 }], "what waits behind it goes at once");
    }
}

#[test]
fn a_server_that_takes_nothing_at_all_empties_no_outbox() {
    let mut machine = suspecting(Failure::Malformed("Not this.".into()));
    let effects = machine.handle(Event::Failed(Failure::Malformed("Nothing.".into())));
    assert_eq!((shown(&effects), timer(&effects)), (Some(Status::NeedsYou("Nothing.".into())), POLL));
    machine.handle(Event::Timer);
    assert_eq!(sent(&machine.handle(pending(1, 3, 3))).mutations.len(), 3, "it is sent again unchanged");
}

#[test]
fn a_suspect_is_held_back_until_there_is_an_answer() {
    let mut machine = suspecting(Failure::TooLarge);
    machine.handle(Event::Failed(Failure::Offline));
    machine.handle(Event::Timer);
    let effects = machine.handle(pending(1, 3, 3));
    assert!(sent(&effects).mutations.is_empty(), "still knocks");
    machine.handle(Event::Answered(Box::new(answer(vec![]))));
    machine.handle(committed(3));
    machine.handle(Event::StoreFailed);
    machine.handle(Event::Timer);
    assert_eq!(sent(&machine.handle(pending(1, 3, 3))).mutations.len(), 3, "not set aside: tried from the beginning");
}

#[test]
fn records_are_asked_for_by_name_along_with_the_last_of_what_waits() {
    let wanted = vec![RecordKey::new("lead", RecordId::singleton(1))];
    let loaded = |count, waiting| {
        Event::Loaded(Pending {
            device: DeviceId(1),
            mutations: mutations(1, count),
            waiting,
            position: position(5),
            next_n: 1 + waiting as u64,
            wanted: wanted.clone(),
            scope: Scope::of(Age::Old),
        })
    };
    let mut machine = Machine::new(1);
    machine.handle(Event::Start);
    assert!(sent(&machine.handle(loaded(2, 3))).wanted.is_empty());
    machine.handle(applied(1, 2));
    machine.handle(committed(1));
    assert_eq!(sent(&machine.handle(loaded(1, 1))).wanted, wanted);
}

#[test]
fn a_session_that_is_over_is_a_quiet_word_and_signing_in_goes_on_at_once() {
    let mut machine = sending(1, 1);
    let effects = machine.handle(Event::Failed(Failure::SignedOut));
    let sentence = Status::SignIn("Sign in again to sync; your work is safe on this device.".into());
    assert_eq!((shown(&effects), timer(&effects)), (Some(sentence), POLL));
    assert_eq!(machine.handle(Event::Start), vec![Effect::Load { max: 500 }]);
    machine.handle(pending(1, 1, 1));
    machine.handle(applied(1, 1));
    assert_eq!(shown(&machine.handle(committed(0))), Some(Status::Saved));
}

#[test]
fn whoever_is_removed_drops_what_is_the_workspaces_once_and_asks_now_and_then() {
    let mut machine = sending(1, 1);
    assert_eq!(machine.handle(Event::Failed(Failure::Removed)), vec![Effect::Purge]);
    assert!(machine.handle(Event::Wake).is_empty(), "it is busy");
    let effects = machine.handle(Event::Purged);
    let Some(Status::NeedsYou(sentence)) = shown(&effects) else { panic!("{effects:?}") };
    assert!(sentence.contains("You were removed") && sentence.contains("still here: see Sync"), "{sentence}");
    assert_eq!(timer(&effects), POLL);
    // Nothing that is written here, and no word of the server's, is a reason to ask earlier.
    assert!(machine.handle(Event::Wake).is_empty());
    assert!(machine.handle(Event::Head(77)).is_empty());
    assert_eq!(machine.handle(Event::Timer), vec![Effect::Load { max: 500 }]);
    // It has nothing to fetch before it knows that it may.
    let effects = machine.handle(from_nothing(0));
    let asked = sent(&effects);
    assert_eq!((asked.cursor, asked.limit), (0, 0));
    let effects = machine.handle(Event::Failed(Failure::Removed));
    assert_eq!(timer(&effects), POLL, "what is gone need not go again");
    assert!(!effects.contains(&Effect::Purge));
}

#[test]
fn whoever_is_let_in_again_fetches_everything_anew() {
    let mut machine = sending(1, 0);
    machine.handle(Event::Failed(Failure::Removed));
    machine.handle(Event::Purged);
    machine.handle(Event::Timer);
    machine.handle(from_nothing(0));
    machine.handle(Event::Answered(Box::new(SyncResponse { cursor: 0, since: 0, has_more: true, ..answer(vec![]) })));
    assert_eq!(machine.handle(committed(0)), vec![Effect::Load { max: 500 }]);
    assert_eq!(machine.handle(from_nothing(0)), vec![Effect::Fetch]);
    // Removed once more, what came goes once more.
    assert_eq!(machine.handle(Event::Failed(Failure::Removed)), vec![Effect::Purge]);
}

/// What a device loads that holds nothing but what it has written itself.
fn from_nothing(waiting: usize) -> Event {
    let Event::Loaded(pending) = pending(1, waiting as u64, waiting) else { panic!("what is pending") };
    Event::Loaded(Pending { position: Position::default(), ..pending })
}

#[test]
fn a_server_that_will_not_have_it_is_quoted_and_not_hurried() {
    let mut machine = sending(1, 1);
    let effects = machine.handle(Event::Failed(Failure::Refused("This app is too old.".into())));
    assert_eq!(shown(&effects), Some(Status::NeedsYou("This app is too old.".into())));
    assert_eq!(timer(&effects), POLL);
}

/// A server that gave this device's mutations up to `next_n` away.
fn restored(next_n: u64) -> Event {
    Event::Answered(Box::new(SyncResponse { next_n, ..answer(vec![]) }))
}

#[test]
fn a_server_that_has_lost_mutations_gets_what_they_did_before_what_is_unsent() {
    let mut machine = Machine::new(1);
    machine.handle(Event::Start);
    machine.handle(pending(4, 2, 2));
    let effects = machine.handle(restored(2));
    assert_eq!(effects, [Effect::Rebase { epoch: "e1".into(), next_n: 2 }]);
    assert!(matches!(&machine.handle(Event::Rebased)[..], [Effect::Load { .. }]));
    // Nothing unsent is no reason to keep silent about it.
    let mut machine = Machine::new(1);
    machine.handle(Event::Start);
    machine.handle(pending(4, 0, 0));
    assert_eq!(machine.handle(restored(3)), [Effect::Rebase { epoch: "e1".into(), next_n: 3 }]);
    assert!(matches!(&machine.handle(Event::StoreFailed)[..], [Effect::Timer(_)]), "tried again later");
}

#[test]
fn a_server_that_knows_more_of_this_device_than_it_does_knows_a_copy_of_it() {
    let mut machine = Machine::new(1);
    machine.handle(Event::Start);
    machine.handle(pending(4, 0, 0));
    assert_eq!(machine.handle(restored(5)), [Effect::Enrol]);
    assert!(matches!(&machine.handle(Event::Enrolled)[..], [Effect::Load { .. }]));
    machine.handle(pending(1, 1, 1));
    let effects = machine.handle(Event::Failed(Failure::Forked));
    assert!(matches!(shown(&effects), Some(Status::NeedsYou(_))), "not over and over: {effects:?}");
}

#[test]
fn what_both_had_unsent_is_answered_for_before_a_copy_becomes_another_device() {
    let mut machine = sending(3, 3);
    let ask = |machine: &mut Machine, from, count, waiting| done(machine.handle(pending(from, count, waiting)));
    let forked = |machine: &mut Machine| done(machine.handle(Event::Failed(Failure::Forked)));
    // The other has sent the first two, and something else for the third.
    assert_eq!(forked(&mut machine), [Effect::Load { max: 1 }]);
    ask(&mut machine, 1, 1, 3);
    let receipts = vec![Receipt { n: 1, verdict: Verdict::Applied, stamp: None }];
    let known = SyncResponse { next_n: 4, ..answer(receipts) };
    assert!(matches!(&machine.handle(Event::Answered(Box::new(known)))[..], [Effect::Commit(_)]));
    assert_eq!(done(machine.handle(committed(2))), [Effect::Load { max: 2 }]);
    ask(&mut machine, 2, 2, 2);
    assert_eq!(forked(&mut machine), [Effect::Load { max: 1 }]);
    ask(&mut machine, 2, 1, 2);
    let receipts = vec![Receipt { n: 2, verdict: Verdict::Applied, stamp: None }];
    // It has more of this device by now than this device ever made, and yet something waits that both may have had.
    let more = SyncResponse { next_n: 9, ..answer(receipts) };
    assert!(matches!(&machine.handle(Event::Answered(Box::new(more)))[..], [Effect::Commit(_)]));
    assert_eq!(done(machine.handle(committed(1))), [Effect::Load { max: 2 }]);
    ask(&mut machine, 3, 1, 1);
    assert_eq!(forked(&mut machine), [Effect::Enrol]);
}

#[test]
fn a_copy_that_could_not_become_another_device_tries_again() {
    let mut machine = sending(1, 1);
    assert_eq!(machine.handle(Event::Failed(Failure::Forked)), [Effect::Enrol]);
    timer(&machine.handle(Event::Failed(Failure::Offline)));
    machine.handle(Event::Timer);
    machine.handle(pending(1, 1, 1));
    assert_eq!(machine.handle(Event::Failed(Failure::Forked)), [Effect::Enrol]);
}

#[test]
fn a_copy_asks_on_until_nothing_of_it_waits_and_may_be_copied_again() {
    let mut machine = sending(2, 2);
    let receipts = (1..3).map(|n| Receipt { n, verdict: Verdict::Applied, stamp: None }).collect();
    let more = SyncResponse { next_n: 9, ..answer(receipts) };
    machine.handle(Event::Answered(Box::new(more)));
    assert_eq!(done(machine.handle(committed(0))), [Effect::Load { max: 500 }], "at once");
    machine.handle(pending(3, 0, 0));
    assert_eq!(machine.handle(restored(9)), [Effect::Enrol]);
    machine.handle(Event::Enrolled);
    machine.handle(pending(1, 1, 1));
    machine.handle(applied(1, 1));
    machine.handle(committed(1));
    machine.handle(pending(2, 1, 1));
    assert_eq!(machine.handle(Event::Failed(Failure::Forked)), [Effect::Enrol], "this one was copied, too");
}

#[test]
fn a_copy_that_wrote_while_its_request_was_under_way_first_asks_what_became_of_that() {
    let mut machine = sending(0, 0);
    assert_eq!(machine.handle(Event::Wake), [], "it is copied with what it writes now, and the copy is quicker");
    assert!(matches!(machine.handle(restored(9))[..], [Effect::Commit(_)]));
    assert_eq!(done(machine.handle(committed(2))), [Effect::Load { max: 500 }]);
    machine.handle(pending(1, 2, 2));
    let receipts = (1..3).map(|n| Receipt { n, verdict: Verdict::Applied, stamp: None }).collect();
    machine.handle(Event::Answered(Box::new(SyncResponse { next_n: 9, ..answer(receipts) })));
    machine.handle(committed(0));
    machine.handle(pending(3, 0, 0));
    assert_eq!(machine.handle(restored(9)), [Effect::Enrol]);
}

#[test]
fn a_copy_that_meets_a_restored_server_becomes_another_device_before_it_begins_again() {
    let mut machine = sending(2, 2);
    machine.handle(Event::Failed(Failure::EpochChanged("e2".into())));
    machine.handle(Event::Timer);
    let request = machine.handle(pending(1, 2, 2));
    assert!(sent(&request).mutations.is_empty());
    let more = SyncResponse { epoch: "e2".into(), next_n: 9, ..answer(vec![]) };
    assert_eq!(machine.handle(Event::Answered(Box::new(more))), [Effect::Enrol]);
    machine.handle(Event::Enrolled);
    machine.handle(pending(1, 2, 2));
    let none = SyncResponse { epoch: "e2".into(), next_n: 1, ..answer(vec![]) };
    let effects = machine.handle(Event::Answered(Box::new(none)));
    assert_eq!(effects, [Effect::Rebase { epoch: "e2".into(), next_n: 1 }], "with what it stands on");
}

#[test]
fn a_new_device_says_what_it_has_to_say_then_fetches_and_is_not_called_saved_before() {
    let mut machine = Machine::new(1);
    machine.handle(Event::Start);
    let new = |from, waiting: u64, epoch: Option<&str>| {
        let mutations = mutations(from, waiting);
        let (position, next_n) = (Position { epoch: epoch.map(str::to_owned), cursor: 0, since: 0 }, from + waiting);
        let device = DeviceId(1);
        Event::Loaded(Pending {
            device,
            mutations,
            waiting: waiting as usize,
            position,
            next_n,
            wanted: vec![],
            scope: Scope::of(Age::Old),
        })
    };
    let effects = machine.handle(new(1, 1, None));
    let asked = sent(&effects);
    assert_eq!((asked.mutations.len(), asked.limit), (0, 0), "a push names the epoch, so that is asked for first");
    let nothing = SyncResponse { cursor: 0, since: 0, has_more: true, ..answer(vec![]) };
    machine.handle(Event::Answered(Box::new(nothing)));
    let effects = machine.handle(committed(1));
    assert_eq!(done(effects), [Effect::Load { max: 500 }], "what waits is sent at once");
    let effects = machine.handle(new(1, 1, Some("e1")));
    let asked = sent(&effects);
    assert_eq!((asked.mutations.len(), asked.limit, asked.epoch.as_deref()), (1, 0, Some("e1")));
    let receipts = vec![Receipt { n: 1, verdict: Verdict::Applied, stamp: None }];
    let answer = SyncResponse { cursor: 0, since: 0, has_more: true, next_n: 2, ..answer(receipts) };
    machine.handle(Event::Answered(Box::new(answer.clone())));
    let effects = machine.handle(committed(0));
    assert_eq!(effects, [Effect::Load { max: 500 }], "nothing is called saved: {effects:?}");
    assert_eq!(machine.handle(new(2, 0, Some("e1"))), [Effect::Fetch]);
    assert_eq!(machine.handle(Event::Fetched), [Effect::Load { max: 500 }]);
    assert!(sent(&machine.handle(new(2, 0, Some("e1")))).limit > 0, "what came since is asked for");
    let answer = SyncResponse { receipts: vec![], cursor: 9, since: 9, has_more: false, ..answer };
    machine.handle(Event::Answered(Box::new(answer)));
    assert_eq!(shown(&machine.handle(committed(0))), Some(Status::Saved));
}

#[test]
fn a_device_that_keeps_less_drops_it_page_by_page_and_compares_itself_then() {
    let moving = |after: Option<&RecordKey>| Moving { from: Age::Old, after: after.cloned(), then: None };
    let loaded = |waiting: u64, moving: Option<Moving>| {
        let scope = Scope { keep: Age::Recent, moving };
        let (mutations, position) = (mutations(1, waiting), position(5));
        let (waiting, next_n) = (waiting as usize, 1 + waiting);
        Event::Loaded(Pending { device: DeviceId(1), mutations, waiting, position, next_n, wanted: vec![], scope })
    };
    let mut machine = Machine::new(1);
    machine.handle(Event::Start);
    assert_eq!(sent(&machine.handle(loaded(1, Some(moving(None))))).scope, Age::Recent, "nothing older is wanted");
    machine.handle(applied(1, 1));
    let step = |after| Effect::Rescope { to: Age::Recent, moving: moving(after) };
    assert_eq!(done(machine.handle(committed(0))), [step(None)], "what waits goes first");
    let key = RecordKey::new("lead", RecordId::singleton(9));
    assert_eq!(machine.handle(Event::Rescoped(Some(key.clone()))), [step(Some(&key))]);
    assert!(machine.handle(Event::Wake).is_empty());
    let effects = machine.handle(Event::Rescoped(Some(key.clone())));
    assert!(matches!(&effects[..], [Effect::Load { .. }]), "an edit does not wait for the end of it: {effects:?}");
    machine.handle(loaded(1, Some(moving(Some(&key)))));
    machine.handle(applied(1, 1));
    assert_eq!(done(machine.handle(committed(0))), [step(Some(&key))], "it goes on where it was");
    machine.handle(Event::Failed(Failure::Offline));
    machine.handle(Event::Timer);
    machine.handle(loaded(0, Some(moving(Some(&key)))));
    machine.handle(restored(1));
    assert_eq!(done(machine.handle(committed(0))), [step(Some(&key))], "a lost answer is asked for again");
    assert!(matches!(&machine.handle(Event::Rescoped(None))[..], [Effect::Load { .. }]));
    machine.handle(loaded(0, None));
    machine.handle(restored(1));
    assert_eq!(done(machine.handle(committed(0))), [Effect::Check]);
}

#[test]
fn a_device_from_before_the_horizon_sends_what_waits_catches_up_and_compares_itself_at_once() {
    let mut machine = sending(1, 1);
    let outdated = |answer: SyncResponse| Event::Answered(Box::new(SyncResponse { outdated: true, ..answer }));
    let receipts = vec![Receipt { n: 1, verdict: Verdict::Applied, stamp: None }];
    machine.handle(outdated(SyncResponse { cursor: 9, next_n: 2, has_more: true, ..self::answer(receipts) }));
    assert!(matches!(&done(machine.handle(committed(0)))[..], [Effect::Load { .. }]), "first all of it");
    machine.handle(pending(2, 0, 0));
    machine.handle(restored(2));
    assert_eq!(done(machine.handle(committed(0))), [Effect::Check]);
}

#[test]
fn an_idle_device_compares_itself_and_mends_what_differs() {
    let mut machine = Machine::new(1);
    machine.handle(Event::Start);
    let looks = |machine: &mut Machine, event: Event| {
        machine.handle(event);
        machine.handle(pending(1, 0, 0));
        machine.handle(restored(1));
        done(machine.handle(committed(0)))
    };
    let effects = looks(&mut machine, Event::Timer);
    assert!(effects.contains(&Effect::Timer(POLL)), "not while the app starts: {effects:?}");
    assert_eq!(looks(&mut machine, Event::Timer), [Effect::Check]);
    let repair = |after| Effect::Repair { buckets: vec![3, 7], after };
    assert_eq!(machine.handle(Event::Checked(Finding::Differs(vec![3, 7]))), [repair(None)]);
    let key = RecordKey::new("lead", RecordId::singleton(9));
    assert_eq!(machine.handle(Event::Repaired(Some(key.clone()))), [repair(Some(key))]);
    assert!(matches!(&machine.handle(Event::Repaired(None))[..], [Effect::Load { .. }]), "what it lacked is sent");
    machine.handle(pending(1, 1, 1));
    machine.handle(applied(1, 1));
    assert_eq!(done(machine.handle(committed(0))), [Effect::Check], "and both are compared again");
    assert!(machine.handle(Event::Checked(Finding::Same)).contains(&Effect::Timer(POLL)));
    assert!(looks(&mut machine, Event::Timer).contains(&Effect::Timer(POLL)), "not for hours");
    let polls = 6 * 60 * 60 * 1_000 / POLL;
    let checks = (0..polls).filter(|_| looks(&mut machine, Event::Timer).contains(&Effect::Check)).count();
    assert_eq!(checks, 1);
    assert!(machine.handle(Event::Failed(Failure::Offline)).iter().any(|effect| matches!(effect, Effect::Timer(_))));
}

#[test]
fn refused_changes_are_counted_until_a_person_has_looked() {
    let mut machine = sending(1, 1);
    machine.handle(applied(1, 1));
    let effects = machine.handle(Event::Committed { waiting: 0, rejected: 1 });
    let sentence = Status::NeedsYou("The server refused one change; look at it under Sync.".into());
    assert_eq!(shown(&effects), Some(sentence));
    machine.handle(Event::Wake);
    machine.handle(pending(2, 0, 0));
    machine.handle(restored(2));
    let effects = machine.handle(Event::Committed { waiting: 0, rejected: 2 });
    let sentence = Status::NeedsYou("The server refused 2 changes; look at them under Sync.".into());
    assert_eq!(shown(&effects), Some(sentence));
}

#[test]
fn a_restored_server_is_read_from_the_beginning_even_if_the_first_try_is_lost() {
    let from_the_beginning = |request: &SyncRequest| {
        assert_eq!((request.epoch.as_deref(), request.cursor, request.since), (Some("e2"), 0, 0));
        assert!(request.mutations.is_empty(), "first it must say what it has of this device");
    };
    let mut machine = sending(1, 1);
    timer(&machine.handle(Event::Failed(Failure::EpochChanged("e2".into()))));
    machine.handle(Event::Timer);
    from_the_beginning(sent(&machine.handle(pending(1, 1, 1))));
    machine.handle(Event::Failed(Failure::Offline));
    machine.handle(Event::Timer);
    from_the_beginning(sent(&machine.handle(pending(1, 1, 1))));
    let reply = SyncResponse { epoch: "e2".into(), has_more: true, ..answer(vec![]) };
    let effects = machine.handle(Event::Answered(Box::new(reply)));
    assert_eq!(effects, [Effect::Rebase { epoch: "e2".into(), next_n: 1 }]);
    machine.handle(Event::Rebased);
    assert_eq!(sent(&machine.handle(pending(1, 1, 1))).mutations.len(), 1, "and then what is unsent goes");
    // An old server answers with an epoch that nobody asked for.
    let mut machine = sending(1, 1);
    let effects = machine.handle(Event::Answered(Box::new(SyncResponse { epoch: "e9".into(), ..answer(vec![]) })));
    assert!(matches!(&effects[..], [Effect::Timer(_)]), "nothing of it is stored: {effects:?}");
}

#[test]
fn a_store_that_fails_is_tried_again_ever_more_slowly() {
    let mut machine = Machine::new(1);
    machine.handle(Event::Start);
    let mut waits = vec![];
    for _ in 0..8 {
        machine.handle(pending(1, 1, 1));
        machine.handle(applied(1, 1));
        waits.push(timer(&machine.handle(Event::StoreFailed)));
        assert_eq!(machine.handle(Event::Timer), vec![Effect::Load { max: 500 }]);
    }
    assert!(waits[7] >= 30_000, "a full disk is no reason to press the server: {waits:?}");
    assert!(timer(&machine.handle(Event::StoreFailed)) >= 30_000);
}

#[test]
fn an_answer_that_moves_nothing_is_not_asked_for_again_at_once() {
    let mut machine = sending(0, 0);
    machine.handle(Event::Answered(Box::new(SyncResponse { has_more: true, ..answer(vec![]) })));
    assert_eq!(timer(&machine.handle(committed(0))), POLL);
    let mut machine = sending(0, 4);
    machine.handle(Event::Answered(Box::new(answer(vec![]))));
    assert_eq!(timer(&machine.handle(committed(4))), POLL, "a store that loads nothing of what waits");
}

#[test]
fn what_comes_at_the_wrong_time_changes_nothing() {
    let late =
        || vec![Event::Timer, pending(1, 1, 1), Event::Failed(Failure::Offline), Event::StoreFailed, committed(1)];
    let mut machine = Machine::new(1);
    for event in late().into_iter().chain([applied(1, 1), Event::Wake, Event::Stop]) {
        assert_eq!(machine.handle(event.clone()), vec![], "before it starts: {event:?}");
    }
    let mut machine = sending(1, 1);
    for event in [Event::Timer, pending(1, 1, 1), Event::StoreFailed, committed(1)] {
        assert_eq!(machine.handle(event.clone()), vec![], "while it sends: {event:?}");
    }
    assert!(matches!(&machine.handle(applied(1, 1))[..], [Effect::Commit(_)]), "it still waits for the answer");
    let effects = machine.handle(Event::Stop);
    assert_eq!(effects, vec![Effect::Status(Status::Local)]);
    for event in late().into_iter().chain([applied(1, 1), Event::Wake]) {
        assert_eq!(machine.handle(event.clone()), vec![], "after it was stopped: {event:?}");
    }
    assert_eq!(machine.handle(Event::Start), vec![Effect::Load { max: 500 }]);
}

/// A machine at rest whose server tells it of news, and which has read up to 5.
fn live() -> Machine {
    let mut machine = Machine::new(1);
    machine.handle(Event::Start);
    machine.handle(pending(1, 0, 0));
    machine.handle(Event::Answered(Box::new(answer(vec![]))));
    assert!(machine.handle(committed(0)).contains(&Effect::Listen));
    // Once the start is over, it compares itself.
    machine.handle(Event::Timer);
    machine.handle(pending(1, 0, 0));
    machine.handle(Event::Answered(Box::new(answer(vec![]))));
    assert_eq!(machine.handle(committed(0)), [Effect::Check]);
    machine.handle(Event::Checked(Finding::Same));
    let effects = machine.handle(Event::Live(true));
    assert!(timer(&effects) > 10 * POLL, "who is told need not ask: {effects:?}");
    machine
}

#[test]
fn a_device_that_is_told_of_news_fetches_them_and_of_none_asks_nothing() {
    let mut machine = live();
    assert_eq!(machine.handle(Event::Head(5)), vec![], "it has read as far");
    assert_eq!(machine.handle(Event::Head(9)), vec![Effect::Load { max: 500 }]);
    assert_eq!(machine.handle(Event::Head(10)), vec![], "that is under way already");
    machine.handle(pending(1, 0, 0));
    machine.handle(Event::Answered(Box::new(SyncResponse { cursor: 10, since: 10, ..answer(vec![]) })));
    let effects = machine.handle(committed(0));
    assert!(timer(&effects) > 10 * POLL, "{effects:?}");
}

#[test]
fn a_device_that_only_listens_asks_nothing_for_an_hour_and_compares_itself_when_it_is_time() {
    let mut machine = live();
    let hour = 60 * 60 * 1_000;
    let (mut due, mut asked) = (LIVE_LOOK, Vec::new());
    for now in (0..7 * hour).step_by(10_000) {
        assert_eq!(machine.handle(Event::Head(5)), vec![], "a beat says nothing new");
        if now < due {
            continue;
        }
        let mut effects = machine.handle(Event::Timer);
        if effects == [Effect::Load { max: 500 }] {
            asked.push(now);
            machine.handle(pending(1, 0, 0));
            machine.handle(Event::Answered(Box::new(answer(vec![]))));
            assert_eq!(machine.handle(committed(0)), [Effect::Check]);
            effects = machine.handle(Event::Checked(Finding::Same));
        }
        assert_eq!(effects, [Effect::Timer(LIVE_LOOK)]);
        due = now + LIVE_LOOK;
    }
    assert_eq!(asked, [6 * hour]);
}

#[test]
fn a_word_that_was_lost_is_made_up_for_by_the_next_beat() {
    let mut machine = live();
    for _ in 0..3 {
        assert_eq!(machine.handle(Event::Head(5)), vec![]);
    }
    // What said 9 was lost, and so was the time at which it would have been asked for.
    machine.handle(Event::Timer);
    assert_eq!(machine.handle(Event::Head(9)), vec![Effect::Load { max: 500 }]);
}

#[test]
fn a_device_that_is_told_of_news_asks_all_the_same_while_something_of_its_own_waits() {
    let mut machine = live();
    machine.handle(Event::Wake);
    machine.handle(pending(1, 1, 1));
    machine.handle(applied(1, 1));
    machine.handle(committed(1));
    machine.handle(pending(2, 0, 1));
    machine.handle(restored(2));
    machine.handle(committed(1));
    assert_eq!(machine.handle(Event::Timer), vec![Effect::Load { max: 500 }]);
}

#[test]
fn what_was_said_while_busy_is_asked_for_after_and_a_word_that_nothing_stands_behind_only_once() {
    let mut machine = live();
    machine.handle(Event::Wake);
    machine.handle(pending(1, 0, 0));
    machine.handle(Event::Head(12));
    machine.handle(Event::Answered(Box::new(SyncResponse { cursor: 7, since: 7, ..answer(vec![]) })));
    assert_eq!(done(machine.handle(committed(0))), vec![Effect::Load { max: 500 }]);
    machine.handle(pending(1, 0, 0));
    let request_at = |cursor| Event::Answered(Box::new(SyncResponse { cursor, since: cursor, ..answer(vec![]) }));
    machine.handle(request_at(5));
    let effects = machine.handle(committed(0));
    assert!(matches!(effects.last(), Some(Effect::Timer(_))), "nothing spins: {effects:?}");
}

#[test]
fn a_live_connection_that_is_lost_is_a_reason_to_look_soon_and_to_listen_again() {
    let mut machine = live();
    let effects = machine.handle(Event::Live(false));
    assert!((1_000..=3_000).contains(&timer(&effects)), "{effects:?}");
    assert_eq!(machine.handle(Event::Live(false)), vec![], "once");
    assert_eq!(machine.handle(Event::Timer), vec![Effect::Load { max: 500 }]);
    machine.handle(pending(1, 0, 0));
    machine.handle(Event::Answered(Box::new(answer(vec![]))));
    assert!(machine.handle(committed(0)).contains(&Effect::Listen));
}

#[test]
fn a_retry_is_not_put_off_by_a_live_connection_that_opens() {
    let mut machine = sending(1, 1);
    let retry = timer(&machine.handle(Event::Failed(Failure::Offline)));
    assert!(retry <= 1_000);
    assert_eq!(machine.handle(Event::Live(true)), vec![], "what failed is tried again as it would have been");
    assert_eq!(machine.handle(Event::Timer), vec![Effect::Load { max: 500 }]);
}

#[test]
fn live_connections_that_are_cut_at_once_are_asked_for_ever_more_seldom_until_one_lasts() {
    let mut machine = live();
    let lost = |machine: &mut Machine| {
        let pause = timer(&machine.handle(Event::Live(false)));
        machine.handle(Event::Timer);
        machine.handle(pending(1, 0, 0));
        machine.handle(Event::Answered(Box::new(answer(vec![]))));
        machine.handle(committed(0));
        machine.handle(Event::Live(true));
        pause
    };
    let pauses: Vec<u64> = (0..8).map(|_| lost(&mut machine)).collect();
    assert!(pauses[0] <= 3_000 && pauses[7] >= 90_000, "{pauses:?}");
    for _ in 0..3 {
        machine.handle(Event::Head(5));
    }
    assert!(lost(&mut machine) <= 3_000);
}
