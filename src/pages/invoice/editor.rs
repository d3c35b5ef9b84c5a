//! The editor of a draft. Everything typed is saved by itself; the sums follow every key.

use crate::markup::{For, IntoMarkup, Markup, effect, view};
use leptos::prelude::*;
use leptos_router::hooks::use_navigate;
use outpost_core::hlc::Hlc;
use outpost_core::money::{Money, Rate};
use outpost_core::record::{Record, RecordKey, Register};
use outpost_core::records::{Invoice, InvoiceLine, draft_totals, is_own};
use outpost_core::schema::RecordType;

use super::autosave::{Autosave, Saving};
use super::issue::IssueButton;
use super::line::LineRow;
use super::lines::Lines;
use super::{PATH, SCHEMA, totals};
use crate::components::{Button, ButtonKind, Glyph, Menu, MenuItem, MoneyInput, PageHeader, Skeleton, Tag};
use crate::forms::{Entry, FieldInput, FormState, Habits, say};
use crate::pages::undo::delete_with_undo;
use crate::platform::intl;
use crate::state::{Desk, added_to, live, title_of};
use crate::words::tr;

/// What the editor must know before it can be drawn.
#[derive(Clone, Copy)]
struct Ready {
    habits: Habits,
    tax: Rate,
}

/// The editor.
#[component]
pub(super) fn Editor(desk: Desk, record: Signal<Record>) -> Markup {
    let ready = live(
        || (),
        move |()| async move {
            let business = desk.business().await;
            Ok(Ready { habits: desk.habits().await, tax: business.tax.unwrap_or_default() })
        },
    );
    let live = move || match ready.value() {
        Some(ready) => view! { <Sheet desk record ready /> },
        None => view! { <Skeleton rows=6 /> },
    };
    live.into_markup()
}

#[component]
fn Sheet(desk: Desk, record: Signal<Record>, ready: Ready) -> Markup {
    let first = record.get_untracked();
    let id = first.id;
    let currency = crate::pages::show::read(&first, "currency").unwrap_or(ready.habits.currency);
    let habits = Habits { currency, ..ready.habits };
    let form = FormState::new(added_to(&SCHEMA), &["deal"], Some(&first), &Default::default(), habits);
    effect(move || record.with(|record| form.rebase(record)));
    let save = Autosave::new(desk, form, SCHEMA.kind, id, None);
    let lines = Lines::new(desk, id, ready.habits, ready.tax);
    let draft = Draft { form, save, lines };
    crate::forms::draft::follow(desk, form, format!("{PATH}/{id}"));

    let title = Memo::new(move |_| record.with(title_of));
    let navigate = use_navigate();
    let delete = Callback::new(move |()| {
        let navigate = navigate.clone();
        let name = title.get_untracked();
        delete_with_undo(desk, RecordKey::new(SCHEMA.kind, id), name, move || navigate(PATH, Default::default()));
    });
    let items = Signal::stored(vec![MenuItem::new(tr("Delete"), move || delete.run(())).icon(Glyph::Trash).danger()]);
    let field = move |name: &'static str| form.field(name).map(|state| view! { <FieldInput form state /> });
    let added = form.fields().into_iter().filter(|state| is_own(state.field.name));
    let added = added.map(|state| view! { <FieldInput form state /> }).collect::<Vec<_>>();
    let added = (!added.is_empty()).then(|| view! { <div class="form-grid no-print">{added}</div> });
    let sums = Memo::new(move |_| draft.sums());
    let amount = move |line: super::line::Line| {
        Signal::derive(move || {
            let at = lines.place(line);
            sums.with(|sums| match sums {
                Ok((sums, currency)) => {
                    sums.lines.get(at).map(|minor| intl::money(Money { minor: *minor, currency: *currency }))
                }
                Err(_) => None,
            })
            .unwrap_or_else(|| "–".to_owned())
        })
    };
    let total = move || {
        sums.with(|sums| match sums {
            Ok((sums, currency)) => totals::view(sums, *currency),
            Err(why) => view! { <p class="field-error">{why.clone()}</p> },
        })
    };
    view! {
        <PageHeader
            title="Draft invoice"
            subtitle="Gets its number when it is issued"
            back=PATH
            back_label="Invoices"
            beside=move || view! { <Tag>"Draft"</Tag> }
        >
            <SavedWord draft />
            <IssueButton desk record draft />
            <Menu label="More" items />
        </PageHeader>
        <div class="paper" on:focusout=move |_| save.save()>
            <div class="two">
                <div class="stack">
                    {field("buyer_name")} {field("buyer_address")}
                    <div class="form-grid">{field("buyer_email")} {field("buyer_tax_id")}</div>
                </div>
                <div class="form-grid">
                    {field("issue_date")} {field("due_date")} {field("currency")} {field("price_mode")}
                    <div class="full">{field("customer")}</div>
                    <div class="full">{field("lead")}</div>
                </div>
            </div>
            {added}
            <div>
                <table class="lines edit">
                    <thead>
                        <tr>
                            <th>"Item"</th>
                            <th class="num w-qty">"Quantity"</th>
                            <th class="w-unit">"Unit"</th>
                            <th class="num w-price">"Unit price"</th>
                            <th class="num w-rate">"Discount"</th>
                            <th class="num w-rate">"Tax"</th>
                            <th class="num w-net">"Amount"</th>
                            <th class="w-tools">
                                <span class="vh">"Tools"</span>
                            </th>
                        </tr>
                    </thead>
                    <tbody>
                        <For
                            each=move || lines.all()
                            key=|line| line.id
                            children=move |line| view! { <LineRow lines line invoice=form amount=amount(line) /> }
                        />
                    </tbody>
                </table>
                <div class="line-add">
                    <Button icon=Glyph::Plus kind=ButtonKind::Quiet on_click=move |()| lines.add()>
                        "Line"
                        <kbd>"Enter"</kbd>
                    </Button>
                </div>
            </div>
            <div class="two">
                <div class="stack">{field("notes")}</div>
                <div class="stack">
                    <div class="totals-discount">
                        <Discount form />
                    </div>
                    <div aria-live="polite">{total}</div>
                </div>
            </div>
        </div>
    }
}

