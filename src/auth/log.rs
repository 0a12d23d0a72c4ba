//! Logging of the handler, with the target `zmq4::auth`. No line contains a password or a secret key.

use std::fmt::{Arguments, Write};

use ::log::{Level, log, log_enabled};

use super::reply::Status;
use super::request::{Credentials, Malformed, Request};
use super::rules::{Decision, Reason};
use crate::error::Error;
use crate::unwind;

const TARGET: &str = "zmq4::auth";

fn write(level: Level, what: Arguments<'_>) {
    // The logger is the program's. If it panics, the handler continues: without it libzmq lets CURVE clients in.
    let _ = unwind::caught(|| log!(target: TARGET, level, "AUTH: {what}"));
}

fn level(verbose: bool) -> Level {
    if verbose { Level::Info } else { Level::Debug }
}

/// An event of the handler itself.
pub(super) fn event(verbose: bool, what: &str) {
    write(level(verbose), format_args!("{what}"));
}

pub(super) fn malformed(malformed: &Malformed) {
    let Malformed { status, reason } = malformed;
    write(
        Level::Warn,
        format_args!("{} malformed request: {reason}", status.code()),
    );
}

pub(super) fn panicked() {
    write(Level::Error, format_args!("DENIED (a closure panicked)"));
}

pub(super) fn skipped_property(error: &Error) {
    write(Level::Warn, format_args!("a property is left out: {error}"));
}

pub(super) fn handler_error(error: &Error) {
    write(Level::Error, format_args!("going on after {error}"));
}

pub(super) fn decided(verbose: bool, request: &Request<'_>, decision: &Decision) {
    let (answer, level) = match decision.status {
        Status::Ok => ("ALLOWED", level(verbose)),
        Status::TryAgain => ("TRY AGAIN", level(verbose)),
        // People have to see this one: the peer itself gets no reason.
        Status::NoAccess | Status::InternalError => ("DENIED", Level::Warn),
    };
    // As in `write`.
    if unwind::caught(|| log_enabled!(target: TARGET, level)) != Some(true) {
        return;
    }
    let why = match decision.reason {
        Reason::DenyList => "in deny list",
        Reason::AllowList => "not in allow list",
        Reason::Mechanism | Reason::Credentials => request.mechanism(),
        Reason::NoPassword => "PLAIN without password",
        Reason::Closure => "closure",
        Reason::AnyClient => "CURVE any client",
    };
    // Quoted, so that a peer cannot forge lines of the log.
    let why = why.escape_debug();
    let (domain, address) = (request.domain(), request.address());
    let mut line = format!("{answer} ({why}) domain={domain:?} address={address:?}");
    // Writing to a string does not fail.
    let _ = match request.credentials() {
        Credentials::Plain { username, .. } => write!(line, " username={username:?}"),
        Credentials::Curve(key) => write!(line, " client_key={:?}", key.to_z85()),
        Credentials::Gssapi(principal) => write!(line, " principal={principal:?}"),
        Credentials::Null | Credentials::Other => Ok(()),
    };
    write(level, format_args!("{line}"));
}
