//! A list: table on a desk, items in a hand.

use crate::components::{
    Avatar, Button, ButtonKind, Chip, Fab, Glyph, LinkButton, Menu, MenuItem, PageHeader, SearchField, SortDirection,
    SortHeader, Tag, Tick, Tone,
};
use crate::markup::{Markup, view};
use leptos::prelude::*;

type Row = (&'static str, &'static str, &'static str, Tone, &'static str, &'static str);

const ROWS: [Row; 11] = [
    ("Petr Šilhavý", "Kovárna Brno", "Qualified", Tone::Ok, "CZK 184,000", "22 Nov"),
    ("Amara Okafor", "Lagos Cold Chain", "New", Tone::Info, "USD 42,500", "22 Nov"),
    ("田中 美咲", "北星建設", "Contacted", Tone::Plain, "¥3,200,000", "21 Nov"),
    ("Jonas Lind", "Fjord & Mast AS", "Nurturing", Tone::Warn, "NOK 96,000", "21 Nov"),
    ("Marie Dubois", "Ferme des Tilleuls", "Qualified", Tone::Ok, "€12,480.50", "20 Nov"),
    ("Tom Brady", "Brady Roofing", "Contacted", Tone::Plain, "$18,900", "19 Nov"),
    ("ليلى حداد", "حداد للتجارة", "New", Tone::Info, "KWD 5,250.750", "19 Nov"),
    ("Sofia Rossi", "Rossi Impianti", "Qualified", Tone::Ok, "€31,000", "18 Nov"),
    ("Peter Novak", "Novak Transport", "Unqualified", Tone::Bad, "€7,400", "14 Nov"),
    (
        "Wolfgang Amadeus Freiherr von und zu Hohenstein-Württemberg",
        "Vereinigte Hüttenwerke und Maschinenfabrik Süd",
        "New",
        Tone::Info,
        "€1,250,000.00",
        "12 Nov",
    ),
    ("Grace Hopper", "", "New", Tone::Info, "", "9 Nov"),
];

/// The list of leads.
#[component]
pub fn Leads() -> Markup {
    let (search, set_search) = signal(String::new());
    let (chip, set_chip) = signal(0_usize);
    let chips = ["Open", "New", "Contacted", "Nurturing", "Qualified", "Unqualified"];
    let counts = ["218", "31", "96", "47", "44", "12"];
    let items = Signal::derive(|| {
        vec![
            MenuItem::new("Import…", || ()).icon(Glyph::Import),
            MenuItem::new("Export", || ()).icon(Glyph::Export),
            MenuItem::new("Delete all", || ()).icon(Glyph::Trash).danger(),
        ]
    });
    view! {
           <PageHeader title="Leads">
               <SearchField label="Search leads" value=search on_input=move |text| set_search.set(text) key="/" />
               <Menu label="More" items />
               <span class="wide">
                   <LinkButton href="/gallery/edit" kind=ButtonKind::Primary icon=Glyph::Plus>
                       "New lead"
                       <kbd>"N"</kbd>
                   </LinkButton>
               </span>
           </PageHeader>
           <div class="chips">
               {chips
                   .into_iter()
                   .zip(counts)
                   .enumerate()
                   .map(|(at, (name, count))| {
                       view! {
                           <Chip
                               pressed=Signal::derive(move || chip.get() == at)
                               count=count
                               on_click=move |()| set_chip.set(at)
                           >
                               {name}
                           </Chip>
                       }
                   })
                   .collect::<Vec<_>>()}
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
                       <SortHeader label="Company" direction=None on_click=|()| () />
                       <SortHeader label="Status" direction=None on_click=|()| () />
                       <SortHeader label="Value" direction=None num=true on_click=|()| () />
                       <SortHeader
    label="Changed" class="roomy" direction=Some(SortDirection::Descending) num=true on_click=|()| () />
                   </tr>
               </thead>
               <tbody>
                   {ROWS.into_iter().enumerate().map(|(at, row)| table_row(at, row)).collect::<Vec<_>>()}
               </tbody>
           </table>
           <ul class="list narrow">{ROWS.into_iter().map(item).collect::<Vec<_>>()}</ul>
           <p class="list-foot num">"11 of 1,284"</p>
           <Fab label="New lead" href="/gallery/edit" />
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
                    <a class="cover" href="/gallery/record">
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
                <a class="item-title cover" href="/gallery/record">
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

/// What stands above a list while rows are selected.
#[component]
pub fn Bulk() -> Markup {
    view! {
        <div class="bulk" role="status">
            <b>"3 selected"</b>
            <span class="push"></span>
            <Button small=true icon=Glyph::Trash kind=ButtonKind::Danger>
                "Delete"
            </Button>
            <Button small=true kind=ButtonKind::Quiet>
                "Clear"
            </Button>
        </div>
    }
}
