//! Telling stories: one, one at length, or as many as are wanted.

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

use thiserror::Error;

use crate::check;
use crate::fault::Fault;
use crate::story::{StoreKind, Story};
use crate::tally::Tally;
use crate::world::World;

/// A promise that was not kept.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("not true: {promise}\n{what}")]
pub struct Broken {
    /// Which one.
    pub promise: &'static str,
    /// What is so instead.
    pub what: String,
}

impl Broken {
    pub(crate) const fn new(promise: &'static str, what: String) -> Self {
        Self { promise, what }
    }
}

/// How a part of a story ends.
pub(crate) type Told = Result<(), Broken>;

/// What a story was about.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Summary {
    /// Mutations written and requests that arrived.
    pub ops: u64,
    /// What happened how often.
    pub tally: Tally,
    /// The number of the last row: a story that is told twice ends alike.
    pub head: u64,
    /// What the clock shows at the end.
    pub now: u64,
}

/// Tells a story to its end and checks everything.
///
/// # Errors
/// The first promise that is broken.
pub fn tell(story: &Story) -> Result<Summary, Broken> {
    let whole = || {
        let mut world = World::new(story, false)?;
        through(&mut world, story)?;
        Ok(Summary { ops: world.ops, tally: world.seen(), head: world.head, now: world.now })
    };
    quietly(whole)
}

/// What happened last in a story that goes wrong, and how it goes wrong.
pub fn tell_at_length(story: &Story) -> String {
    let mut last = String::new();
    let whole = || {
        let mut world = World::new(story, true)?;
        let outcome = catch_unwind(AssertUnwindSafe(|| through(&mut world, story)));
        last = world.told();
        outcome.unwrap_or_else(|panic| Err(Broken::new(PANIC, said(&*panic))))
    };
    match quietly(whole) {
        Ok(()) => "All is well.".to_owned(),
        Err(broken) => format!("{last}{broken}"),
    }
}

fn through(world: &mut World, story: &Story) -> Told {
    world.run(story.ops)?;
    world.heal()?;
    check::all(world)
}

const PANIC: &str = "nothing panics";

/// A panic is a broken promise too.
fn quietly<T>(work: impl FnOnce() -> Result<T, Broken>) -> Result<T, Broken> {
    catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|panic| Err(Broken::new(PANIC, said(&*panic))))
}

fn said(panic: &(dyn std::any::Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().map(|text| (*text).to_owned());
    text.or_else(|| panic.downcast_ref::<String>().cloned()).unwrap_or_default()
}

/// Tells the stories of one seed after the other, on all cores, until there are so many operations. `hear` is told how
/// many there are so far. What comes of it does not depend on how many cores there are.
///
/// # Errors
/// The first story that goes wrong, and how.
pub fn tell_many(
    first: u64,
    ops: u64,
    story: impl Fn(u64) -> Story + Sync,
    hear: impl Fn(u64) + Sync,
) -> Result<Summary, Box<(Story, Broken)>> {
    let (next, done) = (AtomicU64::new(first), AtomicU64::new(0));
    let told = Mutex::new(BTreeMap::new());
    let teller = || {
        while done.load(Ordering::Relaxed) < ops {
            let seed = next.fetch_add(1, Ordering::Relaxed);
            let outcome = tell(&story(seed));
            match &outcome {
                Ok(summary) => hear(done.fetch_add(summary.ops, Ordering::Relaxed) + summary.ops),
                Err(_) => done.store(u64::MAX >> 1, Ordering::Relaxed),
            }
            told.lock().unwrap_or_else(PoisonError::into_inner).insert(seed, outcome);
        }
    };
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    std::thread::scope(|scope| (0..cores).for_each(|_| drop(scope.spawn(teller))));
    // Some were told only because another core was at work as well.
    let mut sum = Summary::default();
    for (seed, outcome) in told.into_inner().unwrap_or_else(PoisonError::into_inner) {
        let summary = outcome.map_err(|broken| (story(seed), broken))?;
        sum.ops += summary.ops;
        sum.tally.add(&summary.tally);
        if sum.ops >= ops {
            break;
        }
    }
    Ok(sum)
}

/// The story of a seed when stores take turns: mostly in memory, which is quick, sometimes both, sometimes SQLite alone.
/// In some of them the server goes back to a backup more often than it would by chance, in some months go by, in some people's
/// roles change.
pub fn by_turns(seed: u64) -> Story {
    let store = match seed % 8 {
        0 => StoreKind::Sqlite,
        1 | 2 => StoreKind::Both,
        _ => StoreKind::Memory,
    };
    let mut story = Story::of(seed, store);
    if matches!(seed % 8, 1 | 3) {
        story.with.insert(Fault::Rollback);
    }
    if matches!(seed % 8, 2 | 3 | 5) {
        story.with.insert(Fault::Horizon);
    }
    if matches!(seed % 8, 2 | 4 | 6) {
        story.with.insert(Fault::Role);
    }
    story
}
