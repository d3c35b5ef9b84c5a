//! What only several processes on one PostgreSQL database can do. `OUTPOST_TEST_POSTGRES` is the address of a server on
//! which databases may be made; `cargo xtask test --only postgres` starts one.

#[path = "../server/database.rs"]
#[allow(dead_code, reason = "the other suite uses the rest")]
mod database;
#[path = "../server/ear.rs"]
#[allow(dead_code, reason = "the other suite uses the rest")]
mod ear;
#[path = "../server/http.rs"]
#[allow(dead_code, reason = "the other suite uses the rest")]
mod http;
#[path = "../server/storm.rs"]
mod storm;
#[path = "../server/support.rs"]
#[allow(dead_code, reason = "the other suite uses the rest")]
mod support;

mod away;
mod commits;
mod growth;
mod interrupted;
mod processes;
mod relay;
mod start;
mod tenancy;
mod upkeep;

use database::{Database, Home};
use sqlx::{ConnectOptions, PgConnection};
use support::Server;

/// A home that is a PostgreSQL database.
async fn home() -> Home {
    let home = Home::new().await;
    assert!(home.database.is_some(), "OUTPOST_TEST_POSTGRES names no server");
    home
}

/// The database of a server's home.
fn database(server: &Server) -> &Database {
    server.home.database.as_ref().expect("a PostgreSQL database")
}

/// One more process on a server's database.
async fn twin(server: &Server) -> Server {
    let url = server.home.config().database_url;
    Server::at(Home::sqlite(), |config| config.database_url = url).await
}

/// A connection from which a database can be shut to others.
async fn outside(database: &Database) -> PgConnection {
    database.server.connect().await.expect("a connection")
}
