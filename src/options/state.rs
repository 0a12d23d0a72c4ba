//! The state of a socket: options that can only be read.

use std::ffi::c_short;

use super::row::*;
use super::value::Bool;
use crate::error::{Call, Result};
use crate::flags::State;
use crate::socket::Socket;

/// # State
impl Socket {
    /// The endpoint that was bound or connected last (`ZMQ_LAST_ENDPOINT`), with the port or path that the system chose
    /// for a wildcard; empty before the first.
    ///
    #[doc = manual!("zmq_getsockopt", "ZMQ_LAST_ENDPOINT")]
    ///
    /// # Errors
    /// `ETERM` once the context has ended.
    ///
    /// ```
    /// let socket = zmq4::Socket::new(zmq4::REP)?;
    /// socket.bind("tcp://127.0.0.1:*")?;
    /// println!("clients connect to {}", socket.last_endpoint()?);
    /// # Ok::<(), zmq4::Error>(())
    /// ```
    #[doc(alias = "ZMQ_LAST_ENDPOINT")]
    #[doc(alias = "GetLastEndpoint")]
    pub fn last_endpoint(&self) -> Result<String> {
        let reported = self.reported_endpoint()?;
        Ok(self.endpoint_behind(&reported).unwrap_or(reported))
    }

    /// The endpoint that libzmq reports.
    pub(crate) fn reported_endpoint(&self) -> Result<String> {
        let mut endpoint = self.long_bytes(&row::ZMQ_LAST_ENDPOINT)?;
        // libzmq counts the NUL at the end.
        endpoint.truncate(endpoint.iter().position(|byte| *byte == 0).unwrap_or(endpoint.len()));
        Ok(String::from_utf8_lossy(&endpoint).into_owned())
    }
}

options! {
    /// Whether more frames follow the one that was received last, of the same message.
    /// [`Message::more`](crate::Message::more) returns it of the frame itself.
    ZMQ_RCVMORE = "ZMQ_RCVMORE", "3.1.0", &[], read, needs &[], More, {
        get rcvmore: bool, "GetRcvmore";
    }
    /// What the socket could do now without waiting: receive ([`POLLIN`](crate::POLLIN)), send
    /// ([`POLLOUT`](crate::POLLOUT)), or both. It is interrupted by signals, and asked again, as other calls are.
    ///
    /// ```
    /// let socket = zmq4::Socket::new(zmq4::PULL)?;
    /// assert!(!socket.events()?.contains(zmq4::POLLIN)); // nothing to receive
    /// # Ok::<(), zmq4::Error>(())
    /// ```
    ZMQ_EVENTS = "ZMQ_EVENTS", "3.1.0", &[], read, needs &[], Events, {
        get events: State, "GetEvents";
    }
    /// Whether more than one thread may use the socket in C, which is so for some DRAFT types. Here a socket is never
    /// shared.
    ZMQ_THREAD_SAFE = "ZMQ_THREAD_SAFE", "4.2.0", &[], read, needs &[], Bool, {
        get thread_safe: bool, "GetThreadSafe";
    }
    ZMQ_FD = "ZMQ_FD", "3.1.0", &[], read, needs &[], Bool, { hand "get" }
    ZMQ_TYPE = "ZMQ_TYPE", "3.1.0", &[], read, needs &[], Bool, { hand "get" }
    ZMQ_LAST_ENDPOINT = "ZMQ_LAST_ENDPOINT", "3.2.1", &[], read, needs &[], Bool, { hand "get" }
}

struct More;

impl More {
    fn get(&self, socket: &Socket, row: &Row) -> Result<bool> {
        Ok(Bool.get(socket, row)? || socket.is_within_prefetched())
    }
}

struct Events;

impl Events {
    fn get(&self, socket: &Socket, row: &Row) -> Result<State> {
        let events = socket
            .retry_interrupted(|| socket.raw().get_int(row.number))
            .map_err(|errno| row.failed(Call::GetSockOpt, errno))?;
        let events = State::from_bits_retain(c_short::try_from(events).unwrap_or(0));
        Ok(socket.with_prefetched(events))
    }
}
