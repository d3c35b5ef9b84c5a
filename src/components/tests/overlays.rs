//! What lies above the page: toasts, the dialog, the menu; and the sync indicator.

use super::*;
use crate::components::{Dialog, Menu, MenuItem, SyncIndicator, SyncState, Toast, ToastHost, Toasts};
use gloo_timers::future::TimeoutFuture;
use wasm_bindgen_test::wasm_bindgen_test;

/// Long enough that no test sees it end by itself.
const LONG_MS: u32 = 600_000;

async fn toasts(stays_ms: u32) -> (Stage, Toasts) {
    let (send, receive) = futures::channel::oneshot::channel();
    let stage = Stage::new(move || {
        let toasts = Toasts::new(stays_ms);
        provide_context(toasts);
        send.send(toasts).unwrap();
        view! { <ToastHost /> }
    })
    .await;
    (stage, receive.await.unwrap())
}

/// Waits until so many toasts are shown, ten seconds at most.
async fn shown(stage: &Stage, count: u32) {
    for _ in 0..500 {
        if stage.count(".toast") == count {
            return;
        }
        TimeoutFuture::new(20).await;
    }
    panic!("not {count} toasts: {}", stage.root.inner_html());
}

#[wasm_bindgen_test]
async fn a_toast_can_be_undone_by_its_button_and_by_the_keyboard() {
    let (stage, toasts) = toasts(LONG_MS).await;
    assert_eq!(stage.find(".toasts").get_attribute("aria-live").as_deref(), Some("polite"));
    let undone = RwSignal::new(0);
    for number in 1..=2 {
        toasts.show(Toast::new("Deleted").undo(move || undone.update(|undone| *undone += 1)));
        stage.settle().await;
        match number {
            1 => stage.click(".toast-act").await,
            _ => stage.press(".toasts", "z", true).await,
        }
        assert_eq!(undone.get_untracked(), number);
        assert!(!stage.has(".toast"));
    }
    stage.press(".toasts", "z", true).await;
    assert_eq!(undone.get_untracked(), 2, "nothing is left to be undone");
}

#[wasm_bindgen_test]
async fn undo_inside_a_field_is_the_fields_own() {
    let (stage, toasts) = toasts(LONG_MS).await;
    let undone = RwSignal::new(false);
    toasts.show(Toast::new("Deleted").undo(move || undone.set(true)));
    stage.root.append_child(&document().create_element("textarea").unwrap()).unwrap();
    stage.settle().await;
    stage.press("textarea", "z", true).await;
    assert!(!undone.get_untracked());
}

#[wasm_bindgen_test]
async fn a_toast_goes_by_itself_unless_it_is_looked_at() {
    let (stage, toasts) = toasts(40).await;
    toasts.show(Toast::new("Saved"));
    stage.settle().await;
    shown(&stage, 0).await;

    toasts.show(Toast::new("Deleted"));
    stage.settle().await;
    stage.fire(".toast", "pointerenter").await;
    toasts.show(Toast::new("Shown later, and not looked at"));
    stage.settle().await;
    shown(&stage, 1).await;
    assert_eq!(stage.text(".toast-text"), "Deleted", "its time does not run while it is pointed at");
    stage.fire(".toast", "pointerleave").await;
    shown(&stage, 0).await;
}

#[wasm_bindgen_test]
async fn a_failure_is_an_alert_and_escape_takes_it_away() {
    let (stage, toasts) = toasts(LONG_MS).await;
    toasts.show(Toast::bad("Not saved."));
    stage.settle().await;
    assert_eq!(stage.find(".toast").get_attribute("role").as_deref(), Some("alert"));
    stage.press(".toast-close", "Escape", false).await;
    assert!(!stage.has(".toast"));
}

#[wasm_bindgen_test]
async fn at_most_three_toasts_are_shown() {
    let (stage, toasts) = toasts(LONG_MS).await;
    for number in 0..5 {
        toasts.show(Toast::new(format!("Number {number}")));
    }
    stage.settle().await;
    assert_eq!(stage.count(".toast"), 3);
    assert_eq!(stage.text(".toast:last-child .toast-text"), "Number 4");
}

