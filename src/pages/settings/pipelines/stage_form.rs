//! All about a stage: in a dialog, for a new one and for one that is there.

use leptos::prelude::*;
use outpost_core::id::RecordId;
use outpost_core::mutation::Patch;
use outpost_core::pipelines::{SalesStage, lacks};
use outpost_core::records::{DealStage, Stage, Standing};
use outpost_core::schema::RecordType;
use outpost_core::validate;
use serde_json::{Value, json};

use super::{keep_put_back, stage_op};
use crate::components::{Choice, DialogForm, InputKind, Select, TextInput};
use crate::forms::say;
use crate::markup::{IntoMarkup, Markup, view};
use crate::pages::settings::types::write_once;
use crate::platform::ids;
use crate::state::{pipelines, use_desk};
use crate::words::{t, tr};

/// What is said where a pipeline would be without one of those that it needs.
pub(super) fn needs_three() -> String {
    t!("A pipeline must keep at least one open, one won and one lost stage.").to_owned()
}

/// A number, or nothing where nothing is written; or what is wrong with it.
fn number(field: &str, text: &str) -> Result<Value, String> {
    let text = text.trim();
    let value = text.parse::<i64>().map_or_else(|_| json!(text), |number| json!(number));
    match Stage::SCHEMA.field(field).map(|field| validate::field(field, &value)) {
        Some(Err(problem)) => Err(say(problem)),
        _ if text.is_empty() => Ok(Value::Null),
        _ => Ok(value),
    }
}

/// The form. One of the program's own keeps its standing: it is the same everywhere.
#[component]
pub(super) fn StageForm(
    /// Its pipeline.
    pipeline: RecordId,
    /// As it is; none for a new one.
    before: Option<SalesStage>,
    /// Called when it is kept, or given up.
    on_done: Callback<()>,
) -> Markup {
    let desk = use_desk();
    let id = before.map_or_else(ids::new_record_id, |stage| stage.id);
    let is_own = DealStage::ALL.into_iter().any(|own| Stage::id_of(own) == id);
    let text = |number: Option<i64>| number.map(|number| number.to_string()).unwrap_or_default();
    let name = RwSignal::new(before.map(|stage| tr(stage.name).to_owned()).unwrap_or_default());
    let standing = RwSignal::new(before.map_or_else(Standing::default, |stage| stage.standing));
    let open = before.filter(|stage| stage.standing.is_open());
    let probability = RwSignal::new(before.map_or("50".to_owned(), |_| text(open.map(|stage| stage.probability))));
    let rests = RwSignal::new(before.map_or("14".to_owned(), |_| text(open.and_then(|stage| stage.rests_days))));
    let wrong = || RwSignal::new(None::<String>);
    let (wrong_name, wrong_standing, wrong_probability, wrong_rests) = (wrong(), wrong(), wrong(), wrong());
    let busy = RwSignal::new(false);
    let is_open = move || standing.get().is_open();

    let save = move || {
        let Some(of) = pipelines().pipeline(pipeline) else { return on_done.run(()) };
        let others: Vec<&SalesStage> = of.shown().filter(|other| other.id != id).collect();
        let called = name.get_untracked().trim().to_owned();
        let is_same = |other: &&SalesStage| tr(other.name).to_lowercase() == called.to_lowercase();
        wrong_name.set(match () {
            () if called.is_empty() => Some(t!("A name is wanted.").to_owned()),
            () if others.iter().any(is_same) => Some(t!("There is a stage “{called}” already.")),
            () => None,
        });
        let now = standing.get_untracked();
        let standings = others.iter().map(|other| other.standing).chain([now]);
        wrong_standing.set(lacks(standings).map(|_| needs_three()));
        let (likely, days) = match now.is_open() {
            true => (number("probability", &probability.get_untracked()), number("rests_days", &rests.get_untracked())),
            false => (Ok(Value::Null), Ok(Value::Null)),
        };
        wrong_probability.set(likely.clone().err());
        wrong_rests.set(days.clone().err());
        let wrongs = [wrong_name, wrong_standing];
        let (false, Ok(likely), Ok(days)) =
            (wrongs.iter().any(|wrong| wrong.with_untracked(Option::is_some)), likely, days)
        else {
            return;
        };
        // Nothing written says never; of one of the program's own an empty field would say what the program says.
        let days = if now.is_open() && days.is_null() { json!(0) } else { days };
        let mut patch = Patch::new();
        let mut say_if = |differs: bool, field: &str, value: Value| {
            if differs {
                patch.insert(field.to_owned(), value);
            }
        };
        let differs = |value: &Value, is: Option<i64>| before.is_none() || value.as_i64() != is;
        say_if(before.is_none_or(|before| tr(before.name) != called), "name", json!(called));
        if now.is_open() {
            say_if(differs(&likely, open.map(|stage| stage.probability)), "probability", likely);
            say_if(differs(&days, open.map(|stage| stage.rests_days.unwrap_or_default())), "rests_days", days);
        }
        say_if(!is_own && before.is_none_or(|before| before.standing != now), "standing", json!(now));
        if before.is_none() {
            let last = of.stages.iter().filter(|other| other.standing == now).map(|other| other.place).max();
            say_if(pipeline != outpost_core::records::FIRST_PIPELINE, "pipeline", json!(pipeline));
            say_if(true, "place", json!(last.unwrap_or_default() + 1));
        }
        if patch.is_empty() {
            return on_done.run(());
        }
        let said = if before.is_none() { t!("Added “{called}”") } else { t!("Saved “{called}”") };
        let ops = [stage_op(id, patch)].into_iter().chain(keep_put_back(pipeline)).collect();
        write_once(desk, busy, ops, said, on_done);
    };

    let standings: Vec<Choice> =
        Standing::CHOICES.iter().map(|choice| Choice::new(choice.value, tr(choice.label))).collect();
    let standing_control = if is_own {
        view! { <p class="muted small">{t!("Deals in it are: {}", tr(standing.get_untracked().label()))}</p> }
    } else {
        view! {
            <Select
                label="Deals in it are"
                value=Signal::derive(move || standing.get().value().to_owned())
                options=Signal::stored(standings)
                on_change=move |value: String| {
                    standing.set(Standing::parse(&value));
                    wrong_standing.set(None);
                }
                error=wrong_standing
            />
        }
    };
    let figures = move || {
        is_open().then(|| {
            view! {
                <div class="form-grid">
                    <TextInput
                        label="Probability"
                        kind=InputKind::Integer
                        suffix="%"
                        value=probability
                        on_input=move |text| {
                            probability.set(text);
                            wrong_probability.set(None);
                        }
                        error=wrong_probability
                    />
                    <TextInput
                        label="Days of rest"
                        kind=InputKind::Integer
                        hint="After so many days without a word it is on Today; empty says never"
                        value=rests
                        on_input=move |text| {
                            rests.set(text);
                            wrong_rests.set(None);
                        }
                        error=wrong_rests
                    />
                </div>
            }
        })
    };
    view! {
        <DialogForm
            save=tr(if before.is_none() { "Add stage" } else { "Save stage" })
            busy
            on_save=move |()| save()
            on_cancel=on_done
        >
            <TextInput
                label="Name"
                value=name
                on_input=move |text| {
                    name.set(text);
                    wrong_name.set(None);
                }
                error=wrong_name
                required=true
            />
            {standing_control}
            {figures}
        </DialogForm>
    }
    .into_markup()
}
