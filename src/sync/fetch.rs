//! What a new device is sent: the newest records at once, so that it can be worked with; then all, segment by segment, the
//! next one already under way while one is stored.

use futures::future::join3;
use outpost_core::protocol::{Newest, Segment, Snapshot};
use outpost_core::sync::{Commit, Event, Failure, Position, Status};
use serde::de::DeserializeOwned;

use super::driver::Driver;
use crate::platform::http::classify::{self, NoAnswer};
use crate::platform::{http, mark, time};
use crate::store::Indexing;

/// How long the server may take, in milliseconds: it may have to make the snapshot first.
const LIMIT_MS: u32 = 60_000;
/// A device with more records than this is not new: it has lost its place, not its data.
const NEW: u32 = 1_000;

/// Why there is no more to fetch, as the event that says so.
type Over = Event;

impl Driver {
    pub(super) async fn fetch(&self) -> Event {
        match self.fetch_all().await {
            Ok(()) => Event::Fetched,
            Err(Event::Fetched) => match self.store.give_up_fetch().await {
                Ok(()) => Event::Fetched,
                Err(error) => self.failed(&error),
            },
            Err(over) => over,
        }
    }

    async fn fetch_all(&self) -> Result<(), Over> {
        let turn = self.turn();
        let begun = self.store.fetch_begun().await.map_err(|error| self.failed(&error))?;
        let scope = u8::from(self.store.scope().await.map_err(|error| self.failed(&error))?.keep);
        let mut count = 0;
        if begun.is_none() {
            let summary = self.store.summary().await.map_err(|error| self.failed(&error))?;
            if summary.blocks || summary.sums.total().count > NEW {
                return Ok(());
            }
            let newest: Newest = ask(&format!("/api/v1/newest?scope={scope}")).await?;
            count = newest.count;
            if !newest.rows.is_empty() {
                let position = Position { epoch: Some(newest.epoch), cursor: 0, since: 0 };
                let commit = Commit {
                    receipts: Vec::new(),
                    rows: newest.rows,
                    records: Vec::new(),
                    forget: Vec::new(),
                    position,
                    server_ms: newest.server_ms,
                };
                self.store.commit(commit, time::now_ms()).await.map_err(|error| self.failed(&error))?;
                mark("outpost:usable");
            }
        }
        let name = begun.as_ref().map(|name| format!("&name={name}")).unwrap_or_default();
        let path = format!("/api/v1/snapshot?scope={scope}{name}");
        let Some(snapshot) = ask::<Option<Snapshot>>(&path).await? else {
            return if begun.is_some() { Err(Event::Fetched) } else { Ok(()) };
        };
        let done = self.store.begin_fetch(&snapshot).await.map_err(|error| self.failed(&error))?;
        let all: u64 = snapshot.segments.iter().map(|segment| u64::from(segment.rows)).sum();
        let (here, lacking): (Vec<&Segment>, Vec<&Segment>) =
            snapshot.segments.iter().partition(|segment| done.contains(&segment.number));
        let _filling = self.store.filling();
        let mut rows: u64 = here.iter().map(|segment| u64::from(segment.rows)).sum();
        self.show(Status::Fetching(rows, all.max(count)));
        // The next one is fetched and read, and the one before goes into the lists, while the browser stores one.
        let read = async |segment: &Segment| {
            let text = text(&snapshot, segment).await?;
            self.store.read_segment(segment, text).await.map_err(|error| self.failed(&error))
        };
        let mut next = match lacking.first() {
            Some(first) => Some(read(first).await?),
            None => None,
        };
        let mut indexing: Option<Indexing> = None;
        let index = async |indexing: Option<Indexing>| match indexing {
            Some(indexing) => indexing.done().await.map_err(|error| self.failed(&error)),
            None => Ok(()),
        };
        for (at, segment) in lacking.iter().enumerate() {
            let Some(parcel) = next.take() else { break };
            let following = async {
                match lacking.get(at + 1) {
                    Some(following) => read(following).await.map(Some),
                    None => Ok(None),
                }
            };
            let store = self.store.store_segment(&snapshot, parcel);
            let (stored, following, indexed) = join3(store, following, index(indexing.take())).await;
            indexing = Some(stored.map_err(|error| self.failed(&error))?);
            indexed?;
            if self.turn() != turn {
                // Another tab leads, or the account is left: nobody hears what is said here.
                return Ok(());
            }
            rows += u64::from(segment.rows);
            self.show(Status::Fetching(rows, all.max(count)));
            next = following?;
        }
        index(indexing).await?;
        self.store.end_fetch(&snapshot).await.map_err(|error| self.failed(&error))?;
        mark("outpost:fetched");
        Ok(())
    }
}

async fn text(snapshot: &Snapshot, segment: &Segment) -> Result<String, Over> {
    let path = format!("/api/v1/snapshot/{}/{}", snapshot.name, segment.number);
    http::get_text(&path, "application/x-ndjson", LIMIT_MS).await.map_err(|reply| over(reply.as_ref()))
}

async fn ask<T: DeserializeOwned>(path: &str) -> Result<T, Over> {
    let reply = http::get(path, LIMIT_MS).await;
    classify::read(reply.as_ref()).map_err(refused)
}

fn over(reply: Option<&classify::Reply>) -> Over {
    match classify::read::<serde_json::Value>(reply) {
        Ok(_) => Event::Failed(Failure::Offline),
        Err(reason) => refused(reason),
    }
}

fn refused(reason: NoAnswer) -> Over {
    match reason {
        // A server of before there were snapshots; or the snapshot is gone, and pages go on where it ended.
        NoAnswer::Refused(refusal) if refusal.status == 404 => Event::Fetched,
        reason => Event::Failed(match classify::failure(reason) {
            Failure::EpochChanged(_) | Failure::TooLarge | Failure::Forked => Failure::Offline,
            failure => failure,
        }),
    }
}
