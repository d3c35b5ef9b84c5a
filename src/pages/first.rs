//! The first minutes: what an empty device offers, and what is said of the records that are there only to look around.

use leptos::prelude::*;
use leptos::task::spawn_local;
use outpost_core::demo;
use outpost_core::index::Query;
use outpost_core::mutation::Op;
use outpost_core::record::Record;
use outpost_core::records::Lead;
use outpost_core::schema::{RecordType, Schema};

use crate::components::{Banner, BannerKind, Button, ButtonKind, Glyph, IconButton, LinkButton, Panel, Toast, words};
use crate::forms::say;
use crate::markup::{Markup, view};
use crate::pages::links::page_of;
use crate::pages::undo::do_with_undo;
use crate::platform::{intl, random, time};
use crate::state::{Desk, Live, live, title_of, use_desk};
use crate::store::Removed;
use crate::words::{tn, tr};

/// So many of the samples that go along are named.
const NAMED: usize = 6;

/// The types of which an empty device has none.
const KINDS: [&str; 4] = ["lead", "company", "contact", "deal"];

/// Where the store keeps, on this device, that what to try was put away.
const TRIES_CLOSED: &str = "tries-closed";

/// How far somebody is.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Standing {
    /// Nothing is here, and nobody signed in.
    Empty,
    /// Samples are here; and whether it is still said what to try with them.
    Samples { tries: bool },
    /// Somebody works here.
    Working,
}

async fn standing(desk: Desk) -> Result<Standing, String> {
    let store = desk.store();
    if store.samples().await.map_err(say)? > 0 {
        let closed = store.meta::<bool>(TRIES_CLOSED).await.map_err(say)?;
        return Ok(Standing::Samples { tries: closed != Some(true) });
    }
    for kind in KINDS {
        if !store.window(&Query::recent(kind), 0, 1).await.map_err(say)?.rows.is_empty() {
            return Ok(Standing::Working);
        }
    }
    Ok(Standing::Empty)
}

/// What stands above a list.
#[component]
pub(super) fn Notice(of: &'static Schema) -> Markup {
    let desk = use_desk();
    let account = desk.sync().account();
    let turned = RwSignal::new(0_u32);
    let found: Live<Standing> =
        live(move || (turned.get(), KINDS.map(|kind| desk.version(kind))), move |_| standing(desk));
    let shape = Memo::new(move |_| found.value().filter(|_| account.with(Option::is_none)));
    let busy = RwSignal::new(false);
    let is_first = of.kind == Lead::SCHEMA.kind;
    let add = move |()| {
        busy.set(true);
        spawn_local(async move {
            let currency = desk.habits().await.currency;
            let ops = demo::sample(random::number(), time::now_ms(), currency, &time::offset);
            if let Err(error) = desk.store().add_samples(ops).await {
                desk.toasts.show(Toast::bad(say(error)));
            }
            busy.try_set(false);
            turned.try_update(|turned| *turned += 1);
        });
    };
    let remove = move |()| {
        busy.set(true);
        spawn_local(async move {
            let toast = match desk.store().remove_samples().await {
                Ok(removed) => Toast::new(gone(removed)),
                Err(error) => Toast::bad(say(error)),
            };
            desk.toasts.show(toast);
            busy.try_set(false);
            turned.try_update(|turned| *turned += 1);
        });
    };
    let close = move |()| {
        spawn_local(async move {
            if let Err(error) = desk.store().set_meta(TRIES_CLOSED, &true).await {
                desk.toasts.show(Toast::bad(say(error)));
            }
            turned.try_update(|turned| *turned += 1);
        });
    };
    view! {
        {move || match shape.get()? {
            Standing::Empty if is_first => Some(view! {
                <Panel title="New here?">
                    <p>"Everything you write is kept on this device and works without a network and without an account. Try it with a made-up business: one press brings it, one press takes it away."</p>
                    <div class="btn-group first-acts">
                        <Button kind=ButtonKind::Primary icon=Glyph::Leads busy on_click=add>
                            "Look around with sample data"
                        </Button>
                        <LinkButton icon=Glyph::Import href="/import?type=lead">"Import a file"</LinkButton>
                        <LinkButton icon=Glyph::Cloud href="/account?sign-in">"I have an account"</LinkButton>
                    </div>
                </Panel>
            }),
            Standing::Samples { tries } => Some(view! {
                <Banner
                    kind=BannerKind::Info
                    text="These are samples, to look around with. They stay on this device; only those that you work with go along when you connect."
                >
                    <Button icon=Glyph::Trash busy on_click=remove>"Remove the samples"</Button>
                </Banner>
                {(is_first && tries).then(|| view! { <Tries on_close=close /> })}
            }),
            _ => None,
        }}
    }
}

