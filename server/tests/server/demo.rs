//! `--demo`: a workspace full of a made-up business, through the ordinary push.

use std::collections::BTreeMap;

use crate::http::Ask;
use crate::support::{Device, Server, credentials};

#[tokio::test]
async fn the_demo_is_an_account_like_any_other() {
    let server = Server::start().await;
    let account = server.running.fill_demo(60).await.expect("a demo");
    let password = account.password.clone().expect("a new password");
    assert!(account.to_string().contains(&password));

    let mut device = Device::new(server.address, 7);
    let reply = Ask::post("/api/v1/sign-in", &credentials(&account.email, &password, 7)).send(server.address).await;
    assert_eq!(reply.status, 200, "{}", reply.text());
    device.cookie = reply.session();
    device.catch_up().await;
    let mut kinds: BTreeMap<&str, usize> = BTreeMap::new();
    for key in device.records.keys() {
        *kinds.entry(&key.kind).or_default() += 1;
    }
    assert_eq!(kinds.get("lead"), Some(&60));
    for kind in ["business", "deal", "invoice", "invoice_line", "payment", "stage_event"] {
        assert!(kinds.contains_key(kind), "{kind}: {kinds:?}");
    }

    let again = server.running.fill_demo(60).await.expect("no second one");
    assert_eq!(again.password, None);
    assert_eq!(device.catch_up().await, 0, "nothing was added");
}
