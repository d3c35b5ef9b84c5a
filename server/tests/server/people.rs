//! Several people in one workspace: what each may do there, and the command that says so beside a running server.

use outpost_core::access::{NOT_ALLOWED, REMOVED, Role};
use outpost_core::mutation::{Op, Registers};
use outpost_core::protocol::{Account, PROTOCOL, SyncResponse, Verdict};
use outpost_core::record::Register;
use outpost_server::admin::{self, AdminError};
use outpost_server::cli::{Command, Person};
use serde_json::json;

use crate::ear::Ear;
use crate::http::{Ask, Reply, error};
use crate::support::{Device, PASSWORD, Server, applied, credentials, id, lead};
use crate::sync_rules::code;

/// Where the doors are listed.
const DOORS: &str = include_str!("../../src/http.rs");
const ANA: &str = "ana@example.org";
const BO: &str = "bo@example.org";

/// What `outpost-server person` does, beside the server.
pub(crate) async fn person(server: &Server, what: Person) -> Result<String, AdminError> {
    admin::run(&Command::Person { what }, &server.home.config()).await
}

pub(crate) async fn set_role(server: &Server, email: &str, role: Role) {
    person(server, Person::Role { email: email.into(), role }).await.expect("done");
}

/// Makes an account beside Ana's; its password.
pub(crate) async fn add(server: &Server, email: &str, role: Role) -> String {
    let what = Person::Add { email: email.into(), beside: ANA.into(), role };
    let said = person(server, what).await.expect("made");
    said.rsplit(' ').next().expect("a password").to_owned()
}

pub(crate) async fn sign_in(server: &Server, email: &str, password: &str, device: u64) -> Reply {
    server.post("/api/v1/sign-in", &credentials(email, password, device)).await
}

/// A device of an account that was made so.
pub(crate) async fn enter(server: &Server, email: &str, password: &str, device: u64) -> Device {
    let reply = sign_in(server, email, password, device).await;
    assert_eq!(reply.status, 200, "{}", reply.text());
    let mut made = Device::new(server.address, device);
    made.cookie = reply.session();
    made
}

async fn ana_and_bo(server: &Server, role: Role) -> (Device, Device, String) {
    let ana = server.sign_up(ANA, 7).await;
    let password = add(server, BO, role).await;
    let bo = enter(server, BO, &password, 8).await;
    (ana, bo, password)
}

async fn me(device: &Device) -> Reply {
    Ask::get("/api/v1/me").cookie(&device.cookie).send(device.server).await
}

#[tokio::test]
async fn two_people_of_one_workspace_see_the_same_and_learn_what_each_may_do() {
    let server = Server::start().await;
    let (mut ana, mut bo, password) = ana_and_bo(&server, Role::Member).await;
    ana.push(vec![lead(1, json!({"name": "Bia"}))]).await;
    assert_eq!(bo.catch_up().await, 1);
    assert_eq!(bo.push(vec![lead(1, json!({"notes": "By Bo"}))]).await, Verdict::Applied);
    assert_eq!(ana.catch_up().await, 1);
    let (of_ana, of_bo) = (me(&ana).await.json(), me(&bo).await.json());
    assert_eq!(of_ana["workspace_id"], of_bo["workspace_id"]);
    assert_eq!((&of_bo["email"], of_bo.get("role")), (&json!(BO), None), "a member's goes without saying");

    set_role(&server, BO, Role::Viewer).await;
    let sign_in: Account = serde_json::from_slice(&sign_in(&server, BO, &password, 9).await.body).expect("an account");
    assert_eq!((sign_in.role, &me(&bo).await.json()["role"]), (Role::Viewer, &json!("viewer")));
    assert_eq!(bo.exchange(Vec::new()).await.role, Role::Viewer, "without a new session");
    let answer = ana.send(&ana.request(Vec::new())).await.json();
    assert_eq!(answer.get("role"), None);
}

