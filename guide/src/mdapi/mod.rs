//! Majordomo (RFC 7): service-oriented request-reply, with workers that come and go (chapter 4).

mod client;
mod client2;
mod worker;

use std::time::Duration;

pub use client::Mdcli;
pub use client2::Mdcli2;
pub use worker::Mdwrk;

/// The first frame of what clients send and get.
pub const MDPC_CLIENT: &str = "MDPC01";
/// The first frame of what workers send and get.
pub const MDPW_WORKER: &str = "MDPW01";

/// A worker says which service it has.
pub const MDPW_READY: &[u8] = b"\x01";
/// The broker gives a worker a request.
pub const MDPW_REQUEST: &[u8] = b"\x02";
/// The worker's reply.
pub const MDPW_REPLY: &[u8] = b"\x03";
/// Both say that they are there.
pub const MDPW_HEARTBEAT: &[u8] = b"\x04";
/// Either says that it goes.
pub const MDPW_DISCONNECT: &[u8] = b"\x05";

/// How often both sides of a worker's connection say that they are there.
pub const HEARTBEAT_INTERVAL: Duration = Duration::from_millis(2500);
/// After so many intervals of silence the other side is taken for gone.
pub const HEARTBEAT_LIVENESS: u32 = 3;
