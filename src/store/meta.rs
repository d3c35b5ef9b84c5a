//! Settings and drafts: named values that stay on this device and are not synced.

use outpost_core::id::DeviceId;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::Store;
use super::db::META;
use super::error::StoreError;
use super::state::{APP, State};

/// A value, and up to where it holds.
#[derive(Serialize, Deserialize)]
struct Passing {
    device: DeviceId,
    next_n: u64,
    /// Its JSON.
    value: String,
}

impl Store {
    /// The value of a name, such as `theme` or `draft:/leads/new`; `None` if it was never set or is of another form.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn meta<T: DeserializeOwned>(&self, name: &str) -> Result<Option<T>, StoreError> {
        let key = format!("{APP}{name}");
        let json = self.reading(&[META], async |tx| Ok(tx.store(META)?.get(key.as_str().into()).await?)).await?;
        Ok(json.and_then(|json| serde_json::from_str(&json.as_string()?).ok()))
    }

    /// Sets the value of a name, durably.
    ///
    /// # Errors
    /// [`StoreError`]; the old value stays then.
    pub async fn set_meta<T: Serialize + ?Sized>(&self, name: &str, value: &T) -> Result<(), StoreError> {
        let (key, json) = (format!("{APP}{name}"), serde_json::to_string(value)?);
        self.writing(&[META], async |tx| tx.put(META, &json.as_str().into(), Some(&key.as_str().into()))).await
    }

    /// Sets the value of a name by what it was, in one transaction, and returns what `change` says of it. It may be asked twice.
    ///
    /// # Errors
    /// [`StoreError`]; the old value stays then.
    pub async fn change_meta<T, R>(&self, name: &str, change: impl Fn(Option<T>) -> (T, R)) -> Result<R, StoreError>
    where
        T: Serialize + DeserializeOwned,
    {
        let key = wasm_bindgen::JsValue::from(format!("{APP}{name}"));
        self.writing(&[META], async |tx| {
            let json = tx.get(META, &key)?.await?;
            let old = json.and_then(|json| serde_json::from_str(&json.as_string()?).ok());
            let (new, told) = change(old);
            tx.put(META, &serde_json::to_string(&new)?.as_str().into(), Some(&key))?;
            Ok(told)
        })
        .await
    }

    /// Removes the value of a name.
    ///
    /// # Errors
    /// [`StoreError`]; the value stays then.
    pub async fn remove_meta(&self, name: &str) -> Result<(), StoreError> {
        let key = format!("{APP}{name}");
        self.writing(&[META], async |tx| tx.delete(META, wasm_bindgen::JsValue::from(key.as_str()))).await
    }

    /// Sets a value that holds only until something else is written on this device.
    ///
    /// # Errors
    /// [`StoreError`]; the old value stays then.
    pub async fn set_passing<T: Serialize>(&self, name: &str, value: &T) -> Result<(), StoreError> {
        let (key, value) = (format!("{APP}{name}"), serde_json::to_string(value)?);
        self.writing(&[META], async |tx| {
            let state = State::read(tx).await?;
            let passing = Passing { device: state.clock.device, next_n: state.next_n, value: value.clone() };
            let json = serde_json::to_string(&passing)?;
            tx.put(META, &json.as_str().into(), Some(&key.as_str().into()))
        })
        .await
    }

    /// The value that was set so, if nothing was written since.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn passing<T: DeserializeOwned>(&self, name: &str) -> Result<Option<T>, StoreError> {
        let Some(passing) = self.meta::<Passing>(name).await? else { return Ok(None) };
        let state = self.state().await?;
        let holds = (state.clock.device, state.next_n) == (passing.device, passing.next_n);
        Ok(serde_json::from_str(&passing.value).ok().filter(|_| holds))
    }

    /// Whether this device has given an invoice a number.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn has_numbered(&self) -> Result<bool, StoreError> {
        Ok(!self.state().await?.counters.is_empty())
    }

    /// Sets the series of this device's invoice numbers, as the server gave it. Numbers of the series before stay as
    /// they are.
    ///
    /// # Errors
    /// [`StoreError`]; the old series stays then.
    pub async fn set_series(&self, series: &str) -> Result<(), StoreError> {
        if series.is_empty() {
            return Ok(());
        }
        let set = self.writing(&[META], async |tx| {
            let mut state = State::read(tx).await?;
            series.clone_into(&mut state.series);
            state.write(tx)
        });
        set.await?;
        series.clone_into(&mut self.0.series.borrow_mut());
        Ok(())
    }
}
