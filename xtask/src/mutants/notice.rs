//! What is to notice a mutant: how it is built and asked, and what it says.

use std::{
    collections::BTreeSet,
    ffi::OsString,
    fmt, io,
    path::PathBuf,
    process::{Child, Command, ExitStatus, Stdio},
    thread,
    time::{Duration, Instant},
};

use serde_json::Value;

use crate::{
    browsers,
    error::{Context, Result, advice},
    postgres::{self, Postgres},
    process,
    project::Project,
    say, simulate, tools,
};

/// How many operations of the simulation a mutant has to survive to get away.
const OPS: &str = "400000";
/// How long it is given, in seconds. One that makes everything hang was not noticed by a check.
const SECONDS: u64 = 180;
/// How much longer the browser around the tests is given, in seconds: it ends them itself, and whatever it has started.
const GRACE: u64 = 60;
/// What the browser's runner says when its time is up.
const OVER: &str = "Failed to detect test as having been run";

/// How the tests of the app's store are built: without lines for a debugger, which each browser would have to be made ready for.
const BROWSER: [&str; 5] = ["--lib", "--target", "wasm32-unknown-unknown", "--config", "profile.dev.debug=0"];

/// What is to notice a mutant. Tests are named by a part of their names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Noticed {
    /// The simulation.
    Simulation {
        /// The store that it is simulated on.
        store: &'static str,
        /// What goes wrong often in each story: some mutants show only where several things meet.
        often: &'static str,
    },
    /// Tests within a package, natively.
    Native {
        /// Which package.
        package: &'static str,
        /// Which tests.
        filter: &'static str,
    },
    /// Tests of several processes of the server on one PostgreSQL.
    Postgres(&'static str),
    /// Tests of the app's store, in a browser.
    Wasm(&'static str),
}

impl Noticed {
    /// The same, on the quickest store.
    const fn in_memory(self) -> Self {
        match self {
            Self::Simulation { often, .. } => Self::Simulation { store: "memory", often },
            other => other,
        }
    }
}

impl fmt::Display for Noticed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Padded by whoever prints a table.
        f.pad(match self {
            Self::Simulation { store, .. } => store,
            Self::Native { .. } => "native",
            Self::Postgres(_) => "postgres",
            Self::Wasm(_) => "wasm",
        })
    }
}

/// What became of a mutant.
#[derive(Debug, PartialEq)]
pub(super) enum Fate {
    /// A check failed, after so many seconds: the promise, or the names of the tests.
    Caught(u64, String),
    /// Nothing was noticed.
    Escaped,
    /// It ran out of time.
    Hung,
    /// It does not compile; what the compiler said stands above.
    Unbuilt,
    /// Nothing was checked, and so nothing is known of it: why not.
    Unasked(String),
}

impl fmt::Display for Fate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Caught(seconds, by) => write!(f, "caught in {seconds} s: {by}"),
            Self::Escaped => f.write_str("ESCAPED"),
            Self::Hung => write!(f, "HUNG for {SECONDS} s"),
            Self::Unbuilt => f.write_str("DOES NOT BUILD"),
            Self::Unasked(why) => write!(f, "NOT CHECKED: {why}"),
        }
    }
}

/// All that can notice a mutant in a copy of the project; the PostgreSQL stops with this value.
pub(super) struct Lookout {
    copy: Project,
    path: OsString,
    postgres: Option<Postgres>,
    chromedriver: Option<PathBuf>,
}

impl Lookout {
    /// Sees to it that everything is there that these need.
    ///
    /// # Errors
    /// Something is missing and cannot be installed from here; the text says what to run.
    pub(super) fn set_up(copy: Project, wanted: &BTreeSet<Noticed>) -> Result<Self> {
        let mut lookout = Self { copy, path: simulate::path(), postgres: None, chromedriver: None };
        if wanted.iter().any(|by| matches!(by, Noticed::Wasm(_))) {
            lookout.path = tools::set_up(&lookout.copy)?.path;
            lookout.chromedriver = Some(browsers::set_up()?.chromedriver);
        }
        if wanted.iter().any(|by| matches!(by, Noticed::Postgres(_))) {
            lookout.postgres = Some(Postgres::start(&postgres::set_up()?)?);
        }
        Ok(lookout)
    }

