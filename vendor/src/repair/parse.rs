//! The text of a repair or a speed edit: a name, prose, and for each file its sums and a script.

use super::edit::{Edit, carry_out};
use super::sha256::hex;

/// One of them.
#[derive(Debug)]
pub(crate) struct Repair<'a> {
    /// The names of others without which it is nothing.
    pub(crate) needs: Vec<&'a str>,
    pub(crate) changes: Vec<Change<'a>>,
}

/// What it does to one file.
#[derive(Debug)]
pub(crate) struct Change<'a> {
    pub(crate) path: String,
    before: &'a str,
    after: &'a str,
    pub(crate) edits: Vec<Edit<'a>>,
}

impl<'a> Repair<'a> {
    /// Reads the text of the repair, or of another `kind`, `name`.
    ///
    /// # Errors
    /// What is wrong with it.
    pub(crate) fn parse(kind: &str, name: &str, text: &'a str) -> Result<Self, String> {
        let mut lines = text.lines();
        let head = format!("{kind} {name}");
        if lines.next() != Some(&*head) {
            return Err(format!("does not begin with {head:?}"));
        }
        let (mut needs, mut changes) = (Vec::new(), Vec::new());
        while let Some(line) = lines.next() {
            // What is not about a file is prose, but for what it needs.
            if let Some(path) = line.strip_prefix("file ") {
                changes.push(Change::parse(path, &mut lines).map_err(|reason| format!("{path}: {reason}"))?);
            } else if let Some(names) = line.strip_prefix("needs ") {
                needs.extend(names.split_whitespace());
            }
        }
        if changes.is_empty() {
            return Err("names no file".to_owned());
        }
        Ok(Self { needs, changes })
    }
}

impl<'a> Change<'a> {
    fn parse(path: &str, lines: &mut impl Iterator<Item = &'a str>) -> Result<Self, String> {
        let mut sum = |word: &str| {
            let mut words = lines.next().unwrap_or_default().split_whitespace();
            (words.next() == Some(word) && words.next() == Some("sha256"))
                .then(|| words.next())
                .flatten()
                .ok_or_else(|| format!("no \"{word} sha256\""))
        };
        let (before, after) = (sum("before")?, sum("after")?);
        let mut edits = Vec::new();
        loop {
            let command = lines.next().ok_or("no \"end\"")?;
            if command == "end" {
                break;
            }
            let (mut edit, has_text) = Edit::parse(command).ok_or_else(|| format!("not a command: {command:?}"))?;
            if has_text {
                edit.text = text(lines).ok_or_else(|| format!("{command:?} has no end"))?;
            }
            edits.push(edit);
        }
        Ok(Self {
            path: path.to_owned(),
            before,
            after,
            edits,
        })
    }

    /// What becomes of the file.
    ///
    /// # Errors
    /// It is not the one that this change is for.
    pub(crate) fn carry_out(&self, old: &[u8]) -> Result<Vec<u8>, String> {
        let found = hex(old);
        if found != self.before {
            return Err(format!(
                "not the file that it is for, of libzmq {} (sha256 {found})",
                crate::VERSION
            ));
        }
        let new = carry_out(&self.edits, old)?;
        let made = hex(&new);
        if made != self.after {
            return Err(format!("not the expected result (sha256 {made})"));
        }
        Ok(new)
    }
}

/// The lines before the next that is a dot.
fn text<'a>(lines: &mut impl Iterator<Item = &'a str>) -> Option<Vec<&'a str>> {
    let mut text = Vec::new();
    loop {
        match lines.next()? {
            "." => return Some(text),
            line => text.push(line),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Repair;

    #[test]
    fn unreadable_repair_says_why() {
        let sums = "before sha256 x\nafter sha256 y\n";
        for (text, words) in [
            (String::new(), "does not begin with"),
            ("repair b\n".to_owned(), "does not begin with"),
            ("repair a\nprose only\n".to_owned(), "names no file"),
            (
                "repair a\nfile f\nafter sha256 y\n".to_owned(),
                "f: no \"before sha256\"",
            ),
            (
                "repair a\nfile f\nbefore sha256\n".to_owned(),
                "f: no \"before sha256\"",
            ),
            (format!("repair a\nfile f\n{sums}1d\n"), "f: no \"end\""),
            (format!("repair a\nfile f\n{sums}1a\nend\n"), "f: \"1a\" has no end"),
            (
                format!("repair a\nfile f\n{sums}hello\nend\n"),
                "f: not a command: \"hello\"",
            ),
        ] {
            let error = Repair::parse("repair", "a", &text).expect_err(words);
            assert!(error.contains(words), "{error}");
        }
    }

    #[test]
    fn text_may_look_like_anything() {
        let text = "repair a\nfile f\nbefore sha256 x\nafter sha256 y\n2a\nend\nfile g\n1d\n.\nend\nprose\n";
        let repair = Repair::parse("repair", "a", text).expect("it is right");
        assert_eq!(repair.changes.len(), 1);
        assert_eq!(repair.changes[0].edits[0].text, ["end", "file g", "1d"]);
    }
}
