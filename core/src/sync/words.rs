//! What the machine and whoever drives it say to each other: what happened, what to do, what to show.

use crate::id::DeviceId;
use crate::mutation::Mutation;
use crate::protocol::{SyncRequest, SyncResponse};
use crate::record::RecordKey;
use crate::scope::{Age, Moving, Scope};
use crate::sync::commit::Commit;

/// How far this device has read the workspace's sequence. Kept in the store, moved with the rows it stands for.
#[derive(Debug, Clone, PartialEq, Eq, Default, serde::Serialize, serde::Deserialize)]
pub struct Position {
    /// The server's epoch; `None` before the first answer.
    pub epoch: Option<String>,
    /// Up to where everything is here.
    pub cursor: u64,
    /// Where this round of pulls began.
    pub since: u64,
}

/// What the store found when asked for the next batch.
#[derive(Debug, Clone, PartialEq)]
pub struct Pending {
    /// Who we are.
    pub device: DeviceId,
    /// The oldest unsent mutations, contiguous, as many as were asked for.
    pub mutations: Vec<Mutation>,
    /// How many there are in all.
    pub waiting: usize,
    /// Where we are.
    pub position: Position,
    /// The number that our next mutation gets.
    pub next_n: u64,
    /// Records that something was taken off, and that are to be fetched again.
    pub wanted: Vec<RecordKey>,
    /// What we keep.
    pub scope: Scope,
}

/// What comparing sums with the server's says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Finding {
    /// Both have the same.
    Same,
    /// One of them has moved on, or has something unsent: to be asked again later.
    Moved,
    /// Not the same, in these buckets.
    Differs(Vec<u8>),
    /// The server is too old to say.
    Unknown,
}

/// What happened.
#[derive(Debug, Clone, PartialEq)]
pub enum Event {
    /// This tab holds the sync lock and there is an account: begin.
    Start,
    /// The account or the lock is gone: stop. What is under way is dropped: whoever drives the machine reports nothing
    /// of it any more, since it may belong to another account's next start.
    Stop,
    /// Something was written, the page became visible, the network may be back: any reason to look now.
    Wake,
    /// The timer that [`Effect::Timer`] set went off.
    Timer,
    /// The store's answer to [`Effect::Load`].
    Loaded(Pending),
    /// The server's answer to [`Effect::Send`].
    Answered(Box<SyncResponse>),
    /// No answer to [`Effect::Send`], [`Effect::Fetch`], [`Effect::Check`], [`Effect::Repair`], [`Effect::Rescope`] or [`Effect::Enrol`], or not one to go on with.
    Failed(Failure),
    /// [`Effect::Commit`] or [`Effect::SetAside`] is durable.
    Committed {
        /// How many mutations are unsent still.
        waiting: usize,
        /// How many refused ones a person has not looked at.
        rejected: usize,
    },
    /// [`Effect::Fetch`] is durable, or there was nothing to fetch.
    Fetched,
    /// The answer to [`Effect::Check`].
    Checked(Finding),
    /// [`Effect::Repair`] is durable; where to go on, or `None` if that was the last of it.
    Repaired(Option<RecordKey>),
    /// [`Effect::Rescope`] is durable; where to go on, or `None` if that was the last of it.
    Rescoped(Option<RecordKey>),
    /// [`Effect::Rebase`] is durable.
    Rebased,
    /// [`Effect::Enrol`] is durable.
    Enrolled,
    /// [`Effect::Purge`] is durable.
    Purged,
    /// The store could not load or commit; it says why to the person by itself.
    StoreFailed,
    /// The live connection that [`Effect::Listen`] asked for is open, or it is no more.
    Live(bool),
    /// The server says, by the live connection, how far the workspace's sequence goes.
    Head(u64),
}

/// Why there is no answer to go on with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Failure {
    /// No network, a time-out, a captive portal's page, a 5xx: nobody's fault, tried again.
    Offline,
    /// The server asks to wait this many milliseconds (429, 503).
    Busy(u64),
    /// The session is over (401). Work goes on; the person is asked to sign in when they like.
    SignedOut,
    /// The person was removed from the workspace (403): what is the workspace's must go from here.
    Removed,
    /// The batch is too large (413): send less at once.
    TooLarge,
    /// Something in the batch is malformed (400): find out what, and let it hold up nobody. A sentence says why.
    Malformed(String),
    /// The server was restored from a backup and has this epoch now (409).
    EpochChanged(String),
    /// Another device has this one's identity: the disk or the browser's profile was copied (409).
    Forked,
    /// The server will not have this, and trying again will not help; a sentence says why.
    Refused(String),
}

