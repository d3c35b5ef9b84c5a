//! Which tabs hold a form with something unsaved in it, so that a new version of the app never takes it away.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use super::{Timeout, channel, page, random, sleep, timeout};

/// How long the other tabs have to answer, in milliseconds. A tab that is too busy decides for itself later: it is
/// never reloaded by another.
const ANSWER_MS: u32 = 300;

const ASK: &str = "unsaved?";
const ANSWER: &str = "unsaved!";

/// A form that was just saved still leads somewhere: only after so many milliseconds is the page at rest.
const REST_MS: u32 = 1_000;

thread_local! {
    static FORMS: Cell<usize> = const { Cell::new(0) };
    static RESTLESS: RefCell<Option<Timeout>> = const { RefCell::new(None) };
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
        if FORMS.get() == 0 {
            RESTLESS.set(Some(timeout(REST_MS, at_rest)));
        }
    }
}

fn at_rest() {
    RESTLESS.take();
    let told = CLEAN.with_borrow(Clone::clone);
    if let (0, Some(told)) = (FORMS.get(), told) {
        told();
    }
}

/// Whether this tab must not be reloaded now: a form is unsaved or was just saved, or somebody is typing.
pub fn here() -> bool {
    FORMS.get() > 0 || RESTLESS.with_borrow(Option::is_some) || page::is_typing()
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

/// Answers other tabs for as long as the page lives, and calls `when_clean` whenever this tab's last form is saved
/// and the page at rest.
pub(super) fn answer_other_tabs(when_clean: impl Fn() + 'static) {
    channel::on_even_frozen(ASK, |question: u64| {
        if here() {
            channel::post(ANSWER, &question);
        }
    })
    .forever();
    CLEAN.set(Some(Rc::new(when_clean)));
}
