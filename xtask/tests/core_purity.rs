//! The core has no clock, no randomness and no I/O of its own.
//!
//! `core/clippy.toml` refuses the functions; this refuses the crates and features that would bring them in.

#![expect(clippy::unwrap_used, reason = "a test stops at what it did not expect")]

use std::{collections::BTreeMap, path::Path, process::Command};

use serde_json::Value;

/// What the core may depend on, and which features of it. All of it computes; none of it looks outside.
const ALLOWED: &[(&str, &[&str])] = &[
    // Without "clock", "now" and "wasmbind": dates and their arithmetic only.
    ("chrono", &["serde", "std"]),
    // Reads bytes that it is given; allocates nothing, not even memory.
    ("csv-core", &[]),
    ("memchr", &[]),
    ("serde", &["derive"]),
    // A number comes back as it was, to the last bit.
    ("serde_json", &["float_roundtrip"]),
    ("thiserror", &[]),
    ("unicode-normalization", &[]),
    // v5 and v7 bring `new_v5`, which is a hash, and `new_v7`, which core/clippy.toml refuses.
    ("uuid", &["serde", "std", "v5", "v7"]),
];

fn core() -> Value {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--no-deps", "--format-version", "1", "--manifest-path"])
        .arg(root.join("core/Cargo.toml"))
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let metadata: Value = serde_json::from_slice(&output.stdout).unwrap();
    let packages = metadata["packages"].as_array().unwrap();
    packages.iter().find(|package| package["name"] == "outpost-core").unwrap().clone()
}

fn texts(list: &Value) -> Vec<&str> {
    list.as_array().unwrap().iter().map(|text| text.as_str().unwrap()).collect()
}

#[test]
fn the_core_depends_only_on_crates_that_compute() {
    let package = core();
    let allowed: BTreeMap<_, _> = ALLOWED.iter().copied().collect();
    // Tests may use what they like; what is built into the app and the server may not.
    for dependency in package["dependencies"].as_array().unwrap().iter().filter(|one| one["kind"] != "dev") {
        let name = dependency["name"].as_str().unwrap();
        let features = allowed.get(name).unwrap_or_else(|| {
            panic!("core must not depend on {name}: if it has neither clock, randomness nor I/O, add it to this test")
        });
        for feature in texts(&dependency["features"]) {
            assert!(features.contains(&feature), "core must not use the feature {feature} of {name}");
        }
        if name == "chrono" {
            assert_eq!(dependency["uses_default_features"], false, "chrono's default features bring a clock");
        }
    }
}

#[test]
fn the_core_has_no_build_script() {
    let kinds: Vec<Value> = core()["targets"].as_array().unwrap().iter().map(|target| target["kind"].clone()).collect();
    assert!(
        !kinds.iter().any(|kind| texts(kind).contains(&"custom-build")),
        "a build script can read anything: {kinds:?}"
    );
}

#[test]
fn the_core_keeps_its_list_of_refused_functions() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let list = std::fs::read_to_string(root.join("core/clippy.toml")).unwrap();
    for name in [
        "std::time::SystemTime::now",
        "std::time::Instant::now",
        "uuid::Uuid::now_v7",
        "std::fs::read",
        "std::env::var",
    ] {
        assert!(list.contains(&format!("\"{name}\"")), "{name} is no longer refused in core/clippy.toml");
    }
}
