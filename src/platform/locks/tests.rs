use futures::FutureExt;
use futures::future::{Either, select};
use wasm_bindgen_test::wasm_bindgen_test;

use super::*;
use crate::platform::sleep;

/// Fails instead of waiting for ever.
async fn soon<T>(what: &str, work: impl Future<Output = T>) -> T {
    match select(Box::pin(work), Box::pin(sleep(5_000))).await {
        Either::Left((value, _)) => value,
        Either::Right(_) => panic!("{what} did not happen within 5 s"),
    }
}

/// As long as it takes the browser to have looked at every request made so far: its queue is in order.
async fn queue_has_been_seen() {
    soon("another lock", with("test-other", async {})).await;
}

#[wasm_bindgen_test]
async fn the_second_waits_and_takes_over() {
    let first = soon("the first hold", hold("test-two")).await;
    let mut second = Box::pin(hold("test-two"));
    assert!(second.as_mut().now_or_never().is_none());
    queue_has_been_seen().await;
    assert!(second.as_mut().now_or_never().is_none(), "the first still holds it");
    drop(first);
    drop(soon("the takeover", second).await);
}

#[wasm_bindgen_test]
async fn a_place_that_was_given_up_holds_nobody_up() {
    let first = soon("the first hold", hold("test-give-up")).await;
    let mut second = Box::pin(hold("test-give-up"));
    assert!(second.as_mut().now_or_never().is_none());
    drop(second);
    let third = hold("test-give-up");
    drop(first);
    drop(soon("the third's turn", third).await);
}

#[wasm_bindgen_test]
async fn a_stolen_lock_is_known_to_be_lost() {
    let first = soon("the first hold", hold("test-steal")).await;
    let second = soon("the theft", steal("test-steal")).await;
    soon("the news of the theft", first.lost()).await;
    drop(first);
    let mut third = Box::pin(hold("test-steal"));
    assert!(third.as_mut().now_or_never().is_none());
    queue_has_been_seen().await;
    assert!(third.as_mut().now_or_never().is_none(), "the thief holds it");
    drop(second);
    drop(soon("the third's turn", third).await);
}

#[wasm_bindgen_test]
async fn work_under_a_lock_gives_it_back() {
    assert_eq!(soon("the work", with("test-with", async { 7 })).await, 7);
    drop(soon("the next hold", hold("test-with")).await);
}