#[tokio::test]
async fn a_viewers_change_is_refused_with_a_reason_and_holds_nobody_up() {
    let server = Server::start().await;
    let (mut ana, mut bo, _) = ana_and_bo(&server, Role::Viewer).await;
    ana.push(vec![lead(1, json!({"name": "Bia"}))]).await;
    assert_eq!(bo.catch_up().await, 1);
    let head = bo.cursor;
    let mut name = Registers::default();
    name.fields.insert("name".into(), Register(json!("Sent again"), bo.stamp()));
    let batch: Vec<_> = [
        vec![lead(1, json!({"name": "By Bo"}))],
        Vec::new(),
        vec![lead(2, json!({"name": "New"})), Op::delete("lead", id(1))],
        vec![Op::merge(lead(1, json!({})).key(), name)],
        vec![lead(3, json!({"name": 7}))],
    ]
    .map(|ops| bo.mutation(ops))
    .into();
    let request = bo.request(batch);
    let answer = bo.exchange(request.mutations.clone()).await;
    let codes: Vec<&str> = answer.receipts.iter().map(|receipt| code(&receipt.verdict)).collect();
    // One without ops does nothing, so there is nothing to be refused.
    assert_eq!(codes, [NOT_ALLOWED, "applied", NOT_ALLOWED, NOT_ALLOWED, NOT_ALLOWED]);
    assert_eq!((answer.next_n, answer.cursor), (6, head), "the numbers are used up, and nothing was written");
    for (receipt, known) in [(0, 1), (2, 1), (3, 1), (4, 0)] {
        let Verdict::Rejected { message, current, .. } = &answer.receipts[receipt].verdict else { unreachable!() };
        assert!(message.contains("may look") && current.len() == known, "{message} {current:?}");
        assert!(current.iter().all(|record| record.text("name") == "Bia"), "what stands is said: {current:?}");
    }
    let again: SyncResponse = serde_json::from_slice(&bo.send(&request).await.body).expect("an answer");
    assert_eq!((again.receipts, again.next_n), (answer.receipts, 6), "a replay gets what was said");
    let history = format!("/api/v1/history?type=lead&id={}", id(1));
    let history = server.send(Ask::get(&history).cookie(&ana.cookie)).await.json();
    assert_eq!(history["changes"].as_array().map(Vec::len), Some(1), "{history}");
    assert_eq!(ana.push(vec![lead(1, json!({"notes": "By Ana"}))]).await, Verdict::Applied);
    assert_eq!(ana.cursor, head + 1);
}

#[tokio::test]
async fn a_viewer_sees_what_members_see_and_may_bring_it_back_from_the_archive() {
    let server = Server::start().await;
    let (mut ana, mut bo, _) = ana_and_bo(&server, Role::Viewer).await;
    ana.push((0..40).map(|i| lead(i, json!({"name": format!("Lead {i}")}))).collect()).await;
    bo.catch_up().await;
    bo.equals_the_server().await;
    assert_eq!(bo.records.len(), 40);
    for path in ["newest?scope=2", "snapshot?scope=2", "archive?type=lead&scope=0"] {
        let reply = server.send(Ask::get(&format!("/api/v1/{path}")).cookie(&bo.cookie)).await;
        assert_eq!(reply.status, 200, "{path}: {}", reply.text());
    }
    let body = json!({"protocol": PROTOCOL, "device": bo.id, "records": [{"type": "lead", "id": id(1)}]});
    let reply = server.send(Ask::post("/api/v1/recall", &body).cookie(&bo.cookie)).await;
    assert_eq!((reply.status, reply.json()), (200, json!({"head": bo.cursor})));
}

