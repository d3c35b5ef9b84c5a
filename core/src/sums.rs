//! Whether two stores hold the same: records fall into 256 buckets, and of each bucket there is a count and a sum of
//! digests. Both are kept in the transactions that write records, so that comparing them costs nothing at any size, and
//! a difference says which few hundred records to compare.

use std::collections::BTreeMap;
use std::io::{self, Write};

use serde::{Deserialize, Serialize};

use crate::id::RecordId;
use crate::record::Record;

/// How many buckets there are.
pub const BUCKETS: usize = 256;
/// A digest has so many bits: with eight million records in a bucket, their sum still fits a signed 64-bit integer. Two buckets
/// that differ have the same sum with a chance of one in 2⁴⁰, about a million millions.
const DIGEST_BITS: u32 = 40;
/// The bytes of one bucket in [`Sums::to_bytes`].
const PACKED: usize = 12;

/// The bucket of a record: the last byte of its id, which is random in both kinds of id that records have.
pub const fn bucket(id: RecordId) -> u8 {
    id.as_bytes()[15]
}

/// A number of 40 bits that stands for a record's state: its key and each register with its stamp.
///
/// Of a deleted record it covers the deletion alone: what lies beneath may be dropped by one side before the other.
/// `docs/sync-protocol.md` has the recipe.
pub fn digest(record: &Record) -> u64 {
    let mut hash = Fnv::new();
    // Writing into a number cannot fail, nor can values that came from JSON become no JSON.
    spell(record, &mut hash).ok();
    hash.finish()
}

/// What the digest is made of: lines of text.
fn spell(record: &Record, out: &mut Fnv) -> io::Result<()> {
    writeln!(out, "{}/{}", record.kind, record.id)?;
    if let Some(deleted) = &record.deleted {
        writeln!(out, "deleted {} {}", deleted.value(), deleted.hlc())?;
    }
    if record.is_deleted() {
        return Ok(());
    }
    for (name, register) in &record.fields {
        write!(out, "{name} ")?;
        serde_json::to_writer(&mut *out, register.value())?;
        writeln!(out, " {}", register.hlc())?;
    }
    Ok(())
}

/// FNV-1a of 64 bits, its bits mixed at the end: small, without tables, the same everywhere.
struct Fnv(u64);

impl Fnv {
    const fn new() -> Self {
        Self(0xcbf2_9ce4_8422_2325)
    }

    const fn finish(&self) -> u64 {
        let mixed = (self.0 ^ (self.0 >> 32)).wrapping_mul(0xd6e8_feb8_6659_fd93);
        (mixed ^ (mixed >> 32)) & ((1 << DIGEST_BITS) - 1)
    }
}

impl Write for Fnv {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        for byte in bytes {
            self.0 = (self.0 ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3);
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// How many records a bucket has, and the sum of their digests. In JSON `[12, "3a5e0c9b1f"]`, the sum in hexadecimal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(into = "(u32, String)", try_from = "(u32, String)")]
pub struct Sum {
    /// Records.
    pub count: u32,
    /// Of their digests.
    pub sum: u64,
}

impl Sum {
    fn add(self, other: Self) -> Self {
        Self { count: self.count.wrapping_add(other.count), sum: self.sum.wrapping_add(other.sum) }
    }
}

impl From<Sum> for (u32, String) {
    fn from(sum: Sum) -> Self {
        (sum.count, format!("{:x}", sum.sum))
    }
}

impl TryFrom<(u32, String)> for Sum {
    type Error = std::num::ParseIntError;

    fn try_from((count, sum): (u32, String)) -> Result<Self, Self::Error> {
        Ok(Self { count, sum: u64::from_str_radix(&sum, 16)? })
    }
}

/// What a transaction does to the sums.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Delta(BTreeMap<u8, Sum>);

impl Delta {
    /// A record is there now, in this state.
    pub fn add(&mut self, record: &Record) {
        self.add_digest(record.id, digest(record));
    }

    /// A record was there before, in this state.
    pub fn take(&mut self, record: &Record) {
        self.take_digest(record.id, digest(record));
    }

    /// A record is there now whose digest is known.
    pub fn add_digest(&mut self, id: RecordId, digest: u64) {
        self.put(bucket(id), Sum { count: 1, sum: digest });
    }

    /// A record was there before whose digest is known.
    pub fn take_digest(&mut self, id: RecordId, digest: u64) {
        self.put(bucket(id), Sum { count: 1_u32.wrapping_neg(), sum: digest.wrapping_neg() });
    }

    fn put(&mut self, bucket: u8, sum: Sum) {
        let entry = self.0.entry(bucket).or_default();
        *entry = entry.add(sum);
    }

