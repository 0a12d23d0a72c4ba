//! Opening and closing the sockets of a context.

use std::ffi::c_int;
use std::thread;
use std::time::{Duration, Instant};

use zmq_sys as sys;

use super::pending::{self, Until};
use super::registry::Registry;
use super::{Context, fd_limit};
use crate::ffi::errno::Errno;
use crate::ffi::socket::RawSocket;
use crate::refusal::Refusal;
use crate::socket_type::SocketType;

/// How long to wait for the slot, or for the descriptor, of a socket that was just closed.
const OPEN_TIMEOUT: Duration = Duration::from_secs(1);

impl Context {
    /// Opens a socket of this context, which is counted until [`close`](Context::close).
    pub(crate) fn open(&self, ty: SocketType) -> Result<RawSocket, Refusal> {
        loop {
            {
                let mut registry = self.registry();
                if registry.is_ended() {
                    return Err(Errno::ETERM.into());
                }
                registry.close_ended_zombies();
                // The slot of the reserve may not be free yet.
                let lacks_slot = registry.bind_due(self.raw()) == Err(Errno::EMFILE);
                let is_full = registry.is_full();
                if is_full && !(lacks_slot && registry.has_closed_within(OPEN_TIMEOUT)) {
                    return Err(full(&registry));
                }
                if !registry.is_started() {
                    self.check_threads(&registry)?;
                }
                let opened = if is_full {
                    Err(Errno::EMFILE)
                } else {
                    self.raw().socket(ty.raw())
                };
                match opened {
                    Ok(raw) => {
                        registry.opened();
                        return Ok(raw);
                    }
                    Err(Errno::EINTR) if self.retries() => continue,
                    Err(Errno::EMFILE) => {
                        if !registry.has_closed_within(OPEN_TIMEOUT) {
                            return Err(fd_limit::no_socket(Errno::EMFILE));
                        }
                    }
                    Err(errno) => return Err(errno.into()),
                }
            }
            thread::sleep(Duration::from_millis(1));
        }
    }

    /// The first socket starts the threads, and libzmq aborts if they cannot start, or get no descriptors.
    fn check_threads(&self, registry: &Registry) -> Result<(), Refusal> {
        let threads = fd_limit::threads(self.raw().get(sys::ZMQ_IO_THREADS)?);
        fd_limit::check(fd_limit::of_threads(threads))?;
        #[cfg(unix)]
        super::threads::check(self.raw(), registry, threads)?;
        #[cfg(not(unix))]
        let _ = registry;
        Ok(())
    }

    /// Closes a socket of this context.
    ///
    /// First, the inproc names that it has bound become free. Pending names that it alone is connected to are bound for a moment,
    /// if nothing that it sent may still be delivered there: libzmq would keep the socket until they are bound.
    pub(crate) fn close(&self, socket: usize, ty: SocketType, raw: RawSocket) {
        if self.raw().is_forked() {
            return;
        }
        let mut registry = self.registry_when_unread(socket, None);
        if registry.sockets.is_attached(socket) {
            registry.sockets.lingers(socket, linger_until(&raw));
        }
        for name in registry.names_bound_by(socket) {
            // It fails once the context has ended, and its names with it.
            let _ = raw.unbind_inproc(&name);
        }
        if !registry.pending.any_of(socket) {
            let raw = registry.keep_zombie(socket, raw);
            registry.closed(socket, Until::Bound);
            drop(registry);
            drop(raw);
            return;
        }
        let until = pending_until(ty, &raw);
        let due = registry.pending.due(Some((socket, until)), Instant::now());
        // If it fails, it is done when the next socket is opened.
        let binder = registry.bind_pending(self.raw(), &due);
        let raw = registry.keep_zombie(socket, raw);
        if let Some(raw) = &raw {
            for name in registry.pending.names_of(socket) {
                let disconnect = || raw.disconnect_inproc(&name);
                // It fails once the context has ended.
                let _ = disconnect().inspect(|()| pending::finish_disconnect(disconnect));
            }
        }
        registry.closed(socket, until);
        // Under the lock: to bind a name, libzmq looks whether the sockets that are connected to it are open.
        drop(raw);
        drop(binder);
    }

    /// Records that a socket has bound or connected.
    pub(crate) fn attached(&self, socket: usize, ty: SocketType, endpoint: &str) {
        self.registry().sockets.attached(socket, ty, endpoint);
    }

    /// Records that a socket was given to C code, which is to close it.
    pub(crate) fn released(&self, socket: usize) {
        if !self.raw().is_forked() {
            self.registry_when_unread(socket, None).released(socket);
        }
    }

    /// Records a socket that C code had, or made.
    pub(crate) fn adopted(&self) {
        if !self.raw().is_forked() {
            self.registry().opened();
        }
    }
}

fn full(registry: &Registry) -> Refusal {
    let (max, closing_readers) = (registry.max_sockets(), registry.pending.closing_readers());
    let reason = match closing_readers {
        0 => format!("the context has its maximum of {max} sockets; `set_max_sockets` raises it before the first one"),
        _ => format!(
            "the context has its maximum of {max} sockets, {closing_readers} of which are closed and kept for inproc names that are not bound"
        ),
    };
    Refusal::new(Errno::EMFILE, reason)
}

/// How long libzmq keeps pending connections for what the socket has sent, if it leaves now.
pub(super) fn pending_until(ty: SocketType, raw: &RawSocket) -> Until {
    let linger = if pending::may_have_sent(ty) {
        raw.get_int(sys::ZMQ_LINGER).unwrap_or(0)
    } else {
        0
    };
    until(linger)
}

/// How long libzmq keeps what a socket has sent, if it is closed now. It does not say once the context has ended.
fn linger_until(raw: &RawSocket) -> Until {
    until(raw.get_int(sys::ZMQ_LINGER).unwrap_or(-1))
}

fn until(linger: c_int) -> Until {
    // A negative one is without limit.
    match u64::try_from(linger) {
        Ok(ms) => Until::Due(Instant::now() + Duration::from_millis(ms)),
        Err(_) => Until::Bound,
    }
}