#[tokio::test]
async fn what_was_accepted_before_a_role_was_lowered_is_answered_as_before_and_raised_it_writes_again() {
    let server = Server::start().await;
    let (mut ana, mut bo, _) = ana_and_bo(&server, Role::Member).await;
    let before = bo.mutation(vec![lead(1, json!({"name": "By Bo"}))]);
    assert_eq!(applied(&bo.exchange(vec![before.clone()]).await.receipts), 1);
    set_role(&server, BO, Role::Viewer).await;
    let after = bo.mutation(vec![lead(2, json!({"name": "Too late"}))]);
    let answer = bo.exchange(vec![before, after.clone()]).await;
    let codes: Vec<&str> = answer.receipts.iter().map(|receipt| code(&receipt.verdict)).collect();
    assert_eq!((codes, answer.next_n), (vec!["applied", NOT_ALLOWED], 3));

    set_role(&server, BO, Role::Member).await;
    let fresh = bo.mutation(vec![lead(3, json!({"name": "By Bo again"}))]);
    let answer = bo.exchange(vec![after, fresh]).await;
    let codes: Vec<&str> = answer.receipts.iter().map(|receipt| code(&receipt.verdict)).collect();
    assert_eq!(codes, [NOT_ALLOWED, "applied"], "a verdict stands");
    assert_eq!(answer.role, Role::Member);
    ana.catch_up().await;
    let held: Vec<_> = ana.records.keys().map(|key| key.id).collect();
    assert_eq!(held, [id(1), id(3)]);
}

/// The doors: how they are asked, and their paths below `/api/v1/`.
fn doors() -> Vec<(bool, &'static str)> {
    let routes = DOORS.split(".route(\"/v1/").skip(1).filter_map(|rest| rest.split_once("\", "));
    routes.map(|(path, rest)| (rest.starts_with("get("), path)).collect()
}

#[tokio::test]
async fn whoever_was_removed_is_let_in_at_no_door_but_out() {
    let server = Server::start().await;
    let (mut ana, bo, password) = ana_and_bo(&server, Role::Member).await;
    let elsewhere = enter(&server, BO, &password, 9).await;
    set_role(&server, BO, Role::Removed).await;
    let doors = doors();
    assert!(doors.len() >= 17 && doors.contains(&(true, "live")) && doors.contains(&(false, "sync")), "{doors:?}");
    for (is_read, door) in doors.into_iter().filter(|(_, door)| !door.starts_with("sign-")) {
        let names = door.split('/').map(|name| if name.starts_with('{') { "1" } else { name });
        let path = format!("/api/v1/{}", names.collect::<Vec<_>>().join("/"));
        let ask = if is_read { Ask::get(&path) } else { Ask::post(&path, &json!({})) };
        assert_eq!(server.send(ask.cookie(&bo.cookie)).await.error(), error(403, REMOVED), "{path}");
    }
    let mut writes = bo.clone();
    let mutation = writes.mutation(vec![lead(1, json!({"name": "By Bo"}))]);
    assert_eq!(bo.send(&bo.request(vec![mutation])).await.error(), error(403, REMOVED));

    assert_eq!(sign_in(&server, BO, &password, 10).await.error(), error(403, REMOVED));
    let guess = sign_in(&server, BO, "not the password", 10).await;
    assert_eq!(guess.error(), error(401, "wrong_credentials"), "a guesser does not learn of it");
    let out = server.send(Ask::post("/api/v1/sign-out", &json!({})).cookie(&bo.cookie)).await;
    assert_eq!(out.status, 204);
    assert_eq!(me(&bo).await.error(), error(401, "no_session"));

    assert_eq!(me(&ana).await.status, 200, "others go on");
    assert_eq!(ana.push(vec![lead(1, json!({"name": "By Ana"}))]).await, Verdict::Applied);
    set_role(&server, BO, Role::Viewer).await;
    let mut elsewhere = elsewhere;
    assert_eq!(elsewhere.catch_up().await, 1, "let in again, by the session of before");
    assert_eq!(sign_in(&server, BO, &password, 8).await.status, 200);
}

