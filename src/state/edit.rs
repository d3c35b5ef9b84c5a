//! Changes that can be taken back: done at once, with a toast that undoes them, never an “are you sure”.

use leptos::task::spawn_local;
use outpost_core::mutation::Op;
use outpost_core::record::RecordKey;

use super::desk::Desk;
use crate::components::Toast;
use crate::store::Written;
use crate::words::t;

/// Deletes a record and offers to bring it back. `done` is called once it is deleted.
pub fn delete_with_undo(desk: Desk, key: RecordKey, name: String, done: impl FnOnce() + 'static) {
    spawn_local(async move {
        match desk.write(vec![Op::delete(&key.kind, key.id)]).await {
            Ok(_) => {
                done();
                let undo = Toast::new(t!("Deleted “{name}”")).undo(move || restore(desk, key.clone()));
                desk.toasts.show(undo);
            }
            Err(why) => {
                desk.toasts.show(Toast::bad(why));
            }
        }
    });
}

/// Brings a deleted record back.
pub fn restore(desk: Desk, key: RecordKey) {
    spawn_local(async move {
        if let Err(why) = desk.write(vec![Op::restore(&key.kind, key.id)]).await {
            desk.toasts.show(Toast::bad(why));
        }
    });
}

/// Does `ops` and offers to take them back, under a sentence that says what was done.
pub fn do_with_undo(desk: Desk, ops: Vec<Op>, said: String) {
    spawn_local(async move { offer_undo(desk, desk.write(ops).await, said) });
}

/// Says what was done and offers to take it back, or why it was not.
pub fn offer_undo(desk: Desk, written: Result<Written, String>, said: String) {
    match written {
        Ok(written) => {
            let inverse = written.inverse;
            desk.toasts.show(Toast::new(said).undo(move || undo(desk, inverse.clone())));
        }
        Err(why) => {
            desk.toasts.show(Toast::bad(why));
        }
    }
}

/// Does the inverse of what was done.
pub fn undo(desk: Desk, inverse: Vec<Op>) {
    spawn_local(async move {
        if let Err(why) = desk.write(inverse).await {
            desk.toasts.show(Toast::bad(why));
        }
    });
}
