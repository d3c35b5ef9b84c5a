//! Hears what other processes say, by LISTEN, and passes it on to the devices that listen here. One connection for the
//! whole process, however many devices.

use std::sync::Arc;
use std::time::Duration;

use sqlx::postgres::{PgConnectOptions, PgListener, PgNotification};
use sqlx::{Executor, PgPool, Row};
use tokio::time::{sleep, timeout};

use super::connect::side;
use super::poke::{HEADS, LEFT};
use crate::live::{Live, Word};
use crate::random;
use crate::store::unsigned;

/// After so long a silence the connection is asked whether it is still there.
const SILENCE: Duration = Duration::from_secs(30);

/// How long it may take to answer that.
const ANSWER: Duration = Duration::from_secs(5);

/// Between two attempts to connect: at first, and at most.
const PAUSES: (Duration, Duration) = (Duration::from_millis(200), Duration::from_secs(20));

/// Listens until the task is aborted; connects again whenever the connection is lost.
pub(super) async fn run(options: PgConnectOptions, pool: PgPool, live: Arc<Live>) {
    let mut pause = PAUSES.0;
    loop {
        match hear(&options, &pool, &live).await {
            Ok(()) => pause = PAUSES.0,
            Err(error) => tracing::warn!(%error, "what other processes say cannot be heard; it is tried again"),
        }
        // All processes lost it at the same moment.
        let part = random::bytes::<1>().map_or(255, |[byte]| byte);
        sleep(pause.mul_f64(0.5 + f64::from(part) / 512.0)).await;
        pause = (pause * 2).min(PAUSES.1);
    }
}

/// Hears until the connection is lost. An error is that there was none.
async fn hear(options: &PgConnectOptions, pool: &PgPool, live: &Live) -> Result<(), sqlx::Error> {
    let side = side(options);
    let mut listener = PgListener::connect_with(&side).await?;
    listener.eager_reconnect(false);
    listener.listen_all([HEADS, LEFT]).await?;
    // What was said while nobody heard it.
    catch_up(pool, live).await?;
    loop {
        match timeout(SILENCE, listener.try_recv()).await {
            Ok(Ok(Some(notification))) => pass_on(&notification, live),
            Ok(Ok(None)) => break,
            Ok(Err(error)) => {
                tracing::info!(%error, "the connection to other processes is lost");
                break;
            }
            // A connection that is cut somewhere in between says nothing, for ever.
            Err(_silent) => match timeout(ANSWER, listener.execute("SELECT 1")).await {
                Ok(Ok(_)) => {}
                Ok(Err(_)) | Err(_) => break,
            },
        }
    }
    Ok(())
}

/// Reads how far those workspaces go whose devices listen here: one query for all of them.
async fn catch_up(pool: &PgPool, live: &Live) -> Result<(), sqlx::Error> {
    let workspaces = live.workspaces();
    if workspaces.is_empty() {
        return Ok(());
    }
    let heads = sqlx::query("SELECT workspace, head FROM workspaces WHERE workspace = ANY($1)").bind(workspaces);
    for row in heads.fetch_all(pool).await? {
        live.say(row.try_get(0)?, Word::Head(unsigned(row.try_get(1)?)));
    }
    Ok(())
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
        for wrong in ["", "7", "7:", ":7", "7:x", "x:7", "7:-1"] {
            assert!(parse(HEADS, wrong).is_none(), "{wrong}");
        }
        assert!(parse("another", "7:4711").is_none());
    }
}
