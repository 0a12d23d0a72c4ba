//! A program that depends on this package, as a user's does.

use std::path::Path;
use std::process::Command;

use crate::tree::Tree;

/// The folder of that program.
pub(crate) struct Scratch(Tree);

impl Scratch {
    /// `name` is the test's own; `feature` is one of this package, or empty.
    pub(crate) fn new(name: &str, feature: &str) -> Self {
        let tree = Tree::new(name);
        let here = Path::new(env!("CARGO_MANIFEST_DIR"));
        let feature = if feature.is_empty() {
            String::new()
        } else {
            format!("\"{feature}\"")
        };
        tree.file(
            "Cargo.toml",
            &format!(
                r#"
[package]
name = "scratch"
version = "0.0.0"
edition = "2024"

[dependencies]
zmq4-sys = {{ path = {here:?}, features = [{feature}] }}

[patch.crates-io]
# The real one compiles for half a minute, which no test here needs.
libsodium-sys-stable = {{ path = "sodium" }}

[workspace]
"#
            ),
        )
        .file("src/main.rs", include_str!("program.rs.txt"))
        .file(
            "build.rs",
            r#"fn main() {
    for key in ["FROM", "KIND", "VERSION", "DRAFT", "INCLUDE", "LIB"] {
        let value = std::env::var(format!("DEP_ZMQ_{key}")).unwrap_or_default();
        println!("cargo::rustc-env=SEEN_{key}={value}");
    }
}"#,
        )
        .file(
            "sodium/Cargo.toml",
            r#"
[package]
name = "libsodium-sys-stable"
version = "1.99.0"
edition = "2024"
links = "sodium"
[lib]
name = "libsodium_sys"
"#,
        )
        .file("sodium/src/lib.rs", "")
        .file("sodium/build.rs", "fn main() {}");
        // The versions that this workspace has downloaded.
        let lock = here.parent().unwrap().join("Cargo.lock");
        if let Ok(lock) = std::fs::read_to_string(lock) {
            tree.file("Cargo.lock", &without(&lock, "libsodium-sys-stable"));
        }
        Self(tree)
    }

    pub(crate) fn tree(&self) -> &Tree {
        &self.0
    }

    /// Cargo with that subcommand, in a target folder of its own, without our
    /// variables of whoever runs the tests. It builds for this machine, whose
    /// libraries pkg-config knows, whatever target the tests are compiled for.
    pub(crate) fn cargo(&self, subcommand: &str) -> Command {
        let mut command = Command::new(env!("CARGO"));
        for (name, _) in std::env::vars_os() {
            if ["LIBZMQ", "DOCS_RS", "CXXSTDLIB", "CARGO_BUILD_TARGET"]
                .iter()
                .any(|ours| name.to_string_lossy().contains(ours))
            {
                command.env_remove(&name);
            }
        }
        command
            .args([subcommand, "--offline", "--quiet"])
            .current_dir(self.0.path(""))
            .env("CARGO_TARGET_DIR", self.0.path("target"))
            .env("CARGO_TERM_COLOR", "never");
        command
    }
}

/// A lock file without that package, so that the patch is free to replace it.
fn without(lock: &str, package: &str) -> String {
    let name = format!("name = \"{package}\"\n");
    lock.split_inclusive("\n\n")
        .filter(|entry| !entry.contains(&name))
        .collect()
}
