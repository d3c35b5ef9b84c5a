//! What an acknowledged push rests on, whatever the database's own defaults are.

use serde_json::json;
use sqlx::{AssertSqlSafe, Executor};

use crate::support::{Server, lead};
use crate::{home, outside};

#[tokio::test]
async fn a_push_is_on_the_disk_and_sees_what_is_committed_even_if_the_defaults_are_others() {
    let home = home().await;
    let database = home.database.as_ref().expect("a database");
    for default in ["synchronous_commit = off", "default_transaction_isolation = serializable", "jit = on"] {
        let alter = AssertSqlSafe(format!("ALTER DATABASE {} SET {default}", database.name));
        outside(database).await.execute(alter).await.expect("set");
    }
    let mut beside = database.connect().await;
    let server = Server::at(home, |_| {}).await;
    // Within the push's own transaction.
    let spy = "CREATE TABLE seen (durable TEXT, isolation TEXT);
        CREATE FUNCTION spy() RETURNS trigger LANGUAGE plpgsql AS
            'BEGIN INSERT INTO seen VALUES
                (current_setting(''synchronous_commit''), current_setting(''transaction_isolation'')); RETURN NULL; END';
        CREATE TRIGGER spy AFTER INSERT ON receipts FOR EACH ROW EXECUTE FUNCTION spy()";
    sqlx::raw_sql(spy).execute(&mut beside).await.expect("made");
    let mut device = server.sign_up("ana@example.org", 7).await;
    device.push(vec![lead(1, json!({"name": "Kept"}))]).await;
    let seen: (String, String) =
        sqlx::query_as("SELECT durable, isolation FROM seen").fetch_one(&mut beside).await.expect("it was seen");
    assert_eq!(seen, ("on".to_owned(), "read committed".to_owned()));
}
