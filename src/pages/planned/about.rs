//! With whom something is, and where: what a day's list says below its title, and what opens the way there.

use std::collections::{BTreeSet, HashMap};

use outpost_core::id::RecordId;
use outpost_core::record::{Record, RecordKey};
use outpost_core::records::Address;

use super::Planned;
use crate::components::{Glyph, Way};
use crate::forms::say;
use crate::pages::{links, show};
use crate::state::title_of;
use crate::store::Store;
use crate::words::{t, tr};

/// With whom something is, and where.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct About {
    /// The company, lead or person.
    pub who: String,
    /// The place in words.
    pub place: String,
    /// What opens it.
    pub way: Option<Way>,
}

/// The types that say with whom something is, the one that says most first.
const WHO: [&str; 3] = ["company", "lead", "contact"];

/// With whom and where each is. All that they are linked to is read at once.
pub(super) async fn about(store: &Store, all: &[Planned]) -> Result<HashMap<RecordId, About>, String> {
    let linked = |planned: &Planned| {
        let fields = planned.schema.fields.iter();
        let keys = fields.filter_map(|field| {
            let kind = field.leads_to()?;
            Some(field.links(&planned.record).into_iter().map(move |id| RecordKey::new(kind, id)))
        });
        keys.flatten().collect::<Vec<_>>()
    };
    let keys: BTreeSet<RecordKey> = all.iter().flat_map(linked).collect();
    let keys: Vec<RecordKey> = keys.into_iter().collect();
    let mut known: HashMap<RecordKey, Record> = HashMap::new();
    for record in store.get_many(&keys).await.map_err(say)?.into_iter().filter(|record| !record.is_deleted()) {
        known.insert(record.key(), record);
    }
    let told = |planned: &Planned| {
        let records: Vec<&Record> = linked(planned).iter().filter_map(|key| known.get(key)).collect();
        let of = |kind: &str| records.iter().copied().find(|record| record.kind == kind);
        let names = WHO.iter().filter_map(|kind| of(kind)).take(2).map(title_of);
        let (place, way) = whereabouts(&planned.record, &of);
        (planned.record.id, About { who: names.collect::<Vec<_>>().join(", "), place, way })
    };
    Ok(all.iter().map(told).collect())
}

/// What a place is called that is none on a map.
const REMOTE: [&str; 12] = [
    "video",
    "videoanruf",
    "videokonferenz",
    "zoom",
    "teams",
    "online",
    "webex",
    "skype",
    "phone",
    "telefon",
    "فيديو",
    "الهاتف",
];

fn is_remote(place: &str) -> bool {
    let place = place.to_lowercase();
    place.split(|c: char| !c.is_alphanumeric()).any(|word| REMOTE.contains(&word))
}

/// Where something is: what it says itself, or the site, the company or the lead that it is at; a call is at a telephone.
fn whereabouts<'a>(record: &Record, of: &dyn Fn(&str) -> Option<&'a Record>) -> (String, Option<Way>) {
    let said = record.text("place").trim();
    if said.starts_with("https://") || said.starts_with("http://") {
        let way = Way { href: said.to_owned(), label: tr("Join").to_owned(), glyph: Glyph::Link };
        return (String::new(), Some(way));
    }
    if record.kind == "call" {
        let phone = ["contact", "lead", "site", "company"].into_iter().filter_map(of).find_map(links::first_phone);
        let way = phone.as_deref().and_then(|phone| {
            let href = links::call(phone)?;
            Some(Way { href, label: t!("Call {phone}"), glyph: Glyph::Phone })
        });
        return (phone.unwrap_or_default(), way);
    }
    // A task is done anywhere.
    let at = |kind: &str| {
        let address: Address = show::read(of(kind)?, "address")?;
        Some(address.lines()).filter(|lines| !lines.is_empty())
    };
    let lines = match record.kind.as_str() {
        "task" => None,
        _ => ["site", "company", "lead"].into_iter().find_map(at),
    };
    let map = |lines: &[String]| {
        let place = lines.join(", ");
        Some(Way { href: links::map(lines), label: t!("Open {place} on the map"), glyph: Glyph::MapPin })
    };
    // “Their office” leads nowhere on a map; what has a number in it may be an address.
    if said.chars().any(|c| c.is_ascii_digit()) {
        return (said.to_owned(), map(&[said.to_owned()]));
    }
    match lines {
        Some(_) if is_remote(said) => (said.to_owned(), None),
        Some(lines) if said.is_empty() => (lines.join(", "), map(&lines)),
        Some(lines) => (said.to_owned(), map(&lines)),
        None => (said.to_owned(), None),
    }
}
