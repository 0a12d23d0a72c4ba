//! The files of ipc paths that sockets of this process have given up.
//!
//! libzmq closes a listener in the background, a moment after `zmq_unbind` and `zmq_close`. Until then the file looks like one
//! that is in use, although whoever bound it wants it no longer. libzmq itself replaces it, and leaves the new file alone when it
//! closes the old listener, unless it made the path up for a wildcard: then it removes whatever is there.

use crate::sync::lock;
use std::collections::VecDeque;
use std::fs::{self, Metadata};
use std::os::unix::fs::MetadataExt;
use std::sync::{Mutex, MutexGuard};

/// How many are remembered. A listener is gone after milliseconds.
const MOST: usize = 256;

static RELEASED: Mutex<VecDeque<(SocketFile, PathState)>> = Mutex::new(VecDeque::new());

fn released() -> MutexGuard<'static, VecDeque<(SocketFile, PathState)>> {
    lock(&RELEASED)
}

/// The file of a path that a socket of this process has bound.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct SocketFile {
    device: u64,
    inode: u64,
    /// Numbers of inodes are used again; a socket's file is modified when it is made, and not afterwards.
    made: (i64, i64),
}

/// What becomes of the path of a file that was given up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum PathState {
    /// It may be bound.
    Free,
    /// The listener is about to remove what stands there.
    Removed,
}

impl SocketFile {
    fn of(found: &Metadata) -> SocketFile {
        SocketFile {
            device: found.dev(),
            inode: found.ino(),
            made: (found.mtime(), found.mtime_nsec()),
        }
    }

    /// The file that libzmq has just made at this path, if it is one of the file system.
    pub(crate) fn created(path: &str) -> Option<SocketFile> {
        if path.starts_with('@') {
            return None;
        }
        let file = SocketFile::of(&fs::symlink_metadata(path).ok()?);
        // It may have the number of the file that it has replaced, within one tick of the clock.
        released().retain(|(old, _)| *old != file);
        Some(file)
    }

    /// Remembers that the socket wants it no longer; `wildcard` says whether libzmq made the path up.
    pub(crate) fn release(self, wildcard: bool) {
        let mut released = released();
        if released.len() == MOST {
            released.pop_front();
        }
        released.push_back((self, if wildcard { PathState::Removed } else { PathState::Free }));
    }
}

pub(super) fn fate(found: &Metadata) -> Option<PathState> {
    let file = SocketFile::of(found);
    let released = released();
    released.iter().find(|(old, _)| *old == file).map(|(_, fate)| *fate)
}
