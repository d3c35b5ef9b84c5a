//! A client that a stranger could have written, from the protocol's description alone, works together with the app.

use std::{path::Path, process::Command};

use outpost_tests::{
    api::Client,
    app::PASSWORD,
    browser::{Browser, Engine},
    server::Server,
    trouble::{Result, check, trouble},
    wait::LATER,
};

const EMAIL: &str = "stranger@example.com";

struct Python<'a> {
    url: &'a str,
    state: &'a Path,
}

impl Python<'_> {
    fn run(&self, flags: &[&str], arguments: &[&str]) -> Result<String> {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("client.py");
        let mut command = Command::new("python3");
        command
            .arg(script)
            .arg("--state")
            .arg(self.state)
            .args(flags)
            .args([self.url, EMAIL, PASSWORD])
            .args(arguments);
        let output = command.output()?;
        if output.status.success() {
            return Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned());
        }
        trouble(format!("client.py {arguments:?}: {}", String::from_utf8_lossy(&output.stderr)))
    }
}

#[tokio::test]
async fn the_app_and_a_python_script_converge() -> Result {
    let mut server = Server::start().await?;
    let url = server.url();
    let browser = Browser::start(Engine::Chromium).await?;
    browser.enter(&url, "/account").await?;
    browser.sign_up(EMAIL, PASSWORD).await?;
    let of_app = browser.new_lead(&url, &[("Name", "Made in the app"), ("Company", "App Ltd")]).await?;
    browser.settled().await?;

    let folder = tempfile::tempdir()?;
    let state = folder.path().join("state.json");
    let python = Python { url: &url, state: &state };
    check(python.run(&[], &["list", "lead"])?.contains("Made in the app"), "the script is sent the app's lead")?;
    let backup = server.backup().await?;
    let of_script = python.run(&[], &["create", "lead", "name=Made by a script", "score=42", "shoe_size=43"])?;
    browser.enter(&url, "/leads").await?;
    browser.sees_within("Made by a script", LATER).await?;

    // Both work without the server, on the same fields; the script is the later one.
    server.kill();
    browser.edit_lead(&url, &of_app, &[("Company", "Changed in the app"), ("Score", "11")]).await?;
    browser.edit_lead(&url, &of_script, &[("Notes", "The app says hello")]).await?;
    python.run(&["--offline"], &["set", "lead", &of_app, "company=Changed by the script"])?;
    python.run(&["--offline"], &["delete", "lead", &of_script])?;
    server.up().await?;
    python.run(&[], &["sync"])?;
    browser.reload().await?;
    browser.ready().await?;
    browser.settled().await?;
    python.run(&[], &["sync"])?;

    browser.enter(&url, &format!("/leads/{of_app}")).await?;
    browser.sees_within("Changed by the script", LATER).await?;
    let lead = browser.record("lead", &of_app).await?;
    check(lead.text("company") == "Changed by the script", "the later of two wins in the app")?;
    check(lead.get("score") == Some(&11.into()), "what only the app changed is kept")?;
    let shown: serde_json::Value = serde_json::from_str(&python.run(&["--offline"], &["show", "lead", &of_app])?)?;
    check(shown["company"] == "Changed by the script" && shown["score"] == 11, format!("the script has {shown}"))?;
    let gone = browser.record("lead", &of_script).await?;
    check(gone.is_deleted() && gone.text("notes") == "The app says hello", "deleted, and the edit kept beneath")?;
    check(gone.get("shoe_size") == Some(&43.into()), "a field that the app does not know is kept")?;

    // Register by register, the script's file and the app's store are the same.
    let file: serde_json::Value = serde_json::from_str(&std::fs::read_to_string(&state)?)?;
    let held: Vec<outpost_core::record::Record> = serde_json::from_value(
        file["records"].as_object().map(|map| map.values().cloned().collect()).unwrap_or_default(),
    )?;
    let held: std::collections::BTreeMap<_, _> = held.into_iter().map(|record| (record.key(), record)).collect();
    check(held == browser.records().await?, "the script and the app hold the same")?;

    check(python.run(&[], &["check"])?.contains("\"differing\": 0"), "and so say their sums")?;

    // The server loses what came after the backup, and gets it back from the script alone.
    drop(browser);
    server.kill();
    server.restore(&backup).await?;
    server.up().await?;
    python.run(&["--offline"], &["set", "lead", &of_script, "notes=Unsent at the restore"])?;
    python.run(&[], &["check"])?;
    check(python.run(&[], &["check"])?.contains("\"differing\": 0"), "the server has again what the script has")?;
    let mut fresh = Client::sign_in(&url, EMAIL, PASSWORD).await?;
    fresh.pull().await?;
    let mut held = held;
    held.values_mut().for_each(|record| drop(record.fields.remove("notes")));
    fresh.records.values_mut().for_each(|record| drop(record.fields.remove("notes")));
    check(fresh.records == held, "all of it, stamps and all")?;

    let refused = python.run(&[], &["set", "lead", &of_app, "score=1000"]);
    check(refused.is_err_and(|why| why.to_string().contains("0 to 100")), "a refusal is said by the script")
}
