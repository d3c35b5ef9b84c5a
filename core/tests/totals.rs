//! Documents add up as EN 16931 has it, in the cases that well-known systems got wrong and in all others.

use outpost_core::decimal::Decimal;
use outpost_core::money::{Currency, Money, Rate};
use outpost_core::totals::{DocumentInput, LineError, LineInput, PricesInclude, TaxRef, Totals, TotalsError, spread};
use proptest::prelude::*;
use serde_json::{Value, json};

fn tax(category: &str, percent: &str) -> TaxRef {
    TaxRef { category: category.into(), rate: Rate::from_input(percent).expect("a rate") }
}

fn line(quantity: &str, unit_price: &str, taxes: &[TaxRef]) -> LineInput {
    LineInput {
        quantity: quantity.parse().expect("a quantity"),
        unit_price: unit_price.parse().expect("a price"),
        discount: None,
        taxes: taxes.to_vec(),
    }
}

fn document(prices_include: PricesInclude, lines: Vec<LineInput>) -> DocumentInput {
    DocumentInput { currency: Currency::EUR, prices_include, lines, discount: 0 }
}

fn in_currency(code: &str, lines: Vec<LineInput>) -> Totals {
    let currency = code.parse().expect("a currency");
    DocumentInput { currency, ..document(PricesInclude::Net, lines) }.totals().expect("small amounts")
}

#[test]
fn the_vectors_that_well_known_systems_got_wrong_are_right() {
    let vectors: Vec<Value> = serde_json::from_str(include_str!("data/rounding-vectors.json")).expect("JSON");
    assert_eq!(vectors.len(), 5);
    for vector in vectors {
        let name = vector["src"].as_str().expect("a source");
        let text = |value: &Value| value.as_str().map(str::to_owned);
        let lines = vector["lines"].as_array().expect("lines").iter().map(|given| {
            let rates = text(&given["tax"]).map_or_else(
                || given["taxes"].as_array().expect("taxes").iter().filter_map(text).collect(),
                |rate| vec![rate],
            );
            LineInput {
                discount: text(&given["disc_pct"]).map(|percent| Rate::from_input(&percent).expect("a discount")),
                taxes: rates.iter().map(|rate| tax("S", rate)).collect(),
                ..line(&text(&given["qty"]).expect("a quantity"), &text(&given["unit"]).expect("a price"), &[])
            }
        });
        let mut document = document(PricesInclude::Net, lines.collect());
        if let Some(discount) = text(&vector["doc_discount"]) {
            document.discount = Money::from_plain(&discount, Currency::EUR).expect("a discount").minor;
        }
        let totals = document.totals().expect(name);

        let expect = |key: &str, found: i64| {
            if let Some(expected) = vector[key].as_i64() {
                assert_eq!(found, expected, "{key} of {name}");
            }
            if let Some(wrong) = vector[format!("wrong_{key}")].as_i64() {
                assert_ne!(found, wrong, "{key} of {name}");
            }
        };
        expect("net", totals.net);
        expect("tax", totals.tax);
        expect("total", totals.total);
        if let Some(taxes) = vector["taxes"].as_array() {
            let found: Vec<Value> = totals.groups.iter().map(|group| group.tax.into()).collect();
            assert_eq!(&found, taxes, "taxes of {name}");
        }
        assert_ne!(vector["wrong"].as_i64(), Some(totals.total), "{name}");
        assert!(totals.add_up());
    }
}

