//! Safe ZeroMQ sockets over libzmq.
//!
//! A thin layer over libzmq with the names of the Go package pebbe/zmq4, so that its programs port line by line. libzmq's
//! documentation holds for every call. This layer adds three things: calls that are known to crash libzmq are rejected, no data
//! is lost on an error, and errors name the call and what it was about. [`guide::guards`] lists the few faults of libzmq that no
//! check can prevent. This crate starts no threads and adds no queues, except for [`Bridge`], [`Proxy`] and
//! [`Auth`](auth::Auth), which have a thread each, for channels, and on Windows for one thread that waits for async sockets.
//!
//! - [`Context`]: the sockets of a program, and the threads that move their messages.
//! - [`Socket`]: one end of a pattern. `bind`, `connect`, `send`, `recv`.
//! - [`Message`] is one frame, [`Multipart`] the frames of one message.
//! - [`Error`] names the call that failed and what it concerned, [`Errno`] is the error number.
//! - [`Poller`] waits for many at once, [`Reactor`] calls a handler for each event, and [`channel`](fn@channel)s let
//!   other threads wake both. [`proxy`](fn@proxy) passes messages on, [`Bridge`] puts a socket behind channels.
//! - [`Monitor`] reports events of connections, [`auth`] decides which peers are accepted.
//! - [`ContextRef`], [`SocketRef`], [`MessageRef`] and the `from_raw`/`into_raw` of each type are for programs that mix Rust and C.
//!
//! ```
//! use zmq4::{Context, Flags};
//!
//! let context = Context::new()?;
//! let server = context.socket(zmq4::REP)?;
//! server.bind("inproc://greetings")?;
//! let client = context.socket(zmq4::REQ)?;
//! client.connect("inproc://greetings")?;
//!
//! client.send("Hello", Flags::NONE)?;
//! assert_eq!(server.recv(Flags::NONE)?, "Hello");
//! server.send("World", Flags::NONE)?;
//! assert_eq!(client.recv(Flags::NONE)?, "World");
//! # Ok::<(), zmq4::Error>(())
//! ```
//!
//! # Where to read on
//! - [`guide`]: which socket to use when, threads, stopping, security, async, linking, Rust and C, and a
//!   [list of symptoms and error numbers](guide::faq).
//! - [`guide::linking`] says which libzmq is linked, and what the cargo features do.
//! - The [ZeroMQ Guide](https://zguide.zeromq.org/) explains the patterns. `guide/README.md` in the repository has all its
//!   programs in Rust, in one table: program, pattern, chapter, and which part of this crate it shows.
//! - [libzmq's manual](https://libzmq.readthedocs.io/en/latest/) has a page for each call of C. The page of a method here
//!   links to it, and that of an option to its section.
//! - The [RFCs](https://rfc.zeromq.org/) define the patterns and the protocol: each [type of a socket](SocketType) links to its own.
//! - [`guide::from_go`] and [`guide::from_rust_zmq`] (`docs/from-go.md`, `docs/from-rust-zmq.md`) have a table of each name of Go's package and
//!   of the crate `zmq`, and its counterpart here.
// docs.rs names the feature or the system that an item needs.
#![cfg_attr(docsrs, feature(doc_cfg))]
// The pages link to what stands behind this feature.
#![cfg_attr(not(feature = "auth"), allow(rustdoc::broken_intra_doc_links))]
#![deny(unsafe_code)]
#![warn(missing_debug_implementations)]

// The page of a type has its methods in the order of these modules: first what every program calls, then options, at the
// end raw pointers. Blank lines keep rustfmt from sorting them.
pub mod channel;
mod context;
mod curve;
mod endpoint;
mod error;
#[allow(unsafe_code)]
mod ffi;
mod flags;
mod message;
mod multipart;
mod refusal;
mod service;
mod socket;
mod socket_type;
mod sync;
mod unwind;
mod version;

mod poll;
pub mod proxy;
mod reactor;

mod monitor;

#[cfg(any(feature = "tokio", feature = "async-io"))]
pub mod aio;
#[cfg(feature = "auth")]
pub mod auth;
pub mod bridge;
#[cfg(any(doc, all(doctest, feature = "auth")))]
#[cfg_attr(docsrs, doc(auto_cfg = false))]
pub mod guide;
#[cfg(feature = "draft")]
mod shared;

