//! A PostgreSQL server for the tests: made in a folder of its own, on a port of its own, gone with this value.

use std::{
    fs::{self, File},
    net::{Ipv4Addr, TcpListener},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    thread::sleep,
    time::{Duration, Instant},
};

use tempfile::TempDir;

use crate::{
    error::{Context, Result, advice, read_text, write},
    packages,
    process::{self, find, find_any},
    say,
};

/// How long it may take to start.
const START: Duration = Duration::from_secs(60);

/// How often a port is tried that was free a moment before.
const TRIES: u32 = 3;

/// Programs that were found.
#[derive(Debug, PartialEq)]
pub(crate) struct Programs {
    initdb: PathBuf,
    postgres: PathBuf,
}

/// Finds PostgreSQL's programs, and installs them where that is allowed.
///
/// # Errors
/// They are missing and cannot be installed from here; the text says what to run.
pub(crate) fn set_up() -> Result<Programs> {
    say::step("Checking PostgreSQL");
    if let Some(programs) = find_programs() {
        return Ok(programs);
    }
    packages::install("The tests need PostgreSQL", &["postgresql"])?;
    match find_programs() {
        Some(programs) => Ok(programs),
        None => advice("the tests need PostgreSQL's initdb and postgres, on PATH or below /usr/lib/postgresql"),
    }
}

fn find_programs() -> Option<Programs> {
    let on_path = find_any(&["initdb"]).zip(find_any(&["postgres"]));
    on_path.map(|(initdb, postgres)| Programs { initdb, postgres }).or_else(|| below(Path::new("/usr/lib/postgresql")))
}

/// Debian keeps each version's programs in a folder of its own, off the path: the newest that has both.
fn below(library: &Path) -> Option<Programs> {
    let folders = fs::read_dir(library).into_iter().flatten().flatten();
    let version = |path: &Path| path.file_name()?.to_str()?.parse::<u32>().ok();
    let mut versions: Vec<_> =
        folders.filter_map(|entry| Some((version(&entry.path())?, entry.path().join("bin")))).collect();
    versions.sort();
    let programs = |(_, bin): &(u32, PathBuf)| {
        let bin = bin.as_os_str();
        Some(Programs { initdb: find("initdb", bin)?, postgres: find("postgres", bin)? })
    };
    versions.iter().rev().find_map(programs)
}

/// A running server.
#[derive(Debug)]
pub(crate) struct Postgres {
    server: Child,
    /// Its address, with the password of its superuser.
    pub(crate) url: String,
    _folder: TempDir,
}

impl Postgres {
    /// Starts one for tests, that nobody else knows the password of. Nothing in it outlives them, not even a power failure.
    ///
    /// # Errors
    /// It cannot be made or does not start; its own words are shown.
    pub(crate) fn start(programs: &Programs) -> Result<Self> {
        say::step("Starting a PostgreSQL server for the tests");
        Self::begin(programs, &["fsync=off", "full_page_writes=off", "max_connections=300"])
    }

    /// Starts one to measure with: what it has committed is on the disk.
    ///
    /// # Errors
    /// It cannot be made or does not start; its own words are shown.
    pub(crate) fn durable(programs: &Programs) -> Result<Self> {
        say::step("Starting a PostgreSQL server to measure with");
        Self::begin(programs, &["max_connections=300"])
    }

    fn begin(programs: &Programs, settings: &[&str]) -> Result<Self> {
        let user = User::find()?;
        let folder = tempfile::Builder::new().prefix("outpost-postgres-").tempdir();
        let folder = folder.context(|| "cannot make a folder for PostgreSQL".into())?;
        let password = password()?;
        let secret = folder.path().join("password");
        write(&secret, &password)?;
        for path in [folder.path(), &secret] {
            user.give(path)?;
        }
        let data = folder.path().join("data");
        let mut init = user.command(&programs.initdb, folder.path());
        init.arg("--pgdata").arg(&data).args(["--username=outpost", "--auth=scram-sha-256", "--encoding=UTF8"]);
        init.args(["--locale=C", "--no-sync", "--no-instructions"]).arg("--pwfile").arg(&secret);
        init.stdout(Stdio::null());
        process::run(&mut init)?;
        let mut tried = 1;
        let (server, port) = loop {
            let port = free_port()?;
            match serve(&user, programs, folder.path(), port, settings) {
                Ok(server) => break (server, port),
                Err(error) if tried == TRIES => return Err(error),
                Err(error) => say::note(format!("{error}; trying another port")),
            }
            tried += 1;
        };
        let url = format!("postgres://outpost:{password}@127.0.0.1:{port}/postgres");
        Ok(Self { server, url, _folder: folder })
    }
}

