//! What people do with Outpost, step by step, and what its store then holds.

use std::{collections::BTreeMap, path::Path};

use outpost_core::{
    mutation::Mutation,
    record::{Record, RecordKey},
};
use serde_json::{Value, json};

use crate::{
    browser::Browser,
    server::Server,
    trouble::{Result, Trouble, trouble},
    wait::{LATER, SOON, until},
};

/// A password that nobody refuses.
pub const PASSWORD: &str = "correct horse battery staple";

/// The server is there again, both devices are opened by their owners, and hold the same, register by register.
///
/// # Errors
/// They do not become equal.
pub async fn together(server: &mut Server, devices: [&Browser; 2]) -> Result<BTreeMap<RecordKey, Record>> {
    server.up().await?;
    for device in devices {
        device.reload().await?;
        device.ready().await?;
        device.settled().await?;
    }
    devices[0].equals(devices[1]).await
}

/// The pages that need no record.
pub const PAGES: [&str; 30] = [
    "/leads",
    "/leads/new",
    "/deals",
    "/deals/list",
    "/deals/new",
    "/invoices",
    "/invoices/new",
    "/companies",
    "/companies/new",
    "/contacts/new",
    "/tasks",
    "/today",
    "/today/tomorrow",
    "/calendar/day",
    "/calendar/week",
    "/calendar/month",
    "/calendar/agenda",
    "/menu",
    "/reports",
    "/merge",
    "/settings",
    "/settings/types",
    "/settings/pipelines",
    "/settings/deleted",
    "/sync",
    "/archive",
    "/import",
    "/export",
    "/account",
    "/nowhere/at/all",
];

