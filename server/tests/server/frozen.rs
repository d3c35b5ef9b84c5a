//! What clients of earlier versions send is answered as it was promised then: requests that are kept byte for byte in
//! `server/tests/data`, a folder for each version of the protocol.

use std::collections::HashMap;
use std::fs;
use std::path::Path;

use serde_json::Value;

use crate::http::Ask;
use crate::support::Server;

/// All requests of a folder, in the order of their names, to one server.
async fn replay(version: &str) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data").join(version);
    let files = fs::read_dir(&folder).expect("the folder").map(|file| file.expect("a file").path());
    let mut requests: Vec<_> = files.filter(|path| path.extension().is_some_and(|end| end == "request")).collect();
    requests.sort();
    assert!(requests.len() > 30, "the requests are there");
    let server = Server::start().await;
    let mut cookies = HashMap::new();
    for path in requests {
        let name = path.file_stem().expect("a name").to_string_lossy().into_owned();
        let (ask, by) = request(&fs::read(&path).expect("a request"), &cookies);
        let reply = server.send(ask).await;
        let came = format!("{}\n{}", reply.status, reply.text());
        let promised = fs::read_to_string(path.with_extension("answer")).expect("what was promised");
        let (status, body) = promised.split_once('\n').expect("a line with the status");
        assert_eq!(reply.status.to_string(), status, "{version}/{name}: {came}");
        if !body.is_empty() {
            let missing = missing(&serde_json::from_str(body).expect("JSON"), &reply.json(), "");
            assert_eq!(missing, None, "{version}/{name}: {came}");
        }
        if !reply.session().is_empty() {
            cookies.insert(by, reply.session());
        }
    }
}

/// A request as it is kept: a line with method, address and the device that asks; below that its body. A device's first
/// request opens its session.
fn request(kept: &[u8], cookies: &HashMap<String, String>) -> (Ask, String) {
    let end = kept.iter().position(|byte| *byte == b'\n').expect("a first line");
    let line = std::str::from_utf8(&kept[..end]).expect("a readable line");
    let [method, path, by] = line.split(' ').collect::<Vec<_>>()[..] else { panic!("{line}") };
    let ask = match method {
        "GET" => Ask::get(path),
        _ => Ask::post(path, &Value::Null).body(kept[end + 1..].to_vec()),
    };
    (cookies.get(by).iter().fold(ask, |ask, cookie| ask.cookie(cookie)), by.to_owned())
}

/// Where something that was promised did not come: an object may hold more than that, all else is as it was.
fn missing(promised: &Value, came: &Value, place: &str) -> Option<String> {
    let each = |promised: &Value, came: Option<&Value>, place: String| match came {
        Some(came) => missing(promised, came, &place),
        None => Some(place),
    };
    match (promised, came) {
        (Value::Object(promised), Value::Object(came)) => {
            promised.iter().find_map(|(key, value)| each(value, came.get(key), format!("{place}/{key}")))
        }
        (Value::Array(promised), Value::Array(came)) if promised.len() == came.len() => {
            promised.iter().enumerate().find_map(|(at, value)| each(value, came.get(at), format!("{place}/{at}")))
        }
        _ => (promised != came).then(|| place.to_owned()),
    }
}

#[tokio::test]
async fn what_was_frozen_with_version_1_is_answered_as_then() {
    replay("v1").await;
}
