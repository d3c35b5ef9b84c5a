//! `docs/sync-protocol.md` is what the server does: its examples are sent, its lists are compared with the code.

use outpost_core::access;
use outpost_core::mutation::{Mutation, Op};
use outpost_core::protocol::{self, Account, Credentials, ErrorBody, SyncRequest, SyncResponse};
use outpost_core::record::Record;
use outpost_core::records::BUSINESS_ID;
use outpost_core::schema::{Field, Kind};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::{Value, json};

use crate::http::Ask;
use crate::support::{PASSWORD, Server};

const PAGE: &str = include_str!("../../../docs/sync-protocol.md");
const SERVER_ERRORS: &str = include_str!("../../src/error.rs");
const SERVER_ACCOUNTS: &str = concat!(
    include_str!("../../src/accounts.rs"),
    include_str!("../../src/accounts/email.rs"),
    include_str!("../../src/accounts/password.rs")
);
const RULES: &str = include_str!("../../../core/src/rules.rs");

/// The page's example of that name.
fn example(name: &str) -> Value {
    let fence = format!("```json {name}\n");
    let text = PAGE.split_once(&fence).and_then(|(_, rest)| rest.split_once("```")).expect("an example").0;
    serde_json::from_str(text).expect("JSON")
}

/// The example is exactly of this type: reading and writing it changes nothing.
fn is_a<T: DeserializeOwned + Serialize>(name: &str) {
    let value = example(name);
    let typed: T = serde_json::from_value(value.clone()).unwrap_or_else(|error| panic!("{name}: {error}"));
    assert_eq!(serde_json::to_value(typed).expect("JSON"), value, "{name}");
}

#[test]
fn the_examples_are_of_the_types_they_show() {
    is_a::<Credentials>("credentials");
    is_a::<Account>("account");
    is_a::<Record>("record");
    is_a::<Mutation>("mutation");
    is_a::<Op>("merge");
    is_a::<SyncRequest>("request");
    is_a::<SyncResponse>("response");
    is_a::<ErrorBody>("error");
    is_a::<protocol::History>("history");
}

#[tokio::test]
async fn the_example_of_a_round_trip_happens_as_it_is_written() {
    let server = Server::start().await;
    let credentials = example("credentials");
    assert_eq!(credentials["password"], json!(PASSWORD));
    let signed_up = server.post("/api/v1/sign-up", &credentials).await;
    assert_eq!(signed_up.status, 201);
    let keys = |value: &Value| value.as_object().map(|o| o.keys().cloned().collect::<Vec<_>>());
    assert_eq!(keys(&signed_up.json()), keys(&example("account")));

    let ask = Ask::post("/api/v1/sync", &example("request")).cookie(&signed_up.session());
    let answer = server.send(ask).await.json();
    let mut expected = example("response");
    expected["epoch"] = answer["epoch"].clone();
    // The sentence for people is free to become a better one.
    expected["receipts"][1]["message"] = answer["receipts"][1]["message"].clone();
    assert_eq!(answer, expected);
}

/// The quoted codes in a piece of source: small letters with at least one `_`, or one of the few plain words.
fn codes<'a>(source: &'a str, before: &str) -> Vec<&'a str> {
    source.split(before).skip(1).filter_map(|rest| rest.split('"').next()).collect()
}

fn function<'a>(source: &'a str, signature: &str) -> &'a str {
    let body = source.split_once(signature).expect("the function is there").1;
    body.split_once("\n    }\n").expect("it ends").0
}

#[test]
fn every_code_of_the_server_is_on_the_page() {
    let mut all = codes(function(SERVER_ERRORS, "fn code(&self)"), "=> \"");
    all.extend(codes(SERVER_ACCOUNTS, "code: \""));
    all.extend(codes(function(RULES, "fn code(&self)"), "=> \""));
    all.extend(["record_too_large", "stamp_ahead", access::NOT_ALLOWED, access::REMOVED]);
    assert!(all.len() > 35, "the codes are found: {all:?}");
    let missing: Vec<_> = all.into_iter().filter(|code| !PAGE.contains(&format!("`{code}`"))).collect();
    assert!(missing.is_empty(), "not on the page: {missing:?}");
}

