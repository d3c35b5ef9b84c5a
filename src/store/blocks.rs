//! Records as a snapshot or a large import brought them, many in one row: a hundred thousand are stored in a second or two instead
//! of half a minute. They change only when a record of theirs goes. A record that was written since has a row of its own, which is
//! the whole of it, and what the block says of it is passed over.
//!
//! A block is `{k: key of its last record, f: of its first, z: one record's JSON a line, packed with LZ4}`: a few kilobytes, which
//! the browser stores in half the time that the text takes. Records of a block are of one type, in the order of their ids, and no
//! two blocks overlap: the block of a record is the first whose key is not below its own. What its records point at stands in
//! [`links`]. Earlier versions had `d`, the text itself, and `p: ["018f…/deal"]` with an index over it.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::RangeInclusive;

use futures::future::try_join_all;
use js_sys::{Array, Object, Reflect, Uint8Array};
use lz4_flex::block::{compress_prepend_size, decompress_size_prepended};
use outpost_core::id::RecordId;
use outpost_core::record::{Record, RecordKey};
use rexie::KeyRange;
use wasm_bindgen::{JsCast, JsValue};

use super::db::{BLOCKS, LINKS, RECORDS};
use super::error::StoreError;
use super::links::{self, Known, Links};
use super::reader::Reader;
use super::row::{self, Row, is_under};
use super::tx::WriteTx;

/// Records in a block, at most: few enough to read one for the sake of a single record, as a search does for each that it shows.
const ROWS: usize = 32;
/// And what they may weigh, in bytes of JSON: records with many fields must not make each other slow to read.
const BYTES: usize = 24_000;
/// Blocks read at once where all are: a few milliseconds, so that no frame waits.
pub(super) const AT_ONCE: u32 = 8;
/// Up to so many keys are read [at once](rows_at_once).
pub(super) const FEW: usize = 12;
/// How many bytes one of LZ4 can stand for.
const MOST_PACKED: usize = 256;
/// From so many keys on it is asked first whether any of them can be there.
const MANY: usize = 50;
/// Keys looked up side by side: bounds how many blocks are in memory at once.
const TOGETHER: usize = 64;

/// A record and its JSON as it came.
pub(super) struct Line<'a> {
    pub(super) record: &'a Record,
    pub(super) json: &'a str,
}

/// Blocks of one type that are written at once, and what they lead to.
pub(super) struct Packed {
    blocks: Vec<JsValue>,
    links: Option<JsValue>,
}

impl Packed {
    /// Writes them.
    pub(super) fn put(&self, tx: &WriteTx) -> Result<(), StoreError> {
        self.blocks.iter().try_for_each(|block| tx.put(BLOCKS, block, None))?;
        self.links.iter().try_for_each(|links| tx.put(LINKS, links, None))
    }
}

