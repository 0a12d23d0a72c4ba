//! Events of a socket, one at a time.

use std::ffi::{CStr, CString, c_int, c_void};
use std::sync::atomic::{AtomicUsize, Ordering};

use zmq_sys::*;

use super::zmq::{close, connect, recv, socket};

pub(crate) struct Monitor(*mut c_void);

impl Monitor {
    /// Reports the events of `watched` from now on.
    pub(crate) fn new(context: *mut c_void, watched: *mut c_void, events: c_int) -> Self {
        static COUNT: AtomicUsize = AtomicUsize::new(0);
        let name = format!("inproc://monitor-{}", COUNT.fetch_add(1, Ordering::Relaxed));
        let name = CString::new(name).unwrap();
        ok!(zmq_socket_monitor(watched, name.as_ptr(), events));
        let reader = socket(context, ZMQ_PAIR);
        connect(reader, &name);
        Self(reader)
    }

    /// The next event: its number, its value and its endpoint.
    pub(crate) fn next(&self) -> (c_int, c_int, String) {
        let head = recv(self.0);
        let endpoint = String::from_utf8(recv(self.0)).unwrap();
        let event = u16::from_ne_bytes(head[..2].try_into().unwrap());
        let value = i32::from_ne_bytes(head[2..6].try_into().unwrap());
        (event.into(), value, endpoint)
    }

    /// The value of the next `event`, others left out.
    pub(crate) fn wait_for(&self, event: c_int) -> c_int {
        loop {
            let (number, value, _) = self.next();
            if number == event {
                return value;
            }
        }
    }

    /// Ends the reports, and only then closes their reader: an event that
    /// no peer can read blocks whoever raises it.
    pub(crate) fn close(self, watched: *mut c_void) {
        ok!(zmq_socket_monitor(watched, std::ptr::null(), 0));
        close(self.0);
    }
}
