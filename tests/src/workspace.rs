//! A workspace that has something of everything, a year of a made-up business, and the addresses of all its pages.

use std::collections::{BTreeMap, BTreeSet};

use outpost_core::{demo, id::RecordId, record::Record, records::with_pages};
use serde_json::json;

use crate::{
    api::{Client, new_id, now_ms, patch},
    app::{PAGES, PASSWORD},
    browser::Browser,
    trouble::{Result, Trouble},
    wait::{LATER, until},
};

const LEADS: usize = 180;
/// Whose workspace it is.
pub const EMAIL: &str = "ana@bergfaro.example";

/// One record of each type, and how many there are in all.
#[derive(Debug, Clone, Default)]
pub struct Workspace {
    /// By type, the record that shows much.
    pub shown: BTreeMap<&'static str, RecordId>,
    /// How many records there are.
    pub rows: usize,
}

impl Workspace {
    /// Waits until all of it is on a device.
    ///
    /// # Errors
    /// It does not come.
    pub async fn comes_to(&self, device: &Browser) -> Result {
        until("the whole workspace to be on the device", LATER, || async {
            Ok((device.count("records").await? >= self.rows as u64).then_some(()))
        })
        .await
    }

    /// The addresses of all pages: each that needs no record, and of each type its list, a form, a record and the form of that.
    pub fn paths(&self) -> Vec<String> {
        let mut all: Vec<String> = PAGES.into_iter().map(str::to_owned).collect();
        for schema in with_pages() {
            let Some(id) = self.shown.get(schema.kind) else { continue };
            let list = schema.path;
            all.extend([list.to_owned(), format!("{list}/new"), format!("{list}/{id}")]);
            // An invoice that is issued has no form.
            if schema.kind != "invoice" {
                all.push(format!("{list}/{id}/edit"));
            }
        }
        all.push("/settings/types/lead".to_owned());
        let mut seen = BTreeSet::new();
        all.retain(|path| seen.insert(path.clone()));
        all
    }
}

/// Fills a server with it.
///
/// # Errors
/// The server takes something not, or of a type there is nothing to show.
pub async fn fill(url: &str) -> Result<Workspace> {
    let mut client = Client::sign_up_as(url, EMAIL, PASSWORD, "Berg & Faro").await?;
    let today = chrono::DateTime::from_timestamp_millis(i64::try_from(now_ms()).unwrap_or_default());
    let today = today.unwrap_or_default().date_naive();
    let series = client.account().series.clone();
    let mutations: Vec<_> = demo::mutations(LEADS, 1, client.device(), now_ms(), &series, today).collect();
    for request in mutations.chunks(500) {
        client.sync(request.to_vec(), 0).await?;
    }
    let mut reader = Client::sign_in(url, EMAIL, PASSWORD).await?;
    reader.pull().await?;
    // What the demo has nothing of.
    let company =
        reader.all("company").into_iter().filter(|company| latin(company.text("name"))).map(|one| one.id).max();
    let site = json!({
        "name": "Hall 3", "purpose": "Warehouse", "company": company, "phones": ["+49 30 1234567"],
        "address": { "street": "Am Hafen 12", "postcode": "20457", "city": "Hamburg", "country": "Germany" },
        "notes": "Ring at the second gate. The ramp takes trucks up to 12 tonnes.",
    });
    client.set("site", new_id(), patch(site)).await?;
    reader.pull().await?;
    let mut shown = BTreeMap::new();
    for schema in with_pages() {
        let best = reader.all(schema.kind).into_iter().max_by_key(|record| worth(&reader, record));
        let nothing = || Trouble::Said(format!("the demo has no {}", schema.kind));
        shown.insert(schema.kind, best.ok_or_else(nothing)?.id);
    }
    Ok(Workspace { shown, rows: reader.records.len() })
}

/// How much the page of a record shows.
fn worth(reader: &Client, record: &Record) -> (bool, usize, usize, RecordId) {
    let filled = record.fields.values().filter(|register| !register.value().is_null()).count();
    let belongs = |kind: &str, relation: &str| {
        reader.all(kind).into_iter().filter(|one| one.relation(relation) == Some(record.id)).count()
    };
    match record.key().kind.as_str() {
        "lead" => {
            let parts = belongs("invoice", "lead").min(2) + belongs("deal", "lead").min(2);
            (latin(record.text("name")), parts, filled, record.id)
        }
        "invoice" => {
            let lines = record.get("issued").and_then(|issued| issued["lines"].as_array()).map_or(0, Vec::len);
            let is_partly_paid = belongs("payment", "invoice") == 1;
            let is_issued = record.text("status") == "issued";
            (is_issued && latin(record.text("buyer_name")), is_partly_paid.into(), lines, record.id)
        }
        _ => (latin(record.text("name")), 0, filled, record.id),
    }
}

fn latin(name: &str) -> bool {
    name.chars().all(|letter| letter < '\u{250}')
}
