//! The box itself: a combobox in the sense of ARIA. The input keeps the focus, arrows move through the list.
//!
//! It is a popover that covers the page, and no modal dialog: for that a browser looks at the whole page anew, half a frame on a
//! slow phone, before anybody sees a thing. That nothing under it gets the focus or a press is seen to here.

use leptos::prelude::*;
use leptos::{ev, html};
use outpost_core::search::Piece;
use wasm_bindgen::JsCast;

use super::Act;
use super::answer::{Answer, Group, Item, Sign, answer};
use super::commands::{Subject, subject};
use super::keys::KeySheet;
use crate::components::{Avatar, Banner, BannerKind, Glyph, Icon, IconButton, Skeleton, Tag, words};
use crate::forms::leave_field;
use crate::markup::{Markup, effect, view};
use crate::platform::breath::painted;
use crate::platform::{intl, media, page};
use crate::state::{Desk, Live, live};
use crate::words::{t, tn, tr};

/// The list's id; an item's is this, a dash and its number.
const LIST: &str = "found";

/// The search box, closed at first. To be made once, beside the app; it listens to its keys and buttons for as long as the page lives.
#[component]
pub(crate) fn Palette(
    /// What every page works with.
    desk: Desk,
) -> Markup {
    provide_context(desk);
    let cover = NodeRef::<html::Div>::new();
    let input = NodeRef::<html::Input>::new();
    // Grows each time it is opened; what stands in it then is asked for anew.
    let (opened, set_opened) = signal(0_u32);
    let (shown, set_shown) = signal(false);
    let (typed, set_typed) = signal(String::new());
    let (active, set_active) = signal(0_usize);
    // Enter was pressed before what was typed is answered.
    let hurry = StoredValue::new(false);
    // What the focus was on before the box took it.
    let over = StoredValue::new(None::<Subject>);
    let sheet = RwSignal::new(false);
    let asked = RwSignal::new(None::<Act>);
    let keys = move || Act::run(move || sheet.set(true));
    let found: Live<Option<Answer>> = live(
        move || (opened.get(), shown.get(), typed.get()),
        move |(_, shown, typed)| async move {
            if !shown {
                return Ok(None);
            }
            if typed.is_empty() {
                // The box itself is seen before what is offered in it.
                painted().await;
            }
            answer(desk, over.get_value(), typed, keys()).await.map(Some)
        },
    );

    let close = move || {
        set_shown.set(false);
        hurry.set_value(false);
        if let Some(cover) = cover.get_untracked().filter(|cover| is_open(cover)) {
            // It can only fail for one that is closed.
            cover.hide_popover().unwrap_or_default();
        }
    };
    let open = move || {
        let Some(cover) = cover.get_untracked() else { return };
        asked.set(None);
        hurry.set_value(false);
        if !is_open(&cover) {
            over.set_value(subject());
        }
        set_typed.set(String::new());
        set_active.set(0);
        set_opened.update(|opened| *opened += 1);
        set_shown.set(true);
        if !is_open(&cover) {
            // In the very task of the key or the finger: a phone shows its keyboard only then. It can only fail for one that is open.
            cover.show_popover().unwrap_or_default();
        }
        if let Some(input) = input.get_untracked() {
            input.focus().unwrap_or_default();
        }
    };
    let choose = move |act: Act| {
        close();
        match act {
            Act::Go(path) => page::follow(&path),
            Act::Run(run) => run(),
            ask @ Act::Ask(_) => asked.set(Some(ask)),
        }
    };
    let choose_active = move || {
        let answered = found.with_untracked(|found| {
            let answer = found?.as_ref().filter(|answer| answer.typed == typed.get_untracked())?;
            Some(answer.items().nth(active.get_untracked()).map(|item| item.act.clone()))
        });
        match answered {
            Some(Some(act)) => choose(act),
            Some(None) => {}
            None => hurry.set_value(true),
        }
    };
    effect(move || {
        let is_new = found
            .with(|found| found.and_then(Option::as_ref).is_some_and(|answer| answer.typed == typed.get_untracked()));
        if is_new {
            page::mark("outpost:found");
            if hurry.get_value() {
                hurry.set_value(false);
                request_animation_frame(choose_active);
            }
        }
    });
    listen(open, close, cover, sheet);
    send_forms();

    let count = move || found.with(|found| found.and_then(Option::as_ref).map_or(0, |answer| answer.items().count()));
    let step = move |forward: bool| {
        let count = count();
        if count > 0 {
            let at = active.get_untracked().min(count - 1);
            set_active.set(if forward { (at + 1) % count } else { at.checked_sub(1).unwrap_or(count - 1) });
            request_animation_frame(move || reveal(active.get_untracked()));
        }
    };
    let on_key = move |event: ev::KeyboardEvent| {
        if event.is_composing() {
            return;
        }
        match event.key().as_str() {
            "ArrowDown" => step(true),
            "ArrowUp" => step(false),
            "Enter" => choose_active(),
            // The first empties it, the second closes it.
            "Escape" if !typed.with_untracked(String::is_empty) => {
                hurry.set_value(false);
                set_typed.set(String::new());
            }
            "Escape" => close(),
            "?" if typed.with_untracked(String::is_empty) => choose(keys()),
            // Nothing else in it needs the focus, and what lies under it must not have it.
            "Tab" => {}
            _ => return,
        }
        event.prevent_default();
        event.stop_propagation();
    };
    let on_input = move |event: ev::Event| {
        set_active.set(0);
        hurry.set_value(false);
        set_typed.set(event_target_value(&event));
    };
    let on_press = move |event: ev::MouseEvent| {
        let target = event.target().and_then(|target| target.dyn_into::<web_sys::Element>().ok());
        if target.as_ref().is_some_and(|target| target.class_list().contains("palette")) {
            close();
        }
        if target.is_none_or(|target| target.tag_name() != "INPUT") {
            // The focus stays where one types.
            event.prevent_default();
        }
    };
    let on_toggle = move |_: ev::Event| {
        if !cover.get_untracked().is_some_and(|cover| is_open(&cover)) {
            // Also by a gesture that means “back”.
            set_shown.set(false);
            hurry.set_value(false);
        }
    };
    // The page under it may be about to give the focus to something of its own, and a telephone's keyboard has keys for the next
    // field. What closes that keyboard leaves the focus nowhere, and that is right.
    let on_focus_out = move |event: ev::FocusEvent| {
        let to = event.related_target().and_then(|to| to.dyn_into::<web_sys::Node>().ok());
        let is_beside = to.is_some_and(|to| cover.get_untracked().is_some_and(|cover| !cover.contains(Some(&to))));
        if is_beside {
            request_animation_frame(move || {
                let is_open = cover.try_get_untracked().flatten().is_some_and(|cover| is_open(&cover));
                if let Some(input) = input.try_get_untracked().flatten().filter(|_| is_open) {
                    input.focus().unwrap_or_default();
                }
            });
        }
    };
    let active_id = move || (count() > 0).then(|| format!("{LIST}-{}", active.get()));
    let list = move || {
        found.with(|found| match found {
            Some(Some(answer)) => groups(answer, active, set_active, choose),
            _ if shown.get() => vec![view! { <Skeleton rows=5 /> }],
            _ => Vec::new(),
        })
    };
    let told = move || {
        found.with(|found| {
            let Some(Some(answer)) = found else { return String::new() };
            match answer.total {
                None => String::new(),
                Some(0) => tr("No record found").to_owned(),
                Some(total) => tn!(total, "1 record found", "{} records found", intl::count(total)),
            }
        })
    };
    view! {
        <div
            node_ref=cover
            class="palette"
            popover="auto"
            role="dialog"
            aria-modal="true"
            aria-label=words::SEARCH
            on:toggle=on_toggle
            on:focusout=on_focus_out
            on:mousedown=on_press
        >
            <div class="palette-box">
            <div class="palette-head">
                <Icon glyph=Glyph::Search />
                <input
                    node_ref=input
                    type="text"
                    role="combobox"
                    inputmode="search"
                    enterkeyhint="go"
                    autocomplete="off"
                    autocapitalize="none"
                    spellcheck="false"
                    aria-label="Search everything"
                    aria-autocomplete="list"
                    aria-controls=LIST
                    aria-expanded="true"
                    aria-activedescendant=active_id
                    placeholder="Search, or type a command"
                    prop:value=move || typed.get()
                    on:input=on_input
                    on:keydown=on_key
                />
                <kbd aria-hidden="true">"Esc"</kbd>
                <IconButton label=tr(words::CLOSE) icon=Glyph::Close on_click=move |()| close() />
            </div>
            {move || found.error().map(|text| view! { <Banner kind=BannerKind::Bad text /> })}
            <div class="palette-list" id=LIST role="listbox" aria-label="Found">
                {list}
            </div>
            <div class="palette-foot">
                <span aria-live="polite">{told}</span>
                <span class="palette-keys" aria-hidden="true">
                    <kbd>"↑↓"</kbd>
                    "choose"
                    <kbd>"Enter"</kbd>
                    "open it"
                    <kbd>"?"</kbd>
                    "all keys"
                </span>
            </div>
            </div>
        </div>
        <KeySheet open=sheet />
        {move || match asked.get() {
            Some(Act::Ask(make)) => make(),
            _ => Markup::Empty,
        }}
    }
}

