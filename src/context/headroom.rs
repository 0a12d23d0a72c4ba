//! Whether the process has descriptors left where libzmq would abort for want of one.

use std::ffi::c_int;

use crate::errno::Errno;
use crate::error::{Call, Error};

/// What one mailbox takes: a socket pair at the worst.
const MAILBOX: usize = 2;

/// What a thread takes: its mailbox and the descriptor that it polls with.
const THREAD: usize = MAILBOX + 1;

/// What a context takes when it is made; OpenPGM looks into files then.
pub(super) const CONTEXT: usize = MAILBOX + 2;

/// What the first socket takes: the reaper and the I/O threads, and its own mailbox.
pub(super) fn of_threads(io_threads: c_int) -> usize {
    let io_threads = usize::try_from(io_threads).unwrap_or(0);
    THREAD * (io_threads + 1) + MAILBOX
}

/// What binding or connecting an endpoint takes while it looks at the interfaces.
pub(crate) const ENDPOINT: usize = 4;

/// Whether `count` descriptors can be had now. Other threads may take them in the meantime: this keeps a process at
/// its limit from aborting, not two that race for the last one.
pub(crate) fn descriptors(count: usize) -> bool {
    #[cfg(unix)]
    {
        use std::fs::File;
        let probes: Vec<_> = (0..count).map_while(|_| File::open("/dev/null").ok()).collect();
        probes.len() == count
    }
    #[cfg(not(unix))]
    {
        let _ = count;
        true
    }
}

pub(crate) fn exhausted(call: Call) -> Error {
    Error::new(call, Errno::EMFILE).because("the process has too few descriptors left (RLIMIT_NOFILE)")
}
