//! The table of `README.md`: every program, and the files that its rows name.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::collections::BTreeSet;
use std::path::Path;

#[test]
fn readme_table_has_every_program() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(root.join("README.md")).unwrap();
    let mut named = BTreeSet::new();
    for row in text.lines().filter(|line| line.starts_with("| [`")) {
        let cells: Vec<&str> = row.trim_matches('|').split(" | ").map(str::trim).collect();
        assert_eq!(cells.len(), 6, "{row}");
        let (name, file) = cells[0].trim_start_matches("[`").split_once("`](").unwrap();
        let file = root.join(file.trim_end_matches(')'));
        let source = std::fs::read_to_string(&file).expect(row);
        assert!(source.starts_with("//! "), "{row}");
        // A program of the guide says in its first sentence which chapter it is of.
        if file.starts_with(root.join("examples")) {
            let about: Vec<&str> = source.lines().map_while(|line| line.strip_prefix("//! ")).collect();
            assert!(
                about.join(" ").contains(&format!("chapter {}", cells[2])),
                "{row}\n{about:?}"
            );
            assert!(named.insert(name.to_owned()), "twice: {row}");
        }
        if cells[3].starts_with('`') {
            assert!(source.contains("\n//! Argument"), "{row}");
        }
    }
    let programs: BTreeSet<String> = std::fs::read_dir(root.join("examples"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .map(|path| path.file_stem().unwrap().to_str().unwrap().to_owned())
        .collect();
    assert_eq!(programs, named);
}
