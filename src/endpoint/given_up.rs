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

static GIVEN_UP: Mutex<VecDeque<(File, Fate)>> = Mutex::new(VecDeque::new());

fn given_up() -> MutexGuard<'static, VecDeque<(File, Fate)>> {
    lock(&GIVEN_UP)
}

/// The file of a path that a socket of this process has bound.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct File {
    device: u64,
    inode: u64,
    /// Numbers of inodes are used again; a socket's file is modified when it is made, and not afterwards.
    made: (i64, i64),
}

/// What becomes of the path of a file that was given up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fate {
    /// It may be bound.
    Free,
    /// The listener is about to remove what stands there.
    Removed,
}

impl File {
    fn of(found: &Metadata) -> File {
        File {
            device: found.dev(),
            inode: found.ino(),
            made: (found.mtime(), found.mtime_nsec()),
        }
    }

    /// The file that libzmq has just made for this endpoint, if it is one with a path.
    pub(crate) fn made(endpoint: &str) -> Option<File> {
        let path = endpoint.strip_prefix("ipc://").filter(|path| !path.starts_with('@'))?;
        let file = File::of(&fs::symlink_metadata(path).ok()?);
        // It may have the number of the file that it has replaced, within one tick of the clock.
        given_up().retain(|(old, _)| *old != file);
        Some(file)
    }

    /// Remembers that the socket wants it no longer; `wildcard` says whether libzmq made the path up.
    pub(crate) fn give_up(self, wildcard: bool) {
        let mut given_up = given_up();
        if given_up.len() == MOST {
            given_up.pop_front();
        }
        given_up.push_back((self, if wildcard { Fate::Removed } else { Fate::Free }));
    }
}

pub(super) fn fate(found: &Metadata) -> Option<Fate> {
    let file = File::of(found);
    let given_up = given_up();
    given_up.iter().find(|(old, _)| *old == file).map(|(_, fate)| *fate)
}
