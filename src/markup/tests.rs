//! Markup in a real page: what is made, what is patched, what moves.

use leptos::prelude::*;
use leptos::task::tick;
use wasm_bindgen::JsCast;
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::{HtmlElement, HtmlInputElement};

use super::{For, Markup, view};

/// A place in the page; what was mounted goes with it.
struct Stage {
    root: HtmlElement,
    _mounted: Box<dyn std::any::Any>,
}

impl Drop for Stage {
    fn drop(&mut self) {
        self.root.remove();
    }
}

fn show(make: impl FnOnce() -> Markup + 'static) -> Stage {
    let root: HtmlElement = document().create_element("div").unwrap().unchecked_into();
    document().body().unwrap().append_child(&root).unwrap();
    let mounted = leptos::mount::mount_to(root.clone(), make);
    Stage { root, _mounted: Box::new(mounted) }
}

impl Stage {
    fn find<T: JsCast>(&self, selector: &str) -> T {
        let found = self.root.query_selector(selector).unwrap();
        found.unwrap_or_else(|| panic!("no {selector} in {}", self.root.inner_html())).unchecked_into()
    }

    fn text(&self) -> String {
        self.root.text_content().unwrap_or_default()
    }
}

#[wasm_bindgen_test]
async fn attributes_follow_what_they_read() {
    let on = RwSignal::new(false);
    let stage = show(move || {
        view! {
            <p class="plain" class:lit=move || on.get() hidden=move || on.get() title=move || on.get().then_some("lit")
                style:width=move || if on.get() { "10px" } else { "20px" }>"text"</p>
        }
    });
    let node: HtmlElement = stage.find("p");
    assert_eq!(node.outer_html(), r#"<p class="plain" style="width: 20px;">text</p>"#);
    on.set(true);
    tick().await;
    assert_eq!(node.outer_html(), r#"<p class="plain lit" style="width: 10px;" hidden="" title="lit">text</p>"#);
    on.set(false);
    tick().await;
    assert_eq!(node.outer_html(), r#"<p class="plain" style="width: 20px;">text</p>"#);
}

#[wasm_bindgen_test]
async fn new_markup_keeps_the_nodes_that_fit() {
    let name = RwSignal::new("one");
    let stage = show(move || {
        view! { <div>{move || view! { <label>{name.get()} <input type="text" data-name=name.get() /></label> }}</div> }
    });
    let input: HtmlInputElement = stage.find("input");
    input.set_value("typed");
    input.focus().unwrap();
    name.set("two");
    tick().await;
    let after: HtmlInputElement = stage.find("input");
    assert!(after.is_same_node(Some(&input)), "the field was made anew");
    assert_eq!((after.value().as_str(), after.dataset().get("name").as_deref()), ("typed", Some("two")));
    assert_eq!(document().active_element().as_deref(), Some(input.as_ref()), "the focus was lost");
    assert_eq!(stage.text(), "two");
}

#[wasm_bindgen_test]
async fn a_new_class_keeps_the_single_ones() {
    let (looks, on) = (RwSignal::new("plain"), RwSignal::new(true));
    let stage = show(move || {
        view! { <div>{move || view! { <p class:lit=move || on.get() class:fixed=true class=looks.get()>"text"</p> }}</div> }
    });
    let node: HtmlElement = stage.find("p");
    assert_eq!(node.class_name(), "plain lit fixed");
    looks.set("bold");
    tick().await;
    assert_eq!(stage.find::<HtmlElement>("p").class_name(), "bold lit fixed");
    on.set(false);
    tick().await;
    assert_eq!(stage.find::<HtmlElement>("p").class_name(), "bold fixed");
}

#[wasm_bindgen_test]
async fn another_element_takes_the_place_of_one_that_does_not_fit() {
    let link = RwSignal::new(false);
    let stage = show(move || {
        let part = move || {
            if link.get() {
                view! { <a href="/there">"a"</a> }
            } else {
                view! { <b>"b"</b> }
            }
        };
        view! { <p>"("{part}")"</p> }
    });
    assert_eq!(stage.find::<HtmlElement>("p").inner_html(), "(<b>b</b>)");
    link.set(true);
    tick().await;
    assert_eq!(stage.find::<HtmlElement>("p").inner_html(), r#"(<a href="/there">a</a>)"#);
}

#[wasm_bindgen_test]
async fn lists_grow_and_shrink_at_their_end_and_nothing_holds_its_place() {
    let count = RwSignal::new(2);
    let stage = show(move || {
        let items = move || (0..count.get()).map(|at| view! { <i>{at.to_string()}</i> }).collect::<Vec<_>>();
        let some = move || (count.get() > 2).then_some("!");
        view! { <p>"<"{items}{some}">"</p> }
    });
    for (many, text) in [(0, "<>"), (3, "<012!>"), (1, "<0>"), (4, "<0123!>")] {
        count.set(many);
        tick().await;
        assert_eq!(stage.text(), text);
    }
}

#[wasm_bindgen_test]
async fn items_with_a_key_move_and_are_not_made_again() {
    let order = RwSignal::new(vec![1, 2, 3, 4]);
    let made = StoredValue::new(0);
    let dropped = StoredValue::new(0);
    let stage = show(move || {
        let item = move |key: i32| {
            made.update_value(|made| *made += 1);
            on_cleanup(move || dropped.update_value(|dropped| *dropped += 1));
            view! { <li id=format!("item-{key}")>{key.to_string()}</li> }
        };
        view! { <ul><For each=move || order.get() key=|key| *key children=item /><li>"end"</li></ul> }
    });
    let third: HtmlElement = stage.find("#item-3");
    for (keys, text) in [
        (vec![4, 3, 2, 1], "4321end"),
        (vec![3, 9, 1], "391end"),
        (vec![], "end"),
        (vec![5, 3], "53end"),
        (vec![6, 5, 7, 3, 8], "65738end"),
    ] {
        order.set(keys);
        tick().await;
        assert_eq!(stage.text(), text);
        if text == "391end" {
            assert!(
                stage.find::<HtmlElement>("#item-3").is_same_node(Some(&third)),
                "an item that moved was made anew"
            );
        }
    }
    assert_eq!((made.get_value(), dropped.get_value()), (10, 5));
}

#[wasm_bindgen_test]
async fn what_an_item_reads_as_it_is_made_lists_nothing_anew() {
    let (items, name, listed) = (RwSignal::new(vec![1]), RwSignal::new("a"), StoredValue::new(0));
    let _stage = show(move || {
        let each = move || {
            listed.update_value(|listed| *listed += 1);
            items.get()
        };
        view! { <ul><For each key=|key| *key children=move |_| view! { <li>{name.get()}</li> } /></ul> }
    });
    name.set("b");
    tick().await;
    assert_eq!(listed.get_value(), 1);
    items.set(vec![1, 2]);
    tick().await;
    assert_eq!(listed.get_value(), 2);
}

#[wasm_bindgen_test]
async fn handlers_run_as_they_are_now_and_end_with_their_element() {
    let (times, said) = (RwSignal::new(1), RwSignal::new(0));
    let stage = show(move || {
        let part = move || {
            let by = times.get();
            (by < 3).then(|| view! { <button on:click=move |_| said.update(|said| *said += by)>"+"</button> })
        };
        view! { <p>{part}</p> }
    });
    let button: HtmlElement = stage.find("button");
    button.click();
    times.set(2);
    tick().await;
    button.click();
    assert_eq!(said.get_untracked(), 3);
    times.set(3);
    tick().await;
    assert!(stage.root.query_selector("button").unwrap().is_none());
    button.click();
    assert_eq!(said.get_untracked(), 3, "a handler outlived its element");
}

#[wasm_bindgen_test]
async fn a_property_that_has_its_value_is_left_alone() {
    let text = RwSignal::new("Ana Gómez".to_owned());
    let stage = show(move || view! { <p><input type="text" prop:value=move || text.get() /></p> });
    let input: HtmlInputElement = stage.find("input");
    assert_eq!(input.value(), "Ana Gómez");
    input.set_value("Ana  Gómez");
    input.set_selection_range(4, 4).unwrap();
    text.set("Ana  Gómez".to_owned());
    tick().await;
    assert_eq!(input.selection_start().unwrap(), Some(4), "the caret was moved");
}
