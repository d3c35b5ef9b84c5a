//! The account: whose data this is, and leaving it without losing anything.

use crate::markup::{IntoMarkup, Markup, view};
use leptos::prelude::*;
use leptos::task::spawn_local;
use outpost_core::access::Role;
use outpost_core::sync::Status;

use super::storage::export;
use crate::components::{
    Banner, BannerKind, Button, ButtonKind, Dialog, Fact, Facts, Glyph, LinkButton, Setting, Toast,
};
use crate::forms::say;
use crate::platform::intl;
use crate::state::{Desk, use_desk};
use crate::words::{said, t, tn, tr};

/// The setting.
#[component]
pub(super) fn AccountSetting() -> Markup {
    let desk = use_desk();
    let account = desk.sync().account();
    let status = desk.sync().status();
    let trouble = desk.sync().last_error();
    let leaving = RwSignal::new(false);
    let standing = move || match status.get() {
        Status::Local => tr("On this device only").to_owned(),
        Status::Saved => tr("The server has everything").to_owned(),
        Status::Fetching(done, total) => {
            t!("{} of {} records are here", intl::count(done as usize), intl::count(total as usize))
        }
        Status::Waiting(0) => tr("Asking the server").to_owned(),
        Status::Waiting(count) => tn!(count, "One change is on its way", "{count} changes are on their way"),
        Status::Offline(0) => tr("No connection; nothing is waiting").to_owned(),
        Status::Offline(count) => tn!(count, "No connection; one change waits", "No connection; {count} changes wait"),
        Status::NeedsYou(why) | Status::SignIn(why) => said(why),
    };
    let body = move || match account.get() {
        Some(account) => view! {
            <Facts>
                <Fact label="Signed in as">{account.email}</Fact>
                <Fact label="Workspace">{account.workspace}</Fact>
                {(account.role == Role::Viewer)
                    .then(|| view! { <Fact label="Access">"You may look, but not change anything"</Fact> })}
                <Fact label="Sync">{standing}</Fact>
            </Facts>
            {(account.role == Role::Removed).then(|| view! { <Removed desk /> })}
            {move || {
                matches!(status.get(), Status::SignIn(_))
                    .then(|| view! { <LinkButton href="/account?sign-in=again">"Sign in again"</LinkButton> })
            }}
            <div class="btn-group">
                <LinkButton icon=Glyph::Refresh href="/sync">
                    "What is waiting"
                </LinkButton>
                <Button icon=Glyph::SignOut on_click=move |()| leaving.set(true)>
                    "Sign out"
                </Button>
            </div>
        },
        None => view! {
            <p class="small">
                "Outpost works without an account: everything is kept on this device. Connect it to a server to have your records on your other devices too."
            </p>
            <div class="btn-group">
                <LinkButton kind=ButtonKind::Primary href="/account">
                    "Create an account"
                </LinkButton>
                <LinkButton href="/account?sign-in=1">"Sign in"</LinkButton>
            </div>
        },
    };
    view! {
        <Setting title="Account" text="Sync happens by itself; no button is needed.">
            {move || trouble.get().map(|text| view! { <Banner kind=BannerKind::Bad text=say(text) /> })}
            {body}
            <SignOut open=leaving />
        </Setting>
    }
}

/// What is left to do for somebody who was removed from the workspace. What brings everything back says so by itself.
#[component]
fn Removed(desk: Desk) -> Markup {
    let status = desk.sync().status();
    let banner = move || {
        (!matches!(status.get(), Status::Fetching(..))).then(|| {
            view! {
                <Banner
                    kind=BannerKind::Warn
                    text="You are not in this workspace any more. Only what it never got from you is still here: export it, or sign out. If you are let in again, it is sent."
                >
                    <Button small=true icon=Glyph::Export on_click=move |()| save(desk)>
                        "Export everything"
                    </Button>
                </Banner>
            }
        })
    };
    banner.into_markup()
}

/// Gives the person everything on this device as a file, or says why not.
fn save(desk: Desk) {
    spawn_local(async move {
        if let Err(why) = export(desk).await {
            desk.toasts.show(Toast::bad(why));
        }
    });
}

/// Signing out takes the data off this device; what the server has not got yet would be lost, and that is said first.
#[component]
fn SignOut(open: RwSignal<bool>) -> Markup {
    let desk = use_desk();
    let waiting = desk.store().waiting();
    let rejected = desk.store().rejected_count();
    let busy = RwSignal::new(false);
    let problem = RwSignal::new(None::<String>);
    let unsent = Memo::new(move |_| waiting.get() + rejected.get());
    let leave = move |()| {
        busy.set(true);
        let sync = desk.sync();
        spawn_local(async move {
            if let Err(error) = sync.sign_out().await {
                problem.try_set(Some(say(error)));
                busy.try_set(false);
            }
        });
    };
    let warning = move || {
        let unsent = unsent.get();
        (unsent > 0).then(|| {
            let text = tn!(
                unsent,
                "One change has not reached the server. It is lost if you sign out now.",
                "{unsent} changes have not reached the server. They are lost if you sign out now."
            );
            view! {
                <Banner kind=BannerKind::Warn text>
                    <Button small=true icon=Glyph::Export on_click=move |()| save(desk)>
                        "Export everything"
                    </Button>
                </Banner>
            }
        })
    };
    view! {
        <Dialog open on_close=move |()| open.set(false) title="Sign out of this device?">
            <p>
                "Your records are taken off this device. They stay on the server and on your other devices, and come back when you sign in again."
            </p>
            {warning}
            {move || problem.get().map(|text| view! { <Banner kind=BannerKind::Bad text /> })}
            <div class="dialog-actions">
                <Button on_click=move |()| open.set(false)>"Stay"</Button>
                {move || {
                    let (kind, label) = match unsent.get() {
                        0 => (ButtonKind::Primary, "Sign out"),
                        _ => (ButtonKind::DangerSolid, "Sign out and lose them"),
                    };
                    view! {
                        <Button kind busy on_click=leave>
                            {label}
                        </Button>
                    }
                }}
            </div>
        </Dialog>
    }
}
