//! How many descriptors the process has left: libzmq aborts if it cannot have one.

use std::ffi::c_int;

use crate::ffi::errno::Errno;
use crate::refusal::Refusal;

const NO_SLOT: &str = "the context has no slot left: closed sockets keep theirs until what they sent is delivered and inproc peers have noticed";

/// Descriptors of one mailbox: a socket pair at most.
pub(super) const MAILBOX: usize = 2;

/// Descriptors of a thread: its mailbox and the one that it polls with.
const THREAD: usize = MAILBOX + 1;

/// Descriptors that creating a context takes; OpenPGM reads files then.
pub(super) const CONTEXT: usize = MAILBOX + 2;

/// The threads that the first socket starts: the reaper and the I/O threads.
pub(super) fn threads(io_threads: c_int) -> usize {
    usize::try_from(io_threads).unwrap_or(0) + 1
}

/// Descriptors of the first socket: its threads, and its own mailbox.
pub(super) fn of_threads(threads: usize) -> usize {
    THREAD * threads + MAILBOX
}

/// Descriptors that binding or connecting takes while it looks at the interfaces.
pub(crate) const ENDPOINT: usize = 4;

/// Whether `count` descriptors are free now. Other threads may take them in the meantime: this keeps a process at its limit
/// from aborting, not two threads that race for the last one.
///
/// It opens no file: there may be none, in a chroot for instance.
pub(super) fn has(count: usize) -> bool {
    #[cfg(unix)]
    {
        use std::io;
        use std::os::fd::OwnedFd;
        use std::os::unix::net::UnixDatagram;
        let all = || -> io::Result<Vec<OwnedFd>> {
            let first = OwnedFd::from(UnixDatagram::unbound()?);
            let mut all = (1..count).map(|_| first.try_clone()).collect::<io::Result<Vec<_>>>()?;
            all.push(first);
            Ok(all)
        };
        let lacks = |error: io::Error| matches!(error.raw_os_error(), Some(libc::EMFILE | libc::ENFILE));
        // Another error does not mean that there are too few.
        count == 0 || !all().is_err_and(lacks)
    }
    #[cfg(not(unix))]
    {
        let _ = count;
        true
    }
}

/// Refuses if fewer than `count` descriptors are free now.
pub(crate) fn check(count: usize) -> Result<(), Refusal> {
    if has(count) {
        Ok(())
    } else {
        Err(Refusal::no_descriptors())
    }
}

/// Why libzmq could not make a socket: `EMFILE` means that it lacks descriptors or a slot of the context.
#[cold]
pub(super) fn no_socket(errno: Errno) -> Refusal {
    match errno {
        Errno::EMFILE => check(MAILBOX).err().unwrap_or_else(|| Refusal::new(errno, NO_SLOT)),
        errno => errno.into(),
    }
}
