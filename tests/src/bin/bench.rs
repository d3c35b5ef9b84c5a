//! `cargo xtask bench`: measures, and prints a table with the aims beside it. It never fails because something is slow.
//!
//! `--rows N` makes the large list smaller, for a quick look; `--lists` measures only what depends on the number of rows,
//! `--imports` only the import.

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

/// What is measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum What {
    Everything,
    Lists,
    Imports,
}

/// The rows of the large list, and what is measured.
fn arguments() -> Result<(usize, What)> {
    let (mut large, mut what) = (LARGE, What::Everything);
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--lists" => what = What::Lists,
            "--imports" => what = What::Imports,
            "--rows" => {
                let number = arguments.next().unwrap_or_default();
                large = number.parse().map_err(|_| Trouble::Said(format!("“{number}” is not a number of rows")))?;
            }
            other => return Err(Trouble::Said(format!("“{other}” is none of --rows N, --lists and --imports"))),
        }
    }
    Ok((large, what))
}

async fn measure() -> Result<Table> {
    let (large, what) = arguments()?;
    let mut table = Table::default();
    if what == What::Everything {
        wire(&mut table, large * 10).await?;
    }
    if what != What::Imports {
        of_lists(&mut table, large).await?;
    }
    if what != What::Lists {
        imports(&mut table).await?;
    }
    Ok(table)
}

/// A file of many rows.
async fn imports(table: &mut Table) -> Result {
    let took = bench::import(IMPORT).await?;
    let figure = format!("{:.1} s, {:.1} s, {:.1} s", took.checked, took.written, took.undone);
    table.add(format!("import of {IMPORT} rows of CSV: checked, durable, taken back again"), figure, "≤ 10 s");
    let figure = format!("{:.0} ms", took.longest_task);
    table.add("the longest that the page answered to nothing meanwhile", figure, "≤ 100 ms");
    Ok(())
}

/// What does not depend on the number of rows.
async fn wire(table: &mut Table, million: usize) -> Result {
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
    let (seconds, traffic) = bench::day(&server).await?;
    let figure = format!("{seconds:.2} s, {} up", kilobytes(traffic.up as u64));
    table.add("a day of 200 changes over a link of 150 ms, from its first byte on", figure, "≤ 0.5 s, ≤ 12 kB");
    let (small, large) = (bench::growth(10_000).await?, bench::growth(million).await?);
    let ratio = |large: f64, small: f64| format!("{:.2} ×", large / small);
    let figure = format!(
        "{}, {}, {} ({:.1} and {:.1} ms)",
        ratio(large.bytes as f64, small.bytes as f64),
        ratio(large.rows as f64, small.rows as f64),
        ratio(large.p99, small.p99),
        small.p99,
        large.p99
    );
    table.add(
        format!("100 changes with {million} rows on the server against 10,000: bytes, rows, p99"),
        figure,
        "≤ 1.2 ×",
    );
    let seen = bench::latencies(&server, "live@bench.example", LIVE).await?;
    let figure = format!("{:.0} ms, {:.0} ms", median(&seen), percentile(&seen, 99));
    table.add("from the server's answer until another device shows it, p50 and p99", figure, "≤ 300 ms");
    Ok(())
}

/// What does.
async fn of_lists(table: &mut Table, large: usize) -> Result {
    for (rows, aim) in [(SMALL, "as with 100,000"), (IMPORT, ""), (large, "≤ 250 ms")] {
        let mut server = Server::start().await?;
        let email = "list@bench.example";
        let client = bench::workspace(&server.url(), email, rows).await?;
        let (mut browser, sync) = bench::first_sync(&server, email, rows).await?;
        let figure = format!("{:.1} s, {:.1} s", sync.usable, sync.all);
        let whole = if rows == large { "≤ 1 s, ≤ 10 s" } else { "" };
        table.add(format!("first sync of {rows} leads: usable, all durable and searchable"), figure, whole);
        table.add(
            "the longest that the page answered to nothing meanwhile",
            format!("{:.0} ms", sync.longest_task),
            "≤ 100 ms",
        );
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
    Ok(())
}
