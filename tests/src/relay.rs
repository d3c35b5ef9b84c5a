//! A machine between a browser and the server, as there is one in each mobile network: connections that it has forgotten
//! stay open and say nothing any more.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    sync::Mutex,
    task::JoinHandle,
};

use crate::trouble::Result;

/// What begins a connection that is listened to.
const LIVE: &[u8] = b"GET /api/v1/live";

/// One that runs; it is gone when this is dropped.
#[derive(Debug)]
pub struct Relay {
    port: u16,
    live: Live,
    task: JoinHandle<()>,
}

#[derive(Debug, Clone, Default)]
struct Live {
    /// Of each of them, whether it is forgotten.
    forgotten: Arc<Mutex<Vec<Arc<AtomicBool>>>>,
}

impl Relay {
    /// In front of the server on a port.
    ///
    /// # Errors
    /// There is no free port.
    pub async fn before(server: u16) -> Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        let port = listener.local_addr()?.port();
        let live = Live::default();
        let known = live.clone();
        let task = tokio::spawn(async move {
            while let Ok((browser, _)) = listener.accept().await {
                let live = known.clone();
                tokio::spawn(async move {
                    if let Ok(server) = TcpStream::connect(("127.0.0.1", server)).await {
                        // However it ends, both sides see an end.
                        relay(browser, server, live).await.ok();
                    }
                });
            }
        });
        Ok(Self { port, live, task })
    }

    /// `http://127.0.0.1:8460`, without a slash at the end.
    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// How often somebody has begun to listen.
    pub async fn listened(&self) -> usize {
        self.live.forgotten.lock().await.len()
    }

    /// Whoever listens now is told nothing any more, and not that it is so. Returns how often somebody had begun to listen.
    pub async fn forget_listeners(&self) -> usize {
        let known = self.live.forgotten.lock().await;
        known.iter().for_each(|forgotten| forgotten.store(true, Ordering::SeqCst));
        known.len()
    }
}

impl Drop for Relay {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn relay(mut browser: TcpStream, mut server: TcpStream, live: Live) -> Result {
    let forgotten = Arc::new(AtomicBool::new(false));
    let (mut asked, mut answered) = (vec![0; 64 * 1024], vec![0; 64 * 1024]);
    loop {
        tokio::select! {
            read = browser.read(&mut asked) => match read? {
                0 => return Ok(()),
                read => {
                    if asked[..read].starts_with(LIVE) {
                        live.forgotten.lock().await.push(Arc::clone(&forgotten));
                    }
                    server.write_all(&asked[..read]).await?;
                }
            },
            read = server.read(&mut answered) => match read? {
                0 => return Ok(()),
                _ if forgotten.load(Ordering::SeqCst) => {}
                read => browser.write_all(&answered[..read]).await?,
            },
        }
    }
}
