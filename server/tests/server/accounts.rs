//! Sign-up, sign-in, sign-out, and what a guesser learns.

use std::collections::HashSet;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use outpost_server::{PublicUrl, Rate};
use serde_json::json;

use crate::http::{Ask, error};
use crate::support::{Device, PASSWORD, Server, credentials};

#[tokio::test]
async fn a_person_signs_up_out_and_in_again() {
    let server = Server::start().await;
    let mut body = credentials(" Ana@Example.org ", PASSWORD, 7);
    body["workspace"] = json!("Quinta da Ana");
    let reply = server.post("/api/v1/sign-up", &body).await;
    assert_eq!(reply.status, 201);
    let account = reply.json();
    assert_eq!((&account["email"], &account["workspace"]), (&json!("ana@example.org"), &json!("Quinta da Ana")));
    assert_eq!(account["workspace_id"].as_str().map(str::len), Some(36));
    assert_eq!(account["series"].as_str().map(str::len), Some(2));

    let cookie = reply.session();
    let me = |cookie: &str| server.send(Ask::get("/api/v1/me").cookie(cookie));
    assert_eq!(me(&cookie).await.json(), account);

    let out = server.send(Ask::post("/api/v1/sign-out", &json!({})).cookie(&cookie)).await;
    assert_eq!(out.status, 204);
    assert!(out.header("set-cookie").contains("outpost=; Path=/; Max-Age=0"), "{}", out.header("set-cookie"));
    assert_eq!(me(&cookie).await.error(), error(401, "no_session"));

    let again = server.post("/api/v1/sign-in", &credentials("ANA@example.org", PASSWORD, 7)).await;
    assert_eq!(again.status, 200);
    assert_eq!(again.json(), account, "the device keeps its series");
    assert_eq!(me(&again.session()).await.status, 200);
}

#[tokio::test]
async fn signing_in_gives_a_new_session_and_ends_the_old_one() {
    let server = Server::start().await;
    let first = server.sign_up("ana@example.org", 7).await.cookie;
    let sign_in = Ask::post("/api/v1/sign-in", &credentials("ana@example.org", PASSWORD, 7)).cookie(&first);
    let second = server.send(sign_in).await.session();
    assert_ne!(first, second);
    assert_eq!(server.send(Ask::get("/api/v1/me").cookie(&first)).await.status, 401);
    assert_eq!(server.send(Ask::get("/api/v1/me").cookie(&second)).await.status, 200);
}

#[tokio::test]
async fn the_cookie_is_out_of_reach_of_scripts_and_other_sites() {
    let plain = Server::start().await;
    let reply = plain.post("/api/v1/sign-up", &credentials("ana@example.org", PASSWORD, 7)).await;
    let cookie = reply.header("set-cookie");
    assert!(
        cookie.starts_with("outpost=") && cookie.ends_with("; Path=/; Max-Age=34560000; HttpOnly; SameSite=Lax"),
        "{cookie}"
    );
    assert_eq!(reply.session().len(), "outpost=".len() + 64, "256 bits");
    assert!(!reply.text().contains(&reply.session()["outpost=".len()..]), "the token is in the cookie only");

    let tls = Server::with(|config| config.public_url = "https://crm.example.org".parse::<PublicUrl>().ok()).await;
    let reply = tls.post("/api/v1/sign-up", &credentials("ana@example.org", PASSWORD, 7)).await;
    let cookie = reply.header("set-cookie");
    assert!(cookie.starts_with("__Host-outpost=") && cookie.ends_with("SameSite=Lax; Secure"), "{cookie}");
    assert_eq!(tls.send(Ask::get("/api/v1/me").cookie(&reply.session())).await.status, 200);
}

#[tokio::test]
async fn neither_password_nor_token_is_stored() {
    let server = Server::start().await;
    let cookie = server.sign_up("ana@example.org", 7).await.cookie;
    let token = cookie.split_once('=').expect("a token").1.to_owned();
    let raw = hex::decode(&token).expect("hexadecimal");
    let home = server.stop().await;
    let contains = |bytes: &[u8], part: &[u8]| bytes.windows(part.len()).any(|window| window == part);
    let everything = home.everything().await;
    assert!(everything.iter().any(|bytes| contains(bytes, b"ana@example.org")), "the address is there");
    for bytes in everything {
        assert!(![PASSWORD.as_bytes(), token.as_bytes(), &raw].iter().any(|secret| contains(&bytes, secret)));
    }
}

