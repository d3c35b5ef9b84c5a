//! A slow link: what passes through it takes its time, in either direction.

use std::time::{Duration, Instant};

use outpost_core::mutation::Op;
use serde_json::json;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    sync::mpsc,
    time::{sleep, sleep_until},
};

use super::data::AllApplied;
use crate::{
    api::{Client, Traffic, new_id, patch},
    app::PASSWORD,
    server::Server,
    trouble::{Result, Trouble},
};

/// There and back.
const ROUND_TRIP: Duration = Duration::from_millis(150);

/// Listens on a port of its own, passes everything on, half a round trip later; a connection takes one to open. Returns the
/// address.
///
/// # Errors
/// There is no free port.
async fn slow(port: u16) -> Result<String> {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
    let url = format!("http://127.0.0.1:{}", listener.local_addr()?.port());
    tokio::spawn(async move {
        while let Ok((near, _)) = listener.accept().await {
            tokio::spawn(async move {
                sleep(ROUND_TRIP).await;
                let Ok(far) = TcpStream::connect(("127.0.0.1", port)).await else { return };
                let ((near_in, near_out), (far_in, far_out)) = (near.into_split(), far.into_split());
                tokio::join!(pass(near_in, far_out), pass(far_in, near_out));
            });
        }
    });
    Ok(url)
}

/// Passes bytes on, each as late as the others.
async fn pass(mut from: impl AsyncReadExt + Unpin, mut to: impl AsyncWriteExt + Unpin) {
    let (put, mut take) = mpsc::unbounded_channel();
    let read = async move {
        let mut buffer = vec![0; 64 * 1024];
        while let Ok(length @ 1..) = from.read(&mut buffer).await {
            if put.send((tokio::time::Instant::now() + ROUND_TRIP / 2, buffer[..length].to_vec())).is_err() {
                break;
            }
        }
    };
    let write = async move {
        while let Some((due, bytes)) = take.recv().await {
            sleep_until(due).await;
            if to.write_all(&bytes).await.is_err() {
                break;
            }
        }
    };
    tokio::join!(read, write);
}

/// A day's 200 changes of a device that was offline, sent over a slow link: how many seconds, and what weighed how much.
///
/// # Errors
/// The server refuses something.
pub async fn day(server: &Server) -> Result<(f64, Traffic)> {
    const EMAIL: &str = "day@bench.example";
    let mut client = Client::sign_up(&server.url(), EMAIL, PASSWORD).await?;
    let ids: Vec<_> = (0..40).map(|_| new_id()).collect();
    let made = ids.iter().map(|id| Op::patch("lead", *id, patch(json!({ "name": "Of the day", "status": "new" }))));
    let mutation = client.mutation(made.collect())?;
    client.sync(vec![mutation], 1_000).await?.all_applied()?;
    let fields = ["phones", "notes", "status", "company", "score"];
    let value = |field: &str, at: usize| match field {
        "phones" => json!([format!("+351 21 {:07}", 1_234_567 + at * 7_919)]),
        "notes" => json!(format!("Called at {}:{:02}; wants a quote by {at}.", 8 + at / 25, at % 60)),
        "status" => json!(["contacted", "nurturing"][at % 2]),
        "company" => json!(format!("Firma {at}")),
        _ => json!(at % 100),
    };
    let mut mutations = Vec::new();
    for at in 0..200 {
        let (id, field) = (ids[at / fields.len()], fields[at % fields.len()]);
        mutations.push(client.mutation(vec![Op::patch("lead", id, patch(json!({ field: value(field, at) })))])?);
    }
    client.go_by(&slow(server.port()).await?)?;
    let before = client.traffic;
    let begun = Instant::now();
    client.sync(mutations, 1_000).await?.all_applied()?;
    let seconds = begun.elapsed().as_secs_f64();
    let traffic = Traffic { up: client.traffic.up - before.up, down: client.traffic.down - before.down };
    Ok::<_, Trouble>((seconds, traffic))
}
