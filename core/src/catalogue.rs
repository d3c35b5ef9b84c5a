//! All record types of a workspace: those of the program, with the fields that people have added, and those that people have
//! made.
//!
//! What was added is described by records ([`CustomField`], [`CustomObject`]), which sync like all others; a catalogue is made of
//! them. Only the app has one. The rules, and with them the server, know the program's own types only
//! ([`crate::records::schema`]): what people added is kept and relayed untouched, whatever a device makes of it.
//!
//! A [`Schema`] lives for as long as the program, whoever made it, so that pages and the index can hold on to one. One that is made
//! of records is therefore never given back. It is made anew only when what it is made of has changed, which people do by hand.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;

use crate::id::RecordId;
use crate::pipelines::{Definitions, Pipelines};
use crate::record::Record;
use crate::records::{
    ALL, CustomField, CustomObject, Deal, NOBODY, ObjectIcon, Pipeline, Stage, StageEvent, has_pages,
};
use crate::schema::{Choice, Field, Kind, ListFields, RecordType, Schema};
use crate::sorting::Order;

/// The types of the records that a catalogue is made of.
pub const DEFINITIONS: [&str; 4] =
    [CustomObject::SCHEMA.kind, CustomField::SCHEMA.kind, Pipeline::SCHEMA.kind, Stage::SCHEMA.kind];

/// What a type is made of, besides what the program knows of it.
#[derive(Debug, Clone, PartialEq, Default)]
struct Source {
    object: Option<(RecordId, CustomObject)>,
    fields: Vec<(RecordId, CustomField)>,
    /// The types that people made and about whose records it happens: the kind of each, and what one is called.
    about: Vec<(String, String)>,
    stages: Option<Stages>,
}

/// The stages of deals, where they are not just the program's own.
#[derive(Debug, Clone, PartialEq)]
struct Stages {
    choices: Vec<Choice>,
    unset: &'static str,
    closed: Vec<&'static str>,
}

/// A type that people have made, or added to.
#[derive(Debug)]
struct Own {
    source: Source,
    schema: &'static Schema,
}

/// See the module's documentation.
#[derive(Debug, Default)]
pub struct Catalogue {
    own: BTreeMap<String, Own>,
    pipelines: Option<&'static Pipelines>,
}

