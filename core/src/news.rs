//! What others have done to a record lately, as its stamps say.

use crate::hlc::Hlc;
use crate::id::DeviceId;
use crate::record::Record;
use crate::records::REMINDED;

/// What one device has done to a record, the last of several.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct News {
    /// The latest stamp: who, and when.
    pub stamp: Hlc,
    /// Whether the record was made then, as far as the stamps can tell.
    pub is_new: bool,
    /// The fields that this device set since, in the order of their names.
    pub fields: Vec<String>,
}

impl News {
    /// What was done to a record after `since_ms` (milliseconds since 1970) by devices other than `own`; `None` if nothing was.
    pub fn of(record: &Record, since_ms: u64, own: DeviceId) -> Option<Self> {
        let foreign = |stamp: Hlc| stamp.ms > since_ms && stamp.device != own;
        let told = record.fields.iter().filter(|(name, _)| *name != REMINDED);
        let stamps = || told.clone().map(|(name, register)| (name, register.hlc()));
        let stamp = stamps().map(|(_, stamp)| stamp).filter(|stamp| foreign(*stamp)).max()?;
        let fields = stamps().filter(|(_, each)| foreign(*each) && each.device == stamp.device);
        Some(Self {
            stamp,
            is_new: stamps().all(|(_, each)| foreign(each)),
            fields: fields.map(|(name, _)| name.clone()).collect(),
        })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::id::RecordId;
    use crate::record::{RecordKey, Register};

    fn record(fields: &[(&str, u64, u64)]) -> Record {
        let mut record = Record::empty(RecordKey::new("lead", RecordId::singleton(1)));
        for (name, ms, device) in fields {
            let stamp = Hlc { ms: *ms, counter: 0, device: DeviceId(*device) };
            record.fields.insert((*name).to_owned(), Register(json!("x"), stamp));
        }
        record
    }

    #[test]
    fn news_are_what_others_did_since() {
        let own = DeviceId(1);
        let known = record(&[("name", 10, 2), ("phone", 50, 2), ("email", 60, 3), ("notes", 70, 1)]);
        let news = News::of(&known, 40, own).unwrap();
        assert_eq!((news.stamp.device, news.stamp.ms), (DeviceId(3), 60));
        assert_eq!((news.is_new, news.fields), (false, vec!["email".to_owned()]));
        assert_eq!(News::of(&known, 60, own), None, "what came later is our own");
        let made = record(&[("name", 80, 2), ("phone", 90, 2)]);
        assert!(News::of(&made, 40, own).unwrap().is_new);
        assert_eq!(News::of(&record(&[]), 0, own), None);
        assert_eq!(News::of(&record(&[("name", 10, 1), (REMINDED, 80, 2)]), 40, own), None);
    }
}
