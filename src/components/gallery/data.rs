//! What shows records: headers of pages, panels, facts, figures, a timeline, a table and the items of a list.

use crate::components::{
    Avatar, Bar, Bars, Button, ButtonKind, Fact, Facts, Figure, Glyph, IconButton, PageHeader, Panel, Setting,
    SortDirection, SortHeader, Tag, Tick, Timeline, TimelineItem, Tone,
};
use crate::markup::{Markup, view};
use leptos::prelude::*;

type Row = (&'static str, &'static str, &'static str, Tone, &'static str, &'static str);

const ROWS: [Row; 4] = [
    ("Marie Dubois", "Ferme des Tilleuls", "Qualified", Tone::Ok, "€12,480.50", "20 Nov"),
    ("ليلى حداد", "حداد للتجارة", "New", Tone::Info, "KWD 5,250.750", "19 Nov"),
    (
        "Wolfgang Amadeus Freiherr von und zu Hohenstein-Württemberg",
        "Vereinigte Hüttenwerke und Maschinenfabrik Süd",
        "Nurturing",
        Tone::Warn,
        "€1,250,000.00",
        "12 Nov",
    ),
    ("Grace Hopper", "", "Unqualified", Tone::Bad, "", "9 Nov"),
];

/// One that leads somewhere, one of two parts, one without length, and one whose name and figure are long.
fn bars() -> Vec<Bar> {
    let bar = |label: &str, told: &str, parts: &[(Tone, u32)]| Bar {
        label: label.to_owned(),
        told: told.to_owned(),
        parts: parts.to_vec(),
        href: None,
    };
    vec![
        Bar { href: Some("/gallery".to_owned()), ..bar("Qualified", "€12K · 4 deals", &[(Tone::Info, 240)]) },
        bar("Nov 2026", "€38K won · €12K expected", &[(Tone::Ok, 760), (Tone::Info, 240)]),
        bar("Dec 2026", "", &[]),
        bar("Waiting for the building authority", "KWD 5,250.750K · 12,345 deals", &[(Tone::Warn, 1_000)]),
    ]
}

/// Records as they are shown.
#[component]
pub fn Data() -> Markup {
    view! {
        <PageHeader
            title="Marie Dubois"
            subtitle="Ferme des Tilleuls"
            back="/gallery"
            back_label="Leads"
            before=|| view! { <Avatar name="Marie Dubois" big=true /> }
            beside=|| view! { <Tag tone=Tone::Ok>"Qualified"</Tag> }
        >
            <Button icon=Glyph::Edit>"Edit"</Button>
            <Button kind=ButtonKind::Primary icon=Glyph::Phone>
                "Call"
            </Button>
        </PageHeader>
        <Panel>
            <div class="figures">
                <Figure label="Open deals" value="€12,480.50" />
                <Figure label="Score" value="82" />
                <Figure label="Last contact" value="2 days ago" />
            </div>
        </Panel>
        <div class="two">
            <Panel title="Contact" actions=|| view! { <IconButton label="Edit" icon=Glyph::Edit small=true /> }>
                <div class="stack">
                    <Facts>
                        <Fact label="E-mail">
                            <a class="link" href="mailto:marie@tilleuls.example">
                                "marie@tilleuls.example"
                            </a>
                        </Fact>
                        <Fact label="Address">"12 route de Caen, 14400 Bayeux, France"</Fact>
                        <Fact label="Website">""</Fact>
                    </Facts>
                    <Facts compact=true>
                        <Fact label="Issued">"22 Nov 2026"</Fact>
                        <Fact label="Due">"22 Dec 2026"</Fact>
                    </Facts>
                </div>
            </Panel>
            <Panel title="Open deals">
                <Bars label="Open deals by stage" bars=bars() />
            </Panel>
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
                    <TimelineItem glyph=Glyph::Error tone=Tone::Bad when="19 Nov, 17:31">"Not accepted"</TimelineItem>
                    <TimelineItem glyph=Glyph::Plus tone=Tone::Info when="18 Nov, 8:30">"Created"</TimelineItem>
                </Timeline>
            </Panel>
        </div>
        <table class="table fixed wide">
            <colgroup>
                <col class="w-tick" />
                <col class="w-28" />
                <col />
                <col class="w-tag" />
                <col class="w-money" />
                <col class="w-date roomy" />
            </colgroup>
            <thead>
                <tr>
                    <th class="tick-cell">
                        <Tick label="All leads" checked=false mixed=true on_change=|_| () />
                    </th>
                    <SortHeader label="Name" direction=None on_click=|()| () />
                    <SortHeader label="Company" direction=Some(SortDirection::Ascending) on_click=|()| () />
                    <SortHeader label="Status" direction=None on_click=|()| () />
                    <SortHeader label="Value" direction=None num=true on_click=|()| () />
                    <SortHeader
                        label="Changed"
                        class="roomy"
                        direction=Some(SortDirection::Descending)
                        num=true
                        on_click=|()| ()
                    />
                </tr>
            </thead>
            <tbody>{ROWS.into_iter().enumerate().map(|(at, row)| table_row(at, row)).collect::<Vec<_>>()}</tbody>
        </table>
        <ul class="list">{ROWS.into_iter().map(item).collect::<Vec<_>>()}</ul>
        <Settings />
    }
}

fn table_row(at: usize, (name, company, status, tone, value, changed): Row) -> Markup {
    view! {
        <tr>
            <td class="tick-cell">
                <Tick label=name checked=at == 1 on_change=|_| () />
            </td>
            <td>
                <span class="who">
                    <Avatar name=name />
                    <a class="cover" href="/gallery/data">
                        {name}
                    </a>
                </span>
            </td>
            <td class="muted">{company}</td>
            <td>
                <Tag tone>{status}</Tag>
            </td>
            <td class="num">{value}</td>
            <td class="num muted roomy">{changed}</td>
        </tr>
    }
}

fn item((name, company, status, tone, value, _): Row) -> Markup {
    view! {
        <li class="item">
            <Avatar name=name />
            <span>
                <a class="item-title cover" href="/gallery/data">
                    {name}
                </a>
                <span class="item-text">{company}</span>
            </span>
            <span class="item-end">
                <Tag tone>{status}</Tag>
                <span class="num muted">{value}</span>
            </span>
        </li>
    }
}

#[component]
fn Settings() -> Markup {
    view! {
        <div class="settings">
            <Setting title="Account" text="Connect to a server to have your records on your other devices too.">
                <div class="btn-group">
                    <Button icon=Glyph::SignOut>"Sign out"</Button>
                </div>
            </Setting>
            <Setting title="Waiting to be sent" long=true>
                <ul class="list">
                    <li class="item plain">
                        <span>
                            <span class="item-title">"Invoice 2026-K7-00042"</span>
                            <span class="item-text">"The number was taken by another invoice."</span>
                        </span>
                        <Tag tone=Tone::Bad>"rejected"</Tag>
                    </li>
                </ul>
            </Setting>
        </div>
    }
}
