//! What is filled in: every kind of field, empty and full, with a hint, with an error, and where nothing can be changed.

use crate::components::{
    Checkbox, Choice, DateInput, Field, Fold, Glyph, InputKind, MoneyInput, MultiInput, Panel, SearchField, Segmented,
    Select, TextArea, TextInput,
};
use crate::markup::{Markup, view};
use leptos::prelude::*;

fn stages() -> Vec<Choice> {
    vec![Choice::new("a", "Qualified"), Choice::new("b", "Proposal"), Choice::new("c", "Negotiation")]
}

/// Fields.
#[component]
pub fn Fields() -> Markup {
    view! {
        <Panel title="Text">
            <div class="form-grid">
                <TextInput label="Name" kind=InputKind::Name value="" placeholder="Marie Dubois" required=true />
                <TextInput label="Subject" kind=InputKind::Text value="Winter feed" />
                <TextInput label="E-mail" kind=InputKind::Email value="marie@" error="This address has no domain." />
                <TextInput label="Phone" kind=InputKind::Phone value="+33 2 31 00 00 00" />
                <TextInput label="Website" kind=InputKind::Url value="" hint="With or without https://" optional=true />
                <TextInput label="Password" kind=InputKind::Password value="correct horse" />
                <TextInput label="Chance" kind=InputKind::Integer value="40" suffix="%" />
                <TextInput label="Quantity" kind=InputKind::Decimal value="3.333" error="At most 2 decimals." />
                <TextInput label="Number" value="2026-K7-00042" disabled=true hint="Given when it was issued" />
                <TextInput label="Only read aloud" hide_label=true value="" placeholder="Without a label" />
                <TextArea label="Notes" value="Wants delivery before the first frost." hint="For everybody" optional=true />
                <TextArea label="Address" value="" placeholder="Street, town" rows=2 error="Say where it is." />
                <TextArea label="Terms" value="Please pay within 30 days." rows=1 disabled=true />
                <TextArea label="Only read aloud" hide_label=true rows=1 value="" placeholder="Without a label" />
                <DateInput label="Next step" value="" on_change=|_| () optional=true />
                <DateInput label="Due" value="2026-12-22" on_change=|_| () hint="In 30 days" min="2026-11-22" />
                <DateInput label="Begins" value="2026-11-22T09:30" with_time=true on_change=|_| () />
                <DateInput label="Ends" value="2026-11-20" on_change=|_| () error="It ends before it begins." />
                <DateInput label="Issued" value="2026-11-22" on_change=|_| () disabled=true />
                <DateInput label="Only read aloud" hide_label=true value="2026-11-22" on_change=|_| () />
                <Field id="gallery-own" label="A control of one's own" hint="A hint" optional=true>
                    <input id="gallery-own" class="input" />
                </Field>
                <Field id="gallery-wrong" label="Hidden" error="What is wrong with it." hide_label=true>
                    <input id="gallery-wrong" class="input" aria-invalid="true" />
                </Field>
            </div>
        </Panel>
        <Choices />
        <Groups />
    }
}

#[component]
fn Choices() -> Markup {
    let (on, set_on) = signal(true);
    let stage = RwSignal::new("a".to_owned());
    let theme = RwSignal::new("auto".to_owned());
    let themes = || {
        vec![
            Choice::new("auto", "As the device").icon(Glyph::Device),
            Choice::new("light", "Light").icon(Glyph::Sun),
            Choice::new("dark", "Dark").icon(Glyph::Moon),
        ]
    };
    let choose = move |value: String| {
        if let Some(root) = document().document_element() {
            root.set_attribute("data-theme", &value).expect("a name of an attribute");
        }
        theme.set(value);
    };
    view! {
        <Panel title="Choices">
            <div class="form-grid">
                <Select label="Stage" value=stage options=stages() on_change=move |value| stage.set(value) hint="Where it stands" />
                <Select label="Source" value="" options=stages() on_change=|_| () optional=true empty="None" />
                <Select label="Not chosen" value="" options=stages() on_change=|_| () />
                <Select label="Of a newer version" value="of a newer version" options=stages() on_change=|_| () />
                <Select label="Reason" value="" options=vec![] on_change=|_| () error="Say why it was lost." />
                <Select label="Pipeline" value="a" options=stages() on_change=|_| () disabled=true />
                <Select label="Only read aloud" hide_label=true value="b" options=stages() on_change=|_| () />
                <div class="full">
                    <Segmented label="Status" value=stage options=stages() on_change=move |value| stage.set(value) />
                </div>
                <div class="full">
                    <Segmented label="Theme" hide_label=true value=theme options=themes() on_change=choose />
                </div>
                <div class="full">
                    <Segmented label="Cannot be changed" value="b" options=stages() on_change=|_| () disabled=true />
                </div>
                <Checkbox label="Send me a copy" checked=on on_change=move |now| set_on.set(now) />
                <Checkbox label="Not ticked" checked=false on_change=|_| () />
                <Checkbox
                    label="Keep everything on this device"
                    hint="Otherwise what is older than a year stays on the server"
                    checked=true
                    on_change=|_| ()
                />
                <Checkbox label="Cannot be changed" checked=true disabled=true on_change=|_| () />
            </div>
        </Panel>
    }
}

#[component]
fn Groups() -> Markup {
    let emails = RwSignal::new(vec!["marie@tilleuls.example".to_owned(), "marie@tilleuls".to_owned()]);
    let currency = RwSignal::new("EUR".to_owned());
    let (search, set_search) = signal("tilleuls".to_owned());
    let codes = || vec!["EUR".to_owned(), "USD".to_owned(), "JPY".to_owned()];
    view! {
        <Panel title="Money, several values, groups, search">
            <div class="form-grid">
                <MoneyInput label="Amount" value="12 480,50" currency="EUR" optional=true />
                <MoneyInput
                    label="Value"
                    value="12 480,50"
                    currency=currency
                    currencies=codes()
                    on_currency=move |code| currency.set(code)
                    hint="What it may bring in all"
                />
                <MoneyInput label="Amount" value="12.480,505" currency="KWD" error="KWD has 3 decimals: 12480.505." />
                <MoneyInput label="Paid" value="900.00" currency="€" disabled=true />
                <MoneyInput label="Only read aloud" hide_label=true value="" currency="USD" />
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
                    <Fold label="Address" content="12 route de Caen, 14400 Bayeux" begin="Add an address">
                        <TextInput label="Street" kind=InputKind::Name value="12 route de Caen" />
                        <TextInput label="Postcode" value="14400" />
                    </Fold>
                </div>
                <div class="full">
                    <Fold label="Bank account" content="" begin="Add a bank account">
                        <TextInput label="IBAN" value="" />
                    </Fold>
                </div>
                <SearchField label="Search leads" value="" on_input=|_| () key="F" />
                <SearchField label="Search leads" value=search on_input=move |text| set_search.set(text) />
            </div>
        </Panel>
    }
}
