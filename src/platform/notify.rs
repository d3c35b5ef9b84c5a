//! Notifications of the system, for what a person is to know while the app is open but not looked at. The service worker shows
//! them, since phones let nothing else; what a press on one does is in `public/notify.js`.

use js_sys::{Array, Promise};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Notification, NotificationPermission, ServiceWorkerContainer, ServiceWorkerRegistration};

use super::events::{self, Listener};
use super::{js, page};

/// Whether the browser shows notifications of this app.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Permission {
    /// It does.
    Granted,
    /// It would ask the person.
    Unasked,
    /// The person, or whoever set the browser up, does not want it.
    Denied,
    /// It has none, or not on this address, or not before the app is installed.
    Missing,
}

/// What the browser says now.
pub fn permission() -> Permission {
    if js::get(&js::window(), "Notification").is_none() || container().is_none() {
        return Permission::Missing;
    }
    match Notification::permission() {
        NotificationPermission::Granted => Permission::Granted,
        NotificationPermission::Denied => Permission::Denied,
        _ => Permission::Unasked,
    }
}

/// Lets the browser ask the person; to be called while a press is answered. Says what it came to.
pub async fn ask() -> Permission {
    if let Ok(promise) = Notification::request_permission() {
        // What the person said is read from the browser, also if this fails.
        JsFuture::from(promise).await.ok();
    }
    permission()
}

/// Shows one that opens a path of the app when it is pressed, in place of an earlier one of that path; if the person wants it.
pub async fn show(title: &str, path: &str) {
    if permission() == Permission::Granted
        && let Err(error) = try_show(title, path).await
    {
        leptos::logging::warn!("a notification was not shown: {}", js::describe(&error));
    }
}

async fn try_show(title: &str, path: &str) -> Result<(), JsValue> {
    let registration = registration().await?;
    let options = js::object(&[
        ("tag", path.into()),
        ("data", path.trim_start_matches('/').into()),
        ("icon", "/icons/icon-192.png".into()),
    ]);
    let show = js::method(&registration, "showNotification").ok_or(JsValue::NULL)?;
    let shown = show.apply(&registration, &Array::of2(&title.into(), &options))?;
    JsFuture::from(shown.unchecked_into::<Promise>()).await.map(drop)
}

/// Takes back all that are still shown.
pub async fn withdraw() {
    if permission() == Permission::Granted
        && let Err(error) = try_withdraw().await
    {
        leptos::logging::warn!("notifications were not taken back: {}", js::describe(&error));
    }
}

async fn try_withdraw() -> Result<(), JsValue> {
    let registration = registration().await?;
    let list = js::method(&registration, "getNotifications").ok_or(JsValue::NULL)?;
    let shown = JsFuture::from(list.call0(&registration)?.unchecked_into::<Promise>()).await?;
    shown.unchecked_into::<Array>().iter().for_each(|one| one.unchecked_into::<Notification>().close());
    Ok(())
}

/// Goes where a pressed notification leads, for as long as the page lives.
pub fn watch() {
    let Some(container) = container() else { return };
    Listener::new(&container, "message", |event| {
        let data = events::message_data(&event);
        let text = |name: &str| js::get(&data, name).and_then(|value| value.as_string());
        if let (Some("open"), Some(path)) = (text("type").as_deref(), text("path")) {
            page::follow(&format!("/{path}"));
        }
    })
    .forever();
}

async fn registration() -> Result<ServiceWorkerRegistration, JsValue> {
    match container() {
        // Not the one that will be ready: where none is registered, that never comes.
        Some(container) => JsFuture::from(container.get_registration()).await?.dyn_into(),
        None => Err(JsValue::NULL),
    }
}

/// Missing on an insecure address.
fn container() -> Option<ServiceWorkerContainer> {
    js::get(&js::window().navigator(), "serviceWorker").map(JsCast::unchecked_into)
}
