//! 29: thread-safe sockets that send to each other over inproc.

use std::ffi::c_void;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use zmq_sys::*;

use crate::case::{Plain, case, ready};
use crate::support::background;
use crate::support::zmq::*;

/// How many replies have come.
static REPLIES: AtomicUsize = AtomicUsize::new(0);
const ENOUGH: usize = 100_000;

/// Returns each message to whom it came from, until the context ends.
fn echo(server: *mut c_void) {
    let mut message = unset();
    ok!(zmq_msg_init(&mut message));
    while sys!(zmq_msg_recv(&mut message, server, 0)) != -1 {
        // Without room the reply is lost.
        if sys!(zmq_msg_send(&mut message, server, 0)) == -1 {
            ok!(zmq_msg_close(&mut message));
            ok!(zmq_msg_init(&mut message));
        }
    }
    ok!(zmq_msg_close(&mut message));
    close(server);
}

fn ask(client: *mut c_void) {
    let mut buffer = [0_u8; 8];
    while REPLIES.load(Ordering::Relaxed) < ENOUGH {
        sys!(zmq_send(client, b"q".as_ptr().cast(), 1, ZMQ_DONTWAIT));
        let len = sys!(zmq_recv(client, buffer.as_mut_ptr().cast(), buffer.len(), ZMQ_DONTWAIT));
        REPLIES.fetch_add(usize::from(len == 1), Ordering::Relaxed);
    }
    close(client);
}

#[test]
fn sockets_that_send_to_each_other_go_on() {
    case(
        "shared::sockets_that_send_to_each_other_go_on",
        Plain::Prints("they wait for each other"),
        || {
            let context = context();
            let (server, client) = (socket(context, ZMQ_SERVER), socket(context, ZMQ_CLIENT));
            for socket in [server, client] {
                set(socket, ZMQ_SNDHWM, 4);
                set(socket, ZMQ_RCVHWM, 4);
            }
            bind(server, c"inproc://each-other");
            connect(client, c"inproc://each-other");
            let (server, client) = (Handle::new(server), Handle::new(client));
            let echoes = background(move || echo(server.ptr()));
            let asks = background(move || ask(client.ptr()));
            ready();
            let mut before = usize::MAX;
            while asks.recv_timeout(Duration::from_secs(4)).is_err() {
                let replies = REPLIES.load(Ordering::Relaxed);
                assert_ne!(replies, before, "they wait for each other");
                before = replies;
            }
            ok!(zmq_ctx_shutdown(context));
            echoes.recv_timeout(Duration::from_secs(10)).unwrap();
            term(context);
        },
    );
}