#[test]
fn a_gross_priced_document_comes_to_what_the_customer_was_told() {
    // The net unit price of 3.60 in the vector is 3.80 with 5.5 % in it.
    let totals = document(PricesInclude::Gross, vec![line("10", "3.80", &[tax("S", "5.5")])]).totals().expect("small");
    assert_eq!((totals.net, totals.tax, totals.total), (3_602, 198, 3_800));
    assert_eq!((totals.groups[0].base, totals.groups[0].tax, totals.lines[0]), (3_602, 198, 3_800));
    assert_eq!(totals.subtotal(), 3_800);
    // Cases of the same kind from other trackers: 3 × 1.10 with 5 %; 399.99 with 20 %; 24.99 with 20 %; 8.01 with 20 %.
    for (quantity, price, rate, total, tax_in_it) in [
        ("3", "1.10", "5", 330, 16),
        ("1", "399.99", "20", 39_999, 6_667),
        ("1", "24.99", "20", 2_499, 417),
        ("1", "8.01", "20", 801, 134),
    ] {
        let totals =
            document(PricesInclude::Gross, vec![line(quantity, price, &[tax("S", rate)])]).totals().expect("small");
        assert_eq!(
            (totals.total, totals.tax, totals.net),
            (total, tax_in_it, total - tax_in_it),
            "{quantity} × {price}"
        );
    }
}

#[test]
fn gross_prices_with_several_taxes_give_each_tax_its_part() {
    let quebec = [tax("QST", "9.975"), tax("GST", "5")];
    let totals = document(PricesInclude::Gross, vec![line("1", "160.97", &quebec)]).totals().expect("small");
    assert_eq!((totals.net, totals.tax, totals.total), (14_000, 2_097, 16_097));
    let taxes: Vec<(&str, i64, i64)> =
        totals.groups.iter().map(|group| (group.category.as_str(), group.base, group.tax)).collect();
    assert_eq!(taxes, [("GST", 14_000, 700), ("QST", 14_000, 1_397)]);

    // The order in which a line names its taxes is no reason to round apart: that would be 7 + 7 cents.
    let turned = [tax("GST", "5"), tax("QST", "9.975")];
    let lines = vec![line("1", "0.50", &quebec), line("1", "0.50", &turned)];
    assert_eq!(document(PricesInclude::Gross, lines).totals().map(|totals| totals.tax), Ok(13));
}

#[test]
fn tax_is_rounded_once_per_group_and_not_per_line() {
    let three = vec![line("1", "0.33", &[tax("S", "5")]); 3];
    let totals = document(PricesInclude::Net, three).totals().expect("small");
    // Per line it would be 3 × 2 cents.
    assert_eq!((totals.net, totals.tax, totals.lines), (99, 5, vec![33, 33, 33]));
    assert_eq!(totals.groups.len(), 1);
    let two_rates = vec![line("1", "100", &[tax("S", "7")]), line("1", "100", &[tax("S", "19")]), line("2", "10", &[])];
    let totals = document(PricesInclude::Net, two_rates).totals().expect("small");
    assert_eq!((totals.net, totals.tax, totals.groups.len()), (22_000, 2_600, 2));
}

#[test]
fn a_line_is_rounded_once_with_halves_away_from_zero() {
    let amount = |quantity: &str, price: &str, discount: Option<&str>| {
        let discount = discount.map(|percent| Rate::from_input(percent).expect("a rate"));
        LineInput { discount, ..line(quantity, price, &[]) }.amount(Currency::EUR)
    };
    assert_eq!(amount("0.5", "0.01", None), Ok(1));
    assert_eq!(amount("-0.5", "0.01", None), Ok(-1));
    assert_eq!(amount("0.499999", "0.01", None), Ok(0));
    assert_eq!(amount("0.333333", "3", None), Ok(100));
    // Twice rounded this would be 0.01: 0.0049 → 0.005 → 0.01.
    assert_eq!(amount("0.7", "0.007", None), Ok(0));
    assert_eq!(amount("1", "1", Some("100")), Ok(0));
    assert_eq!(amount("1", "1", Some("33.3333")), Ok(67));
    assert_eq!(amount("1", "1", Some("100.0001")), Err(LineError::DiscountAboveWhole));
    assert_eq!(amount("9223372036854", "9223372036854", None), Err(LineError::TooLarge));
    assert_eq!(amount("-9223372036854.775808", "-9223372036854.775808", Some("100")), Ok(0));
    assert_eq!(amount("9223372036854", "10000", None), Ok(9_223_372_036_854_000_000));
    assert_eq!(amount("0.000001", "0.000001", None), Ok(0));
}

