//! A row of the filter panel: a field, what is asked of it, and the values.

use leptos::prelude::*;
use outpost_core::decimal::Decimal;
use outpost_core::filter::{Condition, Operand, Operator};
use outpost_core::mutation::Patch;
use outpost_core::records::Link;
use outpost_core::schema::{Kind, Schema};

use super::words;
use crate::components::{Chip, Choice, DateInput, Glyph, IconButton, InputKind, Select, TextInput};
use crate::forms::{Entry, FieldInput, FormState, Habits, currency_codes};
use crate::markup::{IntoMarkup, Markup, effect, view};

/// A condition while it is made.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Draft {
    pub(super) field: RwSignal<String>,
    pub(super) op: RwSignal<Operator>,
    pub(super) values: RwSignal<Vec<String>>,
}

impl Draft {
    /// Of a condition that there is.
    pub(super) fn of(condition: &Condition) -> Self {
        Self {
            field: RwSignal::new(condition.field.clone()),
            op: RwSignal::new(condition.op),
            values: RwSignal::new(condition.values.clone()),
        }
    }

    /// A new one on a field.
    pub(super) fn on(schema: &Schema, field: &str) -> Self {
        let op = Operator::of(schema, field).first().copied().unwrap_or(Operator::Filled);
        Self::of(&Condition { field: field.to_owned(), op, values: Vec::new() })
    }

    /// The condition; nothing while it is not filled in. Tracked.
    pub(super) fn condition(self, schema: &Schema) -> Option<Condition> {
        let condition = Condition { field: self.field.get(), op: self.op.get(), values: self.values.get() };
        let kind = words::kind(schema, &condition.field);
        let filled = condition.values.iter().any(|value| !value.trim().is_empty());
        (filled || condition.op.operand(kind) == Operand::None).then_some(condition)
    }
}

/// The row.
#[component]
pub(super) fn ConditionRow(
    schema: &'static Schema,
    habits: Habits,
    draft: Draft,
    #[prop(into)] on_remove: Callback<()>,
) -> Markup {
    let choose_field = move |name: String| {
        let fresh = Draft::on(schema, &name);
        draft.values.set(Vec::new());
        draft.op.set(fresh.op.get_untracked());
        draft.field.set(name);
    };
    let operators = Signal::derive(move || {
        let of = draft.field.with(|field| Operator::of(schema, field));
        of.iter().map(|op| Choice::new(id_of(*op), words::operator(*op))).collect::<Vec<_>>()
    });
    let choose_op = move |id: String| {
        let of = draft.field.with_untracked(|field| Operator::of(schema, field));
        let Some(op) = of.iter().copied().find(|op| id_of(*op) == id) else { return };
        let kind = draft.field.with_untracked(|field| words::kind(schema, field));
        if op.operand(kind) != draft.op.get_untracked().operand(kind) {
            draft.values.set(Vec::new());
        }
        draft.op.set(op);
    };
    // Rebuilt only when another form of values is wanted, so that nobody's caret jumps.
    let wanted = Memo::new(move |_| {
        let kind = draft.field.with(|field| words::kind(schema, field));
        (draft.field.get(), draft.op.get().operand(kind))
    });
    let values = move || {
        let (field, operand) = wanted.get();
        operand_input(schema, habits, draft, &field, operand)
    };
    view! {
        <div class="condition">
            <Select
                label="Field"
                hide_label=true
                value=draft.field
                options=Signal::stored(words::fields(schema))
                on_change=choose_field
            />
            <Select
                label="Condition"
                hide_label=true
                value=Signal::derive(move || id_of(draft.op.get()))
                options=operators
                on_change=choose_op
            />
            <div class="condition-values">{values}</div>
            <IconButton label="Remove this condition" icon=Glyph::Close small=true on_click=on_remove />
        </div>
    }
}

/// What an operator is told apart by, whatever it is called.
fn id_of(op: Operator) -> String {
    format!("{op:?}")
}

