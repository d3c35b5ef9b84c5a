//! The app as a person uses it, on a type that is nothing but a file and a line in core: what a type gets by being declared.

use futures::future::{Either, select};
use leptos::mount::mount_to;
use leptos::prelude::*;
use outpost_core::hlc::Clock;
use outpost_core::id::{DeviceId, RecordId};
use outpost_core::mutation::{Op, Patch};
use outpost_core::record::{Record, RecordKey};
use outpost_core::sync::{Commit, Position};
use serde_json::{Value, json};
use wasm_bindgen::JsCast;
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::{Element, HtmlElement};

mod cells;
mod commands;
mod conversion;
mod elsewhere;
mod files;
mod first;
mod groups;
mod linked;
mod own_types;
mod reminders;
mod stages;
mod windows;

use super::*;
use crate::platform::{ids, random, sleep, time};

/// The first router that hears of a press on a link answers it, and that would be one of an app that is out of sight: those listen
/// no more, and the listeners of the next one are noted.
const DEAFEN: &str = "
    if (!window.routers) {
        window.routers = [];
        const add = window.addEventListener;
        window.addEventListener = function (name, hear, ...options) {
            if (name === 'click') window.routers.push(hear);
            return add.call(this, name, hear, ...options);
        };
    }
    for (const hear of window.routers.splice(0)) window.removeEventListener('click', hear);
";

/// The app in the page, at an address, over a store of its own.
struct Opened {
    name: &'static str,
    store: Store,
    root: HtmlElement,
}

impl Opened {
    async fn at(path: &str) -> Self {
        let name: &'static str = Box::leak(format!("app-{:016x}", random::number()).into_boxed_str());
        let (store, root) = Self::show(name, path).await;
        Self { name, store, root }
    }

    /// Opens the app as a new tab does. What it does behind its pages goes on for as long as this page lives, so it is not
    /// taken down; it is only out of sight once the next one is there.
    async fn show(name: &str, path: &str) -> (Store, HtmlElement) {
        let store = Store::open(name).await.expect("a store");
        let sync = sync::open(store.clone()).await;
        let history = window().history().expect("a history");
        history.push_state_with_url(&"".into(), "", Some(path)).expect("an address of this page");
        let root: HtmlElement = document().create_element("div").expect("an element").unchecked_into();
        document().body().expect("a body").append_child(&root).expect("a place");
        // A tab begins at its top, wherever the last one was left.
        window().scroll_to_with_x_and_y(0.0, 0.0);
        // The search boxes of earlier apps stand beside them, and the first of all would answer to the keys.
        let boxes = document().query_selector_all(".palette").expect("a selector");
        (0..boxes.length()).filter_map(|at| boxes.item(at)?.dyn_into().ok()).for_each(|old: Element| old.remove());
        js_sys::eval(DEAFEN).expect("a page that runs scripts");
        let (shown, compact) = (store.clone(), Signal::stored(false));
        mount_to(root.clone(), move || view! { <App store=shown sync compact /> }).forget();
        // What types there are, all apps in this page share. Once this one's index is there it reads its own for the last time, and
        // makes no page anew.
        store.index_ready().await.expect("an index");
        store.learn_types().await.expect("the types");
        while !std::ptr::eq(crate::state::types(), store.types()) {
            sleep(10).await;
        }
        (store, root)
    }

    /// Opens what a link leads to, in a tab of its own: several apps in one page would all follow the press.
    async fn follow(&mut self, words: &str) {
        let link = self.until(words, || self.named("a[href]", words)).await;
        let href = link.get_attribute("href").expect("an address");
        self.again(&href).await;
    }

    /// Opens it anew, at an address.
    async fn again(&mut self, path: &str) {
        self.root.remove();
        (self.store, self.root) = Self::show(self.name, path).await;
    }

    /// Waits until something is so.
    async fn until<T>(&self, what: &str, found: impl Fn() -> Option<T>) -> T {
        let wait = async {
            loop {
                if let Some(found) = found() {
                    return found;
                }
                sleep(10).await;
            }
        };
        match select(Box::pin(wait), Box::pin(sleep(10_000))).await {
            Either::Left((found, _)) => found,
            Either::Right(_) => {
                let rows: Vec<_> =
                    self.all("[data-index]").iter().filter_map(|row| row.get_attribute("data-index")).collect();
                let (y, text) = (window().scroll_y().unwrap_or_default(), self.root.inner_text());
                panic!(
                    "waited in vain for {what}; at {}, of its lists {rows:?} are in the page, which stands at {y} and shows: {text}",
                    window().location().pathname().unwrap_or_default()
                )
            }
        }
    }

