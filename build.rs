//! The app's release build is cut in two (`xtask/src/cut.rs`), and for that the linker has to leave its notes.

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    let set = |name: &str| std::env::var(name).unwrap_or_default();
    if set("CARGO_CFG_TARGET_ARCH") == "wasm32" && set("PROFILE") == "release" {
        println!("cargo::rustc-link-arg-bins=--emit-relocs");
    }
}
