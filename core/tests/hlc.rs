//! Stamps: their text sorts as they do, and no wall clock can make a device contradict itself.

use outpost_core::hlc::{Clock, Hlc, HlcError, MAX_MS};
use outpost_core::id::DeviceId;
use proptest::prelude::*;

fn stamp() -> impl Strategy<Value = Hlc> {
    let ms = prop_oneof![Just(0), Just(MAX_MS), 0..=MAX_MS, 1_700_000_000_000..1_800_000_000_000u64];
    let counter = prop_oneof![Just(0), Just(u16::MAX), any::<u16>()];
    let device = prop_oneof![Just(0), Just(u64::MAX), any::<u64>()];
    (ms, counter, device).prop_map(|(ms, counter, device)| Hlc { ms, counter, device: DeviceId(device) })
}

/// Any reading of a wall clock, sane or not.
fn wall() -> impl Strategy<Value = u64> {
    prop_oneof![Just(0), Just(u64::MAX), any::<u64>(), 0..10u64, 1_700_000_000_000..1_700_000_000_010u64]
}

#[derive(Debug, Clone)]
enum Happening {
    Tick(u64),
    Observe(Hlc),
    Correct(u64, u64),
    Stored,
}

fn happening() -> impl Strategy<Value = Happening> {
    // A peer's stamps are bounded by the server, so they are never from the end of time.
    let bounded = stamp().prop_map(|stamp| Hlc { ms: stamp.ms / 2, ..stamp });
    prop_oneof![
        4 => wall().prop_map(|ms| Happening::Tick(ms / 4)),
        2 => bounded.prop_map(Happening::Observe),
        1 => (wall(), wall()).prop_map(|(server, wall)| Happening::Correct(server / 8, wall)),
        1 => Just(Happening::Stored),
    ]
}

proptest! {
    #[test]
    fn text_order_is_clock_order_and_text_reads_back(a in stamp(), b in stamp()) {
        prop_assert_eq!(a.to_string().cmp(&b.to_string()), a.cmp(&b));
        prop_assert_eq!(a.to_string().len(), 34);
        prop_assert_eq!(a.to_string().parse(), Ok(a));
        let json = serde_json::to_string(&a).expect("a stamp has a JSON form");
        prop_assert_eq!(serde_json::from_str::<Hlc>(&json).expect("it reads back"), a);
        prop_assert_eq!(serde_json::from_value::<Hlc>(serde_json::json!(a)).expect("from a value too"), a);
    }

    #[test]
    fn each_stamp_is_later_than_all_given_or_seen_whatever_the_wall_clock_does(
        happenings in prop::collection::vec(happening(), 1..200)
    ) {
        let mut clock = Clock::new(DeviceId(5));
        let mut latest = Hlc::ZERO;
        for happening in happenings {
            match happening {
                Happening::Tick(wall) => match clock.tick(wall) {
                    Ok(given) => {
                        prop_assert!(given > latest, "{} after {}", given, latest);
                        prop_assert_eq!(given.device, DeviceId(5));
                        latest = given;
                    }
                    Err(error) => {
                        prop_assert_eq!(error, HlcError::Exhausted);
                        prop_assert_eq!((latest.ms, latest.counter), (MAX_MS, u16::MAX));
                    }
                },
                Happening::Observe(seen) => {
                    clock.observe(seen);
                    latest = latest.max(seen);
                }
                Happening::Correct(server, wall) => clock.correct(server, wall),
                Happening::Stored => {
                    let stored = serde_json::to_string(&clock).expect("a clock has a JSON form");
                    clock = serde_json::from_str(&stored).expect("it reads back");
                }
            }
        }
    }

    #[test]
    fn a_clock_that_is_reined_in_still_stamps_after_all_it_has_seen(
        ahead in 0..100_000_000u64, seen in 0..200_000u64, edits in 1..20usize
    ) {
        let now = 1_700_000_000_000;
        let mut clock = Clock::new(DeviceId(5));
        for _ in 0..edits {
            clock.tick(now + ahead).expect("a stamp");
        }
        clock.correct(now, now + ahead);
        let seen = Hlc { ms: now + seen, counter: 7, device: DeviceId(9) };
        clock.observe(seen);
        clock.rein_in(seen, now + ahead);
        let given = clock.tick(now + ahead).expect("a stamp");
        prop_assert!(given > seen);
        prop_assert!(given.ms <= seen.ms.max(now) + 1, "it is not ahead any more");
    }

    #[test]
    fn text_that_is_no_stamp_is_refused_and_never_panics(text in "\\PC{0,40}", cut in 0..34usize, put in any::<char>()) {
        if text.parse::<Hlc>().is_ok() {
            prop_assert_eq!(text.len(), 34);
        }
        let mut broken: Vec<char> = Hlc::ZERO.to_string().chars().collect();
        broken[cut] = put;
        let broken: String = broken.into_iter().collect();
        if let Ok(read) = broken.parse::<Hlc>() {
            prop_assert_eq!(read.to_string(), broken, "one stamp has one text");
        }
    }
}

