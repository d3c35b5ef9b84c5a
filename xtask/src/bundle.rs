//! One stylesheet instead of many: a request less for each, and better compression over the whole.

use std::{fs, path::Path};

use crate::{
    error::{Context, Result, advice, read_text, write},
    precache::sha256,
    tidy,
};

/// The sheets that only pages of the app's second part need. They come beside the first page and hold nothing up: `boot.js`
/// makes a stylesheet of the link when it starts. Cascade layers keep the order of all rules.
const LATER: [&str; 20] = [
    "bars", "board", "calendar", "choices", "fields", "form", "import", "invoice", "lines", "merge", "motion",
    "overlays", "print", "record", "rtl", "search", "sync", "today", "tools", "types",
];

/// Joins the stylesheets that a staged index.html links to, in their order, into two files with hashed names: what the first
/// page needs, and what comes later. Returns the new text of the page.
///
/// # Errors
/// A stylesheet is missing or imports another one, which would be lost here.
pub(crate) fn stylesheets(html: &str, staging: &Path) -> Result<String> {
    let links = stylesheet_links(html);
    let Some(place) = links.first().map(|link| link.start) else { return Ok(html.to_owned()) };
    let (later, first): (Vec<&Link<'_>>, Vec<&Link<'_>>) = links.iter().partition(|link| link.is_later());
    let mut tags = String::new();
    if let Some(name) = join(&first, "outpost", staging)? {
        tags.push_str(&format!("<link rel=\"stylesheet\" href=\"/{name}\">"));
    }
    if let Some(name) = join(&later, "outpost-later", staging)? {
        tags.push_str(&format!("<link data-later href=\"/{name}\">"));
    }
    let mut page = String::with_capacity(html.len());
    let mut rest = 0;
    for link in &links {
        page.push_str(&html[rest..link.start]);
        if link.start == place {
            page.push_str(&tags);
        }
        rest = link.end;
    }
    page.push_str(&html[rest..]);
    Ok(page)
}

/// Makes one file of some sheets; its name, if there is any.
fn join(links: &[&Link<'_>], stem: &str, staging: &Path) -> Result<Option<String>> {
    let mut joined = String::new();
    for link in links {
        let path = staging.join(link.href.trim_start_matches('/'));
        let css = read_text(&path)?;
        if css.contains("@import") {
            return advice(format!(
                "{} uses @import, which the build does not follow: link it in index.html",
                link.href
            ));
        }
        joined.push_str(&tidy::style(&css));
        fs::remove_file(&path).context(|| format!("cannot remove {}", path.display()))?;
    }
    if joined.is_empty() {
        return Ok(None);
    }
    let name = format!("{stem}-{}.css", &sha256(joined.as_bytes())[..16]);
    write(&staging.join(&name), &joined)?;
    Ok(Some(name))
}

struct Link<'a> {
    start: usize,
    end: usize,
    href: &'a str,
}

impl Link<'_> {
    fn is_later(&self) -> bool {
        let name = self.href.trim_start_matches('/');
        LATER.iter().any(|later| name.strip_prefix(later).is_some_and(|rest| rest.starts_with(['-', '.'])))
    }
}

/// Finds the `<link rel="stylesheet" …>` that Trunk wrote.
fn stylesheet_links(html: &str) -> Vec<Link<'_>> {
    let tags = html.match_indices("<link").filter_map(|(start, _)| {
        let end = start + html[start..].find('>')? + 1;
        Some((start, end, &html[start..end]))
    });
    let sheets = tags.filter(|(_, _, tag)| attribute(tag, "rel") == Some("stylesheet"));
    sheets.filter_map(|(start, end, tag)| attribute(tag, "href").map(|href| Link { start, end, href })).collect()
}

fn attribute<'a>(tag: &'a str, name: &str) -> Option<&'a str> {
    let (_, after) = tag.split_once(&format!(" {name}=\""))?;
    after.split_once('"').map(|(value, _)| value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sheets_become_one_in_their_order_and_nothing_else_changes() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("b-1.css"), "b{}").unwrap();
        fs::write(folder.path().join("a-2.css"), "a{}").unwrap();
        fs::write(folder.path().join("board-3.css"), "c{}").unwrap();
        let html = "<head><link rel=\"manifest\" href=\"/m.json\"/>\n<link rel=\"stylesheet\" href=\"/b-1.css\" integrity=\"x\"/>\
                    <link rel=\"stylesheet\" href=\"/board-3.css\"/><link rel=\"stylesheet\" href=\"/a-2.css\"/></head>";
        let page = stylesheets(html, folder.path()).unwrap();
        let mut files: Vec<_> = fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().path()).collect();
        files.sort_by_key(|path| path.to_str().unwrap().contains("later"));
        assert_eq!(files.len(), 2);
        let name = |at: usize| files[at].file_name().unwrap().to_str().unwrap();
        assert_eq!(fs::read_to_string(&files[0]).unwrap(), "b{}\na{}\n");
        assert_eq!(fs::read_to_string(&files[1]).unwrap(), "c{}\n");
        let (name, later) = (name(0), name(1));
        assert!(later.starts_with("outpost-later-"), "{later}");
        assert_eq!(
            page,
            format!(
                "<head><link rel=\"manifest\" href=\"/m.json\"/>\n<link rel=\"stylesheet\" href=\"/{name}\"><link data-later href=\"/{later}\"></head>"
            )
        );
    }

    #[test]
    fn a_page_without_sheets_stays_as_it_is() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(stylesheets("<head></head>", folder.path()).unwrap(), "<head></head>");
    }

    #[test]
    fn an_import_is_refused_instead_of_lost() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("a.css"), "@import 'b.css';").unwrap();
        let error = stylesheets("<link rel=\"stylesheet\" href=\"/a.css\">", folder.path()).unwrap_err();
        assert!(error.to_string().contains("@import"), "{error}");
    }
}
