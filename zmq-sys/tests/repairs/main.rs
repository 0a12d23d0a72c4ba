//! The repairs of the vendored libzmq: for each fault a case in a process of its
//! own, because without the repair most of them end it.
//!
//! With the repairs every case comes to its end. With `LIBZMQ_UNREPAIRED=1`, which
//! compiles libzmq 4.3.5 as it was released, every case must show its fault, so
//! that none can pass without its subject. Of another libzmq nothing is asked.
#![cfg(all(target_os = "linux", target_pointer_width = "64"))]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

#[macro_use]
#[path = "../support/mod.rs"]
mod support;

mod case;
mod faults;
mod peer;

mod accept;
#[cfg(feature = "draft")]
mod channel;
mod conflate;
mod connect;
mod descriptors;
#[cfg(all(feature = "draft", target_env = "gnu"))]
mod dish;
mod encoders;
#[cfg(feature = "draft")]
mod groups;
mod half_read;
mod half_written;
mod has;
mod heartbeat;
mod hiccup;
mod inproc;
mod linger;
mod mailbox;
mod mandatory;
mod paused;
mod pipes;
mod plain;
mod queues;
mod reader_gone;
mod routing_ids;
mod session;
#[cfg(feature = "draft")]
mod shared;
mod socks;
mod term;
#[cfg(feature = "draft")]
mod udp;
mod ws;
mod xpub;
mod zap;
