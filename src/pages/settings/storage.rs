//! What this device keeps: how much, how safely, and all of it as a file.

use crate::markup::{Markup, view};
use leptos::prelude::*;
use leptos::task::spawn_local;
use outpost_core::scope::{Age, Scope};
use outpost_core::sync::Status;

use crate::components::{
    Banner, BannerKind, Button, Choice, Fact, Facts, Glyph, LinkButton, Progress, Select, Setting, Toast,
};
use crate::forms::say;
use crate::platform::{download, intl, storage, time};
use crate::state::{Desk, live, use_desk};
use crate::store::Part;
use crate::words::{t, tn, tr};

/// Gives the person everything on this device as a file.
pub(super) async fn export(desk: Desk) -> Result<(), String> {
    let json = desk.store().export_json().await.map_err(say)?;
    let name = format!("outpost-{}.json", time::today());
    if download(&name, "application/json", &json) {
        desk.toasts.show(Toast::new(t!("Everything is in {name}")));
        Ok(())
    } else {
        Err(tr("The browser did not take the file.").to_owned())
    }
}

fn kept_of(scope: Option<Scope>) -> String {
    scope.map(|scope| u8::from(scope.keep).to_string()).unwrap_or_default()
}

/// How many parts are told of one by one.
const SHOWN: usize = 6;

fn called(part: Part, has_account: bool) -> String {
    match part {
        Part::Records(schema) => tr(schema.plural).to_owned(),
        Part::Index => tr("Lists and search").to_owned(),
        Part::Unsent if has_account => tr("Waiting to be sent").to_owned(),
        Part::Unsent => tr("Changes, for the day you connect").to_owned(),
    }
}

/// The setting.
#[component]
pub(super) fn StorageSetting() -> Markup {
    let desk = use_desk();
    let busy = RwSignal::new(false);
    let asked = RwSignal::new(0_u32);
    let kept = live(move || asked.get(), |_| async { Ok((storage::estimate().await, storage::persisted().await)) });
    let corrupt = desk.store().corrupt();
    let save = move |()| {
        busy.set(true);
        spawn_local(async move {
            if let Err(why) = export(desk).await {
                desk.toasts.show(Toast::bad(why));
            }
            busy.try_set(false);
        });
    };
    let ask = move |()| {
        spawn_local(async move {
            let granted = storage::persist().await;
            asked.try_update(|asked| *asked += 1);
            let told = match granted {
                true => "The browser keeps it until you delete it",
                false => "The browser does not promise it. Installing Outpost or an account make your data safe.",
            };
            desk.toasts.show(Toast::new(tr(told)));
        });
    };
    let set = RwSignal::new(0_u32);
    let scope = live(move || set.get(), move |_| async move { desk.store().scope().await.map_err(say) });
    let keep = move |age: String| {
        let Some(age) = age.parse::<u8>().ok().and_then(|age| Age::try_from(age).ok()) else { return };
        spawn_local(async move {
            match desk.store().set_scope(age).await {
                Ok(()) => desk.sync().wake(),
                Err(error) => {
                    desk.toasts.show(Toast::bad(say(error)));
                }
            }
            set.try_update(|set| *set += 1);
        });
    };
    let choices = vec![
        Choice::new("0", tr("What changed in the last 90 days")),
        Choice::new("1", tr("What changed in the last year")),
        Choice::new("2", tr("Everything")),
    ];
    let meter = move || {
        kept.value().and_then(|(estimate, _)| estimate).map(|estimate| {
            let label = t!("{} of {}", intl::bytes(estimate.usage), intl::bytes(estimate.quota));
            view! { <Progress label done=estimate.usage total=estimate.quota told=true /> }
        })
    };
    let uses = live(|| (), move |()| async move { desk.store().uses().await.map_err(say) });
    let parts = move || {
        let parts = uses.value().filter(|parts| !parts.is_empty())?;
        let rest: u64 = parts.iter().skip(SHOWN).map(|(_, bytes)| bytes).sum();
        let rest = (rest > 0).then(|| (tr("Everything else").to_owned(), rest));
        let has_account = desk.sync().status().with(|status| !matches!(status, Status::Local));
        let called = |(part, bytes)| (called(part, has_account), bytes);
        let parts = parts.into_iter().take(SHOWN).map(called).chain(rest);
        let facts = parts.map(|(name, bytes)| view! { <Fact label=name>{t!("about {}", intl::bytes(bytes))}</Fact> });
        let facts = facts.collect::<Vec<_>>();
        Some(view! { <Facts compact=true>{facts}</Facts> })
    };
    let promise = move || {
        kept.value().map(|(_, persisted)| match persisted {
            true => view! { <p class="small">"The browser has promised to keep it."</p> },
            false => view! {
                <p class="small">"The browser may clear it if the device runs out of space."</p>
                <div class="btn-group">
                    <Button small=true on_click=ask>"Ask the browser to keep it"</Button>
                </div>
            },
        })
    };
    let damaged = move || {
        let count = corrupt.get();
        (count > 0).then(|| {
            let text = tn!(
                count,
                "One record on this device is damaged. It is kept as it is and is in the export.",
                "{count} records on this device are damaged. They are kept as they are and are in the export."
            );
            view! { <Banner kind=BannerKind::Warn text /> }
        })
    };
    view! {
        <Setting title="Storage, import and export" text="Everything you write is kept on this device first.">
            {damaged}
            {meter}
            {parts}
            {promise}
            <Select
                label="Keep on this device"
                value=Signal::derive(move || kept_of(scope.value()))
                options=choices
                on_change=keep
                hint="Open deals, unpaid invoices, tasks to be done and what changed lately are always here. What is done with and older is in the archive, on the server."
            />
            <div class="btn-group">
                <LinkButton icon=Glyph::Search href="/archive">
                    "Archive"
                </LinkButton>
                <LinkButton icon=Glyph::Trash href="/settings/deleted">
                    "Recently deleted"
                </LinkButton>
                <LinkButton icon=Glyph::Import href="/import">
                    "Import"
                </LinkButton>
                <Button icon=Glyph::Export busy on_click=save>
                    "Export everything"
                </Button>
            </div>
        </Setting>
    }
}
