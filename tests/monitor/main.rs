//! Monitors: what they report, and that they end in any order with their socket and their context.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod at;
mod closing;
mod ending;
#[cfg(unix)]
mod forks;
mod handshakes;
mod kinds;
mod orders;
mod places;
mod readers;
mod reading;
mod stress;
#[path = "../support/mod.rs"]
mod support;
mod zmtp;

use std::time::{Duration, Instant};

use support::LONG;
use support::sockets::open;
use zmq4::{Errno, Event, Monitor, MonitorEvent};

/// Within the deadline of a test, so that it says what did not come.
const PATIENCE: Duration = LONG.checked_div(2).unwrap();

/// The next event, which must come.
#[track_caller]
fn next(monitor: &Monitor) -> MonitorEvent {
    monitor.recv_timeout(PATIENCE).unwrap()
}

/// The next of these events; others may come before it.
#[track_caller]
fn wait_for(monitor: &Monitor, wanted: Event) -> MonitorEvent {
    let end = Instant::now() + PATIENCE;
    let mut others = Vec::new();
    loop {
        match monitor.recv_timeout(end.saturating_duration_since(Instant::now())) {
            Ok(event) if wanted.contains(event.event) => return event,
            Ok(event) => others.push(event.event),
            Err(error) if error == Errno::EAGAIN => panic!("no {wanted} came, but {others:?}"),
            Err(error) => panic!("{error} instead of {wanted}, after {others:?}"),
        }
    }
}

/// The events up to the end, which must come by itself.
#[track_caller]
fn rest(monitor: &Monitor) -> Vec<Event> {
    let mut events = Vec::new();
    loop {
        match monitor.recv_timeout(PATIENCE) {
            Ok(event) => events.push(event.event),
            Err(error) if error == Errno::ENOTCONN || error == Errno::ETERM => return events,
            Err(error) => panic!("{error} after {events:?}"),
        }
    }
}
