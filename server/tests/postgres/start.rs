//! Starting on a PostgreSQL database: what cannot be used is said in a sentence, and never with the password.

use std::future::pending;

use outpost_server::{ConnectError, StartError, serve};
use sqlx::ConnectOptions;

use crate::database::Home;
use crate::home;
use crate::support::Server;

async fn refusal(home: &Home, url: &str) -> String {
    let mut config = home.config();
    config.database_url = Some(url.to_owned().into());
    match serve(config, pending()).await {
        Ok(_) => panic!("it started"),
        Err(error) => {
            assert!(matches!(error, StartError::Database(_)), "{error:?}");
            let text = error.to_string();
            assert!(text.ends_with('.') && !text.contains('\n'), "a sentence: {text}");
            assert!(!format!("{text} {error:?}").contains("hidden-word"), "the password is shown: {error:?}");
            text
        }
    }
}

#[tokio::test]
async fn a_database_that_cannot_be_used_is_said() {
    let home = home().await;
    let database = home.database.as_ref().expect("a database");
    let options = database.options();
    let free = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port").local_addr().expect("an address");
    let closed = format!("postgres://ana:hidden-word@127.0.0.1:{}/outpost", free.port());
    let said = refusal(&home, &closed).await;
    assert!(said.contains(&format!("outpost at 127.0.0.1:{}", free.port())), "{said}");
    let wrong = options.clone().password("hidden-word").to_url_lossy();
    let said = refusal(&home, wrong.as_str()).await;
    assert!(said.contains("cannot be opened") && said.contains("password"), "{said}");
    let said = refusal(&home, options.database("no_such_database").to_url_lossy().as_str()).await;
    assert!(said.contains("no_such_database") && said.contains("does not exist"), "{said}");
    let said = refusal(&home, "mysql://ana:hidden-word@127.0.0.1/outpost").await;
    assert!(said.contains("is not the address of a PostgreSQL database"), "{said}");
}

#[tokio::test]
async fn a_database_of_a_newer_version_is_left_alone() {
    let home = Server::at(home().await, |_| {}).await.stop().await;
    let mut outside = home.database.as_ref().expect("a database").connect().await;
    sqlx::query(
        "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time)
         VALUES (9999, 'from the future', TRUE, '', 0)",
    )
    .execute(&mut outside)
    .await
    .expect("written");
    match serve(home.config(), pending()).await {
        Err(StartError::Database(error @ ConnectError::Newer { version: 9999, .. })) => {
            assert!(error.to_string().contains("written by a newer Outpost"), "{error}");
        }
        Err(error) => panic!("another reason: {error}"),
        Ok(_) => panic!("it started"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn processes_that_start_at_once_on_an_empty_database_all_start() {
    let home = home().await;
    let started = futures::future::join_all((0..4).map(|_| serve(home.config(), pending()))).await;
    for server in started {
        let server = server.unwrap_or_else(|error| panic!("{error}"));
        assert_eq!(crate::http::Ask::get("/healthz").send(server.address()).await.status, 200);
    }
}
