//! Safe ZeroMQ sockets over libzmq.
//!
//! A thin layer over libzmq that has the names of the Go package pebbe/zmq4, so that its programs port line by line. What
//! a call means is told by libzmq; what this layer adds is that what is known to crash libzmq is refused before the
//! call, that nothing is lost on an error, and that errors say what was tried. The README names the few faults of libzmq
//! that no check can exclude. It starts no threads and keeps no queues of its own.
//!
//! - [`Context`]: the sockets of a program, and the threads that move their messages.
//! - [`Socket`]: one end of a pattern. `bind`, `connect`, `send`, `recv`.
//! - [`Message`] is one frame, [`Multipart`] the frames of one message.
//! - [`Error`] says what was tried, [`Errno`] is its number.
//! - [`ContextRef`], [`SocketRef`] and the `from_raw`/`into_raw` of each type are for programs that mix Rust and C.
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
//! Which libzmq is linked, and the cargo features, are told in the README.
#![deny(unsafe_code)]

mod context;
mod endpoint;
mod errno;
mod error;
#[allow(unsafe_code)]
mod ffi;
mod flags;
mod message;
mod multipart;
mod options;
mod socket;
mod version;

pub use zmq_sys;

pub use context::{Context, term};
pub use errno::*;
pub use error::{Error, Result};
pub use ffi::{ContextRef, SocketRef};
pub use flags::{DONTWAIT, Flags, POLLERR, POLLIN, POLLOUT, POLLPRI, SNDMORE, State};
pub use message::Message;
pub use multipart::Multipart;
#[cfg(unix)]
pub use options::SchedPolicy;
pub use options::{CURVE, GSSAPI, Mechanism, NULL, NameType, PLAIN, Tos};
#[cfg(feature = "draft")]
pub use options::{NormMode, ReconnectStop, RouterNotify};
pub use socket::kind::{DEALER, PAIR, PUB, PULL, PUSH, REP, REQ, ROUTER, STREAM, SUB, XPUB, XSUB};
pub use socket::{Frame, Frames, Metadata, Socket, SocketType};
pub use version::{has, has_curve, has_gssapi, has_ipc, has_norm, has_pgm, has_tipc, version};

/// The README's programs, compiled and run.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
