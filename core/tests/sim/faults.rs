//! What goes wrong, and how often: chances in a thousand.

use super::random::Random;

/// How often each thing happens.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Faults {
    /// A request never arrives.
    pub lose_request: u64,
    /// Its answer never arrives.
    pub lose_answer: u64,
    /// A request arrives a second time, later.
    pub duplicate: u64,
    /// A request takes so long that the device gives up, and arrives all the same.
    pub delay: u64,
    /// A captive portal answers.
    pub portal: u64,
    /// The server fails, before or after its work.
    pub broken: u64,
    /// The server asks to wait.
    pub busy: u64,
    /// The session ends.
    pub sign_out: u64,
    /// The device crashes between two of its steps.
    pub crash: u64,
    /// Another tab takes over, in good order.
    pub take_over: u64,
    /// The store fails to load or to commit.
    pub store: u64,
    /// The device's wall clock is set to something else.
    pub clock: u64,
    /// The server is restored from a backup that lacks nothing.
    pub restore: u64,
}

impl Faults {
    /// Nothing goes wrong.
    pub const NONE: Self = Self {
        lose_request: 0,
        lose_answer: 0,
        duplicate: 0,
        delay: 0,
        portal: 0,
        broken: 0,
        busy: 0,
        sign_out: 0,
        crash: 0,
        take_over: 0,
        store: 0,
        clock: 0,
        restore: 0,
    };

    /// Each thing never, seldom or often: a run in which one thing alone goes wrong finds other faults than one in
    /// which everything does.
    pub fn any(random: &mut Random) -> Self {
        let mut rate = |most: u64| random.pick(&[0, most / 8, most]);
        Self {
            lose_request: rate(250),
            lose_answer: rate(250),
            duplicate: rate(250),
            delay: rate(200),
            portal: rate(150),
            broken: rate(150),
            busy: rate(80),
            sign_out: rate(40),
            crash: rate(60),
            take_over: rate(30),
            store: rate(100),
            clock: rate(20),
            restore: rate(6),
        }
    }
}
