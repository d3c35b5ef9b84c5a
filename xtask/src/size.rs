//! The first load's size and that of what comes behind it, and the limits that keep them small.

use std::path::Path;

use crate::{
    compress,
    cut::is_later,
    error::{Result, advice, read},
    precache::{files_below, wanted},
    project::url_path,
};

/// The most that the first load may weigh, in bytes after Brotli: all that the first page waits for.
const BUDGET: usize = 252_000;

/// The most that the app's second part may weigh, which comes behind the first page: what it weighs today and a little more,
/// so that it grows only on purpose. Import and export are 60 kB of it (CSV, vCard and JSON, words of many programs and
/// languages, and five steps of a page; the encodings, which would be four times that, are the browser's own), the pages of all
/// record types 40 kB, today and the calendar 49 kB, filters and views 35 kB, search with its commands 31 kB, the
/// fields and types that people make 38 kB, pipelines and stages 30 kB, columns that sort, groups
/// and editing in cells 25 kB, reports 9 kB, reminders with notifications 4 kB,
/// links and packing of what a first sync brings 8 kB, undo after a reload 4 kB, the catalogues of two languages 45 kB, and the page for when all else is broken 1.5 kB.
const LATER_BUDGET: usize = 1_085_000;

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
    let (later, first): (Vec<_>, Vec<_>) = weights.into_iter().partition(|weight| comes_later(&weight.path));
    let (raw, brotli) = totals(&first);
    println!("{raw:>9} {brotli:>9}  the first load, of at most {BUDGET}");
    let (later_raw, later_brotli) = totals(&later);
    println!("{later_raw:>9} {later_brotli:>9}  the second part, of at most {LATER_BUDGET}");
    println!("{:>9} {:>9}  in all", raw + later_raw, brotli + later_brotli);
    within("first load", brotli, BUDGET)?;
    within("second part", later_brotli, LATER_BUDGET)
}

/// What the first page does not wait for: the second part, the scripts that the worker loads, which starts behind it, what is for
/// when all else is broken, and catalogues, of which a page in another language than English loads one.
fn comes_later(path: &str) -> bool {
    is_later(path)
        || path.starts_with("lang/")
        || ["background.js", "notify.js", "rescue.js", "share.js"].contains(&path)
}

fn totals(weights: &[Weight]) -> (usize, usize) {
    weights.iter().fold((0, 0), |(raw, brotli), weight| (raw + weight.raw, brotli + weight.brotli))
}

fn within(what: &str, brotli: usize, budget: usize) -> Result<()> {
    if brotli <= budget {
        return Ok(());
    }
    let over = brotli - budget;
    advice(format!("the {what} weighs {brotli} bytes, {over} more than the {budget} it may: see the table above"))
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
        assert!(within("first load", BUDGET, BUDGET).is_ok());
        let error = within("first load", BUDGET + 1, BUDGET).unwrap_err();
        assert!(error.to_string().contains("252001 bytes, 1 more"), "{error}");
    }
}
