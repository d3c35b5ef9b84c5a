//! A server that is restored from a backup of some time ago.
//!
//! What the journal says of what was accepted since then is forgotten as the server has forgotten it; the checks therefore
//! demand that the devices bring all of it back, by whatever mutations.

use crate::fault::Fault;
use crate::tell::Told;
use crate::world::World;

/// How often a backup is made, in a thousand requests.
const BACKUPS: u64 = 10;

impl World {
    /// Makes backups, and goes back to one.
    pub(crate) fn roll_back(&mut self) -> Told {
        if !self.is_possible(Fault::Rollback) {
            return Ok(());
        }
        // What a backup holds must be known, or nobody could say what is lost with a return to it.
        if self.random.chance(BACKUPS) && self.journal.is_certain() {
            self.servers.back_up()?;
            self.journal.mark();
        }
        if self.happens(Fault::Rollback) && self.servers.restore()? {
            self.tally.count("rolled back");
            self.journal.rewind();
            self.new_epoch()?;
        }
        Ok(())
    }
}
