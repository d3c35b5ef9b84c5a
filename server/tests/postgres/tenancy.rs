//! What grows is kept by workspace, so that a database that spreads over machines can keep each workspace on one.

use crate::home;

/// What there is once for all workspaces: whoever signs in does not say yet in which.
const SHARED: [&str; 3] = ["_sqlx_migrations", "sessions", "users"];

#[tokio::test]
async fn every_key_of_what_grows_begins_with_the_workspace() {
    let server = crate::support::Server::at(home().await, |_| {}).await;
    let home = server.stop().await;
    let mut beside = home.database.as_ref().expect("a database").connect().await;
    let firsts = "SELECT c.relname::text, i.relname::text, a.attname::text
        FROM pg_index x
        JOIN pg_class c ON c.oid = x.indrelid JOIN pg_class i ON i.oid = x.indexrelid
        JOIN pg_namespace n ON n.oid = c.relnamespace
        JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = x.indkey[0]
        WHERE n.nspname = current_schema() ORDER BY 1, 2";
    let firsts: Vec<(String, String, String)> = sqlx::query_as(firsts).fetch_all(&mut beside).await.expect("indexes");
    let others: Vec<_> = firsts
        .iter()
        .filter(|(table, index, first)| {
            // A workspace's own id is looked for while nobody knows its number.
            first != "workspace" && !SHARED.contains(&table.as_str()) && index != "workspaces_id_key"
        })
        .collect();
    assert!(firsts.len() > 10, "{firsts:?}");
    assert!(others.is_empty(), "{others:?}");
}
