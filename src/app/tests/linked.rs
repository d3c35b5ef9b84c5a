//! The page of a record shows what is linked to it, whatever its type and however it is linked.

use super::*;

/// Whether what stands on the page has these words in one panel.
fn panel(app: &Opened, title: &str, words: &str) -> Option<HtmlElement> {
    app.all(".panel").into_iter().find(|panel| {
        let text = panel.inner_text();
        text.contains(title) && text.contains(words)
    })
}

#[wasm_bindgen_test]
async fn what_is_said_about_a_site_stands_there_and_at_its_company() {
    let (company, site) = (ids::new_record_id(), ids::new_record_id());
    let mut app = Opened::at(&format!("/sites/{site}")).await;
    let ops = vec![
        Op::patch("company", company, patch(json!({"name": "Nordkai"}))),
        Op::patch("site", site, patch(json!({"name": "Shed 9", "company": company}))),
    ];
    app.store.write(ops).await.expect("written");
    app.sees("Nothing has happened yet.").await;
    for (begin, field, text, save) in [
        ("Log a call", "subject", "Who has the key", "Save call"),
        ("Add a note", "text", "The gate sticks", "Save note"),
    ] {
        app.follow(begin).await;
        app.fill(field, text).await;
        app.press("button", save).await;
        app.until("the site's page", || (path() == format!("/sites/{site}")).then_some(())).await;
        app.until("it in the timeline", || panel(&app, "Timeline", text)).await;
    }
    for kind in ["call", "note"] {
        let made = app.store.children(site, kind).await.expect("read");
        assert_eq!(made.len(), 1, "one {kind}");
        assert_eq!(made[0].relation("company"), Some(company), "the site's company is linked as well");
    }
    // What else can be begun about a site.
    app.press("button", "Something else").await;
    for kind in ["meeting", "task", "visit"] {
        app.until(kind, || app.named("[role=menuitem]", &format!("New {kind}"))).await;
    }
    app.again(&format!("/companies/{company}")).await;
    app.until("the call at the company", || panel(&app, "Timeline", "Who has the key")).await;
    app.sees("With Shed 9").await;
}

#[wasm_bindgen_test]
async fn the_page_of_a_tag_lists_what_bears_it() {
    let (tag, other) = (ids::new_record_id(), ids::new_record_id());
    let mut app = Opened::at(&format!("/tags/{tag}")).await;
    let mut ops = vec![
        Op::patch("tag", tag, patch(json!({"name": "Harbour"}))),
        Op::patch("tag", other, patch(json!({"name": "Hills"}))),
        Op::patch("lead", ids::new_record_id(), patch(json!({"name": "Ana Berg", "tags": [other, tag]}))),
        Op::patch("company", ids::new_record_id(), patch(json!({"name": "Südkai", "tags": [other]}))),
        Op::patch("site", ids::new_record_id(), patch(json!({"name": "Shed 9", "tags": [tag]}))),
    ];
    for number in 1..=9 {
        let fields = json!({"name": format!("Quay {number}"), "tags": [tag]});
        ops.push(Op::patch("company", ids::new_record_id(), patch(fields)));
    }
    app.store.write(ops).await.expect("written");
    for (title, words) in [("Leads", "Ana Berg"), ("Sites", "Shed 9"), ("Companies", "Quay")] {
        app.until(words, || panel(&app, title, words)).await;
    }
    app.sees_no("Südkai").await;
    app.follow("All 9 companies").await;
    app.sees("9 companies").await;
    app.sees("Quay 1").await;
    app.sees_no("Südkai").await;
}
