//! A sales rep's day in the field, from the morning's look into a client's history to the evening's tidying up, as a person works
//! through it: on a phone, at a desk, or by nothing but keys.

use std::path::Path;

use outpost_core::{
    id::RecordId,
    mutation::Op,
    protocol::Verdict,
    records::{begin_deal, move_stage},
};
use serde_json::{Value, json};
use thirtyfour::Key;

use crate::{
    api::{Client, new_id, now_ms, patch},
    app::PASSWORD,
    browser::Browser,
    person::{By, Person},
    trouble::{Result, check},
    wait::{SOON, until},
};

/// Whose day it is.
pub const EMAIL: &str = "ana@example.com";
/// The size of a phone's glass, in CSS pixels.
pub const PHONE: (u32, u32) = (390, 844);
const DAY_MS: u64 = 24 * 60 * 60 * 1_000;
/// Contacts in the file that comes by e-mail in the afternoon.
const IMPORTED: usize = 1_000;

/// Who is known before the day begins.
#[derive(Debug, Clone)]
pub struct Known {
    /// The client.
    pub company: RecordId,
    /// What is to be sold to them.
    pub deal: RecordId,
    /// Four others.
    pub leads: Vec<RecordId>,
    /// One person, written down twice.
    pub twins: [RecordId; 2],
}

/// A client with a history, some leads, and a person who is there twice; made on a server.
///
/// # Errors
/// The server does not take it.
pub async fn workspace(url: &str) -> Result<Known> {
    let mut office = Client::sign_up(url, EMAIL, PASSWORD).await?;
    let [company, contact, deal, meeting] = [new_id(), new_id(), new_id(), new_id()];
    let (twins, leads) = ([new_id(), new_id()], vec![new_id(), new_id(), new_id(), new_id()]);
    let now = now_ms();
    let before = |days: u64| now - days * DAY_MS;
    let mut groups = vec![
        vec![
            Op::patch(
                "company",
                company,
                patch(json!({ "name": "Nordkai", "industry": "Boatyard", "status": "customer" })),
            ),
            Op::patch(
                "contact",
                contact,
                patch(json!({ "name": "Mira Sommer", "position": "Buyer", "phones": ["+49 40 1234567"],
                "companies": [{ "id": company, "role": "Buyer" }] })),
            ),
        ],
        begin_deal(
            deal,
            new_id(),
            patch(json!({ "title": "Cold store", "customer": company, "contact": contact, "company": "Nordkai",
            "amount": { "minor": 4_800_000, "currency": "EUR" }, "stage": "qualified" })),
            before(20),
        ),
        move_stage(deal, new_id(), "qualified", "proposal", None, before(9)),
        vec![Op::patch(
            "call",
            new_id(),
            patch(json!({ "subject": "Delivery date", "at": before(6), "minutes": 12, "outcome": "reached",
            "notes": "Two weeks earlier would help them", "company": company, "contact": contact, "deal": deal })),
        )],
        vec![Op::patch(
            "note",
            new_id(),
            patch(json!({ "text": "The gate code is 4711", "at": before(15), "company": company })),
        )],
        vec![Op::patch(
            "meeting",
            meeting,
            patch(json!({ "subject": "Terms of the cold store", "at": now, "minutes": 60, "status": "planned",
            "place": "Kaistr. 7, Hamburg", "people": [contact], "company": company, "deal": deal })),
        )],
    ];
    let one = |kind: &str, id: RecordId, fields: Value| vec![Op::patch(kind, id, patch(fields))];
    for (id, name) in leads.iter().zip(["Ada Ek", "Bo Dahl", "Cleo Fry", "Dan Holm"]) {
        groups.push(one("lead", *id, json!({ "name": name, "status": "new", "owner": "Zoë" })));
    }
    groups.push(one(
        "contact",
        twins[0],
        json!({ "name": "P. Novak", "emails": ["petr@novak.example"], "phones": ["+420 2 7654321"] }),
    ));
    groups.push(one(
        "contact",
        twins[1],
        json!({ "name": "Petr Novák", "emails": ["petr@novak.example"], "position": "Foreman" }),
    ));
    let mutations = groups.into_iter().map(|ops| office.mutation(ops)).collect::<Result<Vec<_>>>()?;
    let answer = office.sync(mutations, 0).await?;
    let refused: Vec<_> = answer.receipts.iter().filter(|receipt| receipt.verdict != Verdict::Applied).collect();
    check(refused.is_empty(), format!("the workspace is refused: {refused:?}"))?;
    Ok(Known { company, deal, leads, twins })
}

/// The file that is imported, as an address book writes it.
fn contacts() -> String {
    let mut file = "Name,Job title,E-mail,Phone\r\n".to_owned();
    for at in 0..IMPORTED {
        file.push_str(&format!(
            "Visitor {at},Guest of the fair,visitor{at}@fair.example,+44 20 {}\r\n",
            7_000_000 + at
        ));
    }
    file
}