fn is_open(cover: &web_sys::Element) -> bool {
    cover.matches(":popover-open").unwrap_or(false)
}

/// Listens to the keys and buttons that open it, for as long as the page lives.
fn listen(
    open: impl Fn() + Copy + 'static,
    close: impl Fn() + Copy + 'static,
    cover: NodeRef<html::Div>,
    sheet: RwSignal<bool>,
) {
    let keys = window_event_listener(ev::keydown, move |event| {
        let is_open = cover.get_untracked().is_some_and(|cover| is_open(&cover));
        let with_ctrl = (event.ctrl_key() || event.meta_key()) && !event.alt_key() && !event.shift_key();
        if with_ctrl && event.key().eq_ignore_ascii_case("k") {
            match (is_open, page::is_covered()) {
                (true, _) => close(),
                (false, false) => open(),
                (false, true) => return,
            }
        } else {
            let is_plain = !event.ctrl_key() && !event.meta_key() && !event.alt_key();
            if event.default_prevented() || !is_plain || page::is_typing() || page::is_covered() {
                return;
            }
            match event.key().as_str() {
                "/" => open(),
                "?" => sheet.set(true),
                "f" if focus_filter() => {}
                _ => return,
            }
        }
        event.prevent_default();
    });
    let buttons = window_event_listener(ev::click, move |event| {
        let target = event.target().and_then(|target| target.dyn_into::<web_sys::Element>().ok());
        if target.and_then(|target| target.closest(".find").ok().flatten()).is_some() {
            open();
        }
    });
    on_cleanup(move || {
        keys.remove();
        buttons.remove();
    });
}