#[test]
fn the_limits_on_the_page_are_those_of_the_code() {
    let grouped = |number: usize| {
        if number < 1_000 { number.to_string() } else { format!("{},{:03}", number / 1_000, number % 1_000) }
    };
    for (what, limit) in [
        ("body as sent", format!("{} MiB", protocol::MAX_BODY / 1024 / 1024)),
        ("body after decompression", format!("{} MiB", protocol::MAX_BODY_PLAIN / 1024 / 1024)),
        ("mutations in a request", grouped(protocol::MAX_MUTATIONS)),
        ("ops in a mutation", grouped(protocol::MAX_OPS)),
        ("fields in a patch", grouped(protocol::MAX_FIELDS)),
        ("a text, in bytes of UTF-8", grouped(protocol::MAX_TEXT)),
        ("nesting of the whole body", grouped(protocol::MAX_DEPTH)),
        ("rows in an answer", grouped(protocol::MAX_ROWS as usize)),
        ("records that are `wanted`", grouped(protocol::MAX_WANTED)),
        ("records in a `recall`", grouped(protocol::MAX_WANTED)),
        ("buckets in a `repair`", format!("1 to {}", outpost_core::sums::BUCKETS)),
    ] {
        assert!(PAGE.contains(&format!("| {what} | {limit} |")), "{what}: {limit}");
    }
    assert!(PAGE.contains(&format!("# The sync protocol, version {}\n", protocol::PROTOCOL)));
    assert!(PAGE.contains(&format!("more than {} s ahead", outpost_core::hlc::MAX_SKEW_MS / 1_000)));
}

fn kind(field: &Field) -> String {
    match field.kind {
        Kind::Text | Kind::LongText => format!("text, {}", field.max),
        Kind::Emails => "e-mails".into(),
        Kind::Phones => "phones".into(),
        Kind::Address => "address".into(),
        Kind::Choice(choices) => {
            let values: Vec<_> = choices.iter().map(|choice| format!("`{}`", choice.value)).collect();
            format!("choice: {}", values.join(", "))
        }
        Kind::Money => "money".into(),
        Kind::Currency => "currency".into(),
        Kind::Date => "date".into(),
        Kind::Instant => "instant".into(),
        Kind::Integer { min, max: i64::MAX } => format!("integer from {min}"),
        Kind::Integer { min, max } => format!("integer, {min} to {max}"),
        Kind::Decimal => "decimal".into(),
        Kind::Rate => "rate".into(),
        Kind::Relation(to) => format!("relation to a `{to}`"),
        Kind::Relations(to) => format!("relations to `{to}`s"),
        Kind::Roles(to) => format!("relations to `{to}`s with roles, {}", field.max),
        Kind::Structure => "document".into(),
    }
}

/// The page's list of types and fields, as the schema has them.
fn fields() -> String {
    let mut list = String::new();
    for schema in outpost_core::records::ALL {
        list.push_str(&format!("\n| `{}` | |\n|---|---|\n", schema.kind));
        for field in schema.fields {
            let mark = if field.required { "**" } else { "" };
            list.push_str(&format!("| {mark}`{}`{mark} | {} |\n", field.name, kind(field)));
        }
    }
    list
}

#[test]
fn the_types_and_fields_on_the_page_are_those_of_the_schema() {
    assert!(PAGE.contains(&BUSINESS_ID.to_string()));
    let begin = "<!-- fields: written by a test in server/tests/server/specification.rs -->\n";
    let (head, rest) = PAGE.split_once(begin).expect("a beginning");
    let (list, tail) = rest.split_once("\n<!-- end of fields -->").expect("an end");
    if list == fields() {
        return;
    }
    assert!(
        std::env::var_os("OUTPOST_WRITE_DOCS").is_some(),
        "docs/sync-protocol.md lags behind the record types; run this test with OUTPOST_WRITE_DOCS=1 and commit the page"
    );
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/sync-protocol.md");
    let page = format!("{head}{begin}{}\n<!-- end of fields -->{tail}", fields());
    std::fs::write(path, page).expect("written");
}