#[test]
fn yen_have_no_decimals_and_dinars_three() {
    let lines = vec![line("3", "333.5", &[tax("S", "10")])];
    let yen = in_currency("JPY", lines.clone());
    assert_eq!((yen.net, yen.tax, yen.total), (1_001, 100, 1_101));
    let dinars = in_currency("KWD", lines.clone());
    assert_eq!((dinars.net, dinars.tax, dinars.total), (1_000_500, 100_050, 1_100_550));
    let units = in_currency("CLF", lines);
    assert_eq!((units.net, units.tax, units.total), (10_005_000, 1_000_500, 11_005_500));
}

#[test]
fn a_discount_on_the_document_is_taken_off_each_tax_s_base() {
    let lines = vec![line("1", "100", &[tax("S", "19")]), line("1", "50", &[tax("S", "7")]), line("1", "50", &[])];
    let mut document = document(PricesInclude::Net, lines);
    document.discount = 1_001;
    let totals = document.totals().expect("small");
    // 1001 over 10000 : 5000 : 5000 is 500.5, 250.25, 250.25; the cent goes to the largest remainder.
    let bases: Vec<i64> = totals.groups.iter().map(|group| group.base).collect();
    assert_eq!(bases, [5_000 - 250, 10_000 - 501]);
    assert_eq!((totals.net, totals.subtotal(), totals.discount), (20_000 - 1_001, 20_000, 1_001));

    for discount in [-1, 20_001, i64::MAX, i64::MIN] {
        document.discount = discount;
        assert_eq!(document.totals(), Err(TotalsError::DiscountOutOfRange), "{discount}");
    }
    document.discount = 20_000;
    assert_eq!(document.totals().map(|totals| totals.total), Ok(0));
    document.lines.clear();
    assert_eq!(document.totals(), Err(TotalsError::DiscountOutOfRange));
    document.discount = 0;
    assert_eq!(document.totals(), Ok(Totals::default()));
}

#[test]
fn what_cannot_be_added_up_says_where_and_why() {
    let good = line("1", "1", &[tax("S", "19")]);
    let with = |bad: LineInput| {
        document(PricesInclude::Net, vec![good.clone(), bad]).totals().map_err(|error| error.to_string())
    };
    let sentence = |text: &str| Err(text.to_owned());
    assert_eq!(
        with(line("1", "1", &[tax("S", "19"), tax("S", "19")])),
        sentence("Line 2: the same tax is on it twice.")
    );
    let apart = [tax("S", "19"), tax("S", "7"), tax("S", "19")];
    assert_eq!(with(line("1", "1", &apart)), sentence("Line 2: the same tax is on it twice."));
    assert_eq!(
        with(LineInput { discount: Some(Rate::MAX), ..good.clone() }),
        sentence("Line 2: the discount is more than 100 %.")
    );
    assert_eq!(
        with(LineInput { quantity: Decimal::MAX, unit_price: Decimal::MAX, ..good.clone() }),
        sentence("Line 2: quantity times price is too large.")
    );
    let huge = line("9223372036854", "10000", &[]);
    assert_eq!(document(PricesInclude::Net, vec![huge.clone(), huge]).totals(), Err(TotalsError::TooLarge));
    let taxed = line("9223372036854", "10000", &[tax("S", "19")]);
    assert_eq!(document(PricesInclude::Net, vec![taxed]).totals(), Err(TotalsError::TooLarge));
}

