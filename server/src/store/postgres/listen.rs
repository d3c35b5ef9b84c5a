//! Hears what other processes say, by LISTEN, and passes it on to the devices that listen here. One connection for the
//! whole process, however many devices.

use std::sync::Arc;
use std::time::Duration;

use outpost_core::access::Role;
use sqlx::Row;
use sqlx::postgres::{PgConnectOptions, PgListener, PgNotification};
use tokio::task::yield_now;
use tokio::time::{Instant, sleep, sleep_until, timeout};

use super::connect::side;
use super::poke::{HEADS, LEFT, PAUSES, REMOVED};
use crate::live::{Live, Word};
use crate::random;
use crate::store::{StoreError, unsigned};

/// How long it may take to read how far the workspaces go.
const ANSWER: Duration = Duration::from_secs(5);

/// How long it may take to begin to listen.
const START: Duration = Duration::from_secs(15);

/// Listens until the task is aborted; connects again whenever the connection is lost.
pub(super) async fn run(options: PgConnectOptions, live: Arc<Live>, again: Duration) {
    let mut pause = PAUSES.0;
    loop {
        let connected = timeout(START, connect(&options, &live)).await.unwrap_or(Err(StoreError::Silent));
        match connected {
            Ok(listener) => {
                hear(listener, &live, again).await;
                pause = PAUSES.0;
            }
            Err(error) => tracing::warn!(%error, "what other processes say cannot be heard; it is tried again"),
        }
        // All processes lost it at the same moment.
        let part = random::bytes::<1>().map_or(255, |[byte]| byte);
        sleep(pause.mul_f64(0.5 + f64::from(part) / 512.0)).await;
        pause = (pause * 2).min(PAUSES.1);
    }
}

/// Connects, and makes up for what was said while nobody heard it.
async fn connect(options: &PgConnectOptions, live: &Live) -> Result<PgListener, StoreError> {
    let mut listener = PgListener::connect_with(&side(options, "outpost listens")).await?;
    listener.eager_reconnect(false);
    let listens = listener.listen_all([HEADS, LEFT, REMOVED]).await;
    // Also where the database has no such words: this is tried again and again then.
    read(&mut listener, live).await?;
    listens?;
    Ok(listener)
}

/// Tells the devices that listen here how far their workspaces go, and who was removed: a query each for all of them.
async fn read(listener: &mut PgListener, live: &Live) -> Result<(), StoreError> {
    let listening = live.workspaces();
    let heads = sqlx::query("SELECT workspace, head FROM workspaces WHERE workspace = ANY($1)").bind(&listening);
    for row in heads.fetch_all(&mut *listener).await? {
        live.say(row.try_get(0)?, Word::Head(unsigned(row.try_get(1)?)));
    }
    let removed = sqlx::query("SELECT workspace, user_id FROM users WHERE workspace = ANY($1) AND role = $2");
    for row in removed.bind(&listening).bind(Role::Removed.value()).fetch_all(listener).await? {
        live.say(row.try_get(0)?, Word::Removed(row.try_get(1)?));
        // Who listens can be few words behind.
        yield_now().await;
    }
    Ok(())
}

/// Passes on what is said, until the connection is lost. A process that dies between a commit and its word never says it, and a
/// connection that is cut somewhere in between says nothing, for ever: so the numbers are also read, `again` and again.
async fn hear(mut listener: PgListener, live: &Live, again: Duration) {
    let mut due = Instant::now() + again;
    loop {
        tokio::select! {
            biased;
            () = sleep_until(due) => {
                let Ok(Ok(())) = timeout(ANSWER, read(&mut listener, live)).await else { break };
                due = Instant::now() + again;
            }
            said = listener.try_recv() => match said {
                Ok(Some(notification)) => pass_on(&notification, live),
                Ok(None) => break,
                Err(error) => {
                    tracing::info!(%error, "the connection to other processes is lost");
                    break;
                }
            },
        }
    }
}

fn pass_on(notification: &PgNotification, live: &Live) {
    match parse(notification.channel(), notification.payload()) {
        Some((workspace, word)) => live.say(workspace, word),
        // Whoever may connect to the database may say anything here.
        None => tracing::warn!(channel = notification.channel(), "a notification is not of the known form"),
    }
}

fn parse(channel: &str, payload: &str) -> Option<(i64, Word)> {
    let (workspace, rest) = payload.split_once(':')?;
    let word = match channel {
        HEADS => Word::Head(rest.parse().ok()?),
        LEFT => Word::Left(rest.parse().ok()?),
        REMOVED => Word::Removed(rest.parse().ok()?),
        _ => return None,
    };
    Some((workspace.parse().ok()?, word))
}

#[cfg(test)]
mod tests {
    use outpost_core::id::DeviceId;

    use super::*;

    #[test]
    fn what_is_said_is_understood_and_what_is_not_ours_is_not() {
        assert!(matches!(parse(HEADS, "7:4711"), Some((7, Word::Head(4711)))));
        assert!(matches!(parse(LEFT, "7:00000000000000ff"), Some((7, Word::Left(DeviceId(255))))));
        assert!(matches!(parse(REMOVED, "7:12"), Some((7, Word::Removed(12)))));
        for wrong in ["", "7", "7:", ":7", "7:x", "x:7", "7:-1"] {
            assert!(parse(HEADS, wrong).is_none(), "{wrong}");
        }
        assert!(parse("another", "7:4711").is_none());
    }
}
