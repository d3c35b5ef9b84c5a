//! A transaction in which rows, blocks and links are read, whether or not it writes: what reads them is built once for both.

use std::collections::BTreeSet;

use futures::future::LocalBoxFuture;
use outpost_core::record::RecordKey;
use rexie::KeyRange;
use wasm_bindgen::JsValue;

use super::blocks::Block;
use super::db::{BLOCKS, LINKS, PARENT, RECORDS};
use super::error::StoreError;
use super::row;
use super::tx::WriteTx;

/// What a request is answered with. Boxed: what waits for one is small, and there are many such places.
type Answer<'a, T> = LocalBoxFuture<'a, Result<T, StoreError>>;

/// See the module's documentation.
#[derive(Clone, Copy)]
pub(super) enum Reader<'a> {
    Reads(&'a rexie::Transaction),
    Writes(&'a WriteTx),
}

impl<'a> From<&'a rexie::Transaction> for Reader<'a> {
    fn from(tx: &'a rexie::Transaction) -> Self {
        Self::Reads(tx)
    }
}

impl<'a> From<&'a WriteTx> for Reader<'a> {
    fn from(tx: &'a WriteTx) -> Self {
        Self::Writes(tx)
    }
}

impl<'a> Reader<'a> {
    /// A record's own row.
    pub(super) async fn own(self, key: &RecordKey) -> Result<Option<JsValue>, StoreError> {
        self.get(RECORDS, row::key(key)).await
    }

    /// A block by its key.
    pub(super) async fn block(self, key: &str) -> Result<Option<Block>, StoreError> {
        Ok(self.get(BLOCKS, key.into()).await?.as_ref().and_then(Block::read))
    }

    /// The key of the first block from a record on.
    pub(super) async fn next_block(self, from: &RecordKey) -> Result<Option<String>, StoreError> {
        let range = KeyRange::lower_bound(&row::key(from), None)?;
        Ok(self.keys(BLOCKS, range, Some(1)).await?.into_iter().next())
    }

    /// The first blocks of a range, at most so many.
    pub(super) async fn blocks_in(self, range: KeyRange, most: u32) -> Result<Vec<JsValue>, StoreError> {
        self.get_all(BLOCKS, range, most).await
    }

    /// The keys of rows in a range, both ends included.
    pub(super) async fn row_keys(self, first: &str, last: &str) -> Result<BTreeSet<String>, StoreError> {
        self.keys(RECORDS, KeyRange::bound(&first.into(), &last.into(), None, None)?, None).await
    }

    /// The blocks of earlier versions that hold what points into a range of the `parent` index, some of them more than once.
    pub(super) async fn with_children(self, parents: KeyRange) -> Result<Vec<JsValue>, StoreError> {
        match self {
            Self::Reads(tx) => Ok(tx.store(BLOCKS)?.index(PARENT)?.get_all(Some(parents), None).await?),
            Self::Writes(tx) => tx.get_all_in(BLOCKS, PARENT, parents)?.await,
        }
    }

    /// The keys of rows of links.
    pub(super) async fn link_keys(self, range: KeyRange) -> Result<BTreeSet<String>, StoreError> {
        self.keys(LINKS, range, None).await
    }

    /// A row of links.
    pub(super) async fn link(self, key: &str) -> Result<Option<JsValue>, StoreError> {
        self.get(LINKS, key.into()).await
    }

    /// The rows of links.
    pub(super) async fn links(self, range: KeyRange) -> Result<Vec<JsValue>, StoreError> {
        self.get_all(LINKS, range, u32::MAX).await
    }

    fn get(self, store: &'static str, key: JsValue) -> Answer<'a, Option<JsValue>> {
        Box::pin(async move {
            match self {
                Self::Reads(tx) => Ok(tx.store(store)?.get(key).await?),
                Self::Writes(tx) => tx.get(store, &key)?.await,
            }
        })
    }

    fn get_all(self, store: &'static str, range: KeyRange, most: u32) -> Answer<'a, Vec<JsValue>> {
        Box::pin(async move {
            match self {
                Self::Reads(tx) => Ok(tx.store(store)?.get_all(Some(range), Some(most)).await?),
                Self::Writes(tx) => tx.get_all(store, range, most).await,
            }
        })
    }

    fn keys(self, store: &'static str, range: KeyRange, most: Option<u32>) -> Answer<'a, BTreeSet<String>> {
        Box::pin(async move {
            let keys = match self {
                Self::Reads(tx) => tx.store(store)?.get_all_keys(Some(range), most).await?,
                Self::Writes(tx) => tx.get_all_keys(store, range, most)?.await?,
            };
            Ok(keys.iter().filter_map(JsValue::as_string).collect())
        })
    }
}
