//! The libzmq that was chosen, and its version.

use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};

use crate::error::Error;

/// What there is to know about the chosen library.
#[derive(Debug)]
pub(crate) struct Libzmq {
    pub(crate) from: From,
    pub(crate) kind: Kind,
    pub(crate) version: Version,
    /// Folders for the compiler, one of which holds `zmq.h`.
    pub(crate) include: Vec<PathBuf>,
    /// The folder that holds the library.
    pub(crate) lib: Option<PathBuf>,
    /// Whether it was built with the DRAFT API.
    pub(crate) draft: bool,
    /// Whether `src/lib.rs` links the OpenPGM of `openpgm-sys` with it.
    pub(crate) openpgm_sys: bool,
    /// The lines from which cargo knows how to link it, unless they are printed already.
    pub(crate) link: Vec<String>,
}

impl Libzmq {
    /// Where it was found, for an error.
    pub(crate) fn place(&self) -> String {
        let mut place = match self.from {
            From::Env => "LIBZMQ_LIB_DIR".to_owned(),
            from => from.name().to_owned(),
        };
        if let Some(dir) = &self.lib {
            place.push_str(&format!(" in {}", dir.display()));
        }
        place
    }
}

/// Which way it was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum From {
    Env,
    Vendored,
    PkgConfig,
    Vcpkg,
}

impl From {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Env => "env",
            Self::Vendored => "vendored",
            Self::PkgConfig => "pkg-config",
            Self::Vcpkg => "vcpkg",
        }
    }
}

/// How it is linked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Static,
    Dylib,
}

impl Kind {
    /// In rustc's words.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Static => "static",
            Self::Dylib => "dylib",
        }
    }
}

/// Major, minor, patch.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Version(pub(crate) u32, pub(crate) u32, pub(crate) u32);

/// The oldest that `zmq4` promises to be safe with: older ones crash, or send memory to a peer, where safe code asks for
/// nothing unusual (docs/platforms.md), and strangers can crash them (CVE-2020-15166, CVE-2021-20235).
pub(crate) const OLDEST: Version = Version(4, 3, 3);

impl Version {
    /// Reads `4.3.5`; what follows the third number is ignored.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let mut numbers = text.trim().split('.').map(|part| {
            let end = part.find(|c: char| !c.is_ascii_digit());
            part[..end.unwrap_or(part.len())].parse().ok()
        });
        let (major, minor) = (numbers.next()??, numbers.next()??);
        Some(Self(major, minor, numbers.next().flatten().unwrap_or(0)))
    }

    /// Reads the `ZMQ_VERSION_*` macros of the `zmq.h` in `dir`.
    pub(crate) fn of_header(dir: &Path) -> Result<Self, Error> {
        let file = dir.join("zmq.h");
        let text = fs::read_to_string(&file).map_err(|error| Error::Header {
            file: file.clone(),
            reason: error.to_string(),
        })?;
        let number = |name: &str| {
            text.lines().find_map(|line| {
                let mut words = line.split_whitespace();
                (words.next() == Some("#define") && words.next() == Some(name)).then(|| words.next()?.parse().ok())?
            })
        };
        match (
            number("ZMQ_VERSION_MAJOR"),
            number("ZMQ_VERSION_MINOR"),
            number("ZMQ_VERSION_PATCH"),
        ) {
            (Some(major), Some(minor), Some(patch)) => Ok(Self(major, minor, patch)),
            _ => Err(Error::Header {
                file,
                reason: "it does not define ZMQ_VERSION_MAJOR, _MINOR and _PATCH".to_owned(),
            }),
        }
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}", self.0, self.1, self.2)
    }
}
