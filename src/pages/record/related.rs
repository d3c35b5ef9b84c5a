//! Panels with the records that are linked to a record, a panel each type: a company's contacts, deals and invoices.

use std::collections::HashMap;
use std::iter::once;

use crate::markup::{IntoMarkup, Markup, view};
use leptos::prelude::*;
use outpost_core::filter::{Condition, Filter, Operator};
use outpost_core::id::RecordId;
use outpost_core::list_view::ListView;
use outpost_core::record::Record;
use outpost_core::schema::{Field, Schema};
use outpost_core::sorting::Order;

use crate::components::{ButtonKind, Glyph, LinkButton, Panel, Tag, Tone};
use crate::forms::say;
use crate::pages::list::write_address;
use crate::pages::show;
use crate::pages::types::look;
use crate::platform::intl;
use crate::state::{Desk, Live, live, title_of, with_pages};
use crate::store::{Store, StoreError, latest_of};
use crate::words::{lower, t, tn, tr};

/// How many of a type are shown, the latest first.
const SHOWN: usize = 8;

/// What a related record's line says.
#[derive(Debug, Clone, PartialEq)]
struct Line {
    href: String,
    title: String,
    second: String,
    state: Option<(String, Tone)>,
}

/// Whether what leads to a lead counts for the record of a type that was made of it: an invoice of a lead that has become a
/// company is the company's. What is itself made of the lead says where it belongs.
fn is_carried_over(schema: &Schema, other: &Schema) -> bool {
    let lead = |schema: &Schema| schema.relations_to("lead").next().map(|relation| relation.in_form);
    lead(schema) == Some(false) && lead(other) == Some(true)
}

/// A record and what it was made of, with all that went into them: what is frozen and led to those leads there still.
#[derive(Debug, Clone, Default)]
pub(super) struct Whole {
    pub ids: Vec<RecordId>,
    /// The lead that it was made of.
    pub lead: Vec<RecordId>,
}

impl Whole {
    pub(super) async fn read(store: &Store, id: RecordId, lead: Option<RecordId>) -> Result<Self, StoreError> {
        let mut whole = Self { ids: store.all_of(id).await?, ..Self::default() };
        if let Some(lead) = lead {
            whole.lead = store.all_of(lead).await?;
        }
        Ok(whole)
    }

    /// The records of type `of` that lead to it, or to its lead and to no other record of its type.
    pub(super) async fn linked(&self, store: &Store, schema: &Schema, of: &Schema) -> Result<Vec<Record>, StoreError> {
        let mut records = store.children_of_many(&self.ids, of.kind).await?;
        if is_carried_over(schema, of) {
            let is_free = |record: &Record| of.relations_to(schema.kind).all(|to| to.links(record).is_empty());
            records.extend(store.children_of_many(&self.lead, of.kind).await?.into_iter().filter(is_free));
        }
        Ok(records)
    }

    /// The latest of those, at most `most`, and how many there are.
    async fn latest(
        &self,
        store: &Store,
        schema: &Schema,
        of: &Schema,
        most: usize,
    ) -> Result<(Vec<Record>, usize), StoreError> {
        if self.lead.is_empty() || !is_carried_over(schema, of) {
            return store.latest_children(&self.ids, of.kind, most).await;
        }
        Ok(latest_of(self.linked(store, schema, of).await?, most))
    }

    /// The list of all of those: an address.
    fn list(&self, schema: &Schema, of: &Schema) -> Result<String, String> {
        let is = |kind: &str, ids: &[RecordId], op: Operator| {
            let values: Vec<String> = ids.iter().map(RecordId::to_string).collect();
            let condition =
                move |field: &Field| Filter::Is(Condition { field: field.name.to_owned(), op, values: values.clone() });
            of.relations_to(kind).map(condition).collect::<Vec<_>>()
        };
        let mut any = is(schema.kind, &self.ids, Operator::Is);
        if !self.lead.is_empty() && is_carried_over(schema, of) {
            let leads = Filter::Any { any: is("lead", &self.lead, Operator::Is) };
            any.push(Filter::All { all: once(leads).chain(is(schema.kind, &[], Operator::Empty)).collect() });
        }
        // As the filter's own controls write it: conditions that all hold, if there is but one.
        let filter = if any.len() == 1 { Filter::All { all: any } } else { Filter::Any { any } };
        let filter = serde_json::to_string(&filter).map_err(say)?;
        Ok(format!("{}{}", of.path, write_address(&ListView { filter, ..ListView::default() })))
    }
}

