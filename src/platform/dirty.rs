//! Which tabs hold a form with something unsaved in it, so that a new version of the app never takes it away.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use super::{channel, page, random, sleep};

/// How long the other tabs have to answer, in milliseconds. A tab that is too busy decides for itself later: it is
/// never reloaded by another.
const ANSWER_MS: u32 = 300;

const ASK: &str = "unsaved?";
const ANSWER: &str = "unsaved!";

thread_local! {
    static FORMS: Cell<usize> = const { Cell::new(0) };
    static CLEAN: RefCell<Option<Rc<dyn Fn()>>> = const { RefCell::new(None) };
}

/// A form with something unsaved in it; dropping this says that it was saved or thrown away.
#[must_use = "the form counts as saved when this is dropped"]
#[derive(Debug)]
pub struct DirtyForm(());

/// Notes that a form in this tab holds something unsaved.
pub fn form() -> DirtyForm {
    FORMS.set(FORMS.get() + 1);
    DirtyForm(())
}

impl Drop for DirtyForm {
    fn drop(&mut self) {
        FORMS.set(FORMS.get().saturating_sub(1));
        let told = CLEAN.with_borrow(Clone::clone);
        if let (0, Some(told)) = (FORMS.get(), told) {
            told();
        }
    }
}

/// Whether this tab must not be reloaded now: an unsaved form, or somebody is typing.
pub fn here() -> bool {
    FORMS.get() > 0 || page::is_typing()
}

/// Whether any tab must not be reloaded now.
pub async fn anywhere() -> bool {
    if here() {
        return true;
    }
    let question = random::number();
    let answered = Rc::new(Cell::new(false));
    let hear = answered.clone();
    let _subscription = channel::on(ANSWER, move |to: u64| {
        if to == question {
            hear.set(true);
        }
    });
    channel::post(ASK, &question);
    sleep(ANSWER_MS).await;
    answered.get() || here()
}

/// Answers other tabs for as long as the page lives, and calls `when_clean` whenever this tab's last form is saved.
pub(super) fn answer_other_tabs(when_clean: impl Fn() + 'static) {
    channel::on(ASK, |question: u64| {
        if here() {
            channel::post(ANSWER, &question);
        }
    })
    .forever();
    CLEAN.set(Some(Rc::new(when_clean)));
}
