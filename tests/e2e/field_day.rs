//! A sales rep's day in the field, and no server from its beginning to its end: on a phone, on a desk, and on a desk by nothing but
//! keys. Then the server is there again, everything goes to it by itself, and another device has it all.

use outpost_tests::{
    browser::{Browser, Engine, Options},
    day::{EMAIL, Known, PHONE, Rep, workspace},
    person::By,
    server::Server,
    trouble::{Result, check},
};

in_both!(a_day_on_a_phone, a_day_at_a_desk, a_day_by_nothing_but_keys);

const DESK: (u32, u32) = (1_440, 900);

async fn a_day_on_a_phone(engine: Engine) -> Result {
    whole_day(engine, By::Pointer, PHONE, DESK).await
}

async fn a_day_at_a_desk(engine: Engine) -> Result {
    whole_day(engine, By::Pointer, DESK, PHONE).await
}

async fn a_day_by_nothing_but_keys(engine: Engine) -> Result {
    whole_day(engine, By::Keys, DESK, DESK).await
}

async fn whole_day(engine: Engine, by: By, size: (u32, u32), other_size: (u32, u32)) -> Result {
    let mut server = Server::start().await?;
    let url = server.url();
    let known = workspace(&url).await?;
    let device = Browser::with(engine, Options { size, ..Options::default() }).await?.signed_in(&url, EMAIL).await?;
    server.kill();

    let planned = Rep::new(&device, by, size).day(&known).await?;
    device.indicates("offline").await?;
    check(device.waiting().await? > 0, "the day's work waits for the server")?;

    // Nobody does anything: the device finds the server by itself.
    server.up().await?;
    device.settled().await?;
    let other =
        Browser::with(engine, Options { size: other_size, ..Options::default() }).await?.signed_in(&url, EMAIL).await?;
    has_it_all(&other, &url, &known, &planned).await?;
    device.equals(&other).await?;
    device.is_clean().await?;
    other.is_clean().await
}

/// Looks at everything that was done, on a device that has done none of it; `planned` is the day that was tomorrow.
async fn has_it_all(device: &Browser, url: &str, known: &Known, planned: &str) -> Result {
    device.enter(url, &format!("/companies/{}", known.company)).await?;
    for words in
        ["They take the bigger unit, in March", "Foundations", "Call back", "8 min", "Her mason calls tomorrow"]
    {
        device.sees(words).await?;
    }
    device.enter(url, &format!("/deals/{}", known.deal)).await?;
    device.sees("Proposal → Negotiation").await?;
    // A day may be over meanwhile.
    let has_come = device.run("return new Date().toLocaleDateString('sv')", vec![]).await? == planned;
    device.enter(url, if has_come { "/today" } else { "/today/tomorrow" }).await?;
    for words in ["9:00", "Mason on site", "45 min", "1:30", "Lunch with the foreman", "1 h 30"] {
        device.sees(words).await?;
    }

    device.enter(url, "/leads").await?;
    device.sees("4 leads").await?;
    for (id, owner) in known.leads.iter().zip(["Max", "Max", "Max", "Zoë"]) {
        let lead = device.record("lead", &id.to_string()).await?;
        let (name, is_owner) = (lead.text("name"), lead.text("owner"));
        check(is_owner == owner, format!("{name} is {is_owner}'s, not {owner}'s"))?;
        check(lead.text("company").is_empty(), format!("what was undone is done with {name}"))?;
    }
    device.enter(url, "/contacts").await?;
    device.sees("1,002 contacts").await?;
    device.fill("Search contacts", "visitor 777").await?;
    device.sees("Visitor 777").await?;
    device.fill("Search contacts", "novak").await?;
    device.sees("1 contact").await?;
    device.sees("Petr Novák").await?;
    let [first, second] = known.twins.map(|id| id.to_string());
    let [first, second] = [device.record("contact", &first).await?, device.record("contact", &second).await?];
    let (stays, gone) = if first.is_deleted() { (second, first) } else { (first, second) };
    check(gone.is_deleted() && !stays.is_deleted(), "one of the two is gone, and one stays")?;
    let all =
        [stays.text("name"), stays.text("position")] == ["Petr Novák", "Foreman"] && stays.get("phones").is_some();
    check(all, format!("what both knew is in one: {stays:?}"))
}