mod options;

#[allow(unsafe_code)]
mod interop;

pub use zmq_sys;

#[cfg(feature = "auth")]
#[doc(inline)]
pub use auth::CURVE_ALLOW_ANY;
#[cfg(feature = "auth")]
pub use auth::global::{
    auth_allow, auth_curve_add, auth_curve_remove, auth_curve_remove_all, auth_deny, auth_plain_add, auth_plain_remove,
    auth_plain_remove_all, auth_set_metadata_handler, auth_set_verbose, auth_start, auth_stop,
};
#[doc(inline)]
pub use bridge::Bridge;
#[doc(inline)]
pub use channel::{Receiver, Sender, bounded_channel, channel};
pub use context::{Context, term};
pub use curve::{Certificate, CurveKeypair, CurvePublicKey, CurveSecretKey, curve_public, z85_decode, z85_encode};
pub use error::{Error, Result};
pub use ffi::errno::Errno;
pub use flags::{DONTWAIT, Flags, POLLERR, POLLIN, POLLOUT, POLLPRI, SNDMORE, State};
pub use interop::{ContextRef, MessageRef, SocketRef};
pub use message::Message;
#[cfg(feature = "draft")]
pub use monitor::DetailedEvent;
pub use monitor::{Event, EventKind, Monitor, MonitorEvent, ProtocolError};
pub use multipart::Multipart;
#[cfg(unix)]
pub use options::SchedPolicy;
pub use options::{CURVE, GSSAPI, Mechanism, NULL, NameType, PLAIN, Tos};
#[cfg(feature = "draft")]
pub use options::{NormMode, ReconnectStop, RouterNotify};
#[cfg(any(target_os = "linux", target_os = "android", target_os = "freebsd"))]
pub use poll::SignalMask;
pub use poll::{FdHandle, ItemId, PollEvents, PollItem, Polled, Poller, SocketHandle, poll};
#[doc(inline)]
pub use proxy::{Proxy, ProxySockets, proxy, proxy_steerable};
pub use reactor::{ChannelId, FdId, Reactor, StopHandle, TimerId};
#[cfg(feature = "draft")]
pub use shared::SocketReadiness;
#[cfg(feature = "draft")]
pub use shared::{SharedSocket, SocketGuard};
pub use socket::{EventSocket, IntoFrame, IntoFrames, Metadata, Socket};
pub use socket_type::SocketType;
pub use version::{has, has_curve, has_gssapi, has_ipc, has_norm, has_pgm, has_tipc, version};

#[doc(no_inline)]
pub use {errno::*, events::*, types::*};

/// The error numbers. They also stand at the root of the crate, as in C and Go: `zmq4::EAGAIN`.
///
/// ```
/// let socket = zmq4::Socket::new(zmq4::PULL)?;
/// let error = socket.recv(zmq4::DONTWAIT).unwrap_err();
/// assert_eq!(error, zmq4::EAGAIN);
/// # Ok::<(), zmq4::Error>(())
/// ```
pub mod errno {
    pub use crate::ffi::errno::*;
}

/// What a [`Monitor`] reports: events, and errors of the protocol. They also stand at the root of the crate, as in Go:
/// `zmq4::EVENT_CONNECTED`.
pub mod events {
    pub use crate::monitor::event::*;
    pub use crate::monitor::protocol::*;
}

/// The types of sockets. They also stand at the root of the crate, as in C and Go: `zmq4::REQ`.
///
/// Each links to its RFC, the manual and the Guide.
pub mod types {
    #[doc(no_inline)]
    pub use crate::socket_type::SocketType;
    pub use crate::socket_type::{
        CHANNEL, CLIENT, DEALER, DGRAM, DISH, GATHER, PAIR, PEER, PUB, PULL, PUSH, RADIO, REP, REQ, ROUTER, SCATTER,
        SERVER, STREAM, SUB, XPUB, XSUB,
    };
}

/// The README's programs, compiled and run.
#[cfg(all(doctest, feature = "auth"))]
#[doc = include_str!("../README.md")]
struct Readme;
