//! A record: its page, and its form.

use crate::components::{
    Avatar, Button, ButtonKind, Choice, DateInput, Fact, Facts, Figure, Glyph, InputKind, LinkButton, Menu, MenuItem,
    MoneyInput, MultiInput, PageHeader, Panel, Segmented, Select, Tag, TextArea, TextInput, Timeline, TimelineItem,
    Tone,
};
use crate::markup::{Markup, view};
use leptos::prelude::*;

/// The page of a lead.
#[component]
pub fn Lead() -> Markup {
    let items = Signal::derive(|| {
        vec![
            MenuItem::new("Make a deal", || ()).icon(Glyph::Deals),
            MenuItem::new("Copy link", || ()).icon(Glyph::Link).disabled(true),
            MenuItem::new("Delete", || ()).icon(Glyph::Trash).danger(),
        ]
    });
    view! {
        <PageHeader
            title="Marie Dubois"
            subtitle="Ferme des Tilleuls"
            back="/gallery/leads"
            back_label="Leads"
            before=|| view! { <Avatar name="Marie Dubois" big=true /> }
            beside=|| view! { <Tag tone=Tone::Ok>"Qualified"</Tag> }
        >
            <LinkButton href="/gallery/edit" icon=Glyph::Edit>
                "Edit"
            </LinkButton>
            <Button kind=ButtonKind::Primary icon=Glyph::Phone>
                "Call"
            </Button>
            <Menu label="More" items />
        </PageHeader>
        <div class="record">
            <div class="stack">
                <Panel>
                    <div class="figures">
                        <Figure label="Open deals" value="€12,480.50" />
                        <Figure label="Score" value="82" />
                        <Figure label="Last contact" value="2 days ago" />
                    </div>
                </Panel>
                <Panel title="Contact">
                    <Facts>
                        <Fact label="E-mail">
                            <a class="link" href="mailto:marie@tilleuls.example">
                                "marie@tilleuls.example"
                            </a>
                        </Fact>
                        <Fact label="Phone">
                            <a class="link num" href="tel:+33231000000">
                                "+33 2 31 00 00 00"
                            </a>
                        </Fact>
                        <Fact label="Address">"12 route de Caen, 14400 Bayeux, France"</Fact>
                        <Fact label="Source">"Trade fair"</Fact>
                        <Fact label="Website">""</Fact>
                        <Fact label="Owner">"Ana Berg"</Fact>
                    </Facts>
                </Panel>
                <Panel title="Notes">
                    <p class="small">
                        "Wants delivery before the first frost. Two barns, the second one has a low door: small truck only."
                    </p>
                </Panel>
            </div>
            <aside class="record-side">
                <Panel title="History">
                    <Timeline>
                        <TimelineItem glyph=Glyph::Check tone=Tone::Ok when="Today, 9:12">
                            "Status changed to "
                            <b>"Qualified"</b>
                        </TimelineItem>
                        <TimelineItem glyph=Glyph::Note when="Yesterday, 16:40">
                            <b>"Note"</b>
                            <p class="event-note">"Second barn has a low door: small truck only."</p>
                        </TimelineItem>
                        <TimelineItem glyph=Glyph::Warning tone=Tone::Warn when="20 Nov, 11:05 · Max Odell">
                            "Also changed the phone number; yours was kept"
                        </TimelineItem>
                        <TimelineItem glyph=Glyph::Plus when="18 Nov, 8:30">"Created on this device"</TimelineItem>
                    </Timeline>
                </Panel>
            </aside>
        </div>
    }
}

/// The form of a lead.
#[component]
pub fn Form() -> Markup {
    let name = RwSignal::new(String::new());
    let emails = RwSignal::new(vec!["marie@tilleuls.example".to_owned(), "marie@tilleuls".to_owned()]);
    let status = RwSignal::new("new".to_owned());
    let currency = RwSignal::new("EUR".to_owned());
    let wrong =
        Signal::derive(move || name.with(String::is_empty).then(|| "Give the lead a name or a company.".to_owned()));
    view! {
        <PageHeader title="New lead" back="/gallery/leads" back_label="Leads" />
        <form class="form measure" novalidate=true on:submit=|event| event.prevent_default()>
            <Panel title="Who">
                <div class="form-grid">
                    <TextInput
                        label="Name"
                        kind=InputKind::Name
                        value=name
                        on_input=move |text| name.set(text)
                        error=wrong
                        required=true
                    />
                    <TextInput label="Company" kind=InputKind::Name value="Ferme des Tilleuls" optional=true />
                    <MultiInput
                        label="E-mail"
                        add_label="Add e-mail"
                        kind=InputKind::Email
                        values=emails
                        on_change=move |all| emails.set(all)
                        error=Some((1, "This address has no domain: name@example.com.".to_owned()))
                    />
                    <MultiInput label="Phone" add_label="Add phone" kind=InputKind::Phone values=vec![] on_change=|_| () />
                    <div class="full">
                        <fieldset class="group">
                            <legend>"Address"</legend>
                            <div class="form-grid">
                                <div class="full">
                                    <TextInput label="Street" kind=InputKind::Name value="12 route de Caen" />
                                </div>
                                <TextInput label="Postcode" value="14400" />
                                <TextInput label="City" kind=InputKind::Name value="Bayeux" />
                            </div>
                        </fieldset>
                    </div>
                </div>
            </Panel>
            <Panel title="What">
                <div class="form-grid">
                    <div class="full">
                        <Segmented
                            label="Status"
                            value=status
                            options=vec![
                                Choice::new("new", "New"),
                                Choice::new("contacted", "Contacted"),
                                Choice::new("nurturing", "Nurturing"),
                            ]
                            on_change=move |value| status.set(value)
                        />
                    </div>
                    <Select
                        label="Source"
                        value=""
                        options=vec![Choice::new("web", "Web form"), Choice::new("fair", "Trade fair")]
                        on_change=|_| ()
                    />
                    <DateInput label="Next step" value="" on_change=|_| () optional=true />
                    <MoneyInput
                        label="Value"
                        value="12 480,50"
                        currency=currency
                        currencies=vec!["EUR".to_owned(), "USD".to_owned(), "JPY".to_owned()]
                        on_currency=move |code| currency.set(code)
                        hint="What it may bring in all"
                    />
                    <TextInput label="Chance" kind=InputKind::Integer value="40" suffix="%" />
                    <div class="full">
                        <TextArea label="Notes" value="" placeholder="What should everybody know?" />
                    </div>
                </div>
            </Panel>
            <div class="form-actions stick">
                <Button kind=ButtonKind::Primary submit=true>
                    "Save lead"
                </Button>
                <LinkButton href="/gallery/leads" kind=ButtonKind::Quiet>
                    "Cancel"
                </LinkButton>
            </div>
        </form>
    }
}
