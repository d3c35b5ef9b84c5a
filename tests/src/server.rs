//! The real server, as a process on a data folder and a port of its own, which can be killed and started again.

use std::{
    fs::{self, File},
    net::TcpListener,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    sync::atomic::{AtomicU16, Ordering},
};

use tempfile::TempDir;

use crate::{
    dist::Dist,
    env::env,
    process::Tree,
    trouble::{Result, check, trouble},
    wait::{SOON, until},
};

/// One installation of Outpost.
#[derive(Debug)]
pub struct Server {
    port: u16,
    app: Option<PathBuf>,
    arguments: Vec<String>,
    folder: TempDir,
    kept: Vec<Dist>,
    running: Option<Tree>,
}

impl Server {
    /// A new one, running, that serves the built app.
    ///
    /// # Errors
    /// It does not start; the text holds its log.
    pub async fn start() -> Result<Self> {
        Self::with(Some(env().dist.clone()), &[]).await
    }

    /// A new one, running, with an app folder of one's own and more arguments.
    ///
    /// # Errors
    /// It does not start; the text holds its log.
    pub async fn with(app: Option<PathBuf>, arguments: &[&str]) -> Result<Self> {
        let mut server = Self {
            port: free_port()?,
            app,
            arguments: arguments.iter().map(|&text| text.to_owned()).collect(),
            folder: tempfile::Builder::new().prefix("outpost-server-").tempdir()?,
            kept: Vec::new(),
            running: None,
        };
        server.up().await?;
        Ok(server)
    }

    /// `http://127.0.0.1:8460`, without a slash at the end. It stays the same over restarts.
    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// Its port.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Its process.
    ///
    /// # Errors
    /// It does not run.
    pub fn pid(&self) -> Result<u32> {
        self.running.as_ref().map_or_else(|| trouble("the server does not run"), |tree| Ok(tree.pid()))
    }

    /// The memory it has, in bytes (resident set).
    ///
    /// # Errors
    /// It does not run.
    pub fn resident(&self) -> Result<u64> {
        let status = fs::read_to_string(format!("/proc/{}/status", self.pid()?))?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
        match line.and_then(|line| line.trim().strip_suffix(" kB")?.parse::<u64>().ok()) {
            Some(kilobytes) => Ok(kilobytes * 1_024),
            None => trouble("the system does not say how much memory the server has"),
        }
    }

    /// Waits until it does nothing any more by itself, as it does after much was written.
    ///
    /// # Errors
    /// It does not come to rest within some minutes, or does not run.
    pub async fn rests(&self) -> Result {
        let mut before = self.worked()?;
        until("the server to come to rest", SOON * 15, || {
            let now = self.worked();
            let rested = now.as_ref().is_ok_and(|now| *now == before);
            before = now.as_ref().map_or(before, |now| *now);
            async move { now.map(|_| rested.then_some(())) }
        })
        .await
    }

    /// For how long it has worked, in the clock ticks of the system.
    fn worked(&self) -> Result<u64> {
        let stat = fs::read_to_string(format!("/proc/{}/stat", self.pid()?))?;
        // Behind the name, which may hold anything: user time and system time are the 12th and 13th.
        let figures: Vec<&str> = stat.rsplit_once(')').map_or("", |(_, rest)| rest).split_whitespace().collect();
        let ticks = |at: usize| figures.get(at).and_then(|text| text.parse::<u64>().ok());
        match (ticks(11), ticks(12)) {
            (Some(user), Some(system)) => Ok(user + system),
            _ => trouble("the system does not say how long the server has worked"),
        }
    }

    /// Its data folder.
    pub fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    /// Serves another build of the app from its next start on.
    pub fn serve(&mut self, app: &Path) {
        self.app = Some(app.to_owned());
    }

    /// Keeps a build of the app for as long as the server lives.
    pub fn keep(&mut self, app: Dist) {
        self.kept.push(app);
    }

    /// Kills it without warning (SIGKILL): what it had not put on disk is gone.
    pub fn kill(&mut self) {
        self.running = None;
    }

    /// A copy of its database, made while it runs.
    ///
    /// # Errors
    /// The command fails.
    pub async fn backup(&self) -> Result<PathBuf> {
        let file = self.folder.path().join("backup.sqlite");
        self.administer("backup", &file, &[]).await?;
        Ok(file)
    }

    /// Puts a copy in the place of its database; it must not run.
    ///
    /// # Errors
    /// The command fails.
    pub async fn restore(&self, backup: &Path) -> Result {
        self.administer("restore", backup, &["--replace"]).await
    }

    /// Adds a person to the workspace of another, who is a member of it, while it runs or not; returns their first password. `role`
    /// is `member` or `viewer`.
    ///
    /// # Errors
    /// The command fails, or prints no password.
    pub async fn add_person(&self, email: &str, beside: &str, role: &str) -> Result<String> {
        let told = self.person(&["add", email, "--beside", beside, "--role", role]).await?;
        match told.trim_end().rsplit_once(": ") {
            Some((_, password)) => Ok(password.to_owned()),
            None => trouble(format!("no first password is printed: {told}")),
        }
    }

