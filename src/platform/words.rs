//! Which language the page is in, and its catalogue: `boot.js` has chosen both before the app was started.

use std::cell::OnceCell;

use js_sys::Array;

use super::js;

/// Where `boot.js` looks for the language that was chosen.
const KEPT: &str = "language";

/// The catalogue as text; empty in English.
pub fn catalogue() -> String {
    js::get(&js::window(), "outpostWords").and_then(|text| text.as_string()).unwrap_or_default()
}

/// The language of the page, such as `de`; empty where no page says so, in tests.
pub fn language() -> String {
    let root = js::window().document().and_then(|document| document.document_element());
    root.and_then(|root| root.get_attribute("lang")).unwrap_or_default()
}

/// The locale by which `Intl` writes, if it is another than the browser's own. Digits are those that fields take.
pub(super) fn locale() -> Option<String> {
    let (language, own) = (language(), js::window().navigator().language().unwrap_or_default());
    let base = if own.starts_with(&language) { own } else { language.clone() };
    match language.as_str() {
        "ar" => Some(format!("{base}-u-nu-latn")),
        _ => (base == language && !base.is_empty()).then_some(base),
    }
}

/// Which of a language's forms goes with a number, in the order in which catalogues have them.
pub fn plural(number: usize) -> usize {
    thread_local! {
        static RULES: OnceCell<(js_sys::Intl::PluralRules, Vec<String>)> = const { OnceCell::new() };
    }
    RULES.with(|rules| {
        let (rules, forms) = rules.get_or_init(|| {
            let rules = js_sys::Intl::PluralRules::new(&Array::of1(&language().into()), &js::object(&[]));
            let known = js::get(&rules.resolved_options(), "pluralCategories")
                .map(|known| Array::from(&known))
                .unwrap_or_default();
            let known = |form: &&str| known.includes(&(*form).into(), 0);
            (
                rules,
                ["zero", "one", "two", "few", "many", "other"].into_iter().filter(known).map(str::to_owned).collect(),
            )
        });
        let form = String::from(rules.select(number as f64));
        forms.iter().position(|known| *known == form).unwrap_or_default()
    })
}

/// The languages that the app speaks, each by the name that its speakers give it. `boot.js` has the same.
pub const LANGUAGES: [(&str, &str); 3] = [("en", "English"), ("de", "Deutsch"), ("ar", "العربية")];

/// Which language was chosen on this device; `None` follows the browser.
pub fn chosen() -> Option<String> {
    js::window().local_storage().ok().flatten()?.get_item(KEPT).ok().flatten()
}

/// Keeps a choice for the next start; an empty one follows the browser.
pub fn choose(language: &str) {
    let Ok(Some(storage)) = js::window().local_storage() else { return };
    let kept = if language.is_empty() { storage.remove_item(KEPT) } else { storage.set_item(KEPT, language) };
    if let Err(error) = kept {
        super::page::warn(&format!("the choice of a language cannot be kept: {}", js::describe(&error)));
    }
}
