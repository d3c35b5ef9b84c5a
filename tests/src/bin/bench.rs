//! `cargo xtask bench`: measures, and prints a table with the aims beside it. It fails if what a device does costs more in a large
//! workspace than in a small one, in bytes, rows or time, or if another device shows a change too late; whatever else is slow is only to
//! be read.
//!
//! `--rows N` makes the large list smaller, for a quick look; `--lists` measures only what depends on the number of rows,
//! `--search` only the search among records of all types, `--felt` only how long presses wait for their answers, `--load` only what a server bears, `--imports` only the import, `--fields` only what fields cost that people add. With `OUTPOST_BENCH_POSTGRES`, the address of an empty PostgreSQL database, that too.

use std::process::ExitCode;

use outpost_core::record::Record;
use outpost_tests::{
    bench::{self, Crowd, Latency, Meanwhile, Table, median, percentile},
    browser::Browser,
    env::env,
    server::Server,
    trouble::{Result, Trouble},
};

const LARGE: usize = 100_000;
const SMALL: usize = 1_000;
const IMPORT: usize = 10_000;
const STARTS: usize = 7;
const SAVES: usize = 60;
/// Records that are searched for.
const SEARCHED: usize = 6;
/// Fields that a person has added.
const FIELDS: usize = 50;
/// Milliseconds after which the next frame of 60 a second was missed.
const LATE: f64 = 25.0;
const LIVE: usize = 100;
/// Devices that push at the same time, at most.
const CROWD: usize = 64;
/// Pushes a second that a server is to bear with ease.
const AIM: f64 = 200.0;
/// How much more 100 changes may cost, in bytes, rows and the time of the slowest, with a million rows on the server than with ten thousand.
const GROWTH: f64 = 1.2;
/// Milliseconds after which another device shows a change, 99 times in a hundred.
const SHOWN: f64 = 300.0;
/// Devices that listen.
const LISTENERS: usize = 5_000;

#[tokio::main]
async fn main() -> ExitCode {
    match measure().await {
        Ok(table) => {
            println!("\n{table}");
            if table.broken().is_empty() {
                return ExitCode::SUCCESS;
            }
            table.broken().iter().for_each(|broken| eprintln!("Not so: {broken}"));
            ExitCode::FAILURE
        }
        Err(error) => {
            eprintln!("The measurement stopped: {error}");
            ExitCode::FAILURE
        }
    }
}

/// What is measured.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    All,
    Wire,
    Lists,
    Search,
    Load,
    Imports,
    Fields,
    Felt,
}

/// The rows of the large list, and what is measured.
fn arguments() -> Result<(usize, Part)> {
    let (mut large, mut part) = (LARGE, Part::All);
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--wire" => part = Part::Wire,
            "--lists" => part = Part::Lists,
            "--search" => part = Part::Search,
            "--load" => part = Part::Load,
            "--imports" => part = Part::Imports,
            "--fields" => part = Part::Fields,
            "--felt" => part = Part::Felt,
            "--rows" => {
                let number = arguments.next().unwrap_or_default();
                large = number.parse().map_err(|_| Trouble::Said(format!("“{number}” is not a number of rows")))?;
            }
            other => {
                return Err(Trouble::Said(format!(
                    "“{other}” is none of --rows N, --wire, --lists, --search, --felt, --load, --imports and --fields"
                )));
            }
        }
    }
    Ok((large, part))
}

async fn measure() -> Result<Table> {
    let (large, part) = arguments()?;
    let mut table = Table::default();
    if matches!(part, Part::All | Part::Wire) {
        wire(&mut table, large * 10).await?;
    }
    if matches!(part, Part::All | Part::Load) {
        load(&mut table).await?;
    }
    if matches!(part, Part::All | Part::Lists) {
        of_lists(&mut table, large).await?;
    }
    if matches!(part, Part::All | Part::Lists | Part::Search) {
        of_business(&mut table, large).await?;
    }
    if part == Part::Felt {
        let mut server = Server::start().await?;
        let email = "list@bench.example";
        bench::workspace(&server.url(), email, SMALL).await?;
        let (browser, _) = bench::first_sync(&server, email, SMALL, Meanwhile::Waits).await?;
        let some = browser.records_of("lead", 1).await?;
        server.kill();
        felt(&mut table, &browser, &server.url(), some.first()).await?;
    }
    if matches!(part, Part::All | Part::Fields) {
        of_fields(&mut table).await?;
    }
    if matches!(part, Part::All | Part::Imports) {
        imports(&mut table).await?;
    }
    Ok(table)
}

