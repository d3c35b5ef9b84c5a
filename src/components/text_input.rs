//! Fields in which something is typed: one line, several lines, a date. Plain strings in and out.

use super::field::{Field, described_by, new_id};
use crate::markup::{Markup, view};
use leptos::{html, prelude::*};

/// What is typed, which decides the keyboard of a phone and what is corrected or capitalised.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum InputKind {
    /// Anything.
    #[default]
    Text,
    /// Names of people, companies, places: each word begins with a capital letter.
    Name,
    /// An e-mail address.
    Email,
    /// A telephone number.
    Phone,
    /// A web address.
    Url,
    /// A number that may have decimals, in the writer's own notation. Text to the browser, so that a comma is not eaten.
    Decimal,
    /// A whole number.
    Integer,
    /// A secret.
    Password,
}

impl InputKind {
    /// `type`, `inputmode` and `autocapitalize` of the input.
    const fn attributes(self) -> (&'static str, &'static str, &'static str) {
        match self {
            Self::Text => ("text", "text", "sentences"),
            Self::Name => ("text", "text", "words"),
            Self::Email => ("email", "email", "none"),
            Self::Phone => ("tel", "tel", "none"),
            Self::Url => ("url", "url", "none"),
            Self::Decimal => ("text", "decimal", "none"),
            Self::Integer => ("text", "numeric", "none"),
            Self::Password => ("password", "text", "none"),
        }
    }

    /// What a browser or a phone's address book may fill in, where the kind alone says it: a token of `autocomplete`.
    pub(crate) const fn token(self) -> &'static str {
        match self {
            Self::Email => "email",
            Self::Phone => "tel",
            Self::Url => "url",
            _ => "off",
        }
    }

    /// Figures line up at the end.
    const fn is_number(self) -> bool {
        matches!(self, Self::Decimal | Self::Integer)
    }

    /// Whether a spelling checker would only disturb.
    const fn is_prose(self) -> bool {
        matches!(self, Self::Text)
    }
}

/// One line of text.
#[component]
pub fn TextInput(
    /// What is asked for.
    #[prop(into)]
    label: Signal<String>,
    /// What the field shows.
    #[prop(into)]
    value: Signal<String>,
    /// Called with the text at every keystroke.
    #[prop(optional, into)]
    on_input: Option<Callback<String>>,
    /// Called with the text when the field is left or Enter is pressed, if it changed.
    #[prop(optional, into)]
    on_change: Option<Callback<String>>,
    /// What is typed.
    #[prop(optional)]
    kind: InputKind,
    /// What helps to answer.
    #[prop(optional, into)]
    hint: MaybeProp<String>,
    /// What is wrong.
    #[prop(optional, into)]
    error: MaybeProp<String>,
    /// An example, shown while it is empty.
    #[prop(optional, into)]
    placeholder: MaybeProp<String>,
    /// What a browser may fill in: `name`, `current-password` …; what its kind says unless told.
    #[prop(optional)]
    autocomplete: Option<&'static str>,
    /// Must be filled in; said to those who listen. Checking is the form's work.
    #[prop(optional)]
    required: bool,
    /// Says beside the label that it may stay empty.
    #[prop(optional)]
    optional: bool,
    /// Cannot be changed now.
    #[prop(optional, into)]
    disabled: Signal<bool>,
    /// The label is only read aloud.
    #[prop(optional)]
    hide_label: bool,
    /// Something fixed after what is typed: `%`, `h`.
    #[prop(optional, into)]
    suffix: Option<String>,
    /// Id of the input, if something else must find it.
    #[prop(optional, into)]
    id: Option<String>,
    /// The input itself, to put the focus into it.
    #[prop(optional)]
    node_ref: NodeRef<html::Input>,
) -> Markup {
    let id = id.unwrap_or_else(new_id);
    let described = described_by(&id, hint, error);
    // Only another text is written into the field; see `MultiInput`.
    let shown = Memo::new(move |_| value.get());
    let (type_, mode, capital) = kind.attributes();
    let invalid = move || error.with(Option::is_some).then_some("true");
    let input = view! {
        <input
            node_ref=node_ref
            id=id.clone()
            class=if kind.is_number() { "input num" } else { "input" }
            type=type_
            inputmode=mode
            autocapitalize=capital
            autocomplete=autocomplete.unwrap_or(kind.token())
            spellcheck=if kind.is_prose() { "true" } else { "false" }
            dir="auto"
            placeholder=move || placeholder.get()
            aria-required=required.then_some("true")
            aria-invalid=invalid
            aria-describedby=move || described.get()
            disabled=move || disabled.get()
            prop:value=move || shown.get()
            on:input=move |event| {
                if let Some(callback) = on_input {
                    callback.run(event_target_value(&event));
                }
            }
            on:change=move |event| {
                // A field that is taken away with the caret in it says so once more, when its form is gone already.
                if let Some(callback) = on_change {
                    callback.try_run(event_target_value(&event));
                }
            }
        />
    };
    view! {
        <Field id label hint error optional hide_label>
            {match suffix {
                Some(suffix) => view! {
                    <div class="input-box" data-invalid=invalid>
                        {input}
                        <span class="affix after" aria-hidden="true">{suffix}</span>
                    </div>
                },
                None => input,
            }}
        </Field>
    }
}

