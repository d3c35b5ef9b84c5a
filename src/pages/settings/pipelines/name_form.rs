//! What a pipeline is called: a new one, and one that is there.

use leptos::prelude::*;
use outpost_core::id::RecordId;
use outpost_core::mutation::{Op, Patch};
use outpost_core::records::{DealStage, LeadStatus, Pipeline, Stage, Standing};
use outpost_core::schema::RecordType;
use serde_json::json;

use super::{pipeline_op, stage_op};
use crate::components::{DialogForm, TextInput};
use crate::forms::say;
use crate::markup::{Markup, view};
use crate::pages::settings::types::write_once;
use crate::platform::ids;
use crate::state::{pipelines, use_desk};
use crate::words::{t, tr};

/// The form.
#[component]
pub(super) fn NameForm(
    /// The pipeline; none for a new one.
    id: Option<RecordId>,
    /// Called when it is kept, or given up.
    on_done: Callback<()>,
) -> Markup {
    let desk = use_desk();
    let name = RwSignal::new(id.map(super::name_of).unwrap_or_default());
    let wrong = RwSignal::new(None::<String>);
    let busy = RwSignal::new(false);
    let save = move || {
        let called = name.get_untracked().trim().to_owned();
        let is_same = |name: &'static str| tr(name).to_lowercase() == called.to_lowercase();
        let is_taken = pipelines().all().iter().any(|other| Some(other.id) != id && is_same(other.name));
        wrong.set(match () {
            () if called.is_empty() => Some(t!("A name is wanted.").to_owned()),
            () if is_taken => Some(t!("There is a pipeline “{called}” already.")),
            () => None,
        });
        if wrong.with_untracked(Option::is_some) {
            return;
        }
        let (ops, said) = match id {
            // What the program calls it is called otherwise in another language.
            Some(id) if called == super::name_of(id) => return on_done.run(()),
            Some(id) => {
                let patch = Patch::from([("name".to_owned(), json!(called))]);
                (Ok(vec![pipeline_op(id, patch)]), t!("Saved “{called}”"))
            }
            None => (begin(&called), t!("Added “{called}”")),
        };
        match ops {
            Ok(ops) => write_once(desk, busy, ops, said, on_done),
            Err(why) => wrong.set(Some(why)),
        }
    };
    view! {
        <DialogForm
            save=tr(if id.is_none() { "Add pipeline" } else { "Save" })
            busy
            on_save=move |()| save()
            on_cancel=on_done
        >
            <TextInput
                label="Name"
                value=name
                on_input=move |text| {
                    name.set(text);
                    wrong.set(None);
                }
                error=wrong
                required=true
            />
            {id.is_none().then(|| view! {
                <p class="muted small">"It begins with three stages. Rename them, and add others."</p>
            })}
        </DialogForm>
    }
}

/// The ops that make a pipeline with a stage of each standing: it is whole from the beginning.
fn begin(called: &str) -> Result<Vec<Op>, String> {
    let id = ids::new_record_id();
    let place = pipelines().all().iter().map(|pipeline| pipeline.place).max().unwrap_or_default() + 1;
    let pipeline = Pipeline { name: called.to_owned(), place };
    let mut ops = vec![pipeline_op(id, pipeline.to_patch().map_err(say)?)];
    let begins = (tr(LeadStatus::New.label()), DealStage::Qualified);
    let ends = [DealStage::Won, DealStage::Lost].map(|like| (tr(like.label()), like));
    for (name, like) in [begins].into_iter().chain(ends) {
        let standing = like.standing();
        let open = standing == Standing::Open;
        let stage = Stage {
            pipeline: Some(id),
            name: name.to_owned(),
            standing,
            probability: open.then(|| like.probability()),
            rests_days: like.rests_days(),
            place: Some(1),
            ..Stage::default()
        };
        ops.push(stage_op(ids::new_record_id(), stage.to_patch().map_err(say)?));
    }
    Ok(ops)
}
