//! The focus does not fall off the page. Where what has it goes away, because it was saved, closed or ticked off, the focus goes to
//! what is beside it, or back to where it came from; otherwise whoever works by keys begins anew at the top of the page, and a
//! screen reader falls silent.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use leptos::prelude::request_animation_frame;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::{Document, Element, HtmlElement, MutationObserver, MutationObserverInit};

use super::events::on_document;
use super::{js, media, page};

/// What holds a row of a list that is in the page only in part.
const ROW: &str = "[data-index]";
/// How many elements back the way is known.
const STEPS: usize = 12;
/// What can take the focus; of several that could, the nearest does.
const TABBABLE: &str =
    ":is(a[href], button, input, select, textarea, summary, [tabindex='0']):not(:disabled, [tabindex='-1'])";
/// What stays when pages come and go. What is beside it is nowhere near.
const ROOTS: &str = "main, body, .toasts";

/// Something that had the focus.
struct Step {
    element: HtmlElement,
    /// What it is in, from the inside out, but for what all pages have.
    within: Vec<Element>,
    /// Where its middle was, from the page's top.
    y: f64,
    /// The page's path.
    path: String,
}

impl Step {
    fn of(element: HtmlElement) -> Self {
        let mut within = Vec::new();
        let mut next = element.parent_element();
        while let Some(parent) = next.filter(|parent| !parent.matches(ROOTS).unwrap_or(true)) {
            next = parent.parent_element();
            within.push(parent);
        }
        Self { y: middle(&element), element, within, path: path() }
    }
}

fn path() -> String {
    js::window().location().pathname().unwrap_or_default()
}

fn middle(element: &Element) -> f64 {
    let rect = element.get_bounding_client_rect();
    rect.top() + rect.height() / 2.0 + media::scroll_y()
}

/// Whether somebody could come to it.
fn is_there(element: &Element) -> bool {
    element.is_connected() && element.get_bounding_client_rect().height() > 0.0
}

/// Brings the focus back whenever it is lost, for as long as the page lives.
pub fn keep_focus() {
    let Some(document) = js::window().document() else { return };
    let Some(body) = document.body() else { return };
    let trail = Rc::new(RefCell::new(Vec::<Step>::new()));
    let steps = trail.clone();
    on_document("focusin", move |event| {
        let element = event.target().and_then(|target| target.dyn_into::<HtmlElement>().ok());
        if let Some(element) = element {
            let mut steps = steps.borrow_mut();
            steps.retain(|step| step.element != element);
            steps.push(Step::of(element));
            let surplus = steps.len().saturating_sub(STEPS);
            steps.drain(..surplus);
        }
    })
    .forever();

    let waits = Rc::new(Cell::new(false));
    let changed = Closure::<dyn FnMut()>::new(move || {
        if waits.get() || !is_lost(&document) {
            return;
        }
        waits.set(true);
        let (document, trail, waits) = (document.clone(), trail.clone(), waits.clone());
        // Whoever took it away may yet put it somewhere.
        request_animation_frame(move || {
            request_animation_frame(move || {
                waits.set(false);
                let places = if is_lost(&document) { places_of(&document, &trail.borrow()) } else { Vec::new() };
                for element in places {
                    element.focus().unwrap_or_default();
                    if !is_lost(&document) {
                        break;
                    }
                }
            });
        });
    });
    let options = MutationObserverInit::new();
    options.set_child_list(true);
    options.set_subtree(true);
    let observing = MutationObserver::new(changed.as_ref().unchecked_ref())
        .and_then(|observer| observer.observe_with_options(&body, &options));
    if let Err(error) = observing {
        page::warn(&format!("cannot look after the focus: {}", js::describe(&error)));
    }
    changed.forget();
}

fn is_lost(document: &Document) -> bool {
    document.active_element().is_none_or(|element| element.has_type::<web_sys::HtmlBodyElement>())
}

/// Where the focus may go that was lost, the best first; nowhere if it is well where it is. Not everything takes it: what is in a
/// fold that is closed does not.
fn places_of(document: &Document, trail: &[Step]) -> Vec<HtmlElement> {
    // One that is still there was left on purpose, and the title of another page takes the focus by itself.
    let Some(last) = trail.last().filter(|last| !is_there(&last.element) && last.path == path()) else {
        return Vec::new();
    };
    // A row of a long list leaves the page once it is scrolled away: nobody wants to be taken back to it.
    let on_glass = (0.0..=media::height()).contains(&(last.y - media::scroll_y()));
    if !on_glass && last.element.closest(ROW).ok().flatten().is_some() {
        return Vec::new();
    }
    // What leads to the same record has only moved: a card into another column.
    let mut places = alike(document, &last.element);
    let within = last.within.iter().filter(|element| is_there(element));
    places.extend(within.flat_map(|element| nearest(element, last)));
    let before = trail.iter().rev().filter(|step| step.path == last.path).map(|step| &step.element);
    places.extend(before.filter(|element| is_there(element)).cloned());
    let title =
        document.query_selector("main h1").ok().flatten().and_then(|title| title.dyn_into::<HtmlElement>().ok());
    places.extend(title.inspect(|title| title.set_tab_index(-1)));
    places
}

/// The links that lead, as a card or a row, where such a link did.
fn alike(document: &Document, link: &HtmlElement) -> Vec<HtmlElement> {
    let Some(href) = link.get_attribute("href").filter(|_| link.class_list().contains("cover")) else {
        return Vec::new();
    };
    let Ok(all) = document.query_selector_all("main a.cover") else { return Vec::new() };
    let links = (0..all.length()).filter_map(|at| all.item(at)?.dyn_into::<HtmlElement>().ok());
    links.filter(|link| is_there(link) && link.get_attribute("href").as_ref() == Some(&href)).collect()
}

/// What can take the focus in an element, nearest to what had it first, and of two as near what is of the same sort. On a phone no
/// field: its keyboard would jump up.
fn nearest(within: &Element, last: &Step) -> Vec<HtmlElement> {
    let Ok(all) = within.query_selector_all(TABBABLE) else { return Vec::new() };
    let elements = (0..all.length()).filter_map(|at| all.item(at)?.dyn_into::<HtmlElement>().ok());
    let is_wanted =
        |element: &HtmlElement| !media::is_compact() || !element.matches("input, select, textarea").unwrap_or(false);
    let mut there: Vec<HtmlElement> = elements.filter(|element| is_there(element) && is_wanted(element)).collect();
    let sort = last.element.tag_name();
    there.sort_by_cached_key(|element| ((middle(element) - last.y).abs() as u64, element.tag_name() != sort));
    there
}