    /// The buckets that change: by how many records, and by what sum. Both can be negative.
    pub fn changes(&self) -> impl Iterator<Item = (u8, i32, i64)> {
        let moved = self.0.iter().filter(|(_, sum)| **sum != Sum::default());
        moved.map(|(bucket, sum)| (*bucket, sum.count.cast_signed(), sum.sum.cast_signed()))
    }
}

/// All buckets of a store.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sums(Vec<Sum>);

impl Default for Sums {
    fn default() -> Self {
        Self(vec![Sum::default(); BUCKETS])
    }
}

impl Sums {
    /// From what is known of some buckets; the others are empty. What is said of one bucket is added up.
    pub fn of(buckets: impl IntoIterator<Item = (u8, Sum)>) -> Self {
        let mut sums = Self::default();
        for (bucket, sum) in buckets {
            let place = &mut sums.0[usize::from(bucket)];
            *place = place.add(sum);
        }
        sums
    }

    /// The buckets in order.
    pub fn buckets(&self) -> &[Sum] {
        &self.0
    }

    /// The sum of all.
    pub fn total(&self) -> Sum {
        self.0.iter().fold(Sum::default(), |total, sum| total.add(*sum))
    }

    /// Takes what a transaction did.
    pub fn apply(&mut self, delta: &Delta) {
        for (bucket, change) in &delta.0 {
            let sum = &mut self.0[usize::from(*bucket)];
            *sum = sum.add(*change);
        }
    }

    /// The buckets that differ from `other`; all of them if it has not as many.
    pub fn differing(&self, other: &[Sum]) -> Vec<u8> {
        (0..=u8::MAX).filter(|bucket| self.0.get(usize::from(*bucket)) != other.get(usize::from(*bucket))).collect()
    }

    /// Packed: 12 bytes a bucket.
    pub fn to_bytes(&self) -> Vec<u8> {
        self.0.iter().flat_map(|sum| sum.count.to_le_bytes().into_iter().chain(sum.sum.to_le_bytes())).collect()
    }

    /// The way back; `None` if it is not that.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let (packed, rest) = bytes.as_chunks::<PACKED>();
        if !rest.is_empty() || packed.len() != BUCKETS {
            return None;
        }
        let sum = |packed: &[u8; PACKED]| {
            let (count, sum) = packed.split_first_chunk::<4>()?;
            Some(Sum { count: u32::from_le_bytes(*count), sum: u64::from_le_bytes(sum.try_into().ok()?) })
        };
        packed.iter().map(sum).collect::<Option<_>>().map(Self)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::record::Register;

    fn record(last: u8, name: &str) -> Record {
        let stamp = "01a0c4506c01-0000-a1b2c3d4e5f60718";
        let id = RecordId::singleton(0x01a0_c450_6c01_7c55_9d3c_2f1e_8a6b_4c00 + u128::from(last));
        let fields = json!({"name": [name, stamp], "emails": [["a@example.org"], stamp]});
        serde_json::from_value(json!({"type": "lead", "id": id, "fields": fields})).expect("a record")
    }

    #[test]
    fn a_digest_is_the_one_that_the_protocol_tells() {
        // A change here is a change of the protocol: docs/sync-protocol.md and tests/client.py have the same.
        assert_eq!(format!("{:010x}", digest(&record(1, "Bia Souza"))), "69dca4e1f8");
    }

    #[test]
    fn what_comes_and_goes_leaves_no_trace() {
        let (before, after, other) = (record(1, "Bia"), record(1, "Bea"), record(2, "Cy"));
        let mut sums = Sums::default();
        let step = |sums: &mut Sums, took: &[&Record], put: &[&Record]| {
            let mut delta = Delta::default();
            took.iter().for_each(|record| delta.take(record));
            put.iter().for_each(|record| delta.add(record));
            sums.apply(&delta);
        };
        step(&mut sums, &[], &[&before, &other]);
        assert_eq!(sums.buckets()[1].count, 1);
        step(&mut sums, &[&before], &[&after]);
        let mut fresh = Sums::default();
        step(&mut fresh, &[], &[&after, &other]);
        assert_eq!(sums, fresh);
        assert_eq!(Sums::from_bytes(&sums.to_bytes()), Some(sums.clone()));
        step(&mut sums, &[&after, &other], &[]);
        assert_eq!(sums, Sums::default());
        assert_eq!(fresh.differing(sums.buckets()), [1, 2]);
    }

    #[test]
    fn what_lies_beneath_a_deletion_does_not_count() {
        let stamp = "01a0c4506c09-0000-a1b2c3d4e5f60718".parse().expect("a stamp");
        let mut full = record(1, "Bia");
        full.deleted = Some(Register(true, stamp));
        let mut bare = Record::empty(full.key());
        bare.deleted = full.deleted.clone();
        assert_eq!(digest(&full), digest(&bare));
        full.deleted = Some(Register(false, stamp));
        assert_ne!(digest(&full), digest(&record(1, "Bia")), "a restore is a state of its own");
    }
}
