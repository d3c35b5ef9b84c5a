//! A made-up business with a year of work behind it: leads from seventeen countries in their own scripts, the companies
//! and contacts that they became, calls and meetings, deals with their stage history, invoices that are drafts, open, overdue, paid and void.
//!
//! It comes as mutations, as a device would have made them, so that it enters a workspace through the ordinary write
//! path and every rule applies to it. Everything follows from the arguments: the same ones give the same mutations. Whoever appears here is invented; mail domains end in `.example`.

mod activities;
mod calendar;
mod course;
mod cultures;
mod customer;
mod day;
mod invoices;
mod random;
mod sample;
mod wares;

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use chrono::NaiveDate;

use crate::hlc::Clock;
use crate::id::DeviceId;
use crate::mutation::{Mutation, Op};
use crate::records::SCHEMA_VERSION;
use calendar::Calendar;
use course::{Step, World};
pub use sample::sample;

/// How long the story is, in days.
const YEAR_DAYS: u64 = 365;
/// The most ops in one mutation.
const MOST_OPS: usize = 50;
/// Up to so many leads each piece of work is a mutation of its own.
const FEW_LEADS: usize = 1_000;
/// With more leads, what happened within so many milliseconds goes into one mutation.
const WINDOW_MS: u64 = 3_600_000;

/// A year of work with `leads` leads, about a third as many deals and a fifth as many invoices.
///
/// The mutations are numbered from 1, stamped in order by `device` within the year before `now_ms` (milliseconds since
/// 1970, never later), and have at most 50 ops each. `series` is the device's invoice number series, such as `K7`;
/// `today` the civil date at `now_ms`.
pub fn mutations(leads: usize, seed: u64, device: DeviceId, now_ms: u64, series: &str, today: NaiveDate) -> Mutations {
    let world = World::new(seed, series, Calendar::new(now_ms, today, YEAR_DAYS), leads);
    Mutations::of(world, device, if leads > FEW_LEADS { WINDOW_MS } else { 0 })
}

/// The iterator that [`mutations`] returns.
#[derive(Debug)]
pub struct Mutations {
    world: World,
    queue: BinaryHeap<Reverse<Planned>>,
    /// How many steps were ever planned; orders those of one time.
    scheduled: u64,
    clock: Clock,
    window_ms: u64,
    n: u64,
    held: Option<Batch>,
}

/// Work that goes into one mutation.
#[derive(Debug)]
struct Batch {
    first_ms: u64,
    last_ms: u64,
    ops: Vec<Op>,
}

impl Mutations {
    /// What happens in a world, by a device; what happens within `window_ms` goes into one mutation.
    fn of(world: World, device: DeviceId, window_ms: u64) -> Self {
        let start_ms = world.calendar.start_ms();
        let (queue, clock) = (BinaryHeap::new(), Clock::new(device));
        let mut mutations = Self { world, queue, scheduled: 0, clock, window_ms, n: 0, held: None };
        mutations.schedule(start_ms, Step::Open);
        mutations
    }

    fn schedule(&mut self, at_ms: u64, step: Step) {
        if at_ms <= self.world.calendar.now_ms() {
            self.scheduled += 1;
            self.queue.push(Reverse(Planned { at_ms, order: self.scheduled, step }));
        }
    }

    /// The next piece of work; `None` when today is reached.
    fn work(&mut self) -> Option<Batch> {
        loop {
            let Reverse(planned) = self.queue.pop()?;
            let at_ms = self.world.calendar.office_hours(planned.at_ms);
            let (ops, follow_ups) = self.world.run(planned.step, at_ms);
            for (delay_ms, step) in follow_ups {
                self.schedule(planned.at_ms.saturating_add(delay_ms), step);
            }
            if !ops.is_empty() {
                return Some(Batch { first_ms: at_ms, last_ms: at_ms, ops });
            }
        }
    }

    fn fits(&self, held: &Batch, more: &Batch) -> bool {
        self.window_ms > 0
            && more.last_ms.saturating_sub(held.first_ms) <= self.window_ms
            && held.ops.len() + more.ops.len() <= MOST_OPS
            // One mutation does at most one thing to a record.
            && !more.ops.iter().any(|new| held.ops.iter().any(|old| old.id == new.id))
    }

    fn seal(&mut self, batch: Batch) -> Option<Mutation> {
        self.n += 1;
        let hlc = self.clock.tick(batch.last_ms).ok()?;
        Some(Mutation { n: self.n, schema: SCHEMA_VERSION, hlc, ops: batch.ops })
    }
}

impl Iterator for Mutations {
    type Item = Mutation;

    fn next(&mut self) -> Option<Mutation> {
        while let Some(more) = self.work() {
            match self.held.take() {
                None => self.held = Some(more),
                Some(mut held) if self.fits(&held, &more) => {
                    held.last_ms = more.last_ms;
                    held.ops.extend(more.ops);
                    self.held = Some(held);
                }
                Some(full) => {
                    self.held = Some(more);
                    return self.seal(full);
                }
            }
        }
        let last = self.held.take()?;
        self.seal(last)
    }
}

/// A step and when it comes; ordered by that.
#[derive(Debug)]
struct Planned {
    at_ms: u64,
    order: u64,
    step: Step,
}

impl PartialEq for Planned {
    fn eq(&self, other: &Self) -> bool {
        self.order == other.order
    }
}

impl Eq for Planned {}

impl PartialOrd for Planned {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Planned {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        (self.at_ms, self.order).cmp(&(other.at_ms, other.order))
    }
}