/// The discount on the whole document: always in the invoice's currency, also when that is changed.
#[component]
fn Discount(form: FormState) -> Markup {
    let (Some(state), Some(currency)) = (form.field("discount"), form.field("currency")) else { return Markup::Empty };
    let currency = currency.text();
    let enter = move |figures: String| {
        state.enter(Entry::Amount { figures, currency: currency.get_untracked() });
    };
    effect(move || {
        let code = currency.get();
        let other = state.entry.with_untracked(|entry| match entry {
            Entry::Amount { figures, currency } if *currency != code => Some(figures.clone()),
            _ => None,
        });
        if let Some(figures) = other.filter(|figures| !figures.trim().is_empty()) {
            enter(figures);
        }
    });
    view! {
        <MoneyInput
            label=tr(state.field.label)
            value=state.text()
            currency
            on_input=enter
            on_change=move |_| state.look()
            error=MaybeProp::from(state.error())
        />
    }
}

/// A draft while it is edited.
#[derive(Clone, Copy)]
pub(super) struct Draft {
    /// The invoice's own fields.
    pub form: FormState,
    /// Saves them.
    pub save: Autosave,
    /// Its lines.
    pub lines: Lines,
}

impl Draft {
    /// The invoice as it is typed now. Tracked.
    pub(super) fn reading(self) -> Invoice {
        let mut record = Record::empty(RecordKey::new(SCHEMA.kind, outpost_core::records::BUSINESS_ID));
        for (name, value) in self.form.reading() {
            record.fields.insert(name, Register(value, Hlc::ZERO));
        }
        Invoice::from_record(&record).unwrap_or_default()
    }

    /// What it adds up to as it is typed now, or why it does not. Tracked.
    fn sums(self) -> Result<(outpost_core::totals::Totals, outpost_core::money::Currency), String> {
        let invoice = self.reading();
        let lines: Vec<InvoiceLine> = self.lines.all().into_iter().map(super::line::Line::reading).collect();
        let sums = draft_totals(&invoice, &lines).map_err(say)?;
        let currency = invoice.currency.ok_or_else(|| say(outpost_core::records::IssueError::NoCurrency))?;
        Ok((sums, currency))
    }

    /// Saves all of it now; false if something cannot be saved as it stands.
    pub(super) async fn flush(self) -> bool {
        let own = self.save.flush().await;
        self.lines.flush().await && own
    }
}

/// Whether all that was typed is in the store.
#[component]
fn SavedWord(draft: Draft) -> Markup {
    let state = Memo::new(move |_| {
        let mut states = vec![draft.save.state()];
        states.extend(draft.lines.all().into_iter().map(|line| line.save.state()));
        let worst = |state: &Saving| match state {
            Saving::Failed(_) => 3,
            Saving::Unfit => 2,
            Saving::Pending => 1,
            Saving::Saved => 0,
        };
        states.into_iter().max_by_key(worst).unwrap_or(Saving::Saved)
    });
    let words = move || match state.get() {
        Saving::Saved => tr("Saved on this device").to_owned(),
        Saving::Pending => tr("Saving…").to_owned(),
        Saving::Unfit => tr("A field needs another look").to_owned(),
        Saving::Failed(why) => why,
    };
    view! {
        <span
            class="saved-word small"
            class:bad=move || matches!(state.get(), Saving::Failed(_) | Saving::Unfit)
            role="status"
            data-saved=move || (state.get() == Saving::Saved).to_string()
        >
            {words}
        </span>
    }
}
