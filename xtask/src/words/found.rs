//! What the app says, found in its source: texts in markup, `t!` and `tn!`, texts for people anywhere else in the code, and the
//! sentences of errors.

use std::collections::BTreeMap;
use std::path::Path;

use rstml::node::{Node, NodeAttribute, NodeBlock, NodeElement};
use syn::parse::{Parse, ParseStream, Parser};
use syn::punctuated::Punctuated;
use syn::visit::{self, Visit};
use syn::{Attribute, Expr, ExprLit, Lit, LitStr, Meta, Token};

use crate::{
    error::{Error, Result, read_text},
    precache::files_below,
};

/// Attributes of elements that are read or heard; as in `src/markup/attribute.rs`.
const SAID: [&str; 7] =
    ["alt", "aria-description", "aria-label", "aria-roledescription", "aria-valuetext", "placeholder", "title"];
/// Calls whose texts are for logs, or for the one who programs.
const UNSAID: [&str; 10] =
    ["expect", "expect_throw", "get", "warn", "log", "report", "has_class", "query", "query_all", "name"];

/// Files whose texts are names, marks and drawings, not words.
const SILENT: [&str; 10] = [
    "core/src/exchange/money.rs",
    "core/src/exchange/words.rs",
    "core/src/records/address.rs",
    "src/components/icon.rs",
    "src/platform/focus.rs",
    "src/platform/gzip.rs",
    "src/platform/http.rs",
    "src/platform/intl/days.rs",
    "src/platform/page.rs",
    "src/platform/panic.rs",
];

/// What is said: the English, with what stands for one where it depends on a number, and where it is said first.
#[derive(Debug, Default)]
pub(super) struct Found {
    pub(super) words: BTreeMap<String, Word>,
    /// Sentences that `format!` makes, which no catalogue can know.
    pub(super) unknown: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Word {
    /// The form for one, where there are two.
    pub(super) one: Option<String>,
    /// Whether it comes whole, with its values in it, as sentences of errors do.
    pub(super) is_sentence: bool,
    /// The file.
    pub(super) source: String,
}

/// Whose texts are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Speaker {
    /// The app: it looks up what it says, and makes its sentences by `t!` and `tn!`.
    App,
    /// Core: the app looks up what it hears from it, words or whole sentences.
    Core,
    /// The server, which speaks in the errors of its API only.
    Server,
}

/// Everything that is said in a file, or in those of a folder.
///
/// # Errors
/// A file cannot be read, or is no Rust.
pub(super) fn below(root: &Path, place: &str, speaker: Speaker, found: &mut Found) -> Result<()> {
    let place = root.join(place);
    let paths = if place.is_file() { vec![place] } else { files_below(&place)? };
    for path in paths {
        let name = path.strip_prefix(root).unwrap_or(&path).to_string_lossy().replace('\\', "/");
        let is_test = name.contains("tests")
            || ["gallery", "demo", "testing"].iter().any(|part| name.split(['/', '.']).any(|one| one == *part));
        if is_test || !name.ends_with(".rs") || SILENT.contains(&name.as_str()) {
            continue;
        }
        let file = syn::parse_file(&read_text(&path)?)
            .map_err(|error| Error::Advice(format!("{name} cannot be read as Rust: {error}")))?;
        let mut reader = Reader { source: name, speaker, found: &mut *found };
        reader.visit_file(&file);
    }
    Ok(())
}

/// What the page says before the app is there, or when it has stopped: `say('…')` in its scripts, and the failure in index.html.
///
/// # Errors
/// A file cannot be read.
pub(super) fn around(root: &Path, found: &mut Found) -> Result<()> {
    let mut add = |text: &str, source: &str| {
        let word = Word { one: None, is_sentence: false, source: source.to_owned() };
        found.words.entry(text.to_owned()).or_insert(word);
    };
    for source in ["public/boot.js", "public/rescue.js"] {
        let script = read_text(&root.join(source))?;
        let said = script.split("say('").skip(1).filter_map(|rest| rest.split_once("')"));
        said.for_each(|(text, _)| add(text, source));
    }
    let page = read_text(&root.join("index.html"))?;
    let failure = page.split_once("id=\"boot-failure\"").and_then(|(_, rest)| rest.split_once("</section>"));
    let texts = failure.map_or("", |(failure, _)| failure).split('>').skip(1).filter_map(|rest| rest.split('<').next());
    texts.map(str::trim).filter(|text| !text.is_empty()).for_each(|text| add(text, "index.html"));
    Ok(())
}

