//! Records as a snapshot or a large import brought them, many in one row: a hundred thousand are stored in a second or two instead
//! of half a minute. They change only when a record of theirs goes. A record that was written since has a row of its own, which is
//! the whole of it, and what the block says of it is passed over.
//!
//! A block is `{k: key of its last record, f: of its first, p: ["018f…/deal"], d: one record's JSON a line, as bytes}`. Records of
//! a block are of one type, in the order of their ids, and no two blocks overlap: the block of a record is the first
//! whose key is not below its own.

use std::collections::{BTreeMap, BTreeSet};

use futures::future::try_join_all;
use js_sys::{Array, Object, Reflect, Uint8Array};
use outpost_core::record::{Record, RecordKey};
use rexie::KeyRange;
use wasm_bindgen::{JsCast, JsValue};

use super::db::{BLOCKS, PARENT, RECORDS};
use super::error::StoreError;
use super::row::{self, Row};
use super::tx::WriteTx;

/// Records in a block, at most: few enough to read one for the sake of a single record, as a search does for each that it shows.
const ROWS: usize = 32;
/// And what they may weigh, in bytes of JSON: records with many fields must not make each other slow to read.
const BYTES: usize = 24_000;
/// Blocks read at once where all are: a few milliseconds, so that no frame waits.
pub(super) const AT_ONCE: u32 = 8;
/// From so many keys on it is asked first whether any of them can be there.
const MANY: usize = 50;
/// Keys looked up side by side: bounds how many blocks are in memory at once.
const TOGETHER: usize = 64;

/// A record and its JSON as it came.
pub(super) struct Line<'a> {
    pub(super) record: &'a Record,
    pub(super) json: &'a str,
}

