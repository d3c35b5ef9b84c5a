//! A piece of work on a connection. Once begun it is finished, even if the request that wanted it is gone; but not for
//! ever, because a database that is cut off somewhere in between does not even say that it is.

use std::time::Duration;

use futures::future::BoxFuture;
use sqlx::{PgConnection, PgPool};
use tokio::time::timeout;

use crate::store::StoreError;

/// How long it may take: longer than the database lets a statement take, shorter than a request may.
const MOST: Duration = Duration::from_secs(40);

/// Does some work on a connection that is free.
pub(super) async fn run<T, W>(pool: &PgPool, work: W) -> Result<T, StoreError>
where
    T: Send + 'static,
    W: for<'c> FnOnce(&'c mut PgConnection) -> BoxFuture<'c, Result<T, StoreError>> + Send + 'static,
{
    let pool = pool.clone();
    let done = tokio::spawn(async move {
        let mut connection = pool.acquire().await?;
        match timeout(MOST, work(&mut connection)).await {
            Ok(outcome) => outcome,
            Err(_silent) => {
                // It would be asked whether it is still good, and that would wait as long.
                connection.close_on_drop();
                Err(StoreError::Silent)
            }
        }
    });
    done.await.unwrap_or(Err(StoreError::Panicked))
}
