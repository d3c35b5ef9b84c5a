//! Connecting: what the address means, that the database answers and is up to date, and what each connection insists on.

use std::str::FromStr;
use std::time::Duration;

use sqlx::migrate::{MigrateError, Migrator};
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::{ConnectOptions, Connection, Executor, PgConnection, PgPool};
use thiserror::Error;
use tokio::time::timeout;

use crate::config::DatabaseUrl;

static MIGRATIONS: Migrator = sqlx::migrate!("./migrations/postgres");

/// How long the database may take to let a process in, and a request may wait for a connection.
const CONNECT_TIME: Duration = Duration::from_secs(5);

/// What each connection insists on, whatever the database's own configuration says.
///
/// A commit that is acknowledged is on the disk: `off` is raised to `on`, and what is stricter stays as it is. A process
/// that is cut off in the middle of a push holds its workspace's lock for half a minute at most. Compiling queries takes
/// longer than any of these takes.
pub(super) const SESSION: &str = "SELECT set_config(name, value, false)
    FROM (VALUES ('synchronous_commit', 'on'), ('idle_in_transaction_session_timeout', '30s'),
                 ('statement_timeout', '30s'), ('jit', 'off')) AS wanted (name, value)
    WHERE current_setting(name, true) IS NOT NULL
      AND (name <> 'synchronous_commit' OR current_setting(name) = 'off')";

/// Why a PostgreSQL database cannot be used. No text of it holds the password.
#[derive(Debug, Error)]
pub enum ConnectError {
    /// Not an address of this kind.
    #[error(
        "What --database-url says is not the address of a PostgreSQL database{}; one such as \
         postgres://outpost@db.example.org/outpost is wanted.", .0.as_ref().map_or(String::new(), |e| format!(" ({e})"))
    )]
    Url(#[source] Option<sqlx::Error>),
    /// Nobody answers there, or not to this user.
    #[error("The PostgreSQL database {place} cannot be opened: {source}. Check --database-url, and that it runs.")]
    Database {
        /// Which.
        place: String,
        /// What the system or the database says.
        source: sqlx::Error,
    },
    /// Nobody says anything there.
    #[error("The PostgreSQL database {place} does not answer within {} s. Check --database-url, and that it runs.", CONNECT_TIME.as_secs())]
    Silent {
        /// Which.
        place: String,
    },
    /// A newer Outpost wrote it.
    #[error(
        "The PostgreSQL database {place} was written by a newer Outpost (its migration {version} is not known here). \
         Start that version."
    )]
    Newer {
        /// Which.
        place: String,
        /// The migration that this version does not have.
        version: i64,
    },
    /// No server has ever used it.
    #[error("There is no database of Outpost’s in {place}. Check --database-url.")]
    Nothing {
        /// Which.
        place: String,
    },
    /// An older Outpost wrote it, and it is not for this to bring it up to date.
    #[error(
        "The PostgreSQL database {place} was written by an older Outpost. Start a server of this version on it first."
    )]
    Older {
        /// Which.
        place: String,
    },
    /// A migration failed; it was rolled back.
    #[error("The PostgreSQL database {place} cannot be brought up to date: {source}.")]
    Migration {
        /// Which.
        place: String,
        /// What went wrong.
        source: MigrateError,
    },
}

/// What the address says.
pub(super) fn options(url: &DatabaseUrl) -> Result<PgConnectOptions, ConnectError> {
    if !["postgres://", "postgresql://"].iter().any(|scheme| url.secret().starts_with(scheme)) {
        return Err(ConnectError::Url(None));
    }
    let options = PgConnectOptions::from_str(url.secret()).map_err(|error| ConnectError::Url(Some(error)))?;
    Ok(options.application_name("outpost").disable_statement_logging())
}

/// The database's place, without user and password.
pub(super) fn place(options: &PgConnectOptions) -> String {
    let database = options.get_database().unwrap_or(options.get_username());
    match options.get_socket() {
        Some(socket) => format!("{database} at {}", socket.display()),
        None => format!("{database} at {}:{}", options.get_host(), options.get_port()),
    }
}

/// A first connection, by which it is found out whether there will be others.
pub(super) async fn first(options: &PgConnectOptions) -> Result<PgConnection, ConnectError> {
    let place = place(options);
    match timeout(CONNECT_TIME, options.connect()).await {
        Ok(connected) => connected.map_err(|source| ConnectError::Database { place, source }),
        Err(_silent) => Err(ConnectError::Silent { place }),
    }
}

