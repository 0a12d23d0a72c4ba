//! Folders that look like an installed libzmq.

use std::fs;
use std::path::{Path, PathBuf};

/// A folder of one test, empty at first.
pub(crate) struct Tree(PathBuf);

impl Tree {
    /// `name` is the test's own, and keeps others out.
    pub(crate) fn new(name: &str) -> Self {
        let dir = Path::new(env!("CARGO_TARGET_TMPDIR")).join("link").join(name);
        let _ = fs::remove_dir_all(&dir);
        fs::create_dir_all(&dir).unwrap();
        Self(dir)
    }

    pub(crate) fn path(&self, inside: &str) -> PathBuf {
        self.0.join(inside)
    }

    pub(crate) fn text(&self, inside: &str) -> String {
        self.path(inside).to_str().unwrap().to_owned()
    }

    pub(crate) fn file(&self, inside: &str, content: &str) -> &Self {
        let path = self.path(inside);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
        self
    }

    /// A `zmq.h` of that version.
    pub(crate) fn header(&self, inside: &str, [major, minor, patch]: [u32; 3]) -> &Self {
        self.file(
            inside,
            &format!(
                "#define ZMQ_VERSION_MAJOR {major}\n#define ZMQ_VERSION_MINOR {minor}\n\
                 #define ZMQ_VERSION_PATCH {patch}\n"
            ),
        )
    }

    /// A pkg-config file in `lib/pkgconfig`, for a package in this folder.
    pub(crate) fn pc(&self, name: &str, version: &str, more: &str) -> &Self {
        // pkg-config separates by spaces: the folder has none.
        let prefix = self.text("");
        self.file(
            &format!("lib/pkgconfig/{name}.pc"),
            &format!(
                "prefix={prefix}\nName: {name}\nDescription: made for a test\nVersion: {version}\n\
                 {more}\n"
            ),
        )
    }
}
