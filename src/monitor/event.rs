//! [`Event`]: what can happen to the connections of a socket.

use std::ffi::c_int;
use std::fmt;

use zmq_sys as sys;

macro_rules! events {
    ($($(#[$doc:ident $($text:tt)*])* $name:ident, $root:ident = $value:ident;)*) => {
        bitflags::bitflags! {
            /// Events of the connections of a socket: those that a monitor is to report, or the one that it has reported.
            ///
            /// An event that this version does not know is a value like any other. The constants also stand at the
            /// root of the crate, as in C and Go: `zmq4::EVENT_CONNECTED`. See
            /// [zmq_socket_monitor(3)](https://libzmq.readthedocs.io/en/latest/zmq_socket_monitor.html).
            ///
            /// ```
            /// use zmq4::{EVENT_ACCEPTED, EVENT_ALL, EVENT_LISTENING, Event};
            /// assert_eq!(EVENT_ACCEPTED, Event::ACCEPTED);
            /// assert_eq!((EVENT_LISTENING | EVENT_ACCEPTED).to_string(), "EVENT_LISTENING|EVENT_ACCEPTED");
            /// assert_eq!(EVENT_ALL.to_string(), "EVENT_ALL");
            /// assert_eq!(Event::empty().to_string(), "<NONE>");
            /// assert_eq!(Event::from_bits_retain(0x8001).to_string(), "EVENT_CONNECTED|0x8000");
            /// ```
            #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
            #[doc(alias = "zmq_socket_monitor")]
            pub struct Event: c_int {
                $($(#[$doc $($text)*])* const $name = sys::$value;)*
            }
        }
        $($(#[$doc $($text)*])* pub const $root: Event = Event::$name;)*
    };
}

events! {
    /// A connection to the peer was made. The value is its descriptor.
    #[doc(alias = "ZMQ_EVENT_CONNECTED")]
    CONNECTED, EVENT_CONNECTED = ZMQ_EVENT_CONNECTED;
    /// The connection could not be made at once and goes on in the background. The value is an error number,
    /// `EINPROGRESS` mostly.
    #[doc(alias = "ZMQ_EVENT_CONNECT_DELAYED")]
    CONNECT_DELAYED, EVENT_CONNECT_DELAYED = ZMQ_EVENT_CONNECT_DELAYED;
    /// The connection could not be made and is tried again. The value is the wait until then, in milliseconds.
    #[doc(alias = "ZMQ_EVENT_CONNECT_RETRIED")]
    CONNECT_RETRIED, EVENT_CONNECT_RETRIED = ZMQ_EVENT_CONNECT_RETRIED;
    /// An endpoint was bound and takes connections. The value is its descriptor.
    #[doc(alias = "ZMQ_EVENT_LISTENING")]
    LISTENING, EVENT_LISTENING = ZMQ_EVENT_LISTENING;
    /// An endpoint could not be bound. The value is the error number.
    #[doc(alias = "ZMQ_EVENT_BIND_FAILED")]
    BIND_FAILED, EVENT_BIND_FAILED = ZMQ_EVENT_BIND_FAILED;
    /// A peer's connection was accepted. The value is its descriptor.
    #[doc(alias = "ZMQ_EVENT_ACCEPTED")]
    ACCEPTED, EVENT_ACCEPTED = ZMQ_EVENT_ACCEPTED;
    /// A peer's connection could not be accepted. The value is the error number.
    #[doc(alias = "ZMQ_EVENT_ACCEPT_FAILED")]
    ACCEPT_FAILED, EVENT_ACCEPT_FAILED = ZMQ_EVENT_ACCEPT_FAILED;
    /// A listener, or a connection that was being made, was closed. The value is its descriptor.
    #[doc(alias = "ZMQ_EVENT_CLOSED")]
    CLOSED, EVENT_CLOSED = ZMQ_EVENT_CLOSED;
    /// A listener could not be closed; over ipc alone. The value is the error number.
    #[doc(alias = "ZMQ_EVENT_CLOSE_FAILED")]
    CLOSE_FAILED, EVENT_CLOSE_FAILED = ZMQ_EVENT_CLOSE_FAILED;
    /// A connection broke. The value is its descriptor.
    #[doc(alias = "ZMQ_EVENT_DISCONNECTED")]
    DISCONNECTED, EVENT_DISCONNECTED = ZMQ_EVENT_DISCONNECTED;
    /// The monitor has ended: its last event.
    #[doc(alias = "ZMQ_EVENT_MONITOR_STOPPED")]
    MONITOR_STOPPED, EVENT_MONITOR_STOPPED = ZMQ_EVENT_MONITOR_STOPPED;
    /// The handshake failed without a protocol error: the peer disconnected or timed out. The value is an error
    /// number, or 0. Since libzmq 4.3.0.
    #[doc(alias = "ZMQ_EVENT_HANDSHAKE_FAILED_NO_DETAIL")]
    HANDSHAKE_FAILED_NO_DETAIL, EVENT_HANDSHAKE_FAILED_NO_DETAIL = ZMQ_EVENT_HANDSHAKE_FAILED_NO_DETAIL;
    /// The handshake is done: messages can pass. Since libzmq 4.3.0.
    #[doc(alias = "ZMQ_EVENT_HANDSHAKE_SUCCEEDED")]
    HANDSHAKE_SUCCEEDED, EVENT_HANDSHAKE_SUCCEEDED = ZMQ_EVENT_HANDSHAKE_SUCCEEDED;
    /// The handshake failed because of what the peer said. The value is a [`ProtocolError`](crate::ProtocolError).
    /// Since libzmq 4.3.0.
    #[doc(alias = "ZMQ_EVENT_HANDSHAKE_FAILED_PROTOCOL")]
    HANDSHAKE_FAILED_PROTOCOL, EVENT_HANDSHAKE_FAILED_PROTOCOL = ZMQ_EVENT_HANDSHAKE_FAILED_PROTOCOL;
    /// The peer was refused by the authentication. The value is its status: 300, 400 or 500 ([RFC 27](https://rfc.zeromq.org/spec/27/)). Since
    /// libzmq 4.3.0.
    #[doc(alias = "ZMQ_EVENT_HANDSHAKE_FAILED_AUTH")]
    HANDSHAKE_FAILED_AUTH, EVENT_HANDSHAKE_FAILED_AUTH = ZMQ_EVENT_HANDSHAKE_FAILED_AUTH;
    /// The lengths of the queues of a connection, which [`Socket::request_pipe_stats`](crate::Socket::request_pipe_stats) asked for. The
    /// values are the numbers of messages on the way out and on the way in. Of
    /// [`monitor_detailed`](crate::Socket::monitor_detailed) only, and not in [`EVENT_ALL`](crate::EVENT_ALL).
    #[cfg(feature = "draft")]
    #[doc(alias = "ZMQ_EVENT_PIPES_STATS")]
    #[doc(alias = "ZMQ_EVENT_ALL_V2")]
    PIPES_STATS, EVENT_PIPES_STATS = ZMQ_EVENT_PIPES_STATS;
    /// All events, those of later versions of libzmq included.
    #[doc(alias = "ZMQ_EVENT_ALL")]
    ALL, EVENT_ALL = ZMQ_EVENT_ALL;
}

impl fmt::Display for Event {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if *self == Event::ALL {
            return f.write_str("EVENT_ALL");
        }
        let mut names = self.iter_names();
        let mut separator = "";
        for (name, _) in names.by_ref() {
            write!(f, "{separator}EVENT_{name}")?;
            separator = "|";
        }
        match names.remaining().bits() {
            0 if separator.is_empty() => f.write_str("<NONE>"),
            0 => Ok(()),
            unknown => write!(f, "{separator}{unknown:#x}"),
        }
    }
}
