//! The archive: a row's age, how a group grows older, and how it comes back. The same for every database, over
//! [`Statements`].
//!
//! Whoever changes a row's age gives it the next number of the sequence, so that each device hears of it in order: one
//! whose scope it has left forgets it, one whose scope it comes back to is sent all of it.

use std::collections::HashSet;

use outpost_core::record::{Record, RecordKey};
use outpost_core::scope::{self, Age};
use outpost_core::sums::{Delta, digest};

use super::StoreError;
use super::document::Document;
use super::pushing::{Statements, Stored, Written};

/// The most heads that the archive is looked through for at once.
pub(super) const CHUNK: usize = 200;

/// A row's age.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Aging {
    /// How old it is; all of a group are of one age.
    pub(super) age: Age,
    /// Its sequence number when it last came back from the archive: whoever has not read that far is sent all of it.
    pub(super) entered: u64,
    /// When somebody brought it back without a change, in milliseconds since 1970.
    pub(super) touched_ms: u64,
}

impl Aging {
    /// After a change that gave the row this number.
    pub(super) fn changed(self, seq: u64) -> Self {
        self.moved(Age::Recent, seq, 0)
    }

    /// At another age, which gave the row this number, perhaps because somebody brought it back now.
    pub(super) fn moved(self, age: Age, seq: u64, touched_ms: u64) -> Self {
        let entered = if age < self.age { seq } else { self.entered };
        Self { age, entered, touched_ms: self.touched_ms.max(touched_ms) }
    }
}

/// What a transaction does to the sums, which are kept for each age.
#[derive(Debug, Default)]
pub(super) struct Deltas([Delta; 3]);

impl Deltas {
    /// Those of an age.
    pub(super) fn of(&mut self, age: Age) -> &mut Delta {
        &mut self.0[usize::from(u8::from(age))]
    }

    /// Those of an age, to be read.
    pub(super) fn at(&self, age: Age) -> &Delta {
        &self.0[usize::from(u8::from(age))]
    }

    /// The numbers of the sums that change, which is 256 × age + bucket, and by how much.
    pub(super) fn changes(&self) -> impl Iterator<Item = (i16, i32, i64)> {
        let of = |(first, delta): (i16, &Delta)| {
            let changes: Vec<_> = delta.changes().collect();
            changes.into_iter().map(move |(bucket, count, sum)| (first + i16::from(bucket), count, sum))
        };
        [0, 256, 512].into_iter().zip(&self.0).flat_map(of)
    }
}

/// Rows of one age in one sum: below this number are those that a scope holds.
pub(super) fn sums_below(scope: Age) -> i16 {
    256 * (i16::from(u8::from(scope)) + 1)
}

/// A row with its age and its record.
pub(super) struct Member {
    stored: Stored,
    record: Record,
}

/// The groups of these heads, as far as they exist: the head first.
async fn groups(
    statements: &mut impl Statements,
    workspace: i64,
    heads: &[RecordKey],
) -> Result<Vec<Vec<Member>>, StoreError> {
    let read = |stored: Stored| -> Result<Member, StoreError> {
        let (record, _) = serde_json::from_str::<Document>(&stored.doc)?.split(stored.key.clone());
        Ok(Member { stored, record })
    };
    let found = statements.records(workspace, &heads.iter().cloned().collect()).await?;
    let mut groups = Vec::with_capacity(found.len());
    for head in found {
        groups.push(vec![read(head)?]);
    }
    groups.sort_by(|a, b| a[0].stored.key.cmp(&b[0].stored.key));
    for part in statements.parts(workspace, heads).await? {
        if let Some(group) = groups.iter_mut().find(|group| Some(group[0].stored.key.id) == part.part_of) {
            group.push(read(part)?);
        }
    }
    Ok(groups)
}

/// A record and its parts, the record first; empty if there is none.
pub(super) async fn group(
    statements: &mut impl Statements,
    workspace: i64,
    head: RecordKey,
) -> Result<Vec<Record>, StoreError> {
    let groups = groups(statements, workspace, &[head]).await?;
    Ok(groups.into_iter().flatten().map(|member| member.record).collect())
}

/// Those of the heads whose groups are older than is noted, and how old.
async fn grown(
    statements: &mut impl Statements,
    workspace: i64,
    heads: &[RecordKey],
    now_ms: u64,
) -> Result<Vec<(Vec<Member>, Age)>, StoreError> {
    let grown = groups(statements, workspace, heads).await?.into_iter().filter_map(|group| {
        let records: Vec<Record> = group.iter().map(|member| member.record.clone()).collect();
        let noted = group[0].stored.aging;
        let age = scope::age(&records, noted.touched_ms, now_ms);
        (age > noted.age).then_some((group, age))
    });
    Ok(grown.collect())
}

