//! How sales go: what is open by stage, what is expected and won by month, what was invoiced. All of it from the index, so it is
//! there at once, with or without a network.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{Datelike, Months, NaiveDate};
use leptos::prelude::*;
use outpost_core::index::FacetCount;
use outpost_core::list_view::ListView;
use outpost_core::money::{Currency, Money};
use outpost_core::records::{InvoiceStatus, Standing};
use outpost_core::scope::Age;
use outpost_core::sorting::Order;

use crate::components::{
    Art, Banner, BannerKind, Bar, Bars, Choice, EmptyState, Figure, PageHeader, Panel, Select, Skeleton, Tone, WHOLE,
};
use crate::forms::say;
use crate::markup::{Markup, view};
use crate::pages::deal::PATH;
use crate::pages::list::write_address;
use crate::platform::{intl, time};
use crate::state::{Desk, Live, live, pipelines, use_desk};
use crate::words::{t, tr};

/// What is worth something, by what it stands for.
type Sums<K> = BTreeMap<K, Vec<Money>>;

/// What the page shows.
#[derive(Debug, Clone, PartialEq, Default)]
struct Shown {
    /// The currencies that occur: first those of open deals, of which that of the business leads, then those of the most stages
    /// and months.
    currencies: Vec<Currency>,
    /// Of each open stage that can be chosen or has deals, in its order: its key, its name, what they are worth.
    stages: Vec<(String, String, Vec<Money>)>,
    /// What should be won in a month, and what was.
    expected: Sums<NaiveDate>,
    won: Sums<NaiveDate>,
    /// What was invoiced in a month.
    invoiced: Sums<NaiveDate>,
    /// Whether the device keeps no more than what is recent, so that some of it is not here.
    is_partial: bool,
}

fn sum_in(sums: &[Money], currency: Currency) -> i64 {
    sums.iter().filter(|sum| sum.currency == currency).fold(0, |all, sum| all.saturating_add(sum.minor))
}

/// The first days of so many months, from so many before that of today.
fn months(today: NaiveDate, before: u32, count: u32) -> Vec<NaiveDate> {
    let first = today.with_day(1).and_then(|day| day.checked_sub_months(Months::new(before))).unwrap_or(today);
    (0..count).filter_map(|month| first.checked_add_months(Months::new(month))).collect()
}

fn by_month(counts: &[(NaiveDate, FacetCount)], is_counted: impl Fn(&str) -> bool) -> Sums<NaiveDate> {
    let mut sums = Sums::new();
    for (month, count) in counts.iter().filter(|(_, count)| is_counted(&count.facet)) {
        sums.entry(*month).or_insert_with(Vec::new).extend(count.sums.iter().copied());
    }
    sums
}

async fn read(desk: Desk) -> Result<Shown, String> {
    let store = desk.store();
    let today = time::today();
    let span = |before, count| {
        let months = months(today, before, count);
        (months.first().copied().unwrap_or(today), months.last().copied().unwrap_or(today))
    };
    let (from, to) = span(6, 12);
    let deals = store.months("deal", from, to).await.map_err(say)?;
    let (from, to) = span(11, 12);
    let invoices = store.months("invoice", from, to).await.map_err(say)?;
    let counts = store.facet_counts("deal", "", "").await.unwrap_or_default();
    let open = pipelines().stages().filter(|stage| stage.standing.is_open());
    let stages: Vec<_> = open
        .filter_map(|stage| {
            let (_, count, sums) = counts.iter().find(|counted| counted.0 == stage.key)?;
            let name = match pipelines().all().len() {
                0 | 1 => tr(stage.name).to_owned(),
                _ => format!("{}: {}", tr(pipelines().with(stage.key).name), tr(stage.name)),
            };
            (!stage.is_removed || *count > 0).then(|| (stage.key.to_owned(), name, sums.clone()))
        })
        .collect();
    let standing = |key: &str| pipelines().standing(key);
    let expected = by_month(&deals, |stage| standing(stage).is_open());
    let won = by_month(&deals, |stage| standing(stage) == Standing::Won);
    let invoiced = by_month(&invoices, |status| InvoiceStatus::parse(status) == InvoiceStatus::Issued);

    let home = desk.habits().await.currency;
    let all = stages.iter().flat_map(|stage| &stage.2);
    let all: Vec<&Money> =
        all.chain([&expected, &won, &invoiced].into_iter().flat_map(|sums| sums.values().flatten())).collect();
    let mut currencies: Vec<Currency> =
        all.iter().map(|sum| sum.currency).collect::<BTreeSet<_>>().into_iter().collect();
    let often = |currency: Currency| all.iter().filter(|sum| sum.currency == currency).count();
    let is_open = |currency: Currency| stages.iter().any(|stage| sum_in(&stage.2, currency) != 0);
    currencies.order_by_key(|each| (!is_open(*each), *each != home, std::cmp::Reverse(often(*each))));
    let is_partial = store.scope().await.map_err(say)?.keep == Age::Recent;
    Ok(Shown { currencies, stages, expected, won, invoiced, is_partial })
}

