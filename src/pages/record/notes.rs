//! What there is to know about a record: read, and written right where it stands.

use crate::markup::{Markup, effect, view};
use leptos::html;
use leptos::prelude::*;
use leptos::task::spawn_local;
use outpost_core::money::Currency;
use outpost_core::mutation::{Op, Patch};
use outpost_core::record::Record;
use outpost_core::schema::Schema;
use wasm_bindgen::JsCast;

use crate::components::{Banner, BannerKind, Button, ButtonKind, Glyph, Panel, TextArea};
use crate::forms::{Entry, FieldState, FormState, Habits, draft};
use crate::pages::undo::{Back, offer};
use crate::platform::{dirty, intl};
use crate::state::Desk;
use crate::words::tr;

const FIELD: &str = "notes";
/// Height of what may cover the lower edge of the window, in CSS pixels.
const EDGE: f64 = 72.0;

/// The notes in a panel of their own. What is typed survives a reload, and what was saved can be taken back.
#[component]
pub(crate) fn Notes(
    /// What every page works with.
    desk: Desk,
    /// The record's type, which has a field `notes`.
    schema: &'static Schema,
    /// The record.
    record: Signal<Record>,
) -> Markup {
    let first = record.get_untracked();
    let id = first.id;
    let others: Vec<&str> = schema.fields.iter().map(|field| field.name).filter(|name| *name != FIELD).collect();
    let habits = Habits { mark: intl::decimal_mark(), currency: Currency::EUR };
    let form = FormState::new(schema, &others, Some(&first), &Patch::new(), habits);
    let Some(state) = form.field(FIELD) else { return Markup::Empty };
    effect(move || record.with(|record| form.rebase(record)));
    draft::follow(desk, form, format!("{}/{id}#{FIELD}", schema.kind));
    keep_from_update(form);

    let opened = RwSignal::new(false);
    let problem = RwSignal::new(None::<String>);
    let writing = Memo::new(move |_| opened.get() || form.is_dirty());
    let text = Memo::new(move |_| record.with(|record| record.text(FIELD).to_owned()));
    let save = Callback::new(move |()| {
        let Ok(patch) = form.patch() else { return };
        spawn_local(async move {
            if !patch.is_empty() {
                match desk.write(vec![Op::patch(schema.kind, id, patch.clone())]).await {
                    Ok(written) => {
                        form.saved(&patch);
                        offer(desk, tr("Notes saved").to_owned(), Back::of(written));
                    }
                    Err(why) => {
                        problem.try_set(Some(format!("{why} {}", tr("What you entered is kept."))));
                        return;
                    }
                }
            }
            problem.try_set(None);
            opened.try_set(false);
        });
    });
    let cancel = Callback::new(move |()| {
        form.reset();
        problem.set(None);
        opened.set(false);
    });
    let actions = move || {
        (!writing.get()).then(|| {
            let (icon, label) = match text.with(String::is_empty) {
                true => (Glyph::Plus, "Write it down"),
                false => (Glyph::Edit, "Edit"),
            };
            view! {
                <Button small=true kind=ButtonKind::Quiet icon on_click=move |()| opened.set(true)>
                    {label}
                </Button>
            }
        })
    };
    let body = move || match (writing.get(), text.get()) {
        (true, _) => view! { <Editor state focus=opened.get_untracked() problem save cancel /> },
        (false, text) if text.is_empty() => view! { <p class="muted small">"Nothing noted yet."</p> },
        (false, text) => view! { <p class="prose-lines" dir="auto">{text}</p> },
    };
    view! {
        <Panel title=tr(state.field.label) actions>
            {body}
        </Panel>
    }
}

#[component]
fn Editor(
    state: FieldState,
    /// It was opened by a press, and whoever pressed wants to write.
    focus: bool,
    problem: RwSignal<Option<String>>,
    save: Callback<()>,
    cancel: Callback<()>,
) -> Markup {
    let node = NodeRef::<html::Form>::new();
    effect(move || {
        let Some(form) = node.get().filter(|_| focus) else { return };
        let area = form.query_selector("textarea").ok().flatten();
        if let Some(area) = area.and_then(|area| area.dyn_into::<web_sys::HtmlElement>().ok()) {
            area.focus().unwrap_or_default();
        }
        // Its buttons are not to be below the edge, or behind a phone's bar, which the page's scroll padding makes room for.
        let height = document().document_element().map_or(0, |root| root.client_height());
        if form.get_bounding_client_rect().bottom() > f64::from(height) - EDGE {
            form.scroll_into_view_with_bool(false);
        }
    });
    view! {
        <form
            node_ref=node
            class="stack tight"
            novalidate=true
            on:submit=move |event| {
                event.prevent_default();
                save.run(());
            }
        >
            <TextArea
                label=tr(state.field.label)
                hide_label=true
                rows=4
                value=state.text()
                on_input=move |text| state.enter(Entry::Text(text))
                error=MaybeProp::from(state.error())
            />
            {move || problem.get().map(|text| view! { <Banner kind=BannerKind::Bad text /> })}
            <div class="form-actions">
                <Button small=true kind=ButtonKind::Primary submit=true>
                    "Save notes"
                </Button>
                <Button small=true kind=ButtonKind::Quiet on_click=cancel>
                    "Cancel"
                </Button>
            </div>
        </form>
    }
}

/// While something is typed and not saved, no new version of the app takes over by itself.
fn keep_from_update(form: FormState) {
    let held = StoredValue::new_local(None::<dirty::DirtyForm>);
    effect(move || {
        let dirty = form.is_dirty();
        held.update_value(|held| match (dirty, held.is_some()) {
            (true, false) => *held = Some(dirty::form()),
            (false, true) => *held = None,
            _ => {}
        });
    });
    on_cleanup(move || drop(held.try_update_value(Option::take)));
}
