//! Options of a context.

use std::borrow::Cow;
use std::ffi::c_int;

use zmq_sys as sys;

use super::row::missing;
use super::value::INT_MAX;
use crate::context::registry::Registry;
use crate::context::{Context, LockedRegistry};
use crate::error::{Call, Error, Result};
use crate::ffi::errno::Errno;
#[cfg(target_os = "linux")]
use crate::ffi::system;

/// More I/O threads than this are refused: libzmq aborts where the system cannot start one.
const MAX_IO_THREADS: u32 = 256;

#[derive(Clone, Copy)]
pub(super) struct ContextOption {
    pub(super) number: c_int,
    pub(super) name: &'static str,
    since: &'static str,
}

macro_rules! context_options {
    ($($(#[$cfg:meta])* $name:ident = $number:ident, $since:literal;)*) => {
        $($(#[$cfg])* pub(super) const $name: ContextOption = ContextOption {
            number: sys::$number,
            name: stringify!($number),
            since: $since,
        };)*

        #[cfg(test)]
        pub(super) const ROWS: &[ContextOption] = &[$($(#[$cfg])* $name),*];
    };
}

context_options! {
    BLOCKY = ZMQ_BLOCKY, "4.2.0";
    IO_THREADS = ZMQ_IO_THREADS, "3.2.1";
    IPV6 = ZMQ_IPV6, "4.0.0";
    MAX_MSGSZ = ZMQ_MAX_MSGSZ, "4.2.0";
    MAX_SOCKETS = ZMQ_MAX_SOCKETS, "3.2.1";
    MSG_T_SIZE = ZMQ_MSG_T_SIZE, "4.3.0";
    SOCKET_LIMIT = ZMQ_SOCKET_LIMIT, "4.1.0";
    THREAD_AFFINITY_CPU_ADD = ZMQ_THREAD_AFFINITY_CPU_ADD, "4.3.0";
    THREAD_AFFINITY_CPU_REMOVE = ZMQ_THREAD_AFFINITY_CPU_REMOVE, "4.3.0";
    THREAD_NAME_PREFIX = ZMQ_THREAD_NAME_PREFIX, "4.3.0";
    #[cfg(unix)]
    THREAD_PRIORITY = ZMQ_THREAD_PRIORITY, "4.1.0";
    #[cfg(unix)]
    THREAD_SCHED_POLICY = ZMQ_THREAD_SCHED_POLICY, "4.1.0";
    #[cfg(feature = "draft")]
    ZERO_COPY_RECV = ZMQ_ZERO_COPY_RECV, "4.2.4";
}

impl Context {
    /// How many threads move messages in the background. The default is 1.
    ///
    /// # Errors
    /// `ETERM` once the context has ended.
    #[doc(alias = "ZMQ_IO_THREADS")]
    #[doc(alias = "GetIoThreads")]
    pub fn io_threads(&self) -> Result<u32> {
        self.read(IO_THREADS).map(c_int::unsigned_abs)
    }

    /// Says how many threads move messages in the background, before the first socket is opened: one for each gigabyte
    /// a second, says libzmq's guide, and 0 for a program that uses inproc alone.
    ///
    /// # Errors
    /// `EINVAL` for more than 256, and for another number after the first socket; `ETERM` once the context has ended.
    #[doc(alias = "ZMQ_IO_THREADS")]
    #[doc(alias = "SetIoThreads")]
    pub fn set_io_threads(&self, threads: u32) -> Result<()> {
        self.set_early(IO_THREADS, threads, 0, MAX_IO_THREADS)
    }

    /// How many sockets may be open at once. The default is 1023.
    ///
    /// # Errors
    /// `ETERM` once the context has ended.
    #[doc(alias = "ZMQ_MAX_SOCKETS")]
    #[doc(alias = "GetMaxSockets")]
    pub fn max_sockets(&self) -> Result<u32> {
        let registry = self.open_registry(Call::CtxGet, MAX_SOCKETS)?;
        let limit = self.get(&registry, MAX_SOCKETS)?.unsigned_abs();
        Ok(limit.min(registry.max_sockets()))
    }

    /// Says how many sockets may be open at once, before the first one is.
    ///
    /// libzmq is given one more, which it may need when it terminates.
    ///
    /// # Errors
    /// `EINVAL` for 0, for more than [`socket_limit`](Context::socket_limit), and for another number after the first socket; `ETERM` once
    /// the context has ended.
    #[doc(alias = "ZMQ_MAX_SOCKETS")]
    #[doc(alias = "SetMaxSockets")]
    pub fn set_max_sockets(&self, sockets: u32) -> Result<()> {
        let mut registry = self.open_registry(Call::CtxSet, MAX_SOCKETS)?;
        let limit = self.get(&registry, SOCKET_LIMIT)?.unsigned_abs();
        if sockets == 0 || sockets > limit {
            return Err(out_of_range(MAX_SOCKETS, sockets, 1, limit));
        }
        if registry.is_started() && sockets == registry.max_sockets() {
            return Ok(());
        }
        must_not_be_started(&registry, MAX_SOCKETS)?;
        self.set(&registry, MAX_SOCKETS, sockets + Registry::RESERVE)?;
        registry.set_max_sockets(sockets);
        Ok(())
    }

    /// The most that [`set_max_sockets`](Context::set_max_sockets) takes with this libzmq. Since libzmq 4.1.0.
    ///
    /// # Errors
    /// `ETERM` once the context has ended.
    #[doc(alias = "ZMQ_SOCKET_LIMIT")]
    pub fn socket_limit(&self) -> Result<u32> {
        self.read(SOCKET_LIMIT).map(c_int::unsigned_abs)
    }

    /// Whether a new socket lingers for ever by default. The default is `true`. Since libzmq 4.2.0.
    ///
    /// # Errors
    /// `ETERM` once the context has ended.
    #[doc(alias = "ZMQ_BLOCKY")]
    #[doc(alias = "GetBlocky")]
    pub fn blocky(&self) -> Result<bool> {
        self.read(BLOCKY).map(|blocky| blocky != 0)
    }

    /// With `false`, sockets opened from now on do not linger unless they are told to, so that termination never waits
    /// for messages that nobody receives. Since libzmq 4.2.0.
    ///
    /// # Errors
    /// `ETERM` once the context has ended.
    #[doc(alias = "ZMQ_BLOCKY")]
    #[doc(alias = "SetBlocky")]
    pub fn set_blocky(&self, blocky: bool) -> Result<()> {
        self.write(BLOCKY, u32::from(blocky))
    }

    /// Whether new sockets may use IPv6 addresses. The default is `false`.
    ///
    /// # Errors
    /// `ETERM` once the context has ended.
    #[doc(alias = "ZMQ_IPV6")]
    #[doc(alias = "GetIpv6")]
    pub fn ipv6(&self) -> Result<bool> {
        self.read(IPV6).map(|ipv6| ipv6 != 0)
    }

    /// Says whether sockets opened from now on may use IPv6 addresses, unless they say otherwise themselves
    /// ([`Socket::set_ipv6`](crate::Socket::set_ipv6)).
    ///
    /// # Errors
    /// `ETERM` once the context has ended.
    #[doc(alias = "ZMQ_IPV6")]
    #[doc(alias = "SetIpv6")]
    pub fn set_ipv6(&self, ipv6: bool) -> Result<()> {
        self.write(IPV6, u32::from(ipv6))
    }

    /// What [`set_max_msgsz`](Context::set_max_msgsz) said, in bytes. The default is 2147483647. Since libzmq 4.2.0.
    ///
    /// # Errors
    /// `ETERM` once the context has ended.
    #[doc(alias = "ZMQ_MAX_MSGSZ")]
    #[doc(alias = "GetMaxMsgsz")]
    pub fn max_msgsz(&self) -> Result<u32> {
        self.read(MAX_MSGSZ).map(c_int::unsigned_abs)
    }

    /// Says how long a message may be, in bytes. libzmq keeps the number and does not act on it: what does is
    /// [`Socket::set_maxmsgsize`](crate::Socket::set_maxmsgsize). Since libzmq 4.2.0.
    ///
    /// # Errors
    /// `EINVAL` for more than 2147483647, `ETERM` once the context has ended.
    #[doc(alias = "ZMQ_MAX_MSGSZ")]
    #[doc(alias = "SetMaxMsgsz")]
    pub fn set_max_msgsz(&self, bytes: u32) -> Result<()> {
        self.write(MAX_MSGSZ, bytes)
    }

    /// The size of libzmq's `zmq_msg_t`, in bytes. Since libzmq 4.3.0.
    ///
    /// # Errors
    /// `EINVAL` with an older libzmq, `ETERM` once the context has ended.
    #[doc(alias = "ZMQ_MSG_T_SIZE")]
    pub fn msg_t_size(&self) -> Result<u32> {
        self.read(MSG_T_SIZE).map(c_int::unsigned_abs)
    }

    /// The number in the names of the context's threads, 0 where none was set. Since libzmq 4.3.0.
    ///
    /// # Errors
    /// `EINVAL` with an older libzmq, `ETERM` once the context has ended.
    #[doc(alias = "ZMQ_THREAD_NAME_PREFIX")]
    pub fn thread_name_prefix(&self) -> Result<u32> {
        self.read(THREAD_NAME_PREFIX).map(c_int::unsigned_abs)
    }

    /// Puts a number in front of the names of the context's threads, as in `7/ZMQbg/IO/0`, before the first socket is
    /// opened. Since libzmq 4.3.0.
    ///
    /// # Errors
    /// `EINVAL` for more than 2147483647, for another number after the first socket, and with an older libzmq; `ETERM` once the context has
    /// ended.
    #[doc(alias = "ZMQ_THREAD_NAME_PREFIX")]
    pub fn set_thread_name_prefix(&self, prefix: u32) -> Result<()> {
        self.set_early(THREAD_NAME_PREFIX, prefix, 0, INT_MAX)
    }

    /// Adds a processor to those that the context's threads may run on, before the first socket is opened. Since libzmq
    /// 4.3.0.
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
                let reason = format!("processor {cpu} is not within those of this process: {cpus:?}");
                return Err(refused(THREAD_AFFINITY_CPU_ADD, reason));
            }
        }
        self.set_early(THREAD_AFFINITY_CPU_ADD, cpu, 0, INT_MAX)
    }

    /// Takes a processor back that [`set_thread_affinity_cpu_add`](Context::set_thread_affinity_cpu_add) added, before
    /// the first socket is opened. Since libzmq 4.3.0.
    ///
    /// # Errors
    /// `EINVAL` for one that was not added, after the first socket, and with an older libzmq; `ETERM` once the context
    /// has ended.
    #[doc(alias = "ZMQ_THREAD_AFFINITY_CPU_REMOVE")]
    pub fn set_thread_affinity_cpu_remove(&self, cpu: u32) -> Result<()> {
        self.set_early(THREAD_AFFINITY_CPU_REMOVE, cpu, 0, INT_MAX)
    }

    /// The registry of a context that has not ended, which stays so while the guard lives.
    pub(super) fn open_registry(&self, call: Call, option: ContextOption) -> Result<LockedRegistry<'_>> {
        self.must_be_ours(call)?;
        let registry = self.registry();
        if registry.is_ended() {
            return Err(failed(call, option, Errno::ETERM));
        }
        Ok(registry)
    }

    pub(super) fn read(&self, option: ContextOption) -> Result<c_int> {
        let registry = self.open_registry(Call::CtxGet, option)?;
        self.get(&registry, option)
    }

    fn write(&self, option: ContextOption, value: u32) -> Result<()> {
        let registry = self.open_registry(Call::CtxSet, option)?;
        self.set(&registry, option, value)
    }

    pub(super) fn get(&self, _open: &Registry, option: ContextOption) -> Result<c_int> {
        self.raw()
            .get(option.number)
            .map_err(|errno| failed(Call::CtxGet, option, errno))
    }

    fn set(&self, _open: &Registry, option: ContextOption, value: u32) -> Result<()> {
        let value = c_int::try_from(value).map_err(|_| out_of_range(option, value, 0, INT_MAX))?;
        self.raw()
            .set(option.number, value)
            .map_err(|errno| failed(Call::CtxSet, option, errno))
    }

    /// Whether the option has this value already. libzmq does not tell all of them.
    fn holds(&self, registry: &Registry, option: ContextOption, value: u32) -> bool {
        #[cfg(unix)]
        if option.number == THREAD_PRIORITY.number {
            return registry.priority == Some(value);
        }
        self.get(registry, option)
            .is_ok_and(|held| c_int::try_from(value) == Ok(held))
    }

    /// Sets what has an effect before the first socket only. Afterwards the value that holds already is no error.
    pub(super) fn set_early(&self, option: ContextOption, value: u32, min: u32, max: u32) -> Result<()> {
        if value < min || value > max {
            return Err(out_of_range(option, value, min, max));
        }
        let registry = self.open_registry(Call::CtxSet, option)?;
        if registry.is_started() && self.holds(&registry, option, value) {
            return Ok(());
        }
        must_not_be_started(&registry, option)?;
        self.set(&registry, option, value)
    }
}

#[cfg(feature = "draft")]
impl Context {
    /// Whether received messages share the buffer that they were read into. The default is `true`. Since libzmq 4.2.4.
    ///
    /// # Errors
    /// `ETERM` once the context has ended.
    #[doc(alias = "ZMQ_ZERO_COPY_RECV")]
    pub fn zero_copy_recv(&self) -> Result<bool> {
        self.read(ZERO_COPY_RECV).map(|shares| shares != 0)
    }

    /// With `false`, the messages of sockets opened from now on are copied out of the buffer that they were read into.
    /// Since libzmq 4.2.4.
    ///
    /// # Errors
    /// `ETERM` once the context has ended.
    #[doc(alias = "ZMQ_ZERO_COPY_RECV")]
    pub fn set_zero_copy_recv(&self, shares: bool) -> Result<()> {
        self.write(ZERO_COPY_RECV, u32::from(shares))
    }
}

fn must_not_be_started(registry: &Registry, option: ContextOption) -> Result<()> {
    if registry.is_started() {
        return Err(refused(option, "it has no effect once a socket was opened"));
    }
    Ok(())
}

fn failed(call: Call, option: ContextOption, errno: Errno) -> Error {
    let error = Error::new(call, errno).about_option(option.name);
    match missing(option.since, &[]) {
        Some(reason) if errno == Errno::EINVAL => error.because(reason),
        _ => error,
    }
}

fn out_of_range(option: ContextOption, value: u32, min: u32, max: u32) -> Error {
    refused(option, format!("{value} is not within {min} to {max}"))
}

pub(super) fn refused(option: ContextOption, reason: impl Into<Cow<'static, str>>) -> Error {
    Error::new(Call::CtxSet, Errno::EINVAL)
        .about_option(option.name)
        .because(reason)
}
