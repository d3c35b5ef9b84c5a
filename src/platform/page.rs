//! The page as a whole: marks for measuring, its title and address, printing, files for download, the log.

use wasm_bindgen::{JsCast, JsValue};
use web_sys::{BlobPropertyBag, HtmlAnchorElement, Url};

use super::js;

/// Sets a mark on the browser's performance time line, such as `outpost:saved`.
pub fn mark(name: &str) {
    let set = js::window().performance().map(|performance| performance.mark(name));
    if let Some(Err(error)) = set {
        warn(&format!("cannot mark {name}: {}", js::describe(&error)));
    }
}

/// Gives the person a file: `text` under `filename`, of type `mime`, such as `application/json`.
///
/// Says whether the browser took it.
pub fn download(filename: &str, mime: &str, text: &str) -> bool {
    let done = blob(mime, text).and_then(|blob| offer(filename, &blob));
    if let Err(error) = &done {
        warn(&format!("cannot offer {filename}: {}", js::describe(error)));
    }
    done.is_ok()
}

/// A text as a file in memory.
pub(super) fn blob(mime: &str, text: &str) -> Result<web_sys::Blob, JsValue> {
    let options = BlobPropertyBag::new();
    options.set_type(mime);
    web_sys::Blob::new_with_str_sequence_and_options(&js_sys::Array::of1(&text.into()), &options)
}

/// The whole address of a path of the app.
pub fn address(path: &str) -> String {
    let origin = js::window().location().origin().unwrap_or_default();
    [&origin, path].concat()
}

/// Gives the person a file.
pub(super) fn offer(filename: &str, blob: &web_sys::Blob) -> Result<(), JsValue> {
    let document = js::window().document().ok_or(JsValue::NULL)?;
    let url = Url::create_object_url_with_blob(blob)?;
    let link: HtmlAnchorElement = document.create_element("a")?.unchecked_into();
    link.set_href(&url);
    link.set_download(filename);
    link.click();
    // The browser reads the file after this task; a minute is ample, and the memory is not kept for ever.
    super::timeout(60_000, move || {
        if let Err(error) = Url::revoke_object_url(&url) {
            warn(&js::describe(&error));
        }
    })
    .forget();
    Ok(())
}

/// Opens the browser's print dialogue for the page as it is shown.
pub fn print() {
    if let Err(error) = js::window().print() {
        warn(&format!("cannot print: {}", js::describe(&error)));
    }
}

/// Loads the page again.
pub fn reload() {
    if let Err(error) = js::window().location().reload() {
        warn(&format!("cannot reload: {}", js::describe(&error)));
    }
}

/// Opens an address of this app anew, without a way back: whatever the page held is gone from memory.
pub fn open(path: &str) {
    if let Err(error) = js::window().location().replace(path) {
        warn(&format!("cannot open {path}: {}", js::describe(&error)));
    }
}

/// Goes to an address of this app as a press on a link does.
pub fn follow(path: &str) {
    press_link(path, "");
}

/// What marks a link that is not to be waited for.
const AT_ONCE: &str = "data-at-once";

/// The same without waiting for a frame: see [`links`](super::links).
pub(super) fn follow_at_once(path: &str) {
    press_link(path, AT_ONCE);
}

/// Whether a link is one of [`follow_at_once`].
pub(super) fn is_at_once(link: &web_sys::Element) -> bool {
    link.has_attribute(AT_ONCE)
}

fn press_link(path: &str, mark: &str) {
    let pressed = || {
        let document = js::window().document()?;
        let link: web_sys::HtmlElement = document.create_element("a").ok()?.dyn_into().ok()?;
        link.set_attribute("href", path).ok()?;
        if !mark.is_empty() {
            link.set_attribute(mark, "").ok()?;
        }
        document.body()?.append_child(&link).ok()?;
        link.click();
        link.remove();
        Some(())
    };
    if pressed().is_none() {
        warn(&format!("cannot go to {path}"));
    }
}

/// The path of the address that is shown.
pub fn path() -> String {
    js::window().location().pathname().unwrap_or_default()
}

/// Gives the person everything in this device's database as a file, without the app's own store (`public/rescue.js`).
pub fn export_without_store() {
    let told = web_sys::Event::new("outpost:export").and_then(|event| js::window().dispatch_event(&event));
    if let Err(error) = told {
        warn(&format!("the data cannot be exported: {}", js::describe(&error)));
    }
}

/// Keeps a short text outside the database, under a name; for what must outlive it.
pub fn remember(name: &str, text: &str) {
    if let Some(Err(error)) = local().map(|storage| storage.set_item(name, text)) {
        warn(&format!("cannot remember {name}: {}", js::describe(&error)));
    }
}

/// What [`remember`] kept.
pub fn remembered(name: &str) -> Option<String> {
    local()?.get_item(name).ok().flatten()
}

/// Forgets what [`remember`] kept.
pub fn forget(name: &str) {
    if let Some(Err(error)) = local().map(|storage| storage.remove_item(name)) {
        warn(&format!("cannot forget {name}: {}", js::describe(&error)));
    }
}

fn local() -> Option<web_sys::Storage> {
    js::window().local_storage().ok().flatten()
}