#[wasm_bindgen_test]
async fn a_toast_that_wants_an_answer_stays_and_is_no_ones_undo() {
    let (stage, toasts) = toasts(40).await;
    let answered = RwSignal::new(false);
    toasts.show(Toast::new("Call the roofer").stays().action("Open it", move || answered.set(true)));
    for number in 0..4 {
        toasts.show(Toast::new(format!("Number {number}")));
        toasts.show(Toast::new(format!("Task {number}")).stays());
    }
    stage.settle().await;
    assert_eq!(stage.text(".toast:first-child .toast-text"), "Call the roofer", "others make room");
    assert_eq!(stage.count(".toast"), 8, "five that stay, three that do not");
    shown(&stage, 5).await;
    let undone = RwSignal::new(false);
    toasts.show(Toast::new("Deleted").undo(move || undone.set(true)));
    stage.settle().await;
    stage.press(".toasts", "z", true).await;
    assert!(undone.get_untracked(), "however many wait for an answer");
    stage.press(".toasts", "z", true).await;
    assert!(!answered.get_untracked() && stage.has(".toast"), "what was not done is not undone");
    stage.click(".toast-act").await;
    assert!(answered.get_untracked());
    assert_eq!(stage.count(".toast"), 4);
}

#[wasm_bindgen_test]
async fn a_dialog_opens_closes_and_says_when_it_was_closed() {
    let open = RwSignal::new(false);
    let stage = Stage::new(move || {
        view! {
            <Dialog open on_close=move |()| open.set(false) title="Erase?">
                <p>"Really."</p>
            </Dialog>
        }
    })
    .await;
    let dialog = stage.find("dialog").unchecked_into::<web_sys::HtmlDialogElement>();
    assert!(!dialog.open() && !stage.has("p"), "nothing of it exists before it is opened");
    open.set(true);
    stage.settle().await;
    assert!(dialog.open() && dialog.matches(":modal").unwrap());
    assert_eq!(stage.text("p"), "Really.");
    stage.click(".dialog-head button").await;
    assert!(!dialog.open() && !open.get_untracked());

    open.set(true);
    stage.settle().await;
    // What Escape does.
    dialog.close();
    for _ in 0..500 {
        if !open.get_untracked() {
            return;
        }
        TimeoutFuture::new(20).await;
    }
    panic!("nobody was told that the dialog was closed");
}

#[wasm_bindgen_test]
async fn a_menu_is_walked_with_arrows_and_does_what_is_chosen() {
    let chosen = RwSignal::new("");
    let items = vec![
        MenuItem::new("Edit", move || chosen.set("edit")),
        MenuItem::new("Never", move || chosen.set("never")).disabled(true),
        MenuItem::new("Delete", move || chosen.set("delete")).danger(),
    ];
    let stage = Stage::new(move || view! { <Menu label="More" items /> }).await;
    let focused = || document().active_element().unwrap().text_content().unwrap();
    stage.click(".menu-root > button").await;
    for _ in 0..500 {
        if focused() == "Edit" {
            break;
        }
        TimeoutFuture::new(20).await;
    }
    assert_eq!(focused(), "Edit", "the first item has the focus once the menu is open");
    assert_eq!(stage.find(".menu-root > button").get_attribute("aria-expanded").as_deref(), Some("true"));
    stage.press(".menu", "ArrowDown", false).await;
    assert_eq!(focused(), "Delete", "what cannot be chosen is passed over");
    stage.press(".menu", "ArrowDown", false).await;
    assert_eq!(focused(), "Edit");
    stage.press(".menu", "End", false).await;
    stage.click(".menu-item.danger").await;
    assert_eq!(chosen.get_untracked(), "delete");
    assert!(!stage.has(".menu:popover-open"));
}

#[wasm_bindgen_test]
async fn the_sync_indicator_speaks_only_of_what_a_person_should_know() {
    let (state, count) = (RwSignal::new(SyncState::Saved), RwSignal::new(0_usize));
    let stage = Stage::new(move || view! { <SyncIndicator state count /> }).await;
    for (now, waiting, name, says, speaks) in [
        (SyncState::Saved, 0, "saved", "All saved", ""),
        (SyncState::Waiting, 2, "waiting", "2 waiting", ""),
        (SyncState::Offline, 3, "offline", "Offline · 3 waiting", "Offline"),
        (SyncState::Attention, 1, "attention", "Needs you", "Needs you"),
    ] {
        state.set(now);
        count.set(waiting);
        stage.settle().await;
        assert_eq!(stage.find(".sync").get_attribute("data-state").as_deref(), Some(name));
        assert_eq!(stage.text(".sync-label"), says);
        assert_eq!(stage.text("[role=status]"), speaks);
    }
}
