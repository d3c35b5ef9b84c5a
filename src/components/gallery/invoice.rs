//! The invoice: its editor, and the paper.

use crate::components::{
    Button, ButtonKind, Choice, DateInput, Glyph, IconButton, InputKind, LinkButton, PageHeader, Panel, Select, Tag,
    TextArea, TextInput, Tone,
};
use crate::markup::{Markup, view};
use leptos::prelude::*;

type Line = (&'static str, &'static str, &'static str, &'static str, &'static str, &'static str);

const LINES: [Line; 3] = [
    ("Winter feed, 25 kg", "Batch 7781", "120", "18.4000", "5.5", "2,208.00"),
    ("Delivery", "Two stops", "1", "140.0000", "20", "140.00"),
    ("Barn inspection", "3 h 20 min", "3.333", "62.0000", "20", "206.65"),
];

/// The editor of a draft.
#[component]
pub fn Editor() -> Markup {
    view! {
        <PageHeader
            title="Draft invoice"
            subtitle="Gets its number when it is issued"
            back="/gallery/leads"
            beside=|| view! { <Tag>"Draft"</Tag> }
        >
            <LinkButton href="/gallery/paper" icon=Glyph::Eye>
                "Preview"
            </LinkButton>
            <Button kind=ButtonKind::Primary>"Issue"</Button>
        </PageHeader>
        <div class="paper">
            <div class="two">
                <div class="stack">
                    <TextInput label="Bill to" kind=InputKind::Name value="Ferme des Tilleuls" />
                    <TextArea label="Address" value="12 route de Caen\n14400 Bayeux\nFrance" rows=3 />
                </div>
                <div class="form-grid">
                    <DateInput label="Issue date" value="2026-11-22" on_change=|_| () />
                    <DateInput label="Due" value="2026-12-22" on_change=|_| () hint="In 30 days" />
                    <Select
                        label="Currency"
                        value="EUR"
                        options=vec![Choice::new("EUR", "EUR, euro"), Choice::new("USD", "USD, US dollar")]
                        on_change=|_| ()
                    />
                    <TextInput label="Their reference" value="" placeholder="Order number" />
                </div>
            </div>
            <div>
                <table class="lines edit">
                    <thead>
                        <tr>
                            <th>"Item"</th>
                            <th class="num w-qty">"Quantity"</th>
                            <th class="num w-price">"Unit price"</th>
                            <th class="num w-rate">"Tax"</th>
                            <th class="num w-net">"Net"</th>
                            <th class="w-tools">
                                <span class="vh">"Tools"</span>
                            </th>
                        </tr>
                    </thead>
                    <tbody>{LINES.into_iter().map(edit_line).collect::<Vec<_>>()}</tbody>
                </table>
                <div class="line-add">
                    <Button icon=Glyph::Plus kind=ButtonKind::Quiet>
                        "Line"
                        <kbd>"Enter"</kbd>
                    </Button>
                </div>
            </div>
            {totals()}
        </div>
    }
}

fn edit_line((name, note, quantity, price, rate, net): Line) -> Markup {
    let wrong = (rate == "5.5").then(|| "At most 4 decimals.".to_owned());
    view! {
        <tr>
            <td class="line-item">
                <TextInput label="Item" hide_label=true value=name />
                <div class="line-sub">
                    <TextInput label="Note" hide_label=true value=note placeholder="Note" />
                </div>
            </td>
            <td class="num" data-label="Quantity">
                <TextInput label="Quantity" hide_label=true kind=InputKind::Decimal value=quantity />
            </td>
            <td class="num" data-label="Unit price">
                <TextInput label="Unit price" hide_label=true kind=InputKind::Decimal value=price error=wrong />
            </td>
            <td class="num" data-label="Tax">
                <TextInput label="Tax" hide_label=true kind=InputKind::Decimal value=rate suffix="%" />
            </td>
            <td class="num line-net" data-label="Net">
                {net}
            </td>
            <td class="line-tools">
                <span class="tools">
                    <IconButton label="Move down" icon=Glyph::ArrowDown small=true />
                    <span class="turned">
                        <IconButton label="Move up" icon=Glyph::ArrowDown small=true disabled=true />
                    </span>
                    <IconButton label="Remove line" icon=Glyph::Close small=true />
                </span>
            </td>
        </tr>
    }
}

fn totals() -> Markup {
    view! {
        <dl class="totals">
            <div>
                <dt>"Net"</dt>
                <dd>"€2,554.65"</dd>
            </div>
            <div>
                <dt>"VAT 5.5 % on 2,208.00"</dt>
                <dd>"€121.44"</dd>
            </div>
            <div>
                <dt>"VAT 20 % on 346.65"</dt>
                <dd>"€69.33"</dd>
            </div>
            <div class="sum">
                <dt>"Total"</dt>
                <dd>"€2,745.42"</dd>
            </div>
        </dl>
    }
}

/// What is sent and printed.
#[component]
pub fn Paper() -> Markup {
    view! {
        <PageHeader
            title="2026-K7-00042"
            subtitle="Ferme des Tilleuls"
            back="/gallery/invoice"
            beside=|| view! { <Tag tone=Tone::Warn>"Due in 30 days"</Tag> }
        >
            <Button icon=Glyph::Print>"Print"</Button>
            <Button kind=ButtonKind::Primary icon=Glyph::Money>
                "Record payment"
            </Button>
        </PageHeader>
        <div class="stack">
        <article class="paper sheet">
            <div class="paper-top">
                <div>
                    <p class="paper-title">"Invoice"</p>
                    <p class="paper-number">"2026-K7-00042"</p>
                </div>
                <div class="party">
                    <b>"Outpost Agri SARL"</b>
                    <address>"4 rue de la Gare\n14000 Caen\nFR 40 303 265 045"</address>
                </div>
            </div>
            <div class="parties">
                <div class="party">
                    <span class="party-role">"Bill to"</span>
                    <b>"Ferme des Tilleuls"</b>
                    <address>"Marie Dubois\n12 route de Caen\n14400 Bayeux"</address>
                </div>
                <dl class="facts compact">
                    <div>
                        <dt>"Issue date"</dt>
                        <dd>"22 Nov 2026"</dd>
                    </div>
                    <div>
                        <dt>"Due"</dt>
                        <dd>"22 Dec 2026"</dd>
                    </div>
                    <div>
                        <dt>"Currency"</dt>
                        <dd>"EUR"</dd>
                    </div>
                </dl>
            </div>
            <table class="lines">
                <thead>
                    <tr>
                        <th>"Item"</th>
                        <th class="num">"Quantity"</th>
                        <th class="num wide">"Unit price"</th>
                        <th class="num wide">"Tax"</th>
                        <th class="num">"Net"</th>
                    </tr>
                </thead>
                <tbody>
                    {LINES
                        .into_iter()
                        .map(|(name, note, quantity, price, rate, net)| {
                            view! {
                                <tr>
                                    <td>
                                        <b>{name}</b>
                                        <div class="line-note">{note}</div>
                                    </td>
                                    <td class="num">{quantity}</td>
                                    <td class="num wide">{price}</td>
                                    <td class="num wide">{rate} " %"</td>
                                    <td class="num">{net}</td>
                                </tr>
                            }
                        })
                        .collect::<Vec<_>>()}
                </tbody>
            </table>
            {totals()}
            <p class="paper-foot">"IBAN FR76 3000 4000 0312 3456 7890 143\nPlease pay within 30 days."</p>
        </article>
        <Panel title="Payments">
            <p class="muted small">"Nothing was paid yet."</p>
        </Panel>
        </div>
    }
}
