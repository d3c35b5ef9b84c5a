//! Buttons, tags, fields one by one, the dialog, the toasts.

use crate::components::{
    Avatar, Button, ButtonKind, Checkbox, Chip, Choice, Dialog, Glyph, Icon, IconButton, InputKind, LinkButton,
    MoneyInput, PageHeader, Panel, Select, Tag, TextArea, TextInput, Toast, Tone, use_toasts,
};
use crate::markup::{Markup, view};
use leptos::prelude::*;

const GLYPHS: &[Glyph] = &[
    Glyph::ArrowDown,
    Glyph::ArrowLeft,
    Glyph::ArrowRight,
    Glyph::ArrowUp,
    Glyph::Building,
    Glyph::Calendar,
    Glyph::Check,
    Glyph::ChevronDown,
    Glyph::ChevronRight,
    Glyph::Clock,
    Glyph::Close,
    Glyph::Cloud,
    Glyph::CloudOff,
    Glyph::Copy,
    Glyph::Deals,
    Glyph::Device,
    Glyph::DragHandle,
    Glyph::Edit,
    Glyph::Error,
    Glyph::Export,
    Glyph::Eye,
    Glyph::Filter,
    Glyph::Import,
    Glyph::Info,
    Glyph::Invoices,
    Glyph::Leads,
    Glyph::Link,
    Glyph::Lock,
    Glyph::Mail,
    Glyph::MapPin,
    Glyph::Money,
    Glyph::Moon,
    Glyph::More,
    Glyph::Note,
    Glyph::Phone,
    Glyph::Plus,
    Glyph::Print,
    Glyph::Product,
    Glyph::Refresh,
    Glyph::Search,
    Glyph::Send,
    Glyph::Settings,
    Glyph::SignOut,
    Glyph::Sort,
    Glyph::Storage,
    Glyph::Sun,
    Glyph::Today,
    Glyph::Trash,
    Glyph::Undo,
    Glyph::User,
    Glyph::Warning,
];

/// The small parts.
#[component]
pub fn Controls() -> Markup {
    let toasts = use_toasts();
    let (open, set_open) = signal(false);
    let (on, set_on) = signal(false);
    let undone = move || {
        toasts.show(Toast::new("It is back"));
    };
    view! {
        <PageHeader title="Controls" />
        <div class="stack">
            <Panel title="Buttons">
                <div class="row">
                    <Button>"Plain"</Button>
                    <Button kind=ButtonKind::Primary icon=Glyph::Plus>
                        "New lead"
                        <kbd>"N"</kbd>
                    </Button>
                    <Button kind=ButtonKind::Quiet>"Quiet"</Button>
                    <Button kind=ButtonKind::Danger icon=Glyph::Trash on_click=move |()| set_open.set(true)>
                        "Erase…"
                    </Button>
                    <Button disabled=true>"Disabled"</Button>
                    <Button kind=ButtonKind::Primary busy=true>
                        "Signing in"
                    </Button>
                    <Button small=true>"Small"</Button>
                    <LinkButton href="/gallery/leads" icon=Glyph::ArrowRight>
                        "Link"
                    </LinkButton>
                    <IconButton label="Print" icon=Glyph::Print />
                    <IconButton label="Add" icon=Glyph::Plus kind=ButtonKind::Plain />
                    <IconButton label="Close" icon=Glyph::Close small=true />
                </div>
            </Panel>
            <Panel title="Toasts">
                <div class="row">
                    <Button on_click=move |()| {
                        toasts.show(Toast::new("Deleted Marie Dubois").undo(undone));
                    }>"Delete"</Button>
                    <Button on_click=move |()| {
                        toasts.show(Toast::bad("Not saved: this device is full. What you typed is still here."));
                    }>"Fail"</Button>
                </div>
            </Panel>
            <Panel title="Chips, tags, avatars">
                <div class="chips">
                    <Chip pressed=on count="218" on_click=move |()| set_on.update(|on| *on = !*on)>
                        "My open leads"
                    </Chip>
                    <Chip pressed=true on_click=|()| ()>
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
                    <Tag>"Draft"</Tag>
                    {["Marie Dubois", "田中 美咲", "Amara Okafor", "ليلى حداد", "Tom", "Jean-Luc P", "?"]
                        .into_iter().map(|name| view! { <Avatar name=name /> })
                        .collect::<Vec<_>>()}
                    <Avatar name="Marie Dubois" big=true />
                </div>
            </Panel>
            <Panel title="Fields">
                <div class="form-grid">
                    <TextInput label="Name" kind=InputKind::Name value="" placeholder="Marie Dubois" required=true />
                    <TextInput label="E-mail" kind=InputKind::Email value="marie@" error="This address has no domain." />
                    <TextInput label="Website" kind=InputKind::Url value="" hint="With or without https://" optional=true />
                    <TextInput label="Number" value="2026-K7-00042" disabled=true hint="Given when it was issued" />
                    <MoneyInput label="Amount" value="12 480,50" currency="EUR" />
                    <MoneyInput label="Amount" value="12.480,505" currency="KWD" error="KWD has 3 decimals: 12480.505." />
                    <Select
                        label="Stage"
                        value="of a newer version"
                        options=vec![Choice::new("a", "Qualified"), Choice::new("b", "Proposal")]
                        on_change=|_| ()
                    />
                    <Select label="Reason" value="" options=vec![] on_change=|_| () error="Say why it was lost." />
                    <div class="full">
                        <TextArea label="Notes" value="Wants delivery before the first frost." optional=true />
                    </div>
                    <Checkbox label="Send me a copy" checked=on on_change=move |now| set_on.set(now) />
                </div>
            </Panel>
            <Panel title="Icons">
                <div class="row">
                    {GLYPHS.iter().map(|glyph| view! { <Icon glyph=*glyph /> }).collect::<Vec<_>>()}
                </div>
            </Panel>
        </div>
        <Dialog open on_close=move |()| set_open.set(false) title="Erase this device?">
            <p>"3 changes have not been sent. They are lost if you do not export them first."</p>
            <div class="dialog-actions">
                <Button kind=ButtonKind::Quiet on_click=move |()| set_open.set(false)>
                    "Keep"
                </Button>
                <Button icon=Glyph::Export>"Export"</Button>
                <Button kind=ButtonKind::DangerSolid on_click=move |()| set_open.set(false)>
                    "Erase"
                </Button>
            </div>
        </Dialog>
    }
}
