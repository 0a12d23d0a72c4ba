//! Proxies: each runs on a dedicated thread until it is ended.

use std::ffi::{CStr, c_int, c_void};
use std::ptr::null_mut;

use zmq_sys::*;

use crate::support::zmq::*;
use crate::support::{DEADLINE, background};

/// What a proxy returned, and the error that it left.
type Outcome = (c_int, c_int);

const ENDPOINTS: [&CStr; 4] = [
    c"inproc://front",
    c"inproc://back",
    c"inproc://copy",
    c"inproc://control",
];

/// Starts `proxy` on four sockets (front, back, copy and control), sees one
/// message through it, lets `end` end it with the peers of the four sockets,
/// and reports its outcome.
fn outcome(
    proxy: impl FnOnce([*mut c_void; 4]) -> Outcome + Send + 'static,
    end: impl FnOnce(*mut c_void, [*mut c_void; 4]),
) -> Outcome {
    let context = context();
    let inner = [ZMQ_PULL, ZMQ_PUSH, ZMQ_PUSH, ZMQ_PAIR].map(|kind| Handle::new(socket(context, kind)));
    let peers = [ZMQ_PUSH, ZMQ_PULL, ZMQ_PULL, ZMQ_PAIR].map(|kind| socket(context, kind));
    for ((inner, peer), endpoint) in inner.iter().zip(peers).zip(ENDPOINTS) {
        bind(inner.ptr(), endpoint);
        connect(peer, endpoint);
    }
    let outcome = background(move || {
        let outcome = proxy(inner.map(Handle::ptr));
        for socket in inner {
            close(socket.ptr());
        }
        outcome
    });
    send(peers[0], b"forwarded", 0);
    assert_eq!(recv(peers[1]), b"forwarded");
    end(context, peers);
    let outcome = outcome.recv_timeout(DEADLINE).unwrap();
    for peer in peers {
        close(peer);
    }
    term(context);
    outcome
}

fn shut_down(context: *mut c_void, _peers: [*mut c_void; 4]) {
    ok!(zmq_ctx_shutdown(context));
}

#[test]
fn proxy() {
    let proxy = |[front, back, copy, _]: [*mut c_void; 4]| (sys!(zmq_proxy(front, back, copy)), sys!(zmq_errno()));
    let end = |context, peers: [*mut c_void; 4]| {
        assert_eq!(recv(peers[2]), b"forwarded");
        shut_down(context, peers);
    };
    assert_eq!(outcome(proxy, end), (-1, ETERM));
}

#[test]
fn device() {
    let device = |[front, back, ..]: [*mut c_void; 4]| (sys!(zmq_device(ZMQ_STREAMER, front, back)), sys!(zmq_errno()));
    assert_eq!(outcome(device, shut_down), (-1, ETERM));
}

#[test]
fn steerable_proxy_obeys() {
    let proxy =
        |[front, back, _, control]: [*mut c_void; 4]| (sys!(zmq_proxy_steerable(front, back, null_mut(), control)), 0);
    let terminate = |_, peers: [*mut c_void; 4]| send(peers[3], b"TERMINATE", 0);
    assert_eq!(outcome(proxy, terminate), (0, 0));
}
