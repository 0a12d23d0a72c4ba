//! What can go wrong.

use std::fmt;

/// Why libzmq cannot be compiled here.
#[derive(Debug)]
#[non_exhaustive]
pub enum Error {
    /// A variable that cargo gives to build scripts is missing: its name.
    NotABuildScript(&'static str),
    /// The recipe does not know this target: its name.
    UnknownTarget(String),
    /// There is no C++ compiler for the target, or it compiles nothing.
    NoCompiler {
        /// The target.
        target: String,
        /// What the compiler, or the search for one, said.
        reason: String,
    },
    /// A path holds what no compiler flag or cargo line can carry: the path.
    Path(String),
    /// The sources of libzmq cannot be read or copied.
    Sources(String),
    /// A repair is not for these sources: which, and why.
    Repair(String),
    /// A speed edit is not for these sources, meets another, or is not known: which, and why.
    Speed(String),
    /// The compiler works, and does not compile libzmq: what it said.
    Compile(String),
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotABuildScript(name) => {
                write!(f, "{name} is not set: this recipe runs in build scripts only")
            }
            Self::UnknownTarget(target) => write!(
                f,
                "libzmq cannot be built from source for {target}: the recipe knows Linux, \
                 Android, Apple's systems, FreeBSD and Windows. Use a system libzmq."
            ),
            Self::NoCompiler { target, reason } => write!(
                f,
                "building libzmq from source needs a C++11 compiler for {target}, and there \
                 is none that works. Install one (Debian and Ubuntu: g++, Fedora: gcc-c++, \
                 Arch: base-devel, Alpine: build-base, macOS: xcode-select --install, \
                 Windows: Visual Studio's C++ build tools), or name it in CXX. If CXXFLAGS is set, try \
                 without. It said: {reason}"
            ),
            Self::Path(path) => {
                write!(f, "the path {path} is not UTF-8, or holds a line break")
            }
            Self::Sources(reason) => write!(f, "libzmq's sources cannot be used: {reason}"),
            Self::Repair(reason) => write!(
                f,
                "the repairs of libzmq do not fit its sources: {reason}. LIBZMQ_UNREPAIRED=1 compiles libzmq as it is."
            ),
            Self::Speed(reason) => write!(
                f,
                "the speed edits of libzmq cannot be carried out: {reason}. LIBZMQ_SKIP_EDITS=all leaves them out."
            ),
            Self::Compile(reason) => write!(
                f,
                "libzmq does not compile here. If CXXFLAGS is set, try without. Else link a system \
                 libzmq: LIBZMQ_NO_VENDOR=1. The compiler said:\n{reason}"
            ),
        }
    }
}

impl std::error::Error for Error {}
