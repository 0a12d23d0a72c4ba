//! What the README says of the cargo features.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;

use crate::support::skip;

/// The number of packages that cargo compiles with these features alone.
fn packages(features: &str) -> Option<usize> {
    let cargo = std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned());
    let output = Command::new(cargo)
        .args([
            "tree",
            "--package=zmq4",
            "--edges=normal,build",
            "--prefix=none",
            "--offline",
            "--no-default-features",
        ])
        .arg(format!("--features={features}"))
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .ok()?;
    let tree = String::from_utf8_lossy(&output.stdout);
    let names: BTreeSet<_> = tree.lines().map(|line| line.trim_end_matches(" (*)")).collect();
    output.status.success().then_some(names.len())
}

#[test]
fn readme_counts_the_packages_of_each_feature() {
    let readme = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md")).unwrap();
    let count = |name: &str| -> String {
        let line = readme.lines().find(|line| line.starts_with(&format!("| {name}")));
        let line = line.unwrap_or_else(|| panic!("no line for {name}"));
        line.split('|').nth(4).unwrap().trim().to_owned()
    };
    let Some(none) = packages("") else {
        return skip("cargo cannot be run, or lacks packages");
    };
    assert_eq!(count("(none)"), none.to_string());
    for feature in ["auth", "tokio", "async-io", "draft"] {
        let with = packages(feature).expect("it was run before");
        assert_eq!(count(&format!("`{feature}`")), format!("+{}", with - none), "{feature}");
    }
}
