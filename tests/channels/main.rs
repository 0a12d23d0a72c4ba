//! Channels: values between threads, and a descriptor that reports when there are any.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

mod descriptor;
mod ends;
mod room;
mod sequences;
#[path = "../support/mod.rs"]
mod support;
mod threads;
mod types;

use std::rc::Rc;
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use proptest::prelude::*;
#[cfg(target_os = "linux")]
use support::in_child;
use support::{LONG, deadline};
use zmq4::channel::{RecvError, RecvTimeoutError, SendError, SendTimeoutError, TryRecvError, TrySendError};
use zmq4::{Context, Errno, Flags, POLLIN, Poller, Receiver, Sender, bounded_channel, channel};

/// Whether a poller finds the receiver readable.
fn readable<T>(receiver: &Receiver<T>) -> bool {
    let mut poller = Poller::new();
    let id = poller.add_fd(receiver, POLLIN).unwrap();
    let ready = poller.poll(Some(Duration::ZERO)).unwrap();
    assert!(ready.iter().all(|item| item.id() == id && item.events() == POLLIN));
    !ready.is_empty()
}

/// Waits indefinitely, as the deadline of the test allows, until a poller finds the receiver readable.
fn wait<T>(receiver: &Receiver<T>) {
    let mut poller = Poller::new();
    poller.add_fd(receiver, POLLIN).unwrap();
    assert_eq!(poller.poll(None).unwrap().len(), 1);
}

fn both_kinds() -> [(Sender<u64>, Receiver<u64>); 2] {
    [channel().unwrap(), bounded_channel(64).unwrap()]
}
