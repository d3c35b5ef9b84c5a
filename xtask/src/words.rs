//! The catalogues of other languages, `lang/*.po`: brought up to date with what the app says, held against it, and compiled for
//! the app into lines of English and, behind tabs, what stands for it.

mod found;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use outpost_core::{records, schema::Kind};
use polib::catalog::Catalog;
use polib::message::{Message, MessageView};
use polib::po_file;

use crate::{
    error::{Context, Error, Result, write},
    precache::files_below,
    project::Project,
    say,
};
use found::{Found, Speaker, Word};

/// Writes what is new into all catalogues, takes out what is said no more, and tells what is to be translated.
///
/// # Errors
/// A file cannot be read or written, or says something that no catalogue can know.
pub(crate) fn update(project: &Project) -> Result<()> {
    let found = all(&project.root)?;
    for path in catalogues(&project.root)? {
        let old = read(&path)?;
        let mut new = Catalog::new(old.metadata.clone());
        for (english, word) in sorted(&found) {
            new.append_or_update(message(english, word, &old));
        }
        let missing = new.messages().filter(|message| !message.is_translated()).count();
        po_file::write_to_file(&new, &path).context(|| format!("cannot write {}", path.display()))?;
        say::note(format!("{}: {} entries, {missing} to be translated", path.display(), found.words.len()));
    }
    Ok(())
}

/// Compiles the catalogues into a staged app, each as `lang/NAME.txt`.
///
/// # Errors
/// A catalogue is damaged, or a file cannot be written.
pub(crate) fn compile(root: &Path, staging: &Path) -> Result<()> {
    let folder = staging.join("lang");
    fs::create_dir_all(&folder).context(|| format!("cannot create {}", folder.display()))?;
    let found = all(root)?;
    for path in catalogues(root)? {
        let catalogue = read(&path)?;
        let faults = faults(&catalogue, &found);
        if let Some(first) = faults.first() {
            // The app says those in English; a test wants none.
            say::note(format!("{} has {} faults, of which the first {first}", path.display(), faults.len()));
        }
        let name = path.with_extension("txt");
        write(&folder.join(name.file_name().unwrap_or_default()), lines(&catalogue, &found))?;
    }
    Ok(())
}

/// Everything that the app says: in its own code, in core's and in the server's answers, and the labels of the record types.
fn all(root: &Path) -> Result<Found> {
    let mut found = Found::default();
    found::below(root, "src", Speaker::App, &mut found)?;
    found::below(root, "core/src", Speaker::Core, &mut found)?;
    found::around(root, &mut found)?;
    // Of the server's own sentences those that its API answers with.
    for answers in ["server/src/error.rs", "server/src/sync"] {
        found::below(root, answers, Speaker::Server, &mut found)?;
    }
    for schema in records::ALL {
        let mut say = |text: &str| {
            let word = Word { one: None, is_sentence: false, source: format!("core/src/records/{}.rs", schema.kind) };
            found.words.entry(text.to_owned()).or_insert(word);
        };
        let labels = schema.fields.iter().flat_map(|field| [field.label, field.hint]);
        labels.chain([schema.label, schema.plural]).filter(|label| !label.is_empty()).for_each(&mut say);
        for field in schema.fields {
            if let Kind::Choice(choices) = field.kind {
                choices.iter().for_each(|choice| say(choice.label));
            }
        }
    }
    Ok(found)
}

/// By the file, so that a translator reads together what stands together.
fn sorted(found: &Found) -> Vec<(&String, &Word)> {
    let mut all: Vec<_> = found.words.iter().collect();
    all.sort_by(|one, other| (&one.1.source, one.0).cmp(&(&other.1.source, other.0)));
    all
}

/// An entry with what stands for it already.
fn message(english: &str, word: &Word, old: &Catalog) -> Message {
    let known = word
        .one
        .as_deref()
        .map_or_else(|| old.find_message(None, english, None), |one| old.find_message(None, one, Some(english)));
    let forms = known.map(forms);
    let mut new = if word.one.is_some() { Message::build_plural() } else { Message::build_singular() };
    new.with_source(word.source.clone());
    match &word.one {
        Some(one) => {
            let untranslated = || vec![String::new(); old.metadata.plural_rules.nplurals];
            new.with_msgid(one.clone()).with_msgid_plural(english.to_owned());
            new.with_msgstr_plural(forms.unwrap_or_else(untranslated));
        }
        None => {
            new.with_msgid(english.to_owned()).with_msgstr(forms.unwrap_or_default().concat());
        }
    }
    new.done()
}

fn catalogues(root: &Path) -> Result<Vec<PathBuf>> {
    let all = files_below(&root.join("lang"))?;
    Ok(all.into_iter().filter(|path| path.extension().is_some_and(|kind| kind == "po")).collect())
}

fn read(path: &Path) -> Result<Catalog> {
    po_file::parse(path).map_err(|error| Error::Advice(format!("{} cannot be read: {error}", path.display())))
}

