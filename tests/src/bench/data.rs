//! Leads to measure with: those of the demo, without their deals and invoices.

use outpost_core::{
    demo,
    mutation::{Action, Op, Patch},
};

use crate::{
    api::{Client, new_device, new_id, now_ms},
    trouble::{Result, check},
};

/// So many leads as they are when they are made.
pub fn leads(count: usize) -> Vec<Patch> {
    let today = chrono::DateTime::from_timestamp_millis(i64::try_from(now_ms()).unwrap_or_default())
        .unwrap_or_default()
        .date_naive();
    let mutations = demo::mutations(count + count / 10, 7, new_device(), now_ms(), "T1", today);
    let ops = mutations.flat_map(|mutation| mutation.ops);
    let patches = ops.filter(|op| op.kind == "lead").filter_map(|op| match op.action {
        Action::Patch(patch) if patch.contains_key("name") => Some(patch),
        _ => None,
    });
    patches.take(count).collect()
}

/// An account whose workspace holds so many leads.
///
/// # Errors
/// The server refuses something.
pub async fn workspace(url: &str, email: &str, count: usize) -> Result<Client> {
    let mut client = Client::sign_up(url, email, crate::app::PASSWORD).await?;
    let patches = leads(count);
    check(patches.len() == count, format!("the demo has only {} leads", patches.len()))?;
    for request in patches.chunks(4_000) {
        let mut mutations = Vec::new();
        for some in request.chunks(100) {
            let ops = some.iter().map(|patch| Op::patch("lead", new_id(), patch.clone())).collect();
            mutations.push(client.mutation(ops)?);
        }
        client.sync(mutations, 0).await?.all_applied()?;
    }
    Ok(client)
}

/// Answers that took everything.
pub(super) trait AllApplied {
    /// # Errors
    /// The first refusal.
    fn all_applied(&self) -> Result;
}

impl AllApplied for outpost_core::protocol::SyncResponse {
    fn all_applied(&self) -> Result {
        use outpost_core::protocol::Verdict;
        let refused = self.receipts.iter().find(|receipt| receipt.verdict != Verdict::Applied);
        match refused {
            Some(receipt) => crate::trouble::trouble(format!("the server did not simply apply {receipt:?}")),
            None => Ok(()),
        }
    }
}
