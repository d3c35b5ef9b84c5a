//! What a record's own page says of merges: where it went, what went into it, and what others wrote into that meanwhile.

use std::collections::BTreeMap;

use leptos::prelude::*;
use outpost_core::dedupe::{Offer, can_undo, latest, offers};
use outpost_core::id::RecordId;
use outpost_core::record::Record;
use outpost_core::records::Merge;
use outpost_core::schema::{RecordType, Schema};

use super::words::{Names, full, names, take_back};
use crate::components::{Art, Banner, Button, ButtonKind, EmptyState, Glyph, LinkButton, PageHeader, Panel};
use crate::forms::say;
use crate::markup::{IntoMarkup, Markup, view};
use crate::pages::undo::{do_with_undo, restore};
use crate::platform::{intl, time};
use crate::state::{Desk, Live, live, title_of};
use crate::words::{lower, t, tr};

/// How much of a value a sentence says, in characters.
const SAID: usize = 60;

/// A record that is deleted: where it went if it was merged, or else what its own page says.
#[component]
pub(crate) fn Went(desk: Desk, schema: &'static Schema, record: Signal<Record>, children: ChildrenFn) -> Markup {
    let key = record.with_untracked(Record::key);
    let children = StoredValue::new(children);
    let found: Live<Option<(Record, Record)>> = live(
        move || (desk.version(Merge::SCHEMA.kind), desk.version(schema.kind)),
        move |_| {
            let (store, key) = (desk.store(), key.clone());
            async move {
                let merges = store.merges_of(key.id).await.map_err(say)?;
                let merge = latest(&merges).cloned();
                let to = store.went_to(&key).await.map_err(say)?;
                Ok(merge.zip(to))
            }
        },
    );
    let page = move || match found.value()? {
        None => Some(children.with_value(|children| children()).into_markup()),
        Some((merge, to)) => Some(went(desk, schema, &record.get(), &merge, &to)),
    };
    view! {
        {move || found.error().map(|text| view! { <p class="refusal small">{text}</p> })}
        {page}
    }
}

fn went(desk: Desk, schema: &'static Schema, record: &Record, merge: &Record, to: &Record) -> Markup {
    let (title, name, id) = (title_of(record), title_of(to), record.id);
    let one = lower(schema.label);
    let at = merge.get("at").and_then(serde_json::Value::as_u64).unwrap_or_default();
    let text = t!("It was merged on {}. What it said and what led to it is there.", intl::date_time(at));
    let (href, open) = (format!("{}/{}", schema.path, to.id), t!("Open “{name}”"));
    let taken = title.clone();
    let act = if can_undo(merge, time::now_ms()) {
        let back = move |()| take_back(desk, id, taken.clone());
        view! {
            <Button icon=Glyph::Undo on_click=back>"Take the merge back"</Button>
        }
    } else {
        let key = record.key();
        view! {
            <Button icon=Glyph::Undo on_click=move |()| restore(desk, key.clone())>"Restore"</Button>
        }
    };
    view! {
        <PageHeader title back=schema.path back_label=tr(schema.plural) />
        <EmptyState art=Art::Camp title=t!("This {one} was merged into “{name}”") text>
            <LinkButton kind=ButtonKind::Primary href>
                {open}
            </LinkButton>
            {act}
        </EmptyState>
    }
}

