//! The promise of `style/tokens.css`: text keeps a contrast of 4.5 to 1 on everything it is written on, the borders of fields
//! and the dots of the sync indicator 3 to 1, in the light and in the dark theme.

use std::collections::BTreeMap;
use wasm_bindgen_test::wasm_bindgen_test;

const TOKENS: &str = include_str!("../../style/tokens.css");

/// The colours of one theme by name, of the tokens written as `--name: light-dark(#rrggbb, #rrggbb)`. High contrast has its
/// own values further down in the file; the first value of a name is the ordinary one.
fn colours(theme: usize) -> BTreeMap<&'static str, [f64; 3]> {
    let mut found = BTreeMap::new();
    for line in TOKENS.lines() {
        let Some((name, value)) = line.trim().strip_prefix("--").and_then(|line| line.split_once(": light-dark(#"))
        else {
            continue;
        };
        let hex = value.trim_end_matches(");").split(", #").nth(theme).unwrap();
        let channel = |at: usize| f64::from(u8::from_str_radix(&hex[at..at + 2], 16).unwrap()) / 255.0;
        found.entry(name).or_insert([channel(0), channel(2), channel(4)]);
    }
    found
}

/// Relative luminance, as WCAG 2.2 defines it.
fn luminance(colour: [f64; 3]) -> f64 {
    let [red, green, blue] =
        colour.map(|channel| if channel <= 0.04045 { channel / 12.92 } else { ((channel + 0.055) / 1.055).powf(2.4) });
    0.2126 * red + 0.7152 * green + 0.0722 * blue
}

fn contrast(a: [f64; 3], b: [f64; 3]) -> f64 {
    let (a, b) = (luminance(a), luminance(b));
    (a.max(b) + 0.05) / (a.min(b) + 0.05)
}

/// What is written or drawn on what, and how much contrast that needs.
fn pairs() -> Vec<(&'static str, &'static str, f64)> {
    let mut pairs = Vec::new();
    for text in ["ink", "ink-2", "ink-3", "accent", "warn", "bad", "info", "plum"] {
        for below in ["ground", "well", "surface", "raised"] {
            pairs.push((text, below, 4.5));
        }
    }
    for soft in ["accent-soft", "warn-soft", "bad-soft", "info-soft"] {
        pairs.extend([("ink", soft, 4.5), ("ink-2", soft, 4.5)]);
    }
    pairs.extend([
        ("accent", "accent-soft", 4.5),
        ("warn", "warn-soft", 4.5),
        ("bad", "bad-soft", 4.5),
        ("info", "info-soft", 4.5),
        ("plum", "plum-soft", 4.5),
        ("ink-3", "accent-soft", 4.5),
        ("accent-ink", "accent", 4.5),
        ("accent-ink", "accent-strong", 4.5),
        ("bad-ink", "bad", 4.5),
        ("bad-ink", "bad-strong", 4.5),
        ("invert-ink", "invert", 4.5),
        ("invert-accent", "invert", 4.5),
        ("line-field", "ground", 3.0),
        ("line-field", "surface", 3.0),
        ("line-field", "raised", 3.0),
        ("warn-dot", "ground", 3.0),
        ("accent", "ground", 3.0),
    ]);
    pairs
}

#[wasm_bindgen_test]
fn text_can_be_read_in_both_themes() {
    for (theme, name) in ["light", "dark"].into_iter().enumerate() {
        let colours = colours(theme);
        for (above, below, least) in pairs() {
            let is = contrast(colours[above], colours[below]);
            assert!(is >= least, "{above} on {below} in the {name} theme: {is:.2}, wants {least}");
        }
    }
}

#[wasm_bindgen_test]
fn the_measure_is_the_right_one() {
    assert!((contrast([0.0; 3], [1.0; 3]) - 21.0).abs() < 1e-9);
    assert!((contrast([0.5; 3], [0.5; 3]) - 1.0).abs() < 1e-9);
}
