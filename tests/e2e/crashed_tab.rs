//! A tab that dies in the middle of its writing, again and again: what it called saved is there, and nothing is half done.

use outpost_core::{
    mutation::{Mutation, Op},
    record::{Record, Register},
};
use outpost_tests::{
    api::Client,
    app::PASSWORD,
    browser::{Browser, Engine},
    server::Server,
    trouble::{Result, check},
    wait::{SOON, until},
};
use serde_json::json;

const EMAIL: &str = "crash@example.com";
/// A browser's tab is replaced in a second, and half of it is spent with opening the app.
const CRASHES: u64 = 50;

/// Lets the next edit make only so many of its writes, and its transaction never end: it asks the store for something again and again, and
/// does not commit. Whatever ends the tab then ends it within that transaction. `__within` is the mutation's number once those writes are made.
const HOLD: &str =
    "const most = arguments[0], { put } = IDBObjectStore.prototype, { commit } = IDBTransaction.prototype;
    let held = null, number = null, puts = 0;
    const stay = (store) => {
        store.get('none').onsuccess = () => { window.__within = number; stay(store); };
    };
    IDBObjectStore.prototype.put = function (...row) {
        if (!held && this.name === 'outbox') {
            held = this.transaction;
            number = row[0].n;
        }
        if (this.transaction !== held) return put.apply(this, row);
        if (puts === most) return this.get('none');
        puts += 1;
        const request = put.apply(this, row);
        // Requests are answered in their order: the first that is answered here follows the last write.
        if (puts === most) stay(this);
        return request;
    };
    IDBTransaction.prototype.commit = function () {
        if (this !== held) return commit.call(this);
        if (puts < most) stay(this.objectStore('outbox'));
    };";
/// How many writes an edit makes before it is held, at most: its mutation, its record, the journal, the sums; the state would be the last.
const WRITES: u64 = 4;

in_both!(what_a_tab_called_saved_before_it_crashed_is_there_and_nothing_is_half_written);

async fn what_a_tab_called_saved_before_it_crashed_is_there_and_nothing_is_half_written(engine: Engine) -> Result {
    let mut server = Server::start().await?;
    let url = server.url();
    let browser = Browser::start(engine).await?;
    browser.enter(&url, "/account").await?;
    browser.sign_up(EMAIL, PASSWORD).await?;
    let lead = browser.new_lead(&url, &[("Name", "Written to without end")]).await?;
    browser.settled().await?;
    browser.works_offline().await?;
    let made = browser.record("lead", &lead).await?;
    server.kill();

    let mut known: Vec<Mutation> = Vec::new();
    let mut saved = 0;
    // The number of the edit that the last round was in the middle of.
    let mut within: Option<u64> = None;
    for round in 0..CRASHES {
        browser.enter(&url, &format!("/leads/{lead}")).await?;
        let outbox = browser.outbox().await?;
        check(
            outbox.len() >= known.len() + saved,
            format!("{round}: of {} and {saved} there are {}", known.len(), outbox.len()),
        )?;
        check(outbox.starts_with(&known), format!("{round}: what waited before waits as it was"))?;
        let numbers = outbox.iter().map(|mutation| mutation.n);
        check(numbers.eq(2..outbox.len() as u64 + 2), format!("{round}: the numbers have no gap"))?;
        if let Some(within) = within {
            check(
                outbox.len() as u64 + 2 == within,
                format!("{round}: {within} was not done, all before it was: {}", outbox.len()),
            )?;
        }
        let held = browser.record("lead", &lead).await?;
        check(
            held == after(made.clone(), &outbox),
            format!("{round}: the record is what the outbox makes of it: {held:?}"),
        )?;
        known = outbox;

        browser.keeps_pressing(&["Contacted", "Nurturing"]).await?;
        // Sooner and later, and at any moment of a write.
        let enough = 1 + (round * 7) % 13;
        let counted = until("something to be saved", SOON, || async {
            let saved = browser.run("return window.__saved()", vec![]).await?.as_u64().unwrap_or_default();
            Ok((saved >= enough).then_some(saved))
        });
        saved = usize::try_from(browser.explain(counted.await).await?).unwrap_or(usize::MAX);
        // Every second tab ends for certain within a transaction, after its first write, its second, …
        within = None;
        if round % 2 == 1 {
            browser.run(HOLD, vec![json!(1 + round / 2 % WRITES)]).await?;
            let in_it = until("an edit to be in the middle of its transaction", SOON, || async {
                Ok(browser.run("return window.__within ?? null", vec![]).await?.as_u64())
            });
            within = Some(browser.explain(in_it.await).await?);
        }
        browser.crash_tab().await?;
    }

    browser.enter(&url, "/leads").await?;
    // Before there is a server to take anything out of it.
    let held = after(made, &browser.outbox().await?);
    server.up().await?;
    browser.reload().await?;
    browser.settled().await?;
    check(browser.count("rejected").await? == 0, "the server has taken it all")?;
    let mut elsewhere = Client::sign_in(&url, EMAIL, PASSWORD).await?;
    elsewhere.pull().await?;
    let there = elsewhere.records.get(&held.key()).map(|record| record.text("status"));
    check(there == Some(held.text("status")), format!("the server has {there:?}"))?;
    check(known.len() as u64 > CRASHES * 5, format!("{} changes were written", known.len()))?;
    browser.is_clean().await
}

/// The record when these mutations have been made, each register with the stamp of the last that set it.
fn after(mut record: Record, mutations: &[Mutation]) -> Record {
    for mutation in mutations {
        let of_it = |op: &&Op| op.id == record.id;
        let patches: Vec<_> = mutation.ops.iter().filter(of_it).filter_map(Op::patched).cloned().collect();
        for (name, value) in patches.into_iter().flatten() {
            record.fields.insert(name, Register(value, mutation.hlc));
        }
    }
    record
}
