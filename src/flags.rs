//! [`Flags`]: options of one send or receive. [`State`]: the events of a socket.

use std::ffi::{c_int, c_short};
use std::fmt;

use zmq_sys as sys;

bitflags::bitflags! {
    /// Flags of a send or receive, an argument like in C and Go.
    ///
    /// ```
    /// use zmq4::{DONTWAIT, Flags, SNDMORE};
    /// assert_eq!((DONTWAIT | SNDMORE).to_string(), "DONTWAIT|SNDMORE");
    /// assert_eq!(Flags::NONE.to_string(), "<NONE>");
    /// ```
    #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default)]
    #[doc(alias = "Flag")]
    pub struct Flags: c_int {
        /// Fail with `EAGAIN` if the call would block.
        #[doc(alias = "ZMQ_DONTWAIT")]
        const DONTWAIT = sys::ZMQ_DONTWAIT;
        /// More frames of the same message follow.
        #[doc(alias = "ZMQ_SNDMORE")]
        const SNDMORE = sys::ZMQ_SNDMORE;
    }
}

/// Fail with `EAGAIN` if the call would block.
#[doc(alias = "ZMQ_DONTWAIT")]
#[doc(alias = "nonblocking")]
pub const DONTWAIT: Flags = Flags::DONTWAIT;

/// More frames of the same message follow.
#[doc(alias = "ZMQ_SNDMORE")]
pub const SNDMORE: Flags = Flags::SNDMORE;

impl Flags {
    /// No flags: block within the socket's timeout; the frame is the last one of its message.
    pub const NONE: Flags = Flags::empty();
}

/// The number in `zmq.h`, so that `recv(0)` reads as in C and Go. Bits that are not known go to libzmq, which ignores them.
///
/// ```
/// use zmq4::{DONTWAIT, Flags};
/// assert_eq!(Flags::from(0), Flags::NONE);
/// assert_eq!(Flags::from(1), DONTWAIT);
/// ```
impl From<c_int> for Flags {
    #[inline]
    fn from(bits: c_int) -> Flags {
        Flags::from_bits_retain(bits)
    }
}

bitflags::bitflags! {
    /// What is possible without blocking.
    ///
    /// ```
    /// use zmq4::{POLLIN, POLLOUT, State};
    /// assert_eq!((POLLIN | POLLOUT).to_string(), "POLLIN|POLLOUT");
    /// assert_eq!(State::empty().to_string(), "<NONE>");
    /// ```
    #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default)]
    pub struct State: c_short {
        /// A message can be received.
        #[doc(alias = "ZMQ_POLLIN")]
        const POLLIN = sys::ZMQ_POLLIN;
        /// A message can be sent.
        #[doc(alias = "ZMQ_POLLOUT")]
        const POLLOUT = sys::ZMQ_POLLOUT;
        /// An error on a file descriptor.
        #[doc(alias = "ZMQ_POLLERR")]
        const POLLERR = sys::ZMQ_POLLERR;
        /// A file descriptor has urgent data.
        #[doc(alias = "ZMQ_POLLPRI")]
        const POLLPRI = sys::ZMQ_POLLPRI;
    }
}

/// A message can be received.
#[doc(alias = "ZMQ_POLLIN")]
pub const POLLIN: State = State::POLLIN;

/// A message can be sent.
#[doc(alias = "ZMQ_POLLOUT")]
pub const POLLOUT: State = State::POLLOUT;

/// An error on a file descriptor.
#[doc(alias = "ZMQ_POLLERR")]
pub const POLLERR: State = State::POLLERR;

/// A file descriptor has urgent data.
#[doc(alias = "ZMQ_POLLPRI")]
pub const POLLPRI: State = State::POLLPRI;

impl fmt::Display for Flags {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        names(f, self.iter_names().map(|(name, _)| name))
    }
}

impl fmt::Display for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        names(f, self.iter_names().map(|(name, _)| name))
    }
}

fn names(f: &mut fmt::Formatter<'_>, names: impl Iterator<Item = &'static str>) -> fmt::Result {
    let mut separator = "";
    for name in names {
        write!(f, "{separator}{name}")?;
        separator = "|";
    }
    if separator.is_empty() {
        f.write_str("<NONE>")?;
    }
    Ok(())
}
