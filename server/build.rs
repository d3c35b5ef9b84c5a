//! Rebuilds the server when a migration is added: the macro that embeds them cannot say so by itself.

fn main() {
    println!("cargo:rerun-if-changed=migrations");
}
