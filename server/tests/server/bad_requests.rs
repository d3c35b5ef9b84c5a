//! Malformed, oversized, too deep, foreign: each gets a 4xx that names what is wrong, and nothing is written.

use std::io::Write;
use std::time::Duration;

use flate2::Compression;
use flate2::write::GzEncoder;
use outpost_core::protocol::{MAX_WANTED, PROTOCOL};
use outpost_core::sums::BUCKETS;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::http::{Ask, error};
use crate::support::{Device, Server, lead};

const SYNC: &str = "/api/v1/sync";
/// Where the doors are listed.
const DOORS: &str = include_str!("../../src/http.rs");

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(bytes).expect("written");
    encoder.finish().expect("finished")
}

async fn nothing_was_written(device: &mut Device) {
    let answer = device.exchange(Vec::new()).await;
    assert_eq!((answer.next_n, answer.cursor, answer.rows.len()), (1, 0, 0));
}

/// A good request, to be spoiled.
fn good(device: &Device) -> Value {
    let mut device = device.clone();
    let mutation = device.mutation(vec![lead(1, json!({"name": "Bia"}))]);
    serde_json::to_value(device.request(vec![mutation])).expect("JSON")
}

fn spoiled(device: &Device, pointer: &str, value: Value) -> Value {
    let mut request = good(device);
    let (parent, name) = pointer.rsplit_once('/').expect("a pointer");
    request.pointer_mut(parent).and_then(Value::as_object_mut).expect("an object").insert(name.into(), value);
    request
}

fn nested(levels: usize) -> Value {
    (0..levels).fold(json!(1), |inner, _| json!([inner]))
}

#[tokio::test]
async fn a_push_that_breaks_the_protocol_is_refused_as_a_whole() {
    let server = Server::start().await;
    let mut device = server.sign_up("ana@example.org", 7).await;
    let op = good(&device)["mutations"][0]["ops"][0].clone();
    let mutation = |n: u64| {
        let mut mutation = good(&device)["mutations"][0].clone();
        mutation["n"] = json!(n);
        mutation
    };
    let fields: serde_json::Map<_, _> = (0..301).map(|i| (format!("f{i}"), json!(i))).collect();
    let with = |pointer: &str, value: Value| spoiled(&device, pointer, value);
    for (request, status, code) in [
        (json!([]), 400, "malformed"),
        (json!({}), 400, "malformed"),
        (json!("text"), 400, "malformed"),
        (with("/protocol", json!(0)), 400, "unsupported_protocol"),
        (with("/protocol", json!(PROTOCOL + 1)), 400, "unsupported_protocol"),
        (with("/protocol", json!("one")), 400, "malformed"),
        (with("/device", json!("0000000000000008")), 403, "foreign_device"),
        (with("/device", json!("8")), 400, "malformed"),
        (with("/cursor", json!(-1)), 400, "malformed"),
        (with("/since", json!(1)), 400, "malformed"),
        (with("/mutations", json!({})), 400, "malformed"),
        (with("/mutations", json!([mutation(1), mutation(3)])), 400, "not_contiguous"),
        (with("/mutations", json!([mutation(1), mutation(1)])), 400, "not_contiguous"),
        (with("/mutations", json!([mutation(0)])), 400, "malformed"),
        (with("/mutations", json!([mutation(u64::MAX)])), 400, "malformed"),
        (with("/mutations", (1..=1_001).map(mutation).collect()), 413, "too_many_mutations"),
        (with("/mutations/0/hlc", json!("018f3a2b4c5d-0001-0000000000000008")), 403, "foreign_device"),
        (with("/mutations/0/hlc", json!("yesterday")), 400, "malformed"),
        (with("/mutations/0/surprise", json!(1)), 400, "malformed"),
        (with("/mutations/0/ops", vec![op; 501].into()), 400, "too_many_ops"),
        (with("/mutations/0/ops/0/id", json!("1")), 400, "malformed"),
        (with("/mutations/0/ops/0/delete", json!(true)), 400, "malformed"),
        (with("/mutations/0/ops/0/type", json!("Lead; --")), 400, "bad_name"),
        (with("/mutations/0/ops/0/type", json!("")), 400, "bad_name"),
        (with("/mutations/0/ops/0/patch", json!({"": 1})), 400, "bad_name"),
        (with("/mutations/0/ops/0/patch", json!({"a.b": 1})), 400, "bad_name"),
        (with("/mutations/0/ops/0/patch", fields.into()), 400, "too_many_fields"),
        (with("/mutations/0/ops/0/patch/name", json!("x".repeat(65_537))), 400, "text_too_long"),
        (with("/mutations/0/ops/0/patch/name", nested(11)), 400, "too_deep"),
    ] {
        let reply = device.send_json(&request).await;
        let shown = request.to_string().chars().take(300).collect::<String>();
        assert_eq!(reply.error(), error(status, code), "{shown}\n{}", reply.text());
    }
    nothing_was_written(&mut device).await;
    assert_eq!(device.send_json(&good(&device)).await.status, 200, "the unspoiled one is good");
}

