//! A machine between servers and PostgreSQL: it counts what servers say, and cuts them off where it is told to.

use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};

/// Where a connection is cut.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Cut {
    /// The message does not reach the database.
    Before(u64),
    /// The database does what the message says, and its answer does not reach the server.
    After(u64),
}

#[derive(Default)]
struct Plan {
    count: u64,
    cut: Option<Cut>,
}

/// One that runs; it is gone when this is dropped.
pub(crate) struct Relay {
    pub(crate) address: SocketAddr,
    plan: Arc<Mutex<Plan>>,
    task: tokio::task::JoinHandle<()>,
}

impl Relay {
    pub(crate) async fn before(database: (String, u16)) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.expect("a port");
        let address = listener.local_addr().expect("its address");
        let plan = Arc::new(Mutex::new(Plan::default()));
        let told = Arc::clone(&plan);
        let task = tokio::spawn(async move {
            while let Ok((server, _)) = listener.accept().await {
                let (database, plan) = (database.clone(), Arc::clone(&told));
                tokio::spawn(async move {
                    if let Ok(database) = TcpStream::connect(database).await {
                        // However it ends, both sides see an end.
                        relay(server, database, &plan).await.ok();
                    }
                });
            }
        });
        Self { address, plan, task }
    }

    /// Counts anew, from 1, and cuts there.
    pub(crate) fn cut(&self, cut: Cut) {
        *self.plan.lock().expect("unharmed") = Plan { count: 0, cut: Some(cut) };
    }

    /// How many messages came since, and whether the cut is still to come; it is called off.
    pub(crate) fn done(&self) -> (u64, bool) {
        let mut plan = self.plan.lock().expect("unharmed");
        (plan.count, plan.cut.take().is_some())
    }
}

impl Drop for Relay {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn relay(server: TcpStream, database: TcpStream, plan: &Mutex<Plan>) -> io::Result<()> {
    // What is small is sent at once.
    server.set_nodelay(true)?;
    database.set_nodelay(true)?;
    let (from_server, mut to_server) = server.into_split();
    let (mut from_database, to_database) = database.into_split();
    let mut bytes = vec![0; 64 * 1024];
    let asking = asked(from_server, to_database, plan);
    tokio::pin!(asking);
    loop {
        tokio::select! {
            cut = &mut asking => {
                if cut? == Said::Unanswered {
                    // It has done it when it answers.
                    from_database.read_u8().await?;
                }
                return Ok(());
            }
            read = from_database.read(&mut bytes) => match read? {
                0 => return Ok(()),
                read => to_server.write_all(&bytes[..read]).await?,
            },
        }
    }
}

#[derive(PartialEq, Eq)]
enum Said {
    Over,
    Unanswered,
}

/// Passes messages on until there are no more, or one is reached at which it is to be cut.
async fn asked(mut server: OwnedReadHalf, mut database: OwnedWriteHalf, plan: &Mutex<Plan>) -> io::Result<Said> {
    // The first has no letter before its length.
    database.write_all(&with_length(&mut server, Vec::new()).await?).await?;
    loop {
        let Ok(letter) = server.read_u8().await else { return Ok(Said::Over) };
        let message = with_length(&mut server, vec![letter]).await?;
        let cut = {
            let mut plan = plan.lock().expect("unharmed");
            plan.count += 1;
            let at = plan.count;
            let is_here = match plan.cut {
                Some(Cut::Before(n)) => n == at,
                // Only these are answered.
                Some(Cut::After(n)) => n <= at && matches!(letter, b'S' | b'Q'),
                None => false,
            };
            if is_here { plan.cut.take() } else { None }
        };
        if let Some(Cut::Before(_)) = cut {
            return Ok(Said::Over);
        }
        database.write_all(&message).await?;
        if cut.is_some() {
            return Ok(Said::Unanswered);
        }
    }
}

/// Reads the rest of a message; its length, which comes first, counts its own four bytes.
async fn with_length(server: &mut OwnedReadHalf, mut message: Vec<u8>) -> io::Result<Vec<u8>> {
    let length = server.read_u32().await?;
    message.extend(length.to_be_bytes());
    server.take(u64::from(length).saturating_sub(4)).read_to_end(&mut message).await?;
    Ok(message)
}