#[test]
fn totals_are_frozen_as_readable_json() {
    let mut document = document(PricesInclude::Net, vec![line("1", "8500", &[tax("S", "19")])]);
    document.discount = 750_000;
    let totals = document.totals().expect("small");
    let frozen = json!({
        "net": 100_000, "tax": 19_000, "total": 119_000, "discount": 750_000, "lines": [850_000], "prices_include": "net",
        "groups": [{"category": "S", "rate": 190_000, "base": 100_000, "tax": 19_000}],
    });
    assert_eq!(serde_json::to_value(&totals).expect("JSON"), frozen);
    assert_eq!(serde_json::from_value::<Totals>(frozen.clone()).expect("totals"), totals);
    assert_eq!(
        serde_json::to_value(&document.lines).expect("JSON"),
        json!([{"quantity": "1", "unit_price": "8500", "taxes": [{"category": "S", "rate": 190_000}]}])
    );
    // What another program sends is looked at before it is believed.
    for (key, wrong) in [
        ("net", json!(1)),
        ("tax", json!(1)),
        ("total", json!(1)),
        ("discount", json!(1)),
        ("lines", json!([])),
        ("groups", json!([])),
    ] {
        let mut forged = frozen.clone();
        forged[key] = wrong;
        assert!(!serde_json::from_value::<Totals>(forged).expect("totals").add_up(), "{key}");
    }
}

/// All numbers, and often those where arithmetic breaks.
fn any_extreme() -> impl Strategy<Value = i64> {
    prop_oneof![any::<i64>(), -2..=2_i64, Just(i64::MIN), Just(i64::MAX), Just(i64::MIN + 1), Just(1_i64 << 62)]
}

fn any_taxes() -> impl Strategy<Value = Vec<TaxRef>> {
    let pool =
        vec![tax("S", "19"), tax("S", "7"), tax("Z", "0"), tax("GST", "5"), tax("QST", "9.975"), tax("X", "1000")];
    prop::sample::subsequence(pool, 0..=3).prop_shuffle()
}

/// Lines of the sizes that invoices have, some taken back, some with a discount.
fn any_line() -> impl Strategy<Value = LineInput> {
    let quantity =
        prop_oneof![9 => 0..2_000_000_000_i64, 1 => -1_000_000_000..0_i64].prop_map(Decimal::from_millionths);
    let price = (0..100_000_000_000_i64).prop_map(Decimal::from_millionths);
    let discount = prop::option::of((0..=1_000_000_i64).prop_map(|ppm| Rate::from_ppm(ppm).expect("in range")));
    (quantity, price, discount, any_taxes()).prop_map(|(quantity, unit_price, discount, taxes)| LineInput {
        quantity,
        unit_price,
        discount,
        taxes,
    })
}

prop_compose! {
    /// A document with a discount of some part of its lines.
    fn any_document()(
        lines in prop::collection::vec(any_line(), 0..12),
        gross in any::<bool>(),
        code in prop::sample::select(vec!["EUR", "JPY", "KWD", "CLF"]),
        part in prop_oneof![Just(0), 0..=1_000_000_i64],
    ) -> DocumentInput {
        let prices_include = if gross { PricesInclude::Gross } else { PricesInclude::Net };
        let currency = code.parse().expect("a currency");
        let mut document = DocumentInput { currency, prices_include, lines, discount: 0 };
        let subtotal = document.totals().expect("small amounts").subtotal();
        document.discount = Rate::from_ppm(part).ok().and_then(|part| part.of(subtotal)).expect("a part");
        document
    }
}