#[tokio::test]
async fn the_limits_themselves_are_allowed() {
    let server = Server::start().await;
    let mut device = server.sign_up("ana@example.org", 7).await;
    let fields: serde_json::Map<_, _> = (0..299).map(|i| (format!("f{i}"), json!(i))).collect();
    for (pointer, value) in [
        ("/mutations/0/ops/0/patch/notes_x", json!("€".repeat(65_536 / 3))),
        ("/mutations/0/ops/0/patch/deep", nested(9)),
        ("/mutations/0/ops/0/patch", {
            let mut fields = fields.clone();
            fields.insert("name".into(), json!("Bia"));
            fields.into()
        }),
        ("/mutations/0/ops", vec![good(&device)["mutations"][0]["ops"][0].clone(); 500].into()),
    ] {
        let device = server.sign_in("ana@example.org", 100 + pointer.len() as u64).await;
        let reply = device.send_json(&spoiled(&device, pointer, value)).await;
        assert_eq!(reply.status, 200, "{pointer}: {}", reply.text());
    }
    let batch = (0..1_000).map(|i| device.mutation(vec![lead(i, json!({"name": "Bia"}))])).collect();
    assert_eq!(device.exchange(batch).await.receipts.len(), 1_000);
}

#[tokio::test]
async fn bodies_that_are_too_large_or_no_gzip_are_refused() {
    let server = Server::start().await;
    let mut device = server.sign_up("ana@example.org", 7).await;
    let text = good(&device).to_string().into_bytes();
    let padded = |size: usize| [text.clone(), vec![b' '; size - text.len()]].concat();
    let packed = gzip(&text);
    let bomb = gzip(&vec![b' '; 1024 * 1024 * 1024 / 8]);
    assert!(bomb.len() < 200_000, "a small body of 128 MiB");
    let cookie = device.cookie.clone();
    let ask = || Ask::post(SYNC, &json!({})).cookie(&cookie);
    let zipped = |body: Vec<u8>| ask().header("content-encoding", "gzip").body(body);
    for (what, ask, expected) in [
        ("2 MiB and a byte", ask().body(padded(2 * 1024 * 1024 + 1)), error(413, "body_too_large")),
        ("8 MiB and a byte, packed", zipped(gzip(&padded(8 * 1024 * 1024 + 1))), error(413, "body_too_large")),
        ("a bomb", zipped(bomb), error(413, "body_too_large")),
        ("half a stream", zipped(packed[..packed.len() / 2].to_vec()), error(400, "malformed")),
        ("no gzip", zipped(text.clone()), error(400, "malformed")),
        ("a damaged sum", zipped([&packed[..packed.len() - 6], &[0; 6]].concat()), error(400, "malformed")),
        ("brotli", ask().header("content-encoding", "br").body(packed.clone()), error(415, "unsupported_encoding")),
        (
            "twice packed",
            ask().header("content-encoding", "gzip, gzip").body(packed.clone()),
            error(415, "unsupported_encoding"),
        ),
        ("no JSON", ask().body(b"{\"protocol\": 1".to_vec()), error(400, "malformed")),
        ("no UTF-8", ask().body(b"{\"protocol\": 1, \"\xff\": 1}".to_vec()), error(400, "malformed")),
        ("nothing", ask().body(Vec::new()), error(400, "malformed")),
        ("a captive portal's page", ask().body(b"<html>".to_vec()), error(400, "malformed")),
    ] {
        assert_eq!(server.send(ask).await.error(), expected, "{what}");
    }
    nothing_was_written(&mut device).await;
    assert_eq!(server.send(ask().body(padded(2 * 1024 * 1024))).await.status, 200, "exactly 2 MiB");
    assert_eq!(server.send(zipped(gzip(&padded(8 * 1024 * 1024)))).await.status, 200, "exactly 8 MiB, packed");
}

#[tokio::test]
async fn without_a_session_nothing_is_told() {
    let server = Server::start().await;
    let device = server.sign_up("ana@example.org", 7).await;
    let stranger = Device { cookie: String::new(), ..device.clone() };
    assert_eq!(stranger.send_json(&good(&device)).await.error(), error(401, "no_session"));
    assert_eq!(stranger.send_json(&json!("nonsense")).await.error(), error(401, "no_session"));
}

#[tokio::test]
async fn more_records_by_name_or_buckets_than_the_page_allows_are_refused() {
    let server = Server::start().await;
    let device = server.sign_up("ana@example.org", 7).await;
    let key = good(&device)["mutations"][0]["ops"][0]["id"].clone();
    let keys = |many: usize| json!(vec![json!({"type": "lead", "id": key}); many]);
    let with = |name: &str, value: Value| {
        let mut request = json!({"protocol": PROTOCOL, "device": good(&device)["device"]});
        request[name] = value;
        request
    };
    for (door, name, most, more) in [
        ("recall", "records", keys(MAX_WANTED), keys(MAX_WANTED + 1)),
        ("repair", "buckets", json!(vec![1; BUCKETS]), json!(vec![1; BUCKETS + 1])),
    ] {
        let path = format!("/api/v1/{door}");
        let ask = |value: &Value| Ask::post(&path, &with(name, value.clone())).cookie(&device.cookie);
        assert_eq!(server.send(ask(&most)).await.status, 200, "{door}: as many as are allowed");
        assert_eq!(server.send(ask(&more)).await.error(), error(400, "malformed"), "{door}: one more");
    }
}

