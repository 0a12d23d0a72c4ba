//! What a certificate file looks like: the ZeroMQ Property Language (RFC 4), as czmq and pyzmq write it.
//!
//! Names stand in levels of four spaces, each with a value or without: `name = value`. A value may stand in quotes of either
//! kind, and has no escapes; without quotes it ends at a `#`, which begins a comment. Nothing that is said of a file quotes
//! it: it may be secret.

use std::borrow::Cow;

use zeroize::Zeroizing;

use super::key::{CurvePublicKey, Key};
use super::secret::CurveSecretKey;

/// czmq reads no further in a line.
const LINE: usize = 1024;

/// What pyzmq takes for a key wherever it stands.
const KEYS: [&str; 2] = ["public-key", "secret-key"];

/// What a file says.
pub(super) struct Contents {
    pub(super) public: CurvePublicKey,
    pub(super) secret: Option<CurveSecretKey>,
    pub(super) metadata: Vec<(String, String)>,
}

/// What is wrong with a file, and in which line.
#[derive(Debug)]
pub(super) struct Malformed {
    line: Option<usize>,
    reason: Cow<'static, str>,
}

impl Malformed {
    fn new(line: usize, reason: impl Into<Cow<'static, str>>) -> Malformed {
        Malformed {
            line: Some(line),
            reason: reason.into(),
        }
    }
}

impl std::fmt::Display for Malformed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if let Some(line) = self.line {
            write!(f, "line {line}: ")?;
        }
        f.write_str(&self.reason)
    }
}

/// One line that says something.
struct Item<'t> {
    level: usize,
    name: &'t str,
    value: &'t str,
}

/// Where in the file a line stands.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Section {
    Metadata,
    Curve,
    Other,
}

/// Reads a file.
pub(super) fn parse(file: &[u8]) -> Result<Contents, Malformed> {
    let (mut public, mut secret, mut metadata) = (None, None, Vec::new());
    let mut section = Section::Other;
    // The level of the last line, and with it how deep the next one may stand.
    let mut deepest = 0;
    for (line, number) in file.split(|byte| *byte == b'\n').zip(1..) {
        let wrong = |reason| Malformed::new(number, reason);
        let line = std::str::from_utf8(line).map_err(|_| wrong(Cow::from("it is not UTF-8")))?;
        let Some(Item { level, name, value }) = item(line).map_err(|reason| wrong(reason.into()))? else {
            continue;
        };
        if level > deepest {
            return Err(wrong("it stands deeper than what it could belong to".into()));
        }
        deepest = level + 1;
        match (level, section) {
            (0, _) => {
                section = match name {
                    "metadata" => Section::Metadata,
                    "curve" => Section::Curve,
                    _ => Section::Other,
                }
            }
            (1, Section::Metadata) => {
                check_name(name).map_err(|reason| wrong(reason.into()))?;
                set(&mut metadata, name, value);
            }
            (1, Section::Curve) if name == "public-key" => take(&mut public, value).map_err(wrong)?,
            (1, Section::Curve) if name == "secret-key" => take(&mut secret, value).map_err(wrong)?,
            _ => {}
        }
    }
    let public = public.ok_or(Malformed {
        line: None,
        reason: "it has no public-key in a section called curve".into(),
    })?;
    Ok(Contents {
        public,
        secret,
        metadata,
    })
}

fn take<K: Key>(place: &mut Option<K>, value: &str) -> Result<(), Cow<'static, str>> {
    if place.is_some() {
        return Err("it is the second key of this kind".into());
    }
    // As bytes a key may have 32 of them; in a file it may not.
    if value.len() != super::key::CHARACTERS {
        return Err(format!("{} bytes of text are not the 40 that a key has", value.len()).into());
    }
    *place = Some(K::parse(value.as_bytes())?);
    Ok(())
}

/// What a line says, if it is more than a comment.
fn item(line: &str) -> Result<Option<Item<'_>>, &'static str> {
    let line = line.trim_end();
    let text = line.trim_start_matches(' ');
    if text.is_empty() || text.starts_with('#') {
        return Ok(None);
    }
    if text.contains(|c: char| c.is_control() && c != '\t') {
        return Err("it has a control character");
    }
    let indent = line.len() - text.len();
    if indent % 4 != 0 || text.starts_with('\t') {
        return Err("it is not indented by fours of spaces");
    }
    let (name, value) = match text.split_once('=') {
        Some((name, value)) => (name.trim_end(), unquoted(value.trim_start())?),
        None => (before_comment(text), ""),
    };
    if name.is_empty() {
        return Err("it has no name");
    }
    Ok(Some(Item {
        level: indent / 4,
        name,
        value,
    }))
}

fn unquoted(value: &str) -> Result<&str, &'static str> {
    let Some(quote) = value.chars().next().filter(|first| matches!(first, '"' | '\'')) else {
        return Ok(before_comment(value));
    };
    let (value, rest) = value
        .get(1..)
        .and_then(|value| value.split_once(quote))
        .ok_or("a quote is not closed")?;
    if before_comment(rest).is_empty() {
        Ok(value)
    } else {
        Err("there is more behind the quotes")
    }
}

