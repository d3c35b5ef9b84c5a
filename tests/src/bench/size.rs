//! What the first visit loads, as it travels.

use std::{fs, path::Path};

use crate::trouble::{Result, Trouble};

/// Bytes after Brotli of what the first page waits for, with the service worker, and of the app's second part, which comes
/// behind it.
///
/// # Errors
/// The app is not built for release.
pub fn first_load(dist: &Path) -> Result<(u64, u64)> {
    let worker = fs::read_to_string(dist.join("sw.js"))?;
    let list = worker.split_once("const FILES = ").and_then(|(_, rest)| rest.split_once(";\n"));
    let (list, _) = list.ok_or_else(|| Trouble::Said("the built sw.js has no list of files".to_owned()))?;
    let files: std::collections::BTreeMap<String, String> = serde_json::from_str(list)?;
    let (mut first, mut later) = (0, 0);
    for name in files.keys().map(String::as_str).chain(["sw.js"]) {
        let packed = dist.join(format!("{name}.br"));
        let size = fs::metadata(if packed.is_file() { packed } else { dist.join(name) })?.len();
        // As `xtask/src/size.rs` weighs them; the script that fetches the second part is a part of the first.
        let is_later = match name.strip_prefix("outpost-later-") {
            Some(rest) => !rest.ends_with(".js"),
            None => name.starts_with("lang/") || ["background.js", "rescue.js", "share.js"].contains(&name),
        };
        *if is_later { &mut later } else { &mut first } += size;
    }
    Ok((first, later))
}
