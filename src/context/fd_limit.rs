//! How many descriptors the process has left: libzmq aborts if it cannot have one.

use std::ffi::c_int;

use crate::ffi::errno::Errno;
use crate::refusal::Refusal;

/// What one mailbox takes: a socket pair at the worst.
pub(super) const MAILBOX: usize = 2;

/// What a thread takes: its mailbox and the descriptor that it polls with.
const THREAD: usize = MAILBOX + 1;

/// What a context takes when it is made; OpenPGM looks into files then.
pub(super) const CONTEXT: usize = MAILBOX + 2;

/// What the first socket starts: the reaper and the I/O threads.
pub(super) fn threads(io_threads: c_int) -> usize {
    usize::try_from(io_threads).unwrap_or(0) + 1
}

/// What the first socket takes: its threads, and its own mailbox.
pub(super) fn of_threads(threads: usize) -> usize {
    THREAD * threads + MAILBOX
}

/// What binding or connecting an endpoint takes while it looks at the interfaces.
pub(crate) const ENDPOINT: usize = 4;

/// Whether `count` descriptors can be had now. Other threads may take them in the meantime: this keeps a process at
/// its limit from aborting, not two that race for the last one.
///
/// The trial needs no file: there may be none, in a chroot for instance.
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
        // A system that does not let this process have such a descriptor has not said that there are too few.
        count == 0 || !all().is_err_and(lacks)
    }
    #[cfg(not(unix))]
    {
        let _ = count;
        true
    }
}

/// Refuses if `count` descriptors cannot be had now.
pub(crate) fn check(count: usize) -> Result<(), Refusal> {
    if has(count) { Ok(()) } else { Err(exhausted()) }
}

pub(super) fn exhausted() -> Refusal {
    Refusal::new(
        Errno::EMFILE,
        "the process has too few descriptors left (RLIMIT_NOFILE)",
    )
}
