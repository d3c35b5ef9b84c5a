//! Several processes on one database, as if they were one.

use std::sync::atomic::Ordering;
use std::time::Duration;

use outpost_core::access::Role;
use outpost_server::admin;
use outpost_server::cli::{Command, Person};
use serde_json::json;
use sqlx::Row;
use tokio::time::timeout;

use crate::ear::Ear;
use crate::http::Ask;
use crate::storm::storm;
use crate::support::{Device, NOW, Server, credentials, lead, until};
use crate::{database, home, twin};

/// The same device, at another process.
fn at(device: &Device, server: &Server) -> Device {
    Device { server: server.address, ..device.clone() }
}

#[tokio::test]
async fn what_is_pushed_through_one_process_is_heard_through_the_other() {
    let one = Server::at(home().await, |_| {}).await;
    let two = twin(&one).await;
    let mut ana = one.sign_up("ana@example.org", 7).await;
    let mut bo = two.sign_in("ana@example.org", 8).await;
    let mut ear = Ear::open(&bo).await;
    assert_eq!(ear.head().await, Some(0));
    ana.push(vec![lead(1, json!({"name": "For Bo"}))]).await;
    assert_eq!(ear.head().await, Some(1), "Ana's process tells Bo's");
    assert_eq!(bo.catch_up().await, 1);
    at(&bo, &one).push(vec![lead(2, json!({"name": "From Bo, by Ana's process"}))]).await;
    assert_eq!(ear.head().await, Some(2));
}

#[tokio::test]
async fn a_session_that_ends_at_one_process_ends_at_all() {
    let one = Server::at(home().await, |_| {}).await;
    let two = twin(&one).await;
    let ana = one.sign_up("ana@example.org", 7).await;
    let mut ear = Ear::open(&at(&ana, &two)).await;
    assert_eq!(ear.head().await, Some(0));
    let reply = Ask::post("/api/v1/sign-out", &json!({})).cookie(&ana.cookie).send(one.address).await;
    assert_eq!(reply.status, 204);
    assert_eq!(ear.head().await, None, "what she hears through the other process ends");
    let request = ana.request(Vec::new());
    assert_eq!(at(&ana, &two).send(&request).await.status, 401);
}

#[tokio::test]
async fn a_process_that_was_cut_off_hears_again_and_learns_what_it_missed() {
    let one = Server::at(home().await, |_| {}).await;
    let two = twin(&one).await;
    let mut ana = one.sign_up("ana@example.org", 7).await;
    let mut ear = Ear::open(&at(&ana, &two)).await;
    assert_eq!(ear.head().await, Some(0));
    let mut outside = database(&one).connect().await;
    let cut = "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
        WHERE datname = current_database() AND application_name = 'outpost listens'";
    for round in 1..=3_u64 {
        until("both listen", async || listening(&mut outside).await == 2).await;
        sqlx::query(cut).fetch_one(&mut outside).await.expect("cut");
        ana.push(vec![lead(round.into(), json!({"name": "Said while nobody heard it"}))]).await;
        assert_eq!(ear.head().await, Some(round));
    }
}

#[tokio::test]
async fn a_word_that_its_process_never_said_is_made_up_for() {
    let server = Server::at(home().await, |config| config.limits.live_again = Duration::from_millis(50)).await;
    let ana = server.sign_up("ana@example.org", 7).await;
    let mut ear = Ear::open(&ana).await;
    assert_eq!(ear.head().await, Some(0));
    // A process that dies between its commit and its word.
    let push = "UPDATE workspaces SET head = head + 1";
    sqlx::raw_sql(push).execute(&mut database(&server).connect().await).await.expect("pushed");
    assert_eq!(ear.head().await, Some(1), "before the next beat");
}

/// Somebody is in the workspace of Ana, and listens at one process; what ends that is not the next beat.
async fn bo(server: &Server) -> Ear {
    server.sign_up("ana@example.org", 7).await;
    let email = "bo@example.org".to_owned();
    let what = Person::Add { email, beside: "ana@example.org".to_owned(), role: Role::Member };
    let said = admin::run(&Command::Person { what }, &server.home.config()).await.expect("made");
    let password = said.rsplit(' ').next().expect("a password");
    let reply = server.post("/api/v1/sign-in", &credentials("bo@example.org", password, 8)).await;
    assert_eq!(reply.status, 200, "{}", reply.text());
    let mut bo = Device::new(server.address, 8);
    bo.cookie = reply.session();
    let mut ear = Ear::open(&bo).await;
    assert_eq!(ear.head().await, Some(0));
    ear
}

#[tokio::test]
async fn whoever_is_removed_by_a_command_hears_no_more_at_any_process() {
    let hour = Duration::from_hours(1);
    let server = Server::at(home().await, |config| config.limits.live_again = hour).await;
    let mut ear = bo(&server).await;
    let mut outside = database(&server).connect().await;
    until("the process listens", async || listening(&mut outside).await == 1).await;
    let what = Person::Role { email: "bo@example.org".to_owned(), role: Role::Removed };
    admin::run(&Command::Person { what }, &server.home.config()).await.expect("done");
    while ear.head().await.is_some() {}
}

