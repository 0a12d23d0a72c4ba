//! How long a socket waits.

use std::time::Duration;

use super::row::*;
use super::value::Time;
use crate::error::Result;
use crate::ffi::socket::Direction;
use crate::options::Row;
use crate::socket::Socket;

options! {
    /// How long the socket's messages may wait to be delivered after it is closed; zero drops them at once, `None` is
    /// for ever, which is the default, unless the context says otherwise
    /// ([`Context::set_blocky`](crate::Context::set_blocky)). Rounded up to milliseconds, 24 days at most.
    ///
    /// The context waits for as long when it is terminated. It must be set before the context is shut down.
    ZMQ_LINGER = "ZMQ_LINGER", "3.1.0", &[], now, needs &[], Time::MS, {
        get linger: Option<Duration>, "GetLinger"; set set_linger: Option<Duration>, "SetLinger";
        good [Some(Duration::ZERO), Some(Duration::from_millis(200)), None]; bad [Some(Duration::MAX)]
    }
    /// How long a receive waits before it fails with `EAGAIN`; zero does not wait, `None`, the default, is for ever.
    /// Rounded up to milliseconds, 24 days at most.
    ZMQ_RCVTIMEO = "ZMQ_RCVTIMEO", "3.1.0", &[], now, needs &[], Cached(Direction::Recv), {
        get rcvtimeo: Option<Duration>, "GetRcvtimeo"; set set_rcvtimeo: Option<Duration>, "SetRcvtimeo";
        good [Some(Duration::ZERO), Some(Duration::from_millis(200)), None]; bad [Some(Duration::MAX)]
    }
    /// How long a send waits before it fails with `EAGAIN`; zero does not wait, `None`, the default, is for ever.
    /// Rounded up to milliseconds, 24 days at most.
    ZMQ_SNDTIMEO = "ZMQ_SNDTIMEO", "3.1.0", &[], now, needs &[], Cached(Direction::Send), {
        get sndtimeo: Option<Duration>, "GetSndtimeo"; set set_sndtimeo: Option<Duration>, "SetSndtimeo";
        good [Some(Duration::ZERO), Some(Duration::from_millis(200)), None]; bad [Some(Duration::MAX)]
    }
}

/// A time-out that the socket keeps a copy of, for the deadline of each call.
struct Cached(Direction);

impl Cached {
    fn get(&self, socket: &Socket, row: &Row) -> Result<Option<Duration>> {
        Time::MS.get(socket, row)
    }

    fn set(&self, socket: &Socket, row: &Row, time: Option<Duration>) -> Result<()> {
        let ms = Time::MS.units(row, time)?;
        socket.write_int(row, ms)?;
        socket.set_timeout(self.0, ms);
        Ok(())
    }
}