/// The page.
#[component]
pub(crate) fn ReportsPage() -> Markup {
    let desk = use_desk();
    let stages = desk.store().type_version("deal");
    let versions = move || (desk.version("deal"), desk.version("invoice"), desk.version("business"), stages.get());
    let shown: Live<Shown> = live(versions, move |_| read(desk));
    let chosen = RwSignal::new(None::<Currency>);
    let currencies = Memo::new(move |_| shown.with(|shown| shown.map(|shown| shown.currencies.clone())));
    let currency = Memo::new(move |_| {
        let all = currencies.get().unwrap_or_default();
        chosen.get().filter(|chosen| all.contains(chosen)).or_else(|| all.first().copied())
    });
    let body = move || match (currencies.get(), currency.get()) {
        (None, _) => view! { <Skeleton rows=6 /> },
        (Some(_), None) => view! {
            <EmptyState
                art=Art::Board
                title="Nothing to report yet"
                text="As soon as deals and invoices have amounts, this page says how they add up: by stage, and month by month."
            />
        },
        (Some(_), Some(currency)) => charts(shown, currency),
    };
    let choice = move || {
        let all = currencies.get().filter(|all| all.len() > 1)?;
        let options: Vec<Choice> = all.iter().map(|each| Choice::new(each.code(), each.code())).collect();
        let value =
            Signal::derive(move || currency.get().map(|currency| currency.code().to_owned()).unwrap_or_default());
        let choose = move |code: String| chosen.set(code.parse().ok());
        Some(view! { <Select label="Currency" hide_label=true value options on_change=choose /> })
    };
    view! {
        <PageHeader title="Reports">{choice}</PageHeader>
        {move || shown.error().map(|text| view! { <Banner kind=BannerKind::Bad text /> })}
        {body}
    }
}

fn charts(shown: Live<Shown>, currency: Currency) -> Markup {
    let money = move |minor: i64| intl::money_short(Money::new(minor, currency));
    let of = move |look: fn(&Shown, Currency) -> Vec<Row>| {
        Memo::new(move |_| shown.with(|shown| shown.map(|shown| look(shown, currency)).unwrap_or_default()))
    };
    let (open, close, invoiced) = (of(stages), of(expected), of(issued));
    let total = move |rows: Memo<Vec<Row>>| {
        Signal::derive(move || {
            money(rows.with(|rows| rows.iter().map(|row| row.parts[0].1).fold(0, i64::saturating_add)))
        })
    };
    let bars = move |rows: Memo<Vec<Row>>| Signal::derive(move || rows.with(|rows| drawn(rows)));
    let panel = |title: &'static str, rows: Memo<Vec<Row>>, none: &'static str, key: fn() -> Markup| {
        let empty =
            Memo::new(move |_| rows.with(|rows| rows.iter().all(|row| row.parts.iter().all(|part| part.1 == 0))));
        let inner = move || match empty.get() {
            true => view! { <p class="muted">{tr(none)}</p> },
            false => view! {
                {key()}
                <Bars label=tr(title) bars=bars(rows) />
            },
        };
        view! { <Panel title=tr(title)>{inner}</Panel> }
    };
    let partial = move || {
        let is_partial = shown.with(|shown| shown.is_some_and(|shown| shown.is_partial));
        is_partial.then(|| {
            view! {
                <p class="muted small">
                    "This device keeps only what is recent: what was won or paid longer ago is in the archive and not counted here."
                </p>
            }
        })
    };
    view! {
        <div class="reports">
            <Panel>
                <div class="figures">
                    <Figure label=tr("Open deals") value=total(open) />
                    <Figure label=tr("Invoiced in 12 months") value=total(invoiced) />
                </div>
                {partial}
            </Panel>
            {panel("Open deals by stage", open, "No open deal has an amount in this currency.", || Markup::Empty)}
            {panel(
                "Deals, by month",
                close,
                "No deal of these months has an amount in this currency.",
                legend,
            )}
            {panel("Invoiced, by month", invoiced, "Nothing was invoiced in this currency.", || Markup::Empty)}
        </div>
    }
}

/// What the colours say.
fn legend() -> Markup {
    view! {
        <p class="bars-key small muted">
            <span class="bars-dot ok"></span>
            "Won"
            <span class="bars-dot info"></span>
            "Expected"
        </p>
    }
}

