//! How the file is read: guessed, and changed here where the guess is wrong.

use std::sync::Arc;

use leptos::prelude::*;
use outpost_core::decimal::DecimalMark;
use outpost_core::exchange::{DateOrder, Delimiter, Encoding, Format, Reading, Sheet};

use super::choose::TypeChoice;
use super::state::Importing;
use crate::components::{Button, Checkbox, Choice, Glyph, Icon, Select};
use crate::forms::currency_codes;
use crate::markup::{IntoMarkup, Markup, view};
use crate::platform::intl;
use crate::words::{tn, tr};

/// The file, and how it is read.
#[component]
pub(super) fn FileFacts(importing: Importing, sheet: Arc<Sheet>) -> Markup {
    let (rows, width) = (sheet.rows().count(), sheet.width());
    let what = match sheet.format() {
        Format::VCard => tn!(rows, "1 contact", "{} contacts", intl::count(rows)),
        Format::Text(_) | Format::Json => tn!(rows, "1 row", "{} rows", intl::count(rows)),
    };
    let told = format!("{what}, {}", tn!(width, "1 column", "{width} columns"));
    let encodings: Vec<Choice> = Encoding::OFFERED.iter().map(|(label, name)| Choice::new(*label, tr(name))).collect();
    let encoding = Signal::derive(move || importing.choices.with(|choices| choices.encoding.label().to_owned()));
    let set_encoding = move |label: String| {
        if let Some(encoding) = Encoding::of(&label) {
            importing.set_encoding(encoding);
        }
    };
    let view = view! {
        <section class="panel import-file">
            <div class="import-name">
                <span class="drop-mark">
                    <Icon glyph=Glyph::Note />
                </span>
                <div class="head-title">
                    <h2 class="ellipsis">{importing.name()}</h2>
                    <p class="muted small">{told}</p>
                </div>
                <Button on_click=move |()| importing.start_anew()>"Another file"</Button>
            </div>
            <TypeChoice importing />
            <details class="import-paste">
                <summary>"How it is read"</summary>
                <div class="form-grid">
                    <Select
                        label="Encoding"
                        value=encoding
                        options=Signal::stored(encodings)
                        on_change=set_encoding
                    />
                    {text_choices(importing, &sheet)}
                    {figures(importing)}
                </div>
            </details>
        </section>
    };
    view.into_markup()
}

/// What only delimited text has.
fn text_choices(importing: Importing, sheet: &Arc<Sheet>) -> Markup {
    let Format::Text(delimiter) = sheet.format() else { return Markup::Empty };
    let options: Vec<Choice> = Delimiter::ALL.iter().map(|one| Choice::new(one.label(), tr(one.label()))).collect();
    let on_change = Callback::new(move |label: String| {
        let chosen = Delimiter::ALL.into_iter().find(|one| one.label() == label);
        importing.read_anew(chosen);
    });
    let is_headed = sheet.is_headed();
    let sheet = sheet.clone();
    view! {
        <Select
            label="Columns are parted by"
            value=Signal::stored(delimiter.label().to_owned())
            options=Signal::stored(options)
            on_change
        />
        <div class="full">
            <Checkbox
                label="The first row is the heading"
                checked=Signal::stored(is_headed)
                on_change=move |headed| importing.set_headed(&sheet, headed)
            />
        </div>
    }
}

/// How numbers and dates are written.
fn figures(importing: Importing) -> Markup {
    let set = move |change: &dyn Fn(&mut Reading)| importing.choices.update(|choices| change(&mut choices.reading));
    let reading = move || importing.choices.with(|choices| choices.reading);
    let mark = Signal::derive(move || match reading().mark {
        DecimalMark::Point => "point".to_owned(),
        DecimalMark::Comma => "comma".to_owned(),
    });
    let order = Signal::derive(move || match reading().order {
        DateOrder::DayFirst => "day".to_owned(),
        DateOrder::MonthFirst => "month".to_owned(),
    });
    let currency = Signal::derive(move || reading().currency.code().to_owned());
    let codes = currency_codes(importing.choices.with_untracked(|choices| choices.reading.currency));
    let codes: Vec<Choice> = codes.into_iter().map(|code| Choice::new(code.clone(), code)).collect();
    view! {
        <Select
            label="Numbers are written"
            value=mark
            options=Signal::stored(vec![Choice::new("point", "1,234.5"), Choice::new("comma", "1.234,5")])
            on_change=move |mark: String| {
                set(&|reading| {
                    reading.mark = if mark == "comma" { DecimalMark::Comma } else { DecimalMark::Point };
                });
            }
        />
        <Select
            label="Dates are written"
            value=order
            options=Signal::stored(vec![
                Choice::new("day", tr("Day, month, year")),
                Choice::new("month", tr("Month, day, year")),
            ])
            hint="A date that begins with the year is always understood"
            on_change=move |order: String| {
                set(&|reading| {
                    reading.order = if order == "month" { DateOrder::MonthFirst } else { DateOrder::DayFirst };
                });
            }
        />
        <Select
            label="Amounts without a currency are in"
            value=currency
            options=Signal::stored(codes)
            on_change=move |code: String| {
                if let Ok(currency) = code.parse() {
                    set(&|reading| reading.currency = currency);
                }
            }
        />
    }
}
