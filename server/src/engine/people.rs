//! What the people of an engine's workspace may do.

use std::sync::PoisonError;

use outpost_core::access::Role;
use outpost_core::id::DeviceId;

use super::Engine;
use crate::accounts::session::Session;
use crate::error::ApiError;

impl Engine {
    /// Says what the person at a device may do from now on.
    pub fn set_role(&self, device: DeviceId, role: Role) {
        self.roles.lock().unwrap_or_else(PoisonError::into_inner).insert(device, role);
    }

    /// The session of a device.
    ///
    /// # Errors
    /// [`ApiError::Removed`], as at every door.
    pub(super) fn session(&self, device: DeviceId) -> Result<Session, ApiError> {
        let known = self.roles.lock().unwrap_or_else(PoisonError::into_inner).get(&device).copied();
        Session { user: 1, workspace: 1, device, role: known.unwrap_or(Role::Member) }.admitted()
    }
}

#[cfg(test)]
mod tests {
    use outpost_core::access::{NOT_ALLOWED, REMOVED};
    use outpost_core::protocol::{PROTOCOL, SyncResponse, Verdict};
    use outpost_core::scope::Age;
    use serde_json::json;

    use super::*;
    use crate::engine::{Door, EngineError, Refusal, Sizes};

    const ANA: DeviceId = DeviceId(7);
    const BO: DeviceId = DeviceId(8);
    const NOW: u64 = 1_790_000_000_000;

    /// Pushes one change.
    async fn push(engine: &Engine, device: DeviceId, n: u64) -> Result<SyncResponse, Refusal> {
        let op = json!({"type": "lead", "id": "0190a6f0-0000-7000-8000-000000000001", "patch": {"name": "Bia"}});
        let mutation = json!({"n": n, "schema": 1, "hlc": format!("01a0c4506c01-0000-{device}"), "ops": [op]});
        let body = json!({"protocol": PROTOCOL, "device": device, "cursor": 0, "since": 0, "limit": 10,
            "mutations": [mutation]});
        let answer = engine.ask(Door::Sync, device, NOW, body.to_string().into_bytes()).await?;
        Ok(serde_json::from_slice(&answer).expect("an answer"))
    }

    fn is_removed(refusal: &Refusal) -> bool {
        refusal.status == 403 && String::from_utf8_lossy(&refusal.body).contains(REMOVED)
    }

    #[tokio::test]
    async fn the_engine_acts_with_the_role_of_each_device_also_after_a_restart() {
        let mut engine = Engine::in_memory().await.expect("an engine");
        for device in [ANA, BO] {
            engine.sign_in(device, NOW).await.expect("an account");
        }
        engine.set_role(BO, Role::Viewer);
        engine.restart().await.expect("restarted");
        assert_eq!(engine.sign_in(BO, NOW).await.expect("an account").role, Role::Viewer);
        let answer = push(&engine, BO, 1).await.expect("an answer");
        let Verdict::Rejected { code, .. } = &answer.receipts[0].verdict else { panic!("{answer:?}") };
        assert_eq!((code.as_str(), answer.role, answer.next_n), (NOT_ALLOWED, Role::Viewer, 2));
        let answer = push(&engine, ANA, 1).await.expect("an answer");
        assert_eq!((&answer.receipts[0].verdict, answer.role), (&Verdict::Applied, Role::Member));

        engine.set_role(BO, Role::Removed);
        let all = Age::everything();
        let sizes = Sizes { worth_it: 1, behind: 1, segment: 10, page: 10, aside: false };
        let refusals = [
            push(&engine, BO, 2).await.map(drop),
            engine.newest(BO, all, 10, NOW).await.map(drop),
            engine.snapshot(BO, None, all, sizes, "one".to_owned(), NOW).await.map(drop),
            engine.segment(BO, "one", 0).await.map(drop),
        ];
        assert!(refusals.iter().all(|refused| refused.as_ref().is_err_and(is_removed)), "{refusals:?}");
        let refused = |error: &EngineError| matches!(error, EngineError::Refused(refusal) if is_removed(refusal));
        assert!(engine.sign_in(BO, NOW).await.as_ref().is_err_and(refused));
        assert_eq!(engine.head(ANA).await.expect("a head"), 1);

        engine.set_role(BO, Role::Member);
        assert_eq!(push(&engine, BO, 2).await.expect("an answer").role, Role::Member);
    }
}
