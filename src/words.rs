//! What the app says, in the person's own language.
//!
//! English is in the code, where it is said. Other languages are catalogues in `lang/`, which translators keep with the tools of
//! GNU gettext; `boot.js` chooses one and fetches it beside the app, and the build has compiled it into lines: the English, and
//! behind tabs what stands for it. Whatever has a catalogue is looked up at the last moment: text and attributes by `markup`,
//! sentences with values by [`t!`] and [`tn!`], sentences of errors by [`said`]. What is not in the catalogue stays as it is.

mod sentence;

use std::cell::{Cell, OnceCell};
use std::fmt::Display;

pub use outpost_markup::{t, tn};
pub use sentence::say_sentences;

use crate::platform::words as page;

thread_local! {
    static CATALOGUE: OnceCell<Catalogue> = const { OnceCell::new() };
    /// What knows whole sentences. It is in the app's second part, and comes with it.
    static SENTENCES: Cell<fn(&Catalogue, &str) -> Option<String>> = const { Cell::new(|_, _| None) };
}

/// What one language says, sorted by the English, for as long as the page lives.
#[derive(Debug, Default)]
struct Catalogue {
    text: &'static str,
    words: Vec<(&'static str, &'static str)>,
    /// Of sentences that come whole, what does not change in them.
    sentences: Vec<(&'static str, &'static str)>,
}

impl Catalogue {
    fn of(text: String) -> Self {
        let text: &'static str = text.leak();
        let (words, sentences) = text.split_once("\n\n").unwrap_or((text, ""));
        // The build has sorted them: code that sorts is large.
        let lines = |part: &'static str| part.lines().filter_map(|line| line.split_once('\t')).collect();
        Self { text, words: lines(words), sentences: lines(sentences) }
    }

    /// What stands for some English; several forms with tabs between them where it has a number.
    fn find(&self, english: &str) -> Option<&'static str> {
        let at = self.words.binary_search_by_key(&english, |(english, _)| english).ok()?;
        Some(self.words[at].1)
    }

    /// Whether a text is one of this catalogue's: it must not be looked up again.
    fn holds(&self, text: &str) -> bool {
        self.text.as_bytes().as_ptr_range().contains(&text.as_ptr())
    }
}

fn with<T>(use_it: impl FnOnce(&Catalogue) -> T) -> T {
    CATALOGUE.with(|catalogue| use_it(catalogue.get_or_init(|| Catalogue::of(page::catalogue()))))
}

/// Some words in the person's language.
pub fn tr(english: &'static str) -> &'static str {
    with(|catalogue| match catalogue.holds(english) {
        true => english,
        false => catalogue.find(english).unwrap_or(english),
    })
}

/// The name of a thing within a sentence: small in English (`New tax rate`), as it is in other languages.
pub fn lower(english: &str) -> String {
    with(|catalogue| match catalogue.find(english) {
        Some(found) => found.to_owned(),
        None if catalogue.words.is_empty() => english.to_ascii_lowercase(),
        // A name that a person gave.
        None => english.to_owned(),
    })
}

/// A sentence of an error in the person's language, which core and the server make in English.
pub fn said(english: String) -> String {
    with(|catalogue| SENTENCES.get()(catalogue, &english)).unwrap_or(english)
}

/// A sentence with values in the places that are named after them: `{0} of {many}`. [`t!`] writes this.
pub fn fill(english: &'static str, values: &[(&str, &dyn Display)]) -> String {
    filled(tr(english), values)
}

/// A sentence that depends on a number. [`tn!`] writes this.
pub fn fill_number(number: usize, one: &'static str, many: &'static str, values: &[(&str, &dyn Display)]) -> String {
    let forms = with(|catalogue| catalogue.find(many));
    let form = match forms {
        // English has two, and no catalogue.
        None => [many, one][usize::from(number == 1)],
        Some(forms) => {
            let at = page::plural(number);
            forms.split('\t').nth(at).or(forms.split('\t').next_back()).unwrap_or(many)
        }
    };
    filled(form, values)
}

fn filled(mut rest: &str, values: &[(&str, &dyn Display)]) -> String {
    let mut out = String::with_capacity(rest.len() + 16);
    while let Some((before, after)) = rest.split_once('{') {
        let Some((name, behind)) = after.split_once('}') else { break };
        out.push_str(before);
        if let Some((_, value)) = values.iter().find(|(known, _)| *known == name) {
            out.push_str(&value.to_string());
        }
        rest = behind;
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use wasm_bindgen_test::wasm_bindgen_test;

    use super::*;

    #[wasm_bindgen_test]
    fn what_is_in_a_catalogue_is_found_and_what_is_not_stays() {
        let catalogue = Catalogue::of("A lead\tEin Lead\nSave\tSichern\n{n} leads\t{n} Lead\t{n} Leads\n".to_owned());
        assert_eq!(catalogue.find("Save"), Some("Sichern"));
        assert_eq!(catalogue.find("{n} leads"), Some("{n} Lead\t{n} Leads"));
        assert_eq!(catalogue.find("save"), None);
        assert!(catalogue.holds(catalogue.find("A lead").unwrap()), "a translation is not looked up again");
        assert!(!catalogue.holds("A lead"));
    }

    #[wasm_bindgen_test]
    fn values_stand_where_they_are_named() {
        assert_eq!(filled("{1} von {0}: {name}", &[("0", &3), ("1", &"2"), ("name", &"Ada")]), "2 von 3: Ada");
        assert_eq!(filled("nothing", &[]), "nothing");
    }

    #[wasm_bindgen_test]
    fn without_a_catalogue_it_is_english() {
        let name = "Ada";
        assert_eq!(t!("Done: {name}"), "Done: Ada");
        assert_eq!(t!("{} of {}", 1, 2), "1 of 2");
        assert_eq!(tn!(1, "{n} lead", "{n} leads", n = 1), "1 lead");
        assert_eq!(tn!(0, "{n} lead", "{n} leads", n = 0), "0 leads");
        assert_eq!((tr("Save"), lower("Tax rate").as_str()), ("Save", "tax rate"));
    }
}
