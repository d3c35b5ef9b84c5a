use wasm_bindgen_test::wasm_bindgen_test;

use super::*;

#[derive(Debug, PartialEq, Deserialize)]
struct Answer {
    cursor: u64,
}

fn reply(status: u16, content_type: &str, body: &str) -> Reply {
    Reply { status, content_type: content_type.into(), body: body.into(), ..Reply::default() }
}

fn error(status: u16, code: &str) -> Reply {
    let body = format!(r#"{{"error":{{"code":"{code}","message":"A sentence."}}}}"#);
    reply(status, "application/json", &body)
}

fn meaning(reply: &Reply) -> Result<Answer, Failure> {
    read(Some(reply)).map_err(failure)
}

#[wasm_bindgen_test(unsupported = test)]
fn the_servers_answer_is_read() {
    let good = reply(200, "application/json; charset=utf-8", r#"{"cursor":7,"unknown":true}"#);
    assert_eq!(meaning(&good), Ok(Answer { cursor: 7 }));
}

#[wasm_bindgen_test(unsupported = test)]
fn whatever_is_not_surely_the_servers_word_is_offline() {
    let portal = "<!doctype html><title>Welcome to the hotel</title>";
    let cases = [
        ("a captive portal", reply(200, "text/html", portal)),
        ("a portal that says JSON", reply(200, "application/json", portal)),
        ("a portal that wants a login", reply(401, "text/html", portal)),
        ("a portal that forbids", reply(403, "text/html; charset=utf-8", portal)),
        ("a portal that says that somebody was removed", reply(403, "text/html", r#"{"error":{"code":"removed"}}"#)),
        ("a proxy that says so elsewhere", error(502, "removed")),
        ("another kind of 511", reply(511, "text/html", portal)),
        ("no type at all", reply(200, "", r#"{"cursor":7}"#)),
        ("an answer that broke off", reply(200, "application/json", r#"{"cur"#)),
        ("a redirect's end", Reply { redirected: true, ..reply(200, "application/json", r#"{"cursor":7}"#) }),
        ("a redirect that was not followed", reply(302, "application/json", "{}")),
        ("a proxy's bad gateway", reply(502, "text/html", "<h1>502</h1>")),
        ("the server's own mistake", error(500, "internal")),
        ("an error without a body", reply(400, "application/json", "")),
        ("a request that arrived too slowly", error(408, "too_slow")),
    ];
    for (what, reply) in cases {
        assert_eq!(meaning(&reply), Err(Failure::Offline), "{what}");
    }
    assert_eq!(read::<Answer>(None).map_err(failure), Err(Failure::Offline));
}

#[wasm_bindgen_test(unsupported = test)]
fn each_refusal_of_the_server_has_its_meaning() {
    let sentence = || Failure::Refused("A sentence.".into());
    for (reply, expected) in [
        (error(401, "no_session"), Failure::SignedOut),
        (error(413, "body_too_large"), Failure::TooLarge),
        (error(400, "malformed"), Failure::Malformed("A sentence.".into())),
        (error(400, "unsupported_protocol"), sentence()),
        (error(403, "foreign_device"), Failure::SignedOut),
        (error(403, "removed"), Failure::Removed),
        (error(403, "sign_up_disabled"), sentence()),
        (error(409, "device_forked"), Failure::Forked),
        (error(409, "epoch_changed"), sentence()),
        (error(426, "unsupported_protocol"), sentence()),
    ] {
        assert_eq!(meaning(&reply), Err(expected), "{}", reply.body);
    }
    let body = r#"{"error":{"code":"epoch_changed","message":"A sentence.","epoch":"e2"}}"#;
    assert_eq!(meaning(&reply(409, "application/json", body)), Err(Failure::EpochChanged("e2".into())));
}

#[wasm_bindgen_test(unsupported = test)]
fn a_busy_server_says_how_long_to_wait_within_reason() {
    for (header, wait) in [
        (None, 2_000),
        (Some("7"), 7_000),
        (Some(" 30 "), 30_000),
        (Some("Wed, 21 Oct 2026 07:28:00 GMT"), 2_000),
        (Some("99999999999999999999"), 2_000),
        (Some("86400"), 600_000),
    ] {
        for status in [429, 503] {
            let busy = Reply { retry_after: header.map(str::to_owned), ..error(status, "busy") };
            assert_eq!(meaning(&busy), Err(Failure::Busy(wait)), "{header:?}");
        }
    }
    let proxy = reply(503, "text/html", "<h1>503</h1>");
    assert_eq!(meaning(&proxy), Err(Failure::Offline));
}
