//! The compiler's flags, in the order in which they are given.

use std::path::{Path, PathBuf};

use crate::error::Error;
use crate::probe::Compiler;

/// What the flags depend on, besides the compiler.
pub(crate) struct Wanted<'a> {
    /// The profile's `OPT_LEVEL`.
    pub(crate) opt_level: &'a str,
    /// Whether the profile wants debug information.
    pub(crate) debug: bool,
    /// Folders of headers.
    pub(crate) include: &'a [PathBuf],
    /// Folders that must leave no trace in the archive, and what stands there
    /// instead.
    pub(crate) hide: &'a [(PathBuf, &'a str)],
}

/// Each is given where the compiler takes it. With internals that cannot be
/// replaced from outside, the compiler inlines them, which position-independent
/// code forbids otherwise. The functions of `zmq.h` stay visible. The last one is
/// gcc's: by default inlining may not make the one unit more than 40 % larger,
/// which ends it before the path of a message is done.
const INLINE: [&str; 4] = [
    "-fvisibility=hidden",
    "-fvisibility-inlines-hidden",
    "-fno-semantic-interposition",
    "--param=inline-unit-growth=200",
];

/// All flags.
///
/// # Errors
/// A path that is no text.
pub(crate) fn flags(wanted: &Wanted<'_>, compiler: &Compiler) -> Result<Vec<String>, Error> {
    let mut flags = Vec::new();
    // A debug build debugs the program, not libzmq: optimised, and with no more
    // than lines for backtraces (all would be fifty megabytes).
    let unoptimised = matches!(wanted.opt_level, "0" | "1");
    if compiler.is_msvc() {
        flags.extend(unoptimised.then(|| "-O2".to_owned()));
        // Exceptions, no code generation at link time (which Rust's linker
        // cannot do), and more sections than an object has by default.
        flags.extend(["-EHsc", "-GL-", "-bigobj"].map(str::to_owned));
    } else {
        if unoptimised {
            flags.push("-O2".to_owned());
            if wanted.debug {
                // `cc` asks for frame pointers, which cost a twelfth of the
                // instructions; who unwinds finds the way without them.
                flags.extend(["-g1", "-fomit-frame-pointer"].map(str::to_owned));
            }
        }
        flags.extend(compiler.takes(&INLINE).map(str::to_owned));
        // MinGW's assembler has the same limit of sections.
        flags.extend(compiler.is_for_windows().then(|| "-Wa,-mbig-obj".to_owned()));
    }
    for dir in wanted.include {
        flags.push(format!("-I{}", text(dir)?));
    }
    // Debug information holds paths, -ffile-prefix-map also reaches __FILE__.
    if let Some(map) = ["-ffile-prefix-map", "-fdebug-prefix-map"]
        .into_iter()
        .find(|map| compiler.takes(&[&format!("{map}=a=b")]).count() == 1)
    {
        for (dir, instead) in wanted.hide {
            flags.push(format!("{map}={}={instead}", text(dir)?));
        }
    }
    Ok(flags)
}

fn text(path: &Path) -> Result<&str, Error> {
    path.to_str()
        .filter(|text| !text.contains(['\n', '\r']))
        .ok_or_else(|| Error::Path(path.display().to_string()))
}
