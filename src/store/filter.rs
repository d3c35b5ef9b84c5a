//! Filters: the first time that one is asked for, all records of the type are read and held against it; from then on the index
//! knows what it lets through.

use outpost_core::filter::{Calendar, Filter};
use outpost_core::index::Query;

use super::Store;
use super::error::StoreError;
use crate::platform::time::{day_of, today};
use crate::words::t;

impl Store {
    /// Sees to it that the index, which is loaded, can answer a query's filter.
    pub(super) async fn take_up_filter(&self, query: &Query) -> Result<(), StoreError> {
        let Query { kind, filter, .. } = query;
        let calendar = Calendar { today: today(), day: day_of };
        let memory = &self.0.memory;
        let ready = || memory.work(|index| index.has_filter(kind, filter, calendar)).unwrap_or_default();
        while !ready() {
            // One at a time: who asked for the same meanwhile has it for nothing.
            let _turn = memory.sifting.lock().await;
            self.index_ready().await?;
            if ready() {
                break;
            }
            let schema =
                self.types().schema(kind).ok_or_else(|| StoreError::Failed(t!("“{kind}” is no type of record")))?;
            let read = Filter::read(schema, filter).map_err(|error| StoreError::Filter(error.to_string()))?;
            memory.work(|index| index.begin_filter(kind, filter, read, calendar));
            // If the index is made anew meanwhile, it knows nothing of the filter, and this is done again.
            self.each(kind, &mut |record| {
                memory.work(|index| index.sift(filter, record));
            })
            .await?;
            memory.work(|index| index.end_filter(kind, filter));
        }
        Ok(())
    }
}