proptest! {
    #[test]
    fn the_parts_of_what_is_spread_are_the_whole_and_fair(amount: i64, weights in prop::collection::vec(0..i64::MAX / 32, 1..32)) {
        let sum: i128 = weights.iter().copied().map(i128::from).sum();
        prop_assume!(sum > 0);
        let parts = spread(amount, &weights).expect("weights of one sign");
        prop_assert_eq!(parts.iter().copied().map(i128::from).sum::<i128>(), i128::from(amount));
        for (part, weight) in parts.iter().zip(&weights) {
            let off = i128::from(*part) * sum - i128::from(amount) * i128::from(*weight);
            prop_assert!(off.abs() < sum, "{} is not {} of {} rounded", part, weight, amount);
        }
    }

    #[test]
    fn spreading_never_panics(amount in any_extreme(), weights in prop::collection::vec(any_extreme(), 0..8)) {
        if let Ok(parts) = spread(amount, &weights) {
            prop_assert_eq!(parts.into_iter().map(i128::from).sum::<i128>(), i128::from(amount));
        }
    }

    #[test]
    fn net_and_tax_are_the_total_and_the_discount_is_spread_to_the_cent(document in any_document()) {
        let totals = document.totals().expect("small amounts");
        prop_assert_eq!(totals.net + totals.tax, totals.total);
        prop_assert!(totals.add_up());
        let lines: i64 = totals.lines.iter().sum();
        prop_assert_eq!(lines, totals.subtotal());
        match document.prices_include {
            PricesInclude::Net => {
                prop_assert_eq!(totals.net, lines - document.discount);
                for group in &totals.groups {
                    prop_assert_eq!(Some(group.tax), group.rate.of(group.base), "rounded once on the base");
                }
            }
            PricesInclude::Gross => prop_assert_eq!(totals.total, lines - document.discount, "the gross sum, exactly"),
        }
    }

    #[test]
    fn with_one_tax_a_line_the_bases_are_the_net_amount(mut document in any_document()) {
        for line in &mut document.lines {
            line.taxes.truncate(1);
            if line.taxes.is_empty() {
                line.taxes.push(tax("E", "0"));
            }
        }
        document.discount = 0;
        let subtotal = document.totals().expect("small amounts").subtotal();
        document.discount = subtotal / 3;
        let totals = document.totals().expect("small amounts");
        prop_assert_eq!(totals.groups.iter().map(|group| group.base).sum::<i64>(), totals.net);
        if document.prices_include == PricesInclude::Gross {
            for group in &totals.groups {
                let rate = i128::from(group.rate.ppm());
                let off = i128::from(group.base + group.tax) * rate - i128::from(group.tax) * (1_000_000 + rate);
                prop_assert!(2 * off.abs() <= 1_000_000 + rate, "the tax in {:?} is rounded once", group);
            }
        }
    }

    #[test]
    fn the_order_of_lines_changes_no_amount(
        (document, shuffled) in any_document().prop_flat_map(|document| {
            let lines = Just(document.lines.clone()).prop_shuffle();
            (Just(document), lines)
        })
    ) {
        let there = document.totals().expect("small amounts");
        let mut back = DocumentInput { lines: shuffled, ..document }.totals().expect("small amounts");
        let mut lines = there.lines.clone();
        lines.sort_unstable();
        back.lines.sort_unstable();
        prop_assert_eq!(back, Totals { lines, ..there });
    }

    #[test]
    fn a_credit_note_mirrors_its_invoice(document in any_document()) {
        let invoice = document.totals().expect("small amounts");
        let mut credit = document;
        credit.discount = -credit.discount;
        for line in &mut credit.lines {
            line.quantity = line.quantity.checked_neg().expect("small amounts");
        }
        let credit = credit.totals().expect("small amounts");
        prop_assert_eq!((credit.net, credit.tax, credit.total), (-invoice.net, -invoice.tax, -invoice.total));
        for (minus, plus) in credit.groups.iter().zip(&invoice.groups) {
            prop_assert_eq!((minus.base, minus.tax), (-plus.base, -plus.tax));
        }
    }

    #[test]
    fn no_document_makes_the_arithmetic_panic(
        numbers in prop::collection::vec((any_extreme(), any_extreme(), prop::option::of(0..=10_000_000_i64), any_taxes()), 0..6),
        discount in any_extreme(),
        gross: bool,
    ) {
        let lines = numbers.into_iter().map(|(quantity, unit_price, discount, taxes)| LineInput {
            quantity: Decimal::from_millionths(quantity),
            unit_price: Decimal::from_millionths(unit_price),
            discount: discount.map(|ppm| Rate::from_ppm(ppm).expect("in range")),
            taxes,
        });
        let prices_include = if gross { PricesInclude::Gross } else { PricesInclude::Net };
        let document = DocumentInput { discount, ..document(prices_include, lines.collect()) };
        match document.totals() {
            Ok(totals) => prop_assert!(totals.add_up()),
            Err(error) => prop_assert!(error.to_string().ends_with('.')),
        }
    }
}