    /// Makes sure that nothing is noticed before there is a mutant.
    ///
    /// # Errors
    /// Something is, or it cannot be asked; the text says what.
    pub(super) fn rehearse(&self, wanted: &BTreeSet<Noticed>) -> Result<()> {
        // What goes wrong on one store goes wrong on the other: `cargo xtask test` holds them against each other.
        let wanted: BTreeSet<Noticed> = wanted.iter().copied().map(Noticed::in_memory).collect();
        for by in wanted {
            let what = match by {
                Noticed::Simulation { often, .. } => format!("the simulation, often with {often}"),
                Noticed::Native { filter, .. } | Noticed::Postgres(filter) | Noticed::Wasm(filter) => {
                    format!("{by}: {filter}")
                }
            };
            say::note(&what);
            match (self.ask(by)?, by) {
                // On a slow machine the simulation is not at its end by then: as long as it lasted, all was well.
                (Fate::Escaped, _) | (Fate::Hung, Noticed::Simulation { .. }) => {}
                (fate, _) => return advice(format!("without any mutant something is wrong already ({what}): {fate}")),
            }
        }
        Ok(())
    }

    /// Builds the copy as it is now, and asks.
    ///
    /// # Errors
    /// A program cannot be run.
    pub(super) fn ask(&self, by: Noticed) -> Result<Fate> {
        let Some(mut command) = self.build(by)? else { return Ok(Fate::Unbuilt) };
        let (filter, seconds) = match by {
            Noticed::Simulation { store, often } => {
                command.args(["--seed", "1", "--ops", OPS, "--shrink", "0", "--store", store, "--with", often]);
                return Ok(of_simulation(&watch(&mut command, SECONDS)?));
            }
            Noticed::Native { filter, .. } | Noticed::Postgres(filter) => (filter, SECONDS),
            Noticed::Wasm(filter) => (filter, SECONDS + GRACE),
        };
        let end = watch(command.current_dir(&self.copy.root).arg(filter), seconds)?;
        let fate = of_tests(&end, filter);
        if matches!(fate, Fate::Unasked(_)) {
            eprintln!("{}\n{}", end.said, end.complained);
        }
        Ok(fate)
    }

    /// Builds what is to be asked; `None` if it does not compile.
    fn build(&self, by: Noticed) -> Result<Option<Command>> {
        let program = match by {
            Noticed::Simulation { .. } => self.simulation()?,
            Noticed::Native { package, .. } => self.tests(package, &["--lib"])?,
            Noticed::Postgres(_) => self.tests("outpost-server", &["--test", "postgres"])?,
            Noticed::Wasm(_) => self.tests("outpost", &BROWSER)?,
        };
        Ok(program.map(|program| match by {
            Noticed::Wasm(_) => {
                let mut command = Command::new("wasm-bindgen-test-runner");
                command.env("PATH", &self.path).env("WASM_BINDGEN_TEST_TIMEOUT", SECONDS.to_string());
                command.envs(self.chromedriver.iter().map(|driver| ("CHROMEDRIVER", driver))).arg(program);
                command
            }
            _ => {
                let mut command = Command::new(program);
                command.envs(self.postgres.iter().map(|postgres| ("OUTPOST_TEST_POSTGRES", &postgres.url)));
                command
            }
        }))
    }

    /// A cargo command in the copy.
    fn cargo(&self) -> Command {
        let mut command = self.copy.cargo(&self.path);
        // Only the mutated crate and what stands on it is built anew, and that in a part only.
        command.env("CARGO_INCREMENTAL", "1").env_remove("CARGO_MANIFEST_DIR");
        command
    }

    /// Builds the simulation; `None` if it does not compile.
    fn simulation(&self) -> Result<Option<PathBuf>> {
        let mut command = self.cargo();
        // It is built often and runs for seconds, so it need not be as quick as can be.
        for package in ["outpost-core", "outpost-server", "outpost-simulation"] {
            command.arg("--config").arg(format!("profile.release.package.{package}.opt-level=1"));
        }
        command.args(["build", "--quiet", "--locked", "--release", "--package", "outpost-simulation"]);
        let program = self.copy.target.join("release").join(format!("simulate{}", std::env::consts::EXE_SUFFIX));
        Ok(process::run(command.args(["--bin", "simulate"])).is_ok().then_some(program))
    }