/// Brings the database up to date. Of several processes that start at once, one does it, and the others wait: sqlx
/// takes an advisory lock.
pub(super) async fn prepare(options: &PgConnectOptions) -> Result<(), ConnectError> {
    let place = place(options);
    let mut connection = first(options).await?;
    warn_if_unsafe(&mut connection).await;
    let migrated = MIGRATIONS.run(&mut connection).await.map_err(|source| match source {
        MigrateError::VersionMissing(version) => ConnectError::Newer { place: place.clone(), version },
        MigrateError::Execute(source) => ConnectError::Database { place: place.clone(), source },
        source => ConnectError::Migration { place: place.clone(), source },
    });
    if let Err(error) = connection.close().await {
        tracing::debug!(%error, "the first connection was not closed cleanly");
    }
    migrated
}

/// Whether a server has used the database, and of this version.
pub(super) async fn check(options: &PgConnectOptions) -> Result<(), ConnectError> {
    let place = place(options);
    let broken = |source| ConnectError::Database { place: place.clone(), source };
    let mut connection = first(options).await?;
    let is_ours: bool = sqlx::query_scalar("SELECT to_regclass('_sqlx_migrations') IS NOT NULL")
        .fetch_one(&mut connection)
        .await
        .map_err(broken)?;
    if !is_ours {
        return Err(ConnectError::Nothing { place });
    }
    let last: Option<i64> = sqlx::query_scalar("SELECT max(version) FROM _sqlx_migrations WHERE success")
        .fetch_one(&mut connection)
        .await
        .map_err(broken)?;
    connection.close().await.map_err(broken)?;
    match (last, MIGRATIONS.iter().map(|migration| migration.version).max()) {
        (Some(version), known) if Some(version) > known => Err(ConnectError::Newer { place, version }),
        (last, known) if last < known => Err(ConnectError::Older { place }),
        _ => Ok(()),
    }
}

/// What a connection cannot insist on is for the database's owner to mend.
async fn warn_if_unsafe(connection: &mut PgConnection) {
    for setting in ["fsync", "full_page_writes"] {
        let read = sqlx::query_scalar::<_, Option<String>>("SELECT current_setting($1, true)").bind(setting);
        if matches!(read.fetch_one(&mut *connection).await, Ok(Some(value)) if value == "off") {
            tracing::warn!(setting, "the database has it off, so it can lose what was saved when the power fails");
        }
    }
}

/// The connections for requests. They are made when they are needed, and made again when the database has been away.
pub(super) fn pool(options: &PgConnectOptions, connections: u32) -> PgPool {
    PgPoolOptions::new()
        .max_connections(connections)
        .acquire_timeout(CONNECT_TIME)
        .after_connect(|connection, _| Box::pin(async { connection.execute(SESSION).await.map(drop) }))
        .connect_lazy_with(options.clone())
}

/// The one connection that tells news, or hears it; by its name the database's owner knows it.
pub(super) fn side(options: &PgConnectOptions, name: &str) -> PgPool {
    PgPoolOptions::new()
        .max_connections(1)
        .acquire_timeout(CONNECT_TIME)
        .max_lifetime(None)
        .idle_timeout(None)
        // A notification is a transaction too, but nothing is lost with it that needs to wait for the disk.
        .after_connect(|connection, _| {
            Box::pin(async { connection.execute("SET synchronous_commit = off").await.map(drop) })
        })
        .connect_lazy_with(options.clone().application_name(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_address_is_said_in_a_sentence_that_keeps_the_secret() {
        for wrong in ["", "outpost.sqlite", "mysql://ana:secret@db/outpost", "postgres://ana:secret@db:port/outpost"] {
            let error = options(&DatabaseUrl::from(wrong.to_owned())).expect_err(wrong).to_string();
            assert!(error.ends_with("is wanted.") && !error.contains("secret"), "{error}");
        }
        let url = DatabaseUrl::from("postgresql://ana:secret@db.example.org/outpost".to_owned());
        assert!(!format!("{url:?}").contains("secret"));
        assert_eq!(place(&options(&url).expect("an address")), "outpost at db.example.org:5432");
    }
}
