//! Files that a person chooses, drops or shares, and files that a person is given.

use js_sys::{Array, Uint8Array};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{BlobPropertyBag, DataTransfer, Event, File, FileList, HtmlInputElement};

use super::{js, page};
use crate::words::t;

/// The cache in which the service worker keeps what other apps have shared (`public/share.js`).
const SHARED: &str = "outpost-shared";

/// A file that was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chosen {
    /// Its name.
    pub name: String,
    /// What is in it.
    pub bytes: Vec<u8>,
}

/// The file that was chosen in an `<input type="file">`, which can be asked for the same one again.
pub fn of_input(event: &Event) -> Option<File> {
    let input = event.target()?.dyn_into::<HtmlInputElement>().ok()?;
    let file = first(input.files());
    input.set_value("");
    file
}

/// The first file that was dropped or pasted.
pub fn of_transfer(transfer: Option<DataTransfer>) -> Option<File> {
    first(transfer?.files())
}

fn first(files: Option<FileList>) -> Option<File> {
    files?.get(0)
}

/// Reads a file.
///
/// # Errors
/// A sentence: it was moved or changed since it was chosen, or the device does not let it be read.
pub async fn read(file: &File) -> Result<Chosen, String> {
    let bytes = JsFuture::from(file.array_buffer()).await;
    let bytes = bytes.map_err(|error| t!("“{}” cannot be read: {}", file.name(), js::describe(&error)))?;
    Ok(Chosen { name: file.name(), bytes: Uint8Array::new(&bytes).to_vec() })
}

/// Decodes bytes by the name of their encoding; what is none of its characters becomes `�`. `None` if the browser does not
/// know the encoding.
pub fn decode(bytes: &[u8], encoding: &str) -> Option<String> {
    web_sys::TextDecoder::new_with_label(encoding).ok()?.decode_with_u8_array(bytes).ok()
}

/// Takes what another app has shared with this one last, if it is still there.
///
/// # Errors
/// A sentence.
pub async fn take_shared() -> Result<Option<Chosen>, String> {
    shared().await.map_err(|error| t!("what was shared cannot be read: {}", js::describe(&error)))
}

async fn shared() -> Result<Option<Chosen>, JsValue> {
    let caches = js::window().caches()?;
    if JsFuture::from(caches.has(SHARED)).await? != true {
        return Ok(None);
    }
    let cache: web_sys::Cache = JsFuture::from(caches.open(SHARED)).await?.unchecked_into();
    let found = JsFuture::from(cache.match_with_str("/import")).await?;
    let Ok(response) = found.dyn_into::<web_sys::Response>() else { return Ok(None) };
    let name = response.headers().get("x-name")?.unwrap_or_default();
    let bytes = JsFuture::from(response.array_buffer()?).await?;
    JsFuture::from(caches.delete(SHARED)).await?;
    let name = js_sys::decode_uri_component(&name).map(String::from).unwrap_or(name);
    Ok(Some(Chosen { name, bytes: Uint8Array::new(&bytes).to_vec() }))
}

/// A file in the making: its parts are handed to the browser as they come, which may keep them on the disk.
#[derive(Debug)]
pub struct Download {
    mime: &'static str,
    parts: Array,
}

impl Download {
    /// An empty one, of a type such as `text/csv`.
    pub fn new(mime: &'static str) -> Self {
        Self { mime, parts: Array::new() }
    }

    /// Adds a text.
    ///
    /// # Errors
    /// A sentence: the browser takes no more.
    pub fn push(&self, text: &str) -> Result<(), String> {
        let part = page::blob(self.mime, text).map_err(refused)?;
        self.parts.push(&part);
        Ok(())
    }

    /// Gives it to the person.
    ///
    /// # Errors
    /// A sentence: the browser did not take it.
    pub fn offer(self, name: &str) -> Result<(), String> {
        let options = BlobPropertyBag::new();
        options.set_type(self.mime);
        let whole = web_sys::Blob::new_with_blob_sequence_and_options(&self.parts, &options).map_err(refused)?;
        page::offer(name, &whole).map_err(refused)
    }
}

fn refused(error: JsValue) -> String {
    t!("the browser did not take the file: {}", js::describe(&error))
}
