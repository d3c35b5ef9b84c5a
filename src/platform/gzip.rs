//! Compression by the browser itself, which costs the app no bytes.

use js_sys::{Array, Function, Reflect, Uint8Array};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, ReadableStream, ReadableWritablePair, Response};

use super::js;

/// Below this many bytes a gzip header eats what compression saves.
const WORTH_IT: usize = 400;

/// The text as gzip; `None` where it is not worth it or the browser cannot (Safari before 16.4), so that it is sent as
/// it is.
pub(super) async fn compress(text: &str) -> Option<Uint8Array> {
    if text.len() < WORTH_IT {
        return None;
    }
    let blob = Blob::new_with_str_sequence(&Array::of1(&text.into())).ok()?;
    let packed = through(&blob, "CompressionStream")?;
    let buffer = JsFuture::from(packed.array_buffer().ok()?).await.ok()?;
    Some(Uint8Array::new(&buffer))
}

/// What comes out of a transform stream of the browser that is told `gzip`.
fn through(blob: &Blob, transform: &str) -> Option<Response> {
    let constructor: Function = js::get(&js::window(), transform)?.dyn_into().ok()?;
    let transform: JsValue = Reflect::construct(&constructor, &Array::of1(&"gzip".into())).ok()?;
    let pair: &ReadableWritablePair = transform.unchecked_ref();
    let stream: ReadableStream = blob.stream().pipe_through(pair);
    Response::new_with_opt_readable_stream(Some(&stream)).ok()
}

#[cfg(test)]
mod tests {
    use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

    use super::*;

    wasm_bindgen_test_configure!(run_in_browser);

    async fn unpack(packed: &Uint8Array) -> String {
        let blob = Blob::new_with_buffer_source_sequence(&Array::of1(packed)).unwrap();
        let plain = through(&blob, "DecompressionStream").unwrap();
        JsFuture::from(plain.text().unwrap()).await.unwrap().as_string().unwrap()
    }

    #[wasm_bindgen_test]
    async fn what_is_packed_unpacks_to_the_same_and_is_smaller() {
        let text = r#"{"name":"Zoë 王小明","note":"the same again and again"}"#.repeat(40);
        let packed = compress(&text).await.expect("this browser compresses");
        assert!(packed.length() < 200, "{} bytes", packed.length());
        assert_eq!((packed.get_index(0), packed.get_index(1)), (0x1f, 0x8b), "a gzip header");
        assert_eq!(unpack(&packed).await, text);
    }

    #[wasm_bindgen_test]
    async fn a_small_text_is_left_as_it_is() {
        assert!(compress("{}").await.is_none());
    }
}
