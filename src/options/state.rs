//! The state of a socket: options that can only be read.

use std::ffi::c_short;

use super::row::*;
use super::value::Bool;
use crate::error::{Call, Result};
use crate::flags::State;
use crate::socket::Socket;

options! {
    /// Whether more frames follow the one that was received last, of the same message.
    /// [`Message::more`](crate::Message::more) returns it of the frame itself.
    ZMQ_RCVMORE = "ZMQ_RCVMORE", "3.1.0", &[], read, needs &[], More, {
        get rcvmore: bool, "GetRcvmore";
    }
    /// What the socket could do now without waiting: receive ([`POLLIN`](crate::POLLIN)), send
    /// ([`POLLOUT`](crate::POLLOUT)), or both. It is interrupted by signals, and asked again, as other calls are.
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

impl Socket {
    /// The endpoint that was bound or connected last (`ZMQ_LAST_ENDPOINT`), with the port or path that the system chose
    /// for a wildcard; empty before the first.
    ///
    #[doc = manual!("zmq_getsockopt", "ZMQ_LAST_ENDPOINT")]
    ///
    /// # Errors
    /// `ETERM` once the context has ended.
    #[doc(alias = "ZMQ_LAST_ENDPOINT")]
    #[doc(alias = "GetLastEndpoint")]
    pub fn last_endpoint(&self) -> Result<String> {
        let mut endpoint = self.long_bytes(&row::ZMQ_LAST_ENDPOINT)?;
        // libzmq counts the NUL at the end.
        endpoint.truncate(endpoint.iter().position(|byte| *byte == 0).unwrap_or(endpoint.len()));
        Ok(String::from_utf8_lossy(&endpoint).into_owned())
    }
}

#[cfg(unix)]
mod fd {
    use std::os::fd::BorrowedFd;

    use super::{manual, row};
    use crate::error::Result;
    use crate::ffi::system;
    use crate::socket::Socket;

    impl Socket {
        /// The descriptor that becomes readable when the socket's [`events`](Socket::events) may have changed, for an
        /// event loop. It is libzmq's: it is neither read nor closed, and lives as long as the socket.
        ///
        /// It is edge-triggered: ask [`events`](Socket::events) before waiting on it, whenever it fires, and after each
        /// send and receive, those that end in `EAGAIN` included. Since libzmq 3.1.0.
        ///
        #[doc = manual!("zmq_getsockopt", "ZMQ_FD")]
        ///
        /// # Errors
        /// `EINVAL` for the thread-safe DRAFT types, which have none; `ETERM` once the context has ended.
        #[doc(alias = "ZMQ_FD")]
        #[doc(alias = "GetFd")]
        pub fn fd(&self) -> Result<BorrowedFd<'_>> {
            let fd = self.read_int(&row::ZMQ_FD)?;
            system::borrow(self.raw(), fd).ok_or_else(|| row::ZMQ_FD.refuse("the socket has no descriptor"))
        }
    }
}