    /// Builds one program of a package's tests; `None` if it does not compile.
    fn tests(&self, package: &str, which: &[&str]) -> Result<Option<PathBuf>> {
        let mut command = self.cargo();
        command.args(["test", "--no-run", "--quiet", "--locked", "--package", package]).args(which);
        let Ok(said) = process::output(command.arg("--message-format=json-render-diagnostics")) else {
            return Ok(None);
        };
        match said.lines().rev().find_map(program) {
            Some(program) => Ok(Some(program)),
            None => advice(format!("cargo does not say where it has put the tests of {package}")),
        }
    }
}

/// The program of tests that a line of cargo's messages tells of.
fn program(message: &str) -> Option<PathBuf> {
    let message: Value = serde_json::from_str(message).ok()?;
    let is_test = message["profile"]["test"].as_bool()?;
    message["executable"].as_str().filter(|_| is_test).map(PathBuf::from)
}

/// How a program ended.
struct End {
    /// `None` if it took too long and was stopped.
    status: Option<ExitStatus>,
    seconds: u64,
    said: String,
    complained: String,
}

/// Runs a program to its end, or until its time is up.
fn watch(command: &mut Command, seconds: u64) -> Result<End> {
    let started = Instant::now();
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().context(|| format!("cannot run `{}`", process::shown(command)))?;
    let (said, complained) = (reading(child.stdout.take()), reading(child.stderr.take()));
    let status = ending(&mut child, started, seconds)
        .context(|| format!("cannot wait for the end of `{}`", process::shown(command)))?;
    // Whoever it has left behind may hold on to its output.
    let text = |reader: Reader| if status.is_some() { reader.join().unwrap_or_default() } else { String::new() };
    Ok(End { status, seconds: started.elapsed().as_secs(), said: text(said), complained: text(complained) })
}

type Reader = thread::JoinHandle<String>;

/// Reads all of an output, while the program goes on.
fn reading(output: Option<impl io::Read + Send + 'static>) -> Reader {
    thread::spawn(move || {
        let mut bytes = Vec::new();
        // What came before it broke off is what there is.
        output.map(|mut output| output.read_to_end(&mut bytes));
        String::from_utf8_lossy(&bytes).into_owned()
    })
}

/// Waits for its end; if that does not come in time, it is killed.
fn ending(child: &mut Child, started: Instant, seconds: u64) -> io::Result<Option<ExitStatus>> {
    while started.elapsed() < Duration::from_secs(seconds) {
        if let Some(status) = child.try_wait()? {
            return Ok(Some(status));
        }
        thread::sleep(Duration::from_millis(100));
    }
    child.kill()?;
    child.wait()?;
    Ok(None)
}

fn of_simulation(end: &End) -> Fate {
    let Some(status) = end.status else { return Fate::Hung };
    let promise = end.said.lines().find_map(|line| line.strip_prefix("not true: "));
    match (status.success(), promise) {
        (true, _) => Fate::Escaped,
        (false, Some(promise)) => Fate::Caught(end.seconds, promise.to_owned()),
        (false, None) => Fate::Unasked(format!("the simulation stopped without a word ({status})")),
    }
}

/// A browser that does not start, or a program that dies, has noticed nothing: what counts is the name of a test that failed.
fn of_tests(end: &End, filter: &str) -> Fate {
    let Some(status) = end.status.filter(|_| !end.said.contains(OVER)) else { return Fate::Hung };
    let failed = failed(&end.said);
    if !failed.is_empty() {
        return Fate::Caught(end.seconds, failed.join(", "));
    }
    match (status.success(), passed(&end.said)) {
        (true, 1..) => Fate::Escaped,
        (true, 0) => Fate::Unasked(format!("no test has “{filter}” in its name")),
        (false, _) => Fate::Unasked(format!("the tests stopped without a word of any that failed ({status})")),
    }
}

