//! Who may ask: accounts, their devices and their sessions.

pub(crate) mod email;
pub(crate) mod password;
mod series;
pub(crate) mod session;
pub(crate) mod throttle;

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use outpost_core::id::DeviceId;
use outpost_core::protocol::{Account, Credentials, Enrolment};
use serde::Deserialize;

pub(crate) use series::free_series;

use crate::error::ApiError;
use crate::http::body::ApiJson;
use crate::http::client_address::ClientAddress;
use crate::state::AppState;
use crate::store::{NewAccount, NewSession, Store};
use email::Email;
use session::{Session, Token};

/// The longest name of a workspace or device, in characters.
const MAX_NAME: usize = 200;

/// `POST /api/v1/sign-up`: makes a workspace with one account, enrols the device, opens a session.
pub(crate) async fn sign_up(
    State(state): State<AppState>,
    ClientAddress(address): ClientAddress,
    ApiJson(credentials): ApiJson<Credentials>,
) -> Result<Response, ApiError> {
    let email = Email::parse(&credentials.email)?;
    password::check_policy(&credentials.password, email.as_str())?;
    let workspace = match credentials.workspace.as_deref().map(str::trim) {
        None | Some("") => "My workspace".to_owned(),
        Some(name) => checked_name(name, "invalid_workspace", "workspace")?,
    };
    let device = checked_device(credentials.device.id)?;
    let device_name = device_name(&credentials.device.name)?;
    state.throttles.sign_up(address)?;
    let password_hash = state.hasher.hash(credentials.password).await?;
    let token = Token::random()?;
    let now_ms = state.now_ms();
    let new = NewAccount::random(email, password_hash, workspace, now_ms)?;
    let made = state.store.create_account(new, now_ms).await?;
    let user = made.ok_or(ApiError::EmailTaken)?;
    let account = open(&state, user, device, device_name, &token, None).await?;
    tracing::info!(workspace = account.workspace_id, "an account was made");
    Ok((StatusCode::CREATED, [session::set_cookie(&token, &state.config)], Json(account)).into_response())
}

/// `POST /api/v1/sign-in`: enrols the device and opens a session in place of the one that came along, if any.
///
/// An unknown address and a wrong password get the same answer after the same work.
pub(crate) async fn sign_in(
    State(state): State<AppState>,
    ClientAddress(address): ClientAddress,
    headers: HeaderMap,
    ApiJson(credentials): ApiJson<Credentials>,
) -> Result<Response, ApiError> {
    let device = checked_device(credentials.device.id)?;
    let device_name = device_name(&credentials.device.name)?;
    let email = Email::parse(&credentials.email).map_err(|_| ApiError::WrongCredentials);
    let attempt = state.throttles.sign_in(address, &credentials.email)?;
    let login = match &email {
        Ok(email) => state.store.find_login(email).await?,
        Err(_) => None,
    };
    let (person, hash) = login.map_or((None, None), |it| (Some((it.user, it.role)), Some(it.password_hash)));
    let right = state.hasher.verify(credentials.password, hash).await?;
    let (user, role) = person.filter(|_| right).ok_or(ApiError::WrongCredentials)?;
    state.throttles.forgive(attempt);
    // Only whoever knows the password learns of it.
    session::admitted(role)?;
    let token = Token::random()?;
    let old = session::token_of(&headers, &state.config);
    if let Some(old) = &old
        && let Some(left) = session::of(old, &state).await?
    {
        state.leave(&left);
    }
    let account = open(&state, user, device, device_name, &token, old).await?;
    Ok(([session::set_cookie(&token, &state.config)], Json(account)).into_response())
}

/// `POST /api/v1/enrol`: a device that shares its identity with a copy of it becomes another one, in a session of its own.
/// The session that it asks with is left to the copy.
pub(crate) async fn enrol(
    State(state): State<AppState>,
    session: Session,
    ApiJson(enrolment): ApiJson<Enrolment>,
) -> Result<Response, ApiError> {
    let device = checked_device(enrolment.device.id)?;
    let device_name = device_name(&enrolment.device.name)?;
    let token = Token::random()?;
    let account = open(&state, session.user, device, device_name, &token, None).await?;
    tracing::info!(workspace = session.workspace, from = %session.device, to = %device, "a copied device got an identity");
    Ok(([session::set_cookie(&token, &state.config)], Json(account)).into_response())
}

/// What sign-out takes: nothing, as JSON.
#[derive(Deserialize)]
pub(crate) struct Nothing {}

/// `POST /api/v1/sign-out`: ends the session, and is content if there is none.
pub(crate) async fn sign_out(
    State(state): State<AppState>,
    headers: HeaderMap,
    ApiJson(Nothing {}): ApiJson<Nothing>,
) -> Result<Response, ApiError> {
    if let Some(token) = session::token_of(&headers, &state.config) {
        let session = session::of(&token, &state).await?;
        state.store.close_session(token.hashed()).await?;
        if let Some(session) = session {
            state.leave(&session);
        }
    }
    Ok((StatusCode::NO_CONTENT, [session::clear_cookie(&state.config)]).into_response())
}

/// `GET /api/v1/me`: whose session this is.
pub(crate) async fn me(State(state): State<AppState>, session: Session) -> Result<Json<Account>, ApiError> {
    Ok(Json(state.store.account(&session).await?))
}

async fn open(
    state: &AppState,
    user: i64,
    device: DeviceId,
    device_name: String,
    token: &Token,
    replaces: Option<Token>,
) -> Result<Account, ApiError> {
    let now_ms = state.now_ms();
    let session = NewSession {
        user,
        device,
        device_name,
        token: token.hashed(),
        replaces: replaces.map(|old| old.hashed()),
        expires_ms: now_ms.saturating_add(state.config.limits.session_ms()),
    };
    Ok(state.store.open_session(session, now_ms).await?)
}

fn checked_device(id: DeviceId) -> Result<DeviceId, ApiError> {
    if id == DeviceId(0) {
        return Err(ApiError::Invalid { code: "invalid_device", message: "The device's id must not be zero.".into() });
    }
    Ok(id)
}

fn device_name(name: &str) -> Result<String, ApiError> {
    match name.trim() {
        "" => Ok("A device".to_owned()),
        name => checked_name(name, "invalid_device", "device"),
    }
}

fn checked_name(name: &str, code: &'static str, what: &str) -> Result<String, ApiError> {
    if name.chars().count() > MAX_NAME || name.chars().any(char::is_control) {
        let message = format!("The {what}'s name must be one line of at most {MAX_NAME} characters.");
        return Err(ApiError::Invalid { code, message });
    }
    Ok(name.to_owned())
}
