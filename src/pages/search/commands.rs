//! What can be done from the search box: with the record whose page is open or that has the focus, and from anywhere.

use leptos::prelude::document;
use outpost_core::index::fold;
use outpost_core::record::{Record, RecordKey};
use outpost_core::schema::Schema;
use outpost_core::search::{Question, fit};
use outpost_core::sorting::Order;

use super::{Act, Command};
use crate::components::Glyph;
use crate::pages::types::look;
use crate::pages::undo::delete_with_undo;
use crate::platform::page;
use crate::state::{Desk, Theme, apply_theme, at_path, title_of, with_pages};
use crate::words::{lower, t, tr};

/// The record whose page is at a path.
pub(crate) fn at(path: &str) -> Option<(&'static Schema, RecordKey)> {
    let mut parts = path.trim_start_matches('/').split('/');
    let schema = at_path(&format!("/{}", parts.next()?))?;
    let id = parts.next()?.parse().ok()?;
    Some((schema, RecordKey::new(schema.kind, id)))
}

/// The record that commands are about.
#[derive(Clone)]
pub(super) struct Subject {
    pub(super) schema: &'static Schema,
    pub(super) key: RecordKey,
    /// Whether its page is open: otherwise a command must say which record it means.
    pub(super) is_page: bool,
}

/// What holds the only link to a record and whatever else of it can have the focus: a row of a list, a card on the board.
const PLACES: &str = "[data-index], [data-card]";

/// What commands are about: the record whose page is open, or else the one that the focus is on. To be asked before the box
/// takes the focus.
pub(super) fn subject() -> Option<Subject> {
    if let Some((schema, key)) = at(&page::path()) {
        return Some(Subject { schema, key, is_page: true });
    }
    let focused = document().active_element()?;
    let link = focused.closest("a[href]").ok().flatten().or_else(|| {
        let place = focused.closest(PLACES).ok().flatten()?;
        place.query_selector("a.cover").ok().flatten()
    })?;
    let href = link.get_attribute("href")?;
    let (schema, key) = at(href.split(['?', '#']).next()?)?;
    Some(Subject { schema, key, is_page: false })
}

/// All that can be done with a record.
pub(super) fn of_record(desk: Desk, subject: &Subject, record: &Record) -> Vec<Command> {
    let (schema, is_page) = (subject.schema, subject.is_page);
    let (look, id, one) = (look(schema.kind), record.id, lower(schema.label));
    let mut commands = (look.commands)(desk, record);
    for other in with_pages().filter(|other| other.relations_to(schema.kind).next().is_some()) {
        let label = t!("New {} for this {one}", lower(other.label));
        let go = Act::Go(format!("{}/new?{}={id}", other.path, schema.kind));
        commands.push(Command::new(label, self::look(other.kind).glyph, go).also(t!("add create log")));
    }
    if look.edit.is_some() {
        let go = Act::Go(format!("{}/{id}/edit", schema.path));
        commands.push(Command::new(t!("Edit this {one}"), Glyph::Edit, go).also(t!("change")));
    }
    let (key, title) = (record.key(), title_of(record));
    let named = title.clone();
    let delete = Act::run(move || {
        delete_with_undo(desk, key.clone(), named.clone(), move || {
            // A list or a board stays as it was looked at; a page of what is gone leads nowhere.
            if is_page {
                page::follow(schema.path);
            }
        });
    });
    commands.push(Command::new(t!("Delete this {one}"), Glyph::Trash, delete).also(t!("remove")));
    if !is_page {
        commands = commands.into_iter().map(|command| command.with(&title)).collect();
    }
    commands
}

/// All that can be done from anywhere. `keys` shows the keys.
pub(super) fn anywhere(keys: Act) -> Vec<Command> {
    let go = |path: &str| Act::Go(path.to_owned());
    let mut commands = Vec::new();
    for schema in with_pages() {
        let glyph = look(schema.kind).glyph;
        let one = lower(schema.label);
        commands.push(
            Command::new(t!("New {}", one), Glyph::Plus, go(&format!("{}/new", schema.path)))
                .also(t!("add create log {one}")),
        );
        let many = tr(schema.plural);
        commands.push(Command::new(t!("Go to {many}"), glyph, go(schema.path)).also(t!("{many} list open")));
    }
    for (label, also, glyph, path) in [
        ("Go to Today", "today my day", Glyph::Today, "/today"),
        ("Go to Tomorrow", "tomorrow plan", Glyph::Today, "/today/tomorrow"),
        ("Go to Calendar", "calendar week month agenda", Glyph::Calendar, "/calendar"),
        ("Go to Reports", "reports chart pipeline forecast revenue", Glyph::Chart, "/reports"),
        ("Go to Menu", "menu all pages", Glyph::More, "/menu"),
        ("Go to Settings", "settings theme dark light business", Glyph::Settings, "/settings"),
        ("Go to Sync", "sync waiting refused", Glyph::Refresh, "/sync"),
        ("Go to Account", "account sign in out password", Glyph::User, "/account"),
        ("Go to Archive", "archive old", Glyph::Storage, "/archive"),
        ("Go to Recently deleted", "deleted bin trash restore", Glyph::Trash, "/settings/deleted"),
        ("Import a file", "csv vcard excel upload", Glyph::Import, "/import"),
        ("Export to a file", "csv vcard json download backup", Glyph::Export, "/export"),
    ] {
        commands.push(Command::new(tr(label), glyph, go(path)).also(tr(also)));
    }
    for (label, glyph, theme) in [
        ("Use the dark theme", Glyph::Moon, Theme::Dark),
        ("Use the light theme", Glyph::Sun, Theme::Light),
        ("Use the device's theme", Glyph::Device, Theme::System),
    ] {
        let act = Act::run(move || apply_theme(theme));
        commands.push(Command::new(tr(label), glyph, act).also(t!("theme dark light colours appearance system")));
    }
    commands.push(Command::new(t!("Show all keys"), Glyph::Sort, keys).also(t!("keyboard shortcuts help")));
    commands
}

/// Those that fit what was typed, best first, each with whether its name begins with it.
pub(super) fn fitting(all: Vec<Command>, question: &Question, loose: bool) -> Vec<(Command, bool)> {
    let begins = |text: &str| fold(text).starts_with(question.typed());
    let scored = all.into_iter().filter_map(|command| {
        let own = fit(question, &command.label, loose);
        // Words of the name weigh double.
        let score = own.map(|score| score * 2).max(fit(
            question,
            &[&*command.also, &*command.with, &*command.label].join(" "),
            loose,
        ))?;
        let is_meant = begins(&command.label) || begins(&command.also);
        Some((is_meant, score, command))
    });
    let mut scored: Vec<_> = scored.collect();
    // Stable: what can be done here comes before what can be done anywhere.
    scored.order_by_key(|(is_meant, score, _)| std::cmp::Reverse((*is_meant, *score)));
    scored.into_iter().map(|(is_meant, _, command)| (command, is_meant)).collect()
}