/// The addresses of the API that are read by `GET`, as the router has them: one that is added is tried, too.
fn doors() -> Vec<&'static str> {
    let routes = DOORS.split(".route(\"/v1/").skip(1).filter_map(|rest| rest.split_once("\", get("));
    routes.map(|(path, _)| path).filter(|path| !path.contains('"')).collect()
}

#[tokio::test]
async fn a_query_or_an_address_that_is_none_gets_an_error_that_a_client_can_read() {
    const QUERIES: [&str; 12] = [
        "",
        "?",
        "?scope=9",
        "?scope=x",
        "?scope=",
        "?scope=-1",
        "?scope=1&scope=2",
        "?name=%FF",
        "?before=x",
        "?type=lead&id=x",
        "?type=%FF",
        "?%FF=&=%",
    ];
    const PARTS: [&str; 5] = ["abc", "%FF", "-1", "%00", "99999999999"];
    let server = Server::start().await;
    let device = server.sign_up("ana@example.org", 7).await;
    let doors = doors();
    assert!(doors.len() >= 8 && doors.contains(&"newest"), "{doors:?}");
    // What is told there never ends; it takes neither a query nor a name.
    for door in doors.into_iter().filter(|door| *door != "live") {
        let parts = if door.contains('{') { &PARTS[..] } else { &PARTS[..1] };
        for (part, query) in parts.iter().flat_map(|part| QUERIES.map(|query| (part, query))) {
            let names = door.split('/').map(|name| if name.starts_with('{') { *part } else { name });
            let path = format!("/api/v1/{}{query}", names.collect::<Vec<_>>().join("/"));
            let reply = server.send(Ask::get(&path).cookie(&device.cookie)).await;
            if reply.status != 200 {
                assert_eq!(reply.header("content-type"), "application/json", "{path}: {}", reply.text());
                let answer = reply.error();
                assert!(matches!(answer.0, 400 | 404), "{path}: {answer:?}");
            }
        }
    }
    for path in [
        "newest?scope=9",
        "snapshot?scope=x",
        "snapshot/abc/x",
        "snapshot/%FF/1",
        "archive?scope=9",
        "archive/lead/x",
        "archive/%FF/x",
        "history?type=lead",
        "history?type=lead&id=x",
    ] {
        let reply = server.send(Ask::get(&format!("/api/v1/{path}")).cookie(&device.cookie)).await;
        assert_eq!(reply.error(), error(400, "malformed"), "{path}");
    }
}

#[tokio::test]
async fn what_is_too_long_to_be_read_as_a_request_gets_a_bare_status() {
    let server = Server::start().await;
    let long = "x".repeat(100_000);
    for (head, status) in [
        (format!("GET /api/v1/archive?text={long} HTTP/1.1\r\nHost: a\r\n\r\n"), "414"),
        (format!("GET /api/v1/me HTTP/1.1\r\nHost: a\r\n{}\r\n", "X-Many: 1\r\n".repeat(200)), "431"),
        ("GET\r\n\r\n".to_owned(), "400"),
    ] {
        let answer = trickle(&server, &head).await;
        assert!(answer.starts_with(&format!("HTTP/1.1 {status} ")), "{status}: {answer}");
        assert!(answer.ends_with("\r\n\r\n"), "{status}: nothing follows: {answer}");
    }
}

/// Writes something slowly, or not at all; how the server ends it.
async fn trickle(server: &Server, head: &str) -> String {
    let mut stream = TcpStream::connect(server.address).await.expect("connected");
    stream.write_all(head.as_bytes()).await.expect("written");
    let mut answer = Vec::new();
    let read = tokio::time::timeout(Duration::from_secs(30), stream.read_to_end(&mut answer)).await;
    read.expect("the server ends it").expect("read");
    String::from_utf8_lossy(&answer).into_owned()
}

#[tokio::test]
async fn who_is_too_slow_is_let_go() {
    let server = Server::with(|config| {
        config.limits.header_time = Duration::from_secs(1);
        config.limits.body_time = Duration::from_secs(1);
    })
    .await;
    let cookie = server.sign_up("ana@example.org", 7).await.cookie;
    trickle(&server, "").await;
    trickle(&server, "POST /api/v1/sync HTTP/1.1\r\nHost: a\r\nX-Slow: ").await;
    let body = format!(
        "POST /api/v1/sync HTTP/1.1\r\nHost: a\r\nCookie: {cookie}\r\nContent-Type: application/json\r\n\
         X-Outpost: 1\r\nContent-Length: 100\r\nConnection: close\r\n\r\n{{"
    );
    let answer = trickle(&server, &body).await;
    assert!(answer.starts_with("HTTP/1.1 408 ") && answer.contains("too_slow"), "{answer}");
    let idle = trickle(&server, "GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n").await;
    assert!(idle.starts_with("HTTP/1.1 200 "), "an idle connection is closed after its answer: {idle}");
}
