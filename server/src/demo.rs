//! The demo account: a made-up business, pushed into a workspace of its own as a device would push it.

use std::fmt;

use chrono::DateTime;
use outpost_core::id::DeviceId;
use outpost_core::mutation::Mutation;
use outpost_core::protocol::Verdict;
use thiserror::Error;

use crate::accounts::email::Email;
use crate::accounts::session::{Session, Token};
use crate::error::ApiError;
use crate::random;
use crate::state::AppState;
use crate::store::{NewAccount, NewSession, Store, StoreError};
use crate::sync::push::{Push, PushRefused};

const EMAIL: &str = "demo@outpost.example";

/// Mutations in one push: large enough to be quick, small enough that others are served in between.
const BATCH: usize = 250;

/// What to sign in to the demo with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DemoAccount {
    /// The address.
    pub email: String,
    /// The password; `None` if the account was there already.
    pub password: Option<String>,
}

impl fmt::Display for DemoAccount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.password {
            Some(password) => write!(f, "{} with the password {password}", self.email),
            None => write!(f, "{} was there already, so nothing was added", self.email),
        }
    }
}

/// Why there is no demo.
#[derive(Debug, Error)]
pub enum DemoError {
    /// The server is not able to make accounts.
    #[error("The demo account could not be made: {0}")]
    Account(String),
    /// A demo record broke a rule, which is a fault of this version.
    #[error("The demo's mutation {n} was not applied: {verdict}.")]
    NotApplied {
        /// Which one.
        n: u64,
        /// What became of it.
        verdict: String,
    },
    /// The database failed on the way; the account has a part of its records.
    #[error("The demo could not be stored: {0}.")]
    Store(String),
}

impl From<ApiError> for DemoError {
    fn from(error: ApiError) -> Self {
        Self::Account(error.to_string())
    }
}

impl From<StoreError> for DemoError {
    fn from(error: StoreError) -> Self {
        Self::Store(error.to_string())
    }
}

impl From<PushRefused> for DemoError {
    fn from(error: PushRefused) -> Self {
        Self::Store(error.to_string())
    }
}

/// Makes the account and fills its workspace with `leads` leads and what belongs to them.
pub(crate) async fn fill(state: &AppState, leads: u32) -> Result<DemoAccount, DemoError> {
    let now_ms = state.now_ms();
    let password = hex::encode(random::bytes::<6>()?);
    let device = DeviceId(u64::from_be_bytes(random::bytes()?).max(1));
    let Some((session, series)) = account(state, &password, device, now_ms).await? else {
        return Ok(DemoAccount { email: EMAIL.into(), password: None });
    };
    let now = i64::try_from(now_ms).ok().and_then(DateTime::from_timestamp_millis).unwrap_or_default();
    let leads = usize::try_from(leads).unwrap_or(usize::MAX);
    let mut mutations = outpost_core::demo::mutations(leads, 1, device, now_ms, &series, now.date_naive());
    loop {
        let batch: Vec<Mutation> = mutations.by_ref().take(BATCH).collect();
        if batch.is_empty() {
            return Ok(DemoAccount { email: EMAIL.into(), password: Some(password) });
        }
        let Session { workspace, role, .. } = session;
        let push = Push { workspace, device, role, now_ms, cursor: u64::MAX, mutations: batch };
        let pushed = state.store.push(push).await??;
        if let Some(receipt) = pushed.receipts.iter().find(|receipt| receipt.verdict != Verdict::Applied) {
            return Err(DemoError::NotApplied { n: receipt.n, verdict: format!("{:?}", receipt.verdict) });
        }
    }
}

/// The account's session and its device's number series; `None` if there is such an account.
async fn account(
    state: &AppState,
    password: &str,
    device: DeviceId,
    now_ms: u64,
) -> Result<Option<(Session, String)>, DemoError> {
    let email = Email::parse(EMAIL)?;
    if state.store.find_login(&email).await?.is_some() {
        return Ok(None);
    }
    let password_hash = state.hasher.hash(password.to_owned()).await?;
    let new = NewAccount::random(email, password_hash, "Demo".into(), now_ms)?;
    let Some(user) = state.store.create_account(new, now_ms).await? else { return Ok(None) };
    let token = Token::random()?.hashed();
    let opened =
        NewSession { user, device, device_name: "Demo".into(), token, replaces: None, expires_ms: now_ms + 60_000 };
    let account = state.store.open_session(opened, now_ms).await?;
    let session = state.store.session(token, now_ms, 60_000).await?.ok_or(StoreError::Missing("session"))?;
    state.store.close_session(token).await?;
    Ok(Some((session, account.series)))
}