/// What one bar is drawn from: its parts with what they are worth, in minor units.
#[derive(Debug, Clone, PartialEq)]
struct Row {
    label: String,
    parts: Vec<(Tone, i64)>,
    told: String,
    href: Option<String>,
}

/// A sum as it is read; of nothing, nothing.
fn told(minor: i64, currency: Currency) -> String {
    if minor == 0 { String::new() } else { intl::money_short(Money::new(minor, currency)) }
}

fn stages(shown: &Shown, currency: Currency) -> Vec<Row> {
    let rows = shown.stages.iter().map(|(key, name, sums)| {
        let minor = sum_in(sums, currency);
        let view = ListView { facet: Some(key.clone()), ..ListView::default() };
        Row {
            label: name.clone(),
            parts: vec![(Tone::Info, minor)],
            told: told(minor, currency),
            href: Some([PATH, "/list", &write_address(&view)].concat()),
        }
    });
    rows.collect()
}

fn expected(shown: &Shown, currency: Currency) -> Vec<Row> {
    let of = |sums: &Sums<NaiveDate>, month| sums.get(&month).map_or(0, |sums| sum_in(sums, currency));
    let rows = months(time::today(), 6, 12).into_iter().map(|month| {
        let (won, open) = (of(&shown.won, month), of(&shown.expected, month));
        let [won_told, open_told] = [won, open].map(|minor| intl::money_short(Money::new(minor, currency)));
        let told = match (won, open) {
            (0, 0) => String::new(),
            (_, 0) => t!("{} won", won_told),
            (0, _) => t!("{} expected", open_told),
            _ => t!("{} won · {} expected", won_told, open_told),
        };
        Row { label: intl::short_month(month), parts: vec![(Tone::Ok, won), (Tone::Info, open)], told, href: None }
    });
    rows.collect()
}

fn issued(shown: &Shown, currency: Currency) -> Vec<Row> {
    let rows = months(time::today(), 11, 12).into_iter().map(|month| {
        let minor = shown.invoiced.get(&month).map_or(0, |sums| sum_in(sums, currency));
        let told = told(minor, currency);
        Row { label: intl::short_month(month), parts: vec![(Tone::Ok, minor)], told, href: None }
    });
    rows.collect()
}

/// The bars, the longest as long as the chart is wide. What is less than nothing has no length.
fn drawn(rows: &[Row]) -> Vec<Bar> {
    let length = |row: &Row| row.parts.iter().map(|part| i128::from(part.1.max(0))).sum::<i128>();
    let most = rows.iter().map(length).max().unwrap_or_default().max(1);
    let part = |minor: i64| u32::try_from(i128::from(minor.max(0)) * i128::from(WHOLE) / most).unwrap_or(WHOLE);
    let bar = |row: &Row| Bar {
        label: row.label.clone(),
        told: row.told.clone(),
        parts: row.parts.iter().map(|(tone, minor)| (*tone, part(*minor))).collect(),
        href: row.href.clone(),
    };
    rows.iter().map(bar).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(parts: &[i64]) -> Row {
        Row {
            label: String::new(),
            parts: parts.iter().map(|minor| (Tone::Ok, *minor)).collect(),
            told: String::new(),
            href: None,
        }
    }

    #[wasm_bindgen_test::wasm_bindgen_test]
    fn the_longest_bar_is_as_long_as_the_chart_and_the_others_are_in_proportion() {
        let bars = drawn(&[row(&[100, 300]), row(&[0, 200]), row(&[-50, 0]), row(&[i64::MAX / 4, 0])][..3]);
        let lengths: Vec<Vec<u32>> = bars.iter().map(|bar| bar.parts.iter().map(|part| part.1).collect()).collect();
        assert_eq!(lengths, [vec![250, 750], vec![0, 500], vec![0, 0]]);
        let bars = drawn(&[row(&[i64::MAX, i64::MAX]), row(&[0, 0])]);
        assert_eq!(bars[0].parts.iter().map(|part| part.1).collect::<Vec<_>>(), [500, 500]);
        assert!(drawn(&[]).is_empty());
    }

    #[wasm_bindgen_test::wasm_bindgen_test]
    fn months_begin_on_their_first_days() {
        let day = |text: &str| text.parse::<NaiveDate>().unwrap();
        let all = months(day("2026-03-31"), 6, 12);
        assert_eq!((all[0], all[6], all[11]), (day("2025-09-01"), day("2026-03-01"), day("2026-08-01")));
        assert_eq!(all.len(), 12);
    }

    #[wasm_bindgen_test::wasm_bindgen_test]
    fn currencies_are_never_mixed() {
        let sums = [Money::new(3, Currency::EUR), Money::new(4, Currency::USD), Money::new(5, Currency::EUR)];
        assert_eq!(sum_in(&sums, Currency::EUR), 8);
    }
}
