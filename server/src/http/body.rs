//! Request bodies: read against the clock, decompressed against a limit, scanned, and only then parsed.

use std::io::{self, Write};

use axum::body::Body;
use axum::extract::{FromRequest, Request};
use axum::http::{HeaderMap, header};
use flate2::write::GzDecoder;
use http_body_util::BodyExt;
use outpost_core::protocol::{MAX_BODY, MAX_BODY_PLAIN, MAX_DEPTH, MAX_TEXT};
use serde::de::DeserializeOwned;
use tokio::time::timeout;

use super::json;
use crate::error::ApiError;
use crate::state::AppState;

/// A JSON body within the protocol's limits, not parsed yet.
#[derive(Debug)]
pub(crate) struct JsonBytes(Vec<u8>);

impl JsonBytes {
    /// The plain bytes of a body, if they keep within the limits.
    pub(crate) fn checked(bytes: Vec<u8>) -> Result<Self, ApiError> {
        if bytes.len() > MAX_BODY_PLAIN {
            return Err(ApiError::PlainBodyTooLarge { limit: MAX_BODY_PLAIN });
        }
        json::check(&bytes, MAX_DEPTH, MAX_TEXT)?;
        Ok(Self(bytes))
    }

    /// Makes a value of it.
    ///
    /// # Errors
    /// [`ApiError::Malformed`] with what the parser says and where.
    pub(crate) fn parse<T: DeserializeOwned>(&self) -> Result<T, ApiError> {
        serde_json::from_slice(&self.0).map_err(|error| ApiError::Malformed(error.to_string()))
    }
}

impl FromRequest<AppState> for JsonBytes {
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &AppState) -> Result<Self, ApiError> {
        let limit = state.config.limits.body_time;
        let (parts, body) = request.into_parts();
        let bytes = timeout(limit, read(&parts.headers, body))
            .await
            .map_err(|_elapsed| ApiError::TooSlow { seconds: limit.as_secs() })??;
        Self::checked(bytes)
    }
}

/// A parsed JSON body.
#[derive(Debug)]
pub(crate) struct ApiJson<T>(pub(crate) T);

impl<T: DeserializeOwned> FromRequest<AppState> for ApiJson<T> {
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &AppState) -> Result<Self, ApiError> {
        Ok(Self(JsonBytes::from_request(request, state).await?.parse()?))
    }
}

/// The plain bytes of a body. Decompression goes on as chunks arrive and stops at the limit, so that a small body that
/// would become a huge one costs no more than the limit.
async fn read(headers: &HeaderMap, mut body: Body) -> Result<Vec<u8>, ApiError> {
    let mut sink = Sink::for_encoding(headers)?;
    let announced = headers.get(header::CONTENT_LENGTH).and_then(|v| v.to_str().ok()).and_then(|v| v.parse().ok());
    if announced.is_some_and(|length: u64| length > MAX_BODY as u64) {
        return Err(ApiError::BodyTooLarge { limit: MAX_BODY });
    }
    let mut received = 0;
    while let Some(frame) = body.frame().await {
        let frame = frame.map_err(|_| ApiError::Malformed("the body broke off".into()))?;
        let Ok(chunk) = frame.into_data() else { continue };
        received += chunk.len();
        if received > MAX_BODY {
            return Err(ApiError::BodyTooLarge { limit: MAX_BODY });
        }
        sink.write(&chunk)?;
    }
    sink.finish()
}

/// Where the chunks of a body go.
enum Sink {
    Plain(Bounded),
    Gzip(Box<GzDecoder<Bounded>>),
}

impl Sink {
    fn for_encoding(headers: &HeaderMap) -> Result<Self, ApiError> {
        let sink = Bounded(Vec::new());
        match headers.get(header::CONTENT_ENCODING).map(|value| value.as_bytes()) {
            None | Some(b"identity") => Ok(Self::Plain(sink)),
            Some(b"gzip") => Ok(Self::Gzip(Box::new(GzDecoder::new(sink)))),
            Some(_) => Err(ApiError::UnsupportedEncoding),
        }
    }

    fn write(&mut self, chunk: &[u8]) -> Result<(), ApiError> {
        match self {
            Self::Plain(sink) => sink.write_all(chunk),
            Self::Gzip(decoder) => decoder.write_all(chunk),
        }
        .map_err(broken)
    }

    fn finish(self) -> Result<Vec<u8>, ApiError> {
        match self {
            Self::Plain(sink) => Ok(sink.0),
            Self::Gzip(decoder) => decoder.finish().map(|sink| sink.0).map_err(broken),
        }
    }
}

/// Bytes, up to the limit of a plain body.
struct Bounded(Vec<u8>);

impl Write for Bounded {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.0.len() + bytes.len() > MAX_BODY_PLAIN {
            return Err(io::ErrorKind::QuotaExceeded.into());
        }
        self.0.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn broken(error: io::Error) -> ApiError {
    if error.kind() == io::ErrorKind::QuotaExceeded {
        ApiError::PlainBodyTooLarge { limit: MAX_BODY_PLAIN }
    } else {
        ApiError::Malformed("the body is not a whole gzip stream".into())
    }
}