/// What a server bears.
async fn load(table: &mut Table) -> Result {
    pushes(table, "SQLite", &Server::with(None, &[]).await?).await?;
    if let Ok(url) = std::env::var("OUTPOST_BENCH_POSTGRES") {
        let server = Server::with(None, &["--database-url", &url]).await?;
        rates(table, "PostgreSQL: ", &server).await?;
        pushes(table, "PostgreSQL", &server).await?;
    }
    let idle = bench::idle(LISTENERS).await?;
    let figure = format!("{} MB, {:.0} ms", idle.grown / 1_000_000, idle.heard * 1_000.0);
    table.add(
        format!("{} live connections: the server's growth, and until all hear of a change", idle.held),
        figure,
        "< 200 MB",
    );
    Ok(())
}

/// How many rows go up and come down in a second, in batches as large as the app's.
async fn rates(table: &mut Table, database: &str, server: &Server) -> Result {
    for devices in [1, 4] {
        let email = format!("push{devices}@bench.example");
        let rows = 20_000;
        let rate = bench::pushes(&server.url(), &email, devices, rows).await?;
        let what = if devices == 1 { "1 device".to_owned() } else { format!("{devices} devices at once") };
        table.add(format!("{database}push, {what}"), format!("{rate:.0} rows/s"), "≥ 10,000 rows/s");
        let rate = bench::pulls(&server.url(), &email, devices, rows).await?;
        table.add(format!("{database}pull, {what}"), format!("{rate:.0} rows/s"), "> 5,000 rows/s");
    }
    Ok(())
}

/// Pushes of 10 changes each. The server has a core of its own, where there are several, and whoever pushes has the others.
async fn pushes(table: &mut Table, database: &str, server: &Server) -> Result {
    let cores: Vec<usize> = (0..std::thread::available_parallelism()?.get()).collect();
    if let [own, others @ ..] = &cores[..]
        && !others.is_empty()
    {
        bench::pin(server.pid()?, &[*own])?;
        bench::pin(std::process::id(), others)?;
    }
    let mut crowd = Crowd::gather(&server.url(), "crowd@bench.example", CROWD).await?;
    let mut peak: f64 = 0.0;
    for devices in [1, 4, 16, CROWD] {
        peak = peak.max(crowd.flat_out(devices).await?);
    }
    table.add(format!("{database}: pushes of 10 changes, the most"), format!("{peak:.0} a second"), "");
    let rates = [(0.5 * peak, "50 %"), (0.7 * peak, "70 %"), (0.9 * peak, "90 %"), (AIM, "")];
    for (rate, share) in rates {
        let Latency { rate: answered, p50, p99 } = crowd.at_rate(rate).await?;
        let what = match share {
            "" => format!("{database}: at {rate:.0} a second, from when each was due, p50 and p99"),
            share => format!("{database}: at {share} of that, {rate:.0} a second, p50 and p99"),
        };
        let figure = format!("{p50:.0} ms, {p99:.0} ms ({answered:.0} a second answered)");
        table.add(what, figure, if share.is_empty() { "p99 ≤ 100 ms" } else { "" });
    }
    bench::pin(std::process::id(), &cores)
}

/// A file of many rows.
async fn imports(table: &mut Table) -> Result {
    let took = bench::import(IMPORT).await?;
    let figure = format!("{:.1} s, {:.1} s, {:.1} s", took.checked, took.written, took.undone);
    table.add(format!("import of {IMPORT} rows of CSV: checked, durable, taken back again"), figure, "≤ 10 s");
    let figure = format!("{:.0} ms", took.longest_task);
    table.add("the longest that the page answered to nothing meanwhile", figure, "≤ 100 ms");
    table.add(format!("Dexie storing the same {IMPORT} as rows"), format!("{:.1} s", took.dexie), "as we do");
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

    rates(table, "", &server).await?;
    let (seconds, traffic) = bench::day(&server).await?;
    let figure = format!("{seconds:.2} s, {} up", kilobytes(traffic.up as u64));
    table.add("a day of 200 changes over a link of 150 ms, from its first byte on", figure, "≤ 0.5 s, ≤ 12 kB");
    let [small, large] = bench::growth(10_000, million).await?;
    let ratio = |large: f64, small: f64| format!("{:.2} ×", large / small);
    let figure = format!(
        "{}, {}, {} ({:.1} and {:.1} ms), {} ({:.1} and {:.1} ms)",
        ratio(large.bytes as f64, small.bytes as f64),
        ratio(large.rows as f64, small.rows as f64),
        ratio(large.p50, small.p50),
        small.p50,
        large.p50,
        ratio(large.p99, small.p99),
        small.p99,
        large.p99
    );
    table.add(
        format!(
            "100 changes with {million} rows on the server against 10,000: bytes, rows, p50, p99 (the best of 3 rounds)"
        ),
        figure,
        "≤ 1.2 ×",
    );
    let grows = |large: f64, small: f64| large > small * GROWTH;
    if grows(large.bytes as f64, small.bytes as f64) || grows(large.rows as f64, small.rows as f64) {
        table.break_gate("100 changes cost no more bytes and rows in a large workspace");
    }
    if grows(large.p99, small.p99) {
        table.break_gate("100 changes take no longer in a large workspace");
    }
    let seen = bench::latencies(&server, "live@bench.example", LIVE).await?;
    let figure = format!("{:.0} ms, {:.0} ms", median(&seen), percentile(&seen, 99));
    table.add("from the server's answer until another device shows it, p50 and p99", figure, "≤ 300 ms");
    if percentile(&seen, 99) > SHOWN {
        table.break_gate("another device shows a change within 300 ms");
    }
    Ok(())
}

