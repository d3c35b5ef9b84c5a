//! Import: a file becomes records without any server, what is wrong comes back to be mended, and all of it can be undone.

use outpost_tests::{
    api::new_id,
    browser::{Browser, Engine},
    server::Server,
    trouble::{Result, Trouble, check},
};

in_both!(a_file_is_imported_mended_and_undone_without_a_server, contacts_and_lists_go_out_and_come_back);

const LEADS: usize = 1_000;
/// Every so many rows there is one with an error.
const WRONG: usize = 70;

/// A file as a German spreadsheet writes it: semicolons, decimal commas.
fn file() -> String {
    let mut file = "Nachname;Vorname;Firma;E-Mail;Telefon;PLZ;Ort;Wert;Notiz\r\n".to_owned();
    for at in 0..LEADS {
        let email = if at % WRONG == 3 { format!("nobody {at}") } else { format!("kunde{at}@example.com") };
        file.push_str(&format!(
            "M\u{fc}ller {at};J\u{f6}rg;Werk {};{email};+49 30 {};50667;K\u{f6}ln;1.{:03},50;\"Erste Zeile\nzweite; Zeile\"\r\n",
            at % 50,
            100_000 + at,
            at % 1_000
        ));
    }
    file
}

/// Chooses a file whose bytes are these code points.
/// Gives a row the focus, scrolls until it has left the page, and tells whether the list is still there a while later.
const SCROLLED: &str = "const frame = () => new Promise((next) => requestAnimationFrame(next));
    const link = document.querySelector('[data-index=\"2\"] a');
    link.focus();
    for (let tries = 0; link.isConnected; tries += 1) {
        if (tries > 300) throw new Error('the row does not leave the page');
        scrollBy(0, 120);
        await frame();
    }
    const left = scrollY;
    for (let frames = 0; frames < 12; frames += 1) await frame();
    scrollTo(0, 0);
    return left > 400 && document.activeElement === document.body;";

async fn choose(browser: &Browser, name: &str, text: &str) -> Result {
    let file = browser.profile().join(name);
    std::fs::write(&file, text.chars().map(|c| c as u8).collect::<Vec<u8>>())?;
    browser.give_file("Choose a file", &file).await
}

async fn at_work(engine: Engine, email: &str) -> Result<(Server, Browser)> {
    let mut server = Server::start().await?;
    let browser = Browser::start(engine).await?.signed_up(&server.url(), email).await?;
    server.kill();
    Ok((server, browser))
}

async fn a_file_is_imported_mended_and_undone_without_a_server(engine: Engine) -> Result {
    const EMAIL: &str = "import@example.com";
    let (mut server, browser) = at_work(engine, EMAIL).await?;
    let url = server.url();
    let wrong = (0..LEADS).filter(|at| at % WRONG == 3).count();
    let good = LEADS - wrong;

    browser.enter(&url, "/leads").await?;
    browser.press("More").await?;
    browser.press("Import").await?;
    browser.is_at("/import").await?;
    choose(&browser, "Kunden.csv", &file()).await?;
    browser.sees("1,000 rows").await?;
    check(browser.value("What “Nachname” is").await? == "name.family", "the columns were understood")?;
    browser.sees(&format!("{good} ready")).await?;
    browser.sees(&format!("{wrong} with errors")).await?;
    browser.sees("“nobody 3” is not an e-mail address").await?;
    browser.press(&format!("Import {good} leads")).await?;
    browser.sees(&format!("{good} leads imported")).await?;
    let mend = browser.given("Download the rows with errors").await?;
    check(mend.matches("is not an e-mail address").count() == wrong, format!("the file to mend is\n{mend}"))?;

    browser.press("Show leads").await?;
    browser.is_at("/leads").await?;
    // A row that has the focus is left behind when somebody scrolls on, and takes nobody back.
    browser.wait_for("[data-index]", "Müller").await?;
    let there = browser.run_async(SCROLLED, vec![]).await?;
    check(there == true, "the list went back to where the focus was")?;
    browser.fill("Search leads", "werk 7 müller 107").await?;
    browser.sees("Jörg Müller 107").await?;
    let leads = browser.records_of("lead", LEADS).await?;
    let lead = leads.iter().find(|lead| lead.text("name") == "Jörg Müller 107");
    let lead = lead.ok_or_else(|| Trouble::Said("a lead is missing".to_owned()))?;
    check(lead.text("notes") == "Erste Zeile\nzweite; Zeile", format!("{lead:?}"))?;
    let value = lead.get("value").and_then(|value| value.get("minor"));
    check(value == Some(&110_750.into()), format!("{lead:?}"))?;
    check(leads.len() == good, format!("{} leads", leads.len()))?;

    // The same again: all of it is here already.
    browser.enter(&url, "/import?type=lead").await?;
    choose(&browser, "Kunden.csv", &file()).await?;
    browser.sees(&format!("{good} already here")).await?;
    let marked =
        browser.run("return document.querySelectorAll('.import-table tbody tr td:first-child .tag').length", vec![]);
    let marked = marked.await?.as_u64().unwrap_or_default();
    check(marked > 0, "and each of the first rows says so")?;

    // What was mended goes in; it is UTF-8 now.
    let mut mended = mend;
    for at in (0..LEADS).filter(|at| at % WRONG == 3) {
        mended = mended.replace(&format!(";nobody {at};"), &format!(";mended{at}@example.com;"));
    }
    let mended: String = mended.bytes().map(char::from).collect();
    browser.enter(&url, "/import?type=lead").await?;
    choose(&browser, "Kunden - to mend.csv", &mended).await?;
    browser.sees(&format!("{wrong} ready")).await?;
    browser.press(&format!("Import {wrong} leads")).await?;
    browser.sees(&format!("{wrong} leads imported")).await?;
    check(browser.count("records").await? == LEADS as u64, "each row is one lead")?;

    browser.edit_lead(&url, &lead.id.to_string(), &[("Company", "Edited since")]).await?;
    browser.enter(&url, "/import").await?;
    browser.sees("Earlier imports").await?;
    browser.press("Undo this import").await?;
    browser.sees(&format!("Undone: {wrong} taken back.")).await?;
    browser.press("Undo this import").await?;
    browser.sees(&format!("Undone: {} taken back, 1 kept", good - 1)).await?;
    browser.enter(&url, "/leads").await?;
    browser.sees("1 lead").await?;

    server.up().await?;
    browser.enter(&url, "/leads").await?;
    browser.settled().await?;
    let other = Browser::start(engine).await?.signed_in(&url, EMAIL).await?;
    browser.equals(&other).await?;
    other.enter(&url, "/leads").await?;
    other.sees("Edited since").await?;
    other.is_clean().await?;
    browser.is_clean().await
}

