//! Options by number, for those that this crate does not know.

use std::ffi::c_int;

use super::row::missing;
use super::socket_rows;
use super::value::out_of_range;
use crate::error::{Call, Error, Result};
use crate::ffi::errno::Errno;
use crate::socket::Socket;
use crate::socket_type::SocketType;

/// What errors call an option that has no name here.
const NAMELESS: &str = "an option by number";

/// `ZMQ_XPUB_MANUAL_LAST_VALUE`, which stops a PUB from delivering.
const XPUB_MANUAL_LAST_VALUE: c_int = 98;

/// `ZMQ_PRIORITY`, which aborts above 6 without a privilege.
const PRIORITY: c_int = 112;

/// `ZMQ_XSUB_VERBOSE_UNSUBSCRIBE`, which is read without a look at its length.
const XSUB_VERBOSE_UNSUBSCRIBE: c_int = 115;

/// # Options: by number
impl Socket {
    /// Reads an option by its number in `zmq.h` into `value`, and returns the number of its bytes ([`zmq_getsockopt`]).
    ///
    /// The buffer has to be as long as the option's C type, or long enough for text. Numbers are in native byte order.
    ///
    /// ```
    /// use zmq4::{Socket, zmq_sys};
    /// let socket = Socket::new(zmq4::PUSH)?;
    /// let mut value = [0; 4];
    /// assert_eq!(socket.get_raw(zmq_sys::ZMQ_SNDHWM, &mut value)?, 4);
    /// assert_eq!(i32::from_ne_bytes(value), 1000);
    /// # Ok::<(), zmq4::Error>(())
    /// ```
    ///
    /// # Errors
    /// `EINVAL` for a number that this libzmq does not know, and a buffer of the wrong length; `ETERM` once the context
    /// has ended.
    ///
    /// [`zmq_getsockopt`]: https://libzmq.readthedocs.io/en/latest/zmq_getsockopt.html
    #[doc(alias = "zmq_getsockopt")]
    pub fn get_raw(&self, option: i32, value: &mut [u8]) -> Result<usize> {
        let len = value.len();
        self.retry_interrupted(|| self.raw().get(option, value))
            .map_err(|errno| failed(Call::GetSockOpt, option, len, errno))
    }

    /// Sets an option by its number in `zmq.h` ([`zmq_setsockopt`]), for those that have no method here: what a later libzmq
    /// brings, and DRAFT ones.
    ///
    /// # Errors
    /// `EINVAL` for an option that has a method, because that one checks what would crash; for one of the few others that
    /// can make libzmq crash, where the value does; for a number that this libzmq does not know, and for a value that it
    /// refuses. `ETERM` once the context has ended.
    ///
    /// [`zmq_setsockopt`]: https://libzmq.readthedocs.io/en/latest/zmq_setsockopt.html
    #[doc(alias = "zmq_setsockopt")]
    pub fn set_raw(&self, option: i32, value: &[u8]) -> Result<()> {
        let refused = |name, reason: String| {
            Err(Error::new(Call::SetSockOpt, Errno::EINVAL)
                .about_option(name)
                .because(reason))
        };
        if let Some(row) = socket_rows().find(|row| row.number == option) {
            return refused(
                row.name,
                format!("option {option} has a method of its own, which checks the value"),
            );
        }
        let int = value.try_into().ok().map(c_int::from_ne_bytes);
        match (option, int) {
            (PRIORITY, Some(priority @ 7..)) => return refused("ZMQ_PRIORITY", out_of_range(priority, 0, 6)),
            (XSUB_VERBOSE_UNSUBSCRIBE, None) => {
                let reason = format!("{} bytes are not the 4 of an int", value.len());
                return refused("ZMQ_XSUB_VERBOSE_UNSUBSCRIBE", reason);
            }
            (XPUB_MANUAL_LAST_VALUE, _) if self.socket_type() != SocketType::XPUB => {
                let reason = format!("{:?} does not have it; it is for XPUB", self.socket_type());
                return refused("ZMQ_XPUB_MANUAL_LAST_VALUE", reason);
            }
            _ => {}
        }
        self.retry_interrupted(|| self.raw().set(option, value))
            .map_err(|errno| failed(Call::SetSockOpt, option, value.len(), errno))?;
        self.preconditions().greet(option, !value.is_empty());
        self.remember_option(option, value);
        Ok(())
    }
}

fn failed(call: Call, option: c_int, len: usize, errno: Errno) -> Error {
    let row = socket_rows().find(|row| row.number == option);
    let error = Error::new(call, errno).about_option(row.map_or(NAMELESS, |row| row.name));
    if errno != Errno::EINVAL {
        return error;
    }
    let lacking = row.and_then(|row| missing(row.since, row.needs));
    error.because(lacking.unwrap_or_else(|| {
        let (major, minor, patch) = crate::version::version();
        format!("libzmq {major}.{minor}.{patch} does not take option {option} with {len} bytes")
    }))
}
