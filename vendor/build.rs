//! Finds the sources of libzmq, which lie in the package `zeromq-src`.
//!
//! That package has no function that tells where it lies: its `build()` compiles from there, with macros of its own. But
//! before it asks the compiler anything, it tells cargo which file it will ask with, by that file's full path. So this
//! program starts itself again with a compiler that does not exist, and reads the path from what the child prints.

use std::env;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

/// Set in the child, and nowhere else.
const CHILD: &str = "ZMQ4_SRC_ASKS_ZEROMQ_SRC";

/// The target of which the child is told, whatever the real one is: for this one `zeromq-src` asks the compiler first.
const TARGET: &str = "x86_64-unknown-linux-gnu";

/// What the child needs so that it starts at all.
const KEPT: [&str; 9] = [
    "PATH",
    "LD_LIBRARY_PATH",
    "DYLD_LIBRARY_PATH",
    "DYLD_FALLBACK_LIBRARY_PATH",
    "SystemRoot",
    "TEMP",
    "TMP",
    "TMPDIR",
    "HOME",
];

fn main() -> ExitCode {
    if env::var_os(CHILD).is_some() {
        // Panics where it starts the compiler.
        zeromq_src::Build::new().build();
        return ExitCode::SUCCESS;
    }
    println!("cargo::rerun-if-changed=build.rs");
    match find() {
        Ok(sources) => {
            // A registry that moved is noticed.
            println!(
                "cargo::rerun-if-changed={}",
                sources.join("include").join("zmq.h").display()
            );
            println!("cargo::rustc-env=ZMQ4_SRC_LIBZMQ={}", sources.display());
            ExitCode::SUCCESS
        }
        Err(reason) => {
            eprintln!("error: cannot find libzmq's sources, which the package zeromq-src holds: {reason}");
            ExitCode::FAILURE
        }
    }
}

/// The folder that holds `src` and `include` of libzmq.
fn find() -> Result<PathBuf, String> {
    let out_dir = env::var_os("OUT_DIR").map(PathBuf::from).ok_or("OUT_DIR is not set")?;
    let scratch = out_dir.join("zeromq-src");
    std::fs::create_dir_all(&scratch).map_err(|error| format!("cannot make {}: {error}", scratch.display()))?;
    let program = env::current_exe().map_err(|error| format!("this program's own path: {error}"))?;
    let mut child = Command::new(program);
    child.env_clear();
    for name in KEPT {
        if let Some(value) = env::var_os(name) {
            child.env(name, value);
        }
    }
    let output = child
        .env(CHILD, "1")
        .env("TARGET", TARGET)
        .env("HOST", TARGET)
        .env("CARGO_CFG_TARGET_ARCH", "x86_64")
        .env("CARGO_CFG_TARGET_VENDOR", "unknown")
        .env("CARGO_CFG_TARGET_OS", "linux")
        .env("CARGO_CFG_TARGET_ENV", "gnu")
        .env("CARGO_CFG_TARGET_ABI", "")
        .env("CARGO_CFG_TARGET_FEATURE", "")
        .env("CARGO_ENCODED_RUSTFLAGS", "")
        .env("OPT_LEVEL", "0")
        .env("DEBUG", "false")
        .env("PROFILE", "debug")
        .env("NUM_JOBS", "1")
        .env("OUT_DIR", &scratch)
        .env("CC", scratch.join("no-compiler"))
        .env("CXX", scratch.join("no-compiler"))
        .output()
        .map_err(|error| format!("this program does not start again: {error}"))?;
    let said = String::from_utf8_lossy(&output.stdout);
    said.lines().find_map(sources).ok_or_else(|| {
        format!(
            "its build() printed no path. It said:\n{said}{}",
            String::from_utf8_lossy(&output.stderr)
        )
    })
}

/// What a line tells, if it names a file of `zeromq-src`'s own beside which libzmq's sources are.
fn sources(line: &str) -> Option<PathBuf> {
    let file = ["cargo:rerun-if-changed=", "cargo::rerun-if-changed="]
        .into_iter()
        .find_map(|key| line.strip_prefix(key))?;
    let vendor = Path::new(file).parent()?.parent()?.join("vendor");
    vendor.join("include").join("zmq.h").is_file().then_some(vendor)
}
