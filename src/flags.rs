//! [`Flags`]: how one send or receive is to be done.

use std::ffi::c_int;
use std::fmt;

use zmq_sys as sys;

bitflags::bitflags! {
    /// Flags of a send or a receive, an argument as in C and Go.
    ///
    /// ```
    /// use zmq4::{DONTWAIT, Flags, SNDMORE};
    /// assert_eq!((DONTWAIT | SNDMORE).to_string(), "DONTWAIT|SNDMORE");
    /// assert_eq!(Flags::NONE.to_string(), "<NONE>");
    /// ```
    #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default)]
    #[doc(alias = "Flag")]
    pub struct Flags: c_int {
        /// Fail with `EAGAIN` instead of waiting.
        #[doc(alias = "ZMQ_DONTWAIT")]
        const DONTWAIT = sys::ZMQ_DONTWAIT;
        /// More frames of the same message follow.
        #[doc(alias = "ZMQ_SNDMORE")]
        const SNDMORE = sys::ZMQ_SNDMORE;
    }
}

/// Fail with `EAGAIN` instead of waiting.
#[doc(alias = "ZMQ_DONTWAIT")]
pub const DONTWAIT: Flags = Flags::DONTWAIT;

/// More frames of the same message follow.
#[doc(alias = "ZMQ_SNDMORE")]
pub const SNDMORE: Flags = Flags::SNDMORE;

impl Flags {
    /// No flag: wait as long as the socket's time-out allows, and end the message with this frame.
    pub const NONE: Flags = Flags::empty();
}

impl fmt::Display for Flags {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_empty() {
            return f.write_str("<NONE>");
        }
        let mut separator = "";
        for (name, _) in self.iter_names() {
            write!(f, "{separator}{name}")?;
            separator = "|";
        }
        Ok(())
    }
}
