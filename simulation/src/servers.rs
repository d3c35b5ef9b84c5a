//! The server under test, on whichever store the story is told with.
//!
//! In memory, requests are polled one step at a time, so that they meet in the middle of their work. With SQLite, each is
//! run to its end. With both, each is asked of both, and the bytes of the answers must be equal.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::future::Future;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, Waker};

use outpost_core::access::Role;
use outpost_core::id::DeviceId;
use outpost_core::record::RecordKey;
use outpost_server::engine::{Backup, Door, Engine, EngineError};
use outpost_server::{Tended, UpkeepError};
use tempfile::TempDir;
use tokio::runtime::Runtime;

use crate::classify::Reply;
use crate::story::StoreKind;
use crate::tell::Broken;

/// A request that the server is at work on.
pub(crate) type Work = Pin<Box<dyn Future<Output = Reply>>>;

/// The engines, of which there is at least one.
pub(crate) struct Servers {
    runtime: Runtime,
    engines: Vec<Rc<Engine>>,
    /// Whether requests are polled by hand.
    steps: bool,
    backups: Vec<Backup>,
    /// The devices that have a session, now and when the backup was made.
    enrolled: RefCell<BTreeSet<DeviceId>>,
    enrolled_then: BTreeSet<DeviceId>,
    folder: TempDir,
}

impl From<EngineError> for Broken {
    fn from(error: EngineError) -> Self {
        Self::new("the server works", error.to_string())
    }
}

impl From<UpkeepError> for Broken {
    fn from(error: UpkeepError) -> Self {
        Self::new("the server works", error.to_string())
    }
}

impl Servers {
    /// New ones, which send at most `page` rows at once.
    pub(crate) fn new(kind: StoreKind, page: u32) -> Result<Self, Broken> {
        let failed = |error: std::io::Error| Broken::new("the machine works", error.to_string());
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(failed)?;
        let folder = tempfile::tempdir().map_err(failed)?;
        let engines = runtime.block_on(async {
            let mut engines = Vec::new();
            if kind != StoreKind::Sqlite {
                engines.push(Rc::new(Engine::in_memory().await?.with_page(page)));
            }
            if kind != StoreKind::Memory {
                engines.push(Rc::new(Engine::sqlite(&folder.path().join("data")).await?.with_page(page)));
            }
            Ok::<_, EngineError>(engines)
        })?;
        let (backups, enrolled, enrolled_then) = (Vec::new(), RefCell::default(), BTreeSet::new());
        Ok(Self { runtime, engines, steps: kind == StoreKind::Memory, backups, enrolled, enrolled_then, folder })
    }

    /// Signs a device in; returns its number series.
    pub(crate) fn sign_in(&self, device: DeviceId, now_ms: u64) -> Result<String, Broken> {
        let account = |engine: &Rc<Engine>| self.runtime.block_on(engine.sign_in(device, now_ms));
        let mut accounts = self.engines.iter().map(account).collect::<Result<Vec<_>, _>>()?;
        let first = accounts.remove(0);
        same(&first, &accounts)?;
        self.enrolled.borrow_mut().insert(device);
        Ok(first.series)
    }

    /// What a device's person may do from now on.
    pub(crate) fn set_role(&self, device: DeviceId, role: Role) {
        self.engines.iter().for_each(|engine| engine.set_role(device, role));
    }

    /// Whether a device has a session. One of after the backup has none once the server went back to that.
    pub(crate) fn knows(&self, device: DeviceId) -> bool {
        self.enrolled.borrow().contains(&device)
    }

    /// A request arrives. It is answered at once, or goes on by [`Servers::poll`].
    pub(crate) fn ask(&self, door: Door, device: DeviceId, now_ms: u64, body: Vec<u8>) -> Result<Work, Broken> {
        self.begin(async move |engine| engine.ask(door, device, now_ms, body.clone()).await)
    }

    /// Begins with what is asked of each engine.
    pub(crate) fn begin(&self, ask: impl AsyncFn(&Engine) -> Reply + 'static) -> Result<Work, Broken> {
        if self.steps {
            let engine = Rc::clone(&self.engines[0]);
            return Ok(Box::pin(async move { ask(&engine).await }));
        }
        let reply = self.each(ask)?;
        Ok(Box::pin(std::future::ready(reply)))
    }

    /// The answer to a request, with nothing in between.
    pub(crate) fn ask_now(&self, door: Door, device: DeviceId, now_ms: u64, body: &[u8]) -> Result<Reply, Broken> {
        self.each(async |engine| engine.ask(door, device, now_ms, body.to_vec()).await)
    }