/// What does.
async fn of_lists(table: &mut Table, large: usize) -> Result {
    for (rows, aim) in [(SMALL, "as with 100,000"), (IMPORT, ""), (large, "≤ 250 ms")] {
        let mut server = Server::start().await?;
        let email = "list@bench.example";
        let client = bench::workspace(&server.url(), email, rows).await?;
        let (mut browser, sync) = bench::first_sync(&server, email, rows, Meanwhile::Waits).await?;
        let figure = format!("{:.1} s, {:.1} s", sync.usable, sync.all);
        let (whole, whole_at_once) = if rows == large { ("≤ 1 s, ≤ 10 s", "≤ 10 s") } else { ("", "") };
        table.add(format!("first sync of {rows} leads: usable, all durable and searchable"), figure, whole);
        table.add(
            "the longest that the page answered to nothing meanwhile",
            format!("{:.0} ms", sync.longest_task),
            "≤ 100 ms",
        );
        let (another, sync) = bench::first_sync(&server, email, rows, Meanwhile::LooksAround).await?;
        drop(another);
        table.add(
            "the same while somebody looks around all the time: all",
            format!("{:.1} s", sync.all),
            whole_at_once,
        );
        if let Some(felt) = &sync.felt {
            let figure = format!("{:.0} ms ({} of them)", felt.inp, felt.count);
            table.add("from press to answer while the records came: INP", figure, "≤ 100 ms");
        }
        drop(client);
        let some = browser.records_of("lead", SEARCHED).await?;
        let lead = some.first().map(|record| record.id);
        server.kill();
        if rows != IMPORT {
            let starts = bench::starts(&mut browser, &server.url(), STARTS).await?;
            let figure = bench::spread(&starts)?;
            table.add(format!("start without a server, {rows} leads, to the list"), figure, aim);
        }
        let searches = bench::searches(&browser, &server.url(), &typed(&some)).await?;
        let figure = format!("{:.1} ms, {:.1} ms", median(&searches), percentile(&searches, 95));
        table.add(
            format!("search among {rows} leads, from key to results laid out, p50 and p95"),
            figure,
            "p95 ≤ 16 ms",
        );
        let [sorted, turned, grouped] = bench::orders(&browser, &server.url()).await?;
        table.add(
            format!("{rows} leads sorted by a field that no index holds, turned round, grouped by another"),
            format!("{sorted:.0} ms, {turned:.0} ms, {grouped:.0} ms"),
            "",
        );
        let lead = lead.ok_or_else(|| Trouble::Said("there is no lead to change".to_owned()))?;
        let saves = bench::saves(&browser, &server.url(), lead, SAVES).await?;
        if rows == large {
            let weight = bench::weight(&browser, &server.url()).await?;
            let figure = format!("{} nodes, {} MB", weight.nodes, weight.bytes / 1_000_000);
            table.add(
                format!("the list of {rows} leads, scrolled through: nodes, and its process"),
                figure,
                "≤ 2,000 nodes",
            );
            let frames = bench::frames(&browser, &server.url()).await?;
            let late = frames.gaps.iter().filter(|gap| **gap > LATE).count();
            let figure = format!(
                "{:.1} ms, {late} of {} late, {} without rows",
                percentile(&frames.gaps, 95),
                frames.gaps.len(),
                frames.blank
            );
            table.add(format!("a frame of {rows} leads that are scrolled, p95"), figure, "≤ 17 ms");
            felt(table, &browser, &server.url(), some.first()).await?;
        }
        let figure = format!("{:.1} ms, {:.1} ms", median(&saves), percentile(&saves, 95));
        table.add(format!("save among {rows} leads, from press to durable, p50 and p95"), figure, "p95 ≤ 20 ms");
    }
    Ok(())
}