    /// Says what a person may do from now on, while it runs or not: `member`, `viewer` or `removed`.
    ///
    /// # Errors
    /// The command fails.
    pub async fn set_role(&self, email: &str, role: &str) -> Result {
        self.person(&["role", email, role]).await.map(drop)
    }

    async fn person(&self, arguments: &[&str]) -> Result<String> {
        let mut command = tokio::process::Command::new(&env().server);
        let done = command.arg("person").args(arguments).arg("--data").arg(self.data()).output().await?;
        check(done.status.success(), format!("person: {}", String::from_utf8_lossy(&done.stderr)))?;
        Ok(String::from_utf8_lossy(&done.stdout).into_owned())
    }

    async fn administer(&self, what: &str, file: &Path, more: &[&str]) -> Result {
        let mut command = tokio::process::Command::new(&env().server);
        let done = command.arg(what).arg(file).args(more).arg("--data").arg(self.data()).output().await?;
        check(done.status.success(), format!("{what}: {}", String::from_utf8_lossy(&done.stderr)))
    }

    /// Lets every session end, as time does; it must not run.
    ///
    /// # Errors
    /// The database cannot be changed.
    pub fn end_sessions(&self) -> Result {
        let script = "import sqlite3, sys
with sqlite3.connect(sys.argv[1]) as database:
    ended = database.execute('UPDATE sessions SET expires_ms = 1').rowcount
sys.exit(0 if ended > 0 else 'there are no sessions')";
        let done = Command::new("python3").args(["-c", script]).arg(self.data().join("outpost.sqlite")).output()?;
        check(done.status.success(), format!("ending sessions: {}", String::from_utf8_lossy(&done.stderr)))
    }

    /// Starts it on the same data and port, and waits until it answers.
    ///
    /// # Errors
    /// It does not start; the text holds its log.
    pub async fn up(&mut self) -> Result {
        let log = self.folder.path().join("log");
        let file = File::options().create(true).append(true).open(&log)?;
        let mut command = Command::new(&env().server);
        command.arg("--listen").arg(format!("127.0.0.1:{}", self.port)).arg("--data").arg(self.data());
        if let Some(app) = &self.app {
            command.arg("--app").arg(app);
        }
        command.args(&self.arguments);
        // Only what is given here counts, not what the caller of the tests happens to have set.
        for name in ["OUTPOST_LISTEN", "OUTPOST_DATA", "OUTPOST_APP", "OUTPOST_PUBLIC_URL", "OUTPOST_TRUSTED_PROXY"] {
            command.env_remove(name);
        }
        command.stdin(Stdio::null()).stdout(file.try_clone()?).stderr(file);
        let tree = self.running.insert(Tree::spawn(&mut command)?);
        let url = format!("http://127.0.0.1:{}/healthz", self.port);
        let answered = until("the server to answer", SOON * 2, || {
            let runs = tree.runs();
            let url = url.clone();
            async move {
                if !runs {
                    return Ok(Some(false));
                }
                Ok(reqwest::get(url).await?.status().is_success().then_some(true))
            }
        });
        if matches!(answered.await, Ok(true)) {
            return Ok(());
        }
        trouble(format!(
            "the server does not answer at {url}; its log:\n{}",
            fs::read_to_string(log).unwrap_or_default()
        ))
    }

    /// Runs it on the same data at another address, where those who know only the first do not find it. Start it at its
    /// own again with [`Server::up`], after [`Server::kill`]. Returns the other address.
    ///
    /// # Errors
    /// It does not start; the text holds its log.
    pub async fn up_elsewhere(&mut self) -> Result<String> {
        let own = std::mem::replace(&mut self.port, free_port()?);
        let started = self.up().await;
        let url = self.url();
        self.port = own;
        started.map(|()| url)
    }

    /// Everything it has written to its log.
    pub fn log(&self) -> String {
        fs::read_to_string(self.folder.path().join("log")).unwrap_or_default()
    }

    /// Waits for a line in its log.
    ///
    /// # Errors
    /// It does not come.
    pub async fn logged(&self, text: &str) -> Result<String> {
        until(&format!("“{text}” in the server's log"), SOON, || async {
            Ok(self.log().lines().find(|line| line.contains(text)).map(str::to_owned))
        })
        .await
    }
}

/// A port that nobody listens on. Below the range from which systems give ports to outgoing connections, so that
/// nobody gets it while the server is down.
fn free_port() -> Result<u16> {
    const FIRST: u16 = 8460;
    const COUNT: u16 = 40;
    static NEXT: AtomicU16 = AtomicU16::new(0);
    for _ in 0..COUNT {
        let port = FIRST + NEXT.fetch_add(1, Ordering::Relaxed) % COUNT;
        if TcpListener::bind(("127.0.0.1", port)).is_ok() {
            return Ok(port);
        }
    }
    trouble(format!("the ports {FIRST} to {} are all in use", FIRST + COUNT - 1))
}
