//! This device: its name, its identity, its series of invoice numbers.

use crate::markup::{Markup, view};
use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::components::{Fact, Facts, Setting, TextInput, Toast};
use crate::forms::say;
use crate::platform::page::device_name;
use crate::state::use_desk;
use crate::words::tr;

/// Where the store keeps the name.
const NAME: &str = "device name";

/// The setting.
#[component]
pub(super) fn DeviceSetting() -> Markup {
    let desk = use_desk();
    let name = RwSignal::new(String::new());
    spawn_local(async move {
        let kept = desk.store().meta::<String>(NAME).await.ok().flatten();
        name.try_set(kept.unwrap_or_else(device_name));
    });
    let save = move |text: String| {
        name.set(text.clone());
        spawn_local(async move {
            let toast = match desk.store().set_meta(NAME, text.trim()).await {
                Ok(()) => Toast::new(tr("Saved")),
                Err(error) => Toast::bad(say(error)),
            };
            desk.toasts.show(toast);
        });
    };
    let store = desk.store();
    let (device, series) = (store.device().to_string(), store.series());
    view! {
        <Setting title="This device" text="Each device numbers its invoices in a series of its own, so that two of them offline never use one number twice.">
            <TextInput label="Name" value=name on_change=save />
            <Facts>
                <Fact label="Number series">{series}</Fact>
                <Fact label="Identity">
                    <span class="mono">{device}</span>
                </Fact>
            </Facts>
        </Setting>
    }
}
