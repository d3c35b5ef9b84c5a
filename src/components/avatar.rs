//! A person or a company as two letters on a colour that is theirs.

use crate::markup::{Markup, view};
use leptos::prelude::*;

/// Up to two initials of a name: first letters of its first two words. `"?"` for a name without letters.
///
/// Marks that belong to the letter before them stay with it, so that `é` written as two characters is one initial.
pub fn initials(name: &str) -> String {
    let mut letters = String::new();
    for word in name.split(|c: char| c.is_whitespace() || c == '-') {
        let mut chars = word.chars().skip_while(|c| !c.is_alphanumeric());
        let Some(first) = chars.next() else { continue };
        letters.push_str(&upper(first));
        letters.extend(chars.take_while(|c| matches!(u32::from(*c), 0x0300..=0x036F)));
        if letters.chars().filter(|c| c.is_alphanumeric()).count() >= 2 {
            break;
        }
    }
    if letters.is_empty() { "?".to_owned() } else { letters }
}

/// The capital, by the browser's tables: Rust's own are large, and lists would have to wait for them.
fn upper(letter: char) -> String {
    js_sys::JsString::from(letter.to_string()).to_upper_case().into()
}

/// Which of the four tints a name has: `a`, `b`, `c` or `d`. The same name has the same tint on every device.
pub fn avatar_tint(name: &str) -> &'static str {
    let hash = name.bytes().fold(0x811c_9dc5_u32, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193));
    ["a", "b", "c", "d"][(hash >> 13) as usize % 4]
}

/// The letters in their circle. Decoration beside a name, so it is not read aloud.
#[component]
pub fn Avatar(
    /// Whose.
    #[prop(into)]
    name: Signal<String>,
    /// 44 px instead of 28: in the header of a record.
    #[prop(optional)]
    big: bool,
) -> Markup {
    let size = if big { " big" } else { "" };
    view! {
        <span class=move || format!("av {}{size}", name.with(|name| avatar_tint(name))) aria-hidden="true">
            {move || name.with(|name| initials(name))}
        </span>
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use wasm_bindgen_test::wasm_bindgen_test;

    #[wasm_bindgen_test]
    fn initials_of_names_in_many_scripts() {
        for (name, expected) in [
            ("Amara Okafor", "AO"),
            ("šilhavý petr", "ŠP"),
            ("田中 美咲", "田美"),
            ("حداد للتجارة", "حل"),
            ("Fjord & Mast AS", "FM"),
            ("Jean-Luc", "JL"),
            ("(Acme)", "A"),
            ("", "?"),
            ("—", "?"),
            ("e\u{301}mile", "E\u{301}"),
        ] {
            assert_eq!(initials(name), expected, "{name:?}");
        }
    }

    #[wasm_bindgen_test]
    fn tints_are_stable_and_all_used() {
        assert_eq!(avatar_tint("Amara Okafor"), avatar_tint("Amara Okafor"));
        let used: std::collections::BTreeSet<_> = (0..64).map(|n| avatar_tint(&format!("Person {n}"))).collect();
        assert_eq!(used.len(), 4);
    }
}
