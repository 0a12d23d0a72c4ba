//! [`Modes`]: option values that libzmq does not report, or that would have to be read in each call.

use std::cell::{Cell, RefCell};
use std::collections::HashSet;
use std::ffi::c_int;

use zmq_sys as sys;

use super::Socket;
use crate::error::{Call, Error, Result};
use crate::ffi::errno::Errno;
use crate::socket_type::SocketType;

/// `ZMQ_XPUB_MANUAL_LAST_VALUE` and `ZMQ_XSUB_VERBOSE_UNSUBSCRIBE`, DRAFT options that work in stable builds too.
const XPUB_MANUAL_LAST_VALUE: c_int = 98;
const XSUB_VERBOSE_UNSUBSCRIBE: c_int = 115;

/// Topics, each once.
pub(crate) type Topics = RefCell<HashSet<Box<[u8]>>>;

#[derive(Default)]
pub(super) struct Modes {
    conflate: Cell<bool>,
    /// Whether a frame of a multipart message arrived at such a socket.
    lost_frames: Cell<bool>,
    verbose: Cell<bool>,
    verboser: Cell<bool>,
    manual: Cell<bool>,
    verbose_unsubscribe: Cell<bool>,
    passed: Topics,
}

impl Socket {
    /// Records an option that was set.
    pub(crate) fn remember_option(&self, option: c_int, value: &[u8]) {
        let on = value.iter().any(|byte| *byte != 0);
        let modes = &self.modes;
        match option {
            sys::ZMQ_CONFLATE => {
                modes.conflate.set(on && can_conflate(self.ty));
                self.update_fast_paths();
            }
            sys::ZMQ_XPUB_VERBOSE => {
                modes.verbose.set(on);
                modes.verboser.set(false);
            }
            sys::ZMQ_XPUB_VERBOSER => {
                modes.verbose.set(on);
                modes.verboser.set(on);
            }
            sys::ZMQ_XPUB_MANUAL | XPUB_MANUAL_LAST_VALUE => modes.manual.set(on),
            XSUB_VERBOSE_UNSUBSCRIBE => modes.verbose_unsubscribe.set(on),
            _ => {}
        }
    }

    /// Whether it keeps only the newest frame (`ZMQ_CONFLATE`).
    pub(super) fn is_conflating(&self) -> bool {
        self.modes.conflate.get()
    }

    /// Whether a multipart message arrived at a conflating socket: another receive may abort.
    pub(super) fn has_lost_frames(&self) -> bool {
        self.modes.lost_frames.get()
    }

    /// libzmq aborts at the next receive if the following frame has not arrived or was replaced.
    pub(super) fn record_lost_frames(&self) {
        self.modes.lost_frames.set(true);
    }

    /// Whether messages are copied before they are sent. A conflating pipe releases a message inside the call that
    /// sends the next one, while libzmq's state is inconsistent, so the owner of the bytes must not be dropped there.
    /// libzmq may also lose a message without releasing it.
    pub(super) fn sends_copies(&self) -> bool {
        self.is_conflating()
    }

    /// Rejects a multipart message on a conflating socket: the receiver may abort.
    pub(super) fn check_single_frame(&self, several: bool) -> Result<()> {
        if several && self.is_conflating() {
            let reason = "ZMQ_CONFLATE does not support multipart messages";
            return Err(Error::new(Call::Send, Errno::EMSGSIZE).because(reason));
        }
        Ok(())
    }

    /// Rejects a datagram that is not an address and a body: libzmq would take the next address for the body.
    pub(super) fn check_frame_count(&self, frames: usize) -> Result<()> {
        if self.ty == SocketType::DGRAM && frames != 2 {
            let reason = format!("a message of a DGRAM has 2 frames, address and body, and this one has {frames}");
            return Err(Error::new(Call::Send, Errno::EINVAL).because(reason));
        }
        Ok(())
    }

    /// Whether it is an XPUB that returns every subscription, but only the last unsubscription of each topic.
    pub(crate) fn is_verbose_one_way(&self) -> bool {
        let modes = &self.modes;
        modes.verbose.get() && !modes.verboser.get() && !modes.manual.get()
    }

    /// The topics that a proxy has subscribed this XSUB to for such an XPUB. Like the subscriptions, they outlive the
    /// proxy.
    pub(crate) fn passed_topics(&self) -> &Topics {
        &self.modes.passed
    }

    /// Whether it is an XSUB that forwards every unsubscription, not only the last one of a topic.
    pub(crate) fn passes_all_unsubscriptions(&self) -> bool {
        self.modes.verbose_unsubscribe.get()
    }
}

/// Whether `ZMQ_CONFLATE` acts on sockets of this type.
pub(super) fn can_conflate(ty: SocketType) -> bool {
    use SocketType as Ty;
    [Ty::PULL, Ty::PUSH, Ty::SUB, Ty::PUB, Ty::DEALER].contains(&ty)
}
