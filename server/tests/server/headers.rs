//! The headers that no answer lacks.

use outpost_server::PublicUrl;
use serde_json::json;

use crate::assets::app_folder;
use crate::http::{Ask, Reply, error};
use crate::support::Server;

const POLICY: &str = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; \
    img-src 'self' data: blob:; connect-src 'self'; manifest-src 'self'; worker-src 'self'; font-src 'self'; \
    base-uri 'none'; frame-ancestors 'none'; form-action 'self'; object-src 'none'";

async fn every_kind_of_answer(server: &Server) -> Vec<(&'static str, Reply)> {
    vec![
        ("page", server.get("/").await),
        ("navigation", server.send(Ask::get("/leads").header("accept", "text/html")).await),
        ("asset", server.get("/sw.js").await),
        ("missing asset", server.get("/gone.js").await),
        ("wrong method", server.send(Ask::new("DELETE", "/")).await),
        ("health", server.get("/healthz").await),
        ("no session", server.get("/api/v1/me").await),
        ("unknown API", server.get("/api/v2/nothing").await),
        ("wrong method of the API", server.get("/api/v1/sync").await),
        ("refused", server.send(Ask::new("POST", "/api/v1/sync")).await),
        ("malformed", server.post("/api/v1/sign-in", &json!([])).await),
    ]
}

#[tokio::test]
async fn every_answer_carries_the_security_headers() {
    let app = app_folder();
    let server = Server::with(|config| config.app = Some(app.path().into())).await;
    for (what, reply) in every_kind_of_answer(&server).await {
        assert_eq!(reply.header("content-security-policy"), POLICY, "{what}");
        assert_eq!(reply.header("x-content-type-options"), "nosniff", "{what}");
        assert_eq!(reply.header("cross-origin-opener-policy"), "same-origin", "{what}");
        assert_eq!(reply.header("cross-origin-resource-policy"), "same-origin", "{what}");
        assert_eq!(reply.header("referrer-policy"), "no-referrer", "{what}");
        assert_eq!(reply.header("strict-transport-security"), "", "{what}: not without TLS");
        assert_ne!(reply.header("cache-control"), "", "{what}: says how long it may be kept");
    }
}

#[tokio::test]
async fn behind_tls_browsers_are_told_to_stay_there() {
    let app = app_folder();
    let server = Server::with(|config| {
        config.app = Some(app.path().into());
        config.public_url = "https://crm.example.org".parse::<PublicUrl>().ok();
    })
    .await;
    for (what, reply) in every_kind_of_answer(&server).await {
        assert_eq!(reply.header("strict-transport-security"), "max-age=63072000; includeSubDomains", "{what}");
    }
}

#[tokio::test]
async fn the_api_answers_in_json_whatever_is_asked_and_is_never_cached() {
    let server = Server::start().await;
    for path in ["/api", "/api/", "/api/v1", "/api/v1/me/x", "/api/v2/me"] {
        let reply = server.send(Ask::get(path).header("accept", "text/html")).await;
        assert_eq!(reply.error(), error(404, "not_found"), "{path}");
    }
    let unknown = server.get("/api/v1/nothing").await;
    assert_eq!(unknown.error(), error(404, "not_found"));
    let method = server.get("/api/v1/sign-in").await;
    assert_eq!(method.error(), error(405, "method_not_allowed"));
    assert_eq!(method.header("allow"), "POST");
    let health = server.get("/healthz").await;
    assert_eq!((health.status, &health.json()["status"]), (200, &json!("ok")));
    for reply in [unknown, method, health] {
        assert_eq!(reply.header("cache-control"), "no-store");
        assert_eq!(reply.header("content-type"), "application/json");
    }
}

#[tokio::test]
async fn answers_are_compressed_for_those_who_take_it() {
    let server = Server::start().await;
    let mut device = server.sign_up("ana@example.org", 7).await;
    let ops = (0..20).map(|i| crate::support::lead(i, json!({"name": format!("Lead {i}")}))).collect();
    device.push(ops).await;
    let request =
        serde_json::to_value(crate::support::Device { cursor: 0, since: 0, ..device.clone() }.request(vec![]));
    let ask = Ask::post("/api/v1/sync", &request.expect("JSON")).cookie(&device.cookie);
    let plain = server.send(ask.clone()).await;
    let packed = server.send(ask.header("accept-encoding", "gzip, br")).await;
    assert_eq!((plain.header("content-encoding"), packed.header("content-encoding")), ("", "gzip"));
    assert!(packed.body.len() * 3 < plain.body.len());
    let mut unpacked = Vec::new();
    std::io::Read::read_to_end(&mut flate2::read::GzDecoder::new(&packed.body[..]), &mut unpacked).expect("gzip");
    let rows = |body: &[u8]| serde_json::from_slice::<serde_json::Value>(body).expect("JSON")["rows"].clone();
    assert_eq!(rows(&unpacked), rows(&plain.body));
}
