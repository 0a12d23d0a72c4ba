//! What libzmq tells of a socket's connections.

use std::ffi::{CString, c_int};
use std::time::Duration;

use zmq4::{Errno, Flags, Socket, zmq_sys as sys};

use crate::support::inproc_name;
use crate::{SOON, open};

pub(crate) struct Watch(Socket);

impl Watch {
    /// Watches for these events from now on.
    pub(crate) fn new(socket: &Socket, events: c_int) -> Watch {
        let name = inproc_name();
        let text = CString::new(&*name).unwrap();
        // SAFETY: the socket is open, and the text ends in NUL.
        let rc = unsafe { sys::zmq_socket_monitor(socket.as_ptr(), text.as_ptr(), events) };
        assert_eq!(rc, 0);
        let watch = open(socket.context(), zmq4::PAIR);
        watch.connect(&name).unwrap();
        Watch(watch)
    }

    /// Waits for the next event, and gives its number and its value.
    pub(crate) fn next(&self) -> (c_int, c_int) {
        self.receive().expect("an event")
    }

    /// The next event, if there is one within this time.
    pub(crate) fn next_within(&self, time: Duration) -> Option<(c_int, c_int)> {
        self.0.set_rcvtimeo(Some(time)).unwrap();
        let event = self.receive();
        self.0.set_rcvtimeo(SOON).unwrap();
        event
    }

    fn receive(&self) -> Option<(c_int, c_int)> {
        let event = match self.0.recv(Flags::NONE) {
            Err(error) if error == Errno::EAGAIN => return None,
            event => event.unwrap(),
        };
        self.0.recv(Flags::NONE).unwrap();
        let number = u16::from_ne_bytes(event[..2].try_into().unwrap());
        let value = i32::from_ne_bytes(event[2..6].try_into().unwrap());
        Some((number.into(), value))
    }
}
