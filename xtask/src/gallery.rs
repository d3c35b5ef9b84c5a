//! The gallery of parts is held against the parts: each is in it, in each of its states.

use std::{fs, path::Path};

use syn::{FnArg, Item, Pat, Visibility};

use crate::{
    precache::files_below,
    project::{Project, url_path},
};

/// Parts that others are made of and show.
const WITHIN: [&str; 1] = ["NavLink"];
/// Props that are no state: what happens outside, and how others find a part.
const SILENT: [&str; 8] = ["autocomplete", "children", "id", "node_ref", "on_change", "on_click", "on_input", "submit"];

/// The whole text of some files.
fn text_of(paths: &[std::path::PathBuf]) -> String {
    paths.iter().map(|path| fs::read_to_string(path).unwrap()).collect()
}

/// The opening tags of a part, with all that is between their brackets.
fn tags<'a>(text: &'a str, name: &str) -> Vec<&'a str> {
    let open = format!("<{name}");
    let starts = text.match_indices(&open).map(|(at, _)| &text[at + open.len()..]);
    starts.filter(|rest| rest.starts_with([' ', '\n', '>', '/'])).map(|rest| &rest[..end_of_tag(rest)]).collect()
}

fn end_of_tag(rest: &str) -> usize {
    let (mut depth, mut before) = (0, ' ');
    for (at, letter) in rest.char_indices() {
        match letter {
            '(' | '[' | '{' => depth += 1,
            ')' | ']' | '}' => depth -= 1,
            '>' if depth == 0 && !matches!(before, '-' | '=') => return at,
            _ => {}
        }
        before = letter;
    }
    rest.len()
}

/// Whether a prop is given in a tag: `kind=…`, or `kind` alone.
fn is_given(tag: &str, prop: &str) -> bool {
    tag.split(|c: char| c.is_whitespace() || c == '/').any(|word| word == prop || word.starts_with(&format!("{prop}=")))
}

/// What a file of parts has that the gallery does not show.
fn missing(path: &Path, gallery: &str) -> Vec<String> {
    let file = syn::parse_file(&fs::read_to_string(path).unwrap()).unwrap();
    let mut missing = Vec::new();
    for item in file.items {
        match item {
            Item::Enum(one) if matches!(one.vis, Visibility::Public(_)) => {
                let variants = one.variants.iter().map(|variant| format!("{}::{}", one.ident, variant.ident));
                missing.extend(variants.filter(|variant| !gallery.contains(variant.as_str())));
            }
            Item::Fn(one)
                if matches!(one.vis, Visibility::Public(_))
                    && one.attrs.iter().any(|attribute| attribute.path().is_ident("component")) =>
            {
                let name = one.sig.ident.to_string();
                let tags = tags(gallery, &name);
                if tags.is_empty() && !WITHIN.contains(&name.as_str()) {
                    missing.push(name);
                    continue;
                }
                let props = one.sig.inputs.iter().filter_map(|argument| match argument {
                    FnArg::Typed(typed) => match &*typed.pat {
                        Pat::Ident(ident) => Some(ident.ident.to_string()),
                        _ => None,
                    },
                    FnArg::Receiver(_) => None,
                });
                let shown =
                    |prop: &String| SILENT.contains(&prop.as_str()) || tags.iter().any(|tag| is_given(tag, prop));
                let unseen = props.filter(|prop| !tags.is_empty() && !shown(prop));
                missing.extend(unseen.map(|prop| format!("{name} with {prop}")));
            }
            _ => {}
        }
    }
    missing
}

#[test]
fn the_gallery_has_every_part_in_every_state() {
    let parts = Project::find().unwrap().root.join("src/components");
    let is_gallery = |path: &Path| path.starts_with(parts.join("gallery"));
    let is_test = |path: &Path| url_path(path, &parts).contains("tests");
    let files = files_below(&parts).unwrap().into_iter().filter(|path| !is_test(path));
    let (mut gallery, others): (Vec<_>, Vec<_>) = files.partition(|path| is_gallery(path));
    gallery.push(parts.join("gallery.rs"));
    let others = others.into_iter().filter(|path| !path.ends_with("gallery.rs"));
    let shown = text_of(&gallery);
    let missing: Vec<_> = others.flat_map(|path| missing(&path, &shown)).collect();
    assert!(missing.is_empty(), "the gallery (src/components/gallery) does not show: {missing:#?}");
}

#[test]
fn a_tag_ends_where_it_ends() {
    let text = "<Tag tone=Tone::Ok a=move |()| b.set(1 > 0)>x</Tag><Tags one/><Tag\n  small=true />";
    assert_eq!(tags(text, "Tag"), [" tone=Tone::Ok a=move |()| b.set(1 > 0)", "\n  small=true /"]);
    assert!(is_given("\n small=true /", "small") && is_given(" tone/", "tone") && !is_given(" tones=1", "tone"));
}
