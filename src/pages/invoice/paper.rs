//! The paper: an issued invoice as it is shown, printed and sent. Everything on it comes from the frozen document.

use leptos::prelude::*;
use outpost_core::money::Money;
use outpost_core::records::{IssuedInvoice, IssuedLine, Party, PriceMode};

use super::totals;
use crate::platform::intl;

/// The sheet. `stamp` is what is stamped across it, such as “Paid”.
#[component]
pub(super) fn Paper(document: IssuedInvoice, stamp: Signal<Option<(String, bool)>>) -> impl IntoView {
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
            <tr>
                <td>
                    <b>{title}</b>
                    {(!note.is_empty()).then(|| view! { <div class="line-note">{note}</div> })}
                </td>
                <td class="num">{quantity}</td>
                <td class="num">{intl::number(line.unit_price)}</td>
                {discounted.then(|| view! { <td class="num">{intl::percent(line.discount.ppm().into())}</td> })}
                <td class="num">{intl::percent(line.tax.ppm().into())}</td>
                <td class="num">{intl::money(Money { minor: line.amount, currency })}</td>
            </tr>
        }
    };
    let rows = document.lines.iter().map(row).collect_view();
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
            <div class="lines-scroll">
                <table class="lines">
                    <thead>
                        <tr>
                            <th>"Item"</th>
                            <th class="num">"Quantity"</th>
                            <th class="num">"Unit price"</th>
                            {discounted.then(|| view! { <th class="num">"Discount"</th> })}
                            <th class="num">"Tax"</th>
                            <th class="num">{amount}</th>
                        </tr>
                    </thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
            {totals::view(&document.totals, currency)}
            {(!foot.is_empty()).then(|| view! { <p class="paper-foot">{foot.join("\n\n")}</p> })}
        </article>
    }
}

fn bank(seller: &Party) -> String {
    if seller.bank.is_empty() { String::new() } else { format!("Please pay to: {}", seller.bank) }
}

fn party(party: &Party, role: Option<&'static str>) -> impl IntoView + use<> {
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
