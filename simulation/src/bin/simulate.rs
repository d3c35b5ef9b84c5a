//! `cargo xtask simulate`: tells stories until there are enough operations, or until one goes wrong. That one is printed,
//! made as short as can be, and kept among those that CI tells each time.

use std::fs::OpenOptions;
use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use clap::Parser;
use outpost_simulation::{Fault, StoreKind, Story, Summary, by_turns, shrink, tell, tell_at_length, tell_many};

#[derive(Debug, Parser)]
#[command(
    name = "cargo xtask simulate",
    about = "Simulates devices, networks, disks and the server",
    max_term_width = 100
)]
struct Arguments {
    /// Stop after so many operations: mutations written, and requests that arrived.
    #[arg(long, default_value_t = 1_000_000)]
    ops: u64,
    /// The first seed; others follow it.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// The server's store; by turns if it is not said.
    #[arg(long, value_enum)]
    store: Option<StoreKind>,
    /// Faults that happen often.
    #[arg(long, value_enum, value_delimiter = ',')]
    with: Vec<Fault>,
    /// Tell this one story at length, given as a line such as `seed=17 store=memory ops=300`.
    #[arg(long, value_name = "LINE")]
    story: Option<Story>,
    /// Where a story that went wrong is kept.
    #[arg(long, value_name = "FILE")]
    keep: Option<PathBuf>,
    /// How long to look for a shorter one, in seconds.
    #[arg(long, default_value_t = 120)]
    shrink: u64,
}

fn main() -> ExitCode {
    // A panic is a broken promise, which is told below.
    std::panic::set_hook(Box::new(|_| {}));
    let arguments = Arguments::parse();
    if let Some(story) = &arguments.story {
        println!("{}", tell_at_length(story));
        return if tell(story).is_ok() { ExitCode::SUCCESS } else { ExitCode::FAILURE };
    }
    let started = Instant::now();
    let told = AtomicU64::new(0);
    let progress = |ops: u64| {
        let (seconds, before) = (started.elapsed().as_secs(), told.load(Ordering::Relaxed));
        if seconds >= before + 5 {
            told.store(seconds, Ordering::Relaxed);
            eprintln!("{ops:>12} operations, {:>8.0} a second", rate(ops, started.elapsed()));
        }
    };
    let story = |seed: u64| {
        let mut story = arguments.store.map_or_else(|| by_turns(seed), |store| Story::of(seed, store));
        story.with.extend(&arguments.with);
        story
    };
    match tell_many(arguments.seed, arguments.ops, story, progress) {
        Ok(Summary { ops, tally, .. }) => {
            println!("{tally}");
            println!("All is well after {ops} operations, {:.0} a second.", rate(ops, started.elapsed()));
            ExitCode::SUCCESS
        }
        Err(wrong) => {
            let (story, broken) = *wrong;
            println!("Seed {} went wrong: {story}\n{broken}\n", story.seed);
            let (shortest, broken) = shrink(story, broken, Duration::from_secs(arguments.shrink));
            println!("The shortest that still goes wrong:\n\n{}\n\n{shortest}", tell_at_length(&shortest));
            if let Some(keep) = &arguments.keep {
                let line = format!("{shortest} # {}\n", broken.promise);
                let kept = OpenOptions::new().create(true).append(true).open(keep);
                match kept.and_then(|mut file| file.write_all(line.as_bytes())) {
                    Ok(()) => println!("It is kept in {}.", keep.display()),
                    Err(error) => println!("It could not be kept in {}: {error}.", keep.display()),
                }
            }
            ExitCode::FAILURE
        }
    }
}

fn rate(ops: u64, time: Duration) -> f64 {
    ops as f64 / time.as_secs_f64().max(0.001)
}
