//! A captive portal: a machine in the way that answers everything with status 200 and its own page.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpListener,
    task::JoinHandle,
};

use crate::{
    trouble::Result,
    wait::{LATER, until},
};

/// One that runs; it is gone when this is dropped.
#[derive(Debug)]
pub struct Portal {
    task: JoinHandle<()>,
    answered: Arc<AtomicUsize>,
}

const PAGE: &str = "<!doctype html><title>Hotel</title><h1>Welcome to the Hotel</h1><p>Please accept our terms.</p>";

impl Portal {
    /// Answers on a port that nobody else answers on.
    ///
    /// # Errors
    /// Somebody does.
    pub async fn on(port: u16) -> Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", port)).await?;
        let answered = Arc::new(AtomicUsize::new(0));
        let count = Arc::clone(&answered);
        let task = tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                let count = Arc::clone(&count);
                tokio::spawn(async move {
                    let mut head = [0; 16 * 1024];
                    // Whatever was asked, and even if it was not read to its end.
                    if stream.read(&mut head).await.is_ok() {
                        let length = PAGE.len();
                        let answer = format!(
                            "HTTP/1.1 200 OK\r\ncontent-type: text/html\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n{PAGE}"
                        );
                        if stream.write_all(answer.as_bytes()).await.is_ok() && stream.shutdown().await.is_ok() {
                            count.fetch_add(1, Ordering::Relaxed);
                        }
                    }
                });
            }
        });
        Ok(Self { task, answered })
    }

    /// Waits until it has been asked something.
    ///
    /// # Errors
    /// Nobody asks.
    pub async fn was_asked(&self) -> Result {
        let before = self.answered.load(Ordering::Relaxed);
        until("somebody to ask the captive portal", LATER, || async {
            Ok((self.answered.load(Ordering::Relaxed) > before).then_some(()))
        })
        .await
    }
}

impl Drop for Portal {
    fn drop(&mut self) {
        self.task.abort();
    }
}
