//! [`Closing`]: a monitor whose socket was closed before its reader.
//!
//! libzmq sends the last events from its own threads, and at the end, in the thread that frees the socket, `MONITOR_STOPPED`.
//! Then it closes its end of the connection. A reader that is closed before that stays open as a zombie, unread, so that
//! those threads do not wait for it.

use std::ffi::{CString, c_int};

use zmq_sys as sys;

use crate::ffi::context::RawContext;
use crate::ffi::errno::Errno;
use crate::ffi::retry::retry_on_intr;
use crate::ffi::socket::RawSocket;

/// How long closing a reader waits for its monitor to stop, in milliseconds. Mostly it has stopped by then.
const WAIT: u8 = 2;

pub(super) struct Closing {
    name: String,
    /// The reader, once the program has closed it.
    zombie: Option<RawSocket>,
}

impl Closing {
    pub(super) fn new(name: String) -> Closing {
        Closing { name, zombie: None }
    }

    pub(super) fn name(&self) -> &str {
        &self.name
    }

    pub(super) fn is_zombie(&self) -> bool {
        self.zombie.is_some()
    }

    pub(super) fn add_zombie(&mut self, reader: RawSocket) -> Option<RawSocket> {
        self.zombie.replace(reader)
    }

    /// Whether the monitor of a zombie reader has stopped. The name is tried only if no socket is connected to it, which
    /// would be taken for a peer.
    pub(super) fn is_over(&self, is_awaited: impl Fn(&str) -> bool) -> bool {
        let Some(reader) = &self.zombie else {
            return false;
        };
        // A reader that has read MONITOR_STOPPED before, or did not ask for it, can no longer send.
        drain(reader) || !can_send(reader) && !is_awaited(&self.name) && can_bind(reader, &self.name)
    }
}

/// Gives libzmq a moment to stop the monitor of a reader that is about to be closed. Returns whether the last event came.
pub(crate) fn prepare(reader: &RawSocket) -> bool {
    for _ in 0..WAIT {
        if drain(reader) {
            return true;
        }
        if !can_send(reader) {
            return false;
        }
        let _ = reader.poll(sys::ZMQ_POLLIN, 1);
    }
    drain(reader)
}

/// Whether a PAIR has a peer whose queue is not full.
pub(super) fn can_send(reader: &RawSocket) -> bool {
    let events = reader.get_int(sys::ZMQ_EVENTS);
    events.is_ok_and(|events| events & c_int::from(sys::ZMQ_POLLOUT) != 0)
}

/// Whether no socket has this name. libzmq's internal socket has it until its connection ends.
fn can_bind(reader: &RawSocket, name: &str) -> bool {
    let Ok(endpoint) = CString::new(format!("inproc://{name}")) else {
        return true;
    };
    match reader.bind(&endpoint) {
        Ok(()) => {
            let _ = reader.unbind(&endpoint);
            true
        }
        Err(errno) => errno == Errno::ETERM,
    }
}

/// Receives all there is. Returns whether the last event was among it, or the context has ended.
fn drain(reader: &RawSocket) -> bool {
    // An event's first frame has its number and a value; an endpoint does not look like that.
    const HEAD: usize = 6;
    let mut frame = [0; HEAD + 1];
    loop {
        let receive = || reader.live()?.recv(&mut frame, sys::ZMQ_DONTWAIT);
        let received = retry_on_intr(|| !reader.is_forked(), receive);
        match received {
            Ok(len) => {
                let event = u16::from_ne_bytes([frame[0], frame[1]]);
                if usize::try_from(len) == Ok(HEAD) && c_int::from(event) == sys::ZMQ_EVENT_MONITOR_STOPPED {
                    return true;
                }
            }
            Err(errno) => return errno == Errno::ETERM,
        }
    }
}

/// Whether no socket has the name, tried by binding one for a moment.
pub(super) fn is_free(raw: &RawContext, name: &str) -> bool {
    let (Ok(socket), Ok(endpoint)) = (raw.socket(sys::ZMQ_PAIR), CString::new(format!("inproc://{name}"))) else {
        return false;
    };
    socket.bind(&endpoint).is_ok_and(|()| socket.unbind(&endpoint).is_ok())
}
