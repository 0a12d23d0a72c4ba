//! The repairs: edits of libzmq's sources that lie in `repairs/`, one file each.
//!
//! A repair holds line numbers and what stands there afterwards, and of each
//! file the SHA-256 before and after: the numbers mean nothing for another text,
//! so another text is an error, never a file left alone. They are carried out in
//! the order of their numbers, and the sums of the later ones stand on the earlier.

pub(crate) mod edit;
mod list;
pub(crate) mod parse;
pub(crate) mod sha256;

use crate::error::Error;
use crate::sources::Files;
use parse::Repair;

/// Carries out all of them.
///
/// # Errors
/// A repair that cannot be read, or a file that is not the one that it is for.
/// `files` is then as it was.
pub(crate) fn carry_out(files: &mut Files) -> Result<(), Error> {
    apply(&list::ALL, files)
}

fn apply(texts: &[(&str, &str)], files: &mut Files) -> Result<(), Error> {
    let mut repaired = Files::new();
    for (name, text) in texts {
        let repair = Repair::parse("repair", name, text).map_err(|reason| failed(name, &reason))?;
        for change in &repair.changes {
            let failed = |reason: &str| failed(name, &format!("{}: {reason}", change.path));
            let old = repaired
                .get(&change.path)
                .or_else(|| files.get(&change.path))
                .ok_or_else(|| failed("libzmq has no such file"))?;
            let new = change.carry_out(old).map_err(|reason| failed(&reason))?;
            repaired.insert(change.path.clone(), new);
        }
    }
    files.extend(repaired);
    Ok(())
}

fn failed(name: &str, reason: &str) -> Error {
    Error::Repair(format!("{name}: {reason}"))
}

#[cfg(test)]
mod tests {
    use super::{apply, carry_out, list, sha256::hex};
    use crate::sources::{Files, read};

    fn files(texts: &[(&str, &str)]) -> Files {
        texts
            .iter()
            .map(|(path, text)| ((*path).to_owned(), text.as_bytes().to_vec()))
            .collect()
    }

    fn repair(name: &str, before: &str, after: &str, script: &str) -> String {
        format!(
            "repair {name}\nwhat of it\n\nfile a.cpp\nbefore sha256 {}\nafter  sha256 {}\n{script}end\n",
            hex(before.as_bytes()),
            hex(after.as_bytes()),
        )
    }

    #[test]
    fn the_repairs_fit_the_sources() {
        let mut files = read().expect("libzmq's sources");
        let plain = files.clone();
        carry_out(&mut files).expect("they fit");
        let mut changed: Vec<&str> = files
            .keys()
            .filter(|path| plain[*path] != files[*path])
            .map(|path| &**path)
            .collect();
        let named = list::ALL.iter().flat_map(|(_, text)| text.lines());
        let mut named: Vec<&str> = named.filter_map(|line| line.strip_prefix("file ")).collect();
        changed.sort_unstable();
        named.sort_unstable();
        named.dedup();
        assert_eq!(changed, named);
        let again = carry_out(&mut files).expect_err("they are in already");
        assert!(again.to_string().contains("00-has: src/zmq.cpp: "), "{again}");
    }

    #[test]
    fn the_repairs_are_numbered_and_explained() {
        for (number, (name, text)) in list::ALL.iter().enumerate() {
            assert_eq!(name[..3], format!("{number:02}-"), "{name}");
            for field in ["what ", "who ", "since ", "upstream ", "test ", "licence   MPL-2.0"] {
                let there = text
                    .lines()
                    .take_while(|line| !line.starts_with("file "))
                    .any(|line| line.starts_with(field));
                assert!(there, "{name}: no {field}");
            }
        }
    }

    #[test]
    fn later_ones_stand_on_earlier_ones() {
        let mut tree = files(&[("a.cpp", "1\n2\n3\n")]);
        let first = repair("00-a", "1\n2\n3\n", "1\n3\n", "2d\n");
        let second = repair("01-b", "1\n3\n", "1\n3\n4\n", "2a\n4\n.\n");
        apply(&[("00-a", &first), ("01-b", &second)], &mut tree).expect("in order");
        assert_eq!(tree, files(&[("a.cpp", "1\n3\n4\n")]));

        let before = files(&[("a.cpp", "1\n2\n3\n")]);
        let mut tree = before.clone();
        let error = apply(&[("01-b", &second), ("00-a", &first)], &mut tree).expect_err("out of order");
        assert!(
            error.to_string().contains("01-b: a.cpp: not the file that it is for"),
            "{error}"
        );
        assert_eq!(tree, before);
    }

    #[test]
    fn a_wrong_file_changes_nothing() {
        let other = files(&[("a.cpp", "another\n")]);
        let good = repair("00-a", "1\n", "2\n", "1c\n2\n.\n");
        for (tree, text, words) in [
            (&other, good.clone(), "not the file that it is for"),
            (&files(&[]), good.clone(), "no such file"),
            (
                &files(&[("a.cpp", "1\n")]),
                repair("00-a", "1\n", "3\n", "1c\n2\n.\n"),
                "not the expected result",
            ),
            (
                &files(&[("a.cpp", "1\n")]),
                good.replace("1c\n", "2c\n"),
                "out of place",
            ),
            (
                &files(&[("a.cpp", "1\n")]),
                good.replace("repair 00-a", "repair 00-b"),
                "does not begin with",
            ),
        ] {
            let mut changed = tree.clone();
            let error = apply(&[("00-a", &text)], &mut changed).expect_err(words);
            assert!(error.to_string().contains(words), "{error}");
            assert_eq!(changed, *tree);
        }
    }
}
