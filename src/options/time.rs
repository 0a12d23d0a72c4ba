//! Timeouts and linger.

use std::time::Duration;

use super::row::*;
use super::value::Time;
use crate::error::Result;
use crate::ffi::socket::Direction;
use crate::socket::Socket;

options! {
    "# Options: timeouts and linger";
    /// The linger period: how long unsent messages are kept after the socket is closed. Zero discards them at once; `None`
    /// keeps them indefinitely, which is the default unless the context is set otherwise
    /// ([`Context::set_blocky`](crate::Context::set_blocky)). Rounded up to milliseconds, at most 24 days.
    ///
    /// The termination of the context waits as long. It must be set before the context is shut down.
    ///
    /// ```
    /// use std::time::Duration;
    /// let socket = zmq4::Socket::new(zmq4::PUSH)?;
    /// assert_eq!(socket.linger()?, None);
    /// socket.set_linger(Duration::from_secs(2))?;
    /// assert_eq!(socket.linger()?, Some(Duration::from_secs(2)));
    /// # Ok::<(), zmq4::Error>(())
    /// ```
    ZMQ_LINGER = "ZMQ_LINGER", "3.1.0", &[], now, needs &[], Time::MS, {
        get linger: Option<Duration>, "GetLinger"; set set_linger: impl Into<Option<Duration>>, "SetLinger";
        good [Some(Duration::ZERO), Some(Duration::from_millis(200)), None]; bad [Some(Duration::MAX)]
    }
    /// The receive timeout, after which a receive fails with `EAGAIN`. Zero does not block; `None`, the default, blocks
    /// indefinitely. Rounded up to milliseconds, at most 24 days.
    ///
    /// ```
    /// use std::time::Duration;
    /// let socket = zmq4::Socket::new(zmq4::PULL)?;
    /// socket.set_rcvtimeo(Duration::from_millis(10))?;
    /// assert_eq!(socket.recv(0).unwrap_err(), zmq4::EAGAIN);
    /// # Ok::<(), zmq4::Error>(())
    /// ```
    #[doc(alias = "timeout")]
    #[doc(alias = "receive_timeout")]
    ZMQ_RCVTIMEO = "ZMQ_RCVTIMEO", "3.1.0", &[], now, needs &[], Cached(Direction::Recv), {
        get rcvtimeo: Option<Duration>, "GetRcvtimeo"; set set_rcvtimeo: impl Into<Option<Duration>>, "SetRcvtimeo";
        good [Some(Duration::ZERO), Some(Duration::from_millis(200)), None]; bad [Some(Duration::MAX)]
    }
    /// The send timeout, after which a send fails with `EAGAIN`. Zero does not block; `None`, the default, blocks
    /// indefinitely. Rounded up to milliseconds, at most 24 days.
    #[doc(alias = "timeout")]
    #[doc(alias = "send_timeout")]
    ZMQ_SNDTIMEO = "ZMQ_SNDTIMEO", "3.1.0", &[], now, needs &[], Cached(Direction::Send), {
        get sndtimeo: Option<Duration>, "GetSndtimeo"; set set_sndtimeo: impl Into<Option<Duration>>, "SetSndtimeo";
        good [Some(Duration::ZERO), Some(Duration::from_millis(200)), None]; bad [Some(Duration::MAX)]
    }
}

/// A timeout of which the socket keeps a copy, for the deadline of each call.
struct Cached(Direction);

impl Cached {
    fn get(&self, socket: &Socket, row: &Row) -> Result<Option<Duration>> {
        Time::MS.get(socket, row)
    }

    fn set(&self, socket: &Socket, row: &Row, time: impl Into<Option<Duration>>) -> Result<()> {
        let ms = Time::MS.units(row, time.into())?;
        socket.write_int(row, ms)?;
        socket.set_timeout(self.0, ms);
        Ok(())
    }
}