/// The panels. What happened at a time is in the timeline instead.
#[component]
pub(crate) fn Related(desk: Desk, schema: &'static Schema, record: Signal<Record>) -> Markup {
    let holds = look(schema.kind).holds;
    let leads_here =
        |other: &&Schema| other.relations_to(schema.kind).next().is_some() || is_carried_over(schema, other);
    let mut types: Vec<&'static Schema> =
        with_pages().filter(leads_here).filter(|other| other.list.moment.is_empty()).collect();
    // Those that it has as a rule come first, in their order.
    types.order_by_key(|other| holds.iter().position(|held| *held == other.kind).unwrap_or(holds.len()));
    let panels = types.into_iter().map(|other| {
        view! { <RelatedPanel desk schema of=other record always=holds.contains(&other.kind) /> }
    });
    panels.collect::<Vec<_>>().into_markup()
}

#[component]
fn RelatedPanel(
    desk: Desk,
    schema: &'static Schema,
    /// The type of what is shown.
    of: &'static Schema,
    record: Signal<Record>,
    /// Also while there is none.
    always: bool,
) -> Markup {
    let standings = look(of.kind).standings;
    let id = record.with_untracked(|record| record.id);
    let lead = Memo::new(move |_| record.with(|record| record.relation("lead")));
    let all: Live<(usize, Vec<Line>, String)> = live(
        move || {
            let versions = (desk.version(of.kind), desk.version("merge"));
            (lead.get(), versions, standings.map(|standings| desk.version(standings.from)))
        },
        move |(lead, ..)| {
            let store = desk.store();
            async move {
                let whole = Whole::read(&store, id, lead).await.map_err(say)?;
                let list = whole.list(schema, of)?;
                let (records, count) = whole.latest(&store, schema, of, SHOWN).await.map_err(say)?;
                let mut said = match standings {
                    Some(standings) => (standings.derive)(store, records.clone()).await?,
                    None => HashMap::new(),
                };
                let lines = records.iter().map(|record| line(schema, of, record, said.remove(&record.id)));
                Ok((count, lines.collect(), list))
            }
        },
    );
    let new = format!("{}/new?{}={id}", of.path, schema.kind);
    let panel = move || {
        let (count, lines, list) = all.value()?;
        if count == 0 && !always {
            return None;
        }
        let new = new.clone();
        let actions = move || {
            let new = new.clone();
            view! {
                <LinkButton small=true kind=ButtonKind::Quiet icon=Glyph::Plus href=new>
                    "New"
                </LinkButton>
            }
        };
        let rest = (count > lines.len()).then(|| {
            let label = tn!(
                count,
                "All {count} {what}",
                "All {count} {what}",
                count = intl::count(count),
                what = lower(of.plural)
            );
            view! { <LinkButton small=true kind=ButtonKind::Quiet href=list>{label}</LinkButton> }
        });
        let items = lines.into_iter().map(item).collect::<Vec<_>>();
        let body = match count {
            0 => view! { <p class="muted small">{t!("No {} yet.", lower(of.label))}</p> },
            _ => view! { <ul class="list bare">{items}</ul> },
        };
        Some(view! {
            <Panel title=tr(of.plural) actions>
                {body}
                {rest}
            </Panel>
        })
    };
    view! {
        {move || all.error().map(|text| view! { <p class="refusal small">{text}</p> })}
        {panel}
    }
}

fn line(schema: &'static Schema, of: &'static Schema, record: &Record, said: Option<(String, Tone)>) -> Line {
    let field = |name: &str| of.field(name);
    let text = |name: &str| field(name).map(|field| show::line(field, record)).unwrap_or_default();
    // A role says more of a person than anything else.
    let role = of.relations_to(schema.kind).find_map(|relation| role_of(relation, record));
    let seconds = [role.unwrap_or_default(), text(of.list.amount), text(of.list.subtitle), text(of.list.date)];
    let second = seconds.into_iter().find(|text| !text.is_empty());
    let state = said.or_else(|| show::state_of(of, record));
    Line {
        href: format!("{}/{}", of.path, record.id),
        title: title_of(record),
        second: second.unwrap_or_else(|| intl::relative(record.latest().ms)),
        state,
    }
}

/// The first role that is said in a relation.
fn role_of(relation: &Field, record: &Record) -> Option<String> {
    let links = record.get(relation.name)?.as_array()?;
    let role = links.iter().find_map(|link| link.get("role")?.as_str().map(str::trim).filter(|role| !role.is_empty()));
    role.map(str::to_owned)
}

fn item(line: Line) -> Markup {
    view! {
        <li class="item plain">
            <div class="item-main">
                <a class="cover item-title" href=line.href>{line.title}</a>
                <span class="item-text">{line.second}</span>
            </div>
            <span class="item-end">{line.state.map(|(label, tone)| view! { <Tag tone>{label}</Tag> })}</span>
        </li>
    }
}