/// Sets or removes a mark in a cookie: cookies outlive a browser's clearing of stored data when space runs short.
pub fn set_cookie_mark(name: &str, set: bool) {
    let Some(document) = js::window().document() else { return };
    let age = if set { 400 * 24 * 3_600 } else { 0 };
    let cookie = format!("{name}=1; Path=/; SameSite=Strict; Max-Age={age}");
    if js_sys::Reflect::set(&document, &"cookie".into(), &cookie.into()).is_err() {
        warn(&format!("cannot mark {name}"));
    }
}

/// Whether [`set_cookie_mark`] has set it.
pub fn has_cookie_mark(name: &str) -> bool {
    let cookies = js::window().document().and_then(|document| js::get(&document, "cookie")?.as_string());
    cookies.is_some_and(|cookies| cookies.split(';').any(|cookie| cookie.trim().split_once('=') == Some((name, "1"))))
}

/// The content of a `<meta name=…>` of the page.
pub fn meta(name: &str) -> Option<String> {
    let document = js::window().document()?;
    document.query_selector(&format!("meta[name=\"{name}\"]")).ok()??.get_attribute("content")
}

/// Takes the first paint away, once the app has drawn itself.
pub fn remove_first_paint() {
    if let Some(boot) = js::window().document().and_then(|document| document.get_element_by_id("boot")) {
        boot.remove();
    }
}

/// Whether the caret is in something that a person types into.
pub fn is_typing() -> bool {
    let Some(element) = js::window().document().and_then(|document| document.active_element()) else { return false };
    let kind = element.get_attribute("type").unwrap_or_default();
    match element.tag_name().to_ascii_lowercase().as_str() {
        "textarea" | "select" => true,
        "input" => !matches!(kind.as_str(), "button" | "checkbox" | "radio" | "submit" | "reset"),
        _ => element.get_attribute("contenteditable").is_some_and(|value| value != "false"),
    }
}

/// Whether a question or a menu lies above the page and has the keys.
pub fn is_covered() -> bool {
    let over =
        js::window().document().and_then(|document| document.query_selector("dialog[open], :popover-open").ok()?);
    over.is_some()
}

/// A name for this device that its owner will recognise, such as “Chrome on Linux”; for the field that asks for one.
pub fn device_name() -> String {
    device_name_of(&js::window().navigator().user_agent().unwrap_or_default())
}

/// The map that a device has of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Maps {
    /// One that opens by `geo:`, as Android's do.
    Geo,
    /// Apple's, which opens by an address on the web of its own.
    Apple,
    /// None that is known.
    None,
}

/// The map that this device has.
pub fn maps() -> Maps {
    maps_of(&js::window().navigator().user_agent().unwrap_or_default())
}

fn maps_of(agent: &str) -> Maps {
    match ["Android", "iPhone", "iPad", "Macintosh"].iter().position(|sign| agent.contains(sign)) {
        Some(0) => Maps::Geo,
        Some(_) => Maps::Apple,
        None => Maps::None,
    }
}

/// Order matters: Edge also says Chrome, Chrome also says Safari, Android also says Linux.
fn device_name_of(agent: &str) -> String {
    let pick =
        |table: &[(&str, &'static str)]| table.iter().find(|(sign, _)| agent.contains(sign)).map(|(_, name)| *name);
    let browser = pick(&[
        ("Edg", "Edge"),
        ("OPR/", "Opera"),
        ("Firefox/", "Firefox"),
        ("FxiOS", "Firefox"),
        ("Chrome/", "Chrome"),
        ("CriOS", "Chrome"),
        ("Safari/", "Safari"),
    ]);
    let system = pick(&[
        ("iPhone", "iPhone"),
        ("iPad", "iPad"),
        ("Android", "Android"),
        ("CrOS", "Chromebook"),
        ("Windows", "Windows"),
        ("Macintosh", "Mac"),
        ("Linux", "Linux"),
    ]);
    match (browser, system) {
        (Some(browser), Some(system)) => format!("{browser} on {system}"),
        (Some(one), None) | (None, Some(one)) => one.to_owned(),
        (None, None) => "This device".to_owned(),
    }
}

/// Writes a line to the browser's console, for whoever looks into a problem. Never anything of a record.
pub fn warn(line: &str) {
    web_sys::console::warn_1(&line.into());
}

#[cfg(test)]
mod tests {
    use wasm_bindgen_test::wasm_bindgen_test;

    use super::*;

    #[wasm_bindgen_test]
    fn addresses_open_in_the_devices_own_map() {
        assert_eq!(maps_of("Mozilla/5.0 (Linux; Android 15; Pixel 9) Chrome/150.0 Mobile Safari/537.36"), Maps::Geo);
        assert_eq!(maps_of("Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) Safari/604.1"), Maps::Apple);
        assert_eq!(maps_of("Mozilla/5.0 (X11; Linux x86_64) Chrome/150.0 Safari/537.36"), Maps::None);
    }

    #[wasm_bindgen_test(unsupported = test)]
    fn a_device_is_named_by_its_browser_and_system() {
        for (agent, name) in [
            (
                "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0 Safari/537.36",
                "Chrome on Linux",
            ),
            (
                "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/156.0 Safari/537.36 Edg/156.0",
                "Edge on Windows",
            ),
            (
                "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Mobile/15E148 Safari/604.1",
                "Safari on iPhone",
            ),
            ("Mozilla/5.0 (Linux; Android 16) Chrome/156.0 Mobile Safari/537.36", "Chrome on Android"),
            ("something else", "This device"),
        ] {
            assert_eq!(device_name_of(agent), name);
        }
    }
}
