//! Options of a context.

use super::context_row::*;
use super::value::{INT_MAX, out_of_range};
use crate::context::Context;
use crate::context::registry::Registry;
use crate::error::{Call, Result};
#[cfg(target_os = "linux")]
use crate::ffi::system;

/// More I/O threads are rejected: libzmq aborts if the system cannot start one.
const MAX_IO_THREADS: u32 = 256;

context_options! {
    "# Options";
    /// The number of I/O threads, which move messages in the background, at most 256. The default is 1. libzmq's guide
    /// recommends one for each gigabyte per second, and 0 for a program that uses inproc only.
    ZMQ_IO_THREADS = "ZMQ_IO_THREADS", "3.2.1", first, 0 to MAX_IO_THREADS, {
        get io_threads: u32, "GetIoThreads"; set set_io_threads, "SetIoThreads";
    }
    ZMQ_MAX_SOCKETS = "ZMQ_MAX_SOCKETS", "3.2.1", first, 1 to INT_MAX, { hand }
    /// The greatest number that [`set_max_sockets`](Context::set_max_sockets) takes with this libzmq.
    ZMQ_SOCKET_LIMIT = "ZMQ_SOCKET_LIMIT", "4.1.0", read, 0 to INT_MAX, {
        get socket_limit: u32, "zmq_ctx_get";
    }
    /// Whether new sockets linger indefinitely by default. The default is `true`. With `false` they do not linger unless
    /// [`set_linger`](crate::Socket::set_linger) is called, so that the termination does not wait for unsent messages.
    ZMQ_BLOCKY = "ZMQ_BLOCKY", "4.2.0", now, 0 to 1, {
        get blocky: bool, "GetBlocky"; set set_blocky, "SetBlocky";
    }
    /// Whether new sockets may use IPv6 addresses, unless they are set otherwise themselves
    /// ([`Socket::set_ipv6`](crate::Socket::set_ipv6)). The default is `false`.
    ZMQ_IPV6 = "ZMQ_IPV6", "4.0.0", now, 0 to 1, {
        get ipv6: bool, "GetIpv6"; set set_ipv6, "SetIpv6";
    }
    /// The maximum size of a message, in bytes. The default is 2147483647. libzmq stores the number and does not enforce it;
    /// [`Socket::set_maxmsgsize`](crate::Socket::set_maxmsgsize) is enforced.
    ZMQ_MAX_MSGSZ = "ZMQ_MAX_MSGSZ", "4.2.0", now, 0 to INT_MAX, {
        get max_msgsz: u32, "GetMaxMsgsz"; set set_max_msgsz, "SetMaxMsgsz";
    }
    /// The size of libzmq's `zmq_msg_t`, in bytes.
    ZMQ_MSG_T_SIZE = "ZMQ_MSG_T_SIZE", "4.3.0", read, 0 to INT_MAX, {
        get msg_t_size: u32, "zmq_ctx_get";
    }
    /// The number in front of the names of the context's threads, as in `7/ZMQbg/IO/0`; 0, the default, is none.
    ZMQ_THREAD_NAME_PREFIX = "ZMQ_THREAD_NAME_PREFIX", "4.3.0", first, 0 to INT_MAX, {
        get thread_name_prefix: u32, "zmq_ctx_get"; set set_thread_name_prefix, "zmq_ctx_set";
    }
    ZMQ_THREAD_AFFINITY_CPU_ADD = "ZMQ_THREAD_AFFINITY_CPU_ADD", "4.3.0", first, 0 to INT_MAX, { hand }
    ZMQ_THREAD_AFFINITY_CPU_REMOVE = "ZMQ_THREAD_AFFINITY_CPU_REMOVE", "4.3.0", first, 0 to INT_MAX, { hand }
}

impl Context {
    /// The maximum number of open sockets. The default is 1023.
    ///
    #[doc = manual!("zmq_ctx_get", "ZMQ_MAX_SOCKETS")]
    ///
    /// # Errors
    /// `ETERM` once the context has ended.
    #[doc(alias = "ZMQ_MAX_SOCKETS")]
    #[doc(alias = "GetMaxSockets")]
    pub fn max_sockets(&self) -> Result<u32> {
        let registry = self.open_registry(Call::CtxGet, row::ZMQ_MAX_SOCKETS)?;
        let limit = self.get(&registry, row::ZMQ_MAX_SOCKETS)?.unsigned_abs();
        Ok(limit.min(registry.max_sockets()))
    }

    /// Sets [`max_sockets`](Context::max_sockets), before the first socket is opened.
    ///
    /// libzmq gets one more, which it may need when it terminates.
    ///
    #[doc = manual!("zmq_ctx_set", "ZMQ_MAX_SOCKETS")]
    ///
    /// # Errors
    /// `EINVAL` for 0, for more than [`socket_limit`](Context::socket_limit), and for another number after the first socket; `ETERM` once
    /// the context has ended.
    #[doc(alias = "ZMQ_MAX_SOCKETS")]
    #[doc(alias = "SetMaxSockets")]
    pub fn set_max_sockets(&self, sockets: u32) -> Result<()> {
        let mut registry = self.open_registry(Call::CtxSet, row::ZMQ_MAX_SOCKETS)?;
        let limit = self.get(&registry, row::ZMQ_SOCKET_LIMIT)?.unsigned_abs();
        if sockets == 0 || sockets > limit {
            return Err(refused(row::ZMQ_MAX_SOCKETS, out_of_range(sockets, 1, limit)));
        }
        if registry.is_started() && sockets == registry.max_sockets() {
            return Ok(());
        }
        must_not_be_started(&registry, row::ZMQ_MAX_SOCKETS)?;
        self.set(&registry, row::ZMQ_MAX_SOCKETS, sockets + Registry::RESERVE)?;
        registry.set_max_sockets(sockets);
        Ok(())
    }

    /// Adds a processor to those that the context's threads may run on, before the first socket is opened. Since libzmq
    /// 4.3.0.
    ///
    #[doc = manual!("zmq_ctx_set", "ZMQ_THREAD_AFFINITY_CPU_ADD")]
    ///
    /// # Errors
    /// `EINVAL` for a processor that this process may not use, which would make libzmq abort, after the first socket, and
    /// with an older libzmq; `ETERM` once the context has ended.
    #[doc(alias = "ZMQ_THREAD_AFFINITY_CPU_ADD")]
    pub fn set_thread_affinity_cpu_add(&self, cpu: u32) -> Result<()> {
        #[cfg(target_os = "linux")]
        {
            let cpus = system::cpus();
            if !cpus.contains(&cpu) {
                let reason = format!("processor {cpu} is not one of this process: {cpus:?}");
                return Err(refused(row::ZMQ_THREAD_AFFINITY_CPU_ADD, reason));
            }
        }
        self.write(row::ZMQ_THREAD_AFFINITY_CPU_ADD, cpu)
    }

    /// Removes a processor that [`set_thread_affinity_cpu_add`](Context::set_thread_affinity_cpu_add) added, before the
    /// first socket is opened. Since libzmq 4.3.0.
    ///
    #[doc = manual!("zmq_ctx_set", "ZMQ_THREAD_AFFINITY_CPU_REMOVE")]
    ///
    /// # Errors
    /// `EINVAL` for one that was not added, after the first socket, and with an older libzmq; `ETERM` once the context
    /// has ended.
    #[doc(alias = "ZMQ_THREAD_AFFINITY_CPU_REMOVE")]
    pub fn set_thread_affinity_cpu_remove(&self, cpu: u32) -> Result<()> {
        self.write(row::ZMQ_THREAD_AFFINITY_CPU_REMOVE, cpu)
    }
}
