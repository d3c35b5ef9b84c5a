//! `GET /api/v1/live`: tells a device how far the workspace's sequence goes, each time that it goes further. No more than
//! the number: what there is, the device asks for by an ordinary sync.
//!
//! What is said comes from memory; what other processes on the same database write, they say to this one. A device that listens and
//! hears nothing new costs no query; the number is repeated from time to time, so that a word that was lost is made up for, and
//! either side notices when the other is gone. That somebody was removed is what a command does in another process: a server looks for it
//! from time to time, once for all who listen.

use std::collections::HashMap;
use std::convert::Infallible;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use axum::extract::State;
use axum::response::sse::Event;
use axum::response::{IntoResponse, Sse};
use futures::stream::unfold;
use outpost_core::id::DeviceId;
use tokio::sync::broadcast::error::RecvError;
use tokio::sync::{OwnedSemaphorePermit, broadcast};
use tokio::time::timeout;

use crate::accounts::session::Session;
use crate::error::ApiError;
use crate::state::AppState;
use crate::store::Store;

/// Words that a slow listener may be behind; beyond that it only misses numbers that later ones exceed.
const BEHIND: usize = 16;

/// What is said in a workspace.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Word {
    /// The sequence goes this far.
    Head(u64),
    /// The session of this device has ended.
    Left(DeviceId),
    /// The person of this account was removed from the workspace.
    Removed(i64),
}

/// Those who listen, by workspace.
#[derive(Default)]
pub(crate) struct Live {
    rooms: Mutex<Rooms>,
}

#[derive(Default)]
struct Rooms {
    /// Once the server is stopping.
    closed: bool,
    of: HashMap<i64, broadcast::Sender<Word>>,
}

impl Live {
    fn rooms(&self) -> MutexGuard<'_, Rooms> {
        self.rooms.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Tells those who listen here.
    pub(crate) fn say(&self, workspace: i64, word: Word) {
        let mut rooms = self.rooms();
        let nobody = rooms.of.get(&workspace).is_some_and(|room| room.send(word).is_err());
        if nobody {
            rooms.of.remove(&workspace);
        }
    }

    /// The workspaces that somebody listens to.
    pub(crate) fn workspaces(&self) -> Vec<i64> {
        self.rooms().of.keys().copied().collect()
    }

    /// Ends what anybody hears: the server stops.
    pub(crate) fn close(&self) {
        let mut rooms = self.rooms();
        rooms.closed = true;
        rooms.of.clear();
    }

    /// Hears what is said from now on; `None` if the server is stopping.
    fn listen(&self, workspace: i64) -> Option<broadcast::Receiver<Word>> {
        let mut rooms = self.rooms();
        if rooms.closed {
            return None;
        }
        Some(rooms.of.entry(workspace).or_insert_with(|| broadcast::channel(BEHIND).0).subscribe())
    }

    /// How many rooms there are.
    #[cfg(test)]
    fn len(&self) -> usize {
        self.rooms().of.len()
    }
}

/// A device that listens. There is no database within its reach.
struct Listener {
    live: Arc<Live>,
    session: Session,
    words: broadcast::Receiver<Word>,
    head: u64,
    /// How often the number is repeated.
    beat: Duration,
    /// Whether the number is to be said without waiting for a word.
    first: bool,
    _place: OwnedSemaphorePermit,
}

impl Drop for Listener {
    fn drop(&mut self) {
        let mut rooms = self.live.rooms();
        // This one still counts.
        if rooms.of.get(&self.session.workspace).is_some_and(|room| room.receiver_count() <= 1) {
            rooms.of.remove(&self.session.workspace);
        }
    }
}

impl Listener {
    /// The next number to be said; `None` at the end.
    async fn next(&mut self) -> Option<u64> {
        if std::mem::take(&mut self.first) {
            return Some(self.head);
        }
        loop {
            match timeout(self.beat, self.words.recv()).await {
                Ok(Ok(Word::Head(head))) if head > self.head => {
                    self.head = head;
                    return Some(head);
                }
                Ok(Ok(Word::Left(device))) if device == self.session.device => return None,
                Ok(Ok(Word::Removed(user))) if user == self.session.user => return None,
                Ok(Ok(_) | Err(RecvError::Lagged(_))) => {}
                Ok(Err(RecvError::Closed)) => return None,
                Err(_quiet) => return Some(self.head),
            }
        }
    }
}

/// Lets a device listen for as long as it likes and its session lasts.
pub(crate) async fn live(State(state): State<AppState>, session: Session) -> Result<impl IntoResponse, ApiError> {
    let place = Arc::clone(&state.live_places).try_acquire_owned().map_err(|_full| ApiError::Busy)?;
    // Before the head is read: what is committed in between is said twice rather than never.
    let words = state.live.listen(session.workspace).ok_or(ApiError::Busy)?;
    let (live, beat) = (Arc::clone(&state.live), state.config.limits.live_beat);
    let mut listener = Listener { live, session, words, head: 0, beat, first: true, _place: place };
    listener.head = state.store.place(&session).await?.head;
    let words = unfold(listener, async |mut listener| {
        let head = listener.next().await?;
        Some((Ok::<_, Infallible>(Event::default().data(head.to_string())), listener))
    });
    // nginx would keep such small words until it has a pageful.
    Ok(([("x-accel-buffering", "no")], Sse::new(words)))
}

#[cfg(test)]
mod tests {
    use outpost_core::access::Role;
    use tokio::sync::Semaphore;
    use tokio::time::Instant;

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn who_only_listens_is_told_for_an_hour_from_memory_alone_and_again_what_it_missed() {
        let live = Arc::<Live>::default();
        let session = Session { user: 1, workspace: 1, device: DeviceId(7), role: Role::Member };
        let words = live.listen(1).expect("open");
        let place = Arc::new(Semaphore::new(1)).try_acquire_owned().expect("a place");
        let beat = Duration::from_secs(10);
        let mut listener =
            Listener { live: Arc::clone(&live), session, words, head: 7, beat, first: true, _place: place };
        let begun = Instant::now();
        for second in (0..=3_600).step_by(10) {
            assert_eq!((listener.next().await, begun.elapsed().as_secs()), (Some(7), second));
        }
        // It is so slow that most of what is said to it is lost; with the last word it has caught up.
        for head in 8..=100 {
            live.say(1, Word::Head(head));
        }
        while listener.next().await != Some(100) {}
        assert_eq!(listener.next().await, Some(100), "and so it is repeated");
    }

    #[tokio::test]
    async fn words_reach_their_own_workspace_and_empty_rooms_are_cleared() {
        let live = Live::default();
        let mut one = live.listen(1).expect("open");
        let mut other = live.listen(2).expect("open");
        live.say(1, Word::Head(7));
        assert!(matches!(one.recv().await, Ok(Word::Head(7))));
        drop(one);
        live.say(1, Word::Head(8));
        assert_eq!(live.len(), 1);
        live.close();
        assert!(matches!(other.recv().await, Err(RecvError::Closed)));
        assert!(live.listen(1).is_none());
    }
}
