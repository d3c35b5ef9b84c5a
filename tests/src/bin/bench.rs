//! `cargo xtask bench`: measures, and prints a table with the aims beside it. It never fails because something is slow.
//!
//! `--rows N` makes the large list smaller, for a quick look.

use std::process::ExitCode;

use outpost_tests::{
    bench::{self, Table, median, percentile},
    env::env,
    server::Server,
    trouble::{Result, Trouble},
};

const LARGE: usize = 100_000;
const SMALL: usize = 1_000;
const IMPORT: usize = 10_000;
const STARTS: usize = 7;
const SAVES: usize = 60;
const LIVE: usize = 100;

#[tokio::main]
async fn main() -> ExitCode {
    match measure().await {
        Ok(table) => {
            println!("\n{table}");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("The measurement stopped: {error}");
            ExitCode::FAILURE
        }
    }
}

fn large() -> Result<usize> {
    let mut arguments = std::env::args().skip(1);
    match (arguments.next().as_deref(), arguments.next()) {
        (None, _) => Ok(LARGE),
        (Some("--rows"), Some(number)) => {
            number.parse().map_err(|_| Trouble::Said(format!("“{number}” is not a number of rows")))
        }
        _ => Err(Trouble::Said("the only argument is --rows N".to_owned())),
    }
}

async fn measure() -> Result<Table> {
    let large = large()?;
    let mut table = Table::default();
    let kilobytes = |bytes: u64| format!("{}.{} kB", bytes / 1_000, bytes % 1_000 / 100);
    let (first, later) = bench::first_load(&env().dist)?;
    table.add("first load, after Brotli", kilobytes(first), "≤ 250 kB");
    table.add("the app's second part, behind the first page", kilobytes(later), "");

    let server = Server::start().await?;
    let changes = bench::one_field_changes(&server.url(), "changes@bench.example").await?;
    let both = kilobytes((changes.up + changes.down) as u64);
    table.add("200 one-field changes, sent and answered", both, "≤ 15 kB");

    for devices in [1, 4] {
        let email = format!("push{devices}@bench.example");
        let rows = 20_000;
        let rate = bench::pushes(&server.url(), &email, devices, rows).await?;
        let what = if devices == 1 { "1 device".to_owned() } else { format!("{devices} devices at once") };
        table.add(format!("push, {what}"), format!("{rate:.0} rows/s"), "> 5,000 rows/s");
        let rate = bench::pulls(&server.url(), &email, devices, rows).await?;
        table.add(format!("pull, {what}"), format!("{rate:.0} rows/s"), "> 5,000 rows/s");
    }
    let seen = bench::latencies(&server, "live@bench.example", LIVE).await?;
    let figure = format!("{:.0} ms, {:.0} ms", median(&seen), percentile(&seen, 99));
    table.add("from the server's answer until another device shows it, p50 and p99", figure, "≤ 300 ms");
    drop(server);

    for (rows, aim) in [(SMALL, "as with 100,000"), (IMPORT, ""), (large, "≤ 250 ms")] {
        let mut server = Server::start().await?;
        let email = "list@bench.example";
        let client = bench::workspace(&server.url(), email, rows).await?;
        let (mut browser, seconds) = bench::first_sync(&server, email, rows).await?;
        table.add(format!("{rows} leads into the browser's store, by its first sync"), format!("{seconds:.1} s"), "");
        drop(client);
        let lead = browser.records_of("lead", 1).await?.first().map(|record| record.id);
        server.kill();
        if rows != IMPORT {
            let starts = bench::starts(&mut browser, &server.url(), STARTS).await?;
            let figure = bench::spread(&starts)?;
            table.add(format!("start without a server, {rows} leads, to the list"), figure, aim);
        }
        let lead = lead.ok_or_else(|| Trouble::Said("there is no lead to change".to_owned()))?;
        let saves = bench::saves(&browser, &server.url(), lead, SAVES).await?;
        let figure = format!("{:.1} ms, {:.1} ms", median(&saves), percentile(&saves, 95));
        table.add(format!("save among {rows} leads, from press to durable, p50 and p95"), figure, "p95 ≤ 20 ms");
    }
    Ok(table)
}
