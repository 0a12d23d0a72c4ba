//! What libzmq reports of a socket's connections.

use std::ffi::c_int;
use std::time::Duration;

use zmq4::{Errno, Event, Monitor, Socket};

use super::LONG;

pub(crate) struct Watch(Monitor);

impl Watch {
    /// Watches for these events from now on.
    pub(crate) fn new(socket: &Socket, events: c_int) -> Watch {
        Watch(socket.monitor(Event::from_bits_retain(events)).unwrap())
    }

    /// Waits for the next event, and gives its number and its value.
    pub(crate) fn next(&self) -> (c_int, c_int) {
        self.next_within(LONG).expect("an event")
    }

    /// The next event, if there is one within this time.
    pub(crate) fn next_within(&self, time: Duration) -> Option<(c_int, c_int)> {
        match self.0.recv_timeout(time) {
            Err(error) if error == Errno::EAGAIN => None,
            event => event.map(|event| Some((event.event.bits(), event.value))).unwrap(),
        }
    }
}
