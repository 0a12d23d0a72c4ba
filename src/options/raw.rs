//! Options by number, for those that this crate does not know.

use std::ffi::c_int;

use zmq_sys as sys;

use super::row::missing;
use super::value::out_of_range;
use super::{context_rows, socket_rows};
use crate::context::Context;
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
            return refused(row.name, has_method(option));
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

/// # Options: by number
impl Context {
    /// Reads an option by its number in `zmq.h` ([`zmq_ctx_get`]).
    ///
    /// ```
    /// use zmq4::{Context, zmq_sys};
    /// let context = Context::new()?;
    /// context.set_io_threads(2)?;
    /// assert_eq!(context.get_raw(zmq_sys::ZMQ_IO_THREADS)?, 2);
    /// # Ok::<(), zmq4::Error>(())
    /// ```
    ///
    /// # Errors
    /// `EINVAL` for a number that this libzmq does not know; `ETERM` once the context has ended.
    ///
    /// [`zmq_ctx_get`]: https://libzmq.readthedocs.io/en/latest/zmq_ctx_get.html
    #[doc(alias = "zmq_ctx_get")]
    pub fn get_raw(&self, option: i32) -> Result<i32> {
        if option == sys::ZMQ_MAX_SOCKETS {
            // libzmq has some more than the program may open.
            return self
                .max_sockets()
                .map(|sockets| c_int::try_from(sockets).unwrap_or(c_int::MAX));
        }
        let _open = self.open_registry_for(Call::CtxGet, context_name(option))?;
        self.raw()
            .get(option)
            .map_err(|errno| context_failed(Call::CtxGet, option, errno))
    }

    /// Sets an option by its number in `zmq.h` ([`zmq_ctx_set`]), for those that have no method here: what a later libzmq
    /// brings, and DRAFT ones.
    ///
    /// ```
    /// use zmq4::{Context, Errno, zmq_sys};
    /// let context = Context::new()?;
    /// let error = context.set_raw(zmq_sys::ZMQ_IO_THREADS, 2).unwrap_err(); // that is `set_io_threads`
    /// assert_eq!(error, Errno::EINVAL);
    /// # Ok::<(), zmq4::Error>(())
    /// ```
    ///
    /// # Errors
    /// `EINVAL` for an option that has a method, because that one checks what would crash; for a number that this libzmq does not
    /// know, and for a value that it rejects. `ETERM` once the context has ended.
    ///
    /// [`zmq_ctx_set`]: https://libzmq.readthedocs.io/en/latest/zmq_ctx_set.html
    #[doc(alias = "zmq_ctx_set")]
    pub fn set_raw(&self, option: i32, value: i32) -> Result<()> {
        // The last one: number 3 is `ZMQ_SOCKET_LIMIT` where it is read, and `ZMQ_THREAD_PRIORITY` where it is set.
        if let Some(row) = context_rows().filter(|row| row.number == option).last() {
            let error = Error::new(Call::CtxSet, Errno::EINVAL).about_option(row.name);
            return Err(error.because(has_method(option)));
        }
        let _open = self.open_registry_for(Call::CtxSet, NAMELESS)?;
        self.raw()
            .set(option, value)
            .map_err(|errno| context_failed(Call::CtxSet, option, errno))
    }
}

fn has_method(option: c_int) -> String {
    format!("option {option} has a method of its own, which checks the value")
}

fn context_name(option: c_int) -> &'static str {
    let row = context_rows().find(|row| row.number == option);
    row.map_or(NAMELESS, |row| row.name)
}

fn context_failed(call: Call, option: c_int, errno: Errno) -> Error {
    let error = Error::new(call, errno).about_option(context_name(option));
    if errno != Errno::EINVAL {
        return error;
    }
    let row = context_rows().find(|row| row.number == option);
    error.because(row.and_then(|row| missing(row.since, &[])).unwrap_or_else(|| {
        let (major, minor, patch) = crate::version::version();
        format!("libzmq {major}.{minor}.{patch} does not take option {option} of a context, or not with this value")
    }))
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