/// Starts the server in the folder, and waits until it takes connections.
fn serve(user: &User, programs: &Programs, folder: &Path, port: u16, settings: &[&str]) -> Result<Child> {
    let log = folder.join("log");
    let output = File::create(&log).context(|| format!("cannot write {}", log.display()))?;
    let data = folder.join("data");
    let mut command = user.command(&programs.postgres, folder);
    command.arg("-D").arg(&data).args(["-h", "127.0.0.1", "-p", &port.to_string(), "-k"]).arg(folder);
    for setting in settings {
        command.args(["-c", setting]);
    }
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(output);
    let server = command.spawn().context(|| format!("cannot run {}", programs.postgres.display()))?;
    // Stopped whatever happens from here on.
    let mut server = Stopped(Some(server));
    let started = Instant::now();
    while !is_ready(&data) {
        let ended = server.0.as_mut().is_some_and(|child| !matches!(child.try_wait(), Ok(None)));
        if ended || started.elapsed() > START {
            let said = read_text(&log)?;
            return advice(format!("PostgreSQL did not start; it said:\n{}", said.trim_end()));
        }
        sleep(Duration::from_millis(50));
    }
    server.0.take().map_or_else(|| advice("PostgreSQL is gone"), Ok)
}

/// The server itself writes into this file that it is ready.
fn is_ready(data: &Path) -> bool {
    fs::read_to_string(data.join("postmaster.pid")).is_ok_and(|text| text.lines().any(|line| line.trim() == "ready"))
}

fn free_port() -> Result<u16> {
    let port = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).and_then(|listener| listener.local_addr());
    port.map(|address| address.port()).context(|| "cannot find a free port".into())
}

fn password() -> Result<String> {
    let mut bytes = [0; 16];
    match getrandom::fill(&mut bytes) {
        Ok(()) => Ok(hex::encode(bytes)),
        Err(error) => advice(format!("the system gives no random numbers: {error}")),
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        stop(&mut self.server);
    }
}

/// A server that is stopped unless it is taken out.
struct Stopped(Option<Child>);

impl Drop for Stopped {
    fn drop(&mut self) {
        if let Some(child) = &mut self.0 {
            stop(child);
        }
    }
}

/// It ends its connections, and then itself.
fn stop(server: &mut Child) {
    #[cfg(unix)]
    let asked =
        rustix::process::kill_process(rustix::process::Pid::from_child(server), rustix::process::Signal::INT).is_ok();
    #[cfg(not(unix))]
    let asked = server.kill().is_ok();
    if !asked || server.wait().is_err() {
        say::note("PostgreSQL was gone already");
    }
}

/// Whom the server runs as: it refuses to be root, and for root the package has made a user.
#[derive(Debug)]
struct User {
    other: Option<(u32, u32)>,
}

impl User {
    fn find() -> Result<Self> {
        if !packages::is_root() {
            return Ok(Self { other: None });
        }
        let number = |flag: &str| -> Result<u32> {
            let id = process::output(Command::new("id").args([flag, "postgres"]))?;
            id.parse().or_else(|_| advice(format!("`id {flag} postgres` printed {id}, which is no number")))
        };
        Ok(Self { other: Some((number("-u")?, number("-g")?)) })
    }

    /// Makes a file or folder theirs alone.
    #[cfg(unix)]
    fn give(&self, path: &Path) -> Result<()> {
        use std::os::unix::fs::{PermissionsExt, chown};
        let mode = if path.is_dir() { 0o700 } else { 0o600 };
        let context = || format!("cannot give {} to PostgreSQL's user", path.display());
        fs::set_permissions(path, fs::Permissions::from_mode(mode)).context(context)?;
        match self.other {
            Some((user, group)) => chown(path, Some(user), Some(group)).context(context),
            None => Ok(()),
        }
    }

    #[cfg(not(unix))]
    fn give(&self, _path: &Path) -> Result<()> {
        Ok(())
    }

    /// A program in their name.
    fn command(&self, program: &Path, folder: &Path) -> Command {
        let mut command = Command::new(program);
        command.current_dir(folder);
        #[cfg(unix)]
        if let Some((user, group)) = self.other {
            use std::os::unix::process::CommandExt;
            command.uid(user).gid(group);
        }
        command
    }
}

#[cfg(all(test, unix))]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    fn program(path: &Path) {
        fs::create_dir_all(path.parent().expect("a folder")).expect("made");
        fs::write(path, "").expect("written");
        fs::set_permissions(path, fs::Permissions::from_mode(0o755)).expect("set");
    }

    #[test]
    fn the_newest_complete_version_is_taken() {
        let library = tempfile::tempdir().unwrap();
        let bin = |version: &str| library.path().join(version).join("bin");
        assert_eq!(below(library.path()), None);
        for file in
            ["9/bin/initdb", "9/bin/postgres", "15/bin/initdb", "15/bin/postgres", "17/bin/initdb", "x/bin/postgres"]
        {
            program(&library.path().join(file));
        }
        let found = Programs { initdb: bin("15").join("initdb"), postgres: bin("15").join("postgres") };
        assert_eq!(below(library.path()), Some(found));
    }

    #[test]
    fn a_server_says_itself_that_it_is_ready() {
        let data = tempfile::tempdir().unwrap();
        assert!(!is_ready(data.path()));
        let pid = data.path().join("postmaster.pid");
        fs::write(&pid, "17\n/data\n1790000000\n5432\n/tmp\n127.0.0.1\n  1 2\nstarting\n").unwrap();
        assert!(!is_ready(data.path()));
        fs::write(&pid, "17\n/data\n1790000000\n5432\n/tmp\n127.0.0.1\n  1 2\nready   \n").unwrap();
        assert!(is_ready(data.path()));
    }
}
