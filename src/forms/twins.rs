//! A quiet line at a form: somebody with this e-mail address, telephone number or name is there already. It never stands in the way.

use leptos::prelude::*;
use outpost_core::dedupe::Likeness;
use outpost_core::id::RecordId;
use outpost_core::mutation::Patch;
use outpost_core::record::Record;
use outpost_core::schema::{Kind, Schema};

use super::entry::say;
use super::state::FormState;
use crate::components::{Glyph, Icon};
use crate::markup::{IntoMarkup, Markup, view};
use crate::platform::timeout;
use crate::state::{Desk, Live, live, merge_address, schema, title_of};
use crate::words::{lower, t, tr};

/// How long typing must pause, in milliseconds, before the index is asked.
const PAUSE_MS: u32 = 250;
/// How many are named.
const NAMED: usize = 2;

/// The line; nothing for a type of which nobody writes the same one down twice.
#[component]
pub(super) fn Twins(desk: Desk, form: FormState) -> Markup {
    let of = form.schema;
    if !of.list.merges {
        return Markup::Empty;
    }
    let keys = Memo::new(move |_| {
        let is_key = |name: &str| {
            let kind = of.field(name).map(|field| field.kind);
            name == of.list.title || matches!(kind, Some(Kind::Emails | Kind::Phones))
        };
        form.reading().into_iter().filter(|(name, _)| is_key(name)).collect::<Patch>()
    });
    let asked = RwSignal::new(keys.get_untracked());
    let pending = StoredValue::new_local(None);
    Effect::new(move |before: Option<()>| {
        let now = keys.get();
        // What the form opens with is asked for at once: the line is part of the page then, and moves nothing.
        if before.is_some() {
            pending.set_value(Some(timeout(PAUSE_MS, move || drop(asked.try_set(now)))));
        }
    });
    let found: Live<Vec<(Likeness, Record)>> = live(
        move || asked.get(),
        move |asked| async move {
            if asked.is_empty() {
                return Ok(Vec::new());
            }
            desk.store().twins(of, &asked, form.own).await.map_err(say)
        },
    );
    // What is typed and not saved is in no record yet: it is saved first, and the record's page offers the same.
    let saved = Memo::new(move |_| form.own.filter(|_| !form.is_dirty()));
    let lines = move || {
        let found = found.value().unwrap_or_default();
        found
            .iter()
            .take(NAMED)
            .filter_map(|(alike, record)| twin_line(of, *alike, record, saved.get(), Markup::Empty))
            .collect::<Vec<_>>()
    };
    view! { <div class="twin-lines" role="status">{lines}</div> }.into_markup()
}

/// Says what a record is alike, and leads to that; and to merging the two, if the record is one of this type that is stored: `own`.
/// `act` is what else can be done about it.
pub(crate) fn twin_line(
    to: &Schema,
    alike: Likeness,
    record: &Record,
    own: Option<RecordId>,
    act: Markup,
) -> Option<Markup> {
    let of = schema(&record.kind)?;
    let merge = own.filter(|_| of.kind == to.kind).map(|own| {
        let href = merge_address(of, own, Some(record.id));
        view! {
            <a class="link" href=href>
                "Merge…"
            </a>
        }
    });
    let href = format!("{}/{}", of.path, record.id);
    let why = match alike {
        Likeness::Email => tr("the same e-mail address"),
        Likeness::Phone => tr("the same phone number"),
        Likeness::Name => tr("the same name"),
    };
    let text = t!("Looks like the {} “{}”: {why}.", lower(of.label), title_of(record));
    Some(view! {
        <div class="twin-line">
            <Icon glyph=Glyph::Copy />
            <p>
                <span>{text}</span>
                <a class="link" href=href>"Open it"</a>
                {merge}
                {act}
            </p>
        </div>
    })
}
