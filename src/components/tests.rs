//! The parts in a real page: what they promise to keyboards, to screen readers and to whoever uses them.

mod fields;
mod overlays;

use leptos::mount::{UnmountHandle, mount_to};
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement, HtmlInputElement};

/// A part in the page, until it is dropped.
struct Stage {
    root: HtmlElement,
    handle: Option<Box<dyn std::any::Any>>,
}

impl Stage {
    /// Mounts what `view` makes, and waits until its effects have run.
    async fn new<N: IntoView + 'static>(view: impl FnOnce() -> N + 'static) -> Self {
        let root: HtmlElement = document().create_element("div").unwrap().unchecked_into();
        document().body().unwrap().append_child(&root).unwrap();
        let handle = mount_to(root.clone(), move || view().into_any());
        let stage = Self { root, handle: Some(boxed(handle)) };
        stage.settle().await;
        stage
    }

    /// Waits until what was changed is shown.
    async fn settle(&self) {
        leptos::task::tick().await;
        leptos::task::tick().await;
    }

    fn find(&self, selector: &str) -> Element {
        self.root
            .query_selector(selector)
            .unwrap()
            .unwrap_or_else(|| panic!("no {selector} in {}", self.root.inner_html()))
    }

    fn has(&self, selector: &str) -> bool {
        self.root.query_selector(selector).unwrap().is_some()
    }

    fn count(&self, selector: &str) -> u32 {
        self.root.query_selector_all(selector).unwrap().length()
    }

    fn text(&self, selector: &str) -> String {
        self.find(selector).text_content().unwrap_or_default().trim().to_owned()
    }

    async fn click(&self, selector: &str) {
        self.find(selector).unchecked_into::<HtmlElement>().click();
        self.settle().await;
    }

    /// Types into a field as a person does: the value, then the event.
    async fn type_into(&self, selector: &str, text: &str) {
        let field = self.find(selector).unchecked_into::<HtmlInputElement>();
        field.set_value(text);
        self.fire(selector, "input").await;
    }

    /// Lets an event without further properties happen, and waits until its effects are shown.
    async fn fire(&self, selector: &str, event: &str) {
        self.dispatch(selector, &format!("new Event('{event}', {{ bubbles: true }})")).await;
    }

    async fn press(&self, selector: &str, key: &str, ctrl: bool) {
        let properties = format!("{{ key: '{key}', ctrlKey: {ctrl}, bubbles: true, cancelable: true }}");
        self.dispatch(selector, &format!("new KeyboardEvent('keydown', {properties})")).await;
    }

    async fn dispatch(&self, selector: &str, event: &str) {
        let dispatch = js_sys::Function::new_with_args("target", &format!("target.dispatchEvent({event})"));
        dispatch.call1(&wasm_bindgen::JsValue::NULL, &self.find(selector)).unwrap();
        self.settle().await;
    }
}

impl Drop for Stage {
    fn drop(&mut self) {
        self.handle = None;
        self.root.remove();
    }
}

fn boxed<M: leptos::tachys::view::Mountable + 'static>(handle: UnmountHandle<M>) -> Box<dyn std::any::Any> {
    Box::new(handle)
}

fn value_of(element: &Element) -> String {
    element.unchecked_ref::<HtmlInputElement>().value()
}

/// The text that an element's `aria-describedby` points at.
fn description(element: &Element) -> Option<String> {
    let id = element.get_attribute("aria-describedby")?;
    document().get_element_by_id(&id)?.text_content()
}
