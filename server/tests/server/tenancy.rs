//! No statement reaches a row without its workspace: what the server says to its databases is read as text, whichever of them the tests
//! have at hand. That the keys begin with the workspace, a test of PostgreSQL sees to.

use std::fs;
use std::path::{Path, PathBuf};

/// The tables that grow with what people do. Not here: `users` and `sessions`, since whoever signs in does not say yet in which workspace;
/// and `workspaces`, which has a row for each, and all of whose rows a restored backup and the making of sums at the start go through.
const GROWING: [&str; 9] =
    ["devices", "history", "invoice_numbers", "marks", "receipts", "records", "segments", "snapshots", "sums"];
const SHARED: [&str; 3] = ["sessions", "users", "workspaces"];
const SCHEMAS: [&str; 2] = ["sqlite", "postgres"];

fn server() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).to_path_buf()
}

fn files(folder: &Path, ending: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            found.extend(files(&path, ending));
        } else if path.extension().is_some_and(|is| is == ending) {
            found.push(path);
        }
    }
    found
}

/// The texts in a piece of Rust: `"…"`, `r"…"` and `r#"…"#`, without comments and without its tests, which may look at anything.
fn literals(source: &str) -> Vec<String> {
    let source = source.split("#[cfg(test)]\nmod ").next().unwrap_or_default();
    let lines = source.lines().filter(|line| !line.trim_start().starts_with("//"));
    let source = lines.collect::<Vec<_>>().join("\n").replace("'\"'", "' '");
    let (mut found, mut rest) = (Vec::new(), source.as_str());
    while let Some(at) = rest.find('"') {
        let end = if rest[..at].ends_with("r#") { "\"#" } else { "\"" };
        let mut length = 0;
        let text = &rest[at + 1..];
        // One that is escaped does not end it.
        while let Some(next) = text[length..].find(end) {
            length += next;
            if end == "\"#" || !text[..length].ends_with('\\') {
                break;
            }
            length += 1;
        }
        found.push(text[..length].to_owned());
        rest = &text[(length + end.len()).min(text.len())..];
    }
    found
}

/// The words of a statement, and its signs one by one.
fn tokens(statement: &str) -> Vec<String> {
    let mut tokens: Vec<String> = Vec::new();
    let mut goes_on = false;
    for sign in statement.chars() {
        let is_word = sign.is_alphanumeric() || sign == '_';
        match tokens.last_mut() {
            Some(last) if is_word && goes_on => last.push(sign),
            _ if sign.is_whitespace() => {}
            _ => tokens.push(sign.to_string()),
        }
        goes_on = is_word;
    }
    tokens
}

/// The tables of those that a statement reads or writes.
fn reaches(tokens: &[String], tables: &[&str]) -> bool {
    let leads = |word: &str| ["FROM", "INTO", "UPDATE", "JOIN"].contains(&word.to_uppercase().as_str());
    tokens.windows(2).any(|two| leads(&two[0]) && tables.contains(&two[1].as_str()))
}

/// Whether it says of which workspace: compared with one, joined by it, or the first of what is written or compared.
fn is_of_one(tokens: &[String]) -> bool {
    tokens.windows(2).any(|two| match (two[0].as_str(), two[1].as_str()) {
        ("workspace", next) => matches!(next, "=" | ">" | "IN"),
        (before, next) => before == "(" && next == "workspace",
    })
}

#[test]
fn every_statement_on_what_grows_says_of_which_workspace() {
    let (mut seen, mut without) = (0, Vec::new());
    for folder in ["src/store/sqlite", "src/store/postgres"].map(|folder| server().join(folder)) {
        let mut sources = files(&folder, "rs");
        sources.push(folder.with_extension("rs"));
        assert!(sources.len() > 10, "{sources:?}");
        for source in sources {
            for literal in literals(&fs::read_to_string(&source).expect("a source")) {
                let tokens = tokens(&literal);
                if reaches(&tokens, &GROWING) {
                    seen += 1;
                    if !is_of_one(&tokens) {
                        without.push(format!("{}: {literal}", source.display()));
                    }
                }
            }
        }
    }
    assert!(seen > 60, "the statements are found: {seen}");
    assert!(without.is_empty(), "of no workspace:\n{}", without.join("\n"));
}

#[test]
fn every_table_is_one_that_grows_or_is_shared_for_a_reason() {
    for schema in SCHEMAS {
        let mut tables = Vec::new();
        for migration in files(&server().join("migrations").join(schema), "sql") {
            let text = fs::read_to_string(migration).expect("a migration");
            let lines = text.lines().filter_map(|line| line.strip_prefix("CREATE TABLE "));
            tables.extend(lines.map(|rest| rest.split([' ', '(']).next().unwrap_or_default().to_owned()));
        }
        tables.sort_unstable();
        let mut known: Vec<&str> = GROWING.into_iter().chain(SHARED).collect();
        known.sort_unstable();
        assert_eq!(tables, known, "{schema}");
    }
}

#[test]
fn a_statement_without_a_workspace_would_be_seen() {
    for (statement, is_good) in [
        ("SELECT body FROM records WHERE id = ?1", false),
        ("DELETE FROM receipts WHERE n < $1", false),
        ("UPDATE sums SET count = 0", false),
        ("SELECT workspace, body FROM records ORDER BY workspace", false),
        ("SELECT body FROM records WHERE workspace = ?1 AND id = ?2", true),
        ("INSERT INTO marks (workspace, id) VALUES (?1, ?2)", true),
        ("SELECT body FROM users JOIN devices USING (workspace)", true),
    ] {
        let tokens = tokens(statement);
        assert!(reaches(&tokens, &GROWING), "{statement}");
        assert_eq!(is_of_one(&tokens), is_good, "{statement}");
    }
    let source = "// \"SELECT 1 FROM records\"\nlet a = \"one \\\"two\\\"\"; b(r#\"a \"b\" c\"#, '\"', \"three\");";
    assert_eq!(literals(source), ["one \\\"two\\\"", "a \"b\" c", "three"]);
}