/// Sends the form that one is in with Ctrl-Enter, for as long as the page lives; in a field of several lines there is no other key.
fn send_forms() {
    let sent = window_event_listener(ev::keydown, |event| {
        let is_meant = event.key() == "Enter" && (event.ctrl_key() || event.meta_key()) && !event.repeat();
        if event.default_prevented() || event.is_composing() || !is_meant {
            return;
        }
        let within = event.target().and_then(|target| target.dyn_into::<web_sys::Element>().ok());
        let form = within.and_then(|within| within.closest("form").ok().flatten());
        if let Some(form) = form.and_then(|form| form.dyn_into::<web_sys::HtmlFormElement>().ok()) {
            event.prevent_default();
            leave_field();
            // It fails only for a form that is gone.
            form.request_submit().unwrap_or_default();
        }
    });
    on_cleanup(move || sent.remove());
}

/// Puts the focus into the field that narrows the list, if there is one.
fn focus_filter() -> bool {
    let field = document().query_selector(".search input").ok().flatten();
    field.and_then(|field| field.dyn_into::<web_sys::HtmlElement>().ok()).is_some_and(|field| field.focus().is_ok())
}

/// Brings an item onto the glass.
fn reveal(at: usize) {
    if let Some(item) = document().get_element_by_id(&format!("{LIST}-{at}")) {
        media::bring_into_sight(&item, web_sys::ScrollLogicalPosition::Nearest);
    }
}

fn groups(
    answer: &Answer,
    active: ReadSignal<usize>,
    set_active: WriteSignal<usize>,
    choose: impl Fn(Act) + Copy + Send + Sync + 'static,
) -> Vec<Markup> {
    if answer.groups.is_empty() {
        let said = t!("Nothing on this device fits “{}”.", answer.typed.trim());
        return vec![view! { <p class="palette-none">{said}</p> }];
    }
    let mut at = 0;
    let group = |group: &Group| {
        let items = group.items.iter().map(|item| {
            at += 1;
            option(item.clone(), at - 1, active, set_active, choose)
        });
        view! {
            <div role="group" aria-label=group.title.clone()>
                <div class="palette-group" aria-hidden="true">
                    {group.title.clone()}
                </div>
                {items.collect::<Vec<_>>()}
            </div>
        }
    };
    answer.groups.iter().map(group).collect()
}

fn option(
    item: Item,
    at: usize,
    active: ReadSignal<usize>,
    set_active: WriteSignal<usize>,
    choose: impl Fn(Act) + Copy + Send + Sync + 'static,
) -> Markup {
    let act = item.act.clone();
    let sign = match item.sign {
        Sign::Name(name) => view! { <Avatar name /> },
        Sign::Icon(glyph) => view! { <span class="av" aria-hidden="true"><Icon glyph /></span> },
    };
    let second = (!item.second.is_empty()).then(|| view! { <span class="item-text">{pieces(item.second)}</span> });
    view! {
        <div
            class="palette-item"
            role="option"
            id=format!("{LIST}-{at}")
            aria-selected=move || if active.get() == at { "true" } else { "false" }
            on:pointermove=move |_| {
                if active.get_untracked() != at {
                    set_active.set(at);
                }
            }
            on:click=move |_| choose(act.clone())
        >
            {sign}
            <span class="item-main">
                <span class="item-title">{pieces(item.title)}</span>
                {second}
            </span>
            {item.state.map(|(label, tone)| view! { <Tag tone>{label}</Tag> })}
        </div>
    }
}

/// A line with what was meant marked.
fn pieces(pieces: Vec<Piece>) -> Vec<Markup> {
    let piece = |Piece { text, marked }| {
        if marked {
            view! { <mark>{text}</mark> }
        } else {
            Markup::Text(text.into())
        }
    };
    pieces.into_iter().map(piece).collect()
}