/// What to do.
#[derive(Debug, Clone, PartialEq)]
pub enum Effect {
    /// Read the oldest unsent mutations, at most so many, and the position.
    Load {
        /// The most mutations.
        max: usize,
    },
    /// Send this and report [`Event::Answered`] or [`Event::Failed`].
    Send(SyncRequest),
    /// Store this in one transaction and report [`Event::Committed`] or [`Event::StoreFailed`].
    Commit(Box<Commit>),
    /// Put this unsent mutation aside as a refused one, in one transaction: no server takes it, alone or with others.
    /// Report [`Event::Committed`] or [`Event::StoreFailed`].
    SetAside {
        /// Its number, which an empty mutation keeps.
        n: u64,
        /// Why, for programs.
        code: &'static str,
        /// Why: a sentence.
        message: String,
    },
    /// Fetch what a new device is sent instead of pages: the newest records, then a snapshot, if the server has one. Report
    /// [`Event::Fetched`], [`Event::Failed`] or [`Event::StoreFailed`]. What is stored of it when it is cut short stays, and
    /// the next time goes on from there.
    Fetch,
    /// Compare this device's sums with the server's and report [`Event::Checked`] or [`Event::Failed`].
    Check,
    /// Fetch the records of these buckets from beyond `after`, put what they have into the store and what they lack into
    /// the outbox, in one transaction ([`crate::sync::repair`]), and report [`Event::Repaired`]; [`Event::Failed`] or
    /// [`Event::StoreFailed`] if that went wrong or something is unsent by now.
    Repair {
        /// Which.
        buckets: Vec<u8>,
        /// The last record of the range before.
        after: Option<RecordKey>,
    },
    /// This device keeps more or less than before: fetch what it takes up, or what it drops, from beyond where it is
    /// ([`crate::protocol::ScopeRequest`]), store that in one transaction, and report [`Event::Rescoped`],
    /// [`Event::Failed`] or [`Event::StoreFailed`].
    Rescope {
        /// What it keeps now.
        to: Age,
        /// How far it is.
        moving: Moving,
    },
    /// The server has lost what this device had sent: number what is unsent anew, for a server whose next number is
    /// `next_n` ([`crate::sync::rebase`]), begin again from cursor 0 of `epoch`, in one transaction, and report
    /// [`Event::Rebased`] or [`Event::StoreFailed`].
    Rebase {
        /// The server's epoch.
        epoch: String,
        /// The number that it wants next.
        next_n: u64,
    },
    /// Get a new identity, number and stamp what is unsent anew with it, and report [`Event::Enrolled`],
    /// [`Event::Failed`] or [`Event::StoreFailed`].
    Enrol,
    /// Drop what is the workspace's, and begin again from nothing should the person be let in again: all that is left is
    /// what is unsent ([`crate::sync::purge`]) or was refused. In one transaction; report [`Event::Purged`] or
    /// [`Event::StoreFailed`].
    Purge,
    /// Open the live connection and report [`Event::Live`] once it is open and again when it is lost. Asked for while there
    /// is none, after each answer of the server; where one is just being opened, nothing is to be done.
    Listen,
    /// Report [`Event::Timer`] in so many milliseconds; replaces the timer before.
    Timer(u64),
    /// Show this.
    Status(Status),
}

/// What the quiet indicator shows. A device's tabs tell it to each other.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum Status {
    /// No account: everything is on this device only.
    Local,
    /// The server has everything.
    Saved,
    /// A new device is fetching everything: so many records of so many are here.
    Fetching(u64, u64),
    /// So many changes are on their way.
    Waiting(usize),
    /// No connection, with so many changes waiting.
    Offline(usize),
    /// A person has to look: a sentence.
    NeedsYou(String),
    /// A person has to sign in: a sentence.
    SignIn(String),
}
