//! What a new device is sent first, without its network: the newest records, and a snapshot in segments.

use std::io::Read;

use flate2::read::GzDecoder;
use outpost_core::id::DeviceId;
use outpost_core::protocol::{Newest, Snapshot};
use outpost_core::scope::Age;

use super::{Engine, Kept, Refusal, json};
use crate::error::ApiError;
use crate::first::first;
use crate::snapshot::{self, Sizes};
use crate::store::{Store, StoreError};

impl Engine {
    /// The bytes that `GET /api/v1/newest` answers to a device, with at most so many records.
    ///
    /// # Errors
    /// [`Refusal`], as over HTTP.
    pub async fn newest(&self, device: DeviceId, scope: Age, rows: u32, now_ms: u64) -> Result<Vec<u8>, Refusal> {
        let workspace = self.session(device)?.workspace;
        let found = with_store!(&self.store, store => first(&**store, workspace, scope, rows).await);
        let found = found.map_err(ApiError::from)?;
        let newest =
            Newest { epoch: found.epoch, server_ms: now_ms, head: found.head, count: found.count, rows: found.rows };
        Ok(json(&newest)?)
    }

    /// The bytes that `GET /api/v1/snapshot` answers to a device that has begun to read `begun`; a snapshot that has to be made
    /// is called `name`.
    ///
    /// # Errors
    /// [`Refusal`], as over HTTP.
    pub async fn snapshot(
        &self,
        device: DeviceId,
        begun: Option<String>,
        scope: Age,
        sizes: Sizes,
        name: String,
        now_ms: u64,
    ) -> Result<Vec<u8>, Refusal> {
        let workspace = self.session(device)?.workspace;
        let found = with_store!(&self.store, store => {
            let begun = match begun {
                Some(begun) => snapshot::begun(&**store, workspace, begun, scope).await,
                None => Ok(None),
            };
            match begun {
                Ok(None) => {
                    let _alone = self.maker.lock().await;
                    snapshot::fresh(&**store, workspace, scope, sizes, name, now_ms).await
                }
                begun => begun,
            }
        });
        Ok(json(&found.map_err(ApiError::from)?.map(Snapshot::from))?)
    }

    /// The lines of a segment, unpacked, for a device.
    ///
    /// # Errors
    /// [`Refusal`], as over HTTP: 404 if it is not there any more.
    pub async fn segment(&self, device: DeviceId, name: &str, number: u32) -> Result<Vec<u8>, Refusal> {
        let workspace = self.session(device)?.workspace;
        let found = with_store!(&self.store, store => store.segment(workspace, name.to_owned(), number).await);
        let packed = found.map_err(ApiError::from)?.ok_or(ApiError::NotFound)?;
        let mut lines = Vec::new();
        let unpacked = GzDecoder::new(&packed[..]).read_to_end(&mut lines);
        unpacked.map_err(|error| ApiError::from(StoreError::Database(error.into())))?;
        Ok(lines)
    }
}
