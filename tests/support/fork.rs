//! Forked children, which have the parent's memory and none of libzmq's threads.

use std::panic::{self, AssertUnwindSafe};

use super::LONG;

/// Runs `body` in a forked child and returns the child's status: 0 unless it panicked, hung or aborted.
///
/// Call it within `in_child`: the fork copies the locks of this process as they are.
#[track_caller]
pub fn forked(body: impl FnOnce()) -> libc::c_int {
    // SAFETY: the child runs `body` and exits, without the destructors of this process.
    let child = unsafe { libc::fork() };
    if child == 0 {
        // SAFETY: has no precondition; the signal ends a child that hangs.
        unsafe { libc::alarm(LONG.as_secs() as libc::c_uint / 2) };
        let result = panic::catch_unwind(AssertUnwindSafe(body));
        // SAFETY: ends the child.
        unsafe { libc::_exit(i32::from(result.is_err())) };
    }
    assert!(child > 0);
    let mut status = 0;
    // SAFETY: the status is live, and the child is our own.
    assert_eq!(unsafe { libc::waitpid(child, &mut status, 0) }, child);
    status
}
