//! Waiting for something to come about: never for a time to pass.

use std::time::{Duration, Instant};

use crate::trouble::{Result, Trouble, trouble};

/// Long enough for anything that should happen at once, on a machine that is busy with something else.
pub const SOON: Duration = Duration::from_secs(20);

/// Long enough for what may have to wait for a sync client's back-off.
pub const LATER: Duration = Duration::from_secs(60);

/// Asks again and again until the answer is `Some`.
///
/// # Errors
/// [`Trouble::Said`] after `limit`, with what was awaited and the last error on the way there. An error of `probe` counts
/// as “not yet”: pages are redrawn while they are looked at.
pub async fn until<T, F, Fut>(what: &str, limit: Duration, mut probe: F) -> Result<T>
where
    F: FnMut() -> Fut,
    Fut: Future<Output = Result<Option<T>>>,
{
    let begun = Instant::now();
    let mut pause = Duration::from_millis(15);
    loop {
        let problem = match probe().await {
            Ok(Some(found)) => return Ok(found),
            Ok(None) => None,
            Err(problem) => Some(problem),
        };
        if begun.elapsed() > limit {
            let why = problem.map(|problem: Trouble| format!("; last: {problem}")).unwrap_or_default();
            return trouble(format!("waited {} s in vain for {what}{why}", limit.as_secs()));
        }
        tokio::time::sleep(pause).await;
        pause = (pause * 2).min(Duration::from_millis(120));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn says_what_it_waited_for() {
        let never = until("the moon", Duration::ZERO, || async { trouble::<Option<()>>("clouds") }).await;
        assert_eq!(never.unwrap_err().to_string(), "waited 0 s in vain for the moon; last: clouds");
        let mut count = 0;
        let third = until("three", SOON, || {
            count += 1;
            async move { Ok((count == 3).then_some(count)) }
        });
        assert_eq!(third.await.unwrap(), 3);
    }
}