    /// The answer that all engines give.
    pub(crate) fn each(&self, ask: impl AsyncFn(&Engine) -> Reply) -> Result<Reply, Broken> {
        let reply = |engine: &Rc<Engine>| self.runtime.block_on(ask(engine));
        let mut replies: Vec<Reply> = self.engines.iter().map(reply).collect();
        let first = replies.remove(0);
        same_as(&first, &replies, shown)?;
        Ok(first)
    }

    /// Goes on with a request.
    pub(crate) fn poll(work: &mut Work) -> Poll<Reply> {
        work.as_mut().poll(&mut Context::from_waker(Waker::noop()))
    }

    /// How far the sequence goes.
    pub(crate) fn head(&self, device: DeviceId) -> Result<u64, Broken> {
        let head = |engine: &Rc<Engine>| self.runtime.block_on(engine.head(device));
        let mut heads = self.engines.iter().map(head).collect::<Result<Vec<_>, _>>()?;
        let first = heads.remove(0);
        same(&first, &heads)?;
        Ok(first)
    }

    /// Stops and starts. Only while no request is under way.
    pub(crate) fn restart(&mut self) -> Result<(), Broken> {
        for engine in self.engines.iter_mut().filter_map(Rc::get_mut) {
            self.runtime.block_on(engine.restart())?;
        }
        Ok(())
    }

    /// What a server does by itself once a day. Only while no request is under way.
    pub(crate) fn tend(&self, now_ms: u64) -> Result<Tended, Broken> {
        let tend = |engine: &Rc<Engine>| self.runtime.block_on(engine.tend(now_ms));
        let mut tended = self.engines.iter().map(tend).collect::<Result<Vec<_>, _>>()?;
        let first = tended.remove(0);
        same(&first, &tended)?;
        Ok(first)
    }

    /// Somebody brings records back from the archive. Only while no request is under way.
    pub(crate) fn recall(&self, heads: &[RecordKey], now_ms: u64) -> Result<(), Broken> {
        self.engines.iter().try_for_each(|engine| self.runtime.block_on(engine.recall(heads.to_vec(), now_ms)))?;
        Ok(())
    }

    /// Gives the workspace another epoch.
    pub(crate) fn set_epoch(&self, epoch: &str) -> Result<(), Broken> {
        self.engines.iter().try_for_each(|engine| self.runtime.block_on(engine.set_epoch(epoch)))?;
        Ok(())
    }

    /// Makes a backup, in place of the one before. Only while no request is under way.
    pub(crate) fn back_up(&mut self) -> Result<(), Broken> {
        self.backups.clear();
        self.enrolled_then.clone_from(&self.enrolled.borrow());
        for engine in self.engines.iter_mut().filter_map(Rc::get_mut) {
            self.backups.push(self.runtime.block_on(engine.backup(&self.folder.path().join("backup")))?);
        }
        Ok(())
    }

    /// Goes back to the backup; false if there is none.
    pub(crate) fn restore(&mut self) -> Result<bool, Broken> {
        for (engine, backup) in self.engines.iter_mut().filter_map(Rc::get_mut).zip(&self.backups) {
            self.runtime.block_on(engine.restore(backup))?;
        }
        let is_one = !self.backups.is_empty();
        if is_one {
            self.enrolled.borrow_mut().clone_from(&self.enrolled_then);
        }
        Ok(is_one)
    }
}

impl Drop for Servers {
    fn drop(&mut self) {
        for engine in self.engines.drain(..).filter_map(Rc::into_inner) {
            self.runtime.block_on(engine.close());
        }
    }
}

fn same<T: PartialEq + std::fmt::Debug>(first: &T, others: &[T]) -> Result<(), Broken> {
    same_as(first, others, |value| format!("{value:?}"))
}

fn same_as<T: PartialEq>(first: &T, others: &[T], show: impl Fn(&T) -> String) -> Result<(), Broken> {
    match others.iter().find(|other| *other != first) {
        None => Ok(()),
        Some(other) => {
            let what = format!("in memory: {}\non SQLite: {}", show(first), show(other));
            Err(Broken::new("both stores answer alike", what))
        }
    }
}

fn shown(reply: &Reply) -> String {
    match reply {
        Ok(body) => String::from_utf8_lossy(body).into_owned(),
        Err(refusal) => format!("{} {}", refusal.status, String::from_utf8_lossy(&refusal.body)),
    }
}
