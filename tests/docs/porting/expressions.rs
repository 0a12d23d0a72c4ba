//! One program of all that stands in the right-hand column of a page.

use std::fmt::Write;
use std::path::{Path, PathBuf};

use crate::porting::table::{Row, rows};
use crate::rustc::compile;

/// What the expressions take as given, in this order: a name, its type or nothing where the use reports, a value or nothing.
const GIVEN: &[(&str, &str, &str)] = &[
    ("ctx", "Context", ""),
    ("soc", "Socket", ""),
    ("other", "Socket", ""),
    ("front", "Socket", ""),
    ("back", "Socket", ""),
    ("capture", "Socket", ""),
    ("control", "Socket", ""),
    ("shared", "Arc<Mutex<Socket>>", ""),
    ("fd", "std::net::UdpSocket", ""),
    ("sender", "Sender<u32>", ""),
    ("receiver", "Receiver<u32>", ""),
    ("bridge", "Bridge", ""),
    ("monitor", "Monitor", ""),
    ("p", "Poller<'_>", "Poller::new()"),
    ("r", "Reactor<'_>", "Reactor::new()"),
    ("ready", "Polled<'_>", ""),
    ("item", "ItemId", ""),
    ("items", "[PollItem<'_>; 2]", ""),
    ("channel", "ChannelId", ""),
    ("timer", "TimerId", ""),
    ("events", "State", ""),
    ("msg", "Multipart", ""),
    ("frame", "Message", ""),
    ("id", "Message", ""),
    ("error", "zmq4::Error", ""),
    ("s", "&'static str", ""),
    ("b", "bool", ""),
    ("n", "", ""),
    ("n64", "u64", ""),
    ("d", "Duration", ""),
    ("deadline", "Instant", ""),
    ("data", "Vec<u8>", ""),
    ("slice", "Vec<String>", ""),
    ("buffer", "[u8; 16]", ""),
    ("known", "HashMap<Vec<u8>, u32>", ""),
    ("keys", "CurveKeypair", ""),
    ("server", "CurvePublicKey", ""),
    ("public", "CurvePublicKey", ""),
    ("secret", "CurveSecretKey", ""),
    ("owned_fd", "std::os::fd::OwnedFd", ""),
];

/// Fails where an expression of the page does not compile, or where it has fewer than it had.
#[track_caller]
pub(crate) fn check(page: &str, at_least: usize) {
    let mut program = String::from(
        "#![allow(warnings)]\n\
         use std::cell::{Cell, RefCell};\n\
         use std::collections::HashMap;\n\
         use std::rc::Rc;\n\
         use std::sync::{Arc, Mutex};\n\
         use std::time::{Duration, Instant};\n\
         use zmq4::*;\n\
         fn any<T>() -> T { todo!() }\n\
         fn main() {}\n",
    );
    let rows = rows(page);
    // By line of the program, the row that it is of.
    let mut origins: Vec<&Row> = Vec::new();
    let before = program.lines().count();
    let mut number = 0;
    for row in rows.iter().filter(|row| row.applies()) {
        for span in row.right() {
            if is_name(span) {
                assert!(is_defined(span), "{page}:{}: there is no `{span}`", row.line);
                continue;
            }
            let place = number;
            number += 1;
            origins.push(row);
            if is_item(span) {
                let path = if span.starts_with("zmq4::") || span.starts_with("std::") {
                    span.into()
                } else {
                    format!("zmq4::{span}")
                };
                writeln!(program, "use {path} as _;").unwrap();
                continue;
            }
            let given = given(span);
            let end = if span.ends_with(';') { "" } else { "; " };
            let code = if end.is_empty() {
                span.to_owned()
            } else {
                format!("let _ = {{ {span} }}")
            };
            writeln!(
                program,
                "fn span_{place}() -> Result<(), Box<dyn std::error::Error + Send + Sync>> {{ {given} {code}{end} Ok(()) }}"
            )
            .unwrap();
        }
    }
    assert!(number >= at_least, "{page}: only {number} expressions");
    assert_eq!(program.lines().count(), before + number);

    let source = source(page);
    std::fs::write(&source, &program).unwrap();
    let output = compile(&source);
    let text = String::from_utf8_lossy(&output.stderr);
    let file = source.file_name().unwrap().to_str().unwrap();
    let mut complaints = Vec::new();
    let mut message = "";
    for line in text.lines() {
        if line.starts_with("error") {
            message = line;
        }
        let place = line
            .trim_start()
            .strip_prefix("--> ")
            .and_then(|place| place.split_once(file));
        if let Some((_, place)) = place.filter(|_| !message.is_empty()) {
            let line: usize = place.split(':').nth(1).unwrap().parse().unwrap();
            let row = line.checked_sub(before + 1).and_then(|index| origins.get(index));
            let code = program.lines().nth(line - 1).unwrap_or_default();
            complaints.push(format!(
                "{page}:{}: {message}\n    {code}",
                row.map_or(0, |row| row.line)
            ));
            message = "";
        }
    }
    assert!(
        output.status.success(),
        "{}\n{}",
        complaints.join("\n"),
        if complaints.is_empty() { &*text } else { "" }
    );
}

fn source(page: &str) -> PathBuf {
    let name = Path::new(page).file_stem().unwrap().to_str().unwrap().replace('-', "_");
    Path::new(env!("CARGO_TARGET_TMPDIR")).join(name).with_extension("rs")
}

/// A method or function by its bare name.
fn is_name(span: &str) -> bool {
    span.chars()
        .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')
}

/// Whether the sources define such a function.
fn is_defined(name: &str) -> bool {
    fn any(folder: &Path, name: &str) -> bool {
        std::fs::read_dir(folder).unwrap().any(|entry| {
            let path = entry.unwrap().path();
            if path.is_dir() {
                return any(&path, name);
            }
            let text = std::fs::read_to_string(&path).unwrap();
            [
                format!(" fn {name}("),
                format!(" fn {name}<"),
                format!("set {name}:"),
                format!("get {name}:"),
            ]
            .iter()
            .any(|definition| text.contains(definition))
        })
    }
    any(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), name)
}

/// A path to a type, a function or a constant, and not to what belongs to a type.
fn is_item(span: &str) -> bool {
    let is_path = span
        .chars()
        .all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | ':'));
    let mut parents = span.split("::").collect::<Vec<_>>();
    parents.pop();
    is_path
        && parents
            .iter()
            .all(|parent| !parent.starts_with(|c: char| c.is_ascii_uppercase()))
}

/// A `let` for each name that the expression uses.
fn given(span: &str) -> String {
    let is_word = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let uses = |name: &str| {
        span.match_indices(name).any(|(at, _)| {
            let (before, after) = (&span[..at], &span[at + name.len()..]);
            let starts = !before.ends_with(is_word) && !before.ends_with('.') && !before.ends_with(':');
            starts && !after.starts_with(is_word) && !after.starts_with("::")
        })
    };
    let mut given = String::new();
    for (name, ty, value) in GIVEN.iter().filter(|(name, ..)| uses(name)) {
        let ty = if ty.is_empty() {
            String::new()
        } else {
            format!(": {ty}")
        };
        let value = if value.is_empty() { "any()" } else { value };
        write!(given, "let mut {name}{ty} = {value}; ").unwrap();
    }
    given
}
