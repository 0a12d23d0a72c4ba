//! libzmq's sources: copied to where they are compiled, because where they lie
//! other builds use them.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use crate::error::Error;

/// Where libzmq's sources lie: the folder that holds `src` and `include`.
const ORIGIN: &str = env!("ZMQ4_SRC_LIBZMQ");

/// The folders that are compiled.
const FOLDERS: [&str; 4] = ["include", "src", "external/sha1", "external/wepoll"];

/// Files of `src` that are no part of the library here.
const NOT_COMPILED: [&str; 3] = [
    // Nothing but the header of that name.
    "precompiled.cpp",
    // They need GnuTLS.
    "wss_address.cpp",
    "wss_engine.cpp",
];

/// All files by their path from [`ORIGIN`], with `/`, and their bytes.
pub(crate) type Files = BTreeMap<String, Vec<u8>>;

/// Reads all that is compiled.
pub(crate) fn read() -> Result<Files, Error> {
    let mut files = Files::new();
    for folder in FOLDERS {
        let dir = Path::new(ORIGIN).join(folder);
        let failed = |path: &Path, error: std::io::Error| {
            Error::Sources(format!(
                "{}: {error}. If cargo's registry has moved: cargo clean -p zmq4-src",
                path.display()
            ))
        };
        for entry in fs::read_dir(&dir).map_err(|error| failed(&dir, error))? {
            let path = entry.map_err(|error| failed(&dir, error))?.path();
            let is_source = path
                .extension()
                .is_some_and(|end| ["c", "cpp", "h", "hpp"].iter().any(|wanted| end == *wanted));
            let Some(name) = path.file_name().and_then(|name| name.to_str()).filter(|_| is_source) else {
                continue;
            };
            let bytes = fs::read(&path).map_err(|error| failed(&path, error))?;
            files.insert(format!("{folder}/{name}"), bytes);
        }
    }
    Ok(files)
}

/// The one translation unit: the platform, and then every file of the library.
pub(crate) fn unit(files: &Files) -> String {
    let mut text = "#include \"platform.hpp\"\n".to_owned();
    for path in files.keys() {
        let Some(name) = path.strip_prefix("src/") else {
            continue;
        };
        if name.ends_with(".cpp") && !NOT_COMPILED.contains(&name) {
            text.push_str(&format!("#include \"{name}\"\n"));
        }
    }
    text.push_str("#include \"../external/sha1/sha1.c\"\n");
    text
}

/// Headers of POSIX, made of Windows' own, as far as `ipc://` needs them.
pub(crate) const POSIX_HEADERS: [(&str, &str); 2] = [
    ("posix/sys/socket.h", "#include <winsock2.h>\n"),
    ("posix/sys/un.h", "#include <winsock2.h>\n#include <afunix.h>\n"),
];

/// Writes the files into `dir`. A file that is there already, from a build
/// before, and is the same stays as it is.
pub(crate) fn write(files: &Files, dir: &Path) -> Result<(), Error> {
    for (path, bytes) in files {
        let path: PathBuf = dir.join(path);
        let failed = |error: std::io::Error| Error::Sources(format!("cannot write {}: {error}", path.display()));
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent).map_err(failed)?;
        }
        if fs::read(&path).is_ok_and(|there| there == *bytes) {
            continue;
        }
        fs::write(&path, bytes).map_err(failed)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::{NOT_COMPILED, read, unit};

    #[test]
    fn the_unit_holds_every_file_once() {
        let files = read().expect("libzmq's sources");
        let unit = unit(&files);
        let wanted = files
            .keys()
            .filter(|path| path.starts_with("src/") && path.ends_with(".cpp"));
        let mut count = 0;
        for path in wanted {
            let line = format!("#include \"{}\"", path.trim_start_matches("src/"));
            let times = unit.lines().filter(|found| *found == line).count();
            let compiled = !NOT_COMPILED.iter().any(|name| path.ends_with(&format!("/{name}")));
            assert_eq!(times, usize::from(compiled), "{path}");
            count += times;
        }
        assert_eq!(count, 116);
        assert!(unit.starts_with("#include \"platform.hpp\"\n"));
    }

    #[test]
    fn the_sources_are_the_version_that_is_promised() {
        let files = read().expect("libzmq's sources");
        let header = String::from_utf8_lossy(&files["include/zmq.h"]);
        let numbers: Vec<&str> = ["MAJOR", "MINOR", "PATCH"]
            .into_iter()
            .filter_map(|part| {
                let start = format!("#define ZMQ_VERSION_{part} ");
                header.lines().find_map(|line| line.strip_prefix(&start))
            })
            .collect();
        assert_eq!(numbers.join("."), crate::VERSION);
    }
}
