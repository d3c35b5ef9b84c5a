//! A whole form on a page: its fields, its buttons, its draft, and what is said when it cannot be saved.

use std::rc::Rc;

use crate::markup::{Markup, effect, view};
use leptos::html;
use leptos::prelude::*;
use leptos::task::spawn_local;
use outpost_core::mutation::Patch;
use outpost_core::schema::Kind;

use super::draft;
use super::field_input::FieldInput;
use super::state::{FieldState, FormState};
use super::twins::Twins;
use crate::components::{Banner, BannerKind, Button, ButtonKind, LinkButton, LookOnly, Panel, focus_first_invalid};
use crate::platform::dirty;
use crate::state::Desk;
use crate::words::{t, tn};

/// How a save ended, for the form to show.
pub type Saved = Result<(), String>;

/// Fields that take the whole width.
fn is_wide(state: &FieldState) -> bool {
    matches!(state.field.kind, Kind::LongText | Kind::Address | Kind::Roles(_))
}

/// Fields that say who or what it is and how they are reached: they come first, in a panel of their own.
fn is_about_whom(form: FormState, state: &FieldState) -> bool {
    let list = form.schema.list;
    let name = state.field.name;
    name == list.title
        || name == list.subtitle
        || is_relation(state)
        || matches!(state.field.kind, Kind::Emails | Kind::Phones | Kind::Address)
        || matches!(name, "buyer_tax_id" | "buyer_email")
}

fn is_relation(state: &FieldState) -> bool {
    state.field.leads_to().is_some()
}

/// The fields in the panels in which they stand. Of what happened it is asked first what that was, then with whom.
fn panels(form: FormState) -> [Vec<FieldState>; 2] {
    let happens = !form.schema.list.moment.is_empty();
    let is_first = |state: &FieldState| if happens { !is_relation(state) } else { is_about_whom(form, state) };
    let (first, second) = form.fields().into_iter().partition(is_first);
    [first, second]
}

/// The fields of a form with its buttons. `save` gets what was changed, and resolves once that is durable.
#[component]
pub fn FormView(
    /// What every page works with.
    desk: Desk,
    /// The form.
    form: FormState,
    /// Where its draft is kept: the page's path.
    #[prop(into)]
    route: String,
    /// What the button says that saves.
    #[prop(into)]
    label: String,
    /// Where the form leads if it is given up.
    #[prop(into)]
    cancel: String,
    /// Puts the caret into the first field: for a page that is only this form. Not on a phone, where a keyboard would jump up.
    #[prop(optional)]
    focus_first: bool,
    /// Writes the changed fields; an error is a sentence.
    save: Rc<dyn Fn(Patch) -> futures::future::LocalBoxFuture<'static, Saved>>,
) -> Markup {
    let node = NodeRef::<html::Form>::new();
    let busy = RwSignal::new(false);
    let done = RwSignal::new(false);
    let problem = RwSignal::new(None::<String>);
    let restored = RwSignal::new(false);

    if focus_first {
        effect(move || {
            if let Some(form) = node.get() {
                request_animation_frame(move || focus_field(&form));
            }
        });
    }

    let route = StoredValue::new(route);
    spawn_local(async move {
        let Some(key) = route.try_get_value() else { return };
        if let Some(draft) = draft::load(desk, &key).await
            && restored.try_get_untracked().is_some()
            && form.restore(&draft)
        {
            restored.set(true);
        }
    });
    draft::keep(desk, form, route.get_value(), move || !done.try_get_untracked().unwrap_or(true));
    keep_from_update(form, done);

    let save = StoredValue::new_local(save);
    let submit = move || {
        // One press at a time, however fast the finger: a second one finds the first under way or done.
        if busy.get_untracked() || done.get_untracked() {
            return;
        }
        let patch = match form.patch() {
            Ok(patch) => patch,
            Err(wrong) => {
                let said = tn!(wrong, "One field needs another look.", "{wrong} fields need another look.");
                problem.set(Some(said));
                request_animation_frame(move || {
                    if let Some(root) = node.try_get_untracked().flatten() {
                        focus_first_invalid(&root);
                    }
                });
                return;
            }
        };
        busy.set(true);
        problem.set(None);
        let saving = save.with_value(|save| save(patch));
        spawn_local(async move {
            match saving.await {
                Ok(()) => {
                    done.try_set(true);
                    if let Some(key) = route.try_get_value() {
                        draft::forget(desk, &key).await;
                    }
                }
                Err(why) => {
                    problem.try_set(Some(t!("{why} What you entered is kept.")));
                }
            }
            busy.try_set(false);
        });
    };
    let discard = move |()| {
        form.reset();
        restored.set(false);
        problem.set(None);
        spawn_local(async move {
            if let Some(key) = route.try_get_value() {
                draft::forget(desk, &key).await;
            }
        });
    };
    let field = move |state: FieldState| {
        let class = if is_wide(&state) { "full" } else { "" };
        view! {
            <div class=class data-field=state.field.name>
                <FieldInput form state />
            </div>
        }
    };
    let panels = panels(form)
        .into_iter()
        .filter(|fields| !fields.is_empty())
        .map(|fields| {
            view! {
                <Panel>
                    <div class="form-grid">{fields.into_iter().map(field).collect::<Vec<_>>()}</div>
                </Panel>
            }
        })
        .collect::<Vec<_>>();
    view! {
        <form
            node_ref=node
            class="form measure-form"
            novalidate=true
            on:submit=move |event| {
                event.prevent_default();
                submit();
            }
        >
            <LookOnly when=desk.sync().may_only_look() />
            {move || {
                restored
                    .get()
                    .then(|| {
                        view! {
                            <Banner text="You had not saved this yet. It is here as you left it.">
                                <Button small=true kind=ButtonKind::Quiet on_click=discard>
                                    "Start over"
                                </Button>
                            </Banner>
                        }
                    })
            }}
            {panels}
            <Twins desk form />
            {move || problem.get().map(|text| view! { <Banner kind=BannerKind::Bad text /> })}
            <div class="form-actions stick">
                <Button kind=ButtonKind::Primary submit=true busy>
                    {label}
                    <kbd>"Ctrl ↵"</kbd>
                </Button>
                <LinkButton kind=ButtonKind::Quiet href=cancel>
                    "Cancel"
                </LinkButton>
            </div>
        </form>
    }
}

/// Puts the caret into the first field of a form.
fn focus_field(form: &web_sys::Element) {
    use wasm_bindgen::JsCast;
    let first = form.query_selector("input, select, textarea").ok().flatten();
    if let Some(field) = first.and_then(|field| field.dyn_into::<web_sys::HtmlElement>().ok()) {
        field.focus().unwrap_or_default();
    }
}

/// Tells the field that has the focus that it was left, so that what was typed last is looked at as well.
pub(crate) fn leave_field() {
    use wasm_bindgen::JsCast;
    let focused = document().active_element().and_then(|element| element.dyn_into::<web_sys::HtmlElement>().ok());
    if let Some(element) = focused {
        element.blur().unwrap_or_default();
    }
}

/// While something is typed and not saved, no new version of the app takes over by itself.
fn keep_from_update(form: FormState, done: RwSignal<bool>) {
    let held = StoredValue::new_local(None::<dirty::DirtyForm>);
    effect(move || {
        let dirty = form.is_dirty() && !done.get();
        held.update_value(|held| match (dirty, held.is_some()) {
            (true, false) => *held = Some(dirty::form()),
            (false, true) => *held = None,
            _ => {}
        });
    });
    on_cleanup(move || drop(held.try_update_value(Option::take)));
}
