//! The word that a database was restored from a backup.

use sqlx::{Connection, Executor};
use thiserror::Error;

use super::connect::{self, ConnectError};
use crate::config::DatabaseUrl;

/// Why no workspace has a new epoch.
#[derive(Debug, Error)]
pub enum EpochError {
    /// The database is out of reach.
    #[error(transparent)]
    Connect(#[from] ConnectError),
    /// No server has ever used it.
    #[error("There is no database of Outpost’s in {place}. Check --database-url.")]
    Nothing {
        /// Which.
        place: String,
    },
    /// It refused.
    #[error("The PostgreSQL database {place} refused: {source}.")]
    Refused {
        /// Which.
        place: String,
        /// What it says.
        source: sqlx::Error,
    },
}

/// Gives each workspace a new epoch, which begins with the seed; how many there are. What servers are just pushing is done
/// before, as they hold their workspaces' rows.
pub(crate) async fn new_epochs(url: &DatabaseUrl, seed: &str) -> Result<u64, EpochError> {
    let options = connect::options(url)?;
    let place = connect::place(&options);
    let refused = |source| EpochError::Refused { place: place.clone(), source };
    let mut conn = connect::first(&options).await?;
    conn.execute(connect::SESSION).await.map_err(refused)?;
    let is_ours: bool = sqlx::query_scalar("SELECT to_regclass('workspaces') IS NOT NULL")
        .fetch_one(&mut conn)
        .await
        .map_err(refused)?;
    if !is_ours {
        return Err(EpochError::Nothing { place });
    }
    let changed = sqlx::query("UPDATE workspaces SET epoch = $1 || left(md5(random()::text || workspace), 16)")
        .bind(seed)
        .execute(&mut conn)
        .await
        .map_err(refused)?;
    conn.close().await.map_err(refused)?;
    Ok(changed.rows_affected())
}
