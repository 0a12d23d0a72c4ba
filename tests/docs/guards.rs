//! The tables of docs/guards.md: each function and each test that they name exists.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn rust_files(path: &Path) -> Vec<PathBuf> {
    if path.is_file() {
        return vec![path.to_owned()];
    }
    let Ok(entries) = std::fs::read_dir(path) else {
        return Vec::new();
    };
    let mut files: Vec<_> = entries
        .flat_map(|entry| rust_files(&entry.unwrap().path()))
        .filter(|path| path.extension().is_some_and(|extension| extension == "rs"))
        .collect();
    files.sort();
    files
}

/// Whether a function with this name is in one of the files, as a test if that is asked for. Tests of a module prevent nothing.
fn has_function(files: &[PathBuf], name: &str, test: bool) -> bool {
    let mut searched = files.iter().filter(|path| test || !path.ends_with("tests.rs"));
    searched.any(|path| {
        let text = std::fs::read_to_string(path).unwrap();
        let declaration = format!("fn {name}");
        text.match_indices(&declaration).any(|(at, _)| {
            let whole = text[at + declaration.len()..].starts_with(['(', '<']);
            let attributes = text[..at].rsplit("\n\n").next().unwrap();
            whole && (!test || attributes.contains("#[test]"))
        })
    })
}

/// The code spans of a cell, each with whether a colon follows: then those after it belong to it.
fn spans(cell: &str) -> Vec<(&str, bool)> {
    let mut parts = cell.split('`');
    let mut found = Vec::new();
    parts.next();
    while let (Some(code), Some(after)) = (parts.next(), parts.next()) {
        found.push((code, after.starts_with(':')));
    }
    found
}

/// The rows of the tables whose cells are fault, code and test.
fn rows(page: &str) -> Vec<(String, String, String)> {
    let tables = page.split("## Faults that remain").next().unwrap();
    let cells = |line: &str| -> Vec<String> {
        let line = line.trim_matches('|');
        line.split('|').map(|cell| cell.trim().to_owned()).collect()
    };
    let rows = tables.lines().filter(|line| line.starts_with("| ")).map(cells);
    rows.filter(|cells| cells[0] != "fault")
        .map(|cells| {
            let [fault, code, test] = <[String; 3]>::try_from(cells).expect("three cells");
            (fault, code, test)
        })
        .collect()
}

#[test]
fn guards_page_names_existing_code_and_tests() {
    let page = std::fs::read_to_string(root().join("docs/guards.md")).unwrap();
    let rows = rows(&page);
    assert!(rows.len() > 50, "{} rows", rows.len());
    let mut missing = BTreeSet::new();
    for (fault, code, test) in &rows {
        if !code.starts_with("types") {
            let mut place = "";
            for (span, is_place) in spans(code) {
                if is_place {
                    place = span;
                } else if !has_function(&rust_files(&root().join("src").join(place)), span, false) {
                    missing.insert(format!("{fault}: src/{place} has no function {span}"));
                }
            }
            assert!(!place.is_empty(), "{fault}: no place in {code:?}");
        }
        let mut binary = "";
        let mut tests = 0;
        for (span, is_binary) in spans(test) {
            if is_binary {
                binary = span;
                continue;
            }
            tests += 1;
            let (modules, name) = span.rsplit_once("::").unwrap_or(("", span));
            let first = modules.split("::").next().unwrap();
            // A module within a file counts as its file.
            let files: Vec<_> = rust_files(&root().join("tests").join(binary))
                .into_iter()
                .filter(|path| {
                    let path = path.to_string_lossy().replace('\\', "/");
                    path.contains(&format!("/{first}.rs")) || path.contains(&format!("/{first}/"))
                })
                .collect();
            if !has_function(&files, name, true) {
                missing.insert(format!("{fault}: `{binary}` has no test {span}"));
            }
        }
        assert!(tests > 0, "{fault}: no test in {test:?}");
    }
    assert!(missing.is_empty(), "{}", Vec::from_iter(missing).join("\n"));
}