impl Catalogue {
    /// The program's own types alone.
    pub fn built_in() -> &'static Self {
        static BUILT_IN: OnceLock<Catalogue> = OnceLock::new();
        BUILT_IN.get_or_init(Self::default)
    }

    /// The catalogue that records of the types [`DEFINITIONS`] make. What is the same as `before` is taken from there.
    ///
    /// A definition that is deleted or cannot be read counts for nothing, and neither does a field that leads to a type which
    /// is not there: the values stay where they are, and are shown again with it.
    pub fn of(definitions: &[Record], before: &Self) -> Self {
        let mut sources: BTreeMap<String, Source> = BTreeMap::new();
        for (id, object) in read::<CustomObject>(definitions) {
            sources.entry(CustomObject::kind(id)).or_default().object = Some((id, object));
        }
        let is_there =
            |kind: &str| built_in(kind).is_some() || sources.get(kind).is_some_and(|own| own.object.is_some());
        let mut fields: Vec<(RecordId, CustomField)> = read::<CustomField>(definitions).collect();
        fields.retain(|(_, field)| is_there(&field.of) && (!field.is_relation() || is_there(&field.to)));
        fields.order_by_key(|(id, field)| (field.place, *id));
        for (id, field) in fields {
            sources.entry(field.of.clone()).or_default().fields.push((id, field));
        }
        let made = made(&sources);
        if !made.is_empty() {
            for program in ALL.iter().filter(|schema| happens(schema)) {
                sources.entry(program.kind.to_owned()).or_default().about.clone_from(&made);
            }
        }
        let pipelines = pipelines_of(definitions, before);
        if let Some(stages) = pipelines.map(stages_of) {
            for kind in [Deal::SCHEMA.kind, StageEvent::SCHEMA.kind] {
                sources.entry(kind.to_owned()).or_default().stages = Some(stages.clone());
            }
        }
        let own = |(kind, source): (String, Source)| {
            let same = before.own.get(&kind).filter(|own| own.source == source).map(|own| own.schema);
            let schema = same.unwrap_or_else(|| Box::leak(Box::new(make(&kind, &source))));
            (kind, Own { source, schema })
        };
        Self { own: sources.into_iter().map(own).collect(), pipelines }
    }

    /// The pipelines that deals go.
    pub fn pipelines(&self) -> &'static Pipelines {
        static BUILT_IN: OnceLock<Pipelines> = OnceLock::new();
        self.pipelines.unwrap_or_else(|| BUILT_IN.get_or_init(Pipelines::default))
    }

    /// A type, if there is one of this name.
    pub fn schema(&self, kind: &str) -> Option<&'static Schema> {
        self.extended(kind).or_else(|| built_in(kind))
    }

    /// A type that people have made or added to.
    pub fn extended(&self, kind: &str) -> Option<&'static Schema> {
        self.own.get(kind).map(|own| own.schema)
    }

    /// All types: the program's in its order, then those that people made in theirs.
    pub fn all(&self) -> impl Iterator<Item = &'static Schema> + use<'_> {
        let program = ALL.iter().map(|schema| self.own.get(schema.kind).map_or(schema, |own| own.schema));
        program.chain(self.objects().into_iter().map(|(_, _, schema)| schema))
    }

    /// The types whose records have a list and pages of their own; see [`crate::records::with_pages`].
    pub fn with_pages(&self) -> impl Iterator<Item = &'static Schema> {
        self.all().filter(|schema| has_pages(schema))
    }

    /// The type whose list is at an address, if there is one.
    pub fn at_path(&self, path: &str) -> Option<&'static Schema> {
        self.with_pages().find(|schema| schema.path == path)
    }

    /// The types that people made, in their order, each with the id of its definition.
    pub fn objects(&self) -> Vec<(RecordId, &CustomObject, &'static Schema)> {
        let made = self.own.values().filter_map(|own| Some((own.source.object.as_ref()?, own.schema)));
        let mut all: Vec<_> = made.map(|((id, object), schema)| (*id, object, schema)).collect();
        all.order_by_key(|(id, object, _)| (object.place, *id));
        all
    }

    /// The definition of a type that a person made.
    pub fn object(&self, kind: &str) -> Option<(RecordId, &CustomObject)> {
        self.own.get(kind)?.source.object.as_ref().map(|(id, object)| (*id, object))
    }

    /// What stands for a type that a person made.
    pub fn icon(&self, kind: &str) -> Option<ObjectIcon> {
        self.object(kind).map(|(_, object)| object.icon)
    }

    /// The fields that were added to a type, in their order, each with the id of its definition.
    pub fn added(&self, kind: &str) -> &[(RecordId, CustomField)] {
        self.own.get(kind).map_or(&[], |own| &own.source.fields)
    }

    /// The types that are others than in `before`, or were there only. Deals are others with whatever changes about their stages.
    pub fn differs(&self, before: &Self) -> BTreeSet<String> {
        let of = |catalogue: &Self, kind: &str| catalogue.schema(kind).map(std::ptr::from_ref);
        let kinds = self.own.keys().chain(before.own.keys());
        let others = kinds.filter(|kind| of(self, kind) != of(before, kind)).cloned();
        let same_stages = std::ptr::eq(self.pipelines(), before.pipelines());
        others.chain((!same_stages).then(|| Deal::SCHEMA.kind.to_owned())).collect()
    }

    /// What the index must know of each type that people made or added to: see [`crate::index::fingerprint`].
    pub fn fingerprints(&self) -> BTreeMap<String, u64> {
        self.own.iter().map(|(kind, own)| (kind.clone(), crate::index::fingerprint(own.schema))).collect()
    }
}

fn built_in(kind: &str) -> Option<&'static Schema> {
    crate::records::schema(kind)
}

/// Those of the records that are definitions of a sort, are not deleted, and can be read.
fn read<T: RecordType>(records: &[Record]) -> impl Iterator<Item = (RecordId, T)> {
    let of_it = records.iter().filter(|record| record.kind == T::SCHEMA.kind);
    let there = of_it.filter(|record| !record.is_deleted() && !record.fields.is_empty());
    there.filter_map(|record| Some((record.id, T::from_record(record).ok()?)))
}

/// The pipelines that definitions make; `None` if there are none, and so only the program's own.
fn pipelines_of(definitions: &[Record], before: &Catalogue) -> Option<&'static Pipelines> {
    let mut found = Definitions {
        pipelines: read::<Pipeline>(definitions).collect(),
        stages: read::<Stage>(definitions).collect(),
    };
    if found == Definitions::default() {
        return None;
    }
    found.pipelines.order_by_key(|(id, _)| *id);
    found.stages.order_by_key(|(id, _)| *id);
    let same = before.pipelines.filter(|before| before.is_of(&found));
    Some(same.unwrap_or_else(|| Box::leak(Box::new(Pipelines::of(found)))))
}

fn stages_of(pipelines: &Pipelines) -> Stages {
    Stages { choices: pipelines.choices(), unset: pipelines.unset(), closed: pipelines.closed() }
}

