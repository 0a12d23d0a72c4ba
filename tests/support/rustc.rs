//! Programs that are compiled against the library that a test was built with.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::time::SystemTime;

/// The newest build of this package's library in the folder of this test.
fn library_file(folder: &Path) -> PathBuf {
    let built = |path: &PathBuf| -> SystemTime { path.metadata().unwrap().modified().unwrap() };
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let is_library = |path: &PathBuf| {
        let name = path.file_name().unwrap().to_string_lossy();
        name.starts_with("libzmq4-") && name.ends_with(".rlib")
    };
    entries
        .filter(is_library)
        .max_by_key(built)
        .expect("cargo built the library for this test")
}

/// A call of the compiler that finds the library.
fn rustc(source: &Path, name: &str, output: &Path) -> Command {
    let test = std::env::current_exe().unwrap();
    let folder = test.parent().unwrap();
    let mut command = Command::new(std::env::var("RUSTC").unwrap_or_else(|_| "rustc".to_owned()));
    command
        .args(["--edition=2024", "--color=never", "--crate-name", name, "-o"])
        .arg(output)
        .arg("-L")
        .arg(format!("dependency={}", folder.display()))
        .arg("--extern")
        .arg(format!("zmq4={}", library_file(folder).display()))
        .arg(source);
    command
}

/// The call that compiles a source into a library of this kind for C.
#[cfg(unix)]
pub(crate) fn library(source: &Path, kind: &str, output: &Path) -> Command {
    let name = source.file_stem().unwrap().to_string_lossy().into_owned();
    let mut command = rustc(source, &name, output);
    command.args(["--crate-type", kind]);
    command
}

/// Compiles a program, as far as the compiler's checks go.
pub(crate) fn compile(source: &Path) -> Output {
    let name = source.file_stem().unwrap();
    let output = Path::new(env!("CARGO_TARGET_TMPDIR"))
        .join(name)
        .with_extension("rmeta");
    rustc(source, "ui", &output)
        .arg("--emit=metadata")
        .output()
        .expect("rustc can be run")
}
