//! Other devices, as far as a page of one can tell: what this one would send, and what one sends that is not there.

use super::*;

impl Opened {
    /// Makes sure that whoever gets what waits here has the same record.
    pub(super) async fn is_the_same_elsewhere(&self, key: &RecordKey) {
        let waiting = self.store.load_batch(100).await.expect("read").mutations;
        let mut other = Record::empty(key.clone());
        for mutation in &waiting {
            for op in mutation.ops.iter().filter(|op| op.key() == *key) {
                outpost_core::mutation::apply(&mut other, op, mutation.hlc);
            }
        }
        assert_eq!(Some(other), self.store.get(key).await.expect("read"));
    }

    /// Takes in a record of this kind and name that another device made.
    pub(super) async fn hears_of(&self, kind: &str, name: &str) {
        let mut theirs = Record::empty(RecordKey::new(kind, ids::new_record_id()));
        let stamp = Clock::new(DeviceId(99)).tick(time::now_ms()).expect("a stamp");
        theirs.fields.insert("name".to_owned(), outpost_core::record::Register(json!(name), stamp));
        let position = Position { epoch: Some("e1".into()), cursor: 1, since: 1 };
        let commit = Commit {
            receipts: vec![],
            rows: vec![theirs],
            records: vec![],
            forget: vec![],
            position,
            server_ms: time::now_ms(),
        };
        // The tabs that were opened before want to lead as well; whoever commits must, at that moment.
        let mut committed = false;
        for _ in 0..50 {
            self.store.take_lead().await.expect("the lead among the tabs");
            committed = self.store.commit(commit.clone(), time::now_ms()).await.is_ok();
            if committed {
                break;
            }
            sleep(50).await;
        }
        assert!(committed, "no tab let this one commit");
    }
}