/// The fields and roles of a type of the program with other stages than its own.
fn with_stages(program: &Schema, stages: &Stages) -> (Vec<Field>, ListFields) {
    let choices: &'static [Choice] = stages.choices.clone().leak();
    let of_stages = |field: &Field| match field.name {
        "stage" | "from" | "to" => Field { kind: Kind::Choice(choices), ..*field },
        _ => *field,
    };
    let list = match program.list.facet {
        "" => program.list,
        _ => ListFields { unset: stages.unset, done: stages.closed.clone().leak(), ..program.list },
    };
    (program.fields.iter().map(of_stages).collect(), list)
}

/// Whether records of a type of the program happen at a time, and so stand in the timelines of what they are about: calls, notes.
fn happens(program: &Schema) -> bool {
    !program.list.moment.is_empty() && has_pages(program)
}

/// The types that people made, in their order: the kind of each, and what one is called.
fn made(sources: &BTreeMap<String, Source>) -> Vec<(String, String)> {
    let objects = sources.iter().filter_map(|(kind, source)| Some((kind, source.object.as_ref()?)));
    let mut all: Vec<_> = objects.collect();
    all.order_by_key(|(_, (id, object))| (object.place, *id));
    all.into_iter().map(|(kind, (_, object))| (kind.clone(), object.label.clone())).collect()
}

/// The relation by which a call or a note is about a record of a type that people made. It has that type's name, so that all
/// devices write the same, and is called like one of them; by a number, if something is called so already: a file's columns are
/// told apart by that.
fn about((kind, label): &(String, String), others: &[Field]) -> Field {
    let label = or(label, ONE);
    let is_free = |label: &str| others.iter().all(|other| !other.label.eq_ignore_ascii_case(label));
    let numbered = (2..).map(|number| format!("{label} {number}")).find(|label| is_free(label)).unwrap_or_default();
    let kind = leaked(kind);
    Field::new(if is_free(label) { label } else { leaked(&numbered) }, Kind::Relation(kind)).named(kind)
}

fn leaked(text: &str) -> &'static str {
    Box::leak(text.to_owned().into_boxed_str())
}

/// What a person wrote, or else this.
fn or(text: &str, other: &'static str) -> &'static str {
    if text.trim().is_empty() { other } else { leaked(text.trim()) }
}

fn make(kind: &str, source: &Source) -> Schema {
    let added = source.fields.iter().map(|(id, field)| field.field(*id));
    match (built_in(kind), &source.object) {
        (Some(program), _) => {
            let (fields, list) = match &source.stages {
                Some(stages) => with_stages(program, stages),
                None => (program.fields.to_vec(), program.list),
            };
            let at = fields.len();
            let mut all: Vec<Field> = fields.into_iter().chain(added).collect();
            for made in source.about.iter().rev() {
                let about = about(made, &all);
                all.insert(at, about);
            }
            Schema { fields: all.leak(), list, ..*program }
        }
        (None, object) => of_object(kind, object.as_ref().map(|(_, object)| object), added.collect()),
    }
}

/// What one is called that has no name.
const ONE: &str = "Record";
/// The field that each record of a type that a person made has.
const NAME: Field = Field::new("Name", Kind::Text).named("name").required().max(200).search(10);

fn of_object(kind: &str, object: Option<&CustomObject>, added: Vec<Field>) -> Schema {
    let object = object.cloned().unwrap_or_default();
    // Who plays a part: the field that is named, if it can, or else the first that can.
    let part = |chosen: &str, can: fn(Kind) -> bool| {
        let mut able = added.iter().filter(|field| can(field.kind));
        let found = if chosen.is_empty() { able.next() } else { able.find(|field| field.name == chosen) };
        found.map_or("", |field| field.name)
    };
    let is_moment = |kind| matches!(kind, Kind::Date | Kind::Instant);
    let moment = part(if object.moment.is_empty() { NOBODY } else { &object.moment }, is_moment);
    let list = ListFields {
        title: NAME.name,
        subtitle: part(&object.second, |kind| kind == Kind::Text),
        facet: part(&object.facet, |kind| matches!(kind, Kind::Choice(choices) if !choices.is_empty())),
        amount: part(&object.amount, |kind| kind == Kind::Money),
        // What stands in calendars is sorted by when it is.
        date: if moment.is_empty() { part("", is_moment) } else { moment },
        moment,
        merges: true,
        ..ListFields::NONE
    };
    let title = object.title_label.trim();
    let name = if title.is_empty() { NAME } else { Field { label: leaked(title), ..NAME } };
    Schema {
        kind: leaked(kind),
        label: or(&object.label, ONE),
        plural: or(&object.plural, "Records"),
        path: leaked(&format!("/{kind}")),
        fields: [name].into_iter().chain(added).collect::<Vec<_>>().leak(),
        list,
    }
}

#[cfg(test)]
mod tests;
