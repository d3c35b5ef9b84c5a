//! A server of an earlier day: the real one, behind a door that makes all that came later unknown to it.

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
}

impl Before {
    /// Stands before the server on a port.
    ///
    /// # Errors
    /// There is no port to be had.
    pub async fn the(server: u16) -> Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        let port = listener.local_addr()?.port();
        let task = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(async move {
                    // Whoever went away meanwhile asks again.
                    drop(pass(stream, server).await);
                });
            }
        });
        Ok(Self { task, port })
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
async fn pass(mut asks: TcpStream, server: u16) -> Result {
    let mut head = Vec::new();
    let end = loop {
        if let Some(end) = head.windows(4).position(|four| four == b"\r\n\r\n") {
            break end;
        }
        if head.len() > HEAD || asks.read_buf(&mut head).await? == 0 {
            return Err(Trouble::Said("no request".to_owned()));
        }
    };
    let rest = head.split_off(end + 2);
    let text = String::from_utf8_lossy(&head);
    let path = text.split(' ').nth(1).unwrap_or_default();
    let asked = path.strip_prefix("/api/v1/").map(|path| path.split(['/', '?']).next().unwrap_or_default());
    // As the server answers what it does not know.
    let text = match asked.filter(|asked| LATER.contains(asked)) {
        Some(_) => text.replacen(path, "/api/v1/unknown", 1),
        None => text.to_string(),
    };
    // One request a connection: what follows would not be looked at.
    let kept = text.lines().filter(|line| !line.to_ascii_lowercase().starts_with("connection:"));
    let head: String = kept.chain(["connection: close"]).map(|line| format!("{line}\r\n")).collect();
    let mut answers = TcpStream::connect(("127.0.0.1", server)).await?;
    answers.write_all(head.as_bytes()).await?;
    answers.write_all(&rest).await?;
    copy_bidirectional(&mut asks, &mut answers).await?;
    Ok(())
}
