//! Where a snapshot and the pull behind it meet: whatever others pushed while it was made and fetched, there is no gap between
//! them, and the pull does not tell once more what was in it.
//!
//! A gap would be found and mended when the device compares itself, and what comes twice changes nothing; so both are looked
//! for here, the moment that the last segment is stored.

use std::collections::BTreeMap;

use outpost_core::protocol::{PROTOCOL, RepairRequest, RepairResponse, Snapshot, SyncRequest, SyncResponse};
use outpost_core::record::{Record, RecordKey};
use outpost_core::sums::BUCKETS;
use outpost_server::engine::Door;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::classify;
use crate::tell::{Broken, Told};
use crate::world::World;

const SEAM: &str = "a snapshot and the pull behind it meet";

impl World {
    /// All of a snapshot is on a device.
    pub(crate) fn meets(&mut self, device: usize, snapshot: &Snapshot) -> Told {
        let at = &self.devices[device];
        let (id, scope, position) = (at.id, at.disk.tables.state.scope.clone(), at.disk.tables.state.position.clone());
        let (protocol, scope, is_moving) = (PROTOCOL, scope.keep, scope.moving.is_some());
        let request = SyncRequest {
            protocol,
            device: id,
            epoch: position.epoch,
            cursor: position.cursor,
            since: position.since,
            limit: u32::MAX,
            mutations: Vec::new(),
            wanted: Vec::new(),
            scope,
        };
        let Some(pulled) = self.now_asked::<SyncResponse>(device, Door::Sync, &request)? else {
            // The server was set back meanwhile, and all begins again.
            return Ok(());
        };
        // Each row that was written since has a number of its own.
        let since = pulled.cursor.saturating_sub(snapshot.head);
        if (pulled.rows.len() + pulled.forget.len()) as u64 > since {
            let what = format!("device {device} is sent {} rows, and {since} were written since", pulled.rows.len());
            return Err(Broken::new(SEAM, what));
        }
        if since > 0 {
            self.tally.count("snapshot overtaken");
        }
        if pulled.has_more || is_moving {
            return Ok(());
        }
        let tables = &self.devices[device].disk.tables;
        let mut held: BTreeMap<RecordKey, Record> = tables.records.clone();
        for row in pulled.rows {
            held.entry(row.key()).or_insert_with(|| Record::empty(row.key())).merge(row);
        }
        let buckets = (0..BUCKETS).filter_map(|bucket| u8::try_from(bucket).ok()).collect();
        let request = RepairRequest { protocol, device: id, buckets, after: None, scope };
        let there = self.now_asked::<RepairResponse>(device, Door::Repair, &request)?;
        for there in there.into_iter().flat_map(|answer| answer.rows) {
            // Of what was taken back something is missing until it comes by name, and of what is old the server may have dropped it.
            let name = format!("{}/{}", there.kind, there.id);
            if tables.state.wanted.contains(&there.key()) || self.journal.is_gone(&name) {
                continue;
            }
            let mut merged = held.get(&there.key()).cloned().unwrap_or_else(|| Record::empty(there.key()));
            if merged.merge(there.clone()) {
                let what =
                    format!("device {device} lacks of\n  {there:?}\nwhat is not in\n  {:?}", held.get(&there.key()));
                return Err(Broken::new(SEAM, what));
            }
        }
        Ok(())
    }

    /// What the server answers to a device at this very moment; `None` if it refuses.
    fn now_asked<T: DeserializeOwned>(
        &self,
        device: usize,
        door: Door,
        request: &impl Serialize,
    ) -> Result<Option<T>, Broken> {
        let body = serde_json::to_vec(request).map_err(|error| Broken::new(SEAM, error.to_string()))?;
        let reply = self.servers.ask_now(door, self.devices[device].id, self.now, &body)?;
        Ok(classify::read(&reply).ok())
    }
}
