//! What a server is started with.

use std::fmt;
use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;
use std::str::FromStr;
use std::time::Duration;

use axum::http::Uri;
use thiserror::Error;

use crate::clock::Clock;

/// Everything a server needs to know before it starts.
#[derive(Debug, Clone)]
pub struct Config {
    /// Where to listen; port 0 takes a free one.
    pub listen: SocketAddr,
    /// The folder that holds the database. Made, for its owner alone, if it is missing. Not used with `database_url`.
    pub data: PathBuf,
    /// A PostgreSQL database that holds everything instead; several servers may share it.
    pub database_url: Option<DatabaseUrl>,
    /// The built app; `None` serves the API alone.
    pub app: Option<PathBuf>,
    /// The address people type, if a proxy in front of the server has another one.
    pub public_url: Option<PublicUrl>,
    /// Proxies whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<IpAddr>,
    /// The time.
    pub clock: Clock,
    /// How much is allowed, and for how long.
    pub limits: Limits,
}

impl Config {
    /// A configuration with the usual limits and the machine's clock.
    pub fn new(listen: SocketAddr, data: impl Into<PathBuf>) -> Self {
        Self {
            listen,
            data: data.into(),
            database_url: None,
            app: None,
            public_url: None,
            trusted_proxies: Vec::new(),
            clock: Clock::system(),
            limits: Limits::default(),
        }
    }

    /// Whether people reach the server through TLS: cookies are `Secure` then, and HSTS is sent.
    pub fn is_https(&self) -> bool {
        self.public_url.as_ref().is_some_and(PublicUrl::is_https)
    }
}

/// How long it is usually kept what was done to a record, in days.
pub(crate) const HISTORY_DAYS: u32 = 730;

/// How much is allowed, and for how long. What the protocol promises is in [`outpost_core::protocol`] instead.
#[derive(Debug, Clone)]
pub struct Limits {
    /// Open connections; more wait until one closes.
    pub connections: usize,
    /// Connections on which a device is told of news; more are sent away, and ask instead.
    pub listeners: usize,
    /// For the head of a request, and between two requests of one connection.
    pub header_time: Duration,
    /// For the whole body of a request.
    pub body_time: Duration,
    /// For the answer to a request whose body has arrived.
    pub answer_time: Duration,
    /// For running requests, when the server is told to stop.
    pub drain_time: Duration,
    /// For the other end to take any byte of an answer.
    pub unread_time: Duration,
    /// The largest an SQLite database may grow, in bytes; beyond it, writes are refused as on a full disk.
    pub database_bytes: Option<u64>,
    /// Connections to a PostgreSQL database for requests; requests wait for one that is free.
    pub database_connections: u32,
    /// Sync requests under way at once; more wait before their bodies are read.
    pub sync_requests: usize,
    /// How long they wait before they are told to come back later.
    pub sync_wait: Duration,
    /// How often a device that listens is told how far the sequence goes, if there is nothing new.
    pub live_beat: Duration,
    /// How often a process on PostgreSQL reads how far the workspaces go whose devices listen to it, in case another one failed to say so.
    pub live_again: Duration,
    /// How long a session lives without being used.
    pub session_time: Duration,
    /// How long it is kept what was done to a record; `None` is for ever.
    pub history_time: Option<Duration>,
    /// When, after the start, the server drops for the first time what nobody needs any more.
    pub upkeep_first: Duration,
    /// How long it waits until it does so again.
    pub upkeep_every: Duration,
    /// Failed sign-ins to one account from one address.
    pub sign_in_pair: Rate,
    /// Failed sign-ins from one address, whatever the account.
    pub sign_in_address: Rate,
    /// Sign-ups from one address.
    pub sign_up_address: Rate,
}

impl Limits {
    /// The session's time in milliseconds.
    pub(crate) fn session_ms(&self) -> u64 {
        u64::try_from(self.session_time.as_millis()).unwrap_or(u64::MAX)
    }

