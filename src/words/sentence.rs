//! Sentences that come whole, with their values in them: of errors, which core and the server write in English.

use super::{Catalogue, SENTENCES, filled};

/// How many sentences may stand within one another, as the reason in an error.
const DEPTH: usize = 3;

/// From now on sentences of errors are said in the person's language. Which sentence of the catalogue one is follows from the parts
/// of it that do not change; what stands between them is carried over, and looked up in its turn.
pub fn say_sentences() {
    SENTENCES.set(|catalogue, english| catalogue.sentence(english, DEPTH));
}

impl Catalogue {
    fn sentence(&self, english: &str, depth: usize) -> Option<String> {
        if let Some(found) = self.find(english) {
            return Some(found.to_owned());
        }
        let depth = depth.checked_sub(1)?;
        // Of those that fit, the one that says most by itself.
        let fitting = self.sentences.iter().filter_map(|(template, found)| {
            let values = values(template, english)?;
            let fixed = template.len() - values.iter().map(|(name, _)| name.len() + 2).sum::<usize>();
            Some((fixed, *found, values))
        });
        let (_, found, values) = fitting.max_by_key(|(fixed, _, _)| *fixed)?;
        let values: Vec<(&str, String)> = values
            .into_iter()
            .map(|(name, value)| (name, self.sentence(value, depth).unwrap_or_else(|| value.to_owned())))
            .collect();
        let values: Vec<(&str, &dyn std::fmt::Display)> =
            values.iter().map(|(name, value)| (*name, value as _)).collect();
        Some(filled(found, &values))
    }
}

/// What stands in the named places of a template, if a text is made of it: `at most {0} characters` of `at most 40 characters`.
/// Without a place, or with nothing but places, it is no template.
fn values<'a>(template: &'a str, text: &'a str) -> Option<Vec<(&'a str, &'a str)>> {
    let (before, mut template) = template.split_once('{')?;
    let mut text = text.strip_prefix(before)?;
    let mut values = Vec::new();
    let mut fixed = !before.trim().is_empty();
    loop {
        let (name, behind) = template.split_once('}')?;
        let Some((between, next)) = behind.split_once('{') else {
            fixed |= !behind.trim().is_empty();
            let value = text.strip_suffix(behind)?;
            values.push((name, value));
            return fixed.then_some(values);
        };
        fixed |= !between.trim().is_empty();
        let (value, rest) = text.split_once(between)?;
        values.push((name, value));
        (text, template) = (rest, next);
    }
}

#[cfg(test)]
mod tests {
    use wasm_bindgen_test::wasm_bindgen_test;

    use super::*;

    const WORDS: &str = "Phone\tTelefon\nthis is needed\tdas wird gebraucht\n\n\
                         at most {0} characters\thöchstens {0} Zeichen\n\
                         the server cannot be reached ({source})\tder Server ist nicht erreichbar ({source})\n\
                         {0}\tfalsch\n{label}: {problem}\t{label}: {problem}\n";

    #[wasm_bindgen_test]
    fn a_sentence_is_found_by_what_does_not_change_in_it() {
        let catalogue = Catalogue::of(WORDS.to_owned());
        let said = |text: &str| catalogue.sentence(text, DEPTH);
        assert_eq!(said("this is needed").as_deref(), Some("das wird gebraucht"));
        assert_eq!(said("Phone: at most 40 characters").as_deref(), Some("Telefon: höchstens 40 Zeichen"));
        assert_eq!(
            said("the server cannot be reached (time is up)").as_deref(),
            Some("der Server ist nicht erreichbar (time is up)")
        );
        assert_eq!(said("nothing of this"), None);
    }

    #[wasm_bindgen_test]
    fn values_are_what_stands_between() {
        assert_eq!(values("a {0} b {x}", "a 1 b 2"), Some(vec![("0", "1"), ("x", "2")]));
        assert_eq!(values("{0} b", "1 c"), None);
        assert_eq!(values("{0}", "anything"), None, "it would be everything");
        assert_eq!(values("fixed", "fixed"), None);
    }
}
