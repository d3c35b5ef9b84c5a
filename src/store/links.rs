//! Which blocks hold what points at a record. An entry for each in an index of the browser's takes half of a first sync; so a row
//! holds the links of all blocks that are written at once, and what was read of the rows stays in memory, some 20 bytes a link.
//!
//! A row is `{k: "deal/" and an id that no other row ever has, d: bytes}`: how many blocks (u32), the id of the first record of
//! each, then the links in the order of the parents, each as the parent's id and which block (u16). It is never changed: what it
//! says is where to look. A block that is gone, or has lost a record, has no such child, and one that was written since is a row.
//! A block is looked for from the record on with which it began, so none may be put before what is left of it: an import would have
//! to make ids there, which its clock does not.

use std::cell::RefCell;
use std::ops::RangeInclusive;
use std::rc::Rc;

use js_sys::{Object, Reflect, Uint8Array};
use outpost_core::id::RecordId;
use outpost_core::record::RecordKey;
use outpost_core::sorting::Order;
use rexie::KeyRange;
use wasm_bindgen::{JsCast, JsValue};

use super::blocks::Line;
use super::error::StoreError;
use super::reader::Reader;
use super::row::{self, Row};
use crate::platform::ids;

/// Up to so many rows are read one by one, and not with all others of their type.
const FEW: usize = 8;
/// Bytes of an id.
const ID: usize = 16;
/// Bytes of a link.
const LINK: usize = ID + 2;

/// A row's key and its bytes.
type KeyedRow = (String, Rc<Vec<u8>>);

/// The rows that were read.
#[derive(Debug, Default)]
pub(super) struct Links(RefCell<Vec<KeyedRow>>);

/// The row of blocks of one type, by the lines of each; `None` if none of them points anywhere.
pub(super) fn of_blocks(kind: &str, blocks: &[&[Line<'_>]]) -> Result<Option<JsValue>, StoreError> {
    let failed = || StoreError::Failed("a block was frozen".to_owned());
    let mut links: Vec<(RecordId, u16)> = Vec::new();
    for (at, lines) in blocks.iter().enumerate() {
        let at = u16::try_from(at).map_err(|_| failed())?;
        for Line { record, .. } in *lines {
            links.extend(row::pointed_at(record).map(|parent| (parent, at)));
        }
    }
    if links.is_empty() {
        return Ok(None);
    }
    links.order_by_key(|link| *link);
    links.dedup();
    let mut bytes = u32::try_from(blocks.len()).map_err(|_| failed())?.to_le_bytes().to_vec();
    for lines in blocks {
        bytes.extend(lines.first().ok_or_else(failed)?.record.id.as_bytes());
    }
    for (parent, at) in links {
        bytes.extend(parent.as_bytes());
        bytes.extend(at.to_le_bytes());
    }
    let row = Object::new();
    let set = |name: &str, value: JsValue| Reflect::set(&row, &name.into(), &value).map_err(|_| failed());
    set("k", format!("{kind}/{}", ids::new_record_id()).into())?;
    set("d", Uint8Array::from(bytes.as_slice()).into())?;
    Ok(Some(row.into()))
}

impl Links {
    /// The rows that there are of a type or of all, those that were not known read: once in a transaction, before parents are looked
    /// up side by side.
    pub(super) async fn learn(&self, reader: Reader<'_>, kind: Option<&str>) -> Result<Known, StoreError> {
        let range = kind.map_or_else(|| Ok(KeyRange::lower_bound(&"".into(), None)?), |kind| row::under(kind, None))?;
        let keys = reader.link_keys(range.clone()).await?;
        let mut known: Vec<KeyedRow> = self.0.borrow().iter().filter(|(key, _)| keys.contains(key)).cloned().collect();
        if known.len() < keys.len() {
            let lacking: Vec<&String> =
                keys.iter().filter(|key| known.iter().all(|(known, _)| known != *key)).collect();
            let mut read = Vec::new();
            if lacking.len() > FEW {
                known.clear();
                read = reader.links(range).await?;
            } else {
                for key in lacking {
                    read.extend(reader.link(key).await?);
                }
            }
            known.extend(read.iter().map(|row| (Row::read(row).key, bytes_of(row).into())));
        }
        // Another transaction may see others; each goes by its own, and what is kept here is only what need not be read again.
        let mut kept = self.0.borrow_mut();
        kept.retain(|(key, _)| kind.is_some_and(|kind| !row::is_under(key, kind)));
        kept.extend(known.iter().cloned());
        Ok(Known(known))
    }
}

/// The rows that there are in a transaction.
pub(super) struct Known(Vec<KeyedRow>);

impl Known {
    /// The records with which the blocks began that may hold something that points into a range.
    pub(super) fn firsts(&self, parents: &RangeInclusive<RecordId>) -> Vec<RecordKey> {
        let mut found = Vec::new();
        for (key, row) in &self.0 {
            if let Some((kind, _)) = key.rsplit_once('/') {
                found.extend(firsts(row, parents).into_iter().map(|first| RecordKey::new(kind, first)));
            }
        }
        found
    }
}

fn bytes_of(row: &JsValue) -> Vec<u8> {
    let bytes = Reflect::get(row, &"d".into()).ok();
    bytes.and_then(|bytes| bytes.dyn_into::<Uint8Array>().ok()).map(|bytes| bytes.to_vec()).unwrap_or_default()
}

/// Of the blocks of a row those to which parents of a range lead, by their first records. A damaged row leads nowhere.
fn firsts(row: &[u8], parents: &RangeInclusive<RecordId>) -> Vec<RecordId> {
    let (count, rest) = row.split_first_chunk::<4>().unwrap_or((&[0; 4], &[]));
    let count = u32::from_le_bytes(*count) as usize;
    let (ids, rest) = rest.split_at_checked(count.saturating_mul(ID)).unwrap_or_default();
    let links = rest.as_chunks::<LINK>().0;
    let from = links.partition_point(|link| parent(link) < *parents.start());
    let mut leads = vec![false; ids.len() / ID];
    for link in links[from..].iter().take_while(|link| parents.contains(&parent(link))) {
        if let Some(leads) = leads.get_mut(usize::from(u16::from_le_bytes([link[ID], link[ID + 1]]))) {
            *leads = true;
        }
    }
    let ids = ids.as_chunks::<ID>().0.iter().zip(leads);
    ids.filter(|(_, leads)| *leads).map(|(id, _)| RecordId::from_bytes(*id)).collect()
}

fn parent(link: &[u8; LINK]) -> RecordId {
    let mut id = [0; ID];
    id.copy_from_slice(&link[..ID]);
    RecordId::from_bytes(id)
}
