//! Files compressed once, at build time, as small as they get: the server sends them as they are.

use std::{
    ffi::OsString,
    io::{self, Write},
    path::{Path, PathBuf},
    thread,
};

use brotli::enc::BrotliEncoderParams;
use brotli::enc::backward_references::BrotliEncoderMode;
use flate2::{Compression, write::GzEncoder};

use crate::error::{Context, Result, read, write};

/// Below this many bytes a compressed file saves nothing.
const SMALLEST: usize = 256;

/// Whether compressing this kind of file gains anything: pictures and fonts are compressed already.
pub(crate) fn worthwhile(path: &Path) -> bool {
    let kind = path.extension().and_then(|kind| kind.to_str()).unwrap_or_default();
    matches!(kind, "html" | "js" | "wasm" | "css" | "json" | "svg" | "txt" | "map")
}

/// Writes `path.br` and `path.gz` beside a file.
///
/// # Errors
/// The file cannot be read, or the others not be written.
pub(crate) fn beside(path: &Path) -> Result<()> {
    let content = read(path)?;
    if content.len() < SMALLEST {
        return Ok(());
    }
    write(&with_suffix(path, ".br"), brotli(&content).context(|| format!("cannot compress {}", path.display()))?)?;
    write(&with_suffix(path, ".gz"), gzip(&content).context(|| format!("cannot compress {}", path.display()))?)
}

/// `app.js` and `.br` make `app.js.br`.
pub(crate) fn with_suffix(path: &Path, suffix: &str) -> PathBuf {
    let mut name = OsString::from(path);
    name.push(suffix);
    PathBuf::from(name)
}

/// Ways in which Brotli looks for what repeats: where its blocks end and how it writes distances. Which is best is chance, and up
/// to half a per cent: one more word moves all that comes behind it.
const WAYS: [(BrotliEncoderMode, i32); 3] = [
    (BrotliEncoderMode::BROTLI_MODE_GENERIC, 0),
    (BrotliEncoderMode::BROTLI_MODE_FONT, 0),
    (BrotliEncoderMode::BROTLI_MODE_FONT, 16),
];

/// Brotli at its best quality: the smallest of several attempts.
///
/// # Errors
/// None that memory would not cause.
pub(crate) fn brotli(content: &[u8]) -> io::Result<Vec<u8>> {
    let attempt = |(mode, lgblock)| {
        let (quality, lgwin, size_hint) = (11, 22, content.len());
        let settings = BrotliEncoderParams { mode, quality, lgwin, lgblock, size_hint, ..Default::default() };
        let mut compressed = Vec::new();
        brotli::BrotliCompress(&mut &content[..], &mut compressed, &settings)?;
        Ok::<_, io::Error>(compressed)
    };
    let attempts = thread::scope(|scope| {
        let begun = WAYS.map(|way| scope.spawn(move || attempt(way)));
        begun.map(|each| each.join().unwrap_or_else(|_| Err(io::Error::other("the compression stopped"))))
    });
    let [first, rest @ ..] = attempts;
    rest.into_iter().try_fold(first?, |best, next| {
        let next = next?;
        Ok(if next.len() < best.len() { next } else { best })
    })
}

fn gzip(content: &[u8]) -> io::Result<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(content)?;
    encoder.finish()
}

#[cfg(test)]
mod tests {
    use std::{fs, io::Read};

    use super::*;

    #[test]
    fn both_forms_give_the_content_back() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("app.js");
        let content = "let x = 1;\n".repeat(500);
        fs::write(&path, &content).unwrap();
        beside(&path).unwrap();
        let mut text = String::new();
        flate2::read::GzDecoder::new(&fs::read(folder.path().join("app.js.gz")).unwrap()[..])
            .read_to_string(&mut text)
            .unwrap();
        assert_eq!(text, content);
        text.clear();
        let packed = fs::read(folder.path().join("app.js.br")).unwrap();
        assert!(packed.len() < 100, "{}", packed.len());
        brotli::Decompressor::new(&packed[..], 4096).read_to_string(&mut text).unwrap();
        assert_eq!(text, content);
    }

    #[test]
    fn tiny_files_and_pictures_stay_alone() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("tiny.js");
        fs::write(&path, "1").unwrap();
        beside(&path).unwrap();
        assert!(!folder.path().join("tiny.js.br").exists());
        assert!(!worthwhile(Path::new("icons/icon-192.png")));
        assert!(worthwhile(Path::new("app_bg.wasm")));
        assert!(!worthwhile(Path::new("app_bg.wasm.br")));
    }
}
