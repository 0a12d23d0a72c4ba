//! One command of a script, in the manner of `ed`: by line number, from the
//! bottom of the file to its top, so that the numbers above stay right.

/// `first,last` are replaced by `text`; where `last` is before `first`, nothing
/// is taken out and `text` comes after line `last`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Edit<'a> {
    pub(crate) first: usize,
    pub(crate) last: usize,
    pub(crate) text: Vec<&'a str>,
}

impl Edit<'_> {
    /// Reads `5a`, `5c`, `5,7c`, `5d` or `5,7d`, and says whether text follows.
    pub(super) fn parse(command: &str) -> Option<(Self, bool)> {
        let kind = command.chars().last()?;
        let range = &command[..command.len() - kind.len_utf8()];
        let (first, last) = range.split_once(',').unwrap_or((range, range));
        let number = |text: &str| -> Option<usize> {
            text.bytes()
                .all(|byte| byte.is_ascii_digit())
                .then(|| text.parse().ok())?
        };
        let (first, last) = (number(first)?, number(last)?);
        let (first, last) = match kind {
            'a' if first == last => (first.checked_add(1)?, last),
            'c' | 'd' if 1 <= first && first <= last => (first, last),
            _ => return None,
        };
        let text = Vec::new();
        Some((Self { first, last, text }, kind != 'd'))
    }
}

/// Carries out `edits` on a text of whole lines.
///
/// # Errors
/// An edit that reaches below the text, or into the one before.
pub(crate) fn carry_out(edits: &[Edit<'_>], text: &[u8]) -> Result<Vec<u8>, String> {
    let mut lines: Vec<&[u8]> = text.split(|byte| *byte == b'\n').collect();
    // Behind the last line break is nothing, or a line without an end.
    let rest = lines.pop().unwrap_or_default();
    let mut below = lines.len() + 1;
    for edit in edits {
        if edit.last >= below {
            return Err(format!("an edit of line {} is out of place", edit.last));
        }
        let new = edit.text.iter().map(|line| line.as_bytes());
        lines.splice(edit.first - 1..edit.last, new);
        below = edit.first;
    }
    lines.push(rest);
    Ok(lines.join(&b'\n'))
}

#[cfg(test)]
mod tests {
    use super::{Edit, carry_out};

    fn edit(first: usize, last: usize, text: &[&'static str]) -> Edit<'static> {
        Edit {
            first,
            last,
            text: text.to_vec(),
        }
    }

    #[test]
    fn commands_are_read() {
        for (command, first, last, has_text) in [
            ("0a", 1, 0, true),
            ("5a", 6, 5, true),
            ("5c", 5, 5, true),
            ("5,7c", 5, 7, true),
            ("5,7d", 5, 7, false),
        ] {
            assert_eq!(
                Edit::parse(command),
                Some((edit(first, last, &[]), has_text)),
                "{command}"
            );
        }
        for wrong in [
            "",
            "a",
            "5",
            "5x",
            "0c",
            "0d",
            "7,5d",
            "5,7a",
            "-1d",
            "+1d",
            "5,d",
            "1,2,3d",
            "99999999999999999999a",
            "5é",
        ] {
            assert_eq!(Edit::parse(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn lines_are_added_changed_and_deleted() {
        let text = b"1\n2\n3\n4\n";
        let edits = [
            edit(5, 4, &["5"]),
            edit(3, 4, &["x"]),
            edit(2, 2, &[]),
            edit(1, 0, &["a", "b"]),
        ];
        assert_eq!(carry_out(&edits, text), Ok(b"a\nb\n1\nx\n5\n".to_vec()));
        assert_eq!(carry_out(&[edit(1, 1, &[])], b"1\nrest"), Ok(b"rest".to_vec()));
        assert_eq!(carry_out(&[edit(1, 0, &["1"])], b""), Ok(b"1\n".to_vec()));
    }

    #[test]
    fn edits_stay_in_place() {
        for edits in [
            vec![edit(5, 5, &[])],
            vec![edit(6, 5, &["x"])],
            vec![edit(2, 2, &[]), edit(2, 3, &[])],
            vec![edit(1, 1, &[]), edit(3, 3, &[])],
        ] {
            let error = carry_out(&edits, b"1\n2\n3\n4\n").expect_err("out of place");
            assert!(error.contains("out of place"), "{error}");
        }
    }
}
