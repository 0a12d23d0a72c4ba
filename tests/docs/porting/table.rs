//! The rows of a page's tables.

use std::path::Path;

/// A row: its line, and its two cells.
pub(crate) struct Row {
    pub(crate) line: usize,
    left: String,
    right: String,
}

impl Row {
    /// The code of the left-hand cell.
    pub(crate) fn left(&self) -> Vec<&str> {
        spans(&self.left)
    }

    /// The code of the right-hand cell.
    pub(crate) fn right(&self) -> Vec<&str> {
        spans(&self.right)
    }

    /// Whether what it says holds for builds as this one only.
    pub(crate) fn applies(&self) -> bool {
        let draft = cfg!(feature = "draft") || !self.right.contains("with the feature *draft*");
        let unix = cfg!(unix) || !self.right.contains("on Unix");
        draft && unix
    }
}

/// All rows with two cells, but for the heads of tables.
pub(crate) fn rows(page: &str) -> Vec<Row> {
    let text = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(page)).unwrap();
    let mut rows = Vec::new();
    for (number, line) in text.lines().enumerate() {
        if let Some(row) = line.strip_prefix("| ").and_then(|line| line.strip_suffix(" |")) {
            let (left, right) = row.split_once(" | ").unwrap_or_else(|| panic!("one cell: {line}"));
            // In a table a bar that is no border has a backslash.
            rows.push(Row {
                line: number + 1,
                left: left.replace("\\|", "|"),
                right: right.replace("\\|", "|"),
            });
        }
    }
    rows
}

/// What stands between backquotes.
fn spans(cell: &str) -> Vec<&str> {
    cell.split('`').skip(1).step_by(2).collect()
}

/// Names with dots in them, as `soc.Recv`.
pub(crate) fn tokens(span: &str) -> impl Iterator<Item = &str> {
    span.split(|c: char| !c.is_alphanumeric() && !matches!(c, '_' | '.' | ':'))
}