/// Whether a text is for people; names of classes, addresses and the like are not.
fn is_said(text: &str, small: bool) -> bool {
    let fixed = without_places(text);
    let mut words = fixed.split(|letter: char| !letter.is_alphabetic()).filter(|word| !word.is_empty());
    let is_word = |word: &str| word.len() > 1 && word.chars().any(char::is_lowercase);
    // `AbortError` and `ArrowDown` are names of the browser's.
    let is_name = |word: &str| !text.contains(' ') && word.chars().skip(1).any(char::is_uppercase);
    let begins = text.trim_start_matches(['“', '(', '…', '·', ' ', '{']).chars().next().is_some_and(char::is_uppercase);
    let speaks = words.clone().any(is_word) && !words.any(is_name);
    speaks
        && (begins || small && fixed.trim().contains(' '))
        && !text.starts_with(['/', '#', '.', '[', '('])
        && !["://", "px", "={"].iter().any(|mark| text.contains(mark))
        && !text.contains("</")
}

fn without_places(text: &str) -> String {
    let mut out = String::new();
    let mut depth = 0;
    for letter in text.chars() {
        match letter {
            '{' => depth += 1,
            '}' => depth -= 1,
            _ if depth == 0 => out.push(letter),
            _ => {}
        }
    }
    out
}

/// A text with its unnamed places numbered and without the forms of values: `{} of {x:?}` is `{0} of {x}`.
fn numbered(text: &str) -> String {
    let (mut out, mut unnamed, mut rest) = (String::new(), 0, text);
    while let Some((before, after)) = rest.split_once('{') {
        let Some((name, behind)) = after.split_once('}') else { break };
        let name = match name.split(':').next().unwrap_or_default() {
            "" => {
                unnamed += 1;
                (unnamed - 1).to_string()
            }
            name => name.to_owned(),
        };
        out.push_str(&format!("{before}{{{name}}}"));
        rest = behind;
    }
    out + rest
}

struct Reader<'a> {
    source: String,
    speaker: Speaker,
    found: &'a mut Found,
}

impl Reader<'_> {
    fn say(&mut self, text: &str, one: Option<String>) {
        let word = Word { one, is_sentence: false, source: self.source.clone() };
        let known = self.found.words.entry(numbered(text)).or_insert_with(|| word.clone());
        if known.one.is_none() {
            known.one = word.one;
        }
    }

    fn say_whole(&mut self, text: &str) {
        self.say(text, None);
        if let Some(word) = self.found.words.get_mut(&numbered(text)) {
            word.is_sentence = text.contains('{');
        }
    }

    fn markup(&mut self, nodes: &[Node]) {
        for node in nodes {
            match node {
                Node::Element(element) => self.element(element),
                Node::Fragment(inner) => self.markup(&inner.children),
                Node::Text(text) => self.text(&text.value.value()),
                Node::RawText(text) => self.text(&text.to_string_best()),
                Node::Block(NodeBlock::ValidBlock(block)) => self.visit_block(block),
                _ => {}
            }
        }
    }

    /// In the dumb parts of the interface, several small words are names of classes; what they say stands in a file of its own.
    fn says(&self, text: &str) -> bool {
        let is_word = self.source == "src/components/words.rs" && !text.contains('{');
        is_word || is_said(text, !self.source.starts_with("src/components/"))
    }

    fn text(&mut self, text: &str) {
        if text.chars().filter(|letter| letter.is_alphabetic()).count() > 1 {
            self.say(text, None);
        }
    }

    fn element(&mut self, element: &NodeElement<rstml::Infallible>) {
        let name = element.name().to_string();
        let is_component = name.contains("::") || name.starts_with(|first: char| first.is_ascii_uppercase());
        for attribute in element.attributes() {
            let NodeAttribute::Attribute(attribute) = attribute else { continue };
            if ["class", "href", "id"].contains(&attribute.key.to_string().as_str()) {
                continue;
            }
            match attribute.value() {
                Some(Expr::Lit(ExprLit { lit: Lit::Str(text), .. })) => {
                    let said = if is_component {
                        self.says(&text.value())
                    } else {
                        SAID.contains(&attribute.key.to_string().as_str())
                    };
                    if said {
                        self.say(&text.value(), None);
                    }
                }
                Some(value) => self.visit_expr(value),
                None => {}
            }
        }
        self.markup(&element.children);
    }

    fn sentence(&mut self, call: &syn::Macro, name: &str) {
        let Ok(arguments) = Punctuated::<Argument, Token![,]>::parse_terminated.parse2(call.tokens.clone()) else {
            return;
        };
        let mut texts = Vec::new();
        for argument in &arguments {
            match &argument.0 {
                Expr::Lit(ExprLit { lit: Lit::Str(text), .. }) if texts.len() < 2 => texts.push(text.clone()),
                other => self.visit_expr(other),
            }
        }
        match (name, &texts[..]) {
            ("t", [text, ..]) => self.say(&text.value(), None),
            ("tn", [one, many, ..]) => self.say(&many.value(), Some(numbered(&one.value()))),
            (_, [text, ..]) if self.speaker == Speaker::Core && self.says(&text.value()) => {
                self.say_whole(&text.value());
            }
            (_, [text, ..]) if self.speaker == Speaker::App && self.says(&text.value()) => {
                let line = text.span().start().line;
                self.found.unknown.push(format!("{}:{line}: {}", self.source, text.value()));
            }
            _ => {}
        }
    }
}