/// Ana, who sells cold stores.
#[derive(Clone, Copy)]
pub struct Rep<'a> {
    person: Person<'a>,
    is_on_phone: bool,
}

impl<'a> Rep<'a> {
    /// Ana with a device whose glass has this size, and how she works on it.
    pub fn new(device: &'a Browser, by: By, size: (u32, u32)) -> Self {
        Self { person: Person::new(device, by), is_on_phone: size == PHONE }
    }

    /// The same, without hurry.
    pub fn unhurried(self) -> Self {
        Self { person: self.person.unhurried(), ..self }
    }

    /// Her whole day; returns the date that is tomorrow.
    ///
    /// # Errors
    /// Something is not there, or not as it is to be.
    pub async fn day(&self, known: &Known) -> Result<String> {
        let device = self.person.device;
        let folder = tempfile::tempdir()?;
        let file = folder.path().join("Fair.csv");
        std::fs::write(&file, contacts())?;
        self.reads_the_history().await?;
        self.writes_notes_in_the_meeting().await?;
        self.logs_a_call().await?;
        self.moves_the_deal(known.deal).await?;
        let planned = self.plans_tomorrow().await?;
        device.reload().await?;
        device.ready().await?;
        self.searches().await?;
        self.edits_many_and_undoes().await?;
        self.imports(&file).await?;
        self.merges_duplicates().await?;
        Ok(planned)
    }

    /// Goes to a page by what leads there on this device: the bar below or the menu, the bar beside, or the search box.
    async fn goes_to(&self, place: &str) -> Result {
        let ana = self.person;
        if ana.has_keys_only() {
            self.opens_search().await?;
            ana.types(&format!("go to {}", place.to_lowercase())).await?;
            return ana.press(&format!("Go to {place}")).await;
        }
        if self.is_on_phone && !["Today", "Leads", "Deals", "Invoices"].contains(&place) {
            ana.press("Menu").await?;
        }
        ana.press(place).await
    }

    async fn opens_search(&self) -> Result {
        let ana = self.person;
        let press = async || match ana.has_keys_only() {
            true => ana.with_ctrl("k").await,
            false => ana.press("Search").await,
        };
        ana.device.opens_search(press).await
    }

    async fn reads_the_history(&self) -> Result {
        let ana = self.person;
        self.goes_to("Today").await?;
        ana.is_at("/today").await?;
        ana.sees("Terms of the cold store").await?;
        ana.press("Terms of the cold store").await?;
        ana.is_at("/meetings/*").await?;
        ana.press("Nordkai").await?;
        ana.is_at("/companies/*").await?;
        for words in [
            "Delivery date",
            "Two weeks earlier would help them",
            "With Mira Sommer",
            "The gate code is 4711",
            "Cold store",
        ] {
            ana.sees(words).await?;
        }
        Ok(())
    }

    async fn writes_notes_in_the_meeting(&self) -> Result {
        let ana = self.person;
        ana.press("Meeting: Terms of the cold store").await?;
        ana.is_at("/meetings/*").await?;
        ana.press("Write it down").await?;
        ana.fill("What was agreed", "They take the bigger unit, in March").await?;
        ana.press("Save notes").await?;
        ana.sees("Notes saved").await?;
        ana.sees("They take the bigger unit, in March").await
    }

    async fn logs_a_call(&self) -> Result {
        let ana = self.person;
        ana.press("Mira Sommer").await?;
        let page = ana.is_at("/contacts/*").await?;
        ana.press("Log a call").await?;
        ana.is_at("/calls/new").await?;
        ana.fill_in(&[("About", "Foundations"), ("Duration", "8"), ("What was said", "Her mason calls tomorrow")])
            .await?;
        ana.choose("Outcome", "Call back").await?;
        ana.press("Save call").await?;
        ana.is_at(&page).await?;
        ana.sees("Her mason calls tomorrow").await
    }

    /// On the page of the deal, where there is no room for a board; on the board by pulling the card, or by carrying it with keys.
    async fn moves_the_deal(&self, deal: RecordId) -> Result {
        let ana = self.person;
        self.goes_to("Deals").await?;
        ana.is_at("/deals").await?;
        ana.sees("Cold store").await?;
        match (ana.has_keys_only(), self.is_on_phone) {
            (true, _) => {
                ana.focus("press", "Cold store").await?;
                for key in [Key::Space, Key::Right, Key::Space] {
                    ana.key(key).await?;
                }
            }
            (false, true) => {
                ana.press("Cold store").await?;
                ana.is_at("/deals/*").await?;
                ana.press("Negotiation").await?;
            }
            (false, false) => {
                let card = ana.device.wait_for(&format!("[data-card='{deal}']"), "Cold store").await?;
                let column = ana.device.wait_for("[data-stage='negotiation']", "Negotiation").await?;
                let carry = ana.device.web()?.action_chain().move_to_element_center(&card).click_and_hold();
                let carry = carry.move_by_offset(12, 6).move_to_element_center(&column).move_by_offset(2, 2);
                carry.release().perform().await?;
            }
        }
        ana.sees("Moved “Cold store” to Negotiation").await
    }

