//! Files that are written atomically, and that only the owner can read if they are secret.

use std::ffi::OsString;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

use zeroize::Zeroizing;

/// Far more than a certificate has.
const MOST: usize = 1 << 16;

/// Who may read a file.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Readers {
    /// All that the process's umask allows.
    Anybody,
    /// The owner only.
    Owner,
}

/// Reads a file, and returns who may read it.
pub(super) fn read(path: &Path) -> io::Result<(Zeroizing<Vec<u8>>, Readers)> {
    let about = |error| about(path, &error);
    let file = File::open(path).map_err(about)?;
    // All the room at once: a buffer that grows leaves its beginning behind in memory.
    let mut bytes = Zeroizing::new(vec![0; MOST + 1]);
    let mut len = 0;
    while let Some(room) = bytes.get_mut(len..).filter(|room| !room.is_empty()) {
        match (&file).read(room) {
            Ok(0) => break,
            Ok(more) => len += more,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(about(error)),
        }
    }
    if len > MOST {
        let reason = format!("it has more than {MOST} bytes, and is no certificate");
        return Err(about(io::Error::new(io::ErrorKind::InvalidData, reason)));
    }
    bytes.truncate(len);
    Ok((bytes, readers(&file)))
}

#[cfg(unix)]
fn readers(file: &File) -> Readers {
    use std::os::unix::fs::MetadataExt;
    match file.metadata() {
        Ok(metadata) if metadata.mode() & 0o077 != 0 => Readers::Anybody,
        _ => Readers::Owner,
    }
}

/// Elsewhere the system's lists are taken to be right.
#[cfg(not(unix))]
fn readers(_file: &File) -> Readers {
    Readers::Owner
}

/// An error that names the file, which the system's does not.
pub(super) fn about(path: &Path, error: &io::Error) -> io::Error {
    io::Error::new(error.kind(), format!("{}: {error}", path.display()))
}

/// A file under a name of its own, until it is [published](Draft::publish). Otherwise dropping it removes it.
pub(super) struct Draft {
    name: PathBuf,
    path: PathBuf,
    published: bool,
}

impl Draft {
    /// Writes what will stand at `path`, beside it.
    pub(super) fn write(path: &Path, text: &str, readers: Readers) -> io::Result<Draft> {
        let (mut file, name) = create(path, readers).map_err(|error| about(path, &error))?;
        let draft = Draft {
            name,
            path: path.to_owned(),
            published: false,
        };
        file.write_all(text.as_bytes())
            .and_then(|()| file.sync_all())
            .map_err(|error| about(path, &error))?;
        Ok(draft)
    }

    /// Puts it where it belongs, in one step. What stood there is replaced; a link is, not what it points to.
    pub(super) fn publish(mut self) -> io::Result<()> {
        fs::rename(&self.name, &self.path).map_err(|error| about(&self.path, &error))?;
        self.published = true;
        Ok(())
    }
}

impl Drop for Draft {
    fn drop(&mut self) {
        if !self.published {
            let _ = fs::remove_file(&self.name);
        }
    }
}

/// A new file, with a unique name.
fn create(path: &Path, readers: Readers) -> io::Result<(File, PathBuf)> {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let name = path
        .file_name()
        .ok_or_else(|| io::Error::new(io::ErrorKind::InvalidInput, "it names no file"))?;
    // Known now, and not when another file has been put in its place.
    if path.is_dir() {
        return Err(io::Error::new(io::ErrorKind::IsADirectory, "it is a folder"));
    }
    loop {
        let mut hidden = OsString::from(".");
        hidden.push(name);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        hidden.push(format!(".{}-{number}", std::process::id()));
        let hidden = path.with_file_name(hidden);
        match options(readers).open(&hidden) {
            Ok(file) => return Ok((file, hidden)),
            // Left behind by a process that had this one's number.
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists && number < u32::MAX => {}
            Err(error) => return Err(error),
        }
    }
}

/// Never opens what is there already, a link included; has its permissions from the first moment.
fn options(readers: Readers) -> OpenOptions {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    if readers == Readers::Owner {
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    }
    #[cfg(not(unix))]
    let _ = readers;
    options
}
