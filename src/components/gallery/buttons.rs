//! What is pressed, and the small parts that stand beside it: chips, tags, avatars.

use crate::components::{
    Avatar, Button, ButtonKind, Chip, Glyph, Icon, IconButton, LinkButton, Menu, MenuItem, Panel, Tag, Tone,
};
use crate::markup::{Markup, view};
use leptos::prelude::*;

const NAMES: [&str; 7] = ["Marie Dubois", "田中 美咲", "Amara Okafor", "ليلى حداد", "Tom", "Jean-Luc P", "?"];

/// Buttons, menus, chips, tags, avatars.
#[component]
pub fn Buttons() -> Markup {
    let (on, set_on) = signal(false);
    let items = Signal::derive(|| {
        vec![
            MenuItem::new("Make a deal", || ()).icon(Glyph::Deals),
            MenuItem::new("Without an icon", || ()),
            MenuItem::new("Copy link", || ()).icon(Glyph::Link).disabled(true),
            MenuItem::new("Delete", || ()).icon(Glyph::Trash).danger(),
        ]
    });
    view! {
        <Panel title="Buttons">
            <div class="stack">
                <div class="row">
                    <Button kind=ButtonKind::Plain>"Plain"</Button>
                    <Button kind=ButtonKind::Primary icon=Glyph::Plus>
                        "New lead"
                        <kbd>"N"</kbd>
                    </Button>
                    <Button kind=ButtonKind::Quiet>"Quiet"</Button>
                    <Button kind=ButtonKind::Danger icon=Glyph::Trash>
                        "Erase…"
                    </Button>
                    <Button kind=ButtonKind::DangerSolid>"Erase"</Button>
                </div>
                <div class="row">
                    <Button disabled=true>"Disabled"</Button>
                    <Button kind=ButtonKind::Primary disabled=true>
                        "Disabled"
                    </Button>
                    <Button busy=true>"Looking"</Button>
                    <Button kind=ButtonKind::Primary busy=true>
                        "Signing in"
                    </Button>
                </div>
                <div class="row">
                    <Button small=true>"Small"</Button>
                    <Button small=true icon=Glyph::Plus kind=ButtonKind::Quiet>
                        "Add phone"
                    </Button>
                    <Button small=true kind=ButtonKind::Danger>
                        "Remove"
                    </Button>
                </div>
                <div class="row">
                    <LinkButton href="/gallery/data" icon=Glyph::ArrowRight>
                        "Link"
                    </LinkButton>
                    <LinkButton href="/gallery/data" kind=ButtonKind::Primary>
                        "Link"
                    </LinkButton>
                    <LinkButton href="/gallery/data" small=true>
                        "Small link"
                    </LinkButton>
                    <IconButton label="Print" icon=Glyph::Print />
                    <IconButton label="Add" icon=Glyph::Plus kind=ButtonKind::Plain />
                    <IconButton label="Close" icon=Glyph::Close small=true />
                    <IconButton label="Move up" icon=Glyph::ArrowUp disabled=true />
                </div>
            </div>
        </Panel>
        <Panel title="Menus">
            <div class="row">
                <Menu label="More" items />
                <Menu label="Sort" icon=Glyph::Sort items />
                <Menu label="Sales pipeline" text=true kind=ButtonKind::Plain items />
                <Menu label="Columns" text=true items />
            </div>
        </Panel>
        <Panel title="Chips, tags, avatars">
            <div class="stack">
                <div class="chips">
                    <Chip pressed=on count="218" on_click=move |()| set_on.update(|on| *on = !*on)>
                        "My open leads"
                    </Chip>
                    <Chip pressed=true count="31" on_click=|()| ()>
                        "Pressed"
                    </Chip>
                    <Chip pressed=false on_click=|()| ()>
                        <Icon glyph=Glyph::MapPin />
                        "Near me"
                    </Chip>
                </div>
                <div class="row">
                    <Tag tone=Tone::Ok>"Qualified"</Tag>
                    <Tag tone=Tone::Info>"New"</Tag>
                    <Tag tone=Tone::Warn icon=Glyph::Clock>
                        "Due today"
                    </Tag>
                    <Tag tone=Tone::Bad>"Lost"</Tag>
                    <Tag tone=Tone::Plain>"Draft"</Tag>
                </div>
                <div class="row">
                    {NAMES.into_iter().map(|name| view! { <Avatar name=name /> }).collect::<Vec<_>>()}
                    <Avatar name="Marie Dubois" big=true />
                </div>
            </div>
        </Panel>
    }
}
