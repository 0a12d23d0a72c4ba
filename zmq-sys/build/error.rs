//! Why there is nothing to link, in words that a newcomer can act on.

use std::fmt;
use std::path::PathBuf;

use crate::libzmq::{OLDEST, Version};

/// What stops the build.
#[derive(Debug)]
pub(crate) enum Error {
    /// A variable is missing that must be there, or is not UTF-8: its name.
    NotText(String),
    /// A variable that is a switch has another value.
    NoSwitch { name: String, value: String },
    /// A variable names a folder without saying where it is.
    Relative { name: &'static str, dir: PathBuf },
    /// `LIBZMQ_LIB_DIR` names no folder.
    MissingLibDir(PathBuf),
    /// `LIBZMQ_INCLUDE_DIR` without `LIBZMQ_LIB_DIR`.
    IncludeAlone,
    /// No `zmq.h` near `LIBZMQ_LIB_DIR`, and `LIBZMQ_INCLUDE_DIR` is not set.
    NoInclude { tried: PathBuf },
    /// A header that cannot be used.
    Header { file: PathBuf, reason: String },
    /// The folders hold no library of the kind that was asked for.
    NoLibrary {
        dirs: Vec<PathBuf>,
        names: Vec<String>,
        is_static: bool,
    },
    /// pkg-config does not know what a static libzmq needs.
    Closure { file: PathBuf, reason: String },
    /// There is no libzmq.
    Nothing {
        target: String,
        /// Whether only `LIBZMQ_NO_VENDOR` kept it from being built.
        no_vendor: bool,
        reason: String,
    },
    /// There is one, and it is too old.
    TooOld { found: Version, place: String },
    /// There is one, and it lacks the DRAFT API.
    NoDraft { found: Version, place: String },
    /// `vendored-norm`, and pkg-config knows no NORM: what it said.
    #[cfg(feature = "vendored")]
    NoNorm(String),
    /// The build from source failed.
    #[cfg(feature = "vendored")]
    Vendored(String),
    /// The declarations could not be generated.
    #[cfg(feature = "bindgen")]
    Bindgen(String),
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotText(name) => write!(f, "the variable {name} is missing or not UTF-8"),
            Self::NoSwitch { name, value } => write!(
                f,
                "{name} is {value:?}: a switch is 1, yes, true or on, or else 0, no, false or off"
            ),
            Self::Relative { name, dir } => write!(
                f,
                "{name} is {:?}: give the whole path, as cargo builds in more than one folder",
                dir.display()
            ),
            Self::MissingLibDir(dir) => {
                write!(f, "LIBZMQ_LIB_DIR is {:?}, and there is no such folder", dir.display())
            }
            Self::IncludeAlone => write!(
                f,
                "LIBZMQ_INCLUDE_DIR is set, but not LIBZMQ_LIB_DIR: set both, or neither"
            ),
            Self::NoInclude { tried } => write!(
                f,
                "LIBZMQ_LIB_DIR is set, but there is no zmq.h in {}: set LIBZMQ_INCLUDE_DIR \
                 to the folder that holds it",
                tried.display()
            ),
            Self::Header { file, reason } => {
                write!(f, "cannot use {}: {reason}", file.display())
            }
            Self::NoLibrary { dirs, names, is_static } => no_library(f, dirs, names, *is_static),
            Self::Closure { file, reason } => write!(
                f,
                "cannot find out what the static libzmq needs: pkg-config failed on {}.\n{reason}",
                file.display()
            ),
            Self::Nothing {
                target,
                no_vendor,
                reason,
            } => nothing(f, target, *no_vendor, reason),
            Self::TooOld { found, place } => write!(
                f,
                "libzmq {found} is too old: found through {place}, and zmq4-sys needs {OLDEST} \
                 or later. {}",
                Remedy(FeatureLine("\"vendored\""))
            ),
            Self::NoDraft { found, place } => write!(
                f,
                "the feature `draft` needs a libzmq that was built with its DRAFT API, and \
                 libzmq {found}, found through {place}, does not say that it was (pkg-config \
                 says so by -DZMQ_BUILD_DRAFT_API=1; with LIBZMQ_LIB_DIR, set LIBZMQ_DRAFT=1 \
                 if you know it). {}",
                Remedy(FeatureLine("\"vendored\", \"draft\""))
            ),
            #[cfg(feature = "vendored")]
            Self::NoNorm(reason) => write!(
                f,
                "the feature `vendored-norm` links the system's NORM, and pkg-config finds none. Install its development \
                 package (Debian, Ubuntu: libnorm-dev).\n{}",
                reason.trim()
            ),
            #[cfg(feature = "vendored")]
            Self::Vendored(reason) => f.write_str(reason),
            #[cfg(feature = "bindgen")]
            Self::Bindgen(reason) => f.write_str(reason),
        }
    }
}

impl std::error::Error for Error {}

/// What helps against any system library that will not do.
struct Remedy(FeatureLine);

impl fmt::Display for Remedy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "Install another, or let cargo compile libzmq 4.3.5 from source:\n  {}",
            self.0
        )
    }
}

/// The dependency with these features.
struct FeatureLine(&'static str);

impl fmt::Display for FeatureLine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "zmq4 = {{ version = \"{}\", features = [{}] }}",
            env!("CARGO_PKG_VERSION"),
            self.0
        )
    }
}

fn no_library(f: &mut fmt::Formatter<'_>, dirs: &[PathBuf], names: &[String], is_static: bool) -> fmt::Result {
    let kind = if is_static { "static" } else { "shared" };
    write!(f, "there is no {kind} libzmq ({})", names.join(" or "))?;
    for dir in dirs {
        write!(f, " in {}", dir.display())?;
    }
    f.write_str(if is_static {
        ": install it, or unset LIBZMQ_STATIC to link the shared one"
    } else {
        ": set LIBZMQ_LIB_DIR to the folder that holds it, or LIBZMQ_STATIC=1 to link a static one"
    })
}

fn nothing(f: &mut fmt::Formatter<'_>, target: &str, no_vendor: bool, reason: &str) -> fmt::Result {
    write!(
        f,
        "no libzmq was found for {target}: {}

Install its development package:
  Debian, Ubuntu   apt install libzmq3-dev pkg-config
  Fedora           dnf install zeromq-devel pkgconf-pkg-config
  Arch             pacman -S zeromq pkgconf
  Alpine           apk add zeromq-dev pkgconf
  macOS            brew install zeromq pkgconf
  Windows          vcpkg install zeromq:x64-windows-static-md

or let cargo compile libzmq 4.3.5 from source, which needs a C++ compiler:
  {}
",
        reason.trim(),
        FeatureLine("\"vendored\"")
    )?;
    if no_vendor {
        f.write_str("(that feature is on, but LIBZMQ_NO_VENDOR is set: unset it)\n")?;
    }
    f.write_str("\nor say where libzmq is, with LIBZMQ_LIB_DIR and LIBZMQ_INCLUDE_DIR.")
}
