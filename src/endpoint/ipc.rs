//! Paths of local sockets.

use super::AttachMode;
#[cfg(unix)]
use super::released_files::{self, PathState};
use crate::ffi::errno::Errno;
use crate::refusal::Refusal;

/// The longest path: the room in `sockaddr_un` without its NUL.
#[cfg(unix)]
const MAX_PATH: usize = size_of::<libc::sockaddr_un>() - std::mem::offset_of!(libc::sockaddr_un, sun_path) - 1;
#[cfg(not(unix))]
const MAX_PATH: usize = 107;

/// A path, `@name` for Linux's abstract ones, or `*` to have one made up.
pub(super) fn check(path: &str, mode: AttachMode) -> Result<(), Refusal> {
    if path.starts_with('*') {
        return wildcard(path, mode);
    }
    if path == "@" {
        return Err(Refusal::invalid("the abstract name is missing"));
    }
    if path.len() > MAX_PATH {
        let reason = format!("a path has at most {MAX_PATH} bytes here, not {}", path.len());
        return Err(Refusal::new(Errno::ENAMETOOLONG, reason));
    }
    Ok(())
}

/// libzmq takes everything that begins with `*` for the wildcard.
fn wildcard(path: &str, mode: AttachMode) -> Result<(), Refusal> {
    match mode {
        AttachMode::Bind if path == "*" => Ok(()),
        AttachMode::Bind => Err(Refusal::invalid("nothing comes after the wildcard")),
        AttachMode::Connect => Err(Refusal::invalid("a wildcard is for bind only")),
    }
}

/// libzmq first unlinks what stands at the path: a file of any kind, and a socket that another process listens on.
///
/// It does so for an abstract name too, if a file happens to be called that.
#[cfg(unix)]
pub(super) fn check_unoccupied(path: &str) -> Result<(), Refusal> {
    use std::os::unix::fs::FileTypeExt;

    // What cannot be looked at is libzmq's to report.
    let Ok(found) = std::fs::symlink_metadata(path) else {
        return Ok(());
    };
    if !found.file_type().is_socket() || path.starts_with('@') {
        let reason = "the path is that of a file that is not a socket, and libzmq would remove it";
        return Err(Refusal::new(Errno::EADDRINUSE, reason));
    }
    match released_files::fate(&found) {
        Some(PathState::Free) => Ok(()),
        Some(PathState::Removed) => Err(Refusal::new(
            Errno::EADDRINUSE,
            "the socket that was bound to this path is about to remove it",
        )),
        None => unheld(path),
    }
}

/// Whether the socket at the path was left behind.
///
/// Tried with a datagram socket: it disturbs no listener, does not block, and gets `EPROTOTYPE` from a stream socket in use.
#[cfg(unix)]
fn unheld(path: &str) -> Result<(), Refusal> {
    use std::io::ErrorKind;
    use std::os::unix::net::UnixDatagram;

    let answer = UnixDatagram::unbound().and_then(|probe| probe.connect(path));
    let held = match &answer {
        Ok(()) => true,
        Err(error) if error.raw_os_error() == Some(libc::EPROTOTYPE) => true,
        Err(error) => match error.kind() {
            ErrorKind::ConnectionRefused | ErrorKind::NotFound => return Ok(()),
            _ => false,
        },
    };
    if held {
        return Err(Refusal::new(Errno::EADDRINUSE, "another socket listens on this path"));
    }
    let errno = answer
        .err()
        .and_then(|error| error.raw_os_error())
        .map_or(Errno::EADDRINUSE, Errno::new);
    Err(Refusal::new(
        errno,
        "it is not known whether a socket listens on this path",
    ))
}

#[cfg(not(unix))]
pub(super) fn check_unoccupied(_path: &str) -> Result<(), Refusal> {
    Ok(())
}
