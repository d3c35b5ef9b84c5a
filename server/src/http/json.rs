//! A scan of a JSON text before anything is built from it: how deep it nests and how long its texts are.

use crate::error::ApiError;

/// Refuses a text that nests deeper than `max_depth` or holds a string of more than `max_text` bytes of UTF-8.
///
/// It does not check that the text is JSON: the parser that follows does. It takes linear time and no memory.
pub(super) fn check(json: &[u8], max_depth: usize, max_text: usize) -> Result<(), ApiError> {
    let mut depth = 0_usize;
    let mut at = 0;
    while let Some(byte) = json.get(at) {
        match byte {
            b'{' | b'[' => {
                depth += 1;
                if depth > max_depth {
                    return Err(ApiError::TooDeep { limit: max_depth, at });
                }
            }
            b'}' | b']' => depth = depth.saturating_sub(1),
            b'"' => {
                let (end, length) = string(json, at);
                if length > max_text {
                    return Err(ApiError::TextTooLong { limit: max_text, at });
                }
                at = end;
                continue;
            }
            _ => {}
        }
        at += 1;
    }
    Ok(())
}

/// Where the string that opens at `start` is over, and how many bytes of UTF-8 it stands for.
fn string(json: &[u8], start: usize) -> (usize, usize) {
    let mut at = start + 1;
    let mut length = 0;
    loop {
        match json.get(at) {
            None => return (json.len(), length),
            Some(b'"') => return (at + 1, length),
            Some(b'\\') if json.get(at + 1) == Some(&b'u') => {
                length += utf8_length(json.get(at + 2..at + 6));
                at += 6;
            }
            Some(b'\\') => {
                length += 1;
                at += 2;
            }
            Some(_) => {
                length += 1;
                at += 1;
            }
        }
    }
}

/// Bytes of UTF-8 that one `\uXXXX` stands for; the halves of a surrogate pair are two each.
fn utf8_length(hex: Option<&[u8]>) -> usize {
    let unit = hex.and_then(|hex| std::str::from_utf8(hex).ok()).and_then(|hex| u16::from_str_radix(hex, 16).ok());
    match unit {
        Some(0..=0x7f) => 1,
        Some(0x80..=0x7ff | 0xd800..=0xdfff) => 2,
        _ => 3,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(json: &str) -> Option<&'static str> {
        check(json.as_bytes(), 3, 6).err().map(|error| error.code())
    }

    #[test]
    fn depth_is_counted_outside_of_strings() {
        assert_eq!(code(r#"{"a": [[1], [2]]}"#), None);
        assert_eq!(code(r#"{"a": [[[]]]}"#), Some("too_deep"));
        assert_eq!(code(r#"["[[[[", "\"[[["]"#), None);
        assert_eq!(code("]]]][[["), None);
    }

    #[test]
    fn a_text_is_measured_as_it_will_be_stored() {
        assert_eq!(code(r#"["abcdef"]"#), None);
        assert_eq!(code(r#"["abcdefg"]"#), Some("text_too_long"));
        assert_eq!(code(r#"["\n\n\n\n\n\n"]"#), None);
        assert_eq!(code(r#"["\u00e9\u00e9\u00e9"]"#), None);
        assert_eq!(code(r#"["\u20ac\u20ac\u20ac"]"#), Some("text_too_long"));
        assert_eq!(code(r#"["\ud83d\ude00ab"]"#), None);
        assert_eq!(code(r#"["\ud83d\ude00abc"]"#), Some("text_too_long"));
        assert_eq!(code("[\"€€€\"]"), Some("text_too_long"));
    }

    #[test]
    fn broken_text_is_left_to_the_parser() {
        for broken in ["\"", "\"\\", "\"\\u", "\"\\u12", "[\"abc", "{"] {
            assert_eq!(code(broken), None, "{broken}");
        }
    }
}
