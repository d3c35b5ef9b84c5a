//! The way to the server and back, and all that happens on it.

use outpost_core::protocol::SyncRequest;
use outpost_core::sync::Failure;

use super::world::{Happening, World};

/// How long a device waits for an answer, in milliseconds.
const TIME_LIMIT: u64 = 15_000;

impl World {
    /// A request leaves the device.
    pub(super) fn send(&mut self, device: usize, turn: u64, request: Box<SyncRequest>) {
        let faults = self.faults;
        self.devices[device].request += 1;
        let number = self.devices[device].request;
        self.after(TIME_LIMIT, Happening::Answer(device, turn, number, Err(Failure::Offline)));
        let latency = self.random.between(5, 60);
        if self.random.chance(faults.portal) {
            // It is answered by somebody else.
            return self.after(latency, Happening::Answer(device, turn, number, Err(Failure::Offline)));
        }
        if self.random.chance(faults.duplicate) {
            let later = self.random.between(1, 60_000);
            self.after(later, Happening::Arrives { device, request: request.clone(), reply: None });
        }
        if self.random.chance(faults.lose_request) {
            return;
        }
        let delay = if self.random.chance(faults.delay) { self.random.between(1_000, 60_000) } else { latency };
        let reply = if self.random.chance(faults.lose_answer) { None } else { Some((turn, number)) };
        self.after(delay, Happening::Arrives { device, request, reply });
    }

    /// A request arrives at the server; its answer goes back to the turn and request that wait for it.
    pub(super) fn arrives(&mut self, device: usize, request: &SyncRequest, reply: Option<(u64, u64)>) {
        let faults = self.faults;
        let result = if self.random.chance(faults.broken) {
            Err(Failure::Offline)
        } else if self.random.chance(faults.busy) {
            Err(Failure::Busy(self.random.between(100, 30_000)))
        } else {
            self.served(device, request)
        };
        // It failed with its work done.
        let result = if self.random.chance(faults.broken) { Err(Failure::Offline) } else { result };
        let latency = self.random.between(5, 60);
        if let Some((turn, number)) = reply {
            self.after(latency, Happening::Answer(device, turn, number, result.map(Box::new)));
        }
    }

    fn served(
        &mut self,
        device: usize,
        request: &SyncRequest,
    ) -> Result<outpost_core::protocol::SyncResponse, Failure> {
        if self.random.chance(self.faults.sign_out) && self.devices[device].signed_in {
            self.devices[device].signed_in = false;
            let back = self.random.between(1_000, 120_000);
            self.after(back, Happening::SignIn(device));
        }
        if !self.devices[device].signed_in {
            return Err(Failure::SignedOut);
        }
        if self.random.chance(self.faults.restore) {
            self.server.restore();
        }
        let head = self.server.head;
        let answer = self.server.sync(self.now, request);
        if self.server.head > head {
            self.tell_all();
        }
        answer
    }
}