/// A catalogue as the app reads it (`src/words.rs`), sorted by the bytes of the English; what comes in whole sentences stands behind
/// an empty line.
fn lines(catalogue: &Catalog, found: &Found) -> String {
    let mut words = Vec::new();
    let mut sentences = Vec::new();
    for message in catalogue.messages().filter(|message| message.is_translated()) {
        let english = english(message);
        let is_sentence = found.words.get(english).is_some_and(|word| word.is_sentence);
        if is_sentence { &mut sentences } else { &mut words }.push((english, forms(message).join("\t")));
    }
    let lines = |mut all: Vec<(&str, String)>| {
        all.sort();
        all.into_iter().map(|(english, forms)| format!("{english}\t{forms}\n")).collect::<String>()
    };
    format!("{}\n{}", lines(words), lines(sentences))
}

/// What an entry is found by: where it depends on a number, the form for several.
fn english(message: &dyn MessageView) -> &str {
    if message.is_plural() { message.msgid_plural().unwrap_or_default() } else { message.msgid() }
}

fn forms(message: &dyn MessageView) -> Vec<String> {
    if message.is_plural() {
        message.msgstr_plural().cloned().unwrap_or_default()
    } else {
        vec![message.msgstr().unwrap_or_default().to_owned()]
    }
}

/// What is wrong with a catalogue, an entry each.
fn faults(catalogue: &Catalog, found: &Found) -> Vec<String> {
    let known: BTreeSet<&str> = catalogue.messages().map(english).collect();
    let missing =
        found.words.keys().filter(|text| !known.contains(text.as_str())).map(|text| format!("is missing: {text}"));
    let of_one = catalogue.messages().filter_map(|message| {
        let text = english(message);
        let forms = forms(message);
        let places = places(text);
        let wrong = if !found.words.contains_key(text) {
            "is said no more"
        } else if forms.is_empty() || forms.iter().any(String::is_empty) {
            "is not translated"
        } else if text.contains(['\n', '\t']) || forms.iter().any(|form| form.contains(['\n', '\t'])) {
            "is more than a line"
        } else if forms.iter().any(|form| !self::places(form).is_subset(&places)) {
            "has a place that the English has not"
        } else if !message.is_plural() && forms.iter().any(|form| self::places(form) != places) {
            "leaves a value out"
        } else {
            return None;
        };
        Some(format!("{wrong}: {text}"))
    });
    missing.chain(of_one).collect()
}

/// The names of the places that values have in a text.
fn places(text: &str) -> BTreeSet<&str> {
    text.split('{').skip(1).filter_map(|part| part.split_once('}')).map(|(name, _)| name).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn catalogue(text: &str) -> Catalog {
        let header =
            "msgid \"\"\nmsgstr \"\"\n\"Language: de\\n\"\n\"Plural-Forms: nplurals=2; plural=(n != 1);\\n\"\n\n";
        po_file::parse_from_reader(format!("{header}{text}").as_bytes()).unwrap()
    }

    fn found(texts: &[(&str, Option<&str>)]) -> Found {
        let word =
            |one: Option<&str>| Word { one: one.map(str::to_owned), is_sentence: false, source: "x.rs".to_owned() };
        Found { words: texts.iter().map(|(text, one)| ((*text).to_owned(), word(*one))).collect(), unknown: Vec::new() }
    }

    #[test]
    fn every_catalogue_says_all_that_the_app_says() {
        let root = Project::find().unwrap().root;
        let found = all(&root).unwrap();
        assert!(
            found.unknown.is_empty(),
            "say with `t!` or `tn!` what `format!` says in\n{}",
            found.unknown.join("\n")
        );
        for path in catalogues(&root).unwrap() {
            let faults = faults(&read(&path).unwrap(), &found);
            assert!(
                faults.is_empty(),
                "{} is not what the app says, in {} places; `cargo xtask words` brings it up to date, for you to translate:\n{}",
                path.display(),
                faults.len(),
                faults.join("\n")
            );
        }
    }

    #[test]
    fn a_catalogue_is_compiled_into_lines() {
        let german = catalogue(
            "msgid \"Save\"\nmsgstr \"Sichern\"\n\nmsgid \"1 lead\"\nmsgid_plural \"{n} leads\"\nmsgstr[0] \"ein Lead\"\nmsgstr[1] \"{n} Leads\"\n",
        );
        let found = found(&[("Save", None), ("{n} leads", Some("1 lead"))]);
        assert_eq!(lines(&german, &found), "Save\tSichern\n{n} leads\tein Lead\t{n} Leads\n\n");
        assert_eq!(faults(&german, &found), Vec::<String>::new());
    }

    #[test]
    fn what_is_missing_stale_or_torn_is_told() {
        let german = catalogue("msgid \"Old\"\nmsgstr \"Alt\"\n\nmsgid \"Done: {x}\"\nmsgstr \"Fertig\"\n");
        let faults = faults(&german, &found(&[("New", None), ("Done: {x}", None)]));
        assert_eq!(faults, ["is missing: New", "is said no more: Old", "leaves a value out: Done: {x}"]);
    }
}
