//! How a context's threads are scheduled.

use zmq_sys as sys;

use super::SchedPolicy;
use super::context::{THREAD_PRIORITY, THREAD_SCHED_POLICY, refused};
use super::value::{INT_MAX, Named};
use crate::context::Context;
use crate::error::Result;
use crate::ffi::system;

impl Context {
    /// How the context's threads are scheduled; `None`, the default, is as the thread that opens the first socket. Since
    /// libzmq 4.1.0.
    ///
    /// # Errors
    /// `ETERM` once the context has ended.
    #[doc(alias = "ZMQ_THREAD_SCHED_POLICY")]
    pub fn thread_sched_policy(&self) -> Result<Option<SchedPolicy>> {
        let policy = self.read(THREAD_SCHED_POLICY)?;
        Ok((policy != sys::ZMQ_THREAD_SCHED_POLICY_DFLT).then(|| SchedPolicy::of(policy)))
    }

    /// Says how the context's threads are scheduled, before the first socket is opened. Since libzmq 4.1.0.
    ///
    /// A policy of real time needs a privilege, and a [priority](Context::set_thread_priority): without them libzmq would
    /// abort, so the first [`socket`](Context::socket) tries on a thread of its own, and fails where the system refuses.
    ///
    /// # Errors
    /// `EINVAL` for a policy that the system does not have, and for another one after the first socket; `ETERM` once the context has
    /// ended.
    #[doc(alias = "ZMQ_THREAD_SCHED_POLICY")]
    #[doc(alias = "SetThreadSchedPolicy")]
    pub fn set_thread_sched_policy(&self, policy: SchedPolicy) -> Result<()> {
        let number = u32::try_from(policy.raw())
            .ok()
            .filter(|_| system::priorities(policy.raw()).is_some());
        let Some(number) = number else {
            let reason = format!("{} is not within the policies of this system", policy.raw());
            return Err(refused(THREAD_SCHED_POLICY, reason));
        };
        self.set_early(THREAD_SCHED_POLICY, number, 0, INT_MAX)
    }

    /// Says with what priority the context's threads are scheduled, before the first socket is opened. Since libzmq 4.1.0.
    ///
    /// With a policy of real time it is the system's, 1 to 99 on Linux. With others 0 is none, and anything more gives the
    /// threads the best nice value, which needs a privilege: without it libzmq would abort, so the first
    /// [`socket`](Context::socket) tries on a thread of its own, and fails where the system refuses.
    ///
    /// # Errors
    /// `EINVAL` for more than the system has, and for another number after the first socket; `ETERM` once the context has ended.
    #[doc(alias = "ZMQ_THREAD_PRIORITY")]
    #[doc(alias = "SetThreadPriority")]
    pub fn set_thread_priority(&self, priority: u32) -> Result<()> {
        let most = system::priorities(libc::SCHED_FIFO).map_or(0, |(_, most)| most.unsigned_abs());
        self.set_early(THREAD_PRIORITY, priority, 0, most)?;
        self.registry().priority = Some(priority);
        Ok(())
    }
}