fn before_comment(text: &str) -> &str {
    text.split('#').next().unwrap_or_default().trim()
}

/// Gives a name its value: one that was there keeps its place.
pub(super) fn set(metadata: &mut Vec<(String, String)>, name: &str, value: &str) {
    match metadata.iter_mut().find(|(there, _)| there == name) {
        Some((_, there)) => value.clone_into(there),
        None => metadata.push((name.to_owned(), value.to_owned())),
    }
}

/// pyzmq writes any name, so any is read; but not one that it would read as a key.
fn check_name(name: &str) -> Result<(), &'static str> {
    if KEYS.iter().any(|key| name.starts_with(key)) {
        return Err("metadata is called as a key is, and some readers would take it for one");
    }
    Ok(())
}

/// Whether czmq and pyzmq read back what is written.
pub(super) fn check(name: &str, value: &str) -> Result<(), &'static str> {
    check_name(name)?;
    let known = |c: char| c.is_ascii_alphanumeric() || "$-_@.&+/".contains(c);
    if name.is_empty() || !name.chars().all(known) || name.starts_with('/') || name.ends_with('/') {
        return Err("a name is made of ASCII letters, digits and any of $ - _ @ . & + and, within it, /");
    }
    if value.contains(|c: char| c.is_control() && c != '\t') {
        return Err("a value has no control characters");
    }
    if value.contains('"') && value.contains('\'') {
        return Err("a value has quotes of one kind only, for there are no escapes");
    }
    // Four spaces, an equals sign between two, and two quotes.
    if name.len().saturating_add(value.len()) > LINE - 9 {
        return Err("a name and its value are not longer than 1015 bytes together");
    }
    Ok(())
}

/// Writes a file. The metadata has passed [`check`].
pub(super) fn write(
    public: &CurvePublicKey,
    secret: Option<&CurveSecretKey>,
    metadata: &[(String, String)],
) -> Zeroizing<String> {
    let banner = match secret {
        None => PUBLIC,
        Some(_) => SECRET,
    };
    // Room for all of it: a text that grows leaves its beginning behind in memory.
    let mut text = Zeroizing::new(String::with_capacity(room(banner, metadata)));
    text.push_str(banner);
    text.push_str("\nmetadata\n");
    for (name, value) in metadata {
        line(&mut text, name, value);
    }
    text.push_str("curve\n");
    line(&mut text, "public-key", &public.to_z85());
    if let Some(secret) = secret {
        line(&mut text, "secret-key", &secret.to_z85());
    }
    text
}

/// How long a file is at most.
fn room(banner: &str, metadata: &[(String, String)]) -> usize {
    let metadata: usize = metadata.iter().map(|(name, value)| name.len() + value.len() + 16).sum();
    banner.len() + metadata + 256
}

fn line(text: &mut String, name: &str, value: &str) {
    let quote = if value.contains('"') { "'" } else { "\"" };
    for part in ["    ", name, " = ", quote, value, quote, "\n"] {
        text.push_str(part);
    }
}

const PUBLIC: &str = "\
#   ZeroMQ CURVE Public Certificate
#   Anybody may read this file. Whoever gets it has to know that nobody changed it
#   on its way.
";

