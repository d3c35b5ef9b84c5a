//! What a line is for: typed freely, or taken over from a product, with its unit, its price and its tax as they hold on the
//! invoice's day.

use leptos::prelude::*;
use leptos::{ev, html};
use outpost_core::index::Query;
use outpost_core::money::{Currency, Rate};
use outpost_core::mutation::Patch;
use outpost_core::pricing::{line_of, prices_on, rate_on};
use outpost_core::record::Record;
use outpost_core::records::{Price, Product, ProductStatus, TaxRate};
use outpost_core::schema::RecordType;
use serde_json::Value;

use crate::components::{Field, described_by, new_id};
use crate::forms::{Entry, FieldState, FormState, Offers, say};
use crate::markup::{Markup, view};
use crate::platform::intl;
use crate::platform::time::today;
use crate::state::{Live, live, use_desk};
use crate::words::tr;

/// How many products are offered.
const OFFERED: usize = 6;
/// More tax rates than anybody has.
const RATES: usize = 200;

/// A product in one of its price lists.
#[derive(Debug, Clone, PartialEq)]
struct Item {
    product: Product,
    price: Option<Price>,
    tax: Option<Rate>,
}

/// The first cell of a line.
#[component]
pub(super) fn ItemInput(
    /// The line's form, which a product fills in.
    line: FormState,
    /// The invoice's, which says the day and the currency.
    invoice: FormState,
    /// The line's description.
    state: FieldState,
    /// The input.
    node_ref: NodeRef<html::Input>,
) -> Markup {
    let offers = Offers::to_suggest();
    let text = state.text();
    let terms = Memo::new(move |_| {
        let of = |name: &str| invoice.field(name).map(|field| field.text().get()).unwrap_or_default();
        (of("currency").parse::<Currency>().ok(), of("issue_date").parse().unwrap_or_else(|_| today()))
    });
    let desk = use_desk();
    let found: Live<Vec<Item>> = live(
        move || (offers.is_open(), text.get(), terms.get()),
        move |(open, text, (currency, day))| {
            let store = desk.store();
            async move {
                if !open {
                    return Ok(Vec::new());
                }
                let query = Query { text, ..Query::recent(Product::SCHEMA.kind) };
                let products = store.window(&query, 0, OFFERED).await.map_err(say)?.rows;
                let rates = store.window(&Query::recent(TaxRate::SCHEMA.kind), 0, RATES).await.map_err(say)?.rows;
                let rates: Vec<_> = rates.iter().filter_map(|rate| Some((rate.id, read(rate)?))).collect();
                let mut items = Vec::new();
                for record in products {
                    let Some(product) = read::<Product>(&record) else { continue };
                    if product.status == ProductStatus::Retired {
                        continue;
                    }
                    let prices = store.children(record.id, Price::SCHEMA.kind).await.map_err(say)?;
                    let prices = prices.iter().filter_map(read).collect();
                    let prices = currency.map(|currency| prices_on(prices, currency, day)).unwrap_or_default();
                    let tax = product.tax.and_then(|named| rate_on(&rates, named, day));
                    let item = |price| Item { product: product.clone(), price, tax };
                    if prices.is_empty() {
                        items.push(item(None));
                    }
                    items.extend(prices.into_iter().map(Some).map(item));
                }
                Ok(items)
            }
        },
    );
    let items = move || found.value().unwrap_or_default();
    // What the product before has left in the line, and what stood there before any.
    let taken = StoredValue::new((Patch::new(), None::<Patch>));
    let take = move |item: Item| {
        offers.close();
        let new = line_of(&item.product, item.price.as_ref(), item.tax);
        let now = untrack(|| line.reading());
        let (last, first) = taken.get_value();
        let first = first.unwrap_or_else(|| now.clone());
        // What this one does not say, the one before must not say for it; what was typed by hand stays.
        let left = last.iter().filter(|(name, value)| !new.contains_key(*name) && now.get(*name) == Some(value));
        left.for_each(|(name, _)| line.fill_in(name, first.get(name).unwrap_or(&Value::Null)));
        new.iter().for_each(|(name, value)| line.fill_in(name, value));
        taken.set_value((new, Some(first)));
    };
    let on_key = move |event: ev::KeyboardEvent| {
        let all = items();
        if let Some(item) = offers.key(&event, all.len()).and_then(|at| all.into_iter().nth(at)) {
            take(item);
        }
    };
    let shown =
        Memo::new(move |_| offers.is_open() && found.with(|items| items.is_some_and(|items| !items.is_empty())));
    let list = move || {
        let options = items().into_iter().enumerate().map(|(at, item)| {
            let (name, number) = (item.product.name.clone(), item.product.number.clone());
            let price = item.price.as_ref().and_then(|price| price.amount).map(intl::money);
            let list = item.price.as_ref().map(|price| price.name.clone());
            let second = [Some(number).filter(|number| !number.is_empty()), list];
            let second = second.into_iter().flatten().collect::<Vec<_>>().join(" · ");
            let content = view! {
                <span class="ellipsis">{name}</span>
                <span class="muted ellipsis">{second}</span>
                <span class="push num">{price}</span>
            };
            offers.option(at, content, move || take(item.clone()))
        });
        options.collect::<Vec<_>>()
    };
    let id = new_id();
    let error = MaybeProp::from(state.error());
    let described = described_by(&id, MaybeProp::<String>::default(), error);
    view! {
        <Field id=id.clone() label=tr(state.field.label) error hide_label=true>
            <div class="picker">
                <input
                    node_ref=node_ref
                    id=id.clone()
                    class="input"
                    type="text"
                    role="combobox"
                    autocapitalize="sentences"
                    autocomplete="off"
                    spellcheck="true"
                    dir="auto"
                    placeholder=tr("Item or product")
                    aria-expanded=move || shown.get().to_string()
                    aria-controls=offers.id()
                    aria-autocomplete="list"
                    aria-activedescendant=move || offers.active_id(items().len())
                    aria-invalid=move || error.with(Option::is_some).then_some("true")
                    aria-describedby=move || described.get()
                    prop:value=move || text.get()
                    on:blur=move |_| offers.close()
                    on:keydown=on_key
                    on:change=move |_| state.look()
                    on:input=move |event| {
                        state.enter(Entry::Text(event_target_value(&event)));
                        offers.open();
                    }
                />
                {move || shown.get().then(|| view! {
                    <ul class="picker-list" id=offers.id() role="listbox" aria-label=tr("Products")>
                        {list}
                    </ul>
                })}
            </div>
        </Field>
    }
}

/// A record as its type reads it; one that it cannot read is not offered.
fn read<T: RecordType>(record: &Record) -> Option<T> {
    T::from_record(record).ok()
}
