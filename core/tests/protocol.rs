//! Every message reads back from its JSON, the JSON is as `docs/sync-protocol.md` promises, and what a newer version
//! adds does no harm.

mod support;

use outpost_core::access::Role;
use outpost_core::hlc::Hlc;
use outpost_core::id::{DeviceId, RecordId};
use outpost_core::mutation::{Mutation, Op, Patch};
use outpost_core::protocol::{
    Account, Credentials, DeviceInfo, ErrorBody, PROTOCOL, Receipt, SyncRequest, SyncResponse, Verdict,
};
use outpost_core::record::{Record, Register};
use outpost_core::scope::Age;
use outpost_core::sync::Position;
use proptest::prelude::*;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use support::strategies::{op_on, record, stamp};

fn mutation() -> impl Strategy<Value = Mutation> {
    let op = record().prop_flat_map(|record| op_on(record.key()));
    (1..9u64, 0..3u32, stamp(), prop::collection::vec(op, 0..4)).prop_map(|(n, schema, hlc, ops)| Mutation {
        n,
        schema,
        hlc,
        ops,
    })
}

fn verdict() -> impl Strategy<Value = Verdict> {
    let records = || prop::collection::vec(record(), 0..3);
    prop_oneof![
        Just(Verdict::Applied),
        records().prop_map(|winners| Verdict::Superseded { winners }),
        ("[a-z_]{1,12}", "\\PC{0,20}", records()).prop_map(|(code, message, current)| Verdict::Rejected {
            code,
            message,
            current
        }),
    ]
}

fn receipt() -> impl Strategy<Value = Receipt> {
    (any::<u64>(), verdict(), prop::option::of(stamp())).prop_map(|(n, verdict, stamp)| Receipt { n, verdict, stamp })
}

fn request() -> impl Strategy<Value = SyncRequest> {
    let mutations = prop::collection::vec(mutation(), 0..4);
    (any::<u64>(), prop::option::of("[a-f0-9]{1,8}"), any::<u64>(), any::<u32>(), mutations).prop_map(
        |(device, epoch, cursor, limit, mutations)| SyncRequest {
            protocol: PROTOCOL,
            device: DeviceId(device),
            epoch,
            cursor,
            since: cursor / 2,
            limit,
            mutations,
            wanted: vec![],
            scope: Age::everything(),
        },
    )
}

fn response() -> impl Strategy<Value = SyncResponse> {
    let receipts = prop::collection::vec(receipt(), 0..4);
    let rows = prop::collection::vec(record(), 0..4);
    ("[a-f0-9]{1,8}", any::<u64>(), receipts, rows, any::<bool>()).prop_map(|(epoch, ms, receipts, rows, has_more)| {
        SyncResponse {
            epoch,
            server_ms: ms,
            next_n: ms,
            receipts,
            rows,
            cursor: ms,
            since: ms / 2,
            has_more,
            records: vec![],
            forget: vec![],
            outdated: has_more,
            role: if has_more { Role::Viewer } else { Role::Member },
        }
    })
}

fn back<T: Serialize + DeserializeOwned>(value: &T) -> T {
    let text = serde_json::to_string(value).expect("it has a JSON form");
    serde_json::from_str(&text).expect("it reads back")
}

proptest! {
    #[test]
    fn every_message_reads_back(request in request(), response in response(), mutation in mutation()) {
        prop_assert_eq!(back(&mutation), mutation);
        prop_assert_eq!(back(&request), request);
        prop_assert_eq!(back(&response), response);
    }

    #[test]
    fn fields_that_a_newer_server_adds_to_an_answer_are_passed_over(response in response()) {
        let mut json = serde_json::to_value(&response).expect("it has a JSON form");
        json["weather"] = json!({"sunny": true});
        for receipt in json["receipts"].as_array_mut().expect("receipts") {
            receipt["cost"] = json!(3);
        }
        let read: SyncResponse = serde_json::from_value(json).expect("an older device reads it");
        prop_assert_eq!(read, response);
    }

    #[test]
    fn no_text_makes_the_reader_panic(text in "[\\[\\]{}\":,a-z0-9 ]{0,60}") {
        prop_assert!(serde_json::from_str::<SyncRequest>(&text).is_err());
        prop_assert!(serde_json::from_str::<Mutation>(&text).is_err());
    }
}

const LEAD: RecordId = RecordId::singleton(0x0190_b3f4_7a1c_7e55_9d3c_2f1e_8a6b_4c01);
const STAMP: Hlc = Hlc { ms: 0x018f_3a2b_4c5d, counter: 1, device: DeviceId(0xa1b2_c3d4_e5f6_0718) };

