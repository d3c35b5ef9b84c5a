use futures::StreamExt;
use futures::channel::mpsc::{UnboundedReceiver, unbounded};
use wasm_bindgen_test::wasm_bindgen_test;

use super::*;

fn hear<T: DeserializeOwned + 'static>(channel: &Channel, topic: &str) -> (Subscription, UnboundedReceiver<T>) {
    let (heard, receiver) = unbounded();
    let subscription = channel.on(topic, move |body: T| heard.unbounded_send(body).unwrap());
    (subscription, receiver)
}

#[wasm_bindgen_test]
async fn the_other_end_hears_its_topic_and_the_sender_does_not() {
    let (one, other) = (Channel::open("test-topics"), Channel::open("test-topics"));
    let (_own, mut own) = hear::<String>(&one, "a");
    let (_a, mut a) = hear::<String>(&other, "a");
    let (_numbers, mut numbers) = hear::<u64>(&other, "a");
    one.post("b", &"not for a");
    one.post("a", &"for a");
    one.post("a", &7_u64);
    assert_eq!(a.next().await.as_deref(), Some("for a"));
    assert_eq!(numbers.next().await, Some(7), "a body of another kind is skipped");
    assert!(own.try_recv().is_err(), "no tab hears itself");
}

#[wasm_bindgen_test]
async fn a_dropped_subscription_hears_nothing_and_the_rest_go_on() {
    let (one, other) = (Channel::open("test-drop"), Channel::open("test-drop"));
    let (first, mut first_heard) = hear::<u64>(&other, "a");
    let (_second, mut second_heard) = hear::<u64>(&other, "a");
    one.post("a", &1);
    assert_eq!((first_heard.next().await, second_heard.next().await), (Some(1), Some(1)));
    drop(first);
    one.post("a", &2);
    assert_eq!(second_heard.next().await, Some(2));
    assert_eq!(first_heard.next().await, None);
}

#[wasm_bindgen_test]
async fn what_is_no_message_of_ours_is_skipped() {
    let channel = Channel::open("test-noise");
    let (_subscription, mut heard) = hear::<u64>(&channel, "a");
    let stranger = BroadcastChannel::new("test-noise").unwrap();
    for noise in ["", "{", r#"{"topic":1}"#, r#"{"topic":"a"}"#, r#"{"topic":"a","body":5}"#] {
        stranger.post_message(&noise.into()).unwrap();
    }
    stranger.post_message(&js::object(&[("topic", "a".into())])).unwrap();
    assert_eq!(heard.next().await, Some(5));
}
