//! What a pkg-config file says.

use std::fs;
use std::path::{Path, PathBuf};

use pkg_config::{Config, Library};

use crate::error::Error;

const DRAFT: &str = "ZMQ_BUILD_DRAFT_API";

/// Asks pkg-config for `module`, a name or a file, and prints nothing but what
/// variables it depends on.
pub(crate) fn probe(module: &str, is_static: bool) -> Result<Library, pkg_config::Error> {
    Config::new().statik(is_static).cargo_metadata(false).probe(module)
}

/// Whether the package compiles its users for the DRAFT API, as it does only
/// when it has it.
pub(crate) fn has_draft(library: &Library) -> bool {
    library.defines.contains_key(DRAFT)
}

/// The pkg-config file that was installed with the library in `lib_dir`.
pub(crate) fn beside(lib_dir: &Path) -> Option<PathBuf> {
    let file = lib_dir.join("pkgconfig").join("libzmq.pc");
    file.is_file().then_some(file)
}

/// Whether that file says that the library has the DRAFT API.
pub(crate) fn beside_has_draft(lib_dir: &Path) -> bool {
    beside(lib_dir)
        .and_then(|file| fs::read_to_string(file).ok())
        .is_some_and(|text| text.contains(DRAFT))
}

/// The lines that link `library`; libzmq itself statically if `is_static`.
pub(crate) fn link_lines(library: &Library, is_static: bool) -> Vec<String> {
    let search = library.link_paths.iter().map(|path| search_line(path));
    let libs = library.libs.iter().map(|name| {
        if is_static && name == "zmq" {
            "cargo::rustc-link-lib=static=zmq".to_owned()
        } else {
            format!("cargo::rustc-link-lib={name}")
        }
    });
    let frameworks = library
        .framework_paths
        .iter()
        .map(|path| format!("cargo::rustc-link-search=framework={}", path.display()))
        .chain(
            library
                .frameworks
                .iter()
                .map(|name| format!("cargo::rustc-link-lib=framework={name}")),
        );
    search.chain(libs).chain(frameworks).collect()
}

/// The lines for what the static library beside `file` needs, itself not among
/// them.
pub(crate) fn closure_lines(file: &Path) -> Result<Vec<String>, Error> {
    let name = file.to_string_lossy();
    let library = probe(&name, true).map_err(|error| Error::Closure {
        file: file.to_owned(),
        reason: error.to_string(),
    })?;
    let mut lines = link_lines(&library, true);
    lines.retain(|line| line != "cargo::rustc-link-lib=static=zmq");
    Ok(lines)
}

/// The line that makes the linker look in `path`.
pub(crate) fn search_line(path: &Path) -> String {
    format!("cargo::rustc-link-search=native={}", path.display())
}
