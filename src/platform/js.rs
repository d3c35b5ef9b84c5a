//! Small helpers for talking to JavaScript objects that `web-sys` has no stable binding for.

use js_sys::{Function, Object, Reflect};
use wasm_bindgen::{JsCast, JsValue};

/// The page's window. There is always one: the app is never run in a worker.
pub(super) fn window() -> web_sys::Window {
    web_sys::window().unwrap_or_else(|| JsValue::from(js_sys::global()).unchecked_into())
}

/// A property, or `None` if it is missing, `null` or `undefined`.
pub(super) fn get(object: &JsValue, name: &str) -> Option<JsValue> {
    Reflect::get(object, &name.into()).ok().filter(|value| !value.is_null() && !value.is_undefined())
}

/// A method, if the object has it.
pub(super) fn method(object: &JsValue, name: &str) -> Option<Function> {
    get(object, name)?.dyn_into().ok()
}

/// A plain object with these properties.
pub(super) fn object(properties: &[(&str, JsValue)]) -> Object {
    let object = Object::new();
    for (name, value) in properties {
        // Fails for frozen objects and proxies only, and this one is neither.
        let set = Reflect::set(&object, &(*name).into(), value);
        debug_assert!(set.is_ok());
    }
    object
}

/// A text in Unicode's form NFKD: letters apart from their accents.
pub(crate) fn decomposed(text: &str) -> String {
    js_sys::JsString::from(text).normalize("NFKD").into()
}

/// Any value as JavaScript would write it.
pub(crate) fn as_text(value: &JsValue) -> String {
    // Joined with nothing: unlike `toString`, that bears values that are null or undefined.
    js_sys::Array::of1(value).join("").into()
}

/// What JavaScript threw, as text for a log.
pub(super) fn describe(error: &JsValue) -> String {
    match error.dyn_ref::<js_sys::Error>() {
        Some(error) => String::from(error.message()),
        None => as_text(error),
    }
}