/// Several lines of text. Grows with what is written.
#[component]
pub fn TextArea(
    /// What is asked for.
    #[prop(into)]
    label: Signal<String>,
    /// What the field shows.
    #[prop(into)]
    value: Signal<String>,
    /// Called with the text at every keystroke.
    #[prop(optional, into)]
    on_input: Option<Callback<String>>,
    /// Called with the text when the field is left, if it changed.
    #[prop(optional, into)]
    on_change: Option<Callback<String>>,
    /// What helps to answer.
    #[prop(optional, into)]
    hint: MaybeProp<String>,
    /// What is wrong.
    #[prop(optional, into)]
    error: MaybeProp<String>,
    /// What a browser may fill in: `street-address`; nothing unless told.
    #[prop(default = "off")]
    autocomplete: &'static str,
    /// An example, shown while it is empty.
    #[prop(optional, into)]
    placeholder: MaybeProp<String>,
    /// Lines shown at first.
    #[prop(default = 3)]
    rows: u32,
    /// Says beside the label that it may stay empty.
    #[prop(optional)]
    optional: bool,
    /// Cannot be changed now.
    #[prop(optional, into)]
    disabled: Signal<bool>,
    /// The label is only read aloud.
    #[prop(optional)]
    hide_label: bool,
    /// Id of the text area, if something else must find it.
    #[prop(optional, into)]
    id: Option<String>,
) -> Markup {
    let id = id.unwrap_or_else(new_id);
    let described = described_by(&id, hint, error);
    let area = view! {
        <textarea
            id=id.clone()
            class="input"
            rows=rows
            autocomplete=autocomplete
            dir="auto"
            placeholder=move || placeholder.get()
            aria-invalid=move || error.with(Option::is_some).then_some("true")
            aria-describedby=move || described.get()
            disabled=move || disabled.get()
            prop:value=move || value.get()
            on:input=move |event| {
                if let Some(callback) = on_input {
                    callback.run(event_target_value(&event));
                }
            }
            on:change=move |event| {
                // A field that is taken away with the caret in it says so once more, when its form is gone already.
                if let Some(callback) = on_change {
                    callback.try_run(event_target_value(&event));
                }
            }
        ></textarea>
    };
    view! {
        <Field id label hint error optional hide_label>
            {area}
        </Field>
    }
}

/// A civil date, as `YYYY-MM-DD` or the empty string, chosen with the browser's own calendar; or, `with_time`, a day and a
/// time as the clock on the wall shows it, as `YYYY-MM-DDTHH:MM`.
#[component]
pub fn DateInput(
    /// What is asked for.
    #[prop(into)]
    label: Signal<String>,
    /// The date shown.
    #[prop(into)]
    value: Signal<String>,
    /// Called with the date when it is complete, or with the empty string when it is taken away.
    #[prop(into)]
    on_change: Callback<String>,
    /// What helps to answer.
    #[prop(optional, into)]
    hint: MaybeProp<String>,
    /// What is wrong.
    #[prop(optional, into)]
    error: MaybeProp<String>,
    /// Earliest date offered.
    #[prop(optional, into)]
    min: MaybeProp<String>,
    /// With the time of day.
    #[prop(optional)]
    with_time: bool,
    /// Says beside the label that it may stay empty.
    #[prop(optional)]
    optional: bool,
    /// Cannot be changed now.
    #[prop(optional, into)]
    disabled: Signal<bool>,
    /// The label is only read aloud.
    #[prop(optional)]
    hide_label: bool,
    /// Id of the input, if something else must find it.
    #[prop(optional, into)]
    id: Option<String>,
) -> Markup {
    let id = id.unwrap_or_else(new_id);
    let described = described_by(&id, hint, error);
    let input = view! {
        <input
            id=id.clone()
            class="input"
            type=if with_time { "datetime-local" } else { "date" }
            min=move || min.get()
            aria-invalid=move || error.with(Option::is_some).then_some("true")
            aria-describedby=move || described.get()
            disabled=move || disabled.get()
            prop:value=move || value.get()
            on:change=move |event| {
                on_change.try_run(event_target_value(&event));
            }
        />
    };
    view! {
        <Field id label hint error optional hide_label>
            {input}
        </Field>
    }
}
