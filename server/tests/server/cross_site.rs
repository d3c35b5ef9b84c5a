//! Another site's page must not be able to change anything, whatever it makes a browser send.

use outpost_server::PublicUrl;
use serde_json::json;

use crate::http::{Ask, error};
use crate::support::{PASSWORD, Server, credentials};

const SIGN_IN: &str = "/api/v1/sign-in";

#[tokio::test]
async fn a_request_of_another_site_is_refused() {
    let server = Server::start().await;
    server.sign_up("ana@example.org", 7).await;
    let ask = || Ask::post(SIGN_IN, &credentials("ana@example.org", PASSWORD, 7));
    let own = format!("http://{}", server.address);
    for (what, ask, expected) in [
        ("a program", ask(), None),
        ("this site's page", ask().header("sec-fetch-site", "same-origin").header("origin", &own), None),
        ("this site's page in an old browser", ask().header("origin", &own), None),
        ("another site", ask().header("sec-fetch-site", "cross-site"), Some("cross_site")),
        ("another port of this host", ask().header("sec-fetch-site", "same-site"), Some("cross_site")),
        ("an address that was typed", ask().header("sec-fetch-site", "none"), Some("cross_site")),
        ("another origin", ask().header("origin", "http://127.0.0.1:1"), Some("cross_site")),
        ("an opaque origin", ask().header("origin", "null"), Some("cross_site")),
        ("no header of ours", ask().without("x-outpost"), Some("missing_header")),
    ] {
        let reply = server.send(ask).await;
        match expected {
            None => assert_eq!(reply.status, 200, "{what}: {}", reply.text()),
            Some(code) => assert_eq!(reply.error(), error(403, code), "{what}"),
        }
    }
}

#[tokio::test]
async fn what_a_form_can_send_is_not_taken() {
    let server = Server::start().await;
    for content_type in
        ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", "application/json; x=1", ""]
    {
        let ask = Ask::post(SIGN_IN, &json!({})).header("content-type", content_type);
        assert_eq!(server.send(ask).await.error(), error(415, "wrong_content_type"), "{content_type}");
    }
    let ask = Ask::post("/api/v1/sign-out", &json!({})).header("content-type", "Application/JSON; charset=UTF-8");
    assert_eq!(server.send(ask).await.status, 204);
}

#[tokio::test]
async fn behind_a_proxy_the_public_address_is_this_site() {
    let server = Server::with(|config| config.public_url = "https://crm.example.org".parse::<PublicUrl>().ok()).await;
    let from = |origin: &str| server.send(Ask::post("/api/v1/sign-out", &json!({})).header("origin", origin));
    assert_eq!(from("https://crm.example.org").await.status, 204);
    assert_eq!(from(&format!("http://{}", server.address)).await.status, 403);
}
