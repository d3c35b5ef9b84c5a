//! A transaction that writes.
//!
//! It asks for strict durability: when it is done, the data has been handed to the disk, not just to the operating
//! system. While it is open nothing may be awaited but its own requests, or the browser commits it.

use std::cell::Cell;

use futures::channel::oneshot;
use idb::{KeyRange, Query};
use js_sys::{Array, Function, Object, Reflect};
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Event, IdbDatabase, IdbTransaction};

use super::error::StoreError;

/// See the module's documentation. Dropped before [`WriteTx::done`], it is aborted, and nothing is written.
pub(super) struct WriteTx {
    raw: IdbTransaction,
    tx: idb::Transaction,
    end: Option<oneshot::Receiver<Result<(), StoreError>>>,
    over: Cell<bool>,
    // Dropped together with the transaction.
    _complete: Closure<dyn FnMut(Event)>,
    _abort: Closure<dyn FnMut(Event)>,
}

impl WriteTx {
    /// Begins one; it waits for its turn with its first request.
    pub(super) fn begin(database: &IdbDatabase, stores: &[&str]) -> Result<Self, StoreError> {
        let failed = |error: JsValue| StoreError::of(&describe(&error));
        let options = Object::new();
        Reflect::set(&options, &"durability".into(), &"strict".into()).map_err(failed)?;
        let names: Array = stores.iter().map(|name| JsValue::from_str(name)).collect();
        let open: Function =
            Reflect::get(database, &"transaction".into()).and_then(JsCast::dyn_into).map_err(failed)?;
        let raw: IdbTransaction =
            open.call3(database, &names, &"readwrite".into(), &options).and_then(JsCast::dyn_into).map_err(failed)?;
        // Both are set before the first request, so that no end of it is missed.
        let (tell, end) = oneshot::channel();
        let tell = std::rc::Rc::new(Cell::new(Some(tell)));
        let tell_abort = tell.clone();
        let complete = Closure::once(move |_: Event| {
            tell.take().map(|tell| tell.send(Ok(())));
        });
        let aborted = raw.clone();
        let abort = Closure::once(move |_: Event| {
            let why = aborted.error().map_or(StoreError::ConnectionLost, |error| {
                StoreError::of(&format!("{}: {}", error.name(), error.message()))
            });
            tell_abort.take().map(|tell| tell.send(Err(why)));
        });
        raw.set_oncomplete(Some(complete.as_ref().unchecked_ref()));
        raw.set_onabort(Some(abort.as_ref().unchecked_ref()));
        let tx = raw.clone().into();
        Ok(Self { raw, tx, end: Some(end), over: Cell::new(false), _complete: complete, _abort: abort })
    }

    /// Reads the value of a key. Requests run side by side: make all, then await them in order.
    pub(super) fn get(
        &self,
        store: &str,
        key: &JsValue,
    ) -> Result<impl Future<Output = Result<Option<JsValue>, StoreError>> + use<>, StoreError> {
        let request = self.tx.object_store(store)?.get(key.clone())?.into_future();
        Ok(async move { Ok(request.await?) })
    }

    /// The least key of a store.
    pub(super) async fn first_key(&self, store: &str) -> Result<Option<JsValue>, StoreError> {
        let least = KeyRange::lower_bound(&f64::NEG_INFINITY.into(), None)?;
        Ok(self.tx.object_store(store)?.get_key(least)?.await?)
    }

    /// The values of a range, at most `limit`.
    pub(super) async fn get_all(&self, store: &str, range: KeyRange, limit: u32) -> Result<Vec<JsValue>, StoreError> {
        Ok(self.tx.object_store(store)?.get_all(Some(Query::KeyRange(range)), Some(limit))?.await?)
    }

    /// The keys of a range.
    pub(super) fn get_all_keys(
        &self,
        store: &str,
        range: KeyRange,
        limit: Option<u32>,
    ) -> Result<impl Future<Output = Result<Vec<JsValue>, StoreError>> + use<>, StoreError> {
        let keys = self.tx.object_store(store)?.get_all_keys(Some(Query::KeyRange(range)), limit)?.into_future();
        Ok(async move { Ok(keys.await?) })
    }

    /// The values that an index has for a range.
    pub(super) fn get_all_in(
        &self,
        store: &str,
        index: &str,
        range: KeyRange,
    ) -> Result<impl Future<Output = Result<Vec<JsValue>, StoreError>> + use<>, StoreError> {
        let index = self.tx.object_store(store)?.index(index)?;
        let request = index.get_all(Some(Query::KeyRange(range)), None)?.into_future();
        Ok(async move { Ok(request.await?) })
    }

    /// How many rows a store has.
    pub(super) async fn count(&self, store: &str) -> Result<u32, StoreError> {
        Ok(self.tx.object_store(store)?.count(None)?.await?)
    }

    /// Puts a row. Whether that worked is known when the transaction is done.
    pub(super) fn put(&self, store: &str, value: &JsValue, key: Option<&JsValue>) -> Result<(), StoreError> {
        self.tx.object_store(store)?.put(value, key)?;
        Ok(())
    }

    /// Deletes a key or a range.
    pub(super) fn delete(&self, store: &str, what: impl Into<Query>) -> Result<(), StoreError> {
        self.tx.object_store(store)?.delete(what)?;
        Ok(())
    }

    /// Deletes everything in a store.
    pub(super) fn clear(&self, store: &str) -> Result<(), StoreError> {
        self.tx.object_store(store)?.clear()?;
        Ok(())
    }

    /// Commits, and waits until it is durable.
    ///
    /// # Errors
    /// Why it was aborted; nothing of it was written.
    pub(super) async fn done(mut self) -> Result<(), StoreError> {
        self.over.set(true);
        // Saves the wait for the last request's answer. Where it is missing, the browser commits by itself.
        #[expect(deprecated, reason = "a draft once lacked it; all browsers have it")]
        self.raw.commit().ok();
        match self.end.take() {
            Some(end) => end.await.unwrap_or(Err(StoreError::ConnectionLost)),
            None => Err(StoreError::ConnectionLost),
        }
    }
}

impl Drop for WriteTx {
    fn drop(&mut self) {
        self.raw.set_oncomplete(None);
        self.raw.set_onabort(None);
        if !self.over.get() {
            // Fails only if it is over already.
            self.raw.abort().ok();
        }
    }
}

/// `Name: message` of an exception.
pub(super) fn describe(error: &JsValue) -> String {
    match error.dyn_ref::<web_sys::DomException>() {
        Some(error) => format!("{}: {}", error.name(), error.message()),
        None => crate::platform::as_text(error),
    }
}
