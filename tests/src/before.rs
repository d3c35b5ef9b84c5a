//! A server of an earlier day: the real one, behind a door that makes all that came later unknown to it.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use outpost_core::protocol::PROTOCOL;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt, copy_bidirectional},
    net::{TcpListener, TcpStream},
    task::JoinHandle,
};

use crate::trouble::{Result, Trouble};

/// What the first server did not know.
const LATER: [&str; 9] = ["newest", "snapshot", "check", "repair", "scope", "archive", "recall", "history", "live"];

/// The most a request's head may have.
const HEAD: usize = 64 * 1024;

/// One that runs; it is gone when this is dropped.
#[derive(Debug)]
pub struct Before {
    task: JoinHandle<()>,
    port: u16,
    /// Whether it does not speak the app's version of the protocol.
    is_outdated: Arc<AtomicBool>,
}

impl Before {
    /// Stands before the server on a port.
    ///
    /// # Errors
    /// There is no port to be had.
    pub async fn the(server: u16) -> Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        let port = listener.local_addr()?.port();
        let is_outdated = Arc::new(AtomicBool::new(false));
        let outdated = is_outdated.clone();
        let task = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let is_outdated = outdated.load(Ordering::SeqCst);
                tokio::spawn(async move {
                    // Whoever went away meanwhile asks again.
                    drop(pass(stream, server, is_outdated).await);
                });
            }
        });
        Ok(Self { task, port, is_outdated })
    }

    /// From now on it speaks an earlier version of the protocol than the app, or the same again: then it was brought up to date.
    pub fn speaks_an_earlier_version(&self, earlier: bool) {
        self.is_outdated.store(earlier, Ordering::SeqCst);
    }

    /// Its address.
    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }
}

impl Drop for Before {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// Passes one request on, and its answer back.
async fn pass(mut asks: TcpStream, server: u16, is_outdated: bool) -> Result {
    let mut head = Vec::new();
    let end = loop {
        if let Some(end) = head.windows(4).position(|four| four == b"\r\n\r\n") {
            break end;
        }
        if head.len() > HEAD || asks.read_buf(&mut head).await? == 0 {
            return Err(Trouble::Said("no request".to_owned()));
        }
    };
    let mut rest = head.split_off(end + 2);
    let text = String::from_utf8_lossy(&head);
    let path = text.split(' ').nth(1).unwrap_or_default();
    let asked = path.strip_prefix("/api/v1/").map(|path| path.split(['/', '?']).next().unwrap_or_default());
    // As the server answers what it does not know.
    let text = match asked.filter(|asked| LATER.contains(asked)) {
        Some(_) => text.replacen(path, "/api/v1/unknown", 1),
        None => text.to_string(),
    };
    // One request a connection: what follows would not be looked at.
    let (mut left_out, mut added) = (vec!["connection:"], vec!["connection: close".to_owned()]);
    if is_outdated && asked == Some("sync") {
        // What the server of today says to a version of tomorrow, an old one says to that of today.
        let sized = text
            .lines()
            .find_map(|line| line.to_ascii_lowercase().strip_prefix("content-length:")?.trim().parse().ok());
        let sized: usize = sized.ok_or_else(|| Trouble::Said("a body without a length".to_owned()))?;
        while rest.len() < 2 + sized && asks.read_buf(&mut rest).await? > 0 {}
        let later = format!(r#"{{"protocol":{}}}"#, PROTOCOL + 1);
        rest = format!("\r\n{later}").into_bytes();
        left_out.extend(["content-length:", "content-encoding:"]);
        added.push(format!("content-length: {}", later.len()));
    }
    let is_kept = |line: &&str| !left_out.iter().any(|name| line.to_ascii_lowercase().starts_with(name));
    let kept = text.lines().filter(is_kept).map(str::to_owned);
    let head: String = kept.chain(added).map(|line| format!("{line}\r\n")).collect();
    let mut answers = TcpStream::connect(("127.0.0.1", server)).await?;
    answers.write_all(head.as_bytes()).await?;
    answers.write_all(&rest).await?;
    copy_bidirectional(&mut asks, &mut answers).await?;
    Ok(())
}
