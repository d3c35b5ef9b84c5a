//! A press on a link is answered at once: that it is pressed is seen in the very next frame, and the page that it leads to is
//! made behind that one.

use std::cell::RefCell;
use std::collections::VecDeque;

use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlAnchorElement, MouseEvent};

use super::breath::painted;
use super::events::on_document;
use super::{js, page, spawn};

thread_local! {
    /// Where presses lead that are seen already and not followed yet, in their order.
    static COMING: RefCell<VecDeque<String>> = const { RefCell::new(VecDeque::new()) };
}

/// The path of the page that is about to be made: what is done now is meant for that one, not for the one that is still there.
pub fn coming() -> Option<String> {
    let path = |address: &String| address.split(['?', '#']).next().map(str::to_owned);
    COMING.with_borrow(|coming| coming.back().and_then(path))
}

/// Takes presses on links within the app before the router does, for as long as the page lives.
pub fn answer_at_once() {
    // Behind what else may be meant by a press in the page, which is told by `on_root`, and before the router, which listens to the
    // window.
    let listener = on_document("click", |event| {
        let Some(path) = event.dyn_ref::<MouseEvent>().and_then(leads_to) else { return };
        event.prevent_default();
        COMING.with_borrow_mut(|coming| coming.push_back(path));
        spawn(async {
            painted().await;
            // The first of those that came, whichever of them is told first that a frame was painted.
            if let Some(path) = COMING.with_borrow_mut(VecDeque::pop_front) {
                page::follow_at_once(&path);
            }
        });
    });
    listener.forever();
}

/// The address within the app that a press leads to, if that is all that the press does.
fn leads_to(event: &MouseEvent) -> Option<String> {
    let with_key = event.meta_key() || event.alt_key() || event.ctrl_key() || event.shift_key();
    if event.default_prevented() || event.button() != 0 || with_key {
        return None;
    }
    let pressed: Element = event.target()?.dyn_into().ok()?;
    let link: HtmlAnchorElement = pressed.closest("a[href]").ok().flatten()?.dyn_into().ok()?;
    let is_plain = link.target().is_empty() && !link.has_attribute("download") && !page::is_at_once(&link);
    let is_ours = js::window().location().origin().is_ok_and(|origin| origin == link.origin());
    (is_plain && is_ours).then(|| link.pathname() + &link.search() + &link.hash())
}
