//! How the app looks on this device, and which version it is.

use crate::markup::{Markup, view};
use leptos::prelude::*;

use crate::components::{Choice, Fact, Facts, Glyph, Segmented, Setting};
use crate::platform::page;
use crate::state::{Theme, apply_theme, theme};
use crate::words::tr;

/// Light, dark, or as the system is.
#[component]
pub(super) fn LooksSetting() -> Markup {
    let chosen = Signal::derive(|| theme().name().unwrap_or("system").to_owned());
    let options = vec![
        Choice::new("system", tr("As the system")).icon(Glyph::Device),
        Choice::new("light", tr("Light")).icon(Glyph::Sun),
        Choice::new("dark", tr("Dark")).icon(Glyph::Moon),
    ];
    let choose = |name: String| apply_theme(Theme::of_name(&name));
    view! {
        <Setting title="Appearance" text="On this device only.">
            <Segmented label="Colours" hide_label=true value=chosen options on_change=choose />
        </Setting>
    }
}

/// Which version this is.
#[component]
pub(super) fn AboutSetting() -> Markup {
    let build = page::meta("outpost-version").unwrap_or_else(|| "development".to_owned());
    view! {
        <Setting title="About Outpost" text="Outpost, the CRM that never waits for a network.">
            <Facts>
                <Fact label="Version">{env!("CARGO_PKG_VERSION")}</Fact>
                <Fact label="Build">
                    <span class="mono">{build}</span>
                </Fact>
                <Fact label="Licence">"MIT or Apache-2.0"</Fact>
            </Facts>
        </Setting>
    }
}