async fn contacts_and_lists_go_out_and_come_back(engine: Engine) -> Result {
    let server = Server::start().await?;
    let url = server.url();
    let browser = Browser::start(engine).await?;
    let fields =
        [("Name", "Mira Sommer"), ("Company", "=1+1"), ("E-mail 1", "mira@example.com"), ("Phone 1", "+49 30 12345")];
    let mira = browser.new_lead(&url, &fields).await?;
    browser.new_lead(&url, &[("Name", "Tomás Ribeiro")]).await?;
    browser.enter(&url, "/leads?q=mira").await?;
    browser.sees("1 lead").await?;
    // WebKit's driver takes the button for covered, which on its own picture it is not.
    let more = browser.wait_for("button", "More").await?;
    browser.run("arguments[0].click()", vec![more.to_json()?]).await?;
    browser.press("Export").await?;
    let csv = browser.given("Export 1 lead").await?;
    check(csv.starts_with('\u{feff}') && csv.contains("Mira Sommer,'=1+1,New,mira@example.com,'+49 30 12345,"), &csv)?;
    browser.press("vCard").await?;
    let card = browser.given("Export 1 lead").await?;
    check(card.contains("FN:Mira Sommer\r\n") && card.contains("TEL:+49 30 12345\r\n"), &card)?;

    // As another app shares it with this one.
    browser.works_offline().await?;
    let script = "const form = new FormData();
        form.append('file', new File([arguments[0]], 'Mira & Co.vcf', { type: 'text/vcard' }));
        const answer = await fetch('/import', { method: 'POST', body: form });
        return new URL(answer.url).pathname + new URL(answer.url).search;";
    let shared = card.replace("Mira Sommer", "Ana Gómez").replace("mira@", "ana@").replace("12345", "54321");
    let address = browser.run_async(script, vec![shared.into()]).await?;
    check(address == "/import?shared", format!("a shared file leads to {address}"))?;
    browser.enter(&url, "/import?shared").await?;
    browser.sees("Mira & Co.vcf").await?;
    browser.sees("1 contact").await?;
    browser.press("Import 1 lead").await?;
    browser.sees("1 lead imported").await?;
    let leads = browser.records_of("lead", 10).await?;
    let ana = leads.iter().find(|lead| lead.text("name") == "Ana Gómez");
    let ana = ana.ok_or_else(|| Trouble::Said("what was shared is not here".to_owned()))?;
    check(
        ana.text("company") == "=1+1" && ana.get("phones") == Some(&serde_json::json!(["+49 30 54321"])),
        format!("{ana:?}"),
    )?;

    // The same as files, of either kind.
    browser.enter(&url, "/leads?q=mira").await?;
    browser.sees("1 lead").await?;
    let more = browser.wait_for("button", "More").await?;
    browser.run("arguments[0].click()", vec![more.to_json()?]).await?;
    browser.press("Export").await?;
    browser.press("JSON").await?;
    let json = browser.given("Export 1 lead").await?;
    for (name, number, file, text) in
        [("Bo Dahl", "66666", "people.vcf", &card), ("Cleo Fry", "77777", "people.json", &json)]
    {
        let text = text.replace("Mira Sommer", name).replace("mira@", &format!("{number}@")).replace("12345", number);
        // JSON knows whom it is about, and would change that one.
        let text = text.replace(&mira, &new_id().to_string());
        browser.enter(&url, "/import?type=lead").await?;
        choose(&browser, file, &text).await?;
        browser.press("Import 1 lead").await?;
        browser.sees("1 lead imported").await?;
        let leads = browser.records_of("lead", 10).await?;
        let one = leads.iter().find(|lead| lead.text("name") == name);
        check(
            one.is_some_and(|lead| lead.get("phones") == Some(&serde_json::json!([format!("+49 30 {number}")]))),
            format!("{one:?}"),
        )?;
    }
    browser.is_clean().await
}