    /// The history's time in milliseconds.
    pub(crate) fn history_ms(&self) -> Option<u64> {
        self.history_time.map(|time| u64::try_from(time.as_millis()).unwrap_or(u64::MAX))
    }
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connections: 16_384,
            listeners: 12_288,
            header_time: Duration::from_secs(10),
            body_time: Duration::from_secs(30),
            answer_time: Duration::from_secs(60),
            drain_time: Duration::from_secs(10),
            unread_time: Duration::from_secs(30),
            database_bytes: None,
            database_connections: 16,
            sync_requests: 128,
            sync_wait: Duration::from_secs(10),
            live_beat: Duration::from_secs(10),
            live_again: Duration::from_secs(20),
            session_time: Duration::from_hours(180 * 24),
            history_time: Some(Duration::from_hours(HISTORY_DAYS as u64 * 24)),
            upkeep_first: Duration::from_mins(1),
            upkeep_every: Duration::from_hours(24),
            sign_in_pair: Rate { burst: 20, every: Duration::from_secs(15) },
            sign_in_address: Rate { burst: 60, every: Duration::from_secs(2) },
            sign_up_address: Rate { burst: 60, every: Duration::from_secs(10) },
        }
    }
}

/// A token bucket's size and refill.
#[derive(Debug, Clone, Copy)]
pub struct Rate {
    /// As many at once.
    pub burst: u32,
    /// And then one in each such time.
    pub every: Duration,
}

/// Where a PostgreSQL database is, and with which password: it is never shown.
#[derive(Clone, PartialEq, Eq)]
pub struct DatabaseUrl(String);

impl DatabaseUrl {
    /// All of it.
    pub(crate) fn secret(&self) -> &str {
        &self.0
    }
}

/// Takes any text; whether it is an address is said, without the password, when the server starts.
impl From<String> for DatabaseUrl {
    fn from(text: String) -> Self {
        Self(text)
    }
}

impl fmt::Debug for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("DatabaseUrl(…)")
    }
}

/// The address that people type: scheme and host, without a path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicUrl {
    origin: String,
}

impl PublicUrl {
    /// Scheme, host and port, as a browser's `Origin` header has them.
    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// Whether it is reached through TLS.
    pub fn is_https(&self) -> bool {
        self.origin.starts_with("https://")
    }
}

impl FromStr for PublicUrl {
    type Err = PublicUrlError;

    fn from_str(text: &str) -> Result<Self, PublicUrlError> {
        let fail = || PublicUrlError(text.to_owned());
        let uri: Uri = text.parse().map_err(|_| fail())?;
        let scheme = uri.scheme_str().filter(|s| ["http", "https"].contains(s)).ok_or_else(fail)?;
        let authority = uri.authority().filter(|a| !a.as_str().contains('@')).ok_or_else(fail)?;
        if !matches!(uri.path(), "" | "/") || uri.query().is_some() {
            return Err(fail());
        }
        let host = authority.host().to_ascii_lowercase();
        let usual = if scheme == "https" { 443 } else { 80 };
        let origin = match authority.port_u16().filter(|port| *port != usual) {
            Some(port) => format!("{scheme}://{host}:{port}"),
            None => format!("{scheme}://{host}"),
        };
        Ok(Self { origin })
    }
}

/// Not an address that people could type.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("“{0}” is not a public address; scheme and host are wanted, such as https://crm.example.org")]
pub struct PublicUrlError(String);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_public_url_is_an_origin_and_nothing_more() {
        let origin = |text: &str| text.parse::<PublicUrl>().map(|url| url.origin);
        assert_eq!(origin("https://CRM.example.org/").as_deref(), Ok("https://crm.example.org"));
        assert_eq!(origin("https://crm.example.org:443").as_deref(), Ok("https://crm.example.org"));
        assert_eq!(origin("http://localhost:8080").as_deref(), Ok("http://localhost:8080"));
        for wrong in ["crm.example.org", "ftp://a.example", "https://a.example/crm", "https://me@a.example", "https://"]
        {
            assert!(origin(wrong).is_err(), "{wrong}");
        }
    }
}
