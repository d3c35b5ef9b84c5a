//! What waits, by record: a window of the outbox at a time, since there may be fifty thousand.

use leptos::prelude::*;
use leptos::task::spawn_local;

use super::changes::{self, Change};
use crate::components::{Button, Glyph, IconButton, Panel, Tag, Toast, Tone};
use crate::forms::say;
use crate::markup::{Markup, view};
use crate::pages::undo::{Back, offer};
use crate::platform::intl;
use crate::state::{Desk, live, use_desk};
use crate::store::{OUTBOX, Waiting};
use crate::words::{t, tn, tr};

/// How many changes are shown at once.
const WINDOW: u32 = 50;

#[derive(Debug, Clone, PartialEq)]
struct Shown {
    /// The changes of each record, the records in the order of their first.
    groups: Vec<Vec<(Waiting, Change)>>,
    /// Where the next window begins; `None` if this is the last.
    next: Option<u64>,
}

async fn read(desk: Desk, first: u64) -> Result<Shown, String> {
    let (waiting, next) = desk.store().waiting_from(first, WINDOW).await.map_err(say)?;
    let mutations: Vec<_> = waiting.iter().map(|each| (&each.mutation, each.undo.as_slice())).collect();
    let told = changes::read(desk, &mutations).await?;
    let mut groups: Vec<Vec<(Waiting, Change)>> = Vec::new();
    for (each, change) in waiting.into_iter().zip(told) {
        match groups.iter_mut().find(|group| group[0].1.key == change.key) {
            Some(group) => group.push((each, change)),
            None => groups.push(vec![(each, change)]),
        }
    }
    Ok(Shown { groups, next })
}

#[component]
pub(super) fn WaitingChanges() -> Markup {
    let desk = use_desk();
    let (waiting, busy) = (desk.store().waiting(), desk.sync().busy());
    // The beginnings of the windows before this one, and its own last.
    let windows = RwSignal::new(vec![0_u64]);
    let shown = live(
        move || (desk.version(OUTBOX), busy.get(), windows.with(|windows| windows.last().copied().unwrap_or_default())),
        move |(_, _, first)| read(desk, first),
    );
    let list = move || {
        let Some(Shown { groups, next }) = shown.value() else { return Markup::Empty };
        let is_first = windows.with(|windows| windows.len() < 2);
        if groups.is_empty() && is_first {
            return view! { <p class="muted small">"Nothing is waiting."</p> };
        }
        let groups = groups.into_iter().map(|group| group_card(desk, group)).collect::<Vec<_>>();
        let back = move |()| windows.update(|windows| windows.truncate(windows.len().saturating_sub(1).max(1)));
        let on = move |()| {
            if let Some(next) = next {
                windows.update(|windows| windows.push(next));
            }
        };
        let pager = (!is_first || next.is_some()).then(|| {
            view! {
                <nav class="btn-group" aria-label="Waiting changes">
                    <Button icon=Glyph::ArrowLeft disabled=is_first on_click=back>"Earlier"</Button>
                    <Button disabled=next.is_none() on_click=on>"Later"</Button>
                </nav>
            }
        });
        view! {
            <ul class="changes" aria-label="Waiting">{groups}</ul>
            {pager}
        }
    };
    let count = move || {
        let count = waiting.get();
        (count > 0).then(|| view! { <span class="count">{intl::count(count)}</span> })
    };
    view! {
        <Panel title="Waiting to be sent" actions=count>
            {move || shown.error().map(|text| view! { <p class="refusal small">{text}</p> })}
            {list}
        </Panel>
    }
}

/// One record's changes.
fn group_card(desk: Desk, group: Vec<(Waiting, Change)>) -> Markup {
    let heading = group[0].1.heading();
    let edit = group[0].1.edit().map(|href| group[0].1.edit_link(href, true));
    let items = group.into_iter().map(|(waiting, change)| {
        let n = waiting.mutation.n;
        let (tone, word) =
            if waiting.is_underway { (Tone::Info, t!("on its way")) } else { (Tone::Plain, t!("waits")) };
        let discard = (!waiting.is_underway).then(|| {
            let label = change.discards();
            view! { <IconButton label icon=Glyph::Trash on_click=move |()| discard(desk, n) /> }
        });
        view! {
            <li class="change">
                <div class="change-head">
                    <span class="small">
                        {change.deed.word()} <span class="muted">" · " {intl::moment(waiting.mutation.hlc.ms)}</span>
                    </span>
                    <Tag tone>{word}</Tag>
                    {discard}
                </div>
                {change.lines()}
            </li>
        }
    });
    let items = items.collect::<Vec<_>>();
    view! {
        <li class="change-card">
            <div class="change-title">{heading} {edit}</div>
            <ul>{items}</ul>
        </li>
    }
}

fn discard(desk: Desk, n: u64) {
    spawn_local(async move {
        match desk.store().discard_waiting(n).await {
            Ok(discarded) => {
                // What the record was is fetched.
                desk.sync().wake();
                let said = match discarded.len().saturating_sub(1) {
                    0 => tr("Discarded before it was sent").to_owned(),
                    later => tn!(
                        later,
                        "Discarded with 1 later change of the same record",
                        "Discarded with {later} later changes of the same record"
                    ),
                };
                offer(desk, said, Back::Write(discarded));
            }
            Err(error) => {
                desk.toasts.show(Toast::bad(say(error)));
            }
        }
    });
}
