//! Both records side by side: of each field the value that is taken, and what becomes of it.

use std::collections::{BTreeMap, BTreeSet};

use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_router::NavigateOptions;
use leptos_router::hooks::use_navigate;
use outpost_core::dedupe::{MergeError, Pair, Row, Take, merge_error, propose};
use outpost_core::id::RecordId;
use outpost_core::record::{Record, RecordKey};
use outpost_core::schema::Schema;
use serde_json::Value;

use super::words::{Names, full, names, take_back};
use crate::components::{
    Art, Banner, BannerKind, Button, ButtonKind, EmptyState, Fact, Facts, Glyph, LinkButton, PageHeader, Panel,
    Skeleton, Toast,
};
use crate::forms::say;
use crate::markup::{Markup, view};
use crate::platform::intl;
use crate::state::{Desk, Live, live, merge_address, title_of, use_desk, with_pages};
use crate::words::{lower, t, tr};

/// What the page shows.
#[derive(Debug, Clone, PartialEq)]
struct Both {
    kept: Record,
    gone: Record,
    names: Names,
    /// What leads to the one that goes: what it is called, and how many.
    leading: Vec<(&'static str, usize)>,
    /// Why they cannot be merged.
    why_not: Option<String>,
}

async fn read(desk: Desk, of: &'static Schema, kept: RecordId, gone: RecordId) -> Result<Both, String> {
    let store = desk.store();
    let get = |id| {
        let store = store.clone();
        async move { store.get(&RecordKey::new(of.kind, id)).await.map_err(say) }
    };
    let (Some(kept), Some(gone)) = (get(kept).await?, get(gone).await?) else { return Err(say(MergeError::Missing)) };
    let names = names(desk, &[&kept, &gone]).await.map_err(say)?;
    let mut leading = Vec::new();
    for from in with_pages().filter(|from| from.relations_to(of.kind).next().is_some()) {
        let count = store.children(gone.id, from.kind).await.map_err(say)?.len();
        if count > 0 {
            leading.push((if count == 1 { from.label } else { from.plural }, count));
        }
    }
    let why_not = merge_error(Pair { schema: of, kept: &kept, gone: &gone }).map(say);
    Ok(Both { kept, gone, names, leading, why_not })
}

/// The page.
#[component]
pub(super) fn Compare(of: &'static Schema, kept: RecordId, gone: RecordId) -> Markup {
    let desk = use_desk();
    let both: Live<Both> = live(move || desk.version(of.kind), move |_| read(desk, of, kept, gone));
    let takes = RwSignal::new(BTreeMap::<String, Take>::new());
    // Once they are merged, nothing is said of the one that is gone while the page goes.
    let done = RwSignal::new(false);
    let back = format!("{}/{kept}", of.path);
    let title = t!("Merge two {}", lower(of.plural));
    let shown = Memo::new(move |before: Option<&Option<Both>>| match before {
        Some(before) if done.get() => before.clone(),
        _ => both.value(),
    });
    let body = move || {
        let both = shown.get()?;
        Some(match &both.why_not {
            Some(why) => {
                let href = format!("{}/{kept}", of.path);
                view! {
                    <EmptyState art=Art::Paper title="These stay two" text=why.clone()>
                        <LinkButton href>{t!("Back to “{}”", title_of(&both.kept))}</LinkButton>
                    </EmptyState>
                }
            }
            None => view! { <Sides of both takes done /> },
        })
    };
    view! {
        <PageHeader title back=back back_label=tr(of.label) />
        {move || match both.error() {
            Some(text) => view! { <Banner kind=BannerKind::Bad text /> },
            None => body().unwrap_or_else(|| view! { <Skeleton rows=8 /> }),
        }}
    }
}

#[component]
fn Sides(of: &'static Schema, both: Both, takes: RwSignal<BTreeMap<String, Take>>, done: RwSignal<bool>) -> Markup {
    let desk = use_desk();
    let Both { kept, gone, names, leading, .. } = both;
    let rows: Vec<Row> = propose(of, &kept, &gone).into_iter().filter(|row| row.field.in_form).collect();
    let (kept_id, gone_id) = (kept.id, gone.id);
    let (kept_name, gone_name) = (title_of(&kept), title_of(&gone));
    let busy = RwSignal::new(false);
    let problem = RwSignal::new(None::<String>);
    let navigate = use_navigate();
    let here = navigate.clone();
    let swap = move |()| {
        let options = NavigateOptions { replace: true, scroll: false, ..NavigateOptions::default() };
        takes.set(BTreeMap::new());
        here(&merge_address(of, gone_id, Some(kept_id)), options);
    };
    let merged = gone_name.clone();
    let merge = move |()| {
        busy.set(true);
        problem.set(None);
        let (navigate, merged) = (navigate.clone(), merged.clone());
        spawn_local(async move {
            done.try_set(true);
            match desk.store().merge(of, kept_id, gone_id, takes.get_untracked()).await {
                Ok(()) => {
                    let (said, name) = (t!("Merged “{merged}” into this {}", lower(of.label)), merged.clone());
                    desk.toasts.show(Toast::new(said).undo(move || take_back(desk, gone_id, name.clone())));
                    let options = NavigateOptions { replace: true, ..NavigateOptions::default() };
                    navigate(&format!("{}/{kept_id}", of.path), options);
                }
                Err(error) => {
                    done.try_set(false);
                    problem.try_set(Some(say(error)));
                    busy.try_set(false);
                }
            }
        });
    };
    let (differing, same): (Vec<Row>, Vec<Row>) = rows.iter().cloned().partition(Row::differs);
    let choices = differing.iter().map(|row| choice(row, &names, takes)).collect::<Vec<_>>();
    let alike = same.iter().map(|row| {
        let text = full(row.field, &row.kept, &names);
        view! { <Fact label=tr(row.field.label)><span class="lines">{text}</span></Fact> }
    });
    let alike = alike.collect::<Vec<_>>();
    let leads = leads(&leading, &kept_name);
    let cancel = format!("{}/{kept_id}", of.path);
    view! {
        <div class="merge">
            <div class="stack">
                <div class="merge-heads">
                    {head(of, &kept, "Stays")}
                    <Button small=true icon=Glyph::Refresh on_click=swap>
                        "Swap"
                    </Button>
                    {head(of, &gone, "Goes into it")}
                </div>
                {choices.is_empty().then(|| view! { <p class="muted">"Both say the same."</p> })}
                <div class="merge-rows">{choices}</div>
                {(!alike.is_empty()).then(|| view! {
                    <details class="merge-alike">
                        <summary>"The same on both"</summary>
                        <Facts>{alike}</Facts>
                    </details>
                })}
            </div>
            <div class="merge-result stack">
                <Preview of rows names takes />
                {leads.map(|text| view! { <p class="small">{text}</p> })}
                {move || problem.get().map(|text| view! { <Banner kind=BannerKind::Bad text /> })}
                <p class="muted small">"You can take it back for 30 days, on any of your devices."</p>
                <div class="form-actions stick">
                    <Button kind=ButtonKind::Primary busy on_click=merge>"Merge"</Button>
                    <LinkButton kind=ButtonKind::Quiet href=cancel>"Cancel"</LinkButton>
                </div>
            </div>
        </div>
    }
}

/// Which record it is, and what becomes of it.
fn head(of: &Schema, record: &Record, becomes: &'static str) -> Markup {
    let href = format!("{}/{}", of.path, record.id);
    let changed = t!("Changed {}", intl::relative(record.latest().ms));
    view! {
        <div class="merge-head">
            <span class="muted small">{tr(becomes)}</span>
            <a class="link" href=href>{title_of(record)}</a>
            <span class="muted small">{changed}</span>
        </div>
    }
}

/// A field of which there is more than one value.
fn choice(row: &Row, names: &Names, takes: RwSignal<BTreeMap<String, Take>>) -> Markup {
    let (name, proposed) = (row.field.name, row.take);
    let taken = move || takes.with(|takes| takes.get(name).copied().unwrap_or(proposed));
    let group = crate::components::new_id();
    let option = |take: Take, value: &Value| {
        let text = full(row.field, value, names);
        let is_empty = text.is_empty();
        let text = if is_empty { tr("Empty").to_owned() } else { text };
        let by = match take {
            Take::Both => tr("Both"),
            Take::Kept => tr("Of the one that stays"),
            Take::Gone => tr("Of the other one"),
        };
        view! {
            <label class="merge-option" class:wide=take == Take::Both>
                <input
                    type="radio"
                    name=group.clone()
                    prop:checked=move || taken() == take
                    on:change=move |_| takes.update(|takes| takes.extend([(name.to_owned(), take)]))
                />
                <span class="vh">{by} ": "</span>
                <span class="lines" class:muted=is_empty>{text}</span>
                {(take == Take::Both).then(|| view! { <span class="muted small push">{by}</span> })}
            </label>
        }
    };
    let both = row.both.as_ref().map(|both| option(Take::Both, both));
    view! {
        <fieldset class="merge-row" data-field=name>
            <legend class="field-label">{tr(row.field.label)}</legend>
            {option(Take::Kept, &row.kept)}
            {option(Take::Gone, &row.gone)}
            {both}
        </fieldset>
    }
}

/// What the record is after it, as it is chosen.
#[component]
fn Preview(of: &'static Schema, rows: Vec<Row>, names: Names, takes: RwSignal<BTreeMap<String, Take>>) -> Markup {
    let facts = move || {
        let takes = takes.get();
        let said = rows.iter().filter_map(|row| {
            let value = row.value(takes.get(row.field.name).copied().unwrap_or(row.take));
            let text = full(row.field, value, &names);
            (!text.is_empty()).then_some((row.field.label, text))
        });
        let facts = said.map(|(label, text)| view! { <Fact label=tr(label)><span class="lines">{text}</span></Fact> });
        facts.collect::<Vec<_>>()
    };
    view! {
        <Panel title=t!("The {} after it", lower(of.label))>
            <div aria-live="polite">
                {move || {
                    let facts = facts();
                    view! { <Facts>{facts}</Facts> }
                }}
            </div>
        </Panel>
    }
}

/// What will lead elsewhere.
fn leads(leading: &[(&'static str, usize)], kept: &str) -> Option<String> {
    let each: BTreeSet<String> = leading
        .iter()
        .map(|(what, count)| t!("{count} {what}", count = intl::count(*count), what = lower(what)))
        .collect();
    let all = each.into_iter().collect::<Vec<_>>().join(", ");
    (!all.is_empty()).then(|| t!("Goes along to “{kept}”: {all}."))
}
