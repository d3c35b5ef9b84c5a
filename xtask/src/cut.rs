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
    names,
    precache::sha256,
    process,
    project::Project,
    say, tables, tidy,
};

/// What rustc emits and every browser since 2022 runs; wasm-opt 105 and newer know all of it.
const FEATURES: &[&str] = &[
    "--enable-bulk-memory",
    "--enable-mutable-globals",
    "--enable-nontrapping-float-to-int",
    "--enable-sign-ext",
    "--enable-reference-types",
    "--enable-multivalue",
];

/// Whether a file of the app is its second part, by its path in the URL.
pub(crate) fn is_later(path: &str) -> bool {
    path.starts_with("outpost-later-") && (path.ends_with(".wasm") || path.ends_with(".css"))
}

/// Puts both parts into the staging folder, under names that are a hash over what is in them, so that they can be kept for
/// ever and never meet the parts of another build.
///
/// # Errors
/// A tool is missing or fails, or a file is not what it should be.
pub(crate) fn app(project: &Project, staging: &Path) -> Result<()> {
    let whole = project.target.join("wasm32-unknown-unknown/wasm-release/outpost-app.wasm");
    let folder = project.target.join("outpost").join("cut");
    if folder.exists() {
        fs::remove_dir_all(&folder).context(|| format!("cannot empty {}", folder.display()))?;
    }
    say::step("Cutting the app in two");
    cut(&read(&whole)?, &folder)?;
    let mut bindgen = Command::new("wasm-bindgen");
    bindgen.args([
        "--target",
        "web",
        "--no-typescript",
        "--keep-lld-exports",
        "--no-demangle",
        "--remove-producers-section",
    ]);
    bindgen.args(["--out-name", "outpost-app", "--out-dir"]).arg(&folder).arg(folder.join("main.wasm"));
    process::run(&mut bindgen)?;
    let (glue, first) = (folder.join("outpost-app.js"), folder.join("outpost-app_bg.wasm"));
    let (glue, module) = names::shorten(&read_text(&glue)?, &read(&first)?).map_err(Error::Advice)?;
    let first = shrink(&module, &first)?;
    let second = folder.join("split_later.wasm");
    let second = shrink(&names::bare(&read(&second)?).map_err(Error::Advice)?, &second)?;
    let (glue, loader) = (tidy::script(&glue), tidy::script(&read_text(&folder.join(LOADER))?));

    let hash = &sha256(&[glue.as_bytes(), loader.as_bytes(), &first, &second].concat())[..16];
    let hashed = |name: &str| match name {
        GLUE => format!("outpost-app-{hash}.js"),
        LOADER => format!("outpost-later-{hash}.js"),
        _ => format!("outpost-later-{hash}.wasm"),
    };
    let glue = renamed(&glue, &[LOADER], hashed)?;
    let loader = renamed(&loader, &[GLUE, SECOND], hashed)?;
    stage(staging, hash, &hashed(LOADER))?;
    write(&staging.join(hashed(GLUE)), glue)?;
    write(&staging.join(format!("outpost-app-{hash}_bg.wasm")), first)?;
    write(&staging.join(hashed(LOADER)), loader)?;
    write(&staging.join(hashed(SECOND)), second)
}

/// The names by which the parts call each other before they have their hash.
const GLUE: &str = "outpost-app.js";
const LOADER: &str = "outpost-later.js";
const SECOND: &str = "split_later.wasm";

/// A script that calls others by their hashed names.
fn renamed(script: &str, names: &[&str], hashed: impl Fn(&str) -> String) -> Result<String> {
    let mut renamed = script.to_owned();
    for name in names {
        // Of a script only where it is imported from: to the module that imports its functions it keeps its plain name.
        let call = if name.ends_with(".js") { "from \"./" } else { "\"./" };
        let (plain, quoted) = (format!("{call}{name}\""), format!("{call}{}\"", hashed(name)));
        if !renamed.contains(&plain) {
            return advice(format!("the app's glue no longer calls {name} as this build expects"));
        }
        renamed = renamed.replace(&plain, &quoted);
    }
    Ok(renamed)
}

