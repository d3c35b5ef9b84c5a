//! The settings page.

use crate::components::{
    Button, ButtonKind, Checkbox, Choice, Fact, Facts, Glyph, PageHeader, Progress, Segmented, Setting, Tag, TextInput,
    Tone,
};
use crate::markup::{Markup, view};
use leptos::prelude::*;

/// The settings page.
#[component]
pub fn Settings() -> Markup {
    let theme = RwSignal::new("auto".to_owned());
    let tidy = RwSignal::new(true);
    let choose = move |value: String| {
        if let Some(root) = document().document_element() {
            root.set_attribute("data-theme", &value).unwrap_or_default();
        }
        theme.set(value);
    };
    view! {
        <PageHeader title="Settings" />
        <div class="settings">
            <Setting title="Account" text="Connect to a server to have your records on your other devices too.">
                <Facts>
                    <Fact label="Signed in as">"ana@outpost.example"</Fact>
                    <Fact label="Workspace">"Outpost Agri"</Fact>
                </Facts>
                <div class="btn-group">
                    <Button icon=Glyph::SignOut>"Sign out"</Button>
                </div>
            </Setting>
            <Setting title="Appearance">
                <Segmented
                    label="Theme"
                    hide_label=true
                    value=theme
                    options=vec![
                        Choice::new("auto", "As the device").icon(Glyph::Device),
                        Choice::new("light", "Light").icon(Glyph::Sun),
                        Choice::new("dark", "Dark").icon(Glyph::Moon),
                    ]
                    on_change=choose
                />
            </Setting>
            <Setting title="This device" text="Its own series of invoice numbers begins with K7.">
                <TextInput label="Name" value="Ana’s laptop" />
                <Checkbox
                    label="Keep everything on this device"
                    hint="Otherwise what is older than a year stays on the server"
                    checked=tidy
                    on_change=move |on| tidy.set(on)
                />
            </Setting>
            <Setting title="Waiting to be sent" text="They go by themselves as soon as the server answers.">
                <ul class="list">
                    <li class="item plain">
                        <span>
                            <span class="item-title">"Marie Dubois"</span>
                            <span class="item-text">"Phone changed, 2 minutes ago"</span>
                        </span>
                        <Tag>"waiting"</Tag>
                    </li>
                    <li class="item plain">
                        <span>
                            <span class="item-title">"Invoice 2026-K7-00042"</span>
                            <span class="item-text">"The number was taken by another invoice."</span>
                        </span>
                        <Tag tone=Tone::Bad>"rejected"</Tag>
                    </li>
                </ul>
            </Setting>
            <Setting title="Storage" text="What Outpost keeps on this device.">
                <Progress label="18 MB of 2 GB" done=18 total=2000 />
                <div class="btn-group">
                    <Button icon=Glyph::Export>"Export everything"</Button>
                    <Button kind=ButtonKind::Danger icon=Glyph::Trash>
                        "Erase this device"
                    </Button>
                </div>
            </Setting>
        </div>
    }
}
