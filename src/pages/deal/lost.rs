//! Asks why a deal was lost, before it is.

use crate::markup::{Markup, effect, view};
use leptos::prelude::*;

use crate::components::{Button, ButtonKind, Dialog, DialogForm, TextInput};
use crate::words::{t, tr};

/// The reasons that most deals are lost for, one tap each.
const USUAL: [&str; 5] = ["Too expensive", "Went with a competitor", "No budget", "Bad timing", "No answer"];

/// A reason as it is shown: the usual ones are kept in English, so that they are one whoever chose them, and said in the person's
/// language.
pub(super) fn reason_said(reason: &str) -> &str {
    match USUAL.into_iter().find(|usual| *usual == reason) {
        Some(usual) => tr(usual),
        None => reason,
    }
}

/// Asks for the reason. `open` holds the title of the deal that is about to be lost.
#[component]
pub(crate) fn LostDialog(
    /// The title of the deal; `None` while nothing is asked.
    open: RwSignal<Option<String>>,
    /// Called with the reason.
    #[prop(into)]
    on_reason: Callback<String>,
    /// Called if the deal is not lost after all.
    #[prop(into)]
    on_cancel: Callback<()>,
) -> Markup {
    let reason = RwSignal::new(String::new());
    let wrong = RwSignal::new(None::<String>);
    let shown = Signal::derive(move || open.with(Option::is_some));
    let title = Signal::derive(move || open.get().map_or_else(String::new, |title| t!("Why was “{title}” lost?")));
    effect(move || {
        if shown.get() {
            reason.set(String::new());
            wrong.set(None);
        }
    });
    let close = move |()| {
        open.set(None);
        on_cancel.run(());
    };
    let done = Callback::new(move |text: String| {
        let text = text.trim().to_owned();
        if text.is_empty() {
            wrong.set(Some(tr("Say in a word or two why; it is what the next deal learns from.").to_owned()));
            return;
        }
        open.set(None);
        on_reason.run(text);
    });
    view! {
        <Dialog open=shown on_close=close title>
            <DialogForm
                save="Mark as lost"
                kind=ButtonKind::DangerSolid
                cancel="Not lost"
                on_save=move |()| done.run(reason.get_untracked())
                on_cancel=close
            >
                <div class="btn-group">
                    {USUAL
                        .into_iter()
                        .map(|usual| {
                            view! {
                                <Button small=true on_click=move |()| done.run(usual.to_owned())>
                                    {tr(usual)}
                                </Button>
                            }
                        })
                        .collect::<Vec<_>>()}
                </div>
                <TextInput
                    label="Reason"
                    value=reason
                    on_input=move |text| {
                        reason.set(text);
                        wrong.set(None);
                    }
                    error=wrong
                />
            </DialogForm>
        </Dialog>
    }
}
