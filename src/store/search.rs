//! Search over all types, answered by the index in memory; its words are taken in small slices once the index is loaded.

use outpost_core::record::{Record, RecordKey};
use outpost_core::records::has_pages;
use outpost_core::search::Question;

use super::Store;
use super::error::StoreError;
use crate::platform::breath::Slices;
use crate::platform::{self, page};

/// Records taken between two looks at the clock.
const TOGETHER: usize = 50;
/// How long after the index the words wait, in milliseconds, so that what a person does first comes first.
const PAUSE: u32 = 1_500;

impl Store {
    /// The records that a question means, best first, at most `most`, and how many there are. Slips of the keyboard are
    /// forgiven, if `forgiving`, where little is found without.
    ///
    /// # Errors
    /// [`StoreError`]: to be shown; never to be taken for nothing found.
    pub async fn search(
        &self,
        question: &Question,
        most: usize,
        forgiving: bool,
    ) -> Result<(Vec<Record>, usize), StoreError> {
        if question.is_empty() {
            return Ok((Vec::new(), 0));
        }
        let types = self.types();
        let has_page = |kind: &str| types.schema(kind).is_some_and(has_pages);
        let found = loop {
            self.words_ready().await?;
            // It may have been loaded anew meanwhile.
            if let Some(found) = self.0.memory.work(|index| index.search(question, most, forgiving, has_page)) {
                break found;
            }
        };
        let keys: Vec<RecordKey> = found.hits.into_iter().map(|hit| hit.key).collect();
        Ok((self.get_many(&keys).await?, found.total))
    }

    /// Waits until the index can be searched.
    pub(super) async fn words_ready(&self) -> Result<(), StoreError> {
        self.index_ready().await?;
        self.take_words().await;
        Ok(())
    }

    /// Takes the words of the index a while after it was loaded, so that the first search need not.
    pub(super) fn prepare_search(&self) {
        let store = self.clone();
        platform::spawn(async move {
            platform::sleep(PAUSE).await;
            store.take_words().await;
            page::mark("outpost:search-ready");
        });
    }

    /// Takes the words of all records of the index that it has not taken yet.
    async fn take_words(&self) {
        let mut slices = Slices::default();
        loop {
            let done = self.0.memory.work(|index| index.prepare_search(TOGETHER));
            if done.unwrap_or(true) {
                return;
            }
            slices.breathe().await;
        }
    }
}
