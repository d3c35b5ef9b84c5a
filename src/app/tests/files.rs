//! A type that is nothing but a file and a line in core comes out of a file and goes into one.

use js_sys::{Function, Promise};
use outpost_core::index::Query;
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::JsFuture;

use super::*;

/// Two tools, and a row that cannot be one.
const FILE: &str = "Name,State,Back,Lent to\r\n\
    Hammer drill,Lent,2026-12-01,Nordkai\r\n\
    \"Chisel, wide\",Here,,\r\n\
    ,Lent,,Nordkai\r\n";

/// Gives a file to an input as somebody does who chooses it.
const CHOOSE: &str = "(input, name, text) => {
    const chosen = new DataTransfer();
    chosen.items.add(new File([text], name, { type: 'text/csv' }));
    input.files = chosen.files;
    input.dispatchEvent(new Event('change', { bubbles: true }));
}";
/// Takes the next file that the page offers, in place of the browser.
const TAKE: &str = "new Promise((taken) => {
    const [make, click] = [URL.createObjectURL, HTMLAnchorElement.prototype.click];
    URL.createObjectURL = (blob) => {
        taken(blob.text());
        return make.call(URL, blob);
    };
    HTMLAnchorElement.prototype.click = function () {
        if (!this.download) return click.call(this);
        URL.createObjectURL = make;
        HTMLAnchorElement.prototype.click = click;
    };
})";

impl Opened {
    /// Chooses a file where one is asked for.
    pub(super) async fn choose(&self, name: &str, text: &str) {
        let input = self.until("a place for a file", || self.all("input[type=file]").into_iter().next()).await;
        let choose: Function = js_sys::eval(CHOOSE).expect("a function").unchecked_into();
        choose.call3(&JsValue::NULL, &input, &name.into(), &text.into()).expect("chosen");
    }

    /// Presses what gives a file; returns its text.
    pub(super) async fn given(&self, button: &str) -> String {
        let taken: Promise = js_sys::eval(TAKE).expect("a promise").unchecked_into();
        self.press("button", button).await;
        JsFuture::from(taken).await.expect("a file").as_string().expect("a text")
    }

    /// All tools on the device: what they are called, where they are, when they come back, and who has them.
    async fn tools(&self) -> Vec<[String; 4]> {
        let ids = self.store.ids(&Query::recent("tool")).await.expect("read");
        let keys: Vec<RecordKey> = ids.into_iter().map(|id| RecordKey::new("tool", id)).collect();
        let records = self.store.get_many(&keys).await.expect("read");
        let text = |record: &Record, name: &str| record.text(name).to_owned();
        let mut tools: Vec<_> =
            records.iter().map(|one| ["name", "state", "back", "company"].map(|name| text(one, name))).collect();
        tools.sort();
        tools
    }
}

#[wasm_bindgen_test]
async fn a_type_that_is_a_file_and_a_line_is_imported_and_exported() {
    let mut app = Opened::at("/import?type=tool").await;
    let company = ids::new_record_id();
    app.store.write(vec![Op::patch("company", company, patch(json!({"name": "Nordkai"})))]).await.expect("written");

    // Every column is understood by the names of the fields, and every row is looked at before one is written.
    app.choose("tools.csv", FILE).await;
    app.sees("2 ready").await;
    app.sees("1 with errors").await;
    assert!(app.tools().await.is_empty(), "nothing is written before somebody says so");
    app.press("button", "Import 2 tools").await;
    app.sees("2 tools imported").await;
    let nordkai = company.to_string();
    let drill = ["Hammer drill", "lent", "2026-12-01", &nordkai].map(str::to_owned);
    let chisel = ["Chisel, wide", "here", "", ""].map(str::to_owned);
    assert_eq!(app.tools().await, [chisel.clone(), drill.clone()]);

    // What the list shows goes out as it came in: all of it, or what a filter leaves.
    app.follow("Show tools").await;
    app.sees("2 tools").await;
    (app.store, app.root) = reopened(&app, "/export?type=tool").await;
    let whole = app.given("Export 2 tools").await;
    let mut lines: Vec<&str> = whole.lines().collect();
    lines[1..].sort_unstable();
    let [header, drill_row, chisel_row, _] = FILE.lines().collect::<Vec<_>>()[..] else { panic!("three rows") };
    // Behind the fields stand the ids, by which a file is known again.
    let begins = |lines: &[&str], with: &[&str]| {
        assert_eq!(lines.len(), with.len(), "{lines:?}");
        assert!(lines.iter().zip(with).all(|(line, row)| line.starts_with(row)), "{lines:?} begin with {with:?}");
    };
    begins(&lines, &[header, chisel_row, drill_row]);
    assert!(lines[2].contains(&format!("Nordkai,{nordkai},")), "{whole}");
    (app.store, app.root) = reopened(&app, "/export?type=tool&show=lent").await;
    let narrowed = app.given("Export 1 tool").await;
    begins(&narrowed.lines().collect::<Vec<_>>(), &[header, drill_row]);

    // And it comes back as it was, once the import was undone.
    (app.store, app.root) = reopened(&app, "/import?type=tool").await;
    app.press("button", "Undo this import").await;
    app.sees("2 taken back").await;
    assert!(app.tools().await.is_empty());
    app.choose("tools.csv", &whole).await;
    app.press("button", "Import 2 tools").await;
    app.sees("2 tools imported").await;
    assert_eq!(app.tools().await, [chisel, drill]);
}

/// The same device in a new tab, at an address.
async fn reopened(app: &Opened, path: &str) -> (Store, HtmlElement) {
    app.root.remove();
    Opened::show(app.name, path).await
}
