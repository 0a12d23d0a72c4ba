//! [`MonitorHandle`]: the way to take a monitor off a socket, from any thread.

use std::ffi::{CStr, c_int, c_void};
use std::ptr::{self, NonNull};
use std::sync::{Arc, Mutex, MutexGuard};

use zmq_sys as sys;

use super::errno::Errno;
use super::fork::ProcessId;
use super::ret;
use crate::sync::lock;

/// A socket that is or was monitored, for threads that do not own it.
///
/// `zmq_socket_monitor` is the one call that other threads may make on a socket: from libzmq 4.2 on it takes a lock of
/// its own, as each event does (libzmq issue 2158). What it does not survive is that the socket is closed meanwhile, so
/// the owner takes the pointer out of its place first.
pub(crate) struct MonitorHandle {
    target: Mutex<MonitoredSocket>,
    process: ProcessId,
}

struct MonitoredSocket {
    /// `None` once the socket is closed, or given to C code.
    socket: Option<SocketPtr>,
    /// The number of monitors that the socket has had: a later one replaces those before it.
    monitors: u64,
}

#[derive(Clone, Copy)]
struct SocketPtr(NonNull<c_void>);

// SAFETY: behind the lock of the target it is used for `zmq_socket_monitor` alone, which any thread may call.
unsafe impl Send for SocketPtr {}

/// How events are sent.
#[derive(Clone, Copy)]
pub(crate) enum EventFormat {
    /// The number and one value in a frame, and one endpoint.
    Simple,
    /// The number, the values and both endpoints, each in a frame.
    #[cfg(feature = "draft")]
    Detailed,
}

/// One of the monitors that a socket has had.
#[derive(Clone)]
pub(crate) struct Registration {
    monitor_handle: Arc<MonitorHandle>,
    number: u64,
}

impl MonitorHandle {
    /// # Safety
    /// [`leave`](MonitorHandle::leave) is called before the socket is closed or leaves its owner.
    pub(super) unsafe fn new(socket: NonNull<c_void>) -> MonitorHandle {
        MonitorHandle {
            target: Mutex::new(MonitoredSocket {
                socket: Some(SocketPtr(socket)),
                monitors: 0,
            }),
            process: ProcessId::current(),
        }
    }

    fn target(&self) -> MutexGuard<'_, MonitoredSocket> {
        lock(&self.target)
    }

    /// Makes the socket unreachable, and waits for a call that is using it.
    pub(super) fn leave(&self) {
        // In a forked child the lock may be held by a thread that is not there, and the pointer is of no use.
        if !self.process.is_stale() {
            self.target().socket = None;
        }
    }
}

impl MonitorHandle {
    /// Has the events of the socket `ptr` sent to `endpoint`, from now on and instead of where they went before.
    ///
    /// # Safety
    /// `ptr` is the open socket that this stands for.
    pub(super) unsafe fn start(
        self: &Arc<Self>,
        ptr: *mut c_void,
        endpoint: &CStr,
        events: c_int,
        format: EventFormat,
    ) -> Result<Registration, Errno> {
        let mut target = self.target();
        ret::status(match format {
            // SAFETY: the caller vouches for the socket, and the text ends in NUL.
            EventFormat::Simple => unsafe { sys::zmq_socket_monitor(ptr, endpoint.as_ptr(), events) },
            // SAFETY: as above; the events are no negative number.
            #[cfg(feature = "draft")]
            EventFormat::Detailed => unsafe {
                let version = sys::ZMQ_CURRENT_EVENT_VERSION_DRAFT;
                sys::zmq_socket_monitor_versioned(ptr, endpoint.as_ptr(), events as u64, version, sys::ZMQ_PAIR)
            },
        })?;
        target.monitors += 1;
        Ok(Registration {
            monitor_handle: Arc::clone(self),
            number: target.monitors,
        })
    }
}

impl Registration {
    /// Takes this monitor off its socket, unless another one has replaced it. `false` if the socket has been closed: then
    /// libzmq ends the monitor when it is done with the socket.
    ///
    /// The caller sees to it that the monitor has a reader: libzmq waits for one to take its last event.
    pub(crate) fn stop(&self) -> bool {
        if self.monitor_handle.process.is_stale() {
            return true;
        }
        let target = self.monitor_handle.target();
        if target.monitors != self.number {
            return true;
        }
        let Some(socket) = target.socket else {
            return false;
        };
        // It fails where the context has ended, and with it the monitor.
        // SAFETY: the socket is open, for the lock of the target is held.
        let _ = ret::status(unsafe { sys::zmq_socket_monitor(socket.0.as_ptr(), ptr::null(), 0) });
        true
    }

    pub(crate) fn is(&self, other: &Registration) -> bool {
        Arc::ptr_eq(&self.monitor_handle, &other.monitor_handle) && self.number == other.number
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ffi::context::RawContext;
    use crate::ffi::socket::RawSocket;

    /// A reader of the events of `socket`, and the registration.
    fn watch(context: &RawContext, socket: &RawSocket, name: &CStr) -> (RawSocket, Registration) {
        let registration = socket.monitor(name, sys::ZMQ_EVENT_ALL, EventFormat::Simple).unwrap();
        let reader = context.socket(sys::ZMQ_PAIR).unwrap();
        reader.connect(name).unwrap();
        (reader, registration)
    }

    fn has_event(reader: &RawSocket) -> bool {
        reader.poll(sys::ZMQ_POLLIN, 0).unwrap() != 0
    }

    #[test]
    fn only_the_last_registration_counts() {
        let context = RawContext::new().unwrap();
        let socket = context.socket(sys::ZMQ_PULL).unwrap();
        let (first_reader, first) = watch(&context, &socket, c"inproc://first");
        let (second_reader, second) = watch(&context, &socket, c"inproc://second");
        assert!(has_event(&first_reader), "replaced");
        assert!(first.stop());
        assert!(!has_event(&second_reader), "not this one's to stop");
        assert!(!second.is(&first) && second.is(&second.clone()));
        assert!(second.stop());
        assert!(has_event(&second_reader));
    }

    #[test]
    fn a_socket_that_was_closed_is_out_of_reach() {
        let context = RawContext::new().unwrap();
        let socket = context.socket(sys::ZMQ_PULL).unwrap();
        let (reader, registration) = watch(&context, &socket, c"inproc://closed");
        drop(socket);
        assert!(!registration.stop());
        assert_ne!(
            reader.poll(sys::ZMQ_POLLIN, -1).unwrap(),
            0,
            "libzmq itself has ended it"
        );
    }
}
