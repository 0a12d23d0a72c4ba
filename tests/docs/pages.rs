//! The pages of `docs/`, which the module `guide` shows: that all are there, are packaged, and lead to each other.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// Pages that are read in the repository only: pictures, reports.
const UNPUBLISHED: [&str; 2] = ["peers.md", "upstream.md"];

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn text(path: impl AsRef<Path>) -> String {
    std::fs::read_to_string(root().join(path)).unwrap()
}

fn files(folder: &Path, extension: &str) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let (folders, files): (Vec<_>, Vec<_>) = entries.partition(|path| path.is_dir());
    let wanted = files
        .into_iter()
        .filter(|path| path.extension().is_some_and(|found| found == extension));
    wanted
        .chain(folders.iter().flat_map(|folder| self::files(folder, extension)))
        .collect()
}

fn pages() -> BTreeSet<String> {
    let name = |path: PathBuf| path.file_name().unwrap().to_string_lossy().into_owned();
    files(&root().join("docs"), "md").into_iter().map(name).collect()
}

/// What stands between two texts, wherever they enclose something.
fn between<'t>(text: &'t str, before: &str, after: &str) -> Vec<&'t str> {
    let parts = text.split(before).skip(1);
    parts
        .filter_map(|part| part.split_once(after))
        .map(|(part, _)| part)
        .collect()
}

#[test]
fn guide_has_every_page_and_packages_it() {
    let guide = text("src/guide.rs");
    let shown: BTreeSet<String> = between(&guide, " = \"", "\";").into_iter().map(str::to_owned).collect();
    let mut all = pages();
    for page in UNPUBLISHED {
        assert!(all.remove(page), "no page docs/{page}");
    }
    assert_eq!(shown, all);
    assert!(text("Cargo.toml").contains("\"/docs/*.md\""));
}

/// A page's own definitions are for the repository, those of the module for the documentation: a page that is linked needs both.
#[test]
fn pages_link_to_each_other_in_both_places() {
    let guide = text("src/guide.rs");
    for page in pages() {
        if UNPUBLISHED.contains(&&*page) {
            continue;
        }
        let text = text(Path::new("docs").join(&page));
        for link in between(&text, "](", ")") {
            let whole = ["https://", "http://", "#"].iter().any(|start| link.starts_with(start));
            assert!(
                whole || link.contains('`') || link.contains(' '),
                "docs/{page}: {link} leads nowhere on docs.rs"
            );
        }
        for line in text.lines().filter(|line| line.starts_with('[')) {
            let Some((label, target)) = line[1..].split_once("]: ") else {
                continue;
            };
            assert!(
                guide.contains(&format!("[{label}]: crate::")),
                "src/guide.rs does not resolve {label}, of docs/{page}"
            );
            if !target.starts_with("https://") {
                let file = target.split('#').next().unwrap();
                assert!(pages().contains(file), "docs/{page}: no page {target}");
            }
        }
        for label in between(&text, "][", "]")
            .into_iter()
            .filter(|label| label.contains(".md"))
        {
            assert!(
                text.contains(&format!("\n[{label}]: ")),
                "docs/{page} does not define {label}"
            );
        }
    }
}

#[test]
fn logging_page_lists_the_targets_of_the_source() {
    let page = text("docs/logging.md");
    let listed: BTreeSet<_> = page
        .lines()
        .filter_map(|line| line.strip_prefix("| `")?.split('`').next())
        .collect();
    let mut used = BTreeSet::new();
    for path in files(&root().join("src"), "rs") {
        let source = std::fs::read_to_string(&path).unwrap();
        for (at, _) in source.match_indices("\"zmq4::") {
            let before = source[..at].trim_end();
            if before.ends_with("target:") || before.ends_with("TARGET: &str =") {
                used.insert(source[at + 1..].split('"').next().unwrap().to_owned());
            }
        }
        // A call without a target would log under the name of its module.
        let calls = ["error!(", "warn!(", "info!(", "debug!(", "trace!(", "log!("];
        for (number, line) in source
            .lines()
            .enumerate()
            .filter(|(_, line)| !line.trim_start().starts_with("//"))
        {
            let logs = calls.iter().any(|call| {
                let at = line.find(call);
                at.is_some_and(|at| line[..at].ends_with("log::") || line[..at].trim().is_empty())
            });
            let next = source.lines().nth(number + 1).unwrap_or("");
            assert!(
                !logs || line.contains("target:") || next.contains("target:"),
                "{}: {line}",
                path.display()
            );
        }
    }
    assert_eq!(listed, used.iter().map(String::as_str).collect());
}