#[test]
fn a_clock_set_back_goes_on_by_its_counter_and_carries_into_the_next_millisecond() {
    let mut clock = Clock::new(DeviceId(1));
    let before = clock.tick(5_000).expect("a stamp");
    let years_back = clock.tick(1).expect("a stamp");
    assert_eq!((years_back.ms, years_back.counter), (5_000, 1));
    for _ in 2..=u16::MAX {
        clock.tick(0).expect("a stamp");
    }
    let carried = clock.tick(0).expect("a stamp");
    assert_eq!((carried.ms, carried.counter), (5_001, 0));
    assert!(carried > before);
    assert_eq!(clock.tick(6_000).map(|stamp| (stamp.ms, stamp.counter)), Ok((6_000, 0)));
}

#[test]
fn a_clock_is_never_reined_in_below_what_it_saw_long_before() {
    let (now, ahead) = (1_700_000_000_000, 3_600_000);
    let mut clock = Clock::new(DeviceId(5));
    let seen = Hlc { ms: now + 59_000, counter: 0, device: DeviceId(9) };
    clock.observe(seen);
    clock.tick(now + ahead).expect("a stamp");
    clock.correct(now, now + ahead);
    clock.rein_in(Hlc { ms: now, counter: 0, device: DeviceId(5) }, now + ahead);
    assert!(clock.tick(now + ahead).expect("a stamp") > seen, "an edit of what was seen wins over it");
}

#[test]
fn at_the_end_of_time_it_says_so() {
    let mut clock = Clock::new(DeviceId(1));
    clock.observe(Hlc { ms: MAX_MS, counter: u16::MAX, device: DeviceId(0) });
    let error = clock.tick(0).expect_err("no later stamp exists");
    assert_eq!(error.to_string(), "this device's clock stands at the end of time; set its date and reload");
}

#[test]
fn a_corrected_clock_stamps_server_time() {
    let mut clock = Clock::new(DeviceId(1));
    let (server, wall) = (1_800_000_000_000, 1_700_000_000_000);
    clock.correct(server, wall);
    assert_eq!(clock.tick(wall + 250).map(|stamp| stamp.ms), Ok(server + 250));
    clock.correct(wall, server);
    assert_eq!(clock.corrected(server), wall);
    assert_eq!(clock.corrected(0), 0, "never before 1970");
    clock.correct(u64::MAX, 0);
    assert_eq!(clock.corrected(u64::MAX), MAX_MS, "never beyond what a stamp holds");
}

#[test]
fn equal_times_are_ordered_by_device_everywhere() {
    let at = |device| Hlc { ms: 1, counter: 1, device: DeviceId(device) };
    assert!(at(1) < at(2) && at(u64::MAX) > at(2));
}
