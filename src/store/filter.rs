//! What the index is asked that it does not know of every record: a filter, a field that is sorted or grouped by. The first time,
//! all records of the type are read for it; from then on the index keeps it with every change.

use outpost_core::filter::{Calendar, Filter};
use outpost_core::index::Query;

use super::Store;
use super::error::StoreError;
use crate::platform::time::{day_of, today};
use crate::words::t;

impl Store {
    /// Sees to it that the index, which is loaded, can answer a query's filter, order and groups.
    pub(super) async fn take_up(&self, query: &Query) -> Result<(), StoreError> {
        let Query { kind, filter, .. } = query;
        let calendar = Calendar { today: today(), day: day_of };
        let memory = &self.0.memory;
        let sifted = || memory.work(|index| index.has_filter(kind, filter, calendar)).unwrap_or_default();
        let sorted = || memory.work(|index| index.has_columns(query)).unwrap_or_default();
        let ready = || sifted() && sorted();
        while !ready() {
            // One at a time: who asked for the same meanwhile has it for nothing.
            let _turn = memory.sifting.lock().await;
            self.index_ready().await?;
            if ready() {
                break;
            }
            if !sifted() {
                let schema =
                    self.types().schema(kind).ok_or_else(|| StoreError::Failed(t!("“{kind}” is no type of record")))?;
                let read = Filter::read(schema, filter).map_err(|error| StoreError::Filter(error.to_string()))?;
                memory.work(|index| index.begin_filter(kind, filter, read, calendar));
            }
            memory.work(|index| index.begin_columns(query));
            // If the index is made anew meanwhile, it knows nothing of this, and it is done again.
            self.each(kind, &mut |record| {
                memory.work(|index| {
                    index.sift(filter, record);
                    index.read_columns(record);
                });
            })
            .await?;
            memory.work(|index| {
                index.end_filter(kind, filter);
                index.end_columns(kind);
            });
        }
        Ok(())
    }
}