const SECRET: &str = "\
#   ZeroMQ CURVE **Secret** Certificate
#   Nobody but its owner may read this file. Do not send it, and do not change its
#   permissions.
";

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const PUBLIC_KEY: &str = "rq:rM>}U?@Lns47E1%kR.o@n%FcmmsL/@{H8]yf7";
    const SECRET_KEY: &str = "JTKVSB%%)wK0E.X)V>+}o?pNmC{O&4W4b!Ni{Lh6";

    #[test]
    fn reads_what_there_may_be() {
        let file = format!(
            "# comment\n\nmetadata # more\n    name = 'Jane \"JD\" Doe'  # who\n    plain= a b \"c\"   # d\n    empty\n    \
             nothing =\n        deeper = ignored\n    full name = of pyzmq\nother\n    public-key = no\n  \n    # more\n\
             curve\r\n    public-key =\"{PUBLIC_KEY}\"\n    secret-key = '{SECRET_KEY}'\n"
        );
        let contents = parse(file.as_bytes()).unwrap();
        assert_eq!(contents.public.to_string(), PUBLIC_KEY);
        assert_eq!(contents.secret.unwrap().to_z85().as_str(), SECRET_KEY);
        let metadata: Vec<_> = contents
            .metadata
            .iter()
            .map(|(n, v)| (n.as_str(), v.as_str()))
            .collect();
        assert_eq!(
            metadata,
            [
                ("name", "Jane \"JD\" Doe"),
                ("plain", "a b \"c\""),
                ("empty", ""),
                ("nothing", ""),
                ("full name", "of pyzmq"),
            ]
        );
    }

    #[test]
    fn says_in_which_line_what_is_wrong() {
        let key = format!("    public-key = \"{PUBLIC_KEY}\"");
        let long = format!("curve\n    public-key = \"{}\"", "0".repeat(45));
        let raw = format!("curve\n    public-key = \"{}\"", "7".repeat(32));
        let twice = format!("curve\n{key}\n{key}");
        let unquoted = format!("curve\n    public-key = {}", PUBLIC_KEY.replace('r', "#"));
        for (file, line, says) in [
            ("", None, "no public-key"),
            ("curve\n", None, "no public-key"),
            (&key[4..], None, "no public-key"),
            ("public-key = \"\"\n", None, "no public-key"),
            (&key, Some(1), "deeper"),
            ("curve\n        public-key = \"\"", Some(2), "deeper"),
            ("curve\n   public-key = \"\"", Some(2), "fours of spaces"),
            ("curve\n\tpublic-key = \"\"", Some(2), "fours of spaces"),
            ("curve\n    public-key = \"abc", Some(2), "not closed"),
            ("curve\n    public-key = \"\" x", Some(2), "behind the quotes"),
            ("curve\n    = \"\"", Some(2), "no name"),
            ("curve\n    a\u{7}b = \"\"", Some(2), "control"),
            ("curve\n    public-key = \"\"", Some(2), "0 bytes of text"),
            (&long, Some(2), "45 bytes of text"),
            (&raw, Some(2), "32 bytes of text"),
            (&unquoted, Some(2), "0 bytes of text"),
            (&twice, Some(3), "second"),
            ("metadata\n    public-key = x", Some(2), "as a key is"),
            ("metadata\n    secret-keys = x", Some(2), "as a key is"),
        ] {
            let wrong = parse(file.as_bytes()).err().expect(file);
            assert_eq!(wrong.line, line, "{file:?}: {wrong}");
            assert!(wrong.to_string().contains(says), "{file:?}: {wrong}");
        }
        let wrong = parse(b"curve\n\xff").err().unwrap();
        assert_eq!(wrong.to_string(), "line 2: it is not UTF-8");
    }

    #[test]
    fn only_what_reads_back_is_written() {
        let longest = "x".repeat(1015 - 4);
        for (name, value) in [
            ("name", ""),
            ("name", "a 'b'"),
            ("name", "\"b\""),
            ("$-_@.&+/x", " # \t "),
            ("name", &longest),
        ] {
            check(name, value).unwrap();
            let metadata = [(name.to_owned(), value.to_owned())];
            let text = write(&CurvePublicKey::from([7; 32]), None, &metadata);
            assert!(text.lines().all(|line| line.len() <= LINE));
            assert_eq!(parse(text.as_bytes()).unwrap().metadata, metadata);
        }
        let longer = format!("x{longest}");
        for (name, value) in [
            ("", ""),
            ("full name", ""),
            ("gr\u{fc}n", ""),
            ("/x", ""),
            ("x/", ""),
            ("a=b", ""),
            ("public-key", ""),
            ("secret-key2", ""),
            ("name", "a\nb"),
            ("name", "a\rb"),
            ("name", "a\0b"),
            ("name", "'\""),
            ("name", &longer),
        ] {
            check(name, value).unwrap_err();
        }
    }

    proptest! {
        #[test]
        fn any_bytes_are_read_or_refused(file: Vec<u8>) {
            let _ = parse(&file);
        }

        /// Of what files are made of, so that more than the first line is read.
        #[test]
        fn any_lines_are_read_or_refused(lines in proptest::collection::vec(
            "( {0,9})(metadata|curve|public-key|secret-key|x)?( ?= ?)?(\"|')?([ -~]{0,3}|[0-9a-z]{40})(\"|')?(#.*)?", 0..8,
        )) {
            let _ = parse(lines.join("\n").as_bytes());
        }

        #[test]
        fn written_zpl_reads_back(
            public: [u8; 32], secret: Option<[u8; 32]>, named in proptest::collection::vec(("[a-zA-Z0-9$@.&+-]{1,9}", "\\PC{0,40}"), 0..5),
        ) {
            let mut metadata = Vec::new();
            for (name, value) in named.iter().filter(|(name, value)| check(name, value).is_ok()) {
                set(&mut metadata, name, value);
            }
            let (public, secret) = (CurvePublicKey::from(public), secret.map(CurveSecretKey::from));
            let text = write(&public, secret.as_ref(), &metadata);
            let room = room(if secret.is_some() { SECRET } else { PUBLIC }, &metadata);
            prop_assert_eq!(text.capacity(), room, "it never grew");
            let contents = parse(text.as_bytes()).unwrap();
            prop_assert_eq!(contents.public, public);
            prop_assert_eq!(contents.secret, secret);
            prop_assert_eq!(contents.metadata, metadata);
        }
    }
}
