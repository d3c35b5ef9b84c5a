//! Records that are likely the same one twice.

use serde_json::Value;

use crate::schema::{Kind, Schema};

/// Digits that a telephone number must have to tell two people apart: not a mere extension.
const LEAST_DIGITS: usize = 6;

/// What a record shares with another one that is likely the same: its e-mail addresses and telephone numbers, in a form in
/// which equal ones are equal. `value` gives the values of its fields.
pub fn twin_keys<'a>(schema: &Schema, value: &dyn Fn(&str) -> Option<&'a Value>) -> Vec<String> {
    let mut keys = Vec::new();
    for field in schema.fields {
        let texts = value(field.name).and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str);
        match field.kind {
            Kind::Emails => keys.extend(texts.map(|text| text.trim().to_lowercase())),
            Kind::Phones => keys.extend(texts.filter_map(dialled)),
            _ => {}
        }
    }
    keys
}

/// A number as it is dialled from abroad; the `(0)` of `+49 (0)30` is not.
fn dialled(text: &str) -> Option<String> {
    let text = text.trim();
    let text = if text.starts_with('+') { text.replace("(0)", "") } else { text.to_owned() };
    let digits: String = text.chars().filter_map(|c| c.to_digit(10)).filter_map(|d| char::from_digit(d, 10)).collect();
    let digits = digits.strip_prefix("00").unwrap_or(&digits);
    (digits.len() >= LEAST_DIGITS).then(|| format!("tel:{digits}"))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::records::Lead;
    use crate::schema::RecordType;

    #[test]
    fn spelling_does_not_tell_two_apart() {
        let keys = |emails: &[&str], phones: &[&str]| {
            let (emails, phones) = (json!(emails), json!(phones));
            let value = |name: &str| match name {
                "emails" => Some(&emails),
                "phones" => Some(&phones),
                _ => None,
            };
            twin_keys(&Lead::SCHEMA, &value)
        };
        assert_eq!(keys(&["Ana@Example.com "], &["+49 (0)30 12 34"]), keys(&["ana@example.com"], &["0049-30-1234"]));
        assert_eq!(keys(&[], &["110", "ext. 12"]), [""; 0]);
        assert_ne!(keys(&[], &["+49 30 1234"]), keys(&[], &["+49 30 1235"]));
    }
}
