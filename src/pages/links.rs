//! Addresses of other programs: to call, to write, to find the way. And those of records here.

use outpost_core::record::{Record, RecordKey};
use serde_json::Value;

use crate::platform::page::{self, Maps};
use crate::state::with_pages;

/// Where the list of a type is, if it has one.
pub(crate) fn list_of(kind: &str) -> Option<&'static str> {
    with_pages().find(|schema| schema.kind == kind).map(|schema| schema.path)
}

/// Where the page of a record is, if its type has one.
pub(crate) fn page_of(key: &RecordKey) -> Option<String> {
    Some(format!("{}/{}", list_of(&key.kind)?, key.id))
}

/// `tel:` with what a dialler understands; nothing for a text without digits. The `(0)` that many write into
/// international numbers is left out: it is dialled only from within the country.
pub(crate) fn call(phone: &str) -> Option<String> {
    let phone = phone.trim();
    let international = phone.starts_with('+').then(|| phone.replace("(0)", ""));
    let dialled: String = international
        .as_deref()
        .unwrap_or(phone)
        .chars()
        .enumerate()
        .filter_map(|(at, c)| match c {
            '+' if at == 0 => Some('+'),
            '*' | '#' => Some(c),
            ',' | ';' => Some(','),
            _ => c.to_digit(10).and_then(|digit| char::from_digit(digit, 10)),
        })
        .collect();
    dialled.chars().any(|c| c.is_ascii_digit()).then(|| format!("tel:{}", escape(&dialled)))
}

/// The first telephone number of a record, if it has one.
pub(crate) fn first_phone(record: &Record) -> Option<String> {
    let phones = record.get("phones")?.as_array()?;
    phones.iter().find_map(Value::as_str).map(str::to_owned)
}

/// `mailto:` an address.
pub(crate) fn write_to(email: &str) -> String {
    format!("mailto:{}", escape(email.trim()))
}

/// A map that shows an address: the device's own, where it has one, else one in the browser.
pub(crate) fn map(lines: &[String]) -> String {
    let address = escape(&lines.join(", "));
    match page::maps() {
        Maps::Geo => format!("geo:0,0?q={address}"),
        Maps::Apple => format!("https://maps.apple.com/?q={address}"),
        Maps::None => format!("https://www.openstreetmap.org/search?query={address}"),
    }
}

/// Percent-encodes all that an address could misread.
pub(crate) fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~@+*,".contains(&byte) {
            escaped.push(char::from(byte));
        } else {
            escaped.push('%');
            for half in [byte >> 4, byte & 15] {
                escaped.push(char::from_digit(u32::from(half), 16).unwrap_or('0').to_ascii_uppercase());
            }
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[wasm_bindgen_test::wasm_bindgen_test]
    fn numbers_are_dialled_without_what_is_only_written() {
        assert_eq!(call("+33 (0)2 31-92"), Some("tel:+3323192".into()));
        assert_eq!(call("*21#"), Some("tel:*21%23".into()));
        assert_eq!(call("ext."), None);
    }

    #[wasm_bindgen_test::wasm_bindgen_test]
    fn an_address_cannot_add_parameters_of_its_own() {
        assert_eq!(write_to("a@example.com?bcc=b@example.com"), "mailto:a@example.com%3Fbcc%3Db@example.com");
        assert_eq!(
            map(&["Rue d’Été 1".into(), "Bayeux".into()]),
            "https://www.openstreetmap.org/search?query=Rue%20d%E2%80%99%C3%89t%C3%A9%201,%20Bayeux"
        );
    }
}
