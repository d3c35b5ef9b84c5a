//! Sessions: a random token in a cookie that scripts cannot read, of which the server keeps only the SHA-256.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, HeaderValue, header};
use outpost_core::access::Role;
use outpost_core::id::DeviceId;
use sha2::{Digest, Sha256};

use crate::config::Config;
use crate::error::ApiError;
use crate::random;
use crate::state::AppState;
use crate::store::Store;

/// The longest that browsers keep a cookie, in seconds. The session itself ends by the server's own clock.
const COOKIE_AGE: u32 = 400 * 24 * 60 * 60;

/// Whose request it is. The workspace comes from here and from nowhere else.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Session {
    /// The account.
    pub(crate) user: i64,
    /// Its workspace.
    pub(crate) workspace: i64,
    /// The device that signed in.
    pub(crate) device: DeviceId,
    /// What the person may do there.
    pub(crate) role: Role,
}

impl Session {
    /// The same, if its person is of the workspace still.
    ///
    /// # Errors
    /// [`ApiError::Removed`].
    pub(crate) fn admitted(self) -> Result<Self, ApiError> {
        admitted(self.role).map(|()| self)
    }
}

/// Whether somebody of this role is let in at all: everything but signing out asks this first.
///
/// # Errors
/// [`ApiError::Removed`].
pub(super) fn admitted(role: Role) -> Result<(), ApiError> {
    if role == Role::Removed { Err(ApiError::Removed) } else { Ok(()) }
}

/// SHA-256 of a token: what is stored.
pub(crate) type HashedToken = [u8; 32];

/// A session's secret: 256 random bits, in hexadecimal in the cookie.
pub(crate) struct Token([u8; 32]);

impl Token {
    /// A new one.
    pub(crate) fn random() -> Result<Self, ApiError> {
        random::bytes().map(Self)
    }

    /// What the store knows it by.
    pub(crate) fn hashed(&self) -> HashedToken {
        Sha256::digest(self.0).into()
    }
}

/// The cookie's name. Behind TLS the prefix makes browsers insist on Secure, on this host and on the path `/`.
fn cookie_name(config: &Config) -> &'static str {
    if config.is_https() { "__Host-outpost" } else { "outpost" }
}

/// The token in a request's cookie, if it has one of the right form.
pub(super) fn token_of(headers: &HeaderMap, config: &Config) -> Option<Token> {
    let name = cookie_name(config);
    let cookies = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    let value = cookies
        .flat_map(|line| line.split(';'))
        .find_map(|cookie| cookie.trim().strip_prefix(name).and_then(|rest| rest.strip_prefix('=')))?;
    let mut bytes = [0; 32];
    hex::decode_to_slice(value, &mut bytes).ok()?;
    Some(Token(bytes))
}

/// The header that gives a browser its session.
pub(super) fn set_cookie(token: &Token, config: &Config) -> (HeaderName, HeaderValue) {
    cookie(&hex::encode(token.0), COOKIE_AGE, config)
}

/// The header that takes it away.
pub(super) fn clear_cookie(config: &Config) -> (HeaderName, HeaderValue) {
    cookie("", 0, config)
}

fn cookie(value: &str, age: u32, config: &Config) -> (HeaderName, HeaderValue) {
    let name = cookie_name(config);
    let secure = if config.is_https() { "; Secure" } else { "" };
    let text = format!("{name}={value}; Path=/; Max-Age={age}; HttpOnly; SameSite=Lax{secure}");
    // Names, hexadecimal and digits are all visible ASCII, so the fallback is never taken.
    let mut value = HeaderValue::from_str(&text).unwrap_or(HeaderValue::from_static(""));
    value.set_sensitive(true);
    (header::SET_COOKIE, value)
}

/// The session of a token, unless it has ended.
pub(super) async fn of(token: &Token, state: &AppState) -> Result<Option<Session>, ApiError> {
    Ok(state.store.session(token.hashed(), state.now_ms(), state.config.limits.session_ms()).await?)
}

impl FromRequestParts<AppState> for Session {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, ApiError> {
        let token = token_of(&parts.headers, &state.config).ok_or(ApiError::NoSession)?;
        of(&token, state).await?.ok_or(ApiError::NoSession)?.admitted()
    }
}
