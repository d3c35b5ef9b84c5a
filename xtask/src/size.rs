//! The first load's size, and the limit that keeps it small.

use std::path::Path;

use crate::{
    compress,
    error::{Result, advice, read},
    precache::{files_below, wanted},
    project::url_path,
};

/// What the whole first load should weigh at most, in bytes after Brotli. The app is far above it today.
const AIM: usize = 250_000;

/// The most that it may weigh: what it weighs today and a little more, so that it can only get lighter. To be lowered
/// with each step towards [`AIM`].
const BUDGET: usize = 700_000;

/// One file of the first load.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Weight {
    /// Its path in the URL.
    pub(crate) path: String,
    /// Bytes as they are.
    pub(crate) raw: usize,
    /// Bytes as they travel.
    pub(crate) brotli: usize,
}

/// Weighs everything that the first visit loads: all the app needs to work without a network, and its worker.
///
/// # Errors
/// The app is not built, or a file cannot be read.
pub(crate) fn first_load(dist: &Path) -> Result<Vec<Weight>> {
    if !dist.join("index.html").is_file() {
        return advice(format!("{} holds no built app: run `cargo xtask build`", dist.display()));
    }
    let mut weights = Vec::new();
    for path in files_below(dist)? {
        let url = url_path(&path, dist);
        if wanted(&url) || url == "sw.js" {
            let raw = read(&path)?.len();
            let packed = compress::with_suffix(&path, ".br");
            let brotli = if packed.is_file() { read(&packed)?.len() } else { raw };
            weights.push(Weight { path: url, raw, brotli });
        }
    }
    weights.sort_by(|a, b| b.brotli.cmp(&a.brotli).then_with(|| a.path.cmp(&b.path)));
    Ok(weights)
}

/// Prints the weights and fails above the limit.
///
/// # Errors
/// As [`first_load`], or the limit is exceeded.
pub(crate) fn check(dist: &Path) -> Result<()> {
    let weights = first_load(dist)?;
    println!("{:>9} {:>9}  first load, bytes", "raw", "brotli");
    for Weight { path, raw, brotli } in &weights {
        println!("{raw:>9} {brotli:>9}  {path}");
    }
    let (raw, brotli) = totals(&weights);
    println!("{raw:>9} {brotli:>9}  in all, of at most {BUDGET}; the aim is {AIM}");
    within(brotli)
}

fn totals(weights: &[Weight]) -> (usize, usize) {
    weights.iter().fold((0, 0), |(raw, brotli), weight| (raw + weight.raw, brotli + weight.brotli))
}

fn within(brotli: usize) -> Result<()> {
    if brotli <= BUDGET {
        return Ok(());
    }
    let over = brotli - BUDGET;
    advice(format!("the first load weighs {brotli} bytes, {over} more than the {BUDGET} it may: see the table above"))
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn what_travels_is_weighed() {
        let dist = tempfile::tempdir().unwrap();
        let put = |name: &str, size: usize| {
            let path = dist.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, vec![b'x'; size]).unwrap();
        };
        assert!(first_load(dist.path()).is_err());
        put("index.html", 100);
        put("app_bg.wasm", 5000);
        put("app_bg.wasm.br", 2000);
        put("app_bg.wasm.gz", 2500);
        put("sw.js", 300);
        put("icons/icon-512.png", 9000);
        put("screenshots/leads.png", 90000);
        let weights = first_load(dist.path()).unwrap();
        let names: Vec<_> = weights.iter().map(|weight| weight.path.as_str()).collect();
        assert_eq!(names, ["app_bg.wasm", "sw.js", "index.html"]);
        assert_eq!(totals(&weights), (5400, 2400));
        assert!(check(dist.path()).is_ok());
    }

    #[test]
    fn the_limit_is_a_limit() {
        assert!(within(BUDGET).is_ok());
        let error = within(BUDGET + 1).unwrap_err();
        assert!(error.to_string().contains("700001 bytes, 1 more"), "{error}");
    }
}