    /// Returns the day that was planned.
    async fn plans_tomorrow(&self) -> Result<String> {
        let ana = self.person;
        self.goes_to("Today").await?;
        ana.is_at("/today").await?;
        ana.press("Tomorrow").await?;
        ana.is_at("/today/tomorrow").await?;
        let mut planned = String::new();
        for (about, minutes, offered, hour) in
            [("Mason on site", "45", "09:00", "09:00"), ("Lunch with the foreman", "90", "10:00", "13:30")]
        {
            ana.press("New meeting").await?;
            ana.is_at("/meetings/new").await?;
            // What is offered is tomorrow's morning, where there is room.
            let begins = ana.device.value("Begins").await?;
            let (day, free) = begins.split_once('T').unwrap_or_default();
            check(free == offered, format!("{about} is offered at {free}, not {offered}"))?;
            planned = day.to_owned();
            ana.fill_in(&[("About", about), ("Begins", &format!("{day}T{hour}")), ("Duration", minutes)]).await?;
            ana.press("Save meeting").await?;
            ana.is_at("/today/tomorrow").await?;
            ana.sees(about).await?;
        }
        Ok(planned)
    }

    async fn searches(&self) -> Result {
        let ana = self.person;
        self.opens_search().await?;
        ana.fill("Search everything", "gate code").await?;
        ana.sees("The gate code is 4711").await?;
        ana.press("The gate code is 4711").await?;
        ana.is_at("/notes/*").await?;
        ana.sees("Nordkai").await
    }

    /// Selects leads and gives a field of all of them a value.
    async fn edits(&self, names: &[&str], field: &str, value: &str) -> Result {
        let ana = self.person;
        ana.press("More").await?;
        ana.press("Select").await?;
        for name in names {
            ana.tick(&format!("Select {name}")).await?;
        }
        ana.sees(&format!("{} selected", names.len())).await?;
        ana.press("Edit…").await?;
        ana.choose("Field", field).await?;
        ana.fill(field, value).await?;
        ana.press("Change").await?;
        ana.sees(&format!("Changed {} leads", names.len())).await
    }

    async fn edits_many_and_undoes(&self) -> Result {
        let ana = self.person;
        self.goes_to("Leads").await?;
        ana.is_at("/leads").await?;
        ana.sees("4 leads").await?;
        self.edits(&["Ada Ek", "Bo Dahl", "Cleo Fry"], "Owner", "Max").await?;
        self.edits(&["Cleo Fry", "Dan Holm"], "Company", "By mistake").await?;
        match ana.has_keys_only() {
            true => ana.with_ctrl("z").await?,
            // What was changed before can be undone as well, by another button of that name.
            false => ana.device.wait_for(".toast:last-child button", "Undo").await?.click().await?,
        }
        until("the mistake to be undone", SOON, || async {
            let leads = ana.device.records_of("lead", 9).await?;
            Ok(leads.iter().all(|lead| lead.text("company").is_empty()).then_some(()))
        })
        .await
    }

    async fn imports(&self, file: &Path) -> Result {
        let ana = self.person;
        self.goes_to("Contacts").await?;
        ana.is_at("/contacts").await?;
        ana.sees("3 contacts").await?;
        ana.press("More").await?;
        ana.press("Import").await?;
        ana.is_at("/import").await?;
        // What a browser asks for a file with is none of the page's, and no driver's keys get there: it is given by the driver.
        ana.focus("field", "Choose a file").await?;
        ana.device.give_file("Choose a file", file).await?;
        ana.sees("1,000 rows").await?;
        ana.sees("1,000 ready").await?;
        ana.press("Import 1,000 contacts").await?;
        ana.sees("1,000 contacts imported").await?;
        ana.press("Show contacts").await?;
        ana.is_at("/contacts").await?;
        ana.sees("1,003 contacts").await
    }

    async fn merges_duplicates(&self) -> Result {
        let ana = self.person;
        ana.press("More").await?;
        ana.press("Find duplicates").await?;
        ana.sees("1 group of contacts").await?;
        ana.press("Merge…").await?;
        ana.sees("Goes into it").await?;
        ana.press("Merge").await?;
        ana.sees("Merged “").await?;
        ana.sees("Foreman").await
    }
}
