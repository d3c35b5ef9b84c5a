//! The app's files: the right type, packed, kept as long as they are good, and never a page in place of a script.

use std::fs;

use tempfile::TempDir;

use crate::http::{Ask, Reply};
use crate::support::Server;

const WASM: &str = "/outpost-0123456789abcdef_bg.wasm";
const SCRIPT: &str = "/outpost-0123456789abcdef.js";

/// A folder as the build makes it.
pub(crate) fn app_folder() -> TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    for (name, content) in [
        ("index.html", "<!doctype html><title>Outpost</title>"),
        ("sw.js", "// the service worker"),
        ("manifest.json", "{}"),
        ("version.json", "{}"),
        (&WASM[1..], "\0asm plain"),
        (&SCRIPT[1..], "export default 1;"),
        ("base-0123456789abcdef.css", "body{}"),
        ("icon.svg", "<svg/>"),
        (".secret", "not for anyone"),
    ] {
        fs::write(folder.path().join(name), content).expect("written");
    }
    for ending in ["br", "gz"] {
        fs::write(folder.path().join(format!("{}.{ending}", &WASM[1..])), format!("{ending} bytes")).expect("written");
        fs::write(folder.path().join(format!("index.html.{ending}")), format!("{ending} page")).expect("written");
    }
    fs::create_dir(folder.path().join("icons")).expect("made");
    fs::write(folder.path().join("icons/icon-192.png"), "png").expect("written");
    folder
}

async fn server() -> (Server, TempDir) {
    let app = app_folder();
    let path = app.path().to_owned();
    (Server::with(|config| config.app = Some(path)).await, app)
}

fn kind(reply: &Reply) -> (u16, &str, &str) {
    (reply.status, reply.header("content-type"), reply.header("cache-control"))
}

#[tokio::test]
async fn files_have_the_right_type_and_are_kept_as_long_as_they_are_good() {
    const YEAR: &str = "public, max-age=31536000, immutable";
    let (server, _app) = server().await;
    for (path, content_type, cache) in [
        ("/", "text/html; charset=utf-8", "no-cache"),
        ("/index.html", "text/html; charset=utf-8", "no-cache"),
        ("/sw.js", "text/javascript; charset=utf-8", "no-cache"),
        ("/manifest.json", "application/manifest+json", "no-cache"),
        ("/version.json", "application/json", "no-cache"),
        ("/icons/icon-192.png", "image/png", "no-cache"),
        ("/icon.svg", "image/svg+xml", "no-cache"),
        (WASM, "application/wasm", YEAR),
        (SCRIPT, "text/javascript; charset=utf-8", YEAR),
        ("/base-0123456789abcdef.css", "text/css; charset=utf-8", YEAR),
    ] {
        assert_eq!(kind(&server.get(path).await), (200, content_type, cache), "{path}");
    }
}

#[tokio::test]
async fn packed_files_are_served_to_those_who_take_them() {
    let (server, _app) = server().await;
    for (accept, encoding, body) in [
        ("gzip, deflate, br", "br", "br bytes"),
        ("gzip", "gzip", "gz bytes"),
        ("br;q=0, gzip", "gzip", "gz bytes"),
        ("identity", "", "\0asm plain"),
    ] {
        let reply = server.send(Ask::get(WASM).header("accept-encoding", accept)).await;
        assert_eq!((reply.header("content-encoding"), reply.text().as_str()), (encoding, body), "{accept}");
        assert_eq!(reply.header("content-type"), "application/wasm", "{accept}");
        assert!(reply.header("vary").to_lowercase().contains("accept-encoding"), "{accept}");
    }
    let page = server.send(Ask::get("/leads").header("accept", "text/html").header("accept-encoding", "br")).await;
    assert_eq!((page.text().as_str(), page.header("content-encoding")), ("br page", "br"));
}

#[tokio::test]
async fn a_navigation_gets_the_page_and_a_missing_file_gets_404() {
    let (server, _app) = server().await;
    let html = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";
    for path in ["/leads", "/leads/0190b3f4-7a1c-7e55-9d3c-2f1e8a6b4c01", "/settings?x=1", "/invoices/new"] {
        let reply = server.send(Ask::get(path).header("accept", html)).await;
        assert_eq!((reply.status, reply.text().contains("<title>Outpost")), (200, true), "{path}");
    }
    for path in ["/gone.js", "/outpost-ffffffffffffffff.js", "/gone.wasm", "/assets/gone", "/icons/none.png", "/icons"]
    {
        let reply = server.get(path).await;
        assert_eq!((reply.status, reply.text().contains("<title>")), (404, false), "{path}");
    }
    let as_page = server.send(Ask::get("/gone.js").header("accept", html)).await;
    assert_eq!(as_page.status, 404, "a name with a dot is a file, whatever is wanted");
    assert_eq!(server.get("/leads").await.status, 404, "a script's fetch is no navigation");
}

#[tokio::test]
async fn nothing_outside_the_folder_and_nothing_hidden_is_served() {
    let (server, app) = server().await;
    let secret = app.path().parent().expect("a parent").join("outpost-test-outside.txt");
    fs::write(&secret, "outside").expect("written");
    for path in [
        "/.secret",
        "/%2esecret",
        "/%2Esecret",
        "/../outpost-test-outside.txt",
        "/%2e%2e/outpost-test-outside.txt",
        "/..%2foutpost-test-outside.txt",
        "/icons/../../outpost-test-outside.txt",
        "//etc/passwd",
    ] {
        let reply = server.get(path).await;
        assert!(reply.status >= 400 && !reply.text().contains("outside"), "{path}: {}", reply.status);
    }
    fs::remove_file(secret).expect("removed");
}

#[tokio::test]
async fn what_has_not_changed_is_not_sent_again() {
    let (server, _app) = server().await;
    let first = server.get("/sw.js").await;
    let again = server.send(Ask::get("/sw.js").header("if-none-match", first.header("etag"))).await;
    assert_eq!((again.status, again.body.len(), again.header("cache-control")), (304, 0, "no-cache"));
    let head = server.send(Ask::new("HEAD", WASM)).await;
    assert_eq!((head.status, head.body.len(), head.header("content-type")), (200, 0, "application/wasm"));
}

#[tokio::test]
async fn an_app_that_is_not_built_is_said_so() {
    let empty = tempfile::tempdir().expect("a folder");
    let server = Server::with(|config| config.app = Some(empty.path().into())).await;
    let reply = server.get("/").await;
    assert_eq!(reply.status, 404);
    assert!(reply.text().contains("not built"), "{}", reply.text());
}
