//! How a context's threads are scheduled.

use zmq_sys as sys;

use super::context_row::*;
use super::newtype::SchedPolicy;
use super::value::{INT_MAX, Named};
use crate::context::Context;
use crate::error::{Call, Result};
use crate::ffi::system;

context_options! {
    ZMQ_THREAD_SCHED_POLICY = "ZMQ_THREAD_SCHED_POLICY", "4.1.0", first, 0 to INT_MAX, { hand }
    ZMQ_THREAD_PRIORITY = "ZMQ_THREAD_PRIORITY", "4.1.0", first, 0 to INT_MAX, { hand }
}

/// # Options: scheduling
impl Context {
    /// The scheduling policy of the context's threads; `None`, the default, is that of the thread that opens the first socket. Since
    /// libzmq 4.1.0.
    ///
    #[doc = manual!("zmq_ctx_get", "ZMQ_THREAD_SCHED_POLICY")]
    ///
    /// # Errors
    /// `ETERM` once the context has ended.
    #[doc(alias = "ZMQ_THREAD_SCHED_POLICY")]
    pub fn thread_sched_policy(&self) -> Result<Option<SchedPolicy>> {
        let registry = self.open_registry(Call::CtxGet, row::ZMQ_THREAD_SCHED_POLICY)?;
        let policy = self.get(&registry, row::ZMQ_THREAD_SCHED_POLICY)?;
        Ok((policy != sys::ZMQ_THREAD_SCHED_POLICY_DFLT).then(|| SchedPolicy::of(policy)))
    }

    /// Sets the scheduling policy of the context's threads, before the first socket is opened. Since libzmq 4.1.0.
    ///
    /// A real-time policy needs a privilege, and a [priority](Context::set_thread_priority): without them libzmq would
    /// abort, so the first [`socket`](Context::socket) tries it on a dedicated thread, and fails if the system refuses.
    ///
    #[doc = manual!("zmq_ctx_set", "ZMQ_THREAD_SCHED_POLICY")]
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
            let reason = format!("{} is not a policy of this system", policy.raw());
            return Err(refused(row::ZMQ_THREAD_SCHED_POLICY, reason));
        };
        self.write(row::ZMQ_THREAD_SCHED_POLICY, number)
    }

    /// Sets the priority of the context's threads, before the first socket is opened. Since libzmq 4.1.0.
    ///
    /// With a real-time policy it is the system's priority, 1 to 99 on Linux. With others 0 is none, and anything more gives the
    /// threads the best nice value, which needs a privilege: without it libzmq would abort, so the first
    /// [`socket`](Context::socket) tries it on a dedicated thread, and fails if the system refuses.
    ///
    #[doc = manual!("zmq_ctx_set", "ZMQ_THREAD_PRIORITY")]
    ///
    /// # Errors
    /// `EINVAL` for more than the system has, and for another number after the first socket; `ETERM` once the context has ended.
    #[doc(alias = "ZMQ_THREAD_PRIORITY")]
    #[doc(alias = "SetThreadPriority")]
    pub fn set_thread_priority(&self, priority: u32) -> Result<()> {
        let most = system::priorities(libc::SCHED_FIFO).map_or(0, |(_, most)| most.unsigned_abs());
        let option = ContextOption {
            max: most,
            ..row::ZMQ_THREAD_PRIORITY
        };
        self.write(option, priority)?;
        self.registry().priority = Some(priority);
        Ok(())
    }
}
