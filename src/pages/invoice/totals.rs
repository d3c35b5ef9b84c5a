//! The sums below the lines, of a draft as it is typed and of a document as it was frozen.

use crate::markup::{Markup, view};
use outpost_core::money::{Currency, Money};
use outpost_core::totals::{PricesInclude, Totals};

use crate::platform::intl;
use crate::words::{t, tr};

/// The sums as they are read, from the sum of the lines to what is to be paid.
pub(super) fn view(sums: &Totals, currency: Currency) -> Markup {
    let money = |minor: i64| intl::money(Money { minor, currency });
    let line = |label: String, value: String| view! { <div><dt>{label}</dt><dd>{value}</dd></div> };
    let discount = (sums.discount != 0).then(|| {
        view! {
            {line(tr("Sum of lines").to_owned(), money(sums.subtotal()))}
            {line(tr("Discount").to_owned(), money(sums.discount.saturating_neg()))}
        }
    });
    let taxes = sums.groups.iter().map(|group| {
        let rate = intl::percent(group.rate.ppm().into());
        line(t!("Tax {rate} on {}", money(group.base)), money(group.tax))
    });
    let net = match sums.prices_include {
        PricesInclude::Net => "Net",
        PricesInclude::Gross => "Net, included",
    };
    view! {
        <dl class="totals">
            {discount}
            {line(tr(net).to_owned(), money(sums.net))}
            {taxes.collect::<Vec<_>>()}
            <div class="sum">
                <dt>"Total"</dt>
                <dd data-total="true">{money(sums.total)}</dd>
            </div>
        </dl>
    }
}
