//! The server as a process: killed, asked to stop, and overheard.

use std::net::SocketAddr;
use std::path::Path;
use std::process::{ExitStatus, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use outpost_core::protocol::SyncResponse;
use serde_json::json;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader, Lines};
use tokio::net::TcpStream;
use tokio::process::{Child, ChildStdout, Command};
use tokio::time::timeout;

use crate::http::Ask;
use crate::support::{Device, PASSWORD, applied, credentials, id, lead, until};

struct Process {
    child: Child,
    address: SocketAddr,
    _stdout: Lines<BufReader<ChildStdout>>,
}

fn command(data: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_outpost-server"));
    command.args(["--listen", "127.0.0.1:0", "--data"]).arg(data);
    command.stdout(Stdio::piped()).stderr(Stdio::piped()).kill_on_drop(true);
    command
}

impl Process {
    async fn start(data: &Path) -> Self {
        let mut child = command(data).spawn().expect("it starts");
        let mut stdout = BufReader::new(child.stdout.take().expect("an output")).lines();
        let line = timeout(Duration::from_secs(30), stdout.next_line()).await.expect("in time").expect("readable");
        let line = line.expect("it says where it is");
        let address = line.rsplit("http://").next().and_then(|at| at.parse().ok()).expect("an address");
        Self { child, address, _stdout: stdout }
    }

    async fn kill(mut self) {
        self.child.kill().await.expect("killed");
    }

    /// SIGTERM, as a service manager sends it.
    async fn terminate(&self) {
        let pid = self.child.id().expect("it runs").to_string();
        let sent = Command::new("kill").args(["-TERM", &pid]).status().await.expect("kill is there");
        assert!(sent.success());
    }

    async fn ended(&mut self) -> ExitStatus {
        timeout(Duration::from_secs(20), self.child.wait()).await.expect("it ends in time").expect("it ended")
    }

    async fn log(mut self) -> String {
        let mut log = String::new();
        let mut stderr = self.child.stderr.take().expect("a log");
        stderr.read_to_string(&mut log).await.expect("readable");
        log
    }
}