/// What was written into records that have gone into this one, by somebody who did not know that yet.
#[component]
pub(crate) fn Offers(desk: Desk, schema: &'static Schema, record: Signal<Record>) -> Markup {
    if !schema.list.merges {
        return Markup::Empty;
    }
    type Found = (Vec<(Record, Record)>, Names, BTreeMap<String, String>);
    let id = record.with_untracked(|record| record.id);
    let found: Live<Found> = live(
        move || (desk.version(Merge::SCHEMA.kind), desk.version(schema.kind)),
        move |_| async move {
            let merged = desk.store().merged_into(id).await.map_err(say)?;
            if merged.is_empty() {
                return Ok(Found::default());
            }
            let gone: Vec<&Record> = merged.iter().map(|(_, gone)| gone).collect();
            let named = names(desk, &gone).await.map_err(say)?;
            Ok((merged, named, desk.sync().device_names().await))
        },
    );
    let own = desk.store().device().to_string();
    let list = move || {
        let (merged, names, devices) = found.value()?;
        let who = |offer: &Offer| match offer.by.device.to_string() {
            device if device == own => tr("This device").to_owned(),
            device => devices.get(&device).cloned().unwrap_or_else(|| tr("Another device").to_owned()),
        };
        let shown: Vec<Markup> = record.with(|record| {
            let offered = merged.iter().flat_map(|(merge, gone)| {
                offers(schema, merge, gone, record).into_iter().map(move |offer| (title_of(gone), offer))
            });
            offered.map(|(gone, offer)| banner(desk, &gone, &who(&offer), offer, &names)).collect()
        });
        (!shown.is_empty()).then(|| view! { <div class="banners">{shown}</div> })
    };
    list.into_markup()
}

fn banner(desk: Desk, gone: &str, who: &str, offer: Offer, names: &Names) -> Markup {
    let label = lower(offer.field.label);
    let value = full(offer.field, &offer.value, names).lines().collect::<Vec<_>>().join(", ");
    let value = match value.char_indices().nth(SAID) {
        Some((end, _)) => format!("{}…", &value[..end]),
        None => value,
    };
    let when = intl::moment(offer.by.ms);
    let text = t!(
        "{who} changed the {label} of “{gone}” to “{value}” ({when}), not knowing that it was merged into this one."
    );
    let (take, leave) = (offer.take(), offer.leave());
    let name = tr(offer.field.label);
    let (taken, left) = (t!("{name} changed"), t!("{name} kept"));
    view! {
        <Banner text>
            <Button on_click=move |()| do_with_undo(desk, take.clone(), taken.clone())>"Take it"</Button>
            <Button kind=ButtonKind::Quiet on_click=move |()| do_with_undo(desk, leave.clone(), left.clone())>
                "Leave it"
            </Button>
        </Banner>
    }
}

/// What went into this record, and the way back for as long as there is one.
#[component]
pub(crate) fn MergedHere(desk: Desk, schema: &'static Schema, record: Signal<Record>) -> Markup {
    if !schema.list.merges {
        return Markup::Empty;
    }
    let id: RecordId = record.with_untracked(|record| record.id);
    let found: Live<Vec<(Record, Record)>> = live(
        move || (desk.version(Merge::SCHEMA.kind), desk.version(schema.kind)),
        move |_| async move { desk.store().merged_into(id).await.map_err(say) },
    );
    let panel = move || {
        let merged = found.value().filter(|merged| !merged.is_empty())?;
        let items = merged.iter().map(|(merge, gone)| line(desk, merge, gone)).collect::<Vec<_>>();
        Some(view! {
            <Panel title="Merged into this">
                <ul class="list bare">{items}</ul>
            </Panel>
        })
    };
    view! {
        {move || found.error().map(|text| view! { <p class="refusal small">{text}</p> })}
        {panel}
    }
}

fn line(desk: Desk, merge: &Record, gone: &Record) -> Markup {
    let (title, id) = (title_of(gone), gone.id);
    let at = merge.get("at").and_then(serde_json::Value::as_u64).unwrap_or_default();
    let name = title.clone();
    let back = can_undo(merge, time::now_ms()).then(|| {
        view! {
            <Button small=true icon=Glyph::Undo on_click=move |()| take_back(desk, id, name.clone())>
                "Take back"
            </Button>
        }
    });
    view! {
        <li class="item plain">
            <div class="item-main">
                <span class="item-title">{title}</span>
                <span class="item-text">{intl::date_time(at)}</span>
            </div>
            <span class="item-end above">{back}</span>
        </li>
    }
}