/// An argument of a macro, with or without its name.
struct Argument(Expr);

impl Parse for Argument {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        Ok(Self(match input.parse()? {
            Expr::Assign(named) => *named.right,
            other => other,
        }))
    }
}

impl<'ast> Visit<'ast> for Reader<'_> {
    fn visit_item_mod(&mut self, item: &'ast syn::ItemMod) {
        if !is_for_tests(&item.attrs) {
            visit::visit_item_mod(self, item);
        }
    }

    fn visit_item_fn(&mut self, item: &'ast syn::ItemFn) {
        if !is_for_tests(&item.attrs) {
            visit::visit_item_fn(self, item);
        }
    }

    fn visit_attribute(&mut self, attribute: &'ast Attribute) {
        let Meta::List(list) = &attribute.meta else { return };
        if !attribute.path().is_ident("error") {
            return;
        }
        // `#[error(transparent)]` has no text.
        let literal = |input: ParseStream<'_>| {
            let text = input.parse::<LitStr>()?;
            input.step(|rest| {
                let mut rest = *rest;
                while let Some((_, next)) = rest.token_tree() {
                    rest = next;
                }
                Ok(((), rest))
            })?;
            Ok(text)
        };
        if let Ok(text) = literal.parse2(list.tokens.clone()) {
            let text = text.value();
            if without_places(&text).chars().any(char::is_alphabetic) || text.contains("}: {") {
                self.say_whole(&text);
            }
        }
    }

    fn visit_macro(&mut self, call: &'ast syn::Macro) {
        let name = call.path.segments.last().map(|last| last.ident.to_string()).unwrap_or_default();
        match name.as_str() {
            "view" => {
                let parser = rstml::Parser::new(rstml::ParserConfig::default().recover_block(true));
                let (nodes, _) = parser.parse_recoverable(call.tokens.clone()).split_vec();
                self.markup(&nodes);
            }
            "t" | "tn" | "format" | "write" | "writeln" => self.sentence(call, &name),
            "vec" | "matches" | "choices" => {
                if let Ok(all) = Punctuated::<Expr, Token![,]>::parse_terminated.parse2(call.tokens.clone()) {
                    all.iter().for_each(|one| self.visit_expr(one));
                }
            }
            _ => {}
        }
    }

    fn visit_expr_call(&mut self, call: &'ast syn::ExprCall) {
        let name = match &*call.func {
            Expr::Path(path) => path.path.segments.last().map(|last| last.ident.to_string()),
            _ => None,
        };
        if name.is_none_or(|name| !UNSAID.contains(&name.as_str())) {
            visit::visit_expr_call(self, call);
        }
    }

    fn visit_expr_method_call(&mut self, call: &'ast syn::ExprMethodCall) {
        self.visit_expr(&call.receiver);
        if !UNSAID.contains(&call.method.to_string().as_str()) {
            call.args.iter().for_each(|argument| self.visit_expr(argument));
        }
    }

    fn visit_lit_str(&mut self, text: &'ast LitStr) {
        if self.speaker != Speaker::Server && self.says(&text.value()) {
            self.say(&text.value(), None);
        }
    }
}

fn is_for_tests(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|attribute| match &attribute.meta {
        Meta::List(list) => attribute.path().is_ident("cfg") && list.tokens.to_string().contains("test"),
        _ => false,
    })
}
