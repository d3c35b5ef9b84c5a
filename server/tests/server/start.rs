//! Starting: what cannot be used is said in a sentence; what can is made for its owner alone.

use std::fs;
use std::future::pending;
use std::path::Path;

use outpost_server::{Config, OpenError, StartError, serve};

use crate::database::sqlite;
use crate::support::Server;

fn config(data: &Path) -> Config {
    Config::new(([127, 0, 0, 1], 0).into(), data)
}

async fn refusal(config: Config) -> StartError {
    match serve(config, pending()).await {
        Ok(_) => panic!("it started"),
        Err(error) => error,
    }
}

#[tokio::test]
async fn a_data_folder_in_use_is_said() {
    let server = Server::on_sqlite().await;
    let error = refusal(config(&server.home.data())).await;
    assert!(matches!(error, StartError::Data(OpenError::Locked { .. })), "{error}");
    assert!(error.to_string().contains("in use by another server"), "{error}");
}

#[tokio::test]
async fn a_folder_is_free_again_once_its_server_has_stopped() {
    let server = Server::on_sqlite().await;
    let mut device = server.sign_up("ana@example.org", 7).await;
    device.push(vec![crate::support::lead(1, serde_json::json!({"name": "Bia"}))]).await;
    let home = server.stop().await;
    let data = home.data();
    let names: Vec<_> = fs::read_dir(&data).expect("a folder").map(|e| e.expect("an entry").file_name()).collect();
    assert_eq!(names.len(), 2, "closed cleanly, so without a write-ahead log: {names:?}");
    let running = serve(config(&data), pending()).await.expect("it starts");
    device.server = running.address();
    assert_eq!(device.begin_again().await, 1);
}

#[cfg(unix)]
#[tokio::test]
async fn the_data_folder_is_for_its_owner_alone() {
    use std::os::unix::fs::PermissionsExt;
    let server = Server::on_sqlite().await;
    let data = server.home.data();
    let mode = |path: &Path| fs::metadata(path).expect("there").permissions().mode() & 0o777;
    assert_eq!(mode(&data), 0o700);
    for entry in fs::read_dir(&data).expect("a folder") {
        let path = entry.expect("an entry").path();
        assert_eq!(mode(&path), 0o600, "{}", path.display());
    }
}

#[tokio::test]
async fn what_is_no_folder_or_no_database_is_said() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("file");
    fs::write(&file, "in the way").expect("written");
    assert!(matches!(refusal(config(&file)).await, StartError::Data(OpenError::Folder { .. })));
    assert!(matches!(refusal(config(&file.join("below"))).await, StartError::Data(OpenError::Folder { .. })));

    let damaged = folder.path().join("damaged");
    fs::create_dir(&damaged).expect("made");
    fs::write(damaged.join("outpost.sqlite"), "this is no database. ".repeat(100)).expect("written");
    let error = refusal(config(&damaged)).await;
    assert!(error.to_string().contains("cannot be opened"), "{error}");
}

#[tokio::test]
async fn a_database_of_a_newer_version_is_left_alone() {
    let home = Server::on_sqlite().await.stop().await;
    let data = home.data();
    let mut database = sqlx::ConnectOptions::connect(&sqlite(&data)).await.expect("a database");
    sqlx::query(
        "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time)
         VALUES (9999, 'from the future', TRUE, X'00', 0)",
    )
    .execute(&mut database)
    .await
    .expect("written");
    sqlx::Connection::close(database).await.expect("closed");
    let error = refusal(config(&data)).await;
    assert!(error.to_string().contains("written by a newer Outpost"), "{error}");
}

#[tokio::test]
async fn an_address_that_is_taken_is_said() {
    let server = Server::start().await;
    let folder = tempfile::tempdir().expect("a folder");
    let mut config = config(folder.path());
    config.listen = server.address;
    let error = refusal(config).await;
    assert!(error.to_string().contains("--listen"), "{error}");
}