    fn all(&self, selector: &str) -> Vec<HtmlElement> {
        let found = self.root.query_selector_all(selector).expect("a selector");
        (0..found.length()).filter_map(|at| found.item(at)?.dyn_into().ok()).collect()
    }

    async fn sees(&self, words: &str) {
        self.until(words, || self.root.inner_text().contains(words).then_some(())).await;
    }

    async fn sees_no(&self, words: &str) {
        self.until(&format!("no {words}"), || (!self.root.inner_text().contains(words)).then_some(())).await;
    }

    /// What bears these words.
    fn named(&self, selector: &str, words: &str) -> Option<HtmlElement> {
        self.all(selector).into_iter().find(|element| {
            let name = element.get_attribute("aria-label").unwrap_or_else(|| element.inner_text());
            name.trim().starts_with(words) && element.offset_parent().is_some()
        })
    }

    async fn press(&self, selector: &str, words: &str) {
        self.until(words, || self.named(selector, words)).await.click();
    }

    /// Types into a field of a form, by the field's name in the schema.
    async fn fill(&self, field: &str, text: &str) {
        let selector = format!("[data-field={field}] :is(input, select, textarea)");
        let input = self.until(field, || self.all(&selector).into_iter().next()).await;
        type_into(&input, text);
    }
}

impl Drop for Opened {
    fn drop(&mut self) {
        self.root.remove();
    }
}

fn path() -> String {
    window().location().pathname().expect("an address")
}

fn type_into(input: &Element, text: &str) {
    js_sys::Reflect::set(input, &"value".into(), &text.into()).expect("an input");
    for name in ["input", "change"] {
        let event = web_sys::Event::new(name).expect("an event");
        input.dispatch_event(&event).expect("dispatched");
    }
}

const CANCELABLE: &str = "bubbles: true, cancelable: true";

/// Lets something happen to an element, given as a browser's constructor with its arguments.
fn dispatch(element: &Element, event: &str) {
    let event = js_sys::eval(&format!("new {event}")).expect("an event").unchecked_into();
    element.dispatch_event(&event).expect("dispatched");
}

fn patch(fields: Value) -> Patch {
    serde_json::from_value(fields).expect("an object")
}

fn id_in(path: &str) -> RecordId {
    path.rsplit('/').next().and_then(|id| id.parse().ok()).expect("the address of a record")
}

#[wasm_bindgen_test]
async fn a_type_that_is_a_file_and_a_line_has_form_list_page_filter_search_history_undo_and_sync() {
    let mut app = Opened::at("/tools").await;
    let company = ids::new_record_id();
    app.store.write(vec![Op::patch("company", company, patch(json!({"name": "Nordkai"})))]).await.expect("written");
    // A list that is empty, and the form.
    app.sees("No tools yet").await;
    app.follow("New tool").await;
    app.press("button", "Save tool").await;
    app.sees("One field needs another look").await;
    app.fill("name", "Hammer drill").await;
    app.press("button", "Save tool").await;
    app.until("its page", || (path().len() > "/tools/".len() + 30).then_some(())).await;
    let id = id_in(&path());
    let key = RecordKey::new("tool", id);
    let stored = app.store.get(&key).await.expect("read").expect("there");
    assert_eq!((stored.text("name"), stored.text("state")), ("Hammer drill", "here"));

    // The page, the form of one that exists, and its history.
    app.sees("Hammer drill").await;
    app.follow("Edit").await;
    app.fill("state", "lent").await;
    app.press("button", "Save changes").await;
    app.press("summary", "All changes").await;
    app.sees("State").await;
    app.sees("Lent").await;

    // The list: found by search, filtered by state.
    app.follow("Tools").await;
    app.sees("1 tool").await;
    let search = app.until("the search", || app.all("input[type=search]").into_iter().next()).await;
    type_into(&search, "chisel");
    app.sees("Nothing found").await;
    type_into(&search, "DRILL");
    app.sees("Hammer drill").await;
    app.press("button", "Here").await;
    app.sees("Nothing found").await;
    app.press("button", "Lent").await;
    app.sees("Hammer drill").await;

    // What it is linked to shows it.
    app.store.write(vec![Op::patch("tool", id, patch(json!({"company": company})))]).await.expect("written");
    app.follow("Hammer drill").await;
    app.follow("Nordkai").await;
    app.until("the company's page", || (path() == format!("/companies/{company}")).then_some(())).await;
    app.follow("Hammer drill").await;

    // Deleted, and undone.
    app.press("button", "More").await;
    app.press("[role=menuitem]", "Delete").await;
    app.sees("Deleted “Hammer drill”").await;
    app.press("button", "Undo").await;
    app.until("the list to have it again", || {
        app.all("a.cover").iter().any(|link| link.inner_text() == "Hammer drill").then_some(())
    })
    .await;

    // What waits is what another device needs to have the same, and what another one did is shown here.
    app.is_the_same_elsewhere(&key).await;
    app.hears_of("tool", "Their saw").await;
    app.press(".chip", "All").await;
    app.sees("Their saw").await;
}

