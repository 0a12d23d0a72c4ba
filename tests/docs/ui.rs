//! Programs that must compile (`tests/ui/compiles/`), and programs that must not, each with the error that must be why: its
//! first line is `//~ code: part of the text`, with the code `lint` for a lint that the program denies. Lines `//~ errors: count` and `//~ note: text` may follow.
//!
//! They are compiled against the library that this test was built with, and only as far as the compiler's checks go.

use std::path::{Path, PathBuf};

use crate::rustc::compile;

fn sources(folder: &str) -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
    let mut sources: Vec<_> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    sources.retain(|path| path.extension().is_some_and(|extension| extension == "rs"));
    sources.sort();
    sources
}

/// Why the program is not refused as its first line says.
fn complaint(source: &Path) -> Option<String> {
    let text = std::fs::read_to_string(source).unwrap();
    let expected = text.lines().next().and_then(|line| line.strip_prefix("//~ "));
    let (code, reason) = expected
        .and_then(|line| line.split_once(": "))
        .expect("a first line that says why");
    let output = compile(source);
    let errors = String::from_utf8_lossy(&output.stderr);
    if let Some(complaint) = extent(source, &text, &errors) {
        return Some(complaint);
    }
    let code = match code {
        "lint" => "error: ".to_owned(),
        code => format!("error[{code}]"),
    };
    let others = errors
        .lines()
        .any(|line| line.starts_with("error[") && !line.starts_with(&code));
    let name = source.display();
    if output.status.success() {
        Some(format!("{name} compiles"))
    } else if others || !errors.contains(&code) || !errors.contains(reason) {
        Some(format!("{name} must fail with {code} alone, and {reason:?}\n{errors}"))
    } else {
        None
    }
}

/// What the compiler does not say as the program's further lines say.
fn extent(source: &Path, text: &str, errors: &str) -> Option<String> {
    text.lines().find_map(|line| {
        let holds = if let Some(count) = line.strip_prefix("//~ errors: ") {
            errors.lines().filter(|line| line.starts_with("error[")).count() == count.parse().unwrap()
        } else if let Some(note) = line.strip_prefix("//~ note: ") {
            errors.contains(&format!("note: {note}"))
        } else {
            true
        };
        (!holds).then(|| format!("{}: not as {line:?} says\n{errors}", source.display()))
    })
}

#[test]
fn misuse_does_not_compile() {
    let sources = sources("tests/ui");
    assert!(sources.len() > 10, "the programs are missing");
    let complaints: Vec<_> = sources.iter().filter_map(|source| complaint(source)).collect();
    assert!(complaints.is_empty(), "{}", complaints.join("\n"));
}

/// The README quotes the compiler.
#[test]
fn readme_quotes_what_the_compiler_reports() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let readme = std::fs::read_to_string(root.join("README.md")).unwrap();
    let output = compile(&root.join("tests/ui/socket_shared_by_threads.rs"));
    let errors = String::from_utf8_lossy(&output.stderr);
    let quoted: Vec<_> = readme.lines().filter(|line| line.starts_with("error[E")).collect();
    assert_eq!(quoted.len(), 1, "{quoted:?}");
    assert!(errors.contains(quoted[0]), "{}\n{errors}", quoted[0]);
}

/// Ways of use that once did not compile. The way in which the others are compiled is not what makes them fail, either.
#[test]
fn correct_use_compiles() {
    let sources = sources("tests/ui/compiles");
    assert!(sources.len() > 4, "the programs are missing");
    for source in sources {
        let output = compile(&source);
        let errors = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{}\n{errors}", source.display());
        assert!(!errors.contains("warning:"), "{}\n{errors}", source.display());
    }
}