/// The names of the tests that failed, without the modules that they are in. Natively and in a browser they stand at the
/// end, one a line, between `failures:` and the result.
fn failed(said: &str) -> Vec<&str> {
    let Some((_, list)) = said.rsplit_once("\nfailures:\n") else { return Vec::new() };
    let lines = list.lines().take_while(|line| !line.starts_with(RESULT));
    let names = lines.filter_map(|line| line.strip_prefix("    "));
    names.map(|name| name.rsplit("::").next().unwrap_or(name)).collect()
}

const RESULT: &str = "test result: ";

/// How many passed. A browser is not even started for none.
fn passed(said: &str) -> u32 {
    let result = said.lines().rev().find_map(|line| line.strip_prefix(RESULT)).unwrap_or_default();
    let count = result.split_once(" passed").and_then(|(before, _)| before.rsplit(' ').next()?.parse().ok());
    count.unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(unix)]
    fn end(code: i32, said: &str) -> End {
        use std::os::unix::process::ExitStatusExt;
        let status = Some(ExitStatus::from_raw(code << 8));
        End { status, seconds: 7, said: said.to_owned(), complained: String::new() }
    }

    const NATIVE: &str = "
running 2 tests
test stories::one ... ok
test stories::two ... FAILED

failures:

---- stories::two stdout ----
thread 'stories::two' panicked at simulation/src/stories.rs:1:1:
no

failures:
    stories::two

test result: FAILED. 1 passed; 1 failed; 0 ignored; 0 measured; 34 filtered out; finished in 0.24s
";

    const IN_BROWSER: &str = "running 1 test

test store::tests::writing::three ... FAIL

failures:

---- store::tests::writing::three output ----
    error output:
        panicked at src/store/tests/writing.rs:1:1:

failures:

    store::tests::writing::three

test result: FAILED. 0 passed; 1 failed; 0 ignored; 114 filtered out; finished in 0.31s
console output:
    Nothing of it counts.
";

    #[cfg(unix)]
    #[test]
    fn a_test_that_failed_is_named() {
        assert_eq!(of_tests(&end(101, NATIVE), "stories"), Fate::Caught(7, "two".to_owned()));
        assert_eq!(of_tests(&end(1, IN_BROWSER), "three"), Fate::Caught(7, "three".to_owned()));
    }

    #[cfg(unix)]
    #[test]
    fn tests_that_passed_noticed_nothing_and_tests_that_did_not_run_are_not_taken_for_it() {
        let result = |passed: u32| format!("\ntest result: ok. {passed} passed; 0 failed; 0 ignored; 3 filtered out\n");
        assert_eq!(of_tests(&end(0, &result(1)), "one"), Fate::Escaped);
        assert!(matches!(of_tests(&end(0, &result(0)), "one"), Fate::Unasked(why) if why.contains("“one”")));
        assert!(matches!(of_tests(&end(0, "no tests to run!\n"), "one"), Fate::Unasked(why) if why.contains("“one”")));
        assert!(matches!(of_tests(&end(1, "driver failed to start"), "one"), Fate::Unasked(_)));
        assert!(matches!(of_tests(&end(1, &result(1)), "one"), Fate::Unasked(_)), "it died on its way out");
        assert_eq!(of_tests(&end(1, &format!("{OVER}. It might have timed out.")), "one"), Fate::Hung);
        assert_eq!(of_tests(&End { status: None, ..end(0, "") }, "one"), Fate::Hung);
    }

    #[test]
    fn a_program_that_does_not_end_is_ended() {
        let end = watch(Command::new("sleep").arg("60"), 0).unwrap();
        assert!(end.status.is_none() && end.seconds < 30);
        let end = watch(Command::new("echo").arg("said"), 30).unwrap();
        assert_eq!((end.status.is_some_and(|status| status.success()), end.said.as_str()), (true, "said\n"));
    }

    #[test]
    fn of_what_cargo_says_the_program_of_tests_is_taken() {
        let message = |test: bool, executable: &str| {
            format!(r#"{{"reason":"compiler-artifact","profile":{{"test":{test}}},"executable":{executable}}}"#)
        };
        assert_eq!(program(&message(true, r#""/a/b""#)), Some(PathBuf::from("/a/b")));
        assert_eq!(program(&message(false, r#""/a/b""#)), None);
        assert_eq!(program(&message(true, "null")), None);
        assert_eq!(program(r#"{"reason":"build-finished","success":true}"#), None);
    }
}