/// Those of the heads whose groups are to go to the archive, or deeper into it.
pub(super) async fn overdue(
    statements: &mut impl Statements,
    workspace: i64,
    heads: &[RecordKey],
    now_ms: u64,
) -> Result<Vec<RecordKey>, StoreError> {
    let grown = grown(statements, workspace, heads, now_ms).await?;
    Ok(grown.into_iter().map(|(group, _)| group[0].stored.key.clone()).collect())
}

/// Notes how old groups are. Returns the workspace's head, if something was noted. In a transaction in which nobody else
/// writes to the workspace.
pub(super) async fn age(
    statements: &mut impl Statements,
    workspace: i64,
    heads: &[RecordKey],
    now_ms: u64,
) -> Result<Option<u64>, StoreError> {
    let grown = grown(statements, workspace, heads, now_ms).await?;
    let moved = grown.into_iter().flat_map(|(group, age)| group.into_iter().map(move |member| (member, age)));
    put(statements, workspace, moved.collect(), 0).await
}

/// Brings the groups of some records back. Returns the workspace's head, if there was something to bring. In a transaction
/// like that of [`age`].
pub(super) async fn recall(
    statements: &mut impl Statements,
    workspace: i64,
    wanted: &[RecordKey],
    now_ms: u64,
) -> Result<Option<u64>, StoreError> {
    let mut heads = HashSet::new();
    for stored in statements.records(workspace, &wanted.iter().cloned().collect()).await? {
        let (record, _) = serde_json::from_str::<Document>(&stored.doc)?.split(stored.key);
        heads.insert(scope::head(&record));
    }
    let heads: Vec<RecordKey> = heads.into_iter().collect();
    let groups = groups(statements, workspace, &heads).await?;
    let archived = groups.into_iter().filter(|group| group[0].stored.aging.age > Age::Recent).flatten();
    put(statements, workspace, archived.map(|member| (member, Age::Recent)).collect(), now_ms).await
}

async fn put(
    statements: &mut impl Statements,
    workspace: i64,
    moved: Vec<(Member, Age)>,
    touched_ms: u64,
) -> Result<Option<u64>, StoreError> {
    if moved.is_empty() {
        return Ok(None);
    }
    let count = moved.len() as u64;
    let head = statements.take_seqs(workspace, count).await?;
    let (mut rows, mut deltas) = (Vec::with_capacity(moved.len()), Deltas::default());
    for ((Member { stored, record }, age), seq) in moved.into_iter().zip(head - count + 1..) {
        let digest = digest(&record);
        deltas.of(stored.aging.age).take_digest(record.id, digest);
        deltas.of(age).add_digest(record.id, digest);
        let aging = stored.aging.moved(age, seq, touched_ms);
        rows.push(Written { aging, ..stored.again(seq)? });
    }
    statements.write(workspace, rows).await?;
    statements.add_sums(workspace, &deltas).await?;
    Ok(Some(head))
}

/// The rows of archived groups that come back because something of them changes, or lost and is kept: without those that
/// change themselves.
pub(super) async fn come_back<'a>(
    statements: &mut impl Statements,
    workspace: i64,
    changed: impl Iterator<Item = (&'a Record, Age)>,
) -> Result<Vec<Stored>, StoreError> {
    let (mut own, mut heads, mut unknown) = (HashSet::new(), Vec::new(), HashSet::new());
    for (record, age) in changed {
        own.insert(record.key());
        match scope::part_of(record) {
            None if age > Age::Recent => heads.push(record.key()),
            None => {}
            Some(head) => drop(unknown.insert(head)),
        }
    }
    if !unknown.is_empty() {
        let found = statements.records(workspace, &unknown).await?;
        // Of a clash over a part nobody waits for the whole: it is no part of that.
        let is_back = |head: &Stored| head.aging.age > Age::Recent && head.part_of.is_none();
        heads.extend(found.into_iter().filter(is_back).map(|head| head.key));
    }
    if heads.is_empty() {
        return Ok(Vec::new());
    }
    heads.sort();
    heads.dedup();
    let group = groups(statements, workspace, &heads).await?.into_iter().flatten();
    let mut back: Vec<Stored> = group.map(|member| member.stored).filter(|row| !own.contains(&row.key)).collect();
    back.sort_by(|a, b| a.key.cmp(&b.key));
    Ok(back)
}
