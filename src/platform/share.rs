//! What is handed to other apps, and the number on the app's icon. Both are there on some devices only.

use js_sys::{Array, Function, Promise};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;

use super::{js, page};
use crate::words::t;

/// Something to hand to another app.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shared {
    /// What it is called.
    pub title: String,
    /// Its address.
    pub url: String,
    /// The same as a file, for apps that take one: its name, its type, and what is in it.
    pub file: Option<(String, &'static str, String)>,
}

fn navigator() -> web_sys::Navigator {
    js::window().navigator()
}

fn ask(name: &str, with: &JsValue) -> Option<JsValue> {
    let navigator = navigator();
    js::method(&navigator, name)?.call1(&navigator, with).ok()
}

/// Whether this device hands things from one app to another.
pub fn can_share() -> bool {
    js::method(&navigator(), "share").is_some()
}

/// Lets the person choose an app and hands it over. To be called while a press is being answered: browsers allow it only then.
///
/// # Errors
/// A sentence. To change one's mind is none.
pub async fn share(what: Shared) -> Result<(), String> {
    let file = what.file.as_ref().and_then(|(name, mime, text)| of_file(name, mime, text));
    let given = match file.filter(|file| ask("canShare", file).is_some_and(|can| can == true)) {
        Some(file) => file,
        None => js::object(&[("title", what.title.into()), ("url", what.url.into())]).into(),
    };
    let navigator = navigator();
    let Some(share) = js::method(&navigator, "share") else { return Err(t!("This device shares nothing.").to_owned()) };
    let done = async { JsFuture::from(share.call1(&navigator, &given)?.dyn_into::<Promise>()?).await };
    match done.await {
        Ok(_) => Ok(()),
        Err(error) if js::get(&error, "name").is_some_and(|name| name == "AbortError") => Ok(()),
        Err(error) => Err(t!("It was not shared: {}", js::describe(&error))),
    }
}

/// What is to be shared as one file; none where the browser has no files of its own making.
fn of_file(name: &str, mime: &'static str, text: &str) -> Option<JsValue> {
    let blob = page::blob(mime, text).ok()?;
    let maker: Function = js::get(&js::window(), "File")?.dyn_into().ok()?;
    let options = js::object(&[("type", mime.into())]);
    let file = js_sys::Reflect::construct(&maker, &Array::of3(&Array::of1(&blob), &name.into(), &options)).ok()?;
    Some(js::object(&[("files", Array::of1(&file).into())]).into())
}

/// Sets the number on the app's icon; 0 takes it off. Where icons have none, nothing happens.
pub fn badge(count: usize) {
    let asked = match count {
        0 => ask("clearAppBadge", &JsValue::UNDEFINED),
        _ => ask("setAppBadge", &(count as f64).into()),
    };
    if let Some(promise) = asked.and_then(|promise| promise.dyn_into::<Promise>().ok()) {
        super::spawn(async move {
            // Refused where the app is not installed: then there is no icon.
            JsFuture::from(promise).await.ok();
        });
    }
}
