//! The speed edits, which lie in `speed/`, one file each.
//!
//! They are written as the repairs are, and come after them. Other than those, each is for the repaired file as the repairs
//! left it, whatever other speed edits there are: the line numbers of all are of that one file, and no two may touch the same
//! lines. So any can be left out to find which one is at fault, with those that need it.

mod list;

use std::collections::BTreeMap;

use crate::error::Error;
use crate::repair::edit;
use crate::repair::parse::Repair;
use crate::sources::Files;

/// What leaves out all of them.
const ALL: &str = "all";

/// Carries out those that `without` does not name.
///
/// # Errors
/// An unknown name, an edit that cannot be read, a file that is not the one that it is for, and two edits of one line. `files` is
/// then as it was.
pub(crate) fn carry_out(files: &mut Files, without: &[String]) -> Result<(), Error> {
    apply(list::ALL, files, without)
}

fn apply(texts: &[(&str, &str)], files: &mut Files, without: &[String]) -> Result<(), Error> {
    if without.iter().any(|name| name == ALL) {
        return Ok(());
    }
    if let Some(unknown) = without.iter().find(|name| texts.iter().all(|(known, _)| known != name)) {
        return Err(Error::Speed(format!("there is none with the name {unknown:?}")));
    }
    let mut done: Vec<&str> = Vec::new();
    let mut by_file: BTreeMap<String, Vec<(edit::Edit<'_>, &str)>> = BTreeMap::new();
    for (name, text) in texts {
        let failed = |reason: &str| Error::Speed(format!("{name}: {reason}"));
        let parsed = Repair::parse("speed", name, text).map_err(|reason| failed(&reason))?;
        if without.iter().any(|skipped| skipped == name) || parsed.needs.iter().any(|need| !done.contains(need)) {
            continue;
        }
        done.push(name);
        for change in parsed.changes {
            let failed = |reason: &str| failed(&format!("{}: {reason}", change.path));
            let old = files
                .get(&change.path)
                .ok_or_else(|| failed("libzmq has no such file"))?;
            // By itself it gives what its text says, so that only their meeting is left to look at.
            change.carry_out(old).map_err(|reason| failed(&reason))?;
            by_file
                .entry(change.path)
                .or_default()
                .extend(change.edits.into_iter().map(|edit| (edit, *name)));
        }
    }
    let mut changed = Files::new();
    for (path, mut edits) in by_file {
        edits.sort_by_key(|(edit, _)| std::cmp::Reverse((edit.first, edit.last)));
        if let Some([(_, lower), (_, upper)]) = edits.windows(2).find(|pair| overlap(&pair[0].0, &pair[1].0)) {
            return Err(Error::Speed(format!(
                "{path}: {upper} and {lower} change the same lines"
            )));
        }
        let edits: Vec<_> = edits.into_iter().map(|(edit, _)| edit).collect();
        let old = files.get(&path).map(Vec::as_slice).unwrap_or_default();
        let new = edit::carry_out(&edits, old).map_err(|reason| Error::Speed(format!("{path}: {reason}")))?;
        changed.insert(path, new);
    }
    files.extend(changed);
    Ok(())
}

/// Whether two edits, the lower one first, have a line in common, or add text at one place.
fn overlap(lower: &edit::Edit<'_>, upper: &edit::Edit<'_>) -> bool {
    upper.last >= lower.first || (upper.first, upper.last) == (lower.first, lower.last)
}

#[cfg(test)]
mod tests {
    use super::{apply, carry_out, list};
    use crate::repair;
    use crate::repair::parse::Repair;
    use crate::repair::sha256::hex;
    use crate::sources::{Files, read};

    const OLD: &str = "1\n2\n3\n";

    fn files(text: &str) -> Files {
        [("a.cpp".to_owned(), text.as_bytes().to_vec())].into()
    }

    fn edit(name: &str, after: &str, script: &str) -> String {
        format!(
            "speed {name}\n\nfile a.cpp\nbefore sha256 {}\nafter  sha256 {}\n{script}end\n",
            hex(OLD.as_bytes()),
            hex(after.as_bytes()),
        )
    }

    #[test]
    fn the_edits_fit_the_repaired_sources() {
        let mut repaired = read().expect("libzmq's sources");
        repair::carry_out(&mut repaired).expect("they fit");
        let mut files = repaired.clone();
        carry_out(&mut files, &[]).expect("they fit");
        assert_ne!(files, repaired);
        // Without any one of them, and without all.
        for (name, _) in list::ALL {
            let mut files = repaired.clone();
            carry_out(&mut files, &[(*name).to_owned()]).expect(name);
        }
        let mut files = repaired.clone();
        carry_out(&mut files, &["all".to_owned()]).expect("none");
        assert_eq!(files, repaired);
    }

    #[test]
    fn the_edits_are_numbered_and_explained() {
        for (index, (name, text)) in list::ALL.iter().enumerate() {
            assert_eq!(name[..3], format!("{:02}-", index + 1), "{name}");
            for field in ["what ", "costs ", "gains ", "upstream ", "licence   MPL-2.0"] {
                let there = text
                    .lines()
                    .take_while(|line| !line.starts_with("file "))
                    .any(|line| line.starts_with(field));
                assert!(there, "{name}: no {field}");
            }
            let parsed = Repair::parse("speed", name, text).expect(name);
            for need in parsed.needs {
                let known = list::ALL[..index].iter().any(|(before, _)| *before == need);
                assert!(known, "{name} needs {need}, which does not come before it");
            }
        }
    }

    #[test]
    fn line_numbers_are_of_the_repaired_file() {
        let first = edit("01-a", "1\n1b\n2\n3\n", "1a\n1b\n.\n");
        let second = edit("02-b", "1\n2\nx\n", "3c\nx\n.\n");
        for texts in [
            [("01-a", &*first), ("02-b", &*second)],
            [("02-b", &*second), ("01-a", &*first)],
        ] {
            let mut tree = files(OLD);
            apply(&texts, &mut tree, &[]).expect("both");
            assert_eq!(tree, files("1\n1b\n2\nx\n"));
            let mut tree = files(OLD);
            apply(&texts, &mut tree, &["01-a".to_owned()]).expect("one");
            assert_eq!(tree, files("1\n2\nx\n"));
        }
    }

    #[test]
    fn edit_after_a_skipped_edit_is_skipped() {
        let first = edit("01-a", "1\n3\n", "2d\n");
        let second = edit("02-b", "1\n2\n", "3d\n").replace("02-b\n", "02-b\nneeds     01-a\n");
        let texts = [("01-a", &*first), ("02-b", &*second)];
        let mut tree = files(OLD);
        apply(&texts, &mut tree, &["01-a".to_owned()]).expect("none is left");
        assert_eq!(tree, files(OLD));
        apply(&texts, &mut tree, &[]).expect("both");
        assert_eq!(tree, files("1\n"));
    }

    #[test]
    fn edits_that_meet_change_nothing() {
        let add = edit("01-a", "1\nx\n2\n3\n", "1a\nx\n.\n");
        let delete = edit("01-a", "1\n3\n", "2d\n");
        for (first, second) in [
            (&add, edit("02-b", "1\ny\n2\n3\n", "1a\ny\n.\n")),
            (&delete, edit("02-b", "1\ny\n3\n", "2c\ny\n.\n")),
            (&delete, edit("02-b", "3\n", "1,2d\n")),
        ] {
            let mut tree = files(OLD);
            let error = apply(&[("01-a", first), ("02-b", &second)], &mut tree, &[]).expect_err("they overlap");
            assert!(
                error.to_string().contains("a.cpp: 01-a and 02-b change the same lines")
                    || error.to_string().contains("a.cpp: 02-b and 01-a change the same lines"),
                "{error}"
            );
            assert_eq!(tree, files(OLD));
        }
    }

    #[test]
    fn a_wrong_name_or_file_changes_nothing() {
        let text = edit("01-a", "1\n3\n", "2d\n");
        let texts = [("01-a", &*text)];
        let mut tree = files(OLD);
        let error = apply(&texts, &mut tree, &["a".to_owned()]).expect_err("unknown");
        assert!(error.to_string().contains("none with the name \"a\""), "{error}");
        let mut tree = files("another\n");
        let error = apply(&texts, &mut tree, &[]).expect_err("another file");
        assert!(
            error.to_string().contains("01-a: a.cpp: not the file that it is for"),
            "{error}"
        );
        assert_eq!(tree, files("another\n"));
    }
}