/// A search among so many records of all types, for what people are called, what is sold, numbers, and words in notes.
async fn of_business(table: &mut Table, records: usize) -> Result {
    let mut server = Server::start().await?;
    let email = "all@bench.example";
    // A lead has about five and a half records around it.
    let leads = records * 10 / 54;
    let made = bench::business(&server.url(), email, leads).await?;
    let (browser, sync) = bench::first_sync(&server, email, leads, Meanwhile::Waits).await?;
    let figure = format!("{:.1} s, {:.1} s", sync.usable, sync.all);
    table.add(format!("first sync of {made} records of all types: usable, all durable and searchable"), figure, "");
    server.kill();
    let mut words = typed(&browser.records_of("lead", SEARCHED / 2).await?);
    for (kind, field) in
        [("company", "name"), ("contact", "name"), ("deal", "title"), ("invoice", "number"), ("note", "text")]
    {
        let some = browser.records_of(kind, SEARCHED / 2).await?;
        words.extend(some.iter().map(|record| record.text(field).to_lowercase().chars().take(10).collect::<String>()));
    }
    words.retain(|words| !words.is_empty());
    let searches = bench::searches(&browser, &server.url(), &words).await?;
    let figure = format!("{:.1} ms, {:.1} ms", median(&searches), percentile(&searches, 95));
    table.add(
        format!("search among {made} records of all types, from key to results laid out, p50 and p95"),
        figure,
        "p95 ≤ 16 ms",
    );
    Ok(())
}

/// How long presses and keys wait for their answers.
async fn felt(table: &mut Table, browser: &Browser, url: &str, lead: Option<&Record>) -> Result {
    let lead = lead.ok_or_else(|| Trouble::Said("there is no lead to write of".to_owned()))?;
    let felt = bench::felt(browser, url, &lead.id.to_string()).await?;
    let figure = format!("{:.0} ms ({} of them)", felt.inp, felt.count);
    table.add("from press or key to its answer on the screen, CPU × 4: INP", figure, "≤ 50 ms");
    worst(table, felt.worst);
    let day = bench::felt_day().await?;
    let figure = format!("{:.0} ms ({} of them)", day.inp, day.count);
    table.add("the same over a whole day in the field, on a phone's glass", figure, "≤ 50 ms");
    worst(table, day.worst);
    Ok(())
}

fn worst(table: &mut Table, worst: Vec<(f64, String)>) {
    for (time, what) in worst {
        table.add(format!("among the slowest: {what}"), format!("{time:.0} ms"), "");
    }
}

/// What many fields cost that a person has added.
async fn of_fields(table: &mut Table) -> Result {
    for (fields, aim) in [(0, ""), (FIELDS, "as without")] {
        let mut server = Server::start().await?;
        let email = "fields@bench.example";
        let client = bench::workspace_with(&server.url(), email, IMPORT, fields).await?;
        let (mut browser, sync) = bench::first_sync(&server, email, IMPORT, Meanwhile::Waits).await?;
        drop(client);
        let some = browser.records_of("lead", SEARCHED).await?;
        let lead = some.first().map(|record| record.id);
        server.kill();
        table.add(
            format!("first sync of {IMPORT} leads with {fields} fields of one's own: usable, all"),
            format!("{:.1} s, {:.1} s", sync.usable, sync.all),
            "",
        );
        let starts = bench::starts(&mut browser, &server.url(), STARTS).await?;
        table.add(format!("start without a server, {fields} fields, to the list"), bench::spread(&starts)?, aim);
        let searches = bench::searches(&browser, &server.url(), &typed(&some)).await?;
        let figure = format!("{:.1} ms, {:.1} ms", median(&searches), percentile(&searches, 95));
        table.add(format!("search, {fields} fields, from key to results laid out, p50 and p95"), figure, aim);
        let lead = lead.ok_or_else(|| Trouble::Said("there is no lead to change".to_owned()))?;
        let saves = bench::saves(&browser, &server.url(), lead, SAVES).await?;
        let figure = format!("{:.1} ms, {:.1} ms", median(&saves), percentile(&saves, 95));
        table.add(format!("save, {fields} fields, from press to durable, p50 and p95"), figure, aim);
    }
    Ok(())
}

/// What a person types to find these: the name, the name with a slip, some digits of the number.
fn typed(some: &[Record]) -> Vec<String> {
    let words = |record: &Record| {
        let name: Vec<char> = record.text("name").to_lowercase().chars().take(10).collect();
        let mut slipped = name.clone();
        if slipped.len() > 4 {
            slipped.swap(2, 3);
        }
        let phone = record.get("phones").and_then(|phones| phones.get(0)?.as_str()).unwrap_or("888 555").to_owned();
        let digits = phone.chars().skip(phone.len() / 3).take(7).collect();
        [name.into_iter().collect(), slipped.into_iter().collect(), digits]
    };
    some.iter().flat_map(words).collect()
}