#[wasm_bindgen_test]
async fn what_is_linked_to_a_deleted_record_says_so_and_offers_it_back() {
    let (company, contact) = (ids::new_record_id(), ids::new_record_id());
    let app = Opened::at(&format!("/contacts/{contact}")).await;
    let ops = vec![
        Op::patch("company", company, patch(json!({"name": "Nordkai"}))),
        Op::patch("contact", contact, patch(json!({"name": "Mira", "companies": [{"id": company, "role": "Buyer"}]}))),
    ];
    app.store.write(ops).await.expect("written");
    app.sees("Buyer").await;
    app.store.write(vec![Op::delete("company", company)]).await.expect("deleted");
    app.sees("This company was deleted").await;
    app.press("button", "Restore").await;
    app.sees_no("This company was deleted").await;
    let record = app.store.get(&RecordKey::new("company", company)).await.expect("read").expect("there");
    assert!(!record.is_deleted());
}

#[wasm_bindgen_test]
async fn a_call_is_one_tap_away_and_stands_in_every_timeline_that_it_belongs_to() {
    let (company, contact) = (ids::new_record_id(), ids::new_record_id());
    let mut app = Opened::at(&format!("/contacts/{contact}")).await;
    let ops = vec![
        Op::patch("company", company, patch(json!({"name": "Nordkai"}))),
        Op::patch("contact", contact, patch(json!({"name": "Mira", "companies": [{"id": company}]}))),
    ];
    app.store.write(ops).await.expect("written");
    app.follow("Log a call").await;
    app.fill("subject", "Delivery date").await;
    app.fill("minutes", "12").await;
    app.press("button", "Save call").await;
    app.until("the contact's page", || (path() == format!("/contacts/{contact}")).then_some(())).await;
    app.sees("12 min").await;
    let calls = app.store.children(company, "call").await.expect("read");
    assert_eq!(calls.len(), 1, "the contact's company is linked as well");
    let at = calls[0].get("at").and_then(Value::as_u64).expect("a time");
    assert!(time::now_ms() - at < 120_000, "it has just happened");
    app.follow("Nordkai").await;
    app.sees("With Mira").await;
}

#[wasm_bindgen_test]
async fn a_lead_is_converted_with_one_press_and_that_can_be_taken_back() {
    let lead = ids::new_record_id();
    let app = Opened::at(&format!("/leads/{lead}")).await;
    let fields = json!({"name": "Ana Berg", "company": "Nordkai", "status": "qualified"});
    app.store.write(vec![Op::patch("lead", lead, patch(fields))]).await.expect("written");
    for _ in 0..2 {
        app.press("button", "Convert").await;
        app.sees("Converted").await;
        let to = outpost_core::records::Conversion::of(lead).keys();
        let made = app.store.get_many(&to).await.expect("read");
        assert!(made.len() == 3 && made.iter().all(|record| !record.is_deleted()));
        app.press("button", "Undo").await;
        app.until("the way back", || {
            app.all("button").iter().find(|button| button.inner_text().trim() == "Convert").map(drop)
        })
        .await;
        let made = app.store.get_many(&to).await.expect("read");
        assert!(made.iter().all(Record::is_deleted));
    }
}
