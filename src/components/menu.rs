//! A menu of things to do, behind one button. It is a native popover: above everything, closed by a click elsewhere or Escape.

use super::button::ButtonKind;
use super::field::new_id;
use super::icon::{Glyph, Icon};
use crate::markup::{Markup, view};
use leptos::{ev, html, prelude::*};
use wasm_bindgen::JsCast;

/// Distance between the button and its menu, in CSS pixels.
const GAP: f64 = 6.0;

/// One thing to do.
#[derive(Clone, Debug)]
pub struct MenuItem {
    label: String,
    icon: Option<Glyph>,
    danger: bool,
    disabled: bool,
    on_select: Callback<()>,
}

impl MenuItem {
    /// Does `on_select` when it is chosen.
    pub fn new(label: impl Into<String>, on_select: impl Fn() + Send + Sync + 'static) -> Self {
        let on_select = Callback::new(move |()| on_select());
        Self { label: label.into(), icon: None, danger: false, disabled: false, on_select }
    }

    /// The same with an icon before the words.
    #[must_use]
    pub fn icon(mut self, glyph: Glyph) -> Self {
        self.icon = Some(glyph);
        self
    }

    /// The same, marked as one that deletes or gives up something.
    #[must_use]
    pub fn danger(mut self) -> Self {
        self.danger = true;
        self
    }

    /// The same, but it cannot be chosen while `disabled` is true.
    #[must_use]
    pub fn disabled(mut self, disabled: bool) -> Self {
        self.disabled = disabled;
        self
    }
}

/// A button that opens a menu. Arrows, Home and End move in it.
#[component]
pub fn Menu(
    /// What the menu is about, read aloud, and shown on the button if `text` is set.
    #[prop(into)]
    label: String,
    /// What can be done.
    #[prop(into)]
    items: Signal<Vec<MenuItem>>,
    /// Icon of the button.
    #[prop(default = Glyph::More)]
    icon: Glyph,
    /// Shows the label as words with an arrow instead of the icon.
    #[prop(optional)]
    text: bool,
    /// How the button looks; quiet unless told.
    #[prop(default = ButtonKind::Quiet)]
    kind: ButtonKind,
) -> Markup {
    let id = new_id();
    let button = NodeRef::<html::Button>::new();
    let menu = NodeRef::<html::Div>::new();
    let (open, set_open) = signal(false);
    let on_toggle = move |_: ev::Event| {
        let Some(element) = menu.get_untracked() else { return };
        let now = element.matches(":popover-open").unwrap_or(false);
        set_open.set(now);
        if now {
            move_focus(&element, Step::First);
        }
    };
    let place = move |_: ev::Event| {
        if let (Some(button), Some(menu)) = (button.get_untracked(), menu.get_untracked()) {
            place_beside(&button, &menu);
        }
    };
    let close = move || {
        if let Some(element) = menu.get_untracked() {
            // Closing what is closed is no failure worth a word.
            element.hide_popover().unwrap_or_default();
        }
    };
    let on_key = move |event: ev::KeyboardEvent| {
        let step = match event.key().as_str() {
            "ArrowDown" => Step::Next,
            "ArrowUp" => Step::Previous,
            "Home" => Step::First,
            "End" => Step::Last,
            "Tab" => return close(),
            _ => return,
        };
        event.prevent_default();
        if let Some(element) = menu.get_untracked() {
            move_focus(&element, step);
        }
    };
    let item = move |item: MenuItem| {
        view! {
            <button
                type="button"
                role="menuitem"
                tabindex="-1"
                class=if item.danger { "menu-item danger" } else { "menu-item" }
                disabled=item.disabled
                on:click=move |_| {
                    close();
                    item.on_select.run(());
                }
            >
                {item.icon.map(|glyph| view! { <Icon glyph /> })}
                {item.label}
            </button>
        }
    };
    let class = match (kind, text) {
        (ButtonKind::Quiet, true) => "btn quiet",
        (ButtonKind::Quiet, false) => "btn quiet square",
        (_, true) => "btn",
        (_, false) => "btn square",
    };
    view! {
        <span class="menu-root">
            <button
                node_ref=button
                type="button"
                class=class
                aria-haspopup="menu"
                aria-expanded=move || if open.get() { "true" } else { "false" }
                aria-label=(!text).then(|| label.clone())
                title=(!text).then(|| label.clone())
                popovertarget=id.clone()
            >
                {if text {
                    view! {
                        {label.clone()}
                        <Icon glyph=Glyph::ChevronDown />
                    }
                } else {
                    view! { <Icon glyph=icon /> }
                }}
            </button>
            <div
                node_ref=menu
                id=id.clone()
                class="menu"
                role="menu"
                aria-label=label
                popover="auto"
                on:beforetoggle=place
                on:toggle=on_toggle
                on:keydown=on_key
            >
                {move || items.get().into_iter().map(item).collect::<Vec<_>>()}
            </div>
        </span>
    }
}

/// Where the focus goes in a menu.
#[derive(Clone, Copy)]
enum Step {
    First,
    Last,
    Next,
    Previous,
}

/// Moves the focus among the items of an open menu, round its ends.
fn move_focus(menu: &web_sys::HtmlElement, step: Step) {
    let Ok(nodes) = menu.query_selector_all("[role=menuitem]:not(:disabled)") else { return };
    let items: Vec<web_sys::HtmlElement> =
        (0..nodes.length()).filter_map(|at| nodes.item(at)?.dyn_into::<web_sys::HtmlElement>().ok()).collect();
    if items.is_empty() {
        return;
    }
    let focused = document().active_element();
    let at = items.iter().position(|item| focused.as_ref().is_some_and(|focused| item.is_same_node(Some(focused))));
    let last = items.len() - 1;
    let to = match (step, at) {
        (Step::First, _) | (Step::Next, None) => 0,
        (Step::Last, _) | (Step::Previous, None) => last,
        (Step::Next, Some(at)) => (at + 1) % items.len(),
        (Step::Previous, Some(at)) => at.checked_sub(1).unwrap_or(last),
    };
    items[to].focus().unwrap_or_default();
}

/// Puts the menu below its button, or above it where there is no room, its edge at the button's edge that is farther from the
/// middle of the window. On a phone the style sheet makes it a sheet at the bottom, whatever is set here.
fn place_beside(button: &web_sys::HtmlElement, menu: &web_sys::HtmlElement) {
    let root = document().document_element();
    let Some(root) = root else { return };
    let (width, height) = (f64::from(root.client_width()), f64::from(root.client_height()));
    let rect = button.get_bounding_client_rect();
    let style = menu.style();
    let sides = if rect.left() + rect.right() > width {
        ("auto".to_owned(), px(width - rect.right()))
    } else {
        (px(rect.left()), "auto".to_owned())
    };
    let ends = if rect.bottom() > height * 0.6 {
        ("auto".to_owned(), px(height - rect.top() + GAP))
    } else {
        (px(rect.bottom() + GAP), "auto".to_owned())
    };
    for (name, value) in [("left", sides.0), ("right", sides.1), ("top", ends.0), ("bottom", ends.1)] {
        // A length always is a value of these properties.
        style.set_property(name, &value).unwrap_or_default();
    }
}

fn px(length: f64) -> String {
    // A whole number: the code that writes a fraction out is ten kilobytes of the first load.
    format!("{}px", length.max(0.0).round() as i32)
}
