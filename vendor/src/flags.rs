//! The compiler flags that make libzmq complete, in the order in which they
//! are given.

use std::path::{Path, PathBuf};

use crate::error::Error;
use crate::platform::{Macro, Platform};
use crate::probe::Compiler;

/// What the user of the recipe chose.
pub(crate) struct Wanted<'a> {
    pub(crate) sodium: Option<&'a [PathBuf]>,
    pub(crate) pgm: Option<&'a [PathBuf]>,
    /// The profile's `OPT_LEVEL`.
    pub(crate) opt_level: &'a str,
    /// Whether the profile wants debug information.
    pub(crate) debug: bool,
    /// Folders that must leave no trace in the archive, and what stands there
    /// instead.
    pub(crate) hide: &'a [(PathBuf, &'a str)],
}

/// All flags for the target.
///
/// # Errors
/// A path that is no text.
pub(crate) fn flags(platform: &Platform, wanted: &Wanted<'_>, compiler: &Compiler) -> Result<Vec<String>, Error> {
    let mut flags = Vec::new();
    // A debug build debugs the program, not libzmq: optimised, and with no more
    // than lines for backtraces (all would be fifty megabytes).
    if matches!(wanted.opt_level, "0" | "1") {
        if compiler.is_msvc() {
            flags.push("/O2".to_owned());
        } else {
            flags.push("-O2".to_owned());
            flags.extend(wanted.debug.then(|| "-g1".to_owned()));
        }
    }
    flags.extend(platform.undefine.iter().map(|name| format!("-U{name}")));
    flags.extend(platform.define.iter().map(define));
    for probe in platform.probes {
        if compiler.compiles(probe.source) {
            flags.extend(probe.define.iter().map(define));
            if let Some(header) = probe.include {
                flags.extend(["-include".to_owned(), header.to_owned()]);
            }
        }
    }
    if let Some(include) = wanted.sodium {
        flags.extend(["-DZMQ_USE_LIBSODIUM=1", "-DZMQ_HAVE_CURVE=1"].map(str::to_owned));
        // Else libsodium's header declares imports from a DLL.
        flags.push("-DSODIUM_STATIC=1".to_owned());
        for dir in include {
            flags.push(format!("-I{}", text(dir)?));
        }
    }
    if let Some(include) = wanted.pgm {
        flags.push("-DZMQ_HAVE_OPENPGM=1".to_owned());
        for dir in include {
            flags.push(format!("-I{}", text(dir)?));
        }
    }
    // Debug information holds paths, -ffile-prefix-map also reaches __FILE__.
    if let Some(map) = ["-ffile-prefix-map", "-fdebug-prefix-map"]
        .into_iter()
        .find(|map| compiler.takes(&format!("{map}=a=b")))
    {
        for (dir, instead) in wanted.hide {
            flags.push(format!("{map}={}={instead}", text(dir)?));
        }
    }
    Ok(flags)
}

fn define((name, value): &Macro) -> String {
    format!("-D{name}={value}")
}

fn text(path: &Path) -> Result<&str, Error> {
    path.to_str()
        .filter(|text| !text.contains(['\n', '\r']))
        .ok_or_else(|| Error::Path(path.display().to_string()))
}