#[tokio::test]
async fn an_unknown_address_and_a_wrong_password_look_alike() {
    let server = Server::with(|config| config.limits.sign_in_pair.burst = 1_000).await;
    server.sign_up("ana@example.org", 7).await;
    let ask = async |email: &str| {
        let started = Instant::now();
        let reply = server.post("/api/v1/sign-in", &credentials(email, "not the password", 7)).await;
        let seen = (reply.status, reply.text(), reply.headers.keys().map(ToString::to_string).collect::<Vec<_>>());
        (seen, started.elapsed())
    };
    assert_eq!(ask("not an address").await.0, ask("nobody@example.org").await.0);
    // The least of many times is what the work takes, however busy the machine is.
    let (mut wrong_least, mut unknown_least) = (Duration::MAX, Duration::MAX);
    for _ in 0..50 {
        let (wrong, wrong_time) = ask("ana@example.org").await;
        let (unknown, unknown_time) = ask("nobody@example.org").await;
        assert_eq!((wrong.0, &wrong), (401, &unknown));
        (wrong_least, unknown_least) = (wrong_least.min(wrong_time), unknown_least.min(unknown_time));
        if wrong_least < unknown_least * 2 && unknown_least < wrong_least * 2 {
            return;
        }
    }
    panic!("they take different times: {wrong_least:?} with an account and {unknown_least:?} without");
}

#[tokio::test]
async fn what_cannot_be_an_account_is_refused_at_its_field() {
    let server = Server::start().await;
    server.sign_up("ana@example.org", 7).await;
    let mut long_name = credentials("bo@example.org", PASSWORD, 8);
    long_name["workspace"] = json!("W".repeat(201));
    let mut broken_name = credentials("bo@example.org", PASSWORD, 8);
    broken_name["device"]["name"] = json!("a\nb");
    for (body, status, code) in [
        (credentials("Ana@example.org", PASSWORD, 8), 409, "email_taken"),
        (credentials("nonsense", PASSWORD, 8), 422, "invalid_email"),
        (credentials("bo@example.org", "short", 8), 422, "invalid_password"),
        (credentials("bo@example.org", "password123", 8), 422, "invalid_password"),
        (credentials("bo@example.org", PASSWORD, 0), 422, "invalid_device"),
        (long_name, 422, "invalid_workspace"),
        (broken_name, 422, "invalid_device"),
        (json!({"email": "bo@example.org"}), 400, "malformed"),
    ] {
        assert_eq!(server.post("/api/v1/sign-up", &body).await.error(), error(status, code), "{body}");
    }
}

#[tokio::test]
async fn guessing_is_slowed_down_and_its_victim_is_not() {
    let slow = Rate { burst: 4, every: Duration::from_hours(1) };
    let server = Server::with(|config| {
        config.limits.sign_in_pair = slow;
        config.trusted_proxies = vec![[127, 0, 0, 1].into()];
    })
    .await;
    server.sign_up("ana@example.org", 7).await;
    let guess = |from: &str, password: &str| {
        let body = credentials("ana@example.org", password, 7);
        server.send(Ask::post("/api/v1/sign-in", &body).header("x-forwarded-for", from))
    };
    for _ in 0..4 {
        assert_eq!(guess("203.0.113.9", "not the password").await.status, 401);
    }
    let refused = guess("203.0.113.9", PASSWORD).await;
    assert_eq!(refused.error(), error(429, "too_many_attempts"));
    assert!(refused.header("retry-after").parse::<u64>().is_ok_and(|seconds| seconds > 60));
    assert_eq!(guess("198.51.100.7", PASSWORD).await.status, 200, "the owner comes from elsewhere");
}

#[tokio::test]
async fn every_device_has_a_series_of_its_own_and_keeps_it() {
    let server = Server::start().await;
    let mut all = vec![server.sign_up("ana@example.org", 1).await];
    for device in 2..=8 {
        all.push(server.sign_in("ana@example.org", device).await);
    }
    let series: HashSet<&str> = all.iter().map(|device| device.series.as_str()).collect();
    assert_eq!(series.len(), all.len());
    assert_eq!(server.sign_in("ana@example.org", 3).await.series, all[2].series);
}

#[tokio::test]
async fn a_session_ends_when_it_is_not_used_and_lasts_when_it_is() {
    const DAY: u64 = 24 * 60 * 60 * 1_000;
    let server = Server::start().await;
    let device = server.sign_up("ana@example.org", 7).await;
    let me = async |device: &Device| server.send(Ask::get("/api/v1/me").cookie(&device.cookie)).await.status;
    for _ in 0..3 {
        server.now_ms.fetch_add(170 * DAY, Ordering::SeqCst);
        assert_eq!(me(&device).await, 200);
    }
    server.now_ms.fetch_add(181 * DAY, Ordering::SeqCst);
    assert_eq!(me(&device).await, 401);
}

#[tokio::test]
async fn a_made_up_cookie_is_no_session() {
    let server = Server::start().await;
    let zeros = format!("outpost={}", "0".repeat(64));
    for cookie in ["outpost=", "outpost=abc", &zeros, "other=1; outpost", "outpostx=1"] {
        let reply = server.send(Ask::get("/api/v1/me").cookie(cookie)).await;
        assert_eq!(reply.error(), error(401, "no_session"), "{cookie}");
    }
}
