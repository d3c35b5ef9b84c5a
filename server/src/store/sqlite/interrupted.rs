//! A request whose storage fails at each of its steps in turn: at every instruction that SQLite carries out for it, reads
//! and writes, `BEGIN` and `COMMIT` among them. What fails is SQLite itself, as it does when a disk does not answer.

mod first;

use std::path::Path;

use outpost_core::access::Role;
use outpost_core::hlc::Hlc;
use outpost_core::id::{DeviceId, RecordId};
use outpost_core::mutation::{Mutation, Op};
use outpost_core::protocol::{PROTOCOL, SyncRequest, SyncResponse, Verdict};
use outpost_core::record::RecordKey;
use outpost_core::records::{Business, Invoice, InvoiceLine};
use outpost_core::scope::Age;
use serde_json::{Value, json};
use sqlx::sqlite::SqliteConnection;
use sqlx::{AssertSqlSafe, Row};

use super::SqliteStore;
use super::open::FILE;
use super::steps::watched;
use crate::accounts::email::Email;
use crate::accounts::session::Session;
use crate::error::ApiError;
use crate::store::{NewAccount, NewSession, Store, StoreError};
use crate::sync;

const NOW: u64 = 1_790_000_000_000;
const SESSION_MS: u64 = 1_000_000;
pub(super) const ANA: Session = Session { user: 1, workspace: 1, device: DeviceId(7), role: Role::Member };
pub(super) const BO: Session = Session { user: 1, workspace: 1, device: DeviceId(8), role: Role::Member };

/// Everything in the database, a line a row.
async fn everything(store: &SqliteStore) -> Vec<String> {
    async fn read(conn: &mut SqliteConnection) -> Result<Vec<String>, StoreError> {
        let tables: Vec<String> = sqlx::query_scalar(
            "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT GLOB '_sqlx_*' ORDER BY name",
        )
        .fetch_all(&mut *conn)
        .await?;
        let mut lines = Vec::new();
        for table in tables {
            let names: Vec<String> = sqlx::query_scalar("SELECT name FROM pragma_table_info(?1)")
                .bind(table.clone())
                .fetch_all(&mut *conn)
                .await?;
            let columns: Vec<String> = names.iter().map(|name| format!("quote({name})")).collect();
            let sql = format!(
                "SELECT '{table} ' || concat_ws(' ', {}) AS line FROM {table} ORDER BY line",
                columns.join(", ")
            );
            for row in sqlx::query(AssertSqlSafe(sql)).fetch_all(&mut *conn).await? {
                lines.push(row.try_get(0)?);
            }
        }
        Ok(lines)
    }
    // By the connection that writes, which sees what it has not committed, too.
    store.writer.write(|conn| Box::pin(read(conn))).await.expect("readable")
}

pub(super) fn id(i: u128) -> RecordId {
    RecordId::from_bytes((0x0190_0000_0000_7000_8000_0000_0000_0000 + i).to_be_bytes())
}

pub(super) fn set(kind: &str, i: u128, fields: Value) -> Op {
    Op::patch(kind, id(i), serde_json::from_value(fields).expect("an object"))
}

fn issue(i: u128, number: &str) -> Op {
    let invoice = Invoice { buyer_name: "Acme".into(), currency: "EUR".parse().ok(), ..Invoice::default() };
    let hay = InvoiceLine { description: "Hay".into(), ..InvoiceLine::default() };
    let seller = Business { name: "Quinta da Ana".into(), ..Business::default() };
    let today = chrono::NaiveDate::from_ymd_opt(2026, 9, 21).expect("a day");
    let patch = outpost_core::records::issue(&invoice, &[hay], &seller, number, today).expect("it can be issued");
    Op::patch("invoice", id(i), patch)
}

pub(super) fn request(session: Session, first: u64, mutations: Vec<Vec<Op>>, cursor: u64) -> SyncRequest {
    let numbered = (first..).zip(mutations);
    let stamp = |n| Hlc { ms: NOW - 1_000 + n, counter: 0, device: session.device };
    SyncRequest {
        protocol: PROTOCOL,
        device: session.device,
        epoch: None,
        cursor,
        since: cursor,
        limit: 3,
        mutations: numbered.map(|(n, ops)| Mutation { n, schema: 1, hlc: stamp(n), ops }).collect(),
        wanted: vec![RecordKey::new("lead", id(1))],
        scope: Age::everything(),
    }
}

/// As `POST /api/v1/sync` does it, from the session on.
pub(super) async fn ask(
    store: &SqliteStore,
    session: Session,
    request: &SyncRequest,
) -> Result<SyncResponse, ApiError> {
    let found = store.session(token(session), NOW, SESSION_MS).await?;
    assert_eq!(found, Some(session));
    sync::exchange(store, &session, request.clone(), NOW, |push| store.push(push)).await
}

fn token(session: Session) -> [u8; 32] {
    [u8::try_from(session.device.0).expect("small"); 32]
}

fn begun() -> Vec<Vec<Op>> {
    vec![
        vec![set("lead", 1, json!({ "name": "Ana's", "status": "new" }))],
        vec![set("lead", 2, json!({ "name": "Another", "status": "new" }))],
        vec![set("invoice", 4, json!({ "status": "draft", "buyer_name": "Acme", "currency": "EUR" }))],
    ]
}