#[tokio::test]
async fn a_device_that_listens_is_let_go_soon_after_its_person_was_removed() {
    let again = std::time::Duration::from_millis(50);
    let server = Server::with(|config| config.limits.live_again = again).await;
    let (mut ana, bo, _) = ana_and_bo(&server, Role::Member).await;
    let mut others = Ear::open(&ana).await;
    let mut ear = Ear::open(&bo).await;
    assert_eq!((others.head().await, ear.head().await), (Some(0), Some(0)));
    set_role(&server, BO, Role::Removed).await;
    while let Some(head) = ear.head().await {
        assert_eq!(head, 0, "repeated until then");
    }
    ana.push(vec![lead(1, json!({"name": "Bia"}))]).await;
    while others.head().await.expect("Ana listens on") < 1 {}
}

#[tokio::test]
async fn nothing_is_done_about_nobody_and_somebody_is_always_left_who_may_write() {
    let server = Server::start().await;
    server.sign_up(ANA, 7).await;
    server.sign_up("eve@example.org", 9).await;
    add(&server, BO, Role::Viewer).await;
    let add =
        |email: &str, beside: &str| Person::Add { email: email.into(), beside: beside.into(), role: Role::Member };
    let set = |email: &str, role: Role| Person::Role { email: email.into(), role };
    for (what, expected) in [
        (add("nonsense", ANA), "is not an e-mail address"),
        (add("max@example.org", "nonsense"), "is not an e-mail address"),
        (add("max@example.org", "nobody@example.org"), "no account with the address nobody@example.org"),
        (add("EVE@example.org", ANA), "eve@example.org has an account already"),
        (add(BO, ANA), "bo@example.org has an account already"),
        (set("nobody@example.org", Role::Member), "no account with the address nobody@example.org"),
        (set("nonsense", Role::Member), "is not an e-mail address"),
        (set(ANA, Role::Viewer), "ana@example.org is the only one in the workspace"),
        (set(ANA, Role::Removed), "ana@example.org is the only one in the workspace"),
        (Person::List { email: "nobody@example.org".into() }, "no account with the address nobody@example.org"),
    ] {
        let said = person(&server, what.clone()).await.expect_err("refused").to_string();
        assert!(said.contains(expected) && said.ends_with('.') && !said.contains('\n'), "{what:?}: {said}");
    }
    let list = async |email: &str| person(&server, Person::List { email: email.into() }).await.expect("a list");
    assert_eq!(list(BO).await, "member  ana@example.org\nviewer  bo@example.org");
    assert_eq!(list("eve@example.org").await, "member  eve@example.org", "nobody else's workspace was changed");

    // With another member she may go.
    set_role(&server, BO, Role::Member).await;
    set_role(&server, ANA, Role::Removed).await;
    set_role(&server, ANA, Role::Removed).await;
    assert_eq!(list(ANA).await, "removed ana@example.org\nmember  bo@example.org");
    assert_eq!(sign_in(&server, ANA, PASSWORD, 7).await.error(), error(403, REMOVED));
    let said = person(&server, set(BO, Role::Viewer)).await.expect_err("the last one").to_string();
    assert!(said.contains("Make somebody else a member first"), "{said}");
}

/// Runs the program as its owner does.
async fn program(server: &Server, arguments: &[&str]) -> (Option<i32>, String, String) {
    let mut command = tokio::process::Command::new(env!("CARGO_BIN_EXE_outpost-server"));
    command.env_remove("OUTPOST_DATABASE_URL").arg("person").args(arguments).arg("--data").arg(server.home.data());
    if let Some(database) = &server.home.database {
        command.arg("--database-url").arg(database.url());
    }
    let done = command.output().await.expect("it ran");
    let said = |bytes: &[u8]| String::from_utf8_lossy(bytes).trim_end().to_owned();
    (done.status.code(), said(&done.stdout), said(&done.stderr))
}

