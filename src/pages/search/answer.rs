//! What the box shows for what was typed: groups of records and commands.

use outpost_core::record::Record;
use outpost_core::search::{Piece, Question, marked, show};

use super::commands::{self, Subject};
use super::{Act, Command, recent};
use crate::components::{Glyph, Tone};
use crate::forms::say;
use crate::pages::show::state_of;
use crate::pages::types::look;
use crate::platform::intl;
use crate::state::{Desk, schema, title_of};
use crate::words::tr;

/// The most records shown: each is read from the device at each key.
const RECORDS: usize = 10;
/// The most commands above the records.
const ABOVE: usize = 5;
/// How many are offered while nothing is typed.
const OFFERED: usize = 3;
/// The most commands below them.
const BELOW: usize = 6;

/// What stands before an item.
#[derive(Clone)]
pub(super) enum Sign {
    /// The letters of a name.
    Name(String),
    /// An icon.
    Icon(Glyph),
}

/// One line of the list.
#[derive(Clone)]
pub(super) struct Item {
    pub(super) sign: Sign,
    pub(super) title: Vec<Piece>,
    pub(super) second: Vec<Piece>,
    pub(super) state: Option<(String, Tone)>,
    pub(super) act: Act,
}

/// Items under a name.
#[derive(Clone)]
pub(super) struct Group {
    pub(super) title: String,
    pub(super) items: Vec<Item>,
}

/// What is shown.
#[derive(Clone)]
pub(super) struct Answer {
    /// For what.
    pub(super) typed: String,
    pub(super) groups: Vec<Group>,
    /// How many records fit in all; `None` if none were looked for.
    pub(super) total: Option<usize>,
}

impl Answer {
    /// All items, in their order.
    pub(super) fn items(&self) -> impl Iterator<Item = &Item> {
        self.groups.iter().flat_map(|group| &group.items)
    }
}

/// Asks the store, and what can be done, with a record too if the box was opened over one. `keys` shows the keys.
pub(super) async fn answer(desk: Desk, subject: Option<Subject>, typed: String, keys: Act) -> Result<Answer, String> {
    let question = Question::new(&typed);
    let here = match &subject {
        Some(subject) => desk.store().get(&subject.key).await.map_err(say)?.map(|record| (subject, record)),
        None => None,
    };
    let here = here.filter(|(_, record)| !record.is_deleted());
    let (of_record, whose) = match here {
        Some((subject, record)) => {
            let whose = if subject.is_page { tr("On this page").to_owned() } else { title_of(&record) };
            (commands::of_record(desk, subject, &record), whose)
        }
        None => (Vec::new(), String::new()),
    };
    let records = |title: &'static str, records: Vec<Record>| Group {
        title: tr(title).to_owned(),
        items: records.iter().map(|found| record(found, &question)).collect(),
    };
    let doing = |title: &str, commands: Vec<Command>| Group {
        title: title.to_owned(),
        items: commands.into_iter().map(|found| command(found, &question)).collect(),
    };
    let (mut groups, total) = if question.is_empty() {
        let last = recent::read(desk).await?;
        let here = doing(&whose, of_record.into_iter().take(BELOW).collect());
        let anywhere = commands::anywhere(keys);
        let first = anywhere.into_iter().filter(|command| command.glyph == Glyph::Plus).take(OFFERED).collect();
        (vec![records("Recent", last), here, doing(tr("Commands"), first)], None)
    } else {
        let all: Vec<Command> = of_record.into_iter().chain(commands::anywhere(keys)).collect();
        let mut fitting = commands::fitting(all.clone(), &question, false);
        // Who types a command does not mean a record whose name is nearly that.
        let forgiving = !fitting.iter().any(|(_, is_meant)| *is_meant);
        let (found, total) = desk.store().search(&question, RECORDS, forgiving).await.map_err(say)?;
        if fitting.is_empty() && total == 0 {
            fitting = commands::fitting(all, &question, true);
        }
        let above = fitting.iter().take_while(|(_, is_meant)| *is_meant).count().min(ABOVE);
        let mut fitting: Vec<Command> = fitting.into_iter().map(|(command, _)| command).collect();
        let mut below = fitting.split_off(above);
        below.truncate(BELOW);
        (
            vec![doing(tr("Commands"), fitting), records("Records", found), doing(tr("More commands"), below)],
            Some(total),
        )
    };
    groups.retain(|group| !group.items.is_empty());
    Ok(Answer { typed, groups, total })
}

fn record(record: &Record, question: &Question) -> Item {
    let plain = |text: String| vec![Piece { text, marked: false }];
    let Some(schema) = schema(&record.kind) else {
        let act = Act::Go("/".to_owned());
        return Item {
            sign: Sign::Icon(Glyph::Link),
            title: plain(title_of(record)),
            second: Vec::new(),
            state: None,
            act,
        };
    };
    let shown = show(schema, record, question);
    let title = if shown.title.is_empty() { plain(title_of(record)) } else { shown.title };
    let look = look(schema.kind);
    let name = || title.iter().map(|piece| piece.text.as_str()).collect();
    let sign = look.mark().map_or_else(|| Sign::Name(name()), Sign::Icon);
    let mut second = plain(tr(schema.label).to_owned());
    let rest = if shown.second.is_empty() { plain(intl::relative(record.latest().ms)) } else { shown.second };
    let label = if shown.label.is_empty() { String::new() } else { format!("{}: ", tr(shown.label)) };
    second.extend(plain(format!(" · {label}")).into_iter().chain(rest));
    let state = state_of(schema, record);
    Item { sign, title, second, state, act: Act::Go(format!("{}/{}", schema.path, record.id)) }
}

fn command(command: Command, question: &Question) -> Item {
    let title = marked(&command.label, question);
    // Where the words are found in what it does, what in the name is only like them was not meant.
    let is_meant = !title.iter().any(|piece| piece.marked);
    let second = match command.with {
        with if with.is_empty() => Vec::new(),
        with if is_meant => marked(&with, question),
        text => vec![Piece { text, marked: false }],
    };
    Item { sign: Sign::Icon(command.glyph), title, second, state: None, act: command.act }
}