/// What is left of the samples, in a sentence.
fn gone(removed: Removed) -> String {
    let (gone, kept) = (intl::count(removed.removed), intl::count(removed.kept));
    let said = tn!(removed.removed, "{gone} sample record is gone", "{gone} sample records are gone");
    match removed.kept {
        0 => said,
        count => tn!(
            count,
            "{said}; {kept} stays, because you have worked with it",
            "{said}; {kept} stay, because you have worked with them"
        ),
    }
}

/// What to try first.
#[component]
fn Tries(
    /// Called when it is put away.
    #[prop(into)]
    on_close: Callback<()>,
) -> Markup {
    let actions = move || {
        view! { <IconButton label=tr(words::CLOSE) icon=Glyph::Close small=true on_click=on_close /> }
    };
    view! {
        <Panel title="Three things to try" actions>
            <ul class="first-tries">
                <li>
                    <a class="link" href="/today">"See your day"</a>
                    <span class="muted">"Calls, visits and tasks in their order; tick one off."</span>
                </li>
                <li>
                    <a class="link" href="/deals">"Move a deal"</a>
                    <span class="muted">"Drag a card to another column, and undo it."</span>
                </li>
                <li>
                    <a class="link" href="/leads/new">"Write down a lead with the network off"</a>
                    <span class="muted">"Airplane mode changes nothing: it is saved at once."</span>
                </li>
            </ul>
        </Panel>
    }
}

/// What becomes of what is here when this device is connected to an account.
#[component]
pub(super) fn BeforeAccount() -> Markup {
    let desk = use_desk();
    let waiting = desk.store().waiting();
    let found: Live<Option<Vec<Record>>> = live(
        move || waiting.get(),
        move |_| async move {
            match desk.store().samples().await.map_err(say)? {
                0 => Ok(None),
                _ => desk.store().samples_worked_with().await.map(Some).map_err(say),
            }
        },
    );
    let shown = move || match (found.value()?, waiting.get()) {
        (None, 0) => None,
        (None, waiting) => {
            let text = tn!(
                waiting,
                "One change made on this device goes along.",
                "{waiting} changes made on this device go along."
            );
            Some(view! { <Banner kind=BannerKind::Ok text /> })
        }
        (Some(kept), _) if kept.is_empty() => {
            let text = tr(
                "The sample records stay behind: they are removed when this device is connected. What you have made yourself goes along.",
            );
            Some(view! { <Banner text /> })
        }
        (Some(kept), _) => Some(view! { <WorkedWith kept /> }),
    };
    view! { {shown} }
}

/// The samples that go along, by name, and a way to leave them behind as well.
#[component]
fn WorkedWith(kept: Vec<Record>) -> Markup {
    let desk = use_desk();
    let more = kept.len().saturating_sub(NAMED);
    let ops: Vec<Op> = kept.iter().map(|record| Op::delete(&record.kind, record.id)).collect();
    let said = tn!(kept.len(), "{} sample record deleted", "{} sample records deleted", intl::count(kept.len()));
    let delete = move |()| do_with_undo(desk, ops.clone(), said.clone());
    let names = kept.into_iter().take(NAMED).map(|record| {
        let title = title_of(&record);
        match page_of(&record.key()) {
            Some(href) => view! { <li><a class="link" href=href>{title}</a></li> },
            None => view! { <li>{title}</li> },
        }
    });
    view! {
        <Panel title="Samples that go along">
            <p>"The sample records stay behind, except these, which you have worked with:"</p>
            <ul class="first-tries">
                {names.collect::<Vec<_>>()}
                {(more > 0).then(|| view! { <li class="muted">{tn!(more, "and {} more", "and {} more", intl::count(more))}</li> })}
            </ul>
            <div class="btn-group first-acts">
                <Button icon=Glyph::Trash on_click=delete>"Leave these behind as well"</Button>
            </div>
        </Panel>
    }
}