/// Opens the store beside the app. It is never made or upgraded from here: a missing one is an error.
pub const OPEN: &str = "const db = await new Promise((resolve, reject) => {
        const request = indexedDB.open('outpost');
        request.onupgradeneeded = () => { request.transaction.abort(); };
        request.onsuccess = () => resolve(request.result);
        request.onerror = () => reject(request.error);
    });
    const ask = (request) => new Promise((resolve, reject) => {
        request.onsuccess = () => resolve(request.result);
        request.onerror = () => reject(request.error);
    });
    try {";
/// What ends a script that begins with [`OPEN`].
pub const CLOSE: &str = "} finally { db.close(); }";

impl Browser {
    /// A new device, on which an account is made. It is in step with the server, and works without one.
    ///
    /// # Errors
    /// A step fails.
    pub async fn signed_up(self, url: &str, email: &str) -> Result<Self> {
        self.enter(url, "/account").await?;
        self.sign_up(email, PASSWORD).await?;
        self.works_offline().await?;
        self.settled().await?;
        Ok(self)
    }

    /// A new device of somebody who has an account. It holds what the server has, and works without it.
    ///
    /// # Errors
    /// A step fails.
    pub async fn signed_in(self, url: &str, email: &str) -> Result<Self> {
        self.enter(url, "/account").await?;
        self.sign_in(email, PASSWORD).await?;
        self.works_offline().await?;
        self.settled().await?;
        Ok(self)
    }

    /// Opens a page of the app and waits until it has drawn itself.
    ///
    /// # Errors
    /// It does not.
    pub async fn enter(&self, base: &str, path: &str) -> Result {
        self.open(&format!("{base}{path}")).await?;
        self.ready().await
    }

    /// Waits until the app has drawn itself and reads no more.
    ///
    /// # Errors
    /// It does not.
    pub async fn ready(&self) -> Result {
        let drawn = until("the app to draw itself", SOON * 2, || async {
            let script = "return !document.getElementById('boot') && !!document.querySelector('main, [role=alert]')
                && !document.querySelector('.skeleton, .settling, [aria-busy=true]')";
            Ok((self.run(script, vec![]).await? == true).then_some(()))
        })
        .await;
        self.explain(drawn).await
    }

    /// Makes an account on the account page, which is open.
    ///
    /// # Errors
    /// A step fails.
    pub async fn sign_up(&self, email: &str, password: &str) -> Result {
        self.fill_in(&[("E-mail", email), ("Password", password)]).await?;
        self.press("Create account").await?;
        self.sees(&format!("Signed in as {email}")).await
    }

    /// Signs in on the account page, which is open.
    ///
    /// # Errors
    /// A step fails.
    pub async fn sign_in(&self, email: &str, password: &str) -> Result {
        self.press("Sign in").await?;
        self.fill_in(&[("E-mail", email), ("Password", password)]).await?;
        self.press("Sign in").await?;
        self.sees(&format!("Signed in as {email}")).await
    }

    /// Makes a lead by its form; returns the id.
    ///
    /// # Errors
    /// A step fails.
    pub async fn new_lead(&self, base: &str, fields: &[(&str, &str)]) -> Result<String> {
        self.enter(base, "/leads/new").await?;
        self.fill_in(fields).await?;
        self.press("Save lead").await?;
        self.saved_as("/leads/").await
    }

    /// Changes a lead by its form.
    ///
    /// # Errors
    /// A step fails.
    pub async fn edit_lead(&self, base: &str, id: &str, fields: &[(&str, &str)]) -> Result {
        self.enter(base, &format!("/leads/{id}/edit")).await?;
        self.fill_in(fields).await?;
        self.press("Save changes").await?;
        self.is_at(&format!("/leads/{id}")).await?;
        Ok(())
    }

    /// Deletes the lead or deal whose page this is.
    ///
    /// # Errors
    /// A step fails.
    pub async fn delete(&self, base: &str, path: &str) -> Result {
        self.enter(base, path).await?;
        self.press("More").await?;
        self.press("Delete").await?;
        self.sees("Deleted “").await
    }

    /// Begins an invoice with one line; returns the draft's id.
    ///
    /// # Errors
    /// A step fails.
    pub async fn new_invoice(
        &self,
        base: &str,
        buyer: &str,
        item: &str,
        quantity: &str,
        price: &str,
    ) -> Result<String> {
        self.enter(base, "/invoices/new").await?;
        self.fill("Bill to", buyer).await?;
        self.press("Save invoice").await?;
        let id = self.saved_as("/invoices/").await?;
        self.fill_in(&[("Description", item), ("Quantity", quantity), ("Unit price", price)]).await?;
        self.sees("Saved on this device").await?;
        Ok(id)
    }

    /// Issues a draft, saying who sells if that is asked; returns its number.
    ///
    /// # Errors
    /// A step fails.
    pub async fn issue(&self, base: &str, id: &str, seller: &str) -> Result<String> {
        self.enter(base, &format!("/invoices/{id}")).await?;
        self.press("Issue").await?;
        self.sees("Issue this invoice?").await?;
        until("what issuing asks for", SOON, || async {
            Ok((self.find("button", "Issue invoice").await?.is_some()
                || self.find("button", "Continue").await?.is_some())
            .then_some(()))
        })
        .await?;
        if self.find("button", "Continue").await?.is_some() {
            self.fill("Name", seller).await?;
            self.press("Continue").await?;
            // All that was said is a name.
            self.sees("It will not say: Address, Tax number, Bank account").await?;
        }
        self.press("Issue invoice").await?;
        self.sees("Issued as").await?;
        let invoice = self.record("invoice", id).await?;
        match invoice.text("number") {
            "" => trouble("the issued invoice has no number"),
            number => Ok(number.to_owned()),
        }
    }

    /// Gives a file to the field with that label, as the browser's own question for one would.
    ///
    /// # Errors
    /// There is no such field, or the file cannot be read.
    pub async fn give_file(&self, label: &str, file: &Path) -> Result {
        let field = self.wait_for("input[type=file]", label).await?;
        Ok(field.send_keys(file.display().to_string()).await?)
    }

    /// Presses what gives the person a file; returns the text of that file, with the mark at its beginning if it has one.
    ///
    /// # Errors
    /// No file comes.
    pub async fn given(&self, button: &str) -> Result<String> {
        let script = "const real = window.__real ??= URL.createObjectURL;
            window.__given = null;
            URL.createObjectURL = (blob) => { window.__given = blob; return real.call(URL, blob); };";
        self.run(script, vec![]).await?;
        self.press(button).await?;
        let script =
            "for (let i = 0; i < 400 && !window.__given; i++) await new Promise((next) => setTimeout(next, 25));
            const bytes = await window.__given?.arrayBuffer();
            return bytes ? new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes) : null;";
        let text = self.run_async(script, vec![]).await?;
        text.as_str().map(str::to_owned).ok_or_else(|| Trouble::Said(format!("“{button}” gives no file")))
    }

    /// Opens the box that finds everything, by a press that is repeated until it is there: it listens a moment after the page
    /// is there.
    ///
    /// # Errors
    /// It does not open.
    pub async fn opens_search(&self, press: impl AsyncFn() -> Result) -> Result {
        let opened = until("the search box to open", SOON, || async {
            if self.run("return document.querySelector('.palette:popover-open') !== null", vec![]).await? == true {
                return Ok(Some(()));
            }
            press().await?;
            Ok(None)
        })
        .await;
        self.explain(opened).await
    }

    /// Puts values into fields by their labels.
    ///
    /// # Errors
    /// One is not there.
    pub async fn fill_in(&self, fields: &[(&str, &str)]) -> Result {
        for (label, text) in fields {
            self.fill(label, text).await?;
        }
        Ok(())
    }

    /// Waits for the page of a record that was just made; returns its id.
    ///
    /// # Errors
    /// The page stays where it was.
    pub async fn saved_as(&self, start: &str) -> Result<String> {
        let id = until(&format!("the page of a new record below {start}"), SOON, || async {
            let path = self.path().await?;
            let id = path.strip_prefix(start).filter(|id| id.len() == 36);
            Ok(id.map(str::to_owned))
        })
        .await;
        self.explain(id).await
    }

    /// Waits until nothing moves any more and all fonts are there: the moment for a picture.
    ///
    /// # Errors
    /// Something keeps moving.
    pub async fn calm(&self) -> Result {
        let script = "await document.fonts.ready;
            await new Promise((next) => requestAnimationFrame(() => requestAnimationFrame(next)));
            return document.getAnimations().every((one) => one.playState !== 'running' || one.effect?.getComputedTiming().iterations === Infinity)";
        until("the page to be calm", SOON, || async {
            Ok((self.run_async(script, vec![]).await? == true).then_some(()))
        })
        .await
    }

    /// What the quiet indicator says: `saved`, `waiting`, `offline` or `attention`.
    ///
    /// # Errors
    /// There is none.
    pub async fn sync_state(&self) -> Result<String> {
        let state =
            self.run("return document.querySelector('.sync[data-state]')?.dataset.state ?? null", vec![]).await?;
        match state {
            Value::String(state) => Ok(state),
            _ => trouble("the page has no sync indicator"),
        }
    }

    /// Waits until the indicator says this.
    ///
    /// # Errors
    /// It says something else, for a minute.
    pub async fn indicates(&self, state: &str) -> Result {
        let reached = until(&format!("the sync indicator to say “{state}”"), LATER, || async {
            Ok((self.sync_state().await? == state).then_some(()))
        })
        .await;
        self.explain(reached).await
    }

    /// Waits until the server has everything that this device has: nothing in the outbox, and the indicator says so.
    ///
    /// # Errors
    /// That does not happen within a minute.
    pub async fn settled(&self) -> Result {
        let settled = until("the outbox to be empty", LATER, || async {
            Ok((self.waiting().await? == 0 && self.sync_state().await? == "saved").then_some(()))
        })
        .await;
        self.explain(settled).await
    }

    /// Mutations in the outbox.
    ///
    /// # Errors
    /// The store cannot be opened.
    pub async fn waiting(&self) -> Result<u64> {
        self.count("outbox").await
    }

    /// The mutations in the outbox, in their order.
    ///
    /// # Errors
    /// The store cannot be opened or holds what is no mutation.
    pub async fn outbox(&self) -> Result<Vec<Mutation>> {
        let script = format!(
            "{OPEN} return (await ask(db.transaction('outbox').objectStore('outbox').getAll())).map((row) => row.m); {CLOSE}"
        );
        let texts: Vec<String> = serde_json::from_value(self.run_async(&script, vec![]).await?)?;
        texts.iter().map(|text| Ok(serde_json::from_str(text)?)).collect()
    }

    /// The numbers of the mutations that the server refused.
    ///
    /// # Errors
    /// The store cannot be opened.
    pub async fn refused(&self) -> Result<Vec<u64>> {
        let script = format!(
            "{OPEN} return await ask(db.transaction('rejected').objectStore('rejected').getAllKeys()); {CLOSE}"
        );
        Ok(serde_json::from_value(self.run_async(&script, vec![]).await?)?)
    }

    /// Makes a text in the last unsent mutation as long as this, behind the app's back: a mutation that no server takes.
    ///
    /// # Errors
    /// There is none, or the store cannot be opened.
    pub async fn swell_unsent(&self, field: &str, length: usize) -> Result {
        let script = format!(
            "{OPEN} const outbox = db.transaction('outbox', 'readwrite').objectStore('outbox');
             const row = (await ask(outbox.getAll())).pop();
             const mutation = JSON.parse(row.m);
             mutation.ops[0].patch[arguments[0]] = 'x'.repeat(arguments[1]);
             row.m = JSON.stringify(mutation);
             return await ask(outbox.put(row)); {CLOSE}"
        );
        self.run_async(&script, vec![json!(field), json!(length)]).await.map(drop)
    }

    /// Rows in one of the store's tables.
    ///
    /// # Errors
    /// The store cannot be opened.
    pub async fn count(&self, table: &str) -> Result<u64> {
        let script =
            format!("{OPEN} return await ask(db.transaction(arguments[0]).objectStore(arguments[0]).count()); {CLOSE}");
        let count = self.run_async(&script, vec![json!(table)]).await?;
        count.as_u64().ok_or_else(|| Trouble::Said(format!("{table} has {count} rows")))
    }

    /// The JSON that the app keeps in the store under a name, such as `draft:/leads/new`, as text.
    ///
    /// # Errors
    /// The store cannot be opened.
    pub async fn meta(&self, name: &str) -> Result<Option<String>> {
        let script = format!(
            "{OPEN} return JSON.stringify(await ask(db.transaction('meta').objectStore('meta').get(arguments[0]))) ?? null; {CLOSE}"
        );
        Ok(self.run_async(&script, vec![json!(format!("app:{name}"))]).await?.as_str().map(str::to_owned))
    }

    /// Some records of one type.
    ///
    /// # Errors
    /// The store cannot be opened or holds what is no record.
    pub async fn records_of(&self, kind: &str, most: usize) -> Result<Vec<Record>> {
        let script = format!(
            "{OPEN} const range = IDBKeyRange.bound(arguments[0] + '/', arguments[0] + '0', false, true);
             return (await ask(db.transaction('records').objectStore('records').getAll(range, arguments[1]))).map((row) => row.d); {CLOSE}"
        );
        let rows: Vec<String> = serde_json::from_value(self.run_async(&script, vec![json!(kind), json!(most)]).await?)?;
        rows.iter().map(|text| Ok(serde_json::from_str(text)?)).collect()
    }

    /// Everything in the store of this device, deleted records too.
    ///
    /// # Errors
    /// The store cannot be opened or holds what is no record.
    pub async fn records(&self) -> Result<BTreeMap<RecordKey, Record>> {
        let script = format!(
            "{OPEN} const tx = db.transaction(['records', 'blocks']);
             const [blocks, rows] = await Promise.all([ask(tx.objectStore('blocks').getAll()), ask(tx.objectStore('records').getAll())]);
             const {{ inBlock }} = await import('/rescue.js');
             const packed = blocks.flatMap((block) => Array.from(inBlock(block), (record) => JSON.stringify(record)));
             return [...packed, ...rows.map((row) => row.d)]; {CLOSE}"
        );
        let texts: Vec<String> = serde_json::from_value(self.run_async(&script, vec![]).await?)?;
        let mut records = BTreeMap::new();
        for text in texts {
            // A record's own row comes later, and is the whole of it.
            let record: Record = serde_json::from_str(&text)?;
            records.insert(record.key(), record);
        }
        Ok(records)
    }

    /// All that is in the store's tables, as one text.
    ///
    /// # Errors
    /// The store cannot be opened.
    pub async fn everything(&self) -> Result<String> {
        let script = format!(
            "{OPEN} const tx = db.transaction([...db.objectStoreNames]);
             const bytes = (_, value) => value instanceof Uint8Array ? new TextDecoder().decode(value) : value;
             const rows = [];
             for (const name of db.objectStoreNames) {{
                 const store = tx.objectStore(name);
                 rows.push(name, await ask(store.getAllKeys()), await ask(store.getAll()));
             }}
             return JSON.stringify(rows, bytes); {CLOSE}"
        );
        let text = self.run_async(&script, vec![]).await?;
        text.as_str().map(str::to_owned).ok_or_else(|| Trouble::Said("the store is no text".to_owned()))
    }

    /// One record of the store.
    ///
    /// # Errors
    /// It is not there.
    pub async fn record(&self, kind: &str, id: &str) -> Result<Record> {
        let script = format!(
            "{OPEN} return (await ask(db.transaction('records').objectStore('records').get(arguments[0])))?.d ?? null; {CLOSE}"
        );
        let text = self.run_async(&script, vec![json!(format!("{kind}/{id}"))]).await?;
        match text.as_str() {
            Some(text) => Ok(serde_json::from_str(text)?),
            None => trouble(format!("{kind}/{id} is not in the store")),
        }
    }

    /// Waits until two devices hold the same records, register by register.
    ///
    /// # Errors
    /// They do not become equal; the text names the records that differ.
    pub async fn equals(&self, other: &Self) -> Result<BTreeMap<RecordKey, Record>> {
        until("both devices to hold the same", LATER, || async {
            let (ours, theirs) = (self.records().await?, other.records().await?);
            if ours == theirs {
                return Ok(Some(ours));
            }
            let keys = ours.keys().chain(theirs.keys()).filter(|key| ours.get(key) != theirs.get(key));
            let differing: Vec<String> = keys.map(|key| format!("{}/{}", key.kind, key.id)).collect();
            trouble(format!("these differ: {}", differing.join(", ")))
        })
        .await
    }
}
