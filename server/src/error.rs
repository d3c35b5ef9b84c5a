//! Every answer of the API that is not a success, in one list.

use axum::Json;
use axum::extract::rejection::{PathRejection, QueryRejection};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use outpost_core::access::REMOVED;
use serde_json::{Value, json};
use thiserror::Error;

use crate::store::StoreError;

/// What can go wrong with a request. Its display is the sentence that the person reads, its [`ApiError::code`] is what
/// a program reads; `docs/sync-protocol.md` lists both.
#[derive(Debug, Error)]
pub(crate) enum ApiError {
    #[error("The request is not what this address takes: {0}.")]
    Malformed(String),
    #[error("The JSON is nested more than {limit} levels deep, at byte {at}.")]
    TooDeep { limit: usize, at: usize },
    #[error("A text in the JSON is longer than {limit} bytes; it begins at byte {at}.")]
    TextTooLong { limit: usize, at: usize },
    #[error("The request has {found} mutations; at most {limit} are taken at once, so send fewer.")]
    TooManyMutations { found: usize, limit: usize },
    #[error("Mutation {n} has {found} ops; at most {limit} are taken.")]
    TooManyOps { n: u64, found: usize, limit: usize },
    #[error("Mutation {n} sets {found} fields of one record; at most {limit} are taken.")]
    TooManyFields { n: u64, found: usize, limit: usize },
    #[error("Mutation {n} has a {what} that is not a name: small letters, digits and _, at most {limit} of them.")]
    BadName { n: u64, what: &'static str, limit: usize },
    #[error("Mutation {n} follows mutation {before}; numbers must be contiguous.")]
    NotContiguous { before: u64, n: u64 },
    #[error(
        "This server speaks version {served} of the sync protocol, not version {asked}; update the app or the server."
    )]
    UnsupportedProtocol { asked: u64, served: u32 },
    #[error("Sign in first.")]
    NoSession,
    #[error("E-mail address or password is wrong.")]
    WrongCredentials,
    #[error("You were removed from this workspace; whoever runs the server can let you in again.")]
    Removed,
    #[error("This session belongs to another device; sign in from this one.")]
    ForeignDevice,
    #[error("Mutation {n} is stamped by another device; a device sends its own changes only.")]
    ForeignStamp { n: u64 },
    #[error("The request comes from another site.")]
    CrossSite,
    #[error("The header “X-Outpost: 1” is missing.")]
    MissingHeader,
    #[error("There is nothing at this address.")]
    NotFound,
    #[error("This address does not take that method; the Allow header says which it takes.")]
    MethodNotAllowed,
    #[error("The request took longer than {seconds} s to arrive.")]
    TooSlow { seconds: u64 },
    #[error("An account with this e-mail address exists; sign in instead.")]
    EmailTaken,
    #[error("The server was restored from a backup; begin again from cursor 0.")]
    EpochChanged { epoch: String },
    #[error(
        "Mutation {n} was sent before and was another one: two devices share one identity, so this one needs a new one."
    )]
    DeviceForked { n: u64 },
    #[error("The request's body is larger than {limit} bytes.")]
    BodyTooLarge { limit: usize },
    #[error("The request’s body decompresses to more than {limit} bytes.")]
    PlainBodyTooLarge { limit: usize },
    #[error("The body must be sent as application/json.")]
    WrongContentType,
    #[error("The body's Content-Encoding must be gzip, or none.")]
    UnsupportedEncoding,
    #[error("{message}")]
    Invalid { code: &'static str, message: String },
    #[error("Too many attempts; try again in {retry_s} s.")]
    TooManyAttempts { retry_s: u64 },
    #[error("The server has too much to do; try again in a moment.")]
    Busy,
    #[error("The server cannot reach its data at the moment; nothing was stored, try again later.")]
    Unavailable(#[source] StoreError),
    #[error("The server took too long to answer; try again later.")]
    AnswerTooSlow,
    #[error("The server made a mistake; it has been noted.")]
    Internal,
}

impl ApiError {
    /// The status of the answer.
    pub(crate) fn status(&self) -> StatusCode {
        match self {
            Self::Malformed(_)
            | Self::TooDeep { .. }
            | Self::TextTooLong { .. }
            | Self::TooManyOps { .. }
            | Self::TooManyFields { .. }
            | Self::BadName { .. }
            | Self::NotContiguous { .. }
            | Self::UnsupportedProtocol { .. } => StatusCode::BAD_REQUEST,
            Self::NoSession | Self::WrongCredentials => StatusCode::UNAUTHORIZED,
            Self::Removed | Self::ForeignDevice | Self::ForeignStamp { .. } | Self::CrossSite | Self::MissingHeader => {
                StatusCode::FORBIDDEN
            }
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::MethodNotAllowed => StatusCode::METHOD_NOT_ALLOWED,
            Self::TooSlow { .. } => StatusCode::REQUEST_TIMEOUT,
            Self::EmailTaken | Self::EpochChanged { .. } | Self::DeviceForked { .. } => StatusCode::CONFLICT,
            Self::TooManyMutations { .. } | Self::BodyTooLarge { .. } | Self::PlainBodyTooLarge { .. } => {
                StatusCode::PAYLOAD_TOO_LARGE
            }
            Self::WrongContentType | Self::UnsupportedEncoding => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::Invalid { .. } => StatusCode::UNPROCESSABLE_ENTITY,
            Self::TooManyAttempts { .. } => StatusCode::TOO_MANY_REQUESTS,
            Self::Busy | Self::Unavailable(_) | Self::AnswerTooSlow => StatusCode::SERVICE_UNAVAILABLE,
            Self::Internal => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    /// The name of the error, for programs.
    pub(crate) fn code(&self) -> &'static str {
        match self {
            Self::Malformed(_) => "malformed",
            Self::TooDeep { .. } => "too_deep",
            Self::TextTooLong { .. } => "text_too_long",
            Self::TooManyMutations { .. } => "too_many_mutations",
            Self::TooManyOps { .. } => "too_many_ops",
            Self::TooManyFields { .. } => "too_many_fields",
            Self::BadName { .. } => "bad_name",
            Self::NotContiguous { .. } => "not_contiguous",
            Self::UnsupportedProtocol { .. } => "unsupported_protocol",
            Self::NoSession => "no_session",
            Self::WrongCredentials => "wrong_credentials",
            Self::Removed => REMOVED,
            Self::ForeignDevice | Self::ForeignStamp { .. } => "foreign_device",
            Self::CrossSite => "cross_site",
            Self::MissingHeader => "missing_header",
            Self::NotFound => "not_found",
            Self::MethodNotAllowed => "method_not_allowed",
            Self::TooSlow { .. } => "too_slow",
            Self::EmailTaken => "email_taken",
            Self::EpochChanged { .. } => "epoch_changed",
            Self::DeviceForked { .. } => "device_forked",
            Self::BodyTooLarge { .. } | Self::PlainBodyTooLarge { .. } => "body_too_large",
            Self::WrongContentType => "wrong_content_type",
            Self::UnsupportedEncoding => "unsupported_encoding",
            Self::Invalid { code, .. } => code,
            Self::TooManyAttempts { .. } => "too_many_attempts",
            Self::Busy => "busy",
            Self::Unavailable(_) | Self::AnswerTooSlow => "unavailable",
            Self::Internal => "internal",
        }
    }

    /// The answer's body.
    pub(crate) fn body(&self) -> Value {
        let mut error = json!({"code": self.code(), "message": self.to_string()});
        if let Self::EpochChanged { epoch } = &self {
            error["epoch"] = json!(epoch);
        }
        json!({ "error": error })
    }

    /// How long to wait before trying again, in seconds, where waiting helps.
    pub(crate) const fn retry_s(&self) -> Option<u64> {
        match self {
            Self::TooManyAttempts { retry_s } => Some(*retry_s),
            Self::Busy => Some(2),
            Self::Unavailable(_) | Self::AnswerTooSlow => Some(10),
            _ => None,
        }
    }
}

impl From<QueryRejection> for ApiError {
    fn from(rejection: QueryRejection) -> Self {
        Self::Malformed(rejection.body_text())
    }
}

impl From<PathRejection> for ApiError {
    fn from(rejection: PathRejection) -> Self {
        Self::Malformed(rejection.body_text())
    }
}

impl From<StoreError> for ApiError {
    fn from(error: StoreError) -> Self {
        Self::Unavailable(error)
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        if let Self::Unavailable(cause) = &self {
            tracing::error!(%cause, "the store failed");
        }
        let mut response = (self.status(), Json(self.body())).into_response();
        if let Some(seconds) = self.retry_s() {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }
}