/// Pushes batches as fast as it can until the server dies. What was acknowledged leaves the outbox.
async fn push_until_it_dies(mut device: Device, first: u64, answered: Arc<AtomicU64>) -> (Device, u64) {
    let mut next = first;
    loop {
        let batch: Vec<_> =
            (next..next + 5).map(|i| device.mutation(vec![lead(i.into(), json!({"name": "Kept"}))])).collect();
        let ask = Ask::post("/api/v1/sync", &serde_json::to_value(device.request(batch)).expect("JSON"));
        let Some(reply) = ask.cookie(&device.cookie).try_send(device.server).await else {
            // Not acknowledged: the same numbers are sent again, with the same stamps, after the restart.
            device.next_n -= 5;
            device.ms -= 5;
            return (device, next);
        };
        let answer: SyncResponse = serde_json::from_slice(&reply.body).expect("an answer");
        assert_eq!(applied(&answer.receipts), 5, "{}", reply.text());
        device.keep(&answer);
        answered.fetch_add(1, Ordering::SeqCst);
        next += 5;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_while_it_writes_the_server_loses_nothing_and_writes_nothing_twice() {
    const DEVICES: u64 = 4;
    const KILLS: u64 = 200;
    let folder = tempfile::tempdir().expect("a folder");
    let data = folder.path().join("data");
    let mut devices: Vec<(Device, u64)> = Vec::new();
    for round in 0..KILLS {
        let process = Process::start(&data).await;
        if round == 0 {
            for number in 1..=DEVICES {
                let path = if number == 1 { "/api/v1/sign-up" } else { "/api/v1/sign-in" };
                let mut device = Device::new(process.address, number);
                let reply = Ask::post(path, &credentials("ana@example.org", PASSWORD, number)).send(process.address);
                device.cookie = reply.await.session();
                devices.push((device, number * 1_000_000));
            }
        }
        let answered = Arc::new(AtomicU64::new(0));
        let pushers: Vec<_> = devices
            .drain(..)
            .map(|(mut device, next)| {
                device.server = process.address;
                tokio::spawn(push_until_it_dies(device, next, Arc::clone(&answered)))
            })
            .collect();
        // Somewhere in the middle of the writes after these.
        until("pushes are answered", async || answered.load(Ordering::SeqCst) > (7 * round) % 23).await;
        process.kill().await;
        for pusher in pushers {
            devices.push(pusher.await.expect("it pushed"));
        }
    }
    let process = Process::start(&data).await;
    let mut reader = devices[0].0.clone();
    reader.server = process.address;
    reader.begin_again().await;
    let mut acknowledged = 0;
    for (number, (device, next)) in (1_u64..).zip(&devices) {
        for i in number * 1_000_000..*next {
            assert!(reader.records.contains_key(&lead(i.into(), json!({})).key()), "device {number} lost lead {i}");
            acknowledged += 1;
        }
        assert!(device.next_n > 1, "device {number} got through");
    }
    assert!(acknowledged > 100, "the test did something: {acknowledged}");
    // Beyond what was acknowledged there is at most the batch in flight of each device and round, and each record has
    // one place in the sequence: as many places as records.
    assert_eq!(reader.cursor, reader.records.len() as u64, "nothing was written twice");
    process.terminate().await;
    integrity(&data).await;
}

async fn integrity(data: &Path) {
    let options = sqlx::sqlite::SqliteConnectOptions::new().filename(data.join("outpost.sqlite"));
    let mut database = sqlx::ConnectOptions::connect(&options).await.expect("a database");
    let check: String = sqlx::query_scalar("PRAGMA integrity_check").fetch_one(&mut database).await.expect("an answer");
    assert_eq!(check, "ok");
}

#[tokio::test]
async fn asked_to_stop_it_finishes_what_runs_and_ends_well() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut process = Process::start(&folder.path().join("data")).await;
    let mut device = Device::new(process.address, 7);
    let reply = Ask::post("/api/v1/sign-up", &credentials("ana@example.org", PASSWORD, 7)).send(process.address).await;
    device.cookie = reply.session();

    // A request whose body is half sent when the signal comes.
    let mutation = device.mutation(vec![lead(1, json!({"name": "Bia"}))]);
    let body = serde_json::to_string(&device.request(vec![mutation])).expect("JSON");
    let mut stream = TcpStream::connect(process.address).await.expect("connected");
    let head = format!(
        "POST /api/v1/sync HTTP/1.1\r\nHost: a\r\nCookie: {}\r\nContent-Type: application/json\r\nX-Outpost: 1\r\n\
         Content-Length: {}\r\n\r\n",
        device.cookie,
        body.len()
    );
    stream.write_all(head.as_bytes()).await.expect("written");
    stream.write_all(&body.as_bytes()[..10]).await.expect("written");
    // Another request in between: by its answer the server has seen the first one's head.
    assert_eq!(Ask::get("/healthz").send(process.address).await.status, 200);
    process.terminate().await;
    until("the server takes no new connections", async || TcpStream::connect(process.address).await.is_err()).await;
    stream.write_all(&body.as_bytes()[10..]).await.expect("written");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.expect("an answer");
    assert!(answer.starts_with("HTTP/1.1 200 ") && answer.contains("applied"), "{answer}");
    assert!(process.ended().await.success());
}

#[tokio::test]
async fn the_log_knows_nothing_about_anyone() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut process = Process::start(&folder.path().join("data")).await;
    let at = process.address;
    let mut sign_up = credentials("canary-mail@example.org", "canary-password-1", 7);
    sign_up["workspace"] = json!("Canary Workspace");
    sign_up["device"]["name"] = json!("Canary Phone");
    let reply = Ask::post("/api/v1/sign-up", &sign_up).send(at).await;
    let mut device = Device::new(at, 7);
    device.cookie = reply.session();
    device.push(vec![lead(1, json!({"name": "Canary Person", "emails": ["canary-lead@example.org"]}))]).await;
    device.push(vec![lead(1, json!({"name": 7, "notes": "canary notes"}))]).await;
    for wrong in [
        credentials("canary-mail@example.org", "canary-wrong-password", 7),
        credentials("canary-nobody@example.org", "canary-wrong-password", 7),
    ] {
        Ask::post("/api/v1/sign-in", &wrong).send(at).await;
    }
    Ask::post("/api/v1/sign-up", &sign_up).send(at).await;
    Ask::post("/api/v1/sync", &json!({"protocol": "canary-broken"})).cookie(&device.cookie).send(at).await;
    Ask::get("/leads/canary-path?q=canary-query").send(at).await;
    Ask::get("/api/v1/canary-path").header("user-agent", "canary-agent").send(at).await;
    process.terminate().await;
    assert!(process.ended().await.success());
    let log = process.log().await;
    assert!(log.lines().count() > 8 && log.contains("/api/v1/sign-in"), "it does log: {log}");
    assert!(log.lines().all(|line| serde_json::from_str::<serde_json::Value>(line).is_ok()), "structured: {log}");
    let token = device.cookie.split_once('=').expect("a token").1;
    for secret in ["canary", token, "127.0.0.1:", &id(1).to_string()] {
        let leak = log.lines().find(|line| line.to_lowercase().contains(secret) && !line.contains("listening"));
        assert_eq!(leak, None, "{secret} is in the log");
    }
}

#[tokio::test]
async fn a_start_that_fails_says_why_in_a_sentence() {
    let folder = tempfile::tempdir().expect("a folder");
    let data = folder.path().join("data");
    let _first = Process::start(&data).await;
    let second = command(&data).output().await.expect("it ran");
    let said = String::from_utf8_lossy(&second.stderr);
    assert_eq!(second.status.code(), Some(1));
    assert!(said.lines().any(|line| line.contains("is in use by another server. Stop that one")), "{said}");
}
