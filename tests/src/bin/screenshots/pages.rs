//! What there are pictures of.

use outpost_tests::workspace::Workspace;

/// What is done on a page before its picture is taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Then {
    /// Nothing.
    Nothing,
    /// Something is searched for.
    Search(&'static str),
    /// All keys are asked for.
    Keys,
    /// What has these words is pressed.
    Press(&'static str),
}

/// A picture to be taken, once for each size and theme.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Shot {
    /// What its file is called.
    pub(crate) name: String,
    /// The address of the page.
    pub(crate) path: String,
    /// What is done there.
    pub(crate) then: Then,
}

impl Shot {
    fn new(name: &str, path: impl Into<String>, then: Then) -> Self {
        Self { name: name.to_owned(), path: path.into(), then }
    }

    /// A page as it is, named by its address.
    fn of(path: &str) -> Self {
        let name = path.trim_matches('/').replace('/', "-");
        Self::new(&name, path, Then::Nothing)
    }
}

/// The pictures that the README and the manifest show, as PNG.
pub(crate) fn shown(workspace: &Workspace) -> Vec<Shot> {
    let one = |kind: &str, list: &str| format!("{list}/{}", workspace.shown[kind]);
    vec![
        Shot::new("leads", "/leads", Then::Nothing),
        Shot::new("lead", one("lead", "/leads"), Then::Nothing),
        Shot::new("deal-board", "/deals", Then::Nothing),
        Shot::new("invoice", one("invoice", "/invoices"), Then::Nothing),
        Shot::new("settings", "/settings", Then::Nothing),
    ]
}

/// All other pages. What is of one record is named by what it shows of it.
pub(crate) fn others(workspace: &Workspace) -> Vec<Shot> {
    let named = |path: String| {
        let is_one = |part: &str| workspace.shown.values().any(|id| part == id.to_string());
        let parts: Vec<&str> = path.trim_matches('/').split('/').collect();
        let name = match parts[..] {
            [list, one] if is_one(one) => format!("{list}-one"),
            [list, one, "edit"] if is_one(one) => format!("{list}-edit"),
            _ => parts.join("-"),
        };
        Shot::new(&name, path, Then::Nothing)
    };
    let shown: Vec<String> = shown(workspace).into_iter().map(|shot| shot.path).collect();
    let mut all: Vec<Shot> = workspace.paths().into_iter().filter(|path| !shown.contains(path)).map(named).collect();
    all.push(Shot::new("search", "/leads", Then::Search("berg")));
    all.push(Shot::new("keys", "/leads", Then::Keys));
    all
}

/// What a new device shows.
pub(crate) fn first() -> Vec<Shot> {
    let pages = [("first-run", "/leads"), ("first-board", "/deals"), ("first-account", "/account")];
    pages.into_iter().map(|(name, path)| Shot::new(name, path, Then::Nothing)).collect()
}

/// The gallery of parts, and what opens in it.
pub(crate) fn gallery() -> Vec<Shot> {
    let sections = ["buttons", "icons", "fields", "data", "days", "month", "states", "dialogs", "rescue"];
    let mut all: Vec<Shot> = sections.into_iter().map(|name| Shot::of(&format!("/gallery/{name}"))).collect();
    all.extend([
        Shot::new("gallery-menu", "/gallery/buttons", Then::Press("More")),
        Shot::new("gallery-toasts", "/gallery/states", Then::Press("Show toasts")),
        Shot::new("gallery-question", "/gallery/dialogs", Then::Press("Ask")),
        Shot::new("gallery-form", "/gallery/dialogs", Then::Press("Ask for a name")),
        Shot::new("gallery-danger", "/gallery/dialogs", Then::Press("Ask for a word")),
        Shot::new("gallery-busy", "/gallery/dialogs", Then::Press("Ask while it works")),
    ]);
    all
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use outpost_core::records::with_pages;
    use outpost_tests::app::PAGES;

    use super::*;

    #[test]
    fn every_page_and_every_type_has_a_picture_of_a_name_of_its_own() {
        let ids: BTreeMap<_, _> = with_pages().map(|schema| (schema.kind, outpost_tests::api::new_id())).collect();
        let workspace = Workspace { shown: ids.clone(), rows: 0 };
        let sets = [shown(&workspace), others(&workspace), first(), gallery()];
        let all: Vec<Shot> = sets.into_iter().flatten().collect();
        let has = |path: &str| all.iter().any(|shot| shot.path == path);
        assert!(PAGES.into_iter().all(has));
        for schema in with_pages() {
            let paths = ["", "/new", &format!("/{}", ids[schema.kind])].map(|rest| format!("{}{rest}", schema.path));
            assert!(paths.iter().all(|path| has(path)), "{}", schema.kind);
        }
        let mut names: Vec<&str> = all.iter().map(|shot| shot.name.as_str()).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), all.len());
    }
}
