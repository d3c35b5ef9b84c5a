//! How device and server stand, in one sentence, and the button that nobody needs.

use leptos::prelude::*;
use outpost_core::sync::Status;

use super::log::Rounds;
use super::refused::export_all;
use crate::components::{Button, ButtonKind, Glyph, LinkButton};
use crate::forms::say;
use crate::markup::{Markup, view};
use crate::platform::intl;
use crate::state::{live, use_desk};
use crate::words::{t, tn, tr};

/// What is told.
struct Told {
    state: &'static str,
    title: String,
    text: String,
}

fn told(status: Status, waiting: usize, refused: usize, rounds: &Rounds) -> Told {
    // Core's “The server refused 2 changes; …” is said below in other words.
    let is_told = matches!(&status, Status::NeedsYou(why) if why.split(' ').nth(2) == Some("refused"));
    let Told { state, title, text } = status_told(status, waiting, rounds);
    match refused {
        0 => Told { state, title, text },
        _ if is_told => told_of(state, refused, String::new()),
        _ if state == "attention" => told_of(state, refused, format!(" {text}")),
        // How things stand otherwise is said behind what matters more.
        _ => told_of("attention", refused, format!(" {title}.")),
    }
}

fn told_of(state: &'static str, refused: usize, also: String) -> Told {
    let title = tn!(refused, "1 change was refused", "{} changes were refused", intl::count(refused));
    let below =
        tn!(refused, "Below is why, and what can be done about it.", "Below is why, and what can be done about them.");
    Told { state, title, text: below + &also }
}

fn status_told(status: Status, waiting: usize, rounds: &Rounds) -> Told {
    let offline = || match rounds.failing_since().map(intl::moment) {
        Some(when) => t!("Offline since {when}"),
        None => tr("Offline").to_owned(),
    };
    let why = || say(rounds.failing_why().unwrap_or("The server does not answer."));
    let told = |state, title: String, text: &str| Told { state, title, text: text.to_owned() };
    match status {
        Status::Local => told(
            "saved",
            tr("Everything is saved on this device").to_owned(),
            tr("There is no server yet. Once there is one, what is here goes there by itself."),
        ),
        Status::Saved | Status::Waiting(0) => {
            told("saved", tr("All saved").to_owned(), tr("The server has everything that is on this device."))
        }
        Status::Fetching(done, total) => {
            let count = |many: u64| intl::count(usize::try_from(many).unwrap_or(usize::MAX));
            let title = t!("{} of {} records are here", count(done), count(total));
            told("waiting", title, tr("The rest is on its way; what is here can be worked with."))
        }
        Status::Waiting(_) => told(
            "waiting",
            tn!(waiting, "1 change on the way", "{} changes on the way", intl::count(waiting)),
            tr("They are saved on this device, and go to the server by themselves."),
        ),
        Status::Offline(0) => told("offline", offline(), &t!("{} Nothing is waiting.", why())),
        Status::Offline(_) => {
            let waiting = tn!(waiting, "1 change waiting", "{} changes waiting", intl::count(waiting));
            let text = t!("{} They are saved on this device, and go as soon as it does.", why());
            told("offline", format!("{} · {waiting}", offline()), &text)
        }
        Status::NeedsYou(why) | Status::SignIn(why) => told("attention", tr("This needs you").to_owned(), &say(why)),
    }
}

#[component]
pub(super) fn Standing() -> Markup {
    let desk = use_desk();
    let sync = desk.sync();
    let (status, busy, trouble) = (sync.status(), sync.busy(), sync.last_error());
    let (waiting, rejected) = (desk.store().waiting(), desk.store().rejected_count());
    let logged = sync.logged();
    let rounds = live(move || logged.get(), move |_| super::log::read(desk));
    let told = move || {
        rounds.with(|rounds| told(status.get(), waiting.get(), rejected.get(), rounds.unwrap_or(&Rounds::default())))
    };
    let now = move |()| desk.sync().wake();
    let action = move || match status.get() {
        Status::Local => view! { <LinkButton kind=ButtonKind::Primary href="/account">"Connect a server"</LinkButton> },
        Status::SignIn(_) => {
            view! { <LinkButton kind=ButtonKind::Primary href="/account?sign-in=again">"Sign in"</LinkButton> }
        }
        _ => view! { <Button icon=Glyph::Refresh busy on_click=now>"Try now"</Button> },
    };
    let export = move || {
        (waiting.get() + rejected.get() > 0)
            .then(|| view! { <Button icon=Glyph::Export on_click=move |()| export_all(desk)>"Export all"</Button> })
    };
    view! {
        <section class="panel standing" aria-live="polite" data-state=move || told().state>
            <span class="standing-mark" aria-hidden="true"></span>
            <div class="standing-words">
                <h2>{move || told().title}</h2>
                <p class="muted">{move || told().text}</p>
                {move || trouble.get().map(|text| view! { <p class="refusal small">{say(text)}</p> })}
            </div>
            <div class="btn-group">{action} {export}</div>
        </section>
    }
}
