//! What the server has not got yet, and what it has refused, in plain words; nothing of either is ever dropped unasked.

use std::collections::HashMap;

use crate::markup::{Markup, view};
use leptos::prelude::*;
use leptos::task::spawn_local;
use outpost_core::mutation::Mutation;
use outpost_core::record::RecordKey;

use super::words::{Words, keys, path, words};
use crate::components::{Button, ButtonKind, Setting, Tag, Toast, Tone};
use crate::forms::say;
use crate::platform::{download, intl};
use crate::state::{Desk, live, title_of, use_desk};
use crate::store::Rejected;

/// How many waiting changes are listed; the rest is counted.
const LISTED: usize = 20;

#[derive(Debug, Clone, PartialEq)]
struct Waiting {
    pending: Vec<(u64, u64, Words)>,
    rejected: Vec<(Rejected, Words)>,
}

async fn read(desk: Desk) -> Result<Waiting, String> {
    let store = desk.store();
    let pending = store.pending_list().await.map_err(say)?;
    let rejected = store.rejected_list().await.map_err(say)?;
    let refused: Vec<Mutation> = rejected.iter().map(|each| each.mutation.clone()).collect();
    let mut wanted = keys(&pending[..pending.len().min(LISTED)]);
    wanted.extend(keys(&refused));
    let records = store.get_many(&wanted).await.map_err(say)?;
    let titles: HashMap<RecordKey, String> = records.iter().map(|record| (record.key(), title_of(record))).collect();
    Ok(Waiting {
        pending: pending.iter().take(LISTED).map(|each| (each.n, each.hlc.ms, words(each, &titles))).collect(),
        rejected: rejected
            .into_iter()
            .map(|each| {
                let words = words(&each.mutation, &titles);
                (each, words)
            })
            .collect(),
    })
}

/// The setting.
#[component]
pub(super) fn WaitingSetting() -> Markup {
    let desk = use_desk();
    let (waiting, rejected) = (desk.store().waiting(), desk.store().rejected_count());
    let list = live(move || (waiting.get(), rejected.get()), move |_| read(desk));
    let account = desk.sync().account();
    let text = MaybeProp::derive(move || {
        Some(match (waiting.get(), account.get().is_some()) {
            (0, _) => "Nothing is waiting.".to_owned(),
            (_, true) => "They go by themselves as soon as the server answers.".to_owned(),
            (_, false) => "They go along once this device is connected to a server.".to_owned(),
        })
    });
    let refused = move || {
        let all = list.value().map(|list| list.rejected).unwrap_or_default();
        (!all.is_empty()).then(|| {
            let items = all.into_iter().map(|(rejected, words)| view! { <Refused desk rejected words /> });
            view! { <ul class="list" aria-label="Refused">{items.collect::<Vec<_>>()}</ul> }
        })
    };
    let pending = move || {
        let all = list.value().map(|list| list.pending).unwrap_or_default();
        (!all.is_empty()).then(|| {
            let items = all.into_iter().map(|(_, ms, words)| {
                view! {
                    <li class="item plain">
                        <div class="item-main">
                            {title(&words)}
                            <span class="item-text">{words.what.clone()} " · " {intl::relative(ms)}</span>
                        </div>
                        <Tag>"waiting"</Tag>
                    </li>
                }
            });
            view! { <ul class="list" aria-label="Waiting">{items.collect::<Vec<_>>()}</ul> }
        })
    };
    let rest = move || {
        let more = waiting.get().saturating_sub(LISTED);
        (more > 0).then(|| view! { <p class="muted small">{format!("and {} more", intl::count(more))}</p> })
    };
    view! {
        <Setting title="What is waiting" text id="waiting">
            {refused}
            {pending}
            {rest}
        </Setting>
    }
}

fn title(words: &Words) -> Markup {
    let title = words.title.clone();
    match words.key.as_ref().and_then(path) {
        Some(href) => view! { <a class="item-title link" href=href>{title}</a> },
        None => view! { <span class="item-title">{title}</span> },
    }
}

/// A change that the server refused: why, and what can be done about it.
#[component]
fn Refused(desk: Desk, rejected: Rejected, words: Words) -> Markup {
    let n = rejected.mutation.n;
    let text = serde_json::to_string_pretty(&rejected).unwrap_or_default();
    let retry = move |()| {
        spawn_local(async move {
            match desk.store().retry_rejected(n).await {
                Ok(_) => {
                    desk.toasts.show(Toast::new("It is sent again"));
                }
                Err(error) => {
                    desk.toasts.show(Toast::bad(say(error)));
                }
            }
        });
    };
    let discard = move |()| {
        spawn_local(async move {
            if let Err(error) = desk.store().discard_rejected(n).await {
                desk.toasts.show(Toast::bad(say(error)));
            }
        });
    };
    let save = move |()| {
        download(&format!("outpost-refused-{n}.json"), "application/json", &text);
    };
    view! {
        <li class="item plain refused">
            <div class="item-main">
                {title(&words)}
                <span class="item-text">{words.what.clone()}</span>
                <span class="refusal small">{say(&rejected.message)}</span>
                <div class="btn-group">
                    <Button small=true on_click=retry>"Try again"</Button>
                    <Button small=true on_click=save>"Export"</Button>
                    <Button small=true kind=ButtonKind::Danger on_click=discard>
                        "Discard"
                    </Button>
                </div>
            </div>
            <Tag tone=Tone::Bad>"refused"</Tag>
        </li>
    }
}
