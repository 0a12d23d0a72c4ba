//! `src/channel/` with a descriptor that is a flag.

#[path = "../../../src/channel/error.rs"]
mod error;
#[path = "../../../src/channel/readiness.rs"]
mod readiness;
#[path = "../../../src/channel/receiver.rs"]
mod receiver;
#[path = "../../../src/channel/sender.rs"]
mod sender;
#[path = "../../../src/channel/shared.rs"]
mod shared;

pub(crate) mod model;

pub(crate) use error::TryRecvError;
