//! Connects this device to a server: makes an account, or signs in to one.

use crate::markup::{Markup, view};
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_router::NavigateOptions;
use leptos_router::components::Redirect;
use leptos_router::hooks::{use_location, use_navigate};

use crate::components::{Banner, BannerKind, Button, ButtonKind, InputKind, PageHeader, Panel, TextInput, Toast};
use crate::pages::first::BeforeAccount;
use crate::platform::page::{self, device_name};
use crate::state::use_desk;
use crate::words::{t, tr};

/// The shortest password; the server asks for the same.
const SHORTEST: usize = 10;

/// The page.
#[component]
pub(crate) fn AccountPage() -> Markup {
    let desk = use_desk();
    let sync = desk.sync();
    let signed_in = sync.account().get_untracked();
    let asked = use_location().query.with_untracked(|query| query.get("sign-in").is_some());
    if signed_in.is_some() && !asked {
        // Nothing is to be asked; the settings say whose device it is.
        let options = NavigateOptions { replace: true, ..NavigateOptions::default() };
        view! { <Redirect path="/settings" options /> };
        return Markup::Empty;
    }
    let new = RwSignal::new(!asked);
    let email = RwSignal::new(signed_in.map(|account| account.email).unwrap_or_default());
    let password = RwSignal::new(String::new());
    let workspace = RwSignal::new(String::new());
    let device = RwSignal::new(device_name());
    let wrong_email = RwSignal::new(None::<String>);
    let wrong_password = RwSignal::new(None::<String>);
    let problem = RwSignal::new(None::<String>);
    let busy = RwSignal::new(false);
    let navigate = use_navigate();
    // What the invoices bear already; whoever wants another name writes it.
    spawn_local(async move {
        let business = desk.business().await.name;
        workspace.try_update(|workspace| workspace.is_empty().then(|| *workspace = business));
    });
    let submit = move || {
        let (address, secret) = (email.get_untracked().trim().to_owned(), password.get_untracked());
        let fresh = new.get_untracked();
        wrong_email.set(
            (!address.contains('@')).then(|| tr("An e-mail address is wanted, such as name@example.com.").to_owned()),
        );
        wrong_password.set(match (fresh, secret.chars().count()) {
            (_, 0) => Some(tr("This is needed.").to_owned()),
            (true, length) if length < SHORTEST => Some(t!("At least {} characters; a few words are best.", SHORTEST)),
            _ => None,
        });
        let fit = wrong_email.with_untracked(Option::is_none) && wrong_password.with_untracked(Option::is_none);
        if !fit || busy.get_untracked() {
            return;
        }
        busy.set(true);
        problem.set(None);
        let sync = desk.sync();
        let navigate = navigate.clone();
        let (workspace, device) = (workspace.get_untracked(), device.get_untracked());
        spawn_local(async move {
            let named = match workspace.trim() {
                "" => address.split('@').nth(1).unwrap_or("Outpost").to_owned(),
                name => name.to_owned(),
            };
            let numbered = desk.store().has_numbered().await.unwrap_or_else(|error| {
                page::warn(&format!("whether invoices were numbered cannot be read: {error}"));
                false
            });
            let series = desk.store().series();
            let done = match fresh {
                true => sync.sign_up(address, secret, named, device).await,
                false => sync.sign_in(address, secret, device).await,
            };
            busy.try_set(false);
            match done {
                Ok(account) => {
                    sync.wake();
                    let said = t!("Signed in as {}", account.email);
                    let said = match numbered && series != account.series {
                        true => t!("{said}. This device's next invoices are numbered in the series {}", account.series),
                        false => said,
                    };
                    desk.toasts.show(Toast::new(said));
                    navigate("/settings", NavigateOptions { replace: true, ..NavigateOptions::default() });
                }
                Err(error) => {
                    problem.try_set(Some(crate::forms::say(error)));
                }
            }
        });
    };
    let title = Signal::derive(move || tr(if new.get() { "Connect this device" } else { "Sign in" }).to_owned());
    view! {
        <PageHeader title back="/settings" back_label="Settings" />
        <div class="narrow-column stack">
            <p class="muted">
                {move || match new.get() {
                    true => "With an account, what you write here is on your other devices too, and safe if this one is lost.",
                    false => "Your records come to this device, and what was written here goes to the others.",
                }}
            </p>
            <BeforeAccount />
            <Panel>
                <form
                    class="form"
                    novalidate=true
                    on:submit=move |event| {
                        event.prevent_default();
                        submit();
                    }
                >
                    <TextInput
                        label="E-mail"
                        kind=InputKind::Email
                        autocomplete="username"
                        value=email
                        on_input=move |text| email.set(text)
                        error=wrong_email
                    />
                    {move || {
                        // Password managers are told apart which kind it is.
                        let autocomplete = if new.get() { "new-password" } else { "current-password" };
                        view! {
                            <TextInput
                                label="Password"
                                kind=InputKind::Password
                                autocomplete
                                value=password
                                on_input=move |text| password.set(text)
                                error=wrong_password
                            />
                        }
                    }}
                    {move || {
                        new.get()
                            .then(|| {
                                view! {
                                    <TextInput
                                        label="Workspace"
                                        value=workspace
                                        on_input=move |text| workspace.set(text)
                                        placeholder="Name of your business"
                                        optional=true
                                    />
                                }
                            })
                    }}
                    <TextInput
                        label="Name of this device"
                        value=device
                        on_input=move |text| device.set(text)
                        hint="So that you know it among your devices"
                    />
                    {move || problem.get().map(|text| view! { <Banner kind=BannerKind::Bad text /> })}
                    <Button kind=ButtonKind::Primary submit=true busy>
                        {move || if new.get() { "Create account" } else { "Sign in" }}
                    </Button>
                </form>
            </Panel>
            <p class="row muted small">
                {move || if new.get() { "There is an account already?" } else { "No account yet?" }}
                <Button small=true kind=ButtonKind::Quiet on_click=move |()| new.update(|new| *new = !*new)>
                    {move || if new.get() { "Sign in" } else { "Sign up" }}
                </Button>
            </p>
        </div>
    }
}
