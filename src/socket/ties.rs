//! [`Ties`]: what a socket has to do with monitors, which is undone before it is closed.

use zmq_sys as sys;

use super::Socket;
use crate::context::Context;
use crate::errno::Errno;

/// For a socket that is monitored, or that may read what monitors another.
pub(super) struct Ties {
    context: Context,
    socket: usize,
}

impl Drop for Ties {
    fn drop(&mut self) {
        self.context.stop_reading(self.socket, None);
        // Where it cannot end now, libzmq ends it with the context.
        let _ = self.context.unmonitor(self.socket);
    }
}

impl Socket {
    /// Has the end of this socket end what it has to do with monitors, unless somebody else closes it.
    pub(crate) fn tie(&self) {
        if self.is_held() {
            self.ties.get_or_init(|| Ties {
                context: self.context().clone(),
                socket: self.id(),
            });
        }
    }

    /// Connects to a monitor, whose events may then queue up without limit: where they could not, libzmq would wait, and
    /// whoever ends the monitor as well. What the mark is set to afterwards is nothing to this connection.
    ///
    /// Not so with a socket that has been bound or connected before: libzmq tells a new mark to peers that are freed already.
    pub(super) fn unlimited<T>(&self, connect: impl FnOnce() -> Result<T, Errno>) -> Result<T, Errno> {
        if self.guard().has_attached() {
            return connect();
        }
        let mark = self.raw().get_int(sys::ZMQ_RCVHWM)?;
        self.raw().set_int(sys::ZMQ_RCVHWM, 0)?;
        let connected = connect();
        self.raw().set_int(sys::ZMQ_RCVHWM, mark)?;
        connected
    }

    /// Ends the monitors whose events this socket receives, through one inproc name or any.
    pub(crate) fn stop_reading(&self, name: Option<&str>) {
        self.context().stop_reading(self.id(), name);
    }
}