/// The blocks of records of one type in their order.
pub(super) fn of_all(lines: &[Line<'_>]) -> Result<Packed, StoreError> {
    let (mut rows, mut bytes) = (0, 0);
    let together = lines.chunk_by(|line, next| {
        rows += 1;
        bytes += line.json.len();
        let is_full = rows == ROWS || bytes + next.json.len() > BYTES;
        if is_full {
            (rows, bytes) = (0, 0);
        }
        !is_full
    });
    let together: Vec<&[Line<'_>]> = together.collect();
    let links = match lines.first() {
        Some(first) => links::of_blocks(&first.record.kind, &together)?,
        None => None,
    };
    let blocks = together.into_iter().filter_map(|lines| of_lines(lines, false).transpose());
    Ok(Packed { blocks: blocks.collect::<Result<_, _>>()?, links })
}

/// A block of some records, with what they point at if it had that before.
fn of_lines(lines: &[Line<'_>], with_parents: bool) -> Result<Option<JsValue>, StoreError> {
    let (Some(first), Some(last)) = (lines.first(), lines.last()) else { return Ok(None) };
    let mut text = String::with_capacity(lines.iter().map(|line| line.json.len() + 1).sum());
    let mut parents = BTreeSet::new();
    for line in lines {
        if line.json.starts_with(&head(&line.record.key())) {
            text.push_str(line.json);
        } else {
            // Another server writes JSON in another order.
            text.push_str(&serde_json::to_string(line.record)?);
        }
        text.push('\n');
        if with_parents {
            parents.extend(row::parents(line.record));
        }
    }
    let block = Object::new();
    let set = |name: &str, value: JsValue| {
        Reflect::set(&block, &name.into(), &value).map_err(|_| StoreError::Failed("a block was frozen".to_owned()))
    };
    set("k", row::key(&last.record.key()))?;
    set("f", row::key(&first.record.key()))?;
    set("z", Uint8Array::from(compress_prepend_size(text.as_bytes()).as_slice()).into())?;
    if !parents.is_empty() {
        set("p", parents.into_iter().map(JsValue::from).collect::<Array>().into())?;
    }
    Ok(Some(block.into()))
}

/// What was packed; `None` of what is damaged.
fn unpacked(packed: &[u8]) -> Option<Vec<u8>> {
    let (size, rest) = packed.split_first_chunk::<4>()?;
    // No more than these bytes can hold is asked of the memory.
    let can_be = u32::from_le_bytes(*size) as usize <= rest.len().saturating_mul(MOST_PACKED);
    can_be.then(|| decompress_size_prepended(packed).ok()).flatten()
}

/// How the JSON of a record begins.
fn head(key: &RecordKey) -> String {
    format!("{{\"type\":\"{}\",\"id\":\"{}\"", key.kind, key.id)
}

/// A block that was read.
pub(super) struct Block {
    pub(super) first: String,
    pub(super) last: String,
    text: String,
    /// Whether it says itself what its records point at.
    has_parents: bool,
}

impl Block {
    /// Of a row; one that is damaged is passed over like an empty one, and comparing with the server brings what it held.
    pub(super) fn read(value: &JsValue) -> Option<Self> {
        let get = |name: &str| Reflect::get(value, &name.into()).ok();
        let bytes = |name| get(name)?.dyn_into::<Uint8Array>().ok().map(|bytes| bytes.to_vec());
        let text = match (bytes("z"), bytes("d")) {
            (Some(packed), _) => String::from_utf8(unpacked(&packed)?).ok()?,
            // As earlier versions stored it.
            (None, Some(text)) => String::from_utf8(text).ok()?,
            (None, None) => get("d")?.as_string()?,
        };
        let has_parents = get("p").is_some_and(|parents| !parents.is_undefined());
        Some(Self { first: get("f")?.as_string()?, last: get("k")?.as_string()?, text, has_parents })
    }

    /// A record's row, as if it had one.
    fn row(&self, key: &RecordKey) -> Option<Row> {
        let head = head(key);
        let mut from = 0;
        while let Some(at) = self.text[from..].find(&head).map(|at| from + at) {
            if at == 0 || self.text.as_bytes()[at - 1] == b'\n' {
                let line = self.text[at..].lines().next()?;
                return Some(Row { key: row::key_text(key), json: line.to_owned() });
            }
            from = at + head.len();
        }
        None
    }

    /// The keys and JSON of all its records.
    pub(super) fn lines(&self) -> impl Iterator<Item = (String, &str)> {
        self.text.lines().filter_map(|line| {
            let mut parts = line.splitn(9, '"');
            let (kind, id) = (parts.nth(3)?, parts.nth(3)?);
            Some((format!("{kind}/{id}"), line))
        })
    }
}

/// The block in which a record is if it is in any, in one request.
async fn block_of(reader: Reader<'_>, key: &RecordKey) -> Result<Option<Block>, StoreError> {
    Ok(reader.blocks_in(row::from_on(key)?, 1).await?.first().and_then(Block::read))
}

/// The rows of a few keys, of their own or in blocks, in the time of one request: it costs less to read blocks that are not needed
/// than to ask, and wait, a second time.
pub(super) async fn rows_at_once(reader: Reader<'_>, keys: &[RecordKey]) -> Result<Vec<Option<Row>>, StoreError> {
    let (own, packed) = (keys.iter().map(|key| (key, true)), keys.iter().map(|key| (key, false)));
    let asked = own.chain(packed).map(|(key, is_own)| async move {
        Ok::<_, StoreError>(match is_own {
            true => reader.own(key).await?.as_ref().map(Row::read),
            false => block_of(reader, key).await?.and_then(|block| block.row(key)),
        })
    });
    let mut own = try_join_all(asked).await?;
    let packed = own.split_off(keys.len());
    Ok(own.into_iter().zip(packed).map(|(own, packed)| own.or(packed)).collect())
}

/// The rows of keys that have none of their own.
pub(super) async fn rows<'a>(
    reader: Reader<'_>,
    keys: impl IntoIterator<Item = &'a RecordKey>,
) -> Result<BTreeMap<RecordKey, Row>, StoreError> {
    let mut keys: Vec<&RecordKey> = keys.into_iter().collect();
    if keys.len() >= MANY {
        keys = not_beyond(reader, keys).await?;
    }
    let mut rows = BTreeMap::new();
    for keys in keys.chunks(TOGETHER) {
        let asked = keys.iter().map(|key| async { reader.next_block(key).await });
        let mut wanted: BTreeMap<String, Vec<&RecordKey>> = BTreeMap::new();
        for (key, block) in keys.iter().zip(try_join_all(asked).await?) {
            // The next block may be of another type: then there is none of this one.
            if let Some(block) = block.filter(|block| is_under(block, &key.kind)) {
                wanted.entry(block).or_default().push(key);
            }
        }
        let asked = wanted.keys().map(|block| async { reader.block(block).await });
        let blocks = try_join_all(asked).await?;
        for (keys, block) in wanted.into_values().zip(blocks) {
            let Some(block) = block else { continue };
            let found = keys.into_iter().filter_map(|key| Some((key.clone(), block.row(key)?)));
            rows.extend(found);
        }
    }
    Ok(rows)
}

/// Whether ascending keys have ids that begin alike, as those of an import do.
fn are_close(keys: &[&RecordKey]) -> bool {
    let (Some(first), Some(last)) = (keys.first(), keys.last()) else { return false };
    first.kind == last.kind && first.id.as_bytes()[..8] == last.id.as_bytes()[..8]
}

/// Reads the rows of many ascending keys by one request, if their blocks follow one another without too many others between; says
/// whether it has.
pub(super) async fn in_a_row(
    reader: Reader<'_>,
    keys: &[&RecordKey],
    rows: &mut BTreeMap<RecordKey, Row>,
) -> Result<bool, StoreError> {
    let (Some(first), Some(last)) = (keys.first(), keys.last()) else { return Ok(false) };
    if keys.len() < MANY || !are_close(keys) {
        return Ok(false);
    }
    let most = keys.len().div_ceil(ROWS) * 2 + 1;
    let found = reader.blocks_in(row::from_on(first)?, u32::try_from(most).unwrap_or(u32::MAX)).await?;
    let reaches = |block: &JsValue| Row::read(block).key >= row::key_text(last);
    if found.len() == most && !found.last().is_some_and(reaches) {
        return Ok(false);
    }
    let blocks: Vec<Block> = found.iter().filter_map(Block::read).collect();
    for key in keys {
        let text = row::key_text(key);
        let row = blocks.iter().find(|block| block.last >= text).and_then(|block| block.row(key));
        row.into_iter().for_each(|row| drop(rows.insert((*key).clone(), row)));
    }
    Ok(true)
}

/// The keys that a block may hold: new records, as an import makes them by the thousand, have ids beyond those of all blocks of
/// their type, which one request for the least of them finds out.
async fn not_beyond<'a>(reader: Reader<'_>, mut keys: Vec<&'a RecordKey>) -> Result<Vec<&'a RecordKey>, StoreError> {
    let mut least: BTreeMap<&str, &RecordKey> = BTreeMap::new();
    for key in &keys {
        let first = least.entry(key.kind.as_str()).or_insert(key);
        *first = (*first).min(key);
    }
    let asked = least.values().map(|key| async { reader.next_block(key).await });
    let found = try_join_all(asked).await?;
    let held: BTreeSet<&str> = least
        .into_keys()
        .zip(found)
        .filter(|(kind, block)| block.as_ref().is_some_and(|block| is_under(block, kind)))
        .map(|(kind, _)| kind)
        .collect();
    keys.retain(|key| held.contains(key.kind.as_str()));
    Ok(keys)
}

/// Whether no block has records between two keys of a type.
pub(super) async fn is_free(reader: Reader<'_>, first: &RecordKey, last: &RecordKey) -> Result<bool, StoreError> {
    let next = reader.next_block(first).await?;
    let Some(key) = next.filter(|key| is_under(key, &first.kind)) else { return Ok(true) };
    let block = reader.block(&key).await?;
    Ok(block.is_some_and(|block| block.first > row::key_text(last)))
}

/// Visits the blocks that may hold what points, of a type or of all, at a record of a range; each with the keys of those of its
/// records that have rows of their own.
async fn each_leading(
    reader: Reader<'_>,
    links: &Known,
    kind: Option<&str>,
    parents: RangeInclusive<RecordId>,
    visit: &mut dyn FnMut(&Block, &BTreeSet<String>),
) -> Result<(), StoreError> {
    let (from, to) = (row::parent_text(*parents.start()), row::parent_text(*parents.end()));
    let keys = match kind {
        Some(kind) => KeyRange::bound(&format!("{from}/{kind}").into(), &format!("{to}/{kind}").into(), None, None)?,
        None => KeyRange::bound(&format!("{from}/").into(), &row::end_of(&to), None, Some(true))?,
    };
    let old = reader.with_children(keys).await?;
    let old = old.iter().filter_map(Block::read).filter(|block| kind.is_none_or(|kind| is_under(&block.last, kind)));
    let mut blocks: Vec<Block> = old.collect();
    let firsts = links.firsts(&parents);
    let mut firsts = firsts.chunks(TOGETHER);
    // One that leads to several is found by each.
    let mut seen = BTreeSet::new();
    loop {
        blocks.retain(|block| seen.insert(block.last.clone()));
        let own = blocks.iter().map(|block| reader.row_keys(&block.first, &block.last));
        for (block, own) in blocks.iter().zip(try_join_all(own).await?) {
            visit(block, &own);
        }
        let Some(firsts) = firsts.next() else { return Ok(()) };
        let found = try_join_all(firsts.iter().map(|first| block_of(reader, first))).await?;
        blocks = found.into_iter().flatten().collect();
    }
}

/// The rows, of those that have none of their own, of all blocks in which something points at a record of a range.
pub(super) async fn pointing(
    reader: Reader<'_>,
    links: &Links,
    parents: RangeInclusive<RecordId>,
) -> Result<Vec<Row>, StoreError> {
    let mut rows = Vec::new();
    let links = links.learn(reader, None).await?;
    let visit = &mut |block: &Block, own: &BTreeSet<String>| {
        let lines = block.lines().filter(|(key, _)| !own.contains(key));
        rows.extend(lines.map(|(key, line)| Row { key, json: line.to_owned() }));
    };
    each_leading(reader, &links, None, parents, visit).await?;
    Ok(rows)
}

/// The rows of a parent's children that have none of their own.
pub(super) async fn children(
    reader: Reader<'_>,
    links: &Known,
    parent: RecordId,
    kind: &str,
) -> Result<Vec<Row>, StoreError> {
    // It is somewhere in the text of its children.
    let (id, wanted) = (row::parent_text(parent), row::parent_key(parent, kind));
    let mut found = Vec::new();
    let visit = &mut |block: &Block, own: &BTreeSet<String>| {
        for (key, line) in block.lines().filter(|(key, line)| line.contains(&id) && !own.contains(key)) {
            let row = Row { key, json: line.to_owned() };
            if row.record().is_ok_and(|record| row::parents(&record).any(|parent| parent == wanted)) {
                found.push(row);
            }
        }
    };
    each_leading(reader, links, Some(kind), parent..=parent, visit).await?;
    Ok(found)
}

/// Makes rows of all that is left of a type in blocks, if those are few and none is damaged; says whether there are none now.
pub(super) async fn unpack(tx: &WriteTx, kind: &str) -> Result<bool, StoreError> {
    let under = format!("{kind}/");
    if tx.get_all_keys(BLOCKS, row::under(kind, None)?, Some(AT_ONCE + 1))?.await?.len() > AT_ONCE as usize {
        return Ok(false);
    }
    let reader = Reader::from(tx);
    let are_whole = reader.blocks_in(behind(&under)?, AT_ONCE).await?.iter().all(|block| Block::read(block).is_some());
    let left = next(reader, Some(&under)).await?.map_or_else(Vec::new, |(_, rows)| rows);
    let records = left.iter().filter(|row| is_under(&row.key, kind)).map(Row::record).collect::<Result<Vec<_>, _>>();
    let (true, Ok(records)) = (are_whole, records) else { return Ok(false) };
    for record in &records {
        tx.put(RECORDS, &row::of_record(record)?, None)?;
    }
    tx.delete(BLOCKS, row::under(kind, None)?)?;
    tx.delete(LINKS, row::under(kind, None)?)?;
    Ok(true)
}

/// Takes records out of their blocks: they go to the archive.
pub(super) async fn remove(tx: &WriteTx, keys: &[RecordKey]) -> Result<(), StoreError> {
    let reader = Reader::from(tx);
    let mut gone: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for keys in keys.chunks(TOGETHER) {
        let asked = keys.iter().map(|key| async { reader.next_block(key).await });
        for (key, block) in keys.iter().zip(try_join_all(asked).await?) {
            if let Some(block) = block.filter(|block| is_under(block, &key.kind)) {
                gone.entry(block).or_default().insert(row::key_text(key));
            }
        }
    }
    for (key, gone) in gone {
        let Some(block) = reader.block(&key).await? else { continue };
        let mut left: Vec<(Record, &str)> = Vec::with_capacity(ROWS);
        for (_, json) in block.lines().filter(|(key, _)| !gone.contains(key)) {
            left.push((serde_json::from_str(json)?, json));
        }
        let left: Vec<Line<'_>> = left.iter().map(|(record, json)| Line { record, json }).collect();
        // Its key may be that of a record that goes.
        tx.delete(BLOCKS, JsValue::from(key.as_str()))?;
        if let Some(block) = of_lines(&left, block.has_parents)? {
            tx.put(BLOCKS, &block, None)?;
        }
    }
    Ok(())
}

/// What lies behind a key.
fn behind(key: &str) -> Result<KeyRange, StoreError> {
    Ok(KeyRange::lower_bound(&key.into(), Some(true))?)
}

/// The first blocks behind a key: the key of the last of them, and their records that have no row of their own. A block that cannot
/// be read has none.
pub(super) async fn next(reader: Reader<'_>, after: Option<&str>) -> Result<Option<(String, Vec<Row>)>, StoreError> {
    let found = reader.blocks_in(behind(after.unwrap_or_default())?, AT_ONCE).await?;
    let Some(last) = found.last().map(|block| Row::read(block).key) else { return Ok(None) };
    let blocks: Vec<Block> = found.iter().filter_map(Block::read).collect();
    let own = match (blocks.first(), blocks.last()) {
        (Some(from), Some(to)) => reader.row_keys(&from.first, &to.last).await?,
        _ => BTreeSet::new(),
    };
    let lines = blocks.iter().flat_map(Block::lines).filter(|(key, _)| !own.contains(key));
    Ok(Some((last, lines.map(|(key, line)| Row { key, json: line.to_owned() }).collect())))
}