/// Takes away what Trunk has staged of the app, and lets the page load the parts by their own names.
fn stage(staging: &Path, hash: &str, loader: &str) -> Result<()> {
    let files = fs::read_dir(staging).context(|| format!("cannot list {}", staging.display()))?;
    let names: Vec<String> = files.filter_map(|file| file.ok()?.file_name().into_string().ok()).collect();
    let Some(stem) = names.iter().find_map(|name| name.strip_suffix("_bg.wasm")) else {
        return advice(format!("{} holds no module of the app", staging.display()));
    };
    for name in [format!("{stem}.js"), format!("{stem}_bg.wasm")] {
        let path = staging.join(&name);
        fs::remove_file(&path).context(|| format!("cannot remove {}", path.display()))?;
    }
    let page = staging.join("index.html");
    let html = read_text(&page)?.replace(stem, &format!("outpost-app-{hash}"));
    // The glue imports the loader, so it is asked for along with the glue and not after it.
    let preload = format!("<link rel=\"modulepreload\" href=\"/{loader}\"></head>");
    write(&page, html.replacen("</head>", &preload, 1))
}

fn cut(whole: &[u8], folder: &Path) -> Result<()> {
    let (main, loader, glue) = (folder.join("main.wasm"), format!("./{LOADER}"), format!("./{GLUE}"));
    let mut options = wasm_split_cli_support::Options::new(whole);
    options.output_dir = folder;
    options.main_out_path = &main;
    options.link_name = &loader;
    options.main_module = &glue;
    let parts = wasm_split_cli_support::transform(options)
        .map_err(|error| Error::Advice(format!("the app cannot be cut in two: {error:#}")))?;
    let parts: Vec<PathBuf> = parts.split_modules;
    match &parts[..] {
        [one] if one.ends_with(SECOND) => Ok(()),
        _ => advice(format!("the app should be cut in two, and this came of it: {parts:?}")),
    }
}

/// A module made small; `scratch` is where that is done.
fn shrink(module: &[u8], scratch: &Path) -> Result<Vec<u8>> {
    let small = scratch.with_extension("small.wasm");
    write(scratch, module)?;
    let mut shrink = Command::new("wasm-opt");
    // Twice, as the second time finds what the first has laid open. No value of Rust's is in the lowest 1,024 bytes: they are the
    // very end of the stack.
    shrink.args(FEATURES).args(["--low-memory-unused", "-Oz", "-Oz"]).args(names::are_kept().then_some("-g"));
    process::run(shrink.arg(scratch).arg("-o").arg(&small))?;
    tables::mend_file(&small)?;
    read(&small)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scripts_call_each_other_by_their_hashed_names() {
        let hashed = |name: &str| name.replace('.', "-0.");
        let loader = renamed(
            "import { initSync } from \"./outpost-app.js\";\nf(\"./split_later.wasm\");",
            &[GLUE, SECOND],
            hashed,
        );
        assert_eq!(loader.unwrap(), "import { initSync } from \"./outpost-app-0.js\";\nf(\"./split_later-0.wasm\");");
        let glue = "import * as import1 from \"./outpost-later.js\"\nreturn { \"./outpost-later.js\": import1 }";
        let glue = renamed(glue, &[LOADER], hashed).unwrap();
        assert!(
            glue.contains("from \"./outpost-later-0.js\"") && glue.contains("{ \"./outpost-later.js\": "),
            "{glue}"
        );
        assert!(renamed("nothing", &[GLUE], hashed).is_err());
    }

    #[test]
    fn the_page_loads_what_was_staged() {
        let staging = tempfile::tempdir().unwrap();
        for name in ["outpost-app-1a.js", "outpost-app-1a_bg.wasm"] {
            fs::write(staging.path().join(name), "").unwrap();
        }
        let page = "<head><script src=\"/outpost-app-1a.js\" data-wasm=\"/outpost-app-1a_bg.wasm\"></script></head>";
        fs::write(staging.path().join("index.html"), page).unwrap();
        stage(staging.path(), "ff", "outpost-later-ff.js").unwrap();
        let page = fs::read_to_string(staging.path().join("index.html")).unwrap();
        assert!(page.contains("/outpost-app-ff.js") && page.contains("/outpost-app-ff_bg.wasm"), "{page}");
        assert!(page.contains("modulepreload") && page.contains("/outpost-later-ff.js"), "{page}");
        assert!(!staging.path().join("outpost-app-1a.js").exists());
        assert!(stage(staging.path(), "ff", "outpost-later-ff.js").is_err(), "there is nothing staged any more");
        assert!(is_later("outpost-later-ff.wasm") && !is_later("outpost-app-ff_bg.wasm"));
    }
}
