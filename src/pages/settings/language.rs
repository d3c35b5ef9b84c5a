//! The language of the app on this device.

use crate::markup::{Markup, view};
use leptos::prelude::*;

use crate::components::{Choice, Select, Setting};
use crate::platform::{page, words};
use crate::words::tr;

/// Which language the app speaks. It is chosen before anything is drawn, so another one begins with the page loaded anew.
#[component]
pub(super) fn LanguageSetting() -> Markup {
    let options: Vec<Choice> = words::LANGUAGES.iter().map(|(name, own)| Choice::new(*name, *own)).collect();
    let chosen = words::chosen().unwrap_or_default();
    let choose = move |name: String| {
        words::choose(&name);
        page::reload();
    };
    view! {
        <Setting title="Language" text="On this device only. Dates, numbers and amounts are written as in the language.">
            <Select
                label="Language"
                hide_label=true
                value=Signal::stored(chosen)
                options=Signal::stored(options)
                empty=MaybeProp::from(Some(tr("As the browser").to_owned()))
                on_change=choose
            />
        </Setting>
    }
}
