//! What has become of an import, what is wrong with the rest, and the way back.

use std::sync::Arc;

use leptos::prelude::*;
use leptos::task::spawn_local;
use outpost_core::exchange::Fault;

use super::preview::named;
use super::state::{Importing, Looked};
use super::work::{Ended, take_back};
use crate::components::{Banner, BannerKind, Button, ButtonKind, Figure, Glyph, LinkButton, Panel, Progress, Toast};
use crate::forms::say;
use crate::markup::{IntoMarkup, Markup, view};
use crate::pages::links;
use crate::platform::files::Download;
use crate::platform::intl;
use crate::state::{Desk, schema};
use crate::store::{Import, Undone};
use crate::words::{lower, said, t, tn, tr};

/// The page when it is over.
#[component]
pub(super) fn Outcome(importing: Importing, ended: Arc<Ended>) -> Markup {
    let Ended { import, why } = (*ended).clone();
    let made = import.made.unwrap_or_default();
    let asked = import.prints.len();
    let looked = importing.looked.get_untracked();
    let left_out = looked.as_ref().map_or(0, |looked| looked.checked.good.len() - asked);
    let wrong = looked.as_ref().map_or(0, |looked| looked.checked.wrong.len());
    let of = schema(&import.kind).unwrap_or(importing.schema());
    let count = intl::count(made);
    let undone = RwSignal::new(import.undone.clone());
    let said = if made == asked {
        tn!(made, "{count} {what} imported", "{count} {what} imported", what = named(of, made))
    } else {
        t!("{count} of {asked} {what} imported", asked = intl::count(asked), what = lower(of.plural))
    };
    let is_gone = |undone: &Undone| undone.reversed > 0 && undone.kept == 0 && undone.errored == 0;
    let title = Signal::derive(move || match undone.with(|undone| undone.as_ref().is_some_and(is_gone)) {
        true => t!("This import was undone").to_owned(),
        false => said.clone(),
    });
    let why = why.map(|text| view! { <Banner kind=BannerKind::Bad text /> });
    let figure = |label: &'static str, count: usize| {
        (count > 0).then(|| view! { <Figure label=Signal::stored(label.to_owned()) value=intl::count(count) /> })
    };
    let show = links::list_of(&import.kind).map(|href| {
        let words = t!("Show {}", lower(of.plural));
        view! { <LinkButton kind=ButtonKind::Primary href>{words}</LinkButton> }
    });
    let mend = (wrong > 0).then(|| {
        let words = tn!(wrong, "Download the row with errors", "Download the rows with errors");
        view! { <Button icon=Glyph::Export on_click=move |()| download(importing)>{words}</Button> }
    });
    // Where there is nothing but what was imported, the title has said it.
    let figures = (asked - made + left_out + wrong > 0).then(|| {
        view! {
            <div class="figures">
                {figure(t!("imported"), made)} {figure(t!("not imported any more"), asked - made)}
                {figure(t!("left out, already here"), left_out)} {figure(t!("with errors"), wrong)}
            </div>
        }
    });
    let view = view! {
        {why}
        <Panel title>
            {figures}
            <div class="btn-group">
                {show} {mend} <Button on_click=move |()| importing.start_anew()>"Import another file"</Button>
            </div>
            <Undo desk=importing.desk import undone />
        </Panel>
    };
    view.into_markup()
}

/// The rows that could not be imported, each with what is wrong with it.
fn download(importing: Importing) {
    let Some(Looked { checked, sheet, .. }) = importing.looked.get_untracked() else { return };
    let why = |faults: &[Fault]| faults.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ");
    let csv = sheet.to_mend(checked.wrong.iter().map(|(row, faults)| (*row, why(faults))));
    let name = importing.name();
    let stem = name.rsplit_once('.').map_or(name.as_str(), |(stem, _)| stem);
    let file = Download::new("text/csv;charset=utf-8");
    let given = file.push(&csv).and_then(|()| file.offer(&t!("{stem} - to mend.csv")));
    if let Err(why) = given {
        importing.desk.toasts.show(Toast::bad(say(why)));
    }
}

/// The way back, and what has become of it.
#[component]
pub(super) fn Undo(desk: Desk, import: Import, undone: RwSignal<Option<Undone>>) -> Markup {
    let done = RwSignal::new(None::<usize>);
    let total = import.prints.len();
    let import = StoredValue::new(import);
    let begin = move |()| {
        done.set(Some(0));
        spawn_local(async move {
            let tell = |count| {
                done.try_set(Some(count));
            };
            match take_back(desk, &import.get_value(), tell).await {
                Ok(result) => drop(undone.try_set(Some(result))),
                Err(why) => drop(desk.toasts.show(Toast::bad(why))),
            }
            done.try_set(None);
        });
    };
    let live = move || match (undone.get(), done.get()) {
        (Some(undone), _) => view! { <p class="import-undone" role="status">{told(&undone)}</p> },
        (None, Some(_)) => view! {
            <Progress
                label=Signal::stored(tr("Taking it back").to_owned())
                done=Signal::derive(move || done.get().unwrap_or_default() as u64)
                total=MaybeProp::derive(move || Some(total as u64))
            />
        },
        (None, None) => view! {
            <div class="btn-group">
                <Button icon=Glyph::Undo on_click=begin>"Undo this import"</Button>
            </div>
        },
    };
    live.into_markup()
}

/// What has become of taking it back, in words.
fn told(undone: &Undone) -> String {
    let Undone { reversed, kept, errored, why } = undone;
    let mut parts = vec![tn!(*reversed, "{} taken back", "{} taken back", intl::count(*reversed))];
    if *kept > 0 {
        parts.push(tn!(
            *kept,
            "{} kept, because they were edited or used since",
            "{} kept, because they were edited or used since",
            intl::count(*kept)
        ));
    }
    let count = intl::count(*errored);
    match why {
        _ if *errored == 0 => {}
        Some(why) => parts.push(tn!(
            *errored,
            "{count} could not be taken back ({why})",
            "{count} could not be taken back ({why})",
            why = said(why.clone())
        )),
        None => parts.push(tn!(*errored, "{count} could not be taken back", "{count} could not be taken back")),
    }
    t!("Undone: {}.", parts.join(", "))
}
