//! Import: a file, what its columns are for, what becomes of its rows, and all of it taken back if need be. Nothing leaves
//! the device for it.

mod choose;
mod columns;
mod known;
mod past;
mod preview;
mod reading;
mod result;
mod state;
mod work;

use leptos::prelude::*;
use leptos_router::hooks::use_location;
use outpost_core::exchange::{DateOrder, Reading, can_import};
use outpost_core::records::Lead;
use outpost_core::schema::{RecordType, Schema};

use crate::components::{Banner, BannerKind, Button, LookOnly, PageHeader, Progress, Skeleton};
use crate::forms::Habits;
use crate::markup::{IntoMarkup, Markup, view};
use crate::pages::links;
use crate::platform::{files, intl};
use crate::state::{added_to, live, schema, use_desk, with_pages};
use crate::words::{t, tr};
use state::{Importing, Stage};

static LEAD: Schema = Lead::SCHEMA;

/// The types that can be imported.
fn importable() -> impl Iterator<Item = &'static Schema> {
    with_pages().filter(|schema| can_import(schema))
}

/// The page. `?type=` in the address names the type, `?shared` says that another app has shared a file.
#[component]
pub(crate) fn ImportPage() -> Markup {
    let desk = use_desk();
    let query = use_location().query.get_untracked();
    let named = query.get("type").and_then(|kind| schema(&kind)).filter(|schema| can_import(schema));
    let of = named.unwrap_or_else(|| added_to(&LEAD));
    let back = links::list_of(of.kind).unwrap_or("/leads");
    let shared = query.get("shared").is_some();
    let habits = live(|| (), move |()| async move { Ok(desk.habits().await) });
    let body = move || {
        let Some(Habits { mark, currency }) = habits.value() else { return view! { <Skeleton rows=6 /> } };
        let order = if intl::month_first() { DateOrder::MonthFirst } else { DateOrder::DayFirst };
        let importing = Importing::new(desk, of, Reading { mark, order, currency });
        if shared {
            importing.load(async { files::take_shared().await });
        }
        view! { <Steps importing /> }
    };
    view! {
        <PageHeader title="Import" back back_label=tr(of.plural) />
        <LookOnly when=desk.sync().may_only_look() />
        <div class="import">{body}</div>
    }
}

/// What is to be done now.
#[component]
fn Steps(importing: Importing) -> Markup {
    let shape = Memo::new(move |_| importing.stage.with(Stage::shape));
    let step = move || {
        // Read, not only tracked: what was never computed follows nothing.
        shape.with(|_| ());
        match importing.stage.get_untracked() {
            Stage::Choosing => view! {
                <choose::Choose importing />
                <past::Past importing />
            },
            Stage::Mapping(sheet) => view! {
                <reading::FileFacts importing sheet=sheet.clone() />
                <columns::Columns importing sheet />
                <preview::Preview importing />
            },
            Stage::Running(..) => view! { <Running importing /> },
            Stage::Done(ended) => view! { <result::Outcome importing ended /> },
        }
    };
    view! {
        {move || importing.trouble.get().map(|text| view! { <Banner kind=BannerKind::Bad text /> })}
        {step}
    }
}

/// How far it is, and a way to stop.
#[component]
fn Running(importing: Importing) -> Markup {
    let counts = Memo::new(move |_| match importing.stage.get() {
        Stage::Running(done, total) => (done, total),
        _ => (0, 1),
    });
    let label = move || {
        let (done, total) = counts.get();
        t!("Importing {} of {}", intl::count(done), intl::count(total))
    };
    let view = view! {
        <section class="panel import-run" aria-live="polite">
            <Progress
                label=Signal::derive(label)
                done=Signal::derive(move || counts.get().0 as u64)
                total=MaybeProp::derive(move || Some(counts.get().1 as u64))
                told=true
            />
            <p class="muted small">"What is written is on this device at once. It goes on if you look at another page."</p>
            <div class="btn-group">
                <Button on_click=move |()| importing.stop()>"Stop"</Button>
            </div>
        </section>
    };
    view.into_markup()
}