fn operand_input(schema: &'static Schema, habits: Habits, draft: Draft, name: &str, operand: Operand) -> Markup {
    let one = Signal::derive(move || draft.values.with(|values| values.first().cloned().unwrap_or_default()));
    let set_one = Callback::new(move |text: String| draft.values.set(vec![text]));
    match (operand, words::kind(schema, name)) {
        (Operand::None, _) => Markup::Empty,
        (Operand::Some, Kind::Choice(choices)) => choices
            .iter()
            .map(|choice| {
                let pressed = Signal::derive(move || draft.values.with(|all| all.iter().any(|v| v == choice.value)));
                let press = move |()| {
                    draft.values.update(|all| match all.iter().position(|value| value == choice.value) {
                        Some(at) => drop(all.remove(at)),
                        None => all.push(choice.value.to_owned()),
                    });
                };
                view! { <Chip pressed on_click=press>{choice.label}</Chip> }
            })
            .collect::<Vec<_>>()
            .into_markup(),
        (Operand::Some, Kind::Currency) => {
            let codes = currency_codes(habits.currency).into_iter().map(|code| Choice::new(code.clone(), code));
            let options = Signal::stored(codes.collect::<Vec<_>>());
            view! { <Select label="Currency" hide_label=true value=one options on_change=set_one /> }
        }
        (Operand::Some, _) => records(schema, habits, draft, name),
        (Operand::Number, kind) => number(habits, draft, kind),
        (Operand::Day, _) => view! { <DateInput label="Day" hide_label=true value=one on_change=set_one /> },
        (Operand::Days, _) => {
            let value = Signal::derive(move || draft.values.with(|values| values.join(",")));
            let set = move |span: String| draft.values.set(span.split(',').map(str::to_owned).collect());
            view! {
                <Select label="When" hide_label=true value options=Signal::stored(words::spans()) on_change=set />
            }
        }
        (Operand::Text, _) => view! { <TextInput label="Text" hide_label=true value=one on_input=set_one /> },
    }
}

/// A number as this person writes it; kept plainly.
fn number(habits: Habits, draft: Draft, kind: Kind) -> Markup {
    let plain = draft.values.with_untracked(|values| values.first().cloned()).unwrap_or_default();
    let shown = Decimal::from_input(&plain, outpost_core::decimal::DecimalMark::Point);
    let typed = RwSignal::new(shown.map(|number| number.to_input(habits.mark, 0)).unwrap_or_default());
    let wrong = RwSignal::new(None::<String>);
    let on_input = move |text: String| {
        let read = Decimal::from_input(&text, habits.mark);
        wrong.set(read.as_ref().err().filter(|_| !text.trim().is_empty()).map(crate::forms::say));
        draft.values.set(read.map(|number| vec![number.to_string()]).unwrap_or_default());
        typed.set(text);
    };
    let suffix = if kind == Kind::Rate { "%" } else { "" };
    view! {
        <TextInput label="Number" hide_label=true value=typed on_input kind=InputKind::Decimal error=wrong suffix />
    }
}

/// Records, chosen as a form chooses them.
fn records(schema: &'static Schema, habits: Habits, draft: Draft, name: &str) -> Markup {
    let others: Vec<&str> = schema.fields.iter().map(|field| field.name).filter(|each| *each != name).collect();
    let form = FormState::new(schema, &others, None, &Patch::new(), habits);
    let Some(state) = form.field(name) else { return Markup::Empty };
    let ids = draft.values.get_untracked();
    state.entry.set(match state.field.kind {
        Kind::Relation(_) => Entry::Text(ids.into_iter().next().unwrap_or_default()),
        _ => Entry::Links(ids.iter().filter_map(|id| Some(Link::new(id.parse().ok()?, ""))).collect()),
    });
    effect(move || {
        let ids = state.entry.with(|entry| match entry {
            Entry::Links(links) => links.iter().map(|link| link.id.to_string()).collect(),
            entry => vec![entry.text().to_owned()],
        });
        if draft.values.with_untracked(|values| *values != ids) {
            draft.values.set(ids);
        }
    });
    view! { <FieldInput form state /> }
}
