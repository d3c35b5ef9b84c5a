//! Cuts the app in two, so that the first page waits for no more than it needs.
//!
//! Trunk builds one module. Here it is taken as the compiler left it and cut where the app says so (`src/app/place.rs`);
//! wasm-bindgen makes the glue for the first part, wasm-opt makes both small, and they take the place of what Trunk staged.
//! The second part is fetched by the first, through a script of a few lines, right behind the first page.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use crate::{
    error::{Context, Error, Result, advice, read, read_text, write},
    names, process,
    project::Project,
    say, tables, tidy,
};

/// The end of the second part's file name.
pub(crate) const LATER: &str = "-later.wasm";

/// What rustc emits and every browser since 2022 runs; wasm-opt 105 and newer know all of it.
const FEATURES: &[&str] = &[
    "--enable-bulk-memory",
    "--enable-mutable-globals",
    "--enable-nontrapping-float-to-int",
    "--enable-sign-ext",
    "--enable-reference-types",
    "--enable-multivalue",
];

/// Puts both parts into the staging folder.
///
/// # Errors
/// A tool is missing or fails, or a file is not what it should be.
pub(crate) fn app(project: &Project, staging: &Path) -> Result<()> {
    let whole = project.target.join("wasm32-unknown-unknown/wasm-release/outpost-app.wasm");
    let stem = stem(staging)?;
    let folder = project.target.join("outpost").join("cut");
    if folder.exists() {
        fs::remove_dir_all(&folder).context(|| format!("cannot empty {}", folder.display()))?;
    }
    say::step("Cutting the app in two");
    cut(&read(&whole)?, &folder, &stem)?;
    let main = folder.join("main.wasm");
    let mut bindgen = Command::new("wasm-bindgen");
    bindgen.args([
        "--target",
        "web",
        "--no-typescript",
        "--keep-lld-exports",
        "--no-demangle",
        "--remove-producers-section",
    ]);
    process::run(bindgen.args(["--out-name", &stem, "--out-dir"]).arg(&folder).arg(&main))?;
    let (script, first) = (folder.join(format!("{stem}.js")), folder.join(format!("{stem}_bg.wasm")));
    let (glue, module) = names::shorten(&read_text(&script)?, &read(&first)?).map_err(Error::Advice)?;
    write(&staging.join(format!("{stem}.js")), tidy::script(&glue))?;
    write(&first, module)?;
    shrink(&first, &staging.join(format!("{stem}_bg.wasm")))?;
    let second = folder.join("split_later.wasm");
    write(&second, names::bare(&read(&second)?).map_err(Error::Advice)?)?;
    shrink(&second, &staging.join(format!("{stem}{LATER}")))?;
    let link = link_name(&stem);
    let loader = read_text(&folder.join(&link))?;
    let renamed = loader.replace("split_later.wasm", &format!("{stem}{LATER}"));
    if renamed == loader {
        return advice("the script that loads the app's second part no longer names it as this build expects");
    }
    write(&staging.join(&link), tidy::script(&renamed))?;
    // The glue imports it, so it is asked for along with the glue and not after it.
    let page = staging.join("index.html");
    let html = read_text(&page)?;
    let preload = format!("<link rel=\"modulepreload\" href=\"/{link}\"></head>");
    write(&page, html.replacen("</head>", &preload, 1))
}

/// The name of the script that loads the second part.
fn link_name(stem: &str) -> String {
    format!("{stem}-later.js")
}

/// The hashed name under which Trunk has staged the app: it changes with the app, so files by that name can be kept for ever.
fn stem(staging: &Path) -> Result<String> {
    let files = fs::read_dir(staging).context(|| format!("cannot list {}", staging.display()))?;
    let names = files.filter_map(|file| file.ok()?.file_name().into_string().ok());
    match names.into_iter().find_map(|name| name.strip_suffix("_bg.wasm").map(str::to_owned)) {
        Some(stem) => Ok(stem),
        None => advice(format!("{} holds no module of the app", staging.display())),
    }
}

fn cut(whole: &[u8], folder: &Path, stem: &str) -> Result<()> {
    let (main, link, glue) = (folder.join("main.wasm"), format!("./{}", link_name(stem)), format!("./{stem}.js"));
    let mut options = wasm_split_cli_support::Options::new(whole);
    options.output_dir = folder;
    options.main_out_path = &main;
    options.link_name = &link;
    options.main_module = &glue;
    let parts = wasm_split_cli_support::transform(options)
        .map_err(|error| Error::Advice(format!("the app cannot be cut in two: {error:#}")))?;
    let parts: Vec<PathBuf> = parts.split_modules;
    match &parts[..] {
        [one] if one.ends_with("split_later.wasm") => Ok(()),
        _ => advice(format!("the app should be cut in two, and this came of it: {parts:?}")),
    }
}

fn shrink(module: &Path, target: &Path) -> Result<()> {
    process::run(Command::new("wasm-opt").args(FEATURES).arg("-Oz").arg(module).arg("-o").arg(target))?;
    tables::mend_file(target)
}
