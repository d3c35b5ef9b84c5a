//! Devices that listen and hear nothing: what they cost, and whether they all hear the first word.

use std::time::{Duration, Instant};

use futures::{StreamExt, TryStreamExt, stream};
use serde_json::json;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::timeout,
};

use crate::{
    api::{Client, new_id, patch},
    app::PASSWORD,
    server::Server,
    trouble::{Result, Trouble, check},
};

/// Connections that are opened side by side.
const TOGETHER: usize = 64;
/// How long one waits for a word: longer than the server is ever silent.
const PATIENCE: Duration = Duration::from_secs(30);

/// What holding connections costs.
#[derive(Debug, Clone, Copy)]
pub struct Idle {
    /// How many were held at once.
    pub held: usize,
    /// By how many bytes the server's memory grew (resident set).
    pub grown: u64,
    /// Seconds from a change until all had heard of it.
    pub heard: f64,
}

/// Holds so many live connections, on loopback, and closes them at the end.
///
/// # Errors
/// The system does not allow as many files, or the server does not hold them.
pub async fn idle(connections: usize) -> Result<Idle> {
    more_files(connections as u64 + 512)?;
    let server = Server::start().await?;
    let mut client = Client::sign_up(&server.url(), "idle@bench.example", PASSWORD).await?;
    let port = server.port();
    // What the first of them needs once is not what each of them costs.
    let first = listen(port, client.cookie()).await?;
    let before = server.resident()?;
    let opened = stream::iter(1..connections).map(|_| listen(port, client.cookie())).buffer_unordered(TOGETHER);
    let mut all: Vec<TcpStream> = opened.try_collect().await?;
    all.push(first);
    let grown = server.resident()?.saturating_sub(before);

    let begun = Instant::now();
    client.set("lead", new_id(), patch(json!({ "name": "News" }))).await?;
    let hearing = all.iter_mut().map(|stream| hears(stream, "data: 1\n"));
    stream::iter(hearing).buffer_unordered(connections).try_collect::<Vec<()>>().await?;
    Ok(Idle { held: all.len(), grown, heard: begun.elapsed().as_secs_f64() })
}

/// A connection that has been told where things stand.
async fn listen(port: u16, cookie: &str) -> Result<TcpStream> {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).await?;
    let head =
        format!("GET /api/v1/live HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nCookie: {cookie}\r\nX-Outpost: 1\r\n\r\n");
    stream.write_all(head.as_bytes()).await?;
    hears(&mut stream, "data: 0\n").await?;
    Ok(stream)
}

/// Reads until these words come.
async fn hears(stream: &mut TcpStream, words: &str) -> Result {
    let (mut heard, mut buffer) = (String::new(), [0; 512]);
    let reading = async {
        while !heard.contains(words) {
            let read = stream.read(&mut buffer).await?;
            check(read > 0, format!("the server ended a connection, after: {heard}"))?;
            heard.push_str(&String::from_utf8_lossy(&buffer[..read]));
        }
        Ok(())
    };
    match timeout(PATIENCE, reading).await {
        Ok(done) => done,
        Err(_) => Err(Trouble::Said(format!("“{}” was not heard", words.trim()))),
    }
}

/// Lets this process, and what it starts from now on, have so many files open.
fn more_files(wanted: u64) -> Result {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    let limit = getrlimit(Resource::Nofile);
    if limit.current.is_none_or(|current| current >= wanted) {
        return Ok(());
    }
    let enough = limit.maximum.is_none_or(|most| most >= wanted);
    check(enough, format!("the system allows {:?} open files, and {wanted} are needed (ulimit -Hn)", limit.maximum))?;
    setrlimit(Resource::Nofile, Rlimit { current: Some(wanted), maximum: limit.maximum })
        .map_err(|error| Trouble::Said(format!("the limit of open files cannot be raised: {error}")))
}
