//! What a device hears of the server, line by line.

use std::time::Duration;

use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpStream;
use tokio::time::timeout;

use crate::support::Device;

/// What a device hears.
pub(crate) struct Ear(BufReader<TcpStream>);

impl Ear {
    pub(crate) async fn open(device: &Device) -> Self {
        let mut stream = TcpStream::connect(device.server).await.expect("a connection");
        let head = format!("GET /api/v1/live HTTP/1.1\r\nHost: {}\r\nCookie: {}\r\n\r\n", device.server, device.cookie);
        stream.write_all(head.as_bytes()).await.expect("it is sent");
        Self(BufReader::new(stream))
    }

    /// The next line of the answer that `wanted` likes; `None` at its end.
    pub(crate) async fn line(&mut self, wanted: impl Fn(&str) -> bool) -> Option<String> {
        loop {
            let mut line = String::new();
            let read = timeout(Duration::from_secs(20), self.0.read_line(&mut line)).await;
            if read.expect("something is said within 20 s").expect("it can be read") == 0 {
                return None;
            }
            let line = line.trim();
            if wanted(line) {
                return Some(line.to_owned());
            }
            // The last chunk: the answer is over, though the connection is kept.
            if line == "0" {
                return None;
            }
        }
    }

    pub(crate) async fn head(&mut self) -> Option<u64> {
        let line = self.line(|line| line.starts_with("data:")).await?;
        Some(line.trim_start_matches("data:").trim().parse().expect("a number"))
    }
}