#[tokio::test]
async fn that_somebody_was_removed_is_read_though_nobody_said_so() {
    let server = Server::at(home().await, |config| config.limits.live_again = Duration::from_millis(50)).await;
    let mut ear = bo(&server).await;
    let remove = "UPDATE users SET role = 'removed' WHERE email = 'bo@example.org'";
    sqlx::raw_sql(remove).execute(&mut database(&server).connect().await).await.expect("removed");
    while ear.head().await.is_some() {}
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_members_who_are_removed_at_once_one_is_left() {
    let server = Server::at(home().await, |_| {}).await;
    drop(bo(&server).await);
    let remove = |email: &str| {
        let (what, config) = (Person::Role { email: email.to_owned(), role: Role::Removed }, server.home.config());
        async move { admin::run(&Command::Person { what }, &config).await }
    };
    let mut outside = database(&server).connect().await;
    let lock = "BEGIN; SELECT 1 FROM workspaces FOR UPDATE";
    sqlx::raw_sql(lock).execute(&mut outside).await.expect("locked");
    let mut watch = database(&server).connect().await;
    let let_go = async {
        until("both wait", async || waiting(&mut watch).await > 1).await;
        sqlx::raw_sql("ROLLBACK").execute(&mut outside).await.expect("let go");
    };
    let (ana, bo, ()) = futures::join!(remove("ana@example.org"), remove("bo@example.org"), let_go);
    let done = [&ana, &bo].iter().filter(|done| done.is_ok()).count();
    assert_eq!(done, 1, "{ana:?} {bo:?}");
}

/// How many do; after that they may have asked for the heads.
async fn listening(outside: &mut sqlx::PgConnection) -> i64 {
    let count = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()
        AND application_name = 'outpost listens' AND (query LIKE 'LISTEN%' OR query LIKE 'SELECT workspace%')";
    sqlx::query_scalar(count).fetch_one(outside).await.expect("a count")
}

#[tokio::test]
async fn a_device_that_only_listens_costs_no_query() {
    let server = Server::at(home().await, |config| config.limits.live_beat = Duration::from_millis(20)).await;
    let ana = server.sign_up("ana@example.org", 7).await;
    let mut ear = Ear::open(&ana).await;
    assert_eq!(ear.head().await, Some(0));
    let mut outside = database(&server).connect().await;
    let mut latest = async || {
        let read = "SELECT max(query_start)::text FROM pg_stat_activity
            WHERE datname = current_database() AND application_name LIKE 'outpost%'";
        sqlx::query(read).fetch_one(&mut outside).await.expect("a time").get::<String, _>(0)
    };
    // The process itself connects to hear what others say; that is once.
    until("the process listens", async || {
        let before = latest().await;
        ear.head().await;
        latest().await == before
    })
    .await;
    let before = latest().await;
    for _ in 0..25 {
        assert_eq!(ear.head().await, Some(0));
    }
    assert_eq!(latest().await, before);
}

#[tokio::test(flavor = "multi_thread")]
async fn sixteen_pushers_at_two_processes_whose_commits_are_late_and_a_poller_that_skips_nothing() {
    let one = Server::at(home().await, |_| {}).await;
    let two = twin(&one).await;
    let poller = one.sign_up("ana@example.org", 100).await;
    let mut devices = Vec::new();
    for number in 1..=16 {
        let server = if number % 2 == 0 { &one } else { &two };
        devices.push(server.sign_in("ana@example.org", number).await);
    }
    // Each push's commit takes up to 20 ms more, at random: the order in which they began says nothing.
    let late = "CREATE FUNCTION late() RETURNS trigger LANGUAGE plpgsql AS
            'BEGIN PERFORM pg_sleep(random() * 0.02); RETURN NULL; END';
        CREATE CONSTRAINT TRIGGER late AFTER INSERT ON receipts DEFERRABLE INITIALLY DEFERRED
            FOR EACH ROW EXECUTE FUNCTION late()";
    sqlx::raw_sql(late).execute(&mut database(&one).connect().await).await.expect("made");
    let poller = storm(poller, devices).await;
    let mut fresh = two.sign_in("ana@example.org", 101).await;
    fresh.catch_up().await;
    assert_eq!(fresh.records, poller.records, "who begins now gets the same, at the other process");
}

/// How many connections wait for others.
async fn waiting(outside: &mut sqlx::PgConnection) -> i64 {
    let count = "SELECT count(*) FROM pg_stat_activity
        WHERE datname = current_database() AND wait_event_type = 'Lock'";
    sqlx::query_scalar(count).fetch_one(outside).await.expect("a count")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pull_sees_the_head_and_the_rows_of_one_moment() {
    let server = Server::at(home().await, |_| {}).await;
    let mut ana = server.sign_up("ana@example.org", 7).await;
    let mut bo = server.sign_in("ana@example.org", 8).await;
    ana.push(vec![lead(1, json!({"name": "Before"}))]).await;
    let mut outside = database(&server).connect().await;
    let mut watch = database(&server).connect().await;
    sqlx::raw_sql("BEGIN; LOCK TABLE records").execute(&mut outside).await.expect("locked");
    let pull = tokio::spawn(async move { bo.exchange(Vec::new()).await });
    until("it has read the head, and waits for the rows", async || waiting(&mut watch).await > 0).await;
    let push = "INSERT INTO records (workspace, type, id, seq, doc, part_of, age, entered, touched_ms)
            SELECT workspace, type, gen_random_uuid(), seq + 1, doc, part_of, age, entered, touched_ms FROM records;
        UPDATE workspaces SET head = head + 1; COMMIT";
    sqlx::raw_sql(push).execute(&mut outside).await.expect("pushed by another process");
    let answer = pull.await.expect("it is done in the end");
    assert_eq!((answer.rows.len(), answer.cursor), (1, 1), "what is beyond the cursor would be sent twice");
}

/// Whatever happens in one workspace, and however many wait there, the others go on.
#[tokio::test(flavor = "multi_thread")]
async fn a_workspace_that_is_stuck_holds_no_other_up() {
    let server = Server::at(home().await, |config| config.limits.database_connections = 3).await;
    let ana = server.sign_up("ana@example.org", 7).await;
    let mut eve = server.sign_up("eve@example.org", 9).await;
    let mut stuck = Vec::new();
    for number in 1..=12 {
        stuck.push(server.sign_in("ana@example.org", 100 + number).await);
    }
    let mut outside = database(&server).connect().await;
    let lock = "BEGIN; SELECT 1 FROM workspaces JOIN users USING (workspace)
        WHERE email = 'ana@example.org' FOR UPDATE OF workspaces";
    sqlx::raw_sql(lock).execute(&mut outside).await.expect("locked");
    let pushes: Vec<_> = (0..)
        .zip(stuck)
        .map(|(i, mut device)| tokio::spawn(async move { device.push(vec![lead(i, json!({"name": "Late"}))]).await }))
        .collect();
    let mut watch = database(&server).connect().await;
    until("a push waits for the lock", async || waiting(&mut watch).await > 0).await;
    for i in 0..50 {
        let push = eve.push(vec![lead(i, json!({"name": "On time"}))]);
        timeout(Duration::from_secs(4), push).await.expect("another workspace's push does not wait");
    }
    assert_eq!(timeout(Duration::from_secs(4), at(&ana, &server).catch_up()).await, Ok(0), "nor does a pull");
    assert!(pushes.iter().all(|push| !push.is_finished()));
    sqlx::raw_sql("ROLLBACK").execute(&mut outside).await.expect("let go");
    for push in pushes {
        push.await.expect("it is done in the end");
    }
    assert_eq!(at(&ana, &server).begin_again().await, 12);
}

#[tokio::test(flavor = "multi_thread")]
async fn devices_that_enrol_at_once_at_two_processes_get_series_of_their_own() {
    let one = Server::at(home().await, |_| {}).await;
    let two = twin(&one).await;
    assert_eq!(two.now_ms.load(Ordering::SeqCst), NOW);
    one.sign_up("ana@example.org", 1).await;
    // Whoever has chosen is held up before it writes that down, until somebody else waits, too.
    let hold = "CREATE FUNCTION held() RETURNS trigger LANGUAGE plpgsql AS
            'BEGIN PERFORM pg_advisory_xact_lock_shared(1); RETURN NEW; END';
        CREATE TRIGGER held BEFORE INSERT ON devices FOR EACH ROW EXECUTE FUNCTION held();
        SELECT pg_advisory_lock(1)";
    let mut outside = database(&one).connect().await;
    sqlx::raw_sql(hold).execute(&mut outside).await.expect("held");
    let mut watch = database(&one).connect().await;
    let let_go = async {
        until("two wait", async || waiting(&mut watch).await > 1).await;
        sqlx::query("SELECT pg_advisory_unlock(1)").execute(&mut outside).await.expect("let go");
    };
    // The choice begins at what the device's number says, so these all wish for the same.
    let enrol = async |server: &Server, number: u64| server.sign_in("ana@example.org", 7 + number * 192).await.series;
    let (odd, even, ()) = futures::join!(
        futures::future::join_all((0..8).map(|i| enrol(&one, 2 * i + 1))),
        futures::future::join_all((0..8).map(|i| enrol(&two, 2 * i))),
        let_go
    );
    let mut series = [odd, even].concat();
    series.sort();
    series.dedup();
    assert_eq!(series.len(), 16, "{series:?}");
}
