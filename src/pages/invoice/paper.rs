//! The paper: an issued invoice as it is shown, printed and sent. Everything on it comes from the frozen document.

use crate::markup::{Markup, view};
use leptos::prelude::*;
use outpost_core::decimal::Decimal;
use outpost_core::money::{Currency, Money, Rate};
use outpost_core::records::{IssuedInvoice, IssuedLine, Party, PriceMode};

use super::totals;
use crate::platform::intl;
use crate::words::t;

/// The sheet. `stamp` is what is stamped across it, such as “Paid”.
#[component]
pub(super) fn Paper(document: IssuedInvoice, stamp: Signal<Option<(String, bool)>>) -> Markup {
    let currency = document.currency;
    let due = document.due_date.map(|due| view! { <div><dt>"Due"</dt><dd>{intl::date(due)}</dd></div> });
    let discounted = document.lines.iter().any(|line| line.discount.ppm() > 0);
    let amount = match document.price_mode {
        PriceMode::Gross => "Amount incl. tax",
        PriceMode::Net | PriceMode::Unknown => "Amount",
    };
    let row = move |line: &IssuedLine| {
        let mut text = line.description.lines();
        let title = text.next().unwrap_or_default().to_owned();
        let note = text.collect::<Vec<_>>().join("\n");
        let quantity = match line.unit.as_str() {
            "" => intl::number(line.quantity),
            unit => format!("{} {unit}", intl::number(line.quantity)),
        };
        view! {
            <tr role="row">
                <td role="cell" class="p-item">
                    <b>{title}</b>
                    {(!note.is_empty()).then(|| view! { <div class="line-note">{note}</div> })}
                </td>
                <td role="cell" class="num p-qty">{quantity}</td>
                <td role="cell" class="num p-price">{price(line.unit_price, currency)}</td>
                {discounted.then(|| discount(line.discount))}
                <td role="cell" class="num p-tax">{intl::percent(line.tax.ppm().into())}</td>
                <td role="cell" class="num p-net">{intl::money(Money { minor: line.amount, currency })}</td>
            </tr>
        }
    };
    let rows = document.lines.iter().map(row).collect::<Vec<_>>();
    let foot = [document.notes.clone(), bank(&document.seller)];
    let foot: Vec<String> = foot.into_iter().filter(|text| !text.is_empty()).collect();
    view! {
        <article class="paper sheet">
            <div class="paper-top">
                <div>
                    <p class="paper-title">"Invoice"</p>
                    <p class="paper-number" data-number="true">{document.number.clone()}</p>
                </div>
                {move || {
                    stamp.get().map(|(text, ok)| view! { <span class="stamp" class:ok=ok>{text}</span> })
                }}
                {party(&document.seller, None)}
            </div>
            <div class="parties">
                {party(&document.buyer, Some("Bill to"))}
                <dl class="facts compact">
                    <div>
                        <dt>"Issue date"</dt>
                        <dd>{intl::date(document.issue_date)}</dd>
                    </div>
                    {due}
                    <div>
                        <dt>"Currency"</dt>
                        <dd>{currency.code()}</dd>
                    </div>
                </dl>
            </div>
            // The roles are said because a phone shows each row as two lines, and then is no table to the browser.
            <table class="lines read" role="table">
                <thead role="rowgroup">
                    <tr role="row">
                        <th role="columnheader">"Item"</th>
                        {head("Quantity")}
                        {head("Unit price")}
                        {discounted.then(|| head("Discount"))}
                        {head("Tax")}
                        {head(amount)}
                    </tr>
                </thead>
                <tbody role="rowgroup">{rows}</tbody>
            </table>
            {totals::view(&document.totals, currency)}
            {(!foot.is_empty()).then(|| view! { <p class="paper-foot">{foot.join("\n\n")}</p> })}
        </article>
    }
}

/// A unit price with the decimals of its currency, or with more if it has more.
fn price(price: Decimal, currency: Currency) -> String {
    let coin = 10_i64.pow(u32::from(Decimal::PLACES - currency.exponent()));
    match price.millionths() % coin {
        0 => intl::money(Money { minor: price.millionths() / coin, currency }),
        _ => intl::number(price),
    }
}

fn head(label: &'static str) -> Markup {
    view! { <th role="columnheader" class="num">{label}</th> }
}

/// A line's discount; nothing in words for none, so that the eye finds those that have one.
fn discount(rate: Rate) -> Markup {
    let text = if rate.ppm() > 0 { intl::percent(rate.ppm().into()) } else { String::new() };
    view! { <td role="cell" class="num p-off">{text}</td> }
}

fn bank(seller: &Party) -> String {
    if seller.bank.is_empty() { String::new() } else { t!("Please pay to: {}", seller.bank) }
}

fn party(party: &Party, role: Option<&'static str>) -> Markup {
    let mut lines = party.address.lines();
    let extra = [&party.tax_id, &party.email, &party.phone];
    lines.extend(extra.into_iter().filter(|text| !text.is_empty()).cloned());
    view! {
        <div class="party">
            {role.map(|role| view! { <span class="party-role">{role}</span> })}
            <b>{party.name.clone()}</b>
            <address>{lines.join("\n")}</address>
        </div>
    }
}