#[tokio::test(flavor = "multi_thread")]
async fn the_program_says_who_may_do_what_while_the_server_runs_and_devices_push() {
    let server = Server::start().await;
    let mut ana = server.sign_up(ANA, 7).await;
    let (stop, mut stopped) = tokio::sync::oneshot::channel();
    let pushing = tokio::spawn(async move {
        let mut pushed: u128 = 0;
        while stopped.try_recv().is_err() {
            assert_eq!(ana.push(vec![lead(pushed, json!({"name": "Meanwhile"}))]).await, Verdict::Applied);
            pushed += 1;
        }
        pushed
    });
    let (status, said, _) = program(&server, &["add", "Bo@Example.org", "--beside", ANA, "--role", "viewer"]).await;
    assert_eq!(status, Some(0), "{said}");
    let password = said.rsplit(' ').next().expect("a password");
    assert!(password.len() == 24 && said.contains("bo@example.org is in the workspace of ana@example.org"), "{said}");
    let mut bo = enter(&server, BO, password, 8).await;
    assert_eq!(code(&bo.push(vec![lead(1_000_000, json!({"name": "By Bo"}))]).await), NOT_ALLOWED);
    for (role, may) in [("member", "applied"), ("viewer", NOT_ALLOWED), ("member", "applied")] {
        let (status, said, complaint) = program(&server, &["role", BO, role]).await;
        assert_eq!(status, Some(0), "{said} {complaint}");
        assert_eq!(code(&bo.push(vec![lead(1_000_000, json!({"name": "By Bo"}))]).await), may);
    }
    assert_eq!(program(&server, &["role", BO, "removed"]).await.0, Some(0));
    assert_eq!(me(&bo).await.error(), error(403, REMOVED));
    let (_, list, _) = program(&server, &["list", ANA]).await;
    assert_eq!(list, "member  ana@example.org\nremoved bo@example.org");
    let (status, _, complaint) = program(&server, &["role", ANA, "viewer"]).await;
    assert!(status == Some(1) && complaint.contains("the only one in the workspace"), "{complaint}");
    // Whoever is added is there to look at least.
    for unheard in [&["role", ANA, "owner"][..], &["add", "max@example.org", "--beside", ANA, "--role", "removed"]] {
        let (status, _, complaint) = program(&server, unheard).await;
        assert!(status == Some(2) && complaint.contains("viewer"), "{complaint}");
    }
    stop.send(()).expect("it pushes");
    assert!(pushing.await.expect("each push was taken") > 0);
    server.stop().await.check_file().await;
}

#[tokio::test]
async fn a_database_that_no_server_has_used_or_an_older_one_is_left_alone() {
    let empty = crate::database::Home::new().await;
    let list = Command::Person { what: Person::List { email: ANA.into() } };
    let said = admin::run(&list, &empty.config()).await.expect_err("nothing is there").to_string();
    assert!(said.starts_with("There is no database") && said.ends_with('.'), "{said}");
    assert!(!empty.data().exists(), "nothing is made");

    for (change, expected) in [
        ("DELETE FROM _sqlx_migrations WHERE version >= 7", "written by an older Outpost"),
        ("UPDATE _sqlx_migrations SET version = 9999 WHERE version = 1", "written by a newer Outpost"),
    ] {
        let server = Server::start().await;
        server.sign_up(ANA, 7).await;
        let home = server.stop().await;
        home.execute(change).await;
        let said = admin::run(&list, &home.config()).await.expect_err("left alone").to_string();
        assert!(said.contains(expected) && said.ends_with('.'), "{said}");
    }
}

#[tokio::test]
async fn a_role_of_a_later_version_may_look() {
    let server = Server::start().await;
    let (_ana, mut bo, _) = ana_and_bo(&server, Role::Member).await;
    server.home.execute("UPDATE users SET role = 'auditor' WHERE email = 'bo@example.org'").await;
    assert_eq!(code(&bo.push(vec![lead(1, json!({"name": "By Bo"}))]).await), NOT_ALLOWED);
    let account: Account = serde_json::from_slice(&me(&bo).await.body).expect("an account");
    assert_eq!(account.role, Role::Unknown, "to a client it is none of those that it knows");
}