/// The blocks of records in their order.
pub(super) fn of_all(lines: &[Line<'_>]) -> Result<Vec<Option<JsValue>>, StoreError> {
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
    together.map(of_lines).collect()
}

/// A block of some records.
fn of_lines(lines: &[Line<'_>]) -> Result<Option<JsValue>, StoreError> {
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
        parents.extend(row::parents(line.record));
    }
    let block = Object::new();
    let set = |name: &str, value: JsValue| {
        Reflect::set(&block, &name.into(), &value).map_err(|_| StoreError::Failed("a block was frozen".to_owned()))
    };
    set("k", row::key(&last.record.key()))?;
    set("f", row::key(&first.record.key()))?;
    set("d", Uint8Array::from(text.as_bytes()).into())?;
    if !parents.is_empty() {
        set("p", parents.into_iter().map(JsValue::from).collect::<Array>().into())?;
    }
    Ok(Some(block.into()))
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
}

impl Block {
    /// Of a row; one that is damaged is passed over like an empty one, and comparing with the server brings what it held.
    pub(super) fn read(value: &JsValue) -> Option<Self> {
        let get = |name: &str| Reflect::get(value, &name.into()).ok();
        let text = match get("d")?.dyn_into::<Uint8Array>() {
            Ok(bytes) => String::from_utf8(bytes.to_vec()).ok()?,
            // As earlier versions stored it.
            Err(text) => text.as_string()?,
        };
        Some(Self { first: get("f")?.as_string()?, last: get("k")?.as_string()?, text })
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

/// A transaction that can read blocks and rows.
pub(super) trait Source {
    /// The key of the first block from a key on.
    async fn next_block(&self, from: &JsValue) -> Result<Option<JsValue>, StoreError>;
    /// A block.
    async fn block(&self, key: &JsValue) -> Result<Option<JsValue>, StoreError>;
    /// The first blocks of a range, at most so many.
    async fn blocks_in(&self, range: KeyRange, most: u32) -> Result<Vec<JsValue>, StoreError>;
    /// The keys of rows in a range.
    async fn row_keys(&self, first: &str, last: &str) -> Result<BTreeSet<String>, StoreError>;
    /// The blocks that hold children of a parent.
    async fn with_children(&self, parent: &JsValue) -> Result<Vec<JsValue>, StoreError>;
}

impl Source for rexie::Transaction {
    async fn next_block(&self, from: &JsValue) -> Result<Option<JsValue>, StoreError> {
        let range = KeyRange::lower_bound(from, None)?;
        Ok(self.store(BLOCKS)?.get_all_keys(Some(range), Some(1)).await?.into_iter().next())
    }

    async fn block(&self, key: &JsValue) -> Result<Option<JsValue>, StoreError> {
        Ok(self.store(BLOCKS)?.get(key.clone()).await?)
    }

    async fn blocks_in(&self, range: KeyRange, most: u32) -> Result<Vec<JsValue>, StoreError> {
        Ok(self.store(BLOCKS)?.get_all(Some(range), Some(most)).await?)
    }

    async fn row_keys(&self, first: &str, last: &str) -> Result<BTreeSet<String>, StoreError> {
        let range = KeyRange::bound(&first.into(), &last.into(), None, None)?;
        let keys = self.store(RECORDS)?.get_all_keys(Some(range), None).await?;
        Ok(keys.iter().filter_map(JsValue::as_string).collect())
    }

    async fn with_children(&self, parent: &JsValue) -> Result<Vec<JsValue>, StoreError> {
        let index = self.store(BLOCKS)?.index(PARENT)?;
        Ok(index.get_all(Some(KeyRange::only(parent)?), None).await?)
    }
}

impl Source for WriteTx {
    async fn next_block(&self, from: &JsValue) -> Result<Option<JsValue>, StoreError> {
        let range = KeyRange::lower_bound(from, None)?;
        Ok(self.get_all_keys(BLOCKS, range, Some(1))?.await?.into_iter().next())
    }

    async fn block(&self, key: &JsValue) -> Result<Option<JsValue>, StoreError> {
        self.get(BLOCKS, key)?.await
    }

    async fn blocks_in(&self, range: KeyRange, most: u32) -> Result<Vec<JsValue>, StoreError> {
        self.get_all(BLOCKS, range, most).await
    }

    async fn row_keys(&self, first: &str, last: &str) -> Result<BTreeSet<String>, StoreError> {
        let range = KeyRange::bound(&first.into(), &last.into(), None, None)?;
        let keys = self.get_all_keys(RECORDS, range, None)?.await?;
        Ok(keys.iter().filter_map(JsValue::as_string).collect())
    }

    async fn with_children(&self, parent: &JsValue) -> Result<Vec<JsValue>, StoreError> {
        self.get_all_of(BLOCKS, PARENT, parent)?.await
    }
}

/// The rows of keys that have none of their own.
pub(super) async fn rows<'a>(
    source: &impl Source,
    keys: impl IntoIterator<Item = &'a RecordKey>,
) -> Result<BTreeMap<RecordKey, Row>, StoreError> {
    let mut keys: Vec<&RecordKey> = keys.into_iter().collect();
    if keys.len() >= MANY {
        keys = not_beyond(source, keys).await?;
    }
    let mut rows = BTreeMap::new();
    for keys in keys.chunks(TOGETHER) {
        let asked = keys.iter().map(|key| async { source.next_block(&row::key(key)).await });
        let mut wanted: BTreeMap<String, Vec<&RecordKey>> = BTreeMap::new();
        for (key, block) in keys.iter().zip(try_join_all(asked).await?) {
            let block = block.and_then(|block| block.as_string());
            // The next block may be of another type: then there is none of this one.
            if let Some(block) = block.filter(|block| is_of(block, &key.kind)) {
                wanted.entry(block).or_default().push(key);
            }
        }
        let asked = wanted.keys().map(|block| async { source.block(&block.as_str().into()).await });
        let blocks = try_join_all(asked).await?;
        for (keys, block) in wanted.into_values().zip(blocks) {
            let Some(block) = block.as_ref().and_then(Block::read) else { continue };
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
    tx: &WriteTx,
    keys: &[&RecordKey],
    rows: &mut BTreeMap<RecordKey, Row>,
) -> Result<bool, StoreError> {
    let (Some(first), Some(last)) = (keys.first(), keys.last()) else { return Ok(false) };
    if keys.len() < MANY || !are_close(keys) {
        return Ok(false);
    }
    let most = keys.len().div_ceil(ROWS) * 2 + 1;
    let end = format!("{}0", first.kind).into();
    let range = KeyRange::bound(&row::key(first), &end, None, Some(true))?;
    let found = tx.blocks_in(range, u32::try_from(most).unwrap_or(u32::MAX)).await?;
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
async fn not_beyond<'a>(source: &impl Source, mut keys: Vec<&'a RecordKey>) -> Result<Vec<&'a RecordKey>, StoreError> {
    let mut least: BTreeMap<&str, &RecordKey> = BTreeMap::new();
    for key in &keys {
        let first = least.entry(key.kind.as_str()).or_insert(key);
        *first = (*first).min(key);
    }
    let asked = least.values().map(|key| async { source.next_block(&row::key(key)).await });
    let found = try_join_all(asked).await?;
    let held: BTreeSet<&str> = least
        .into_keys()
        .zip(found)
        .filter(|(kind, block)| block.as_ref().and_then(JsValue::as_string).is_some_and(|block| is_of(&block, kind)))
        .map(|(kind, _)| kind)
        .collect();
    keys.retain(|key| held.contains(key.kind.as_str()));
    Ok(keys)
}

fn is_of(key: &str, kind: &str) -> bool {
    key.strip_prefix(kind).is_some_and(|rest| rest.starts_with('/'))
}

/// Whether no block has records between two keys of a type.
pub(super) async fn is_free(tx: &WriteTx, first: &RecordKey, last: &RecordKey) -> Result<bool, StoreError> {
    let next = tx.next_block(&row::key(first)).await?;
    let Some(key) = next.filter(|key| key.as_string().is_some_and(|key| is_of(&key, &first.kind))) else {
        return Ok(true);
    };
    let block = tx.block(&key).await?.as_ref().and_then(Block::read);
    Ok(block.is_some_and(|block| block.first > row::key_text(last)))
}

/// The rows, of those that have none of their own, that point at something in a range of the `parent` index.
pub(super) async fn pointing(tx: &rexie::Transaction, range: KeyRange) -> Result<Vec<Row>, StoreError> {
    let found = tx.store(BLOCKS)?.index(PARENT)?.get_all_keys(Some(range), None).await?;
    // One that points at several is found by each.
    let keys: BTreeSet<String> = found.iter().filter_map(JsValue::as_string).collect();
    let mut rows = Vec::new();
    for key in keys {
        let Some(block) = tx.block(&key.as_str().into()).await?.as_ref().and_then(Block::read) else { continue };
        let own = tx.row_keys(&block.first, &block.last).await?;
        let lines = block.lines().filter(|(key, _)| !own.contains(key));
        rows.extend(lines.map(|(key, line)| Row { key, json: line.to_owned() }));
    }
    Ok(rows)
}

/// The rows of a parent's children that have none of their own.
pub(super) async fn children(source: &impl Source, parent: &JsValue, kind: &str) -> Result<Vec<Row>, StoreError> {
    let wanted = parent.as_string().unwrap_or_default();
    let mut found = Vec::new();
    for block in source.with_children(parent).await?.iter().filter_map(Block::read) {
        if !is_of(&block.last, kind) {
            continue;
        }
        let own = source.row_keys(&block.first, &block.last).await?;
        // The parent's id is somewhere in the text of its children.
        let id = wanted.split('/').next().unwrap_or_default();
        for (key, line) in block.lines().filter(|(key, line)| line.contains(id) && !own.contains(key)) {
            let row = Row { key, json: line.to_owned() };
            if row.record().is_ok_and(|record| row::parents(&record).any(|parent| parent == wanted)) {
                found.push(row);
            }
        }
    }
    Ok(found)
}

/// Makes rows of all that is left of a type in blocks, if those are few and none is damaged; says whether there are none now.
pub(super) async fn unpack(tx: &WriteTx, kind: &str) -> Result<bool, StoreError> {
    let under = format!("{kind}/");
    if tx.get_all_keys(BLOCKS, row::under(kind, None)?, Some(AT_ONCE + 1))?.await?.len() > AT_ONCE as usize {
        return Ok(false);
    }
    let are_whole = tx.blocks_in(behind(&under)?, AT_ONCE).await?.iter().all(|block| Block::read(block).is_some());
    let left = next(tx, Some(&under)).await?.map_or_else(Vec::new, |(_, rows)| rows);
    let records = left.iter().filter(|row| is_of(&row.key, kind)).map(Row::record).collect::<Result<Vec<_>, _>>();
    let (true, Ok(records)) = (are_whole, records) else { return Ok(false) };
    for record in &records {
        tx.put(RECORDS, &row::of_record(record)?, None)?;
    }
    tx.delete(BLOCKS, row::under(kind, None)?)?;
    Ok(true)
}

/// Takes records out of their blocks: they go to the archive.
pub(super) async fn remove(tx: &WriteTx, keys: &[RecordKey]) -> Result<(), StoreError> {
    let mut gone: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for keys in keys.chunks(TOGETHER) {
        let asked = keys.iter().map(|key| async { tx.next_block(&row::key(key)).await });
        for (key, block) in keys.iter().zip(try_join_all(asked).await?) {
            if let Some(block) = block.and_then(|block| block.as_string()).filter(|block| is_of(block, &key.kind)) {
                gone.entry(block).or_default().insert(row::key_text(key));
            }
        }
    }
    for (key, gone) in gone {
        let Some(block) = tx.block(&key.as_str().into()).await?.as_ref().and_then(Block::read) else { continue };
        let mut left: Vec<(Record, &str)> = Vec::with_capacity(ROWS);
        for (_, json) in block.lines().filter(|(key, _)| !gone.contains(key)) {
            left.push((serde_json::from_str(json)?, json));
        }
        let left: Vec<Line<'_>> = left.iter().map(|(record, json)| Line { record, json }).collect();
        // Its key may be that of a record that goes.
        tx.delete(BLOCKS, JsValue::from(key.as_str()))?;
        if let Some(block) = of_lines(&left)? {
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
pub(super) async fn next(source: &impl Source, after: Option<&str>) -> Result<Option<(String, Vec<Row>)>, StoreError> {
    let found = source.blocks_in(behind(after.unwrap_or_default())?, AT_ONCE).await?;
    let Some(last) = found.last().map(|block| Row::read(block).key) else { return Ok(None) };
    let blocks: Vec<Block> = found.iter().filter_map(Block::read).collect();
    let own = match (blocks.first(), blocks.last()) {
        (Some(from), Some(to)) => source.row_keys(&from.first, &to.last).await?,
        _ => BTreeSet::new(),
    };
    let lines = blocks.iter().flat_map(Block::lines).filter(|(key, _)| !own.contains(key));
    Ok(Some((last, lines.map(|(key, line)| Row { key, json: line.to_owned() }).collect())))
}
