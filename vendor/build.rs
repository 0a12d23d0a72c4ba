//! Finds the sources of libzmq, which lie in the package `zeromq-src`.
//!
//! That package has no function that returns where it lies: its `build()` compiles from there, with macros of its own. But
//! before it asks the compiler anything, it prints for cargo which file it will ask with, by that file's full path. So this
//! program starts itself again with a compiler that does not exist, and reads the path from what the child prints.
//!
//! It also looks for what libsodium's own build needs. That one panics without it; this program runs long before, because it has
//! fewer dependencies.

use std::env;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

/// Set in the child, and nowhere else.
const CHILD: &str = "ZMQ4_SRC_ASKS_ZEROMQ_SRC";

/// The target that the child gets, whatever the real one is: for this one `zeromq-src` asks the compiler first.
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
    if cfg!(feature = "sodium") {
        if let Err(reason) = libsodium_compiles() {
            eprintln!("error: libsodium cannot be compiled: {reason}");
            return ExitCode::FAILURE;
        }
    }
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

/// Whether there is what `libsodium-sys-stable` starts, as far as that is known here: cargo does not pass the target to what
/// is built for the host.
fn libsodium_compiles() -> Result<(), String> {
    let is_set = |name: &str| {
        println!("cargo::rerun-if-env-changed={name}");
        env::var_os(name).filter(|value| !value.is_empty())
    };
    // Then it compiles nothing. Windows has libraries for download.
    let given = ["SODIUM_LIB_DIR", "SODIUM_USE_PKG_CONFIG"].map(|name| is_set(name).is_some());
    if given.contains(&true) || cfg!(windows) {
        return Ok(());
    }
    // A cross compiler has a name of its own, behind `CC_`.
    let cross =
        env::vars_os().any(|(name, _)| name.to_string_lossy().starts_with("CC_")) || is_set("TARGET_CC").is_some();
    let compiler = is_set("CC")
        .filter(|_| !cross)
        .map(|cc| (cc, "a C compiler, and CC names"));
    let programs = [compiler, Some(("make".into(), "the program"))];
    for (program, what) in programs.into_iter().flatten() {
        // CC may hold a wrapper, or flags.
        let text = program.to_string_lossy();
        let name = text.split_whitespace().next().unwrap_or_default();
        if let Err(error) = Command::new(name).arg("--version").output() {
            return Err(format!(
                "it needs {what} {name}: {error}. Install it (Debian and Ubuntu: gcc, make, Fedora: gcc, make, Arch: base-devel, \
                 Alpine: build-base, macOS: xcode-select --install). Or link the system's libsodium, with \
                 SODIUM_USE_PKG_CONFIG=1, or the system's libzmq, without the feature `vendored`. (LIBZMQ_NO_VENDOR=1 needs \
                 SODIUM_SHARED=1 SODIUM_LIB_DIR=/ as well.)"
            ));
        }
    }
    Ok(())
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

/// What a line says, if it names a file of `zeromq-src`'s own beside which libzmq's sources are.
fn sources(line: &str) -> Option<PathBuf> {
    let file = ["cargo:rerun-if-changed=", "cargo::rerun-if-changed="]
        .into_iter()
        .find_map(|key| line.strip_prefix(key))?;
    let vendor = Path::new(file).parent()?.parent()?.join("vendor");
    vendor.join("include").join("zmq.h").is_file().then_some(vendor)
}
