//! The dialogs: a question with its answers, and a form.

use crate::components::{Button, ButtonKind, Dialog, DialogForm, Glyph, Panel, TextInput};
use crate::markup::{Markup, view};
use leptos::prelude::*;

/// Buttons that open them.
#[component]
pub fn Dialogs() -> Markup {
    let open = RwSignal::new("");
    let is = move |name| Signal::derive(move || open.get() == name);
    let close = move |()| open.set("");
    view! {
        <Panel title="Dialogs">
            <div class="row">
                <Button on_click=move |()| open.set("question")>"Ask"</Button>
                <Button on_click=move |()| open.set("form")>"Ask for a name"</Button>
                <Button on_click=move |()| open.set("danger")>"Ask for a word"</Button>
                <Button on_click=move |()| open.set("busy")>"Ask while it works"</Button>
            </div>
        </Panel>
        <Dialog open=is("question") on_close=close title="Erase this device?">
            <p>"3 changes have not been sent. They are lost if you do not export them first."</p>
            <div class="dialog-actions">
                <Button kind=ButtonKind::Quiet on_click=close>
                    "Keep"
                </Button>
                <Button icon=Glyph::Export>"Export"</Button>
                <Button kind=ButtonKind::DangerSolid on_click=close>
                    "Erase"
                </Button>
            </div>
        </Dialog>
        <Dialog open=is("form") on_close=close title="Save this view">
            <DialogForm save="Save view" on_save=close on_cancel=close>
                <TextInput label="Name" value="" hint="All devices of the workspace get it" />
            </DialogForm>
        </Dialog>
        <Dialog open=is("danger") on_close=close title="Delete the workspace?">
            <DialogForm
                save="Delete"
                kind=ButtonKind::DangerSolid
                cancel="Keep it"
                disabled=true
                on_save=close
                on_cancel=close
            >
                <TextInput label="Type DELETE" value="" error="It cannot be taken back." />
            </DialogForm>
        </Dialog>
        <Dialog open=is("busy") on_close=close title="Save this view">
            <DialogForm save="Save view" busy=true on_save=close on_cancel=close>
                <TextInput label="Name" value="Open in the north" />
            </DialogForm>
        </Dialog>
    }
}
