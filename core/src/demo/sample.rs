//! A few weeks of a business to look around with, on a device that has nothing yet.

use std::collections::BTreeMap;

use chrono::{Days, NaiveDate};
use serde_json::json;

use super::Mutations;
use super::calendar::Calendar;
use super::course::World;
use super::day::{again, day};
use super::random::Random;
use crate::calendar::{Offset, Wall, instant, wall};
use crate::date::civil;
use crate::hlc::Hlc;
use crate::id::DeviceId;
use crate::money::Currency;
use crate::mutation::{Op, Patch};
use crate::record::{Record, RecordKey};
use crate::records::{Business, Conflict, Invoice, Payment};
use crate::schema::RecordType;

/// How many leads there are among them.
const LEADS: usize = 24;
/// How many days they tell of: few enough that most deals are still open and no draft is old.
const DAYS: u64 = 84;
/// Of what chance makes of so many leads in so many days, this has something for every page.
const STORY: u64 = 28_166;

/// What is none of the sample's.
const LEFT_OUT: [&str; 3] = [Business::SCHEMA.kind, Conflict::SCHEMA.kind, Payment::SCHEMA.kind];
/// The field that says when something was or will be.
const AT: &str = "at";
/// The field that says by when an invoice is to be paid.
const DUE: &str = "due_date";
/// How long somebody has to pay whose draft has waited for too long.
const TO_PAY: Days = Days::new(14);

/// The ops that make them, one for each record and each with what that is in the end: the latest weeks of a made-up business, but
/// without who it is itself, up to a full day. Its invoices are drafts: what is issued nobody could remove.
///
/// Everybody sees the same, on whichever day and at whichever hour; `seed` makes the ids, so that two devices do not make the same
/// records. `now_ms` is in milliseconds since 1970, `offset` how far the clocks are ahead of UTC, `currency` what all is paid in.
pub fn sample(seed: u64, now_ms: u64, currency: Currency, offset: Offset<'_>) -> Vec<Op> {
    let today = wall(now_ms.cast_signed(), offset).date;
    let mut ids = Random::new(seed);
    // The story ends with yesterday, by clocks that are taken to show UTC: so the hour at which it is told changes nothing.
    let midnight = instant(Wall { date: today, minute: 0 }, &|_| 0).unsigned_abs();
    let mut world = World::new(STORY, "0", Calendar::new(midnight, today, DAYS), LEADS);
    (world.currency, world.twist) = (Some(currency), Some(ids.ten_bytes()));
    let mut ops = told(world, today, offset);
    let records: Vec<Record> = ops.iter().map(|op| op.to_record(Hlc::ZERO)).collect();
    ops.extend(again(&records, now_ms, &mut ids));
    ops.extend(day(&records, now_ms, today, offset, &mut ids));
    ops
}

/// All that becomes of each record in a world, as one op. What its clocks show, those of the place show.
fn told(world: World, today: NaiveDate, offset: Offset<'_>) -> Vec<Op> {
    let mut order: Vec<RecordKey> = Vec::new();
    let mut records: BTreeMap<RecordKey, Patch> = BTreeMap::new();
    for op in Mutations::of(world, DeviceId(1), 0).flat_map(|mutation| mutation.ops) {
        let Some(patch) = op.patched() else { continue };
        let key = op.key();
        // All that becomes of a draft is issuing it, and what follows from that.
        let is_issue = key.kind == Invoice::SCHEMA.kind && records.contains_key(&key);
        if is_issue || LEFT_OUT.contains(&key.kind.as_str()) {
            continue;
        }
        let held = records.entry(key.clone()).or_insert_with(|| {
            order.push(key);
            Patch::new()
        });
        held.extend(patch.clone());
    }
    for patch in records.values_mut() {
        if let Some(at) = patch.get_mut(AT) {
            *at = json!(instant(wall(at.as_i64().unwrap_or_default(), &|_| 0), offset));
        }
        // A draft that was due already could not be issued.
        if let Some(due) = patch.get_mut(DUE).filter(|due| civil(due.as_str().unwrap_or_default()) <= Some(today)) {
            *due = json!(today.checked_add_days(TO_PAY));
        }
    }
    let op = |key: RecordKey| records.get(&key).map(|patch| Op::patch(&key.kind, key.id, patch.clone()));
    order.into_iter().filter_map(op).collect()
}
