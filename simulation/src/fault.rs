//! What goes wrong, and how often: chances in a thousand.

use std::collections::BTreeSet;

use clap::ValueEnum;

use crate::random::Random;

/// One way in which things go wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, ValueEnum)]
pub enum Fault {
    /// A request never arrives.
    LoseRequest,
    /// Its answer never arrives.
    LoseAnswer,
    /// A request arrives a second time, later.
    Duplicate,
    /// A request takes so long that the device gives up, and arrives all the same, after later ones.
    Delay,
    /// A request or an answer breaks off.
    Truncate,
    /// A captive portal answers.
    Portal,
    /// The server fails, before or after its work.
    Broken,
    /// The server asks to wait.
    Busy,
    /// The server stops and starts again.
    Restart,
    /// The session ends.
    SignOut,
    /// The browser dies between two of its steps.
    Crash,
    /// It dies with a transaction: before or after it is written, and nobody hears of it.
    CrashInStore,
    /// The quota is used up: a transaction is aborted, or the store cannot be read.
    Quota,
    /// A tab is closed, and the other takes over.
    TakeOver,
    /// The tab that syncs is frozen; the other takes the lock from it, and some time later the first wakes up.
    Freeze,
    /// The device's wall clock is set to something else: minutes, hours, two years, forwards and backwards.
    Clock,
    /// The counter of the device's clock is about to overflow.
    Counter,
    /// The server gets another epoch and has lost nothing.
    Epoch,
    /// The server is restored from a backup of some time ago.
    Rollback,
    /// Somebody takes a new device into use while others work.
    Newcomer,
    /// A browser's profile is copied, and both work on.
    Copy,
    /// Months go by in which nobody does anything, and the server drops what lies beyond the horizon. Only where it is
    /// asked for, so that older stories are told as they were.
    Horizon,
    /// Somebody's role changes: they may only look, or are removed from the workspace, or are let in again. Only where it is
    /// asked for as well, and not where a server goes back to a backup: what it lost, nobody who was removed sends again.
    Role,
}

impl Fault {
    /// How often it happens where it happens often.
    const fn most(self) -> u64 {
        match self {
            Self::LoseRequest | Self::LoseAnswer | Self::Duplicate => 250,
            Self::Delay => 200,
            Self::Portal | Self::Broken => 150,
            Self::Quota => 100,
            Self::Busy | Self::Truncate => 80,
            Self::Crash | Self::CrashInStore => 60,
            Self::SignOut => 40,
            Self::TakeOver | Self::Freeze => 30,
            Self::Clock => 120,
            Self::Counter => 10,
            Self::Epoch | Self::Restart => 6,
            Self::Rollback => 3,
            Self::Newcomer => 8,
            Self::Copy => 6,
            Self::Horizon => 12,
            Self::Role => 25,
        }
    }
}

/// How often each fault happens.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Rates([u64; Fault::Role as usize + 1]);

impl Rates {
    /// Each fault never, seldom or often: a story in which one thing alone goes wrong finds other bugs than one in which
    /// everything does.
    pub(crate) fn any(random: &mut Random, without: &BTreeSet<Fault>, with: &BTreeSet<Fault>) -> Self {
        let mut rates = Self::default();
        for fault in Fault::value_variants() {
            let rate = if matches!(fault, Fault::Horizon | Fault::Role) {
                0
            } else {
                random.pick(&[0, fault.most() / 8, fault.most()])
            };
            rates.0[*fault as usize] = match (without.contains(fault), with.contains(fault)) {
                (true, _) => 0,
                (false, false) => rate,
                (false, true) => fault.most(),
            };
        }
        if rates.of(Fault::Role) > 0 {
            rates.0[Fault::Rollback as usize] = 0;
        }
        rates
    }

    pub(crate) const fn of(&self, fault: Fault) -> u64 {
        self.0[fault as usize]
    }
}
