//! What is asked of a field: in a dialog, for a new one and for one that is there.

use leptos::prelude::*;
use outpost_core::record::RecordKey;
use outpost_core::records::{CustomField, FieldKind, FieldNeed, FieldOptions, FieldSearch};
use outpost_core::schema::RecordType;

use super::options::{self, Options};
use super::picks::Picks;
use super::{changes, patched, write_once};
use crate::components::{Checkbox, Choice, DialogForm, Select, TextInput};
use crate::markup::{IntoMarkup, Markup, view};
use crate::state::{schema, types, use_desk, with_pages};
use crate::words::{t, tr};

/// What a search looks into, if it is told to.
const TEXTS: [FieldKind; 5] =
    [FieldKind::Text, FieldKind::LongText, FieldKind::Emails, FieldKind::Phones, FieldKind::Address];

/// The form. One that is there keeps its kind: what is stored would not be of another one.
#[component]
pub(super) fn FieldForm(
    /// The type that it belongs to.
    kind: &'static str,
    /// Which one.
    key: RecordKey,
    /// As it is; none for a new one.
    before: Option<CustomField>,
    /// Called when it is kept, or given up.
    #[prop(into)]
    on_done: Callback<()>,
) -> Markup {
    let desk = use_desk();
    let of = kind;
    let is_new = before.is_none();
    let first =
        before.unwrap_or_else(|| CustomField { place: next_place(of), of: of.to_owned(), ..CustomField::default() });
    let label = RwSignal::new(first.label.clone());
    let kind = RwSignal::new(first.kind);
    let to = RwSignal::new(first.to.clone());
    let hint = RwSignal::new(first.hint.clone());
    let needed = RwSignal::new(first.need == FieldNeed::Required);
    let searched = RwSignal::new(first.search != FieldSearch::Passed);
    let (options, new_option) = (RwSignal::new(first.options.clone()), RwSignal::new(String::new()));
    let (wrong_label, wrong_to, wrong_options) =
        (RwSignal::new(None::<String>), RwSignal::new(None::<String>), RwSignal::new(None::<String>));
    let busy = RwSignal::new(false);
    let is_relation = move || matches!(kind.get(), FieldKind::Relation | FieldKind::Relations | FieldKind::Roles);

    let save = {
        let first = first.clone();
        move || {
            let name = label.get_untracked().trim().to_owned();
            let same = |field: &&outpost_core::schema::Field| {
                field.label.eq_ignore_ascii_case(&name) && field.name != CustomField::name(key.id)
            };
            let problem = match () {
                () if name.is_empty() => Some(t!("A name is wanted.").to_owned()),
                () if schema(of).is_some_and(|schema| schema.fields.iter().any(|field| same(&field))) => {
                    Some(t!("There is a field “{name}” already."))
                }
                () => None,
            };
            wrong_label.set(problem);
            let of_choice = kind.get_untracked() == FieldKind::Choice;
            if of_choice {
                // What was typed and not added is meant as well.
                options::add(options, new_option);
            }
            let no_options = of_choice && options.with_untracked(|options| options.0.is_empty());
            wrong_options.set(no_options.then(|| t!("At least one option is wanted.").to_owned()));
            let to_nothing = untrack(is_relation) && to.with_untracked(String::is_empty);
            wrong_to.set(to_nothing.then(|| t!("Choose what it leads to.").to_owned()));
            let is_wrong = |wrong: RwSignal<Option<String>>| wrong.with_untracked(Option::is_some);
            if is_wrong(wrong_label) || is_wrong(wrong_options) || is_wrong(wrong_to) {
                return;
            }
            let after = CustomField {
                label: name.clone(),
                kind: kind.get_untracked(),
                to: if untrack(is_relation) { to.get_untracked() } else { String::new() },
                hint: hint.get_untracked().trim().to_owned(),
                need: if needed.get_untracked() { FieldNeed::Required } else { FieldNeed::Optional },
                search: if searched.get_untracked() { FieldSearch::Searched } else { FieldSearch::Passed },
                options: if of_choice { options.get_untracked() } else { FieldOptions::default() },
                ..first.clone()
            };
            let patch = if is_new { after.to_patch().map_err(crate::forms::say) } else { changes(&first, &after) };
            match patch {
                Ok(patch) if patch.is_empty() => on_done.run(()),
                Ok(patch) => {
                    let said = if is_new { t!("Added “{name}”") } else { t!("Saved “{name}”") };
                    write_once(desk, busy, vec![patched(&key, patch)], said, on_done);
                }
                Err(why) => wrong_label.set(Some(why)),
            }
        }
    };

    let kinds = FieldKind::CHOICES.iter().map(|choice| Choice::new(choice.value, choice.label)).collect::<Vec<_>>();
    let kind_control = if is_new {
        let choose = move |value: String| kind.set(FieldKind::parse(&value));
        view! { <Picks label="Kind" value=Signal::derive(move || kind.get().value().to_owned()) options=kinds on_change=choose /> }
    } else {
        view! { <p class="muted small">{t!("Kind: {}", tr(first.kind.label()))}</p> }
    };
    let targets = with_pages().map(|schema| Choice::new(schema.kind, schema.plural)).collect::<Vec<_>>();
    let to_control = move || {
        is_relation().then(|| {
            view! {
                <Select
                    label="Leads to"
                    value=to
                    options=Signal::stored(targets.clone())
                    on_change=move |kind: String| to.set(kind)
                    error=wrong_to
                    disabled=!is_new
                />
            }
        })
    };
    let options_control = move || {
        (kind.get() == FieldKind::Choice).then(|| view! { <Options options new=new_option error=wrong_options /> })
    };
    let search_control = move || {
        TEXTS.contains(&kind.get()).then(|| {
            view! { <Checkbox label="Search finds what is written in it" checked=searched on_change=move |on| searched.set(on) /> }
        })
    };
    view! {
        <DialogForm
            save=tr(if is_new { "Add field" } else { "Save field" })
            busy
            on_save=move |()| save()
            on_cancel=on_done
        >
            <TextInput
                label="Name"
                value=label
                on_input=move |text| {
                    label.set(text);
                    wrong_label.set(None);
                }
                error=wrong_label
                required=true
            />
            {kind_control}
            {to_control}
            {options_control}
            <Checkbox label="Must be filled in" checked=needed on_change=move |on| needed.set(on) />
            {search_control}
            <TextInput
                label="Help below the field"
                optional=true
                value=hint
                on_input=move |text| hint.set(text)
            />
        </DialogForm>
    }
    .into_markup()
}

/// Behind all that were added.
fn next_place(of: &str) -> i64 {
    types().added(of).iter().map(|(_, field)| field.place).max().unwrap_or_default() + 1
}
