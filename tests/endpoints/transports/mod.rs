//! Each transport in each of its spellings carries each pattern, and an endpoint that is read back is good for more.
//!
//! What is refused as text is in `tests/endpoints/text.rs`, what would abort in `tests/libzmq_aborts`; `docs/transports.md` is the
//! page that these tests hold up.

mod exchange;
#[cfg(unix)]
mod files;
mod lacking;
mod readback;
mod turned_away;
mod ways;

use crate::support::sockets::open_timed;
use crate::support::{LONG, deadline};
use zmq4::{Context, Socket, SocketType};

use exchange::{PATTERNS, STREAM};
use ways::{Order, Way};

/// A socket that waits for nothing indefinitely.
fn open_with(context: &Context, ty: SocketType, ipv6: bool) -> Socket {
    let socket = open_timed(context, ty);
    socket.set_ipv6(ipv6).unwrap();
    socket
}

/// Every pattern over one way, with each of its two types as the one that binds.
fn carries(ways: fn() -> Vec<Way>) {
    deadline(3 * LONG, move || {
        for way in ways() {
            for pattern in PATTERNS.iter().chain(way.is_tcp().then_some(&STREAM)) {
                for swapped in [false, true] {
                    let context = Context::new().unwrap();
                    let first = open_with(&context, pattern.first, way.ipv6);
                    let second = open_with(&context, pattern.second, way.ipv6);
                    let (binds, connects) = if swapped { (&second, &first) } else { (&first, &second) };
                    let name = way.name();
                    let bind = || binds.bind(&name).unwrap_or_else(|error| panic!("{error}"));
                    match way.order {
                        Order::BindFirst => {
                            bind();
                            let endpoint = way.target(&binds.last_endpoint().unwrap());
                            connects.connect(&endpoint).unwrap_or_else(|error| panic!("{error}"));
                        }
                        Order::ConnectFirst => {
                            connects.connect(&name).unwrap_or_else(|error| panic!("{error}"));
                            bind();
                        }
                    }
                    (pattern.exchange)(&first, &second);
                }
            }
        }
    });
}

#[test]
fn inproc_carries_every_pattern() {
    carries(ways::inproc);
}

#[cfg(unix)]
#[test]
fn ipc_carries_every_pattern() {
    carries(ways::ipc);
}

#[test]
fn tcp_carries_every_pattern() {
    carries(ways::tcp);
}

#[test]
fn tcp_from_a_certain_source_carries_every_pattern() {
    carries(ways::tcp_with_source);
}

#[test]
fn tcp_over_ipv6_carries_every_pattern() {
    if ways::has_ipv6() {
        carries(ways::tcp_ipv6);
    } else {
        crate::support::skip("this machine has no IPv6");
    }
}

#[test]
fn ws_carries_every_pattern() {
    if zmq4::has("WS") {
        carries(ways::ws);
    } else {
        // Which libzmq has it is no fault of the machine.
        println!("skipped: this libzmq was built without ws");
    }
}
