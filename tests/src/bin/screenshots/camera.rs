//! Taking a picture: the size of the glass, the theme, and what the browser hands over.

use std::{fs, path::Path};

use base64::{Engine as _, prelude::BASE64_STANDARD};
use outpost_tests::{
    browser::Browser,
    trouble::{Result, Trouble, trouble},
};
use serde_json::json;

/// How good a WebP is, of 100: letters are sharp, and the whole set stays within a few megabytes.
const QUALITY: u32 = 50;

/// A size of the glass: width, height, and whether it is a phone.
pub(crate) type Size = (u32, u32, bool);

/// In which form a picture is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    /// Every pixel as it was.
    Png,
    /// Much smaller.
    WebP,
}

/// Gives the glass a size.
///
/// # Errors
/// The browser refuses.
pub(crate) async fn stand(browser: &Browser, (width, height, phone): Size) -> Result {
    let metrics = json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": phone });
    browser.cdp("Emulation.setDeviceMetricsOverride", metrics).await?;
    browser.cdp("Emulation.setTouchEmulationEnabled", json!({ "enabled": phone })).await.map(drop)
}

/// Lets the device want the light or the dark theme.
///
/// # Errors
/// The browser refuses.
pub(crate) async fn light(browser: &Browser, theme: &str) -> Result {
    let media = json!({ "features": [{ "name": "prefers-color-scheme", "value": theme }] });
    browser.cdp("Emulation.setEmulatedMedia", media).await.map(drop)
}

/// How high the page is.
///
/// # Errors
/// There is none.
pub(crate) async fn height(browser: &Browser) -> Result<u32> {
    let height = browser.run("return document.documentElement.scrollHeight", vec![]).await?;
    let height = height.as_u64().and_then(|height| u32::try_from(height).ok());
    height.ok_or_else(|| Trouble::Said("the page has no height".to_owned()))
}

/// Takes the picture of what is seen and keeps it below a folder; returns how much it weighs.
///
/// # Errors
/// The browser takes none, or one of another size.
pub(crate) async fn take(browser: &Browser, size: Size, form: Form, folder: &Path, name: &str) -> Result<usize> {
    let (asked, ending) = match form {
        Form::Png => (json!({ "format": "png" }), "png"),
        Form::WebP => (json!({ "format": "webp", "quality": QUALITY }), "webp"),
    };
    let answer = browser.cdp("Page.captureScreenshot", asked).await?;
    let picture = BASE64_STANDARD.decode(answer["data"].as_str().unwrap_or_default());
    let picture = picture.map_err(|error| Trouble::Said(format!("the picture of {name} is no Base64: {error}")))?;
    let (width, height, _) = size;
    match measure(&picture) {
        Some(measured) if measured == (width, height) => {}
        other => return trouble(format!("the picture of {name} measures {other:?}, not {width}×{height}")),
    }
    fs::write(folder.join(format!("{name}.{ending}")), &picture)?;
    Ok(picture.len())
}

/// How wide and high a picture is: a PNG says so in its first chunk, a WebP in its first chunk.
fn measure(picture: &[u8]) -> Option<(u32, u32)> {
    let part = |from: usize, to: usize| picture.get(from..to);
    if part(12, 16)? == b"IHDR" {
        let number = |at| part(at, at + 4)?.try_into().ok().map(u32::from_be_bytes);
        return Some((number(16)?, number(20)?));
    }
    // One less than it is, in three bytes, or where nothing is seen through, as it is in two.
    let number = |bytes: &[u8]| bytes.iter().rev().fold(0, |sum, byte| sum << 8 | u32::from(*byte));
    match part(8, 16)? {
        b"WEBPVP8X" => Some((number(part(24, 27)?) + 1, number(part(27, 30)?) + 1)),
        b"WEBPVP8 " => Some((number(part(26, 28)?), number(part(28, 30)?))),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pictures_say_how_large_they_are() {
        let png = b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR\0\0\x01\x86\0\0\x03\x4c";
        assert_eq!(measure(png), Some((390, 844)));
        let webp = b"RIFF\0\0\0\0WEBPVP8 \0\0\0\0\0\0\0\x9d\x01\x2a\x86\x01\x4c\x03";
        assert_eq!(measure(webp), Some((390, 844)));
        let webp = b"RIFF\0\0\0\0WEBPVP8X\0\0\0\0\0\0\0\0\x85\x01\0\x4b\x03\0";
        assert_eq!(measure(webp), Some((390, 844)));
        assert_eq!(measure(b"GIF89a"), None);
    }
}
