//! Tries to start the context's threads, as libzmq does for the first socket: it aborts if one of them cannot start.

use std::ffi::c_int;

use zmq_sys as sys;

use super::registry::Registry;
use crate::ffi::context::RawContext;
use crate::ffi::errno::Errno;
use crate::ffi::system;
use crate::refusal::Refusal;
use crate::version::version;

/// Refuses if the system does not start `count` threads, or not with the scheduling that was asked for.
pub(super) fn check(raw: &RawContext, registry: &Registry, count: usize) -> Result<(), Refusal> {
    system::try_threads(count).map_err(|errno| {
        let reason = format!(
            "the system refuses the {count} threads of the context (RLIMIT_NPROC, or pids.max of the control group)"
        );
        Refusal::new(errno, reason)
    })?;
    check_scheduling(raw, registry)
}

fn check_scheduling(raw: &RawContext, registry: &Registry) -> Result<(), Refusal> {
    let policy: Result<c_int, Errno> = raw.get(sys::ZMQ_THREAD_SCHED_POLICY);
    let policy = policy
        .ok()
        .filter(|policy| *policy != sys::ZMQ_THREAD_SCHED_POLICY_DFLT);
    let priority = registry.priority.and_then(|priority| c_int::try_from(priority).ok());
    if policy.is_none() && priority.is_none() {
        return Ok(());
    }
    // libzmq lowers the nice value for a priority above 0; before 4.3.5 for 0, too.
    let lowers_nice = priority.is_some_and(|priority| priority > 0 || version() < (4, 3, 5));
    system::try_scheduling(policy, priority, lowers_nice).map_err(|errno| {
        let reason = format!(
            "the system refuses ZMQ_THREAD_SCHED_POLICY {} with ZMQ_THREAD_PRIORITY {}",
            policy.unwrap_or(sys::ZMQ_THREAD_SCHED_POLICY_DFLT),
            priority.unwrap_or(sys::ZMQ_THREAD_PRIORITY_DFLT)
        );
        Refusal::new(errno, reason)
    })
}