#[test]
fn the_forms_are_those_of_the_specification() {
    let ops = vec![
        Op::patch("lead", LEAD, Patch::from([("name".to_owned(), json!("Ana"))])),
        Op::delete("deal", LEAD),
        Op::restore("deal", LEAD),
    ];
    let mutation = Mutation { n: 7, schema: 1, hlc: STAMP, ops };
    let id = "0190b3f4-7a1c-7e55-9d3c-2f1e8a6b4c01";
    let stamp = "018f3a2b4c5d-0001-a1b2c3d4e5f60718";
    let form = json!({"n": 7, "schema": 1, "hlc": stamp, "ops": [
        {"type": "lead", "id": id, "patch": {"name": "Ana"}},
        {"type": "deal", "id": id, "delete": true},
        {"type": "deal", "id": id, "restore": true},
    ]});
    assert_eq!(json!(mutation), form);

    let request = SyncRequest {
        protocol: PROTOCOL,
        device: DeviceId(0xa1b2_c3d4_e5f6_0718),
        epoch: None,
        cursor: 3,
        since: 2,
        limit: 100,
        mutations: vec![],
        wanted: vec![],
        scope: Age::everything(),
    };
    let form =
        json!({"protocol": 1, "device": "a1b2c3d4e5f60718", "cursor": 3, "since": 2, "limit": 100, "mutations": []});
    assert_eq!(json!(request), form);

    let mut record = Record::empty(Op::delete("lead", LEAD).key());
    record.fields.insert("name".into(), Register(json!("Ana"), STAMP));
    let form = json!({"type": "lead", "id": id, "fields": {"name": ["Ana", stamp]}});
    assert_eq!(json!(record), form);
    record.deleted = Some(Register(true, STAMP));
    assert_eq!(json!(record)["deleted"], json!([true, stamp]));

    assert_eq!(json!(Receipt { n: 7, verdict: Verdict::Applied, stamp: None }), json!({"n": 7, "verdict": "applied"}));
    let rejected = Verdict::Rejected { code: "c".into(), message: "m".into(), current: vec![] };
    assert_eq!(
        json!(Receipt { n: 8, verdict: rejected, stamp: Some(STAMP) }),
        json!({"n": 8, "verdict": "rejected", "code": "c", "message": "m", "current": [], "stamp": stamp}),
    );
    let superseded = Receipt { n: 9, verdict: Verdict::Superseded { winners: vec![] }, stamp: None };
    assert_eq!(json!(superseded), json!({"n": 9, "verdict": "superseded", "winners": []}));
}

#[test]
fn accounts_errors_and_positions_read_back() {
    let device = DeviceInfo { id: DeviceId(7), name: "Ana’s phone".into() };
    assert_eq!(json!(device), json!({"id": "0000000000000007", "name": "Ana’s phone"}));
    assert_eq!(back(&device), device);
    let credentials =
        Credentials { email: "ana@bergfaro.example".into(), password: "correct horse".into(), workspace: None, device };
    let read: Credentials = back(&credentials);
    assert_eq!((read.email, read.workspace), (credentials.email, None));
    let (email, workspace, workspace_id, series) = ("a@b.example".into(), "W".into(), "1".into(), "K7".into());
    let account = Account { email, workspace, workspace_id, series, role: Role::Viewer };
    assert_eq!(json!(account)["role"], "viewer");
    assert_eq!(back(&account), account);
    let member = Account { role: Role::Member, ..account };
    assert_eq!(json!(member).get("role"), None, "servers of before say nothing of roles");
    assert_eq!(back(&member), member);
    let later = serde_json::from_value::<Role>(json!("auditor")).expect("a role of a later version");
    assert!(later.may_write(), "what it may do, the server says");
    let error: ErrorBody =
        serde_json::from_value(json!({"error": {"code": "too_deep", "message": "Nest less."}})).expect("an error body");
    assert_eq!(back(&error), error);
    let position = Position { epoch: Some("e1".into()), cursor: 3, since: 2 };
    assert_eq!(back(&position), position);
}

fn refusal(op: Value) -> String {
    serde_json::from_value::<Op>(op).expect_err("it is no op").to_string()
}

#[test]
fn an_op_that_is_no_op_is_refused_with_what_is_wrong() {
    let id = LEAD.to_string();
    let one = "an op has exactly one of patch, delete, restore and merge";
    assert_eq!(refusal(json!({"type": "lead", "id": id})), one);
    assert_eq!(refusal(json!({"type": "lead", "id": id, "delete": false})), one);
    assert_eq!(refusal(json!({"type": "lead", "id": id, "patch": null})), one);
    assert_eq!(refusal(json!({"type": "lead", "id": id, "delete": true, "restore": true})), one);
    assert_eq!(refusal(json!({"type": "lead", "id": id, "patch": {}, "delete": true})), one);
    assert!(refusal(json!({"type": "lead", "id": id, "pacth": {}})).contains("unknown field `pacth`"));
    assert!(refusal(json!({"id": id, "delete": true})).contains("missing field `type`"));
    assert!(refusal(json!({"type": "lead", "delete": true})).contains("missing field `id`"));
    assert!(refusal(json!({"type": "lead", "id": "7", "delete": true})).contains("UUID"));
    assert!(refusal(json!({"type": "lead", "id": id, "patch": ["name"]})).contains("map"));
}

#[test]
fn stamps_and_devices_that_are_none_are_refused_with_the_wanted_form() {
    let mutation = |hlc: Value| json!({"n": 1, "schema": 1, "hlc": hlc, "ops": []});
    let error = |json| serde_json::from_value::<Mutation>(json).expect_err("no stamp").to_string();
    assert!(error(mutation(json!("yesterday"))).contains("“yesterday” is not a clock stamp; the form 018f"));
    assert!(error(mutation(json!("018F3A2B4C5D-0001-a1b2c3d4e5f60718"))).contains("not a clock stamp"));
    assert!(error(mutation(json!(5))).contains("expected"));
    let device = serde_json::from_value::<DeviceId>(json!("7")).expect_err("no device").to_string();
    assert_eq!(device, "“7” is not a device id; 16 lower-case hex digits are wanted");
    let id = "seven".parse::<RecordId>().expect_err("no id").to_string();
    assert!(id.starts_with("“seven” is not a record id; a UUID such as"));
}