/// A workspace of two devices, in a folder; closed.
pub(super) async fn furnished(folder: &Path) {
    let store = SqliteStore::open(folder, None).await.expect("a store");
    let account = NewAccount {
        email: Email::parse("ana@example.org").expect("an address"),
        password_hash: String::new(),
        workspace: "Ana's".to_owned(),
        workspace_id: id(0).to_string(),
        epoch: "epoch-0".to_owned(),
    };
    store.create_account(account, NOW).await.expect("made");
    for session in [ANA, BO] {
        let new = NewSession {
            user: session.user,
            device: session.device,
            device_name: format!("Device {}", session.device.0),
            token: token(session),
            replaces: None,
            expires_ms: NOW + SESSION_MS,
        };
        store.open_session(new, NOW).await.expect("enrolled");
    }
    ask(&store, ANA, &request(ANA, 1, begun(), 0)).await.expect("taken");
    let changed = vec![vec![set("lead", 1, json!({ "name": "Bo's" })), set("lead", 9, json!({ "name": "Unseen" }))]];
    ask(&store, BO, &request(BO, 1, changed, 3)).await.expect("taken");
    store.close().await;
}

/// Whatever a push can do: a mutation that came before, a new record, one that another device changed meanwhile, a
/// deletion, an invoice with its number, and what the rules refuse.
fn pushing() -> SyncRequest {
    let mut mutations = begun();
    mutations.remove(0);
    mutations.remove(0);
    mutations.extend([
        vec![
            set("lead", 1, json!({ "name": "Ana's again", "notes": "both" })),
            set("lead", 5, json!({ "name": "Fresh" })),
        ],
        vec![Op::delete("lead", id(2))],
        vec![issue(4, "2026-K7-00001")],
        vec![set("lead", 5, json!({ "name": 7 }))],
    ]);
    request(ANA, 3, mutations, 3)
}

fn refused(answer: &SyncResponse) -> Vec<bool> {
    answer.receipts.iter().map(|receipt| matches!(receipt.verdict, Verdict::Rejected { .. })).collect()
}

/// Fails the request at its step 1, 2, 3, … until one comes that it does not have. `lasting`: all later steps fail too, until
/// the disk is mended; of these steps only each third is tried. Returns how many steps it had.
async fn failing_everywhere(request: &SyncRequest, lasting: bool) -> u64 {
    let folder = tempfile::tempdir().expect("a folder");
    furnished(folder.path()).await;
    let (before, after, undisturbed) = {
        let folder = copy_of(folder.path());
        let (store, _steps) = watched(folder.path()).await;
        let before = everything(&store).await;
        let undisturbed = ask(&store, ANA, request).await.expect("answered");
        if !request.mutations.is_empty() {
            assert_eq!(
                refused(&undisturbed),
                [false, false, false, false, true],
                "each way a mutation can go is tried"
            );
            assert!(undisturbed.rows.iter().any(|row| row.kind == "conflict"), "a clash is among them");
        }
        (before, everything(&store).await, undisturbed)
    };
    let mut step = 1;
    loop {
        let folder = copy_of(folder.path());
        let (store, steps) = watched(folder.path()).await;
        steps.fail(step, if lasting { u64::MAX } else { step });
        let outcome = ask(&store, ANA, request).await;
        let taken = steps.count();
        steps.fail(1, 0);
        let kept = everything(&store).await;
        match outcome {
            Ok(answer) if taken < step => {
                assert_eq!((answer, kept), (undisturbed, after));
                store.close().await;
                return taken;
            }
            // What failed was of no account, such as the end of a transaction that only read.
            Ok(answer) => assert_eq!((&answer, &kept), (&undisturbed, &after), "step {step}"),
            Err(error) => {
                assert_eq!((error.status().as_u16(), error.code()), (503, "unavailable"), "step {step}: {error}");
                // All of it, if the commit was done before the failure; nothing of it, if not.
                assert!(kept == before || kept == after, "step {step} left half of it:\n{}", kept.join("\n"));
            }
        }
        let answer = ask(&store, ANA, request).await.unwrap_or_else(|error| panic!("step {step}, again: {error:?}"));
        assert_eq!((answer.receipts, answer.next_n), (undisturbed.receipts.clone(), undisturbed.next_n), "step {step}");
        assert_eq!(everything(&store).await, after, "step {step}, again");
        store.close().await;
        step += if lasting { 3 } else { 1 };
    }
}

fn copy_of(folder: &Path) -> tempfile::TempDir {
    let copy = tempfile::tempdir().expect("a folder");
    std::fs::copy(folder.join(FILE), copy.path().join(FILE)).expect("copied");
    copy
}

#[tokio::test(flavor = "multi_thread")]
async fn a_push_that_fails_at_any_step_is_no_verdict_leaves_nothing_half_written_and_can_be_sent_again() {
    let request = pushing();
    let steps = failing_everywhere(&request, false).await;
    assert!(steps > 500, "{steps} steps");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_push_from_whose_step_on_everything_fails_leaves_nothing_half_written_and_can_be_sent_when_the_disk_is_back()
{
    let request = pushing();
    let steps = failing_everywhere(&request, true).await;
    assert!(steps > 500, "{steps} steps");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pull_that_fails_at_any_step_is_no_answer_and_can_be_asked_again() {
    let steps = failing_everywhere(&request(ANA, 4, Vec::new(), 0), false).await;
    let lasting = failing_everywhere(&request(ANA, 4, Vec::new(), 0), true).await;
    assert!(steps > 100 && steps == lasting, "{steps}, {lasting}");
}
