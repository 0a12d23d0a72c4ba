//! Makes sure that a socket owns what it has bound or connected, so that it can undo it.

use std::ffi::c_long;
use std::time::{Duration, Instant};

use zmq_sys as sys;

use super::Socket;
use crate::ffi::fd::RawFd;
use crate::ffi::poll::{RawItem, poll};
use crate::ffi::retry::retry_on_intr;
use crate::flags::State;
use crate::version::repaired;

/// How long to wait for a thread that was preempted. That usually takes less than a microsecond.
const TIMEOUT: Duration = Duration::from_secs(1);

impl Socket {
    /// Waits until the next call finds the command that gives the socket ownership of a new listener or connection.
    ///
    /// A thread that sends a command to a socket may be preempted before it signals the mailbox. Until then the socket processes
    /// no commands, not even its own one about the new listener or connection. If it is unbound or disconnected meanwhile,
    /// libzmq forgets the endpoint and reports success, but the listener or connection stays. Once the mailbox has been
    /// signalled, its descriptor is readable. A repaired libzmq signals before it unlocks the mailbox.
    pub(super) fn await_ownership(&self) {
        if repaired() {
            return;
        }
        // Without a signal in time, the endpoint is one that the socket had before.
        let _ = self.await_signal(TIMEOUT);
    }

    /// Waits until another thread has signalled the socket's mailbox: its next call processes a command. Returns false after the
    /// timeout, and for a socket without a descriptor.
    pub(super) fn await_signal(&self, timeout: Duration) -> bool {
        let mut number = [0; size_of::<RawFd>()];
        if self.raw().get(sys::ZMQ_FD, &mut number).is_err() {
            return false;
        }
        let mut items = [RawItem::fd(RawFd::from_ne_bytes(number), State::POLLIN)];
        let deadline = Instant::now() + timeout;
        let signalled = retry_on_intr(
            || Instant::now() < deadline,
            || poll(&mut items, timeout.as_millis() as c_long),
        );
        signalled == Ok(1)
    }
}
