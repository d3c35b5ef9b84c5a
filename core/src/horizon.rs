//! The horizon: what was deleted can be brought back for half a year. Beyond it the server keeps who a deleted record was
//! and that it is deleted, so that no device brings it back unasked, and drops what it said.

use crate::hlc::MAX_SKEW_MS;
use crate::record::{Record, RecordKey};
use crate::records::schema;

/// How long what was deleted can be brought back, in milliseconds: 180 days.
pub const HORIZON_MS: u64 = 180 * 24 * 60 * 60 * 1_000;

/// Whether the record was deleted so long ago that what it said need not be there any more. `now_ms` is in milliseconds
/// since 1970.
pub fn is_beyond(record: &Record, now_ms: u64) -> bool {
    let at = record.deleted.as_ref().filter(|_| record.is_deleted()).map(|deleted| deleted.hlc().ms);
    at.is_some_and(|at| at.saturating_add(HORIZON_MS) <= now_ms)
}

/// What a server took before this time, in milliseconds since 1970, lies beyond the horizon, stamps and all: those that it
/// takes are ahead of its clock by [`MAX_SKEW_MS`] at most.
pub const fn taken_before(now_ms: u64) -> u64 {
    now_ms.saturating_sub(HORIZON_MS + MAX_SKEW_MS)
}

/// The invoice that [`compact`] must see: whether a deleted line or payment is kept, it says.
pub fn needs(record: &Record) -> Option<RecordKey> {
    let is_part = ["invoice_line", "payment"].contains(&record.kind.as_str());
    let invoice = record.relation("invoice").filter(|_| is_part)?;
    Some(RecordKey::new("invoice", invoice))
}

/// Drops what a record beyond the horizon said; returns whether there was anything to drop. `invoice` is the record that it
/// [`needs`], if it is there.
///
/// What is left are its type, its id and its deletion, and of a part also which record it is a part of, so that the rules
/// still know whose it is. What belongs to an issued invoice is kept whole, and so is what this version does not know.
pub fn compact(record: &mut Record, invoice: Option<&Record>, now_ms: u64) -> bool {
    let is_frozen = invoice.is_some_and(|invoice| invoice.get("issued").is_some());
    let Some(schema) = schema(&record.kind).filter(|_| is_beyond(record, now_ms) && !is_frozen) else { return false };
    let before = record.fields.len();
    record.fields.retain(|name, _| name == schema.list.parent);
    record.fields.len() < before
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::hlc::Hlc;
    use crate::id::{DeviceId, RecordId};
    use crate::record::Register;
    use crate::sums::digest;

    const DAY: u64 = 24 * 60 * 60 * 1_000;
    const NOW: u64 = 1_790_000_000_000;

    fn at(ms: u64) -> Hlc {
        Hlc { ms, counter: 0, device: DeviceId(7) }
    }

    /// A record of these fields, deleted so many days ago.
    fn deleted(kind: &str, fields: Value, days: u64) -> Record {
        let mut record = Record::empty(RecordKey::new(kind, RecordId::singleton(1)));
        for (name, value) in fields.as_object().expect("an object") {
            record.fields.insert(name.clone(), Register(value.clone(), at(NOW - 400 * DAY)));
        }
        record.deleted = Some(Register(true, at(NOW - days * DAY)));
        record
    }

    fn left(mut record: Record, invoice: Option<&Record>) -> Vec<String> {
        let (before, digests) = (record.clone(), digest(&record));
        let dropped = compact(&mut record, invoice, NOW);
        assert_eq!(dropped, record != before);
        assert_eq!(digest(&record), digests, "devices that still have it are no different");
        assert_eq!((record.key(), &record.deleted), (before.key(), &before.deleted));
        record.fields.into_keys().collect()
    }

    #[test]
    fn what_was_deleted_half_a_year_ago_keeps_its_name_and_nothing_else() {
        let lead = json!({"name": "Bia", "notes": "Call"});
        assert_eq!(left(deleted("lead", lead.clone(), 180), None), [""; 0]);
        assert_eq!(left(deleted("lead", lead.clone(), 179), None), ["name", "notes"]);
        let mut restored = deleted("lead", lead, 300);
        restored.deleted = Some(Register(false, at(NOW - 300 * DAY)));
        assert_eq!(left(restored, None), ["name", "notes"]);
        assert_eq!(
            left(deleted("herd", json!({"head": 5}), 300), None),
            ["head"],
            "whatever a newer version keeps there"
        );
    }

    #[test]
    fn what_is_issued_is_kept_with_all_that_belongs_to_it() {
        let invoice = json!({"buyer_name": "Ferme", "issued": {"number": "2026-K7-00001"}});
        assert_eq!(left(deleted("invoice", invoice.clone(), 300), None), ["buyer_name", "issued"]);
        assert_eq!(left(deleted("invoice", json!({"buyer_name": "Ferme", "issued": null}), 300), None), [""; 0]);
        let issued = deleted("invoice", invoice, 300);
        let draft = deleted("invoice", json!({"buyer_name": "Ferme"}), 300);
        let payment = deleted("payment", json!({"invoice": RecordId::singleton(1), "date": "2026-11-01"}), 300);
        assert_eq!(needs(&payment), Some(issued.key()));
        assert_eq!(left(payment.clone(), Some(&issued)), ["date", "invoice"]);
        for other in [Some(&draft), None] {
            assert_eq!(left(payment.clone(), other), ["invoice"], "whose it was is still known");
        }
    }

    #[test]
    fn whatever_a_server_took_before_the_horizon_is_beyond_it() {
        let taken_ms = taken_before(NOW);
        let mut record = deleted("lead", json!({}), 0);
        record.deleted = Some(Register(true, at(taken_ms + MAX_SKEW_MS)));
        assert!(is_beyond(&record, NOW), "the latest stamp that it took then");
    }
}
