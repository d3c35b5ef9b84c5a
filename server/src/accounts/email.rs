//! E-mail addresses, as far as they are identifiers.

use crate::error::ApiError;

/// A plausible address, normalised: trimmed and in lower case, so that one person has one account.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Email(String);

impl Email {
    /// Takes what was typed.
    ///
    /// # Errors
    /// `invalid_email`. Only a message that arrives proves an address; this refuses what never could be one.
    pub(crate) fn parse(typed: &str) -> Result<Self, ApiError> {
        let email = typed.trim().to_lowercase();
        if is_plausible(&email) {
            return Ok(Self(email));
        }
        let message = "That is not an e-mail address; one such as ana@example.org is wanted.".into();
        Err(ApiError::Invalid { code: "invalid_email", message })
    }

    /// The address.
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

fn is_plausible(email: &str) -> bool {
    let Some((local, domain)) = email.rsplit_once('@') else { return false };
    let outside = |c: char| c.is_control() || c.is_whitespace() || "\"(),:;<>[\\]".contains(c);
    let label = |label: &str| {
        !label.is_empty()
            && label.len() <= 63
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label.chars().all(|c| c.is_alphanumeric() || c == '-')
    };
    email.len() <= 254
        && (1..=64).contains(&local.len())
        && !local.contains('@')
        && !local.starts_with('.')
        && !local.ends_with('.')
        && !email.contains("..")
        && !email.contains(outside)
        && domain.contains('.')
        && domain.split('.').all(label)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_could_be_an_address_is_taken_and_normalised() {
        for (typed, stored) in [
            ("Ana@Example.org", "ana@example.org"),
            ("  first.last+crm@sub.example.co.uk ", "first.last+crm@sub.example.co.uk"),
            ("пример@почта.рф", "пример@почта.рф"),
            ("o'neil_9@a-b.example", "o'neil_9@a-b.example"),
        ] {
            assert_eq!(Email::parse(typed).map(|e| e.0).ok().as_deref(), Some(stored), "{typed}");
        }
    }

    #[test]
    fn what_could_not_is_refused() {
        let long = format!("{}@example.org", "a".repeat(65));
        for typed in [
            "",
            "ana",
            "@example.org",
            "ana@",
            "ana@localhost",
            "a b@example.org",
            "a@b@example.org",
            "ana@exa_mple.org",
            "ana@example..org",
            ".ana@example.org",
            "ana@-example.org",
            "ana@example.org\r\nBcc: x",
            &long,
        ] {
            assert!(Email::parse(typed).is_err(), "{typed:?}");
        }
    }
}
