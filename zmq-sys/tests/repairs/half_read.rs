//! 19: the peer of a half-read message is disconnected.

use std::ffi::{c_int, c_void};

use zmq_sys::*;

use crate::case::{Plain, case, more, ready, try_recv, turn, turns};
use crate::support::zmq::*;

/// What was done with the message before its peer was disconnected.
#[derive(Clone, Copy, PartialEq)]
enum Before {
    /// Its first frame was received.
    Read,
    /// It was polled for.
    Polled,
}

/// When the next call comes.
#[derive(Clone, Copy, PartialEq)]
enum Next {
    /// Before the end of the pipe is known.
    Now,
    Later,
}

const NAMES: [&std::ffi::CStr; 2] = [c"inproc://p0", c"inproc://p1"];

fn readable(socket: *mut c_void) -> bool {
    get(socket, ZMQ_EVENTS) & c_int::from(ZMQ_POLLIN) != 0
}

/// The type of the peers of a receiver of type `kind`.
fn peers_of(kind: c_int) -> c_int {
    match kind {
        ZMQ_PULL => ZMQ_PUSH,
        ZMQ_SUB | ZMQ_XSUB => ZMQ_XPUB,
        ZMQ_REQ => ZMQ_ROUTER,
        _ => ZMQ_DEALER,
    }
}

struct Scene {
    kind: c_int,
    receiver: *mut c_void,
    peers: [*mut c_void; 2],
    /// What a ROUTER has to say first, so that a REQ receives.
    ids: [Vec<u8>; 2],
}

impl Scene {
    fn new(context: *mut c_void, kind: c_int) -> Self {
        let receiver = socket(context, kind);
        match kind {
            ZMQ_SUB => set_bytes(receiver, ZMQ_SUBSCRIBE, b"a"),
            ZMQ_REQ => set(receiver, ZMQ_REQ_RELAXED, 1),
            _ => {}
        }
        let peers = NAMES.map(|name| {
            let peer = socket(context, peers_of(kind));
            bind(peer, name);
            connect(receiver, name);
            peer
        });
        if kind == ZMQ_XSUB {
            send(receiver, b"\x01a", 0);
        }
        turns(&[peers[0], peers[1], receiver]);
        let mut ids = [Vec::new(), Vec::new()];
        if kind == ZMQ_REQ {
            // The last request goes to the first one.
            for number in [1, 0] {
                ids[number] = loop {
                    send(receiver, b"q", 0);
                    if let Some(id) = try_recv(peers[number]) {
                        while try_recv(peers[number]).is_some() {}
                        break id;
                    }
                };
            }
        }
        Self {
            kind,
            receiver,
            peers,
            ids,
        }
    }

    /// A message of three frames from that peer.
    fn message(&self, number: usize) {
        let peer = self.peers[number];
        if self.kind == ZMQ_REQ {
            send(peer, &self.ids[number], ZMQ_SNDMORE);
        }
        if matches!(self.kind, ZMQ_REQ | ZMQ_REP) {
            send(peer, b"", ZMQ_SNDMORE);
        }
        for part in 0..3 {
            let flags = if part < 2 { ZMQ_SNDMORE } else { 0 };
            send(peer, format!("a{number}{part}").as_bytes(), flags);
        }
    }

    /// The frames of the next message; a ROUTER's id is given as such.
    fn next(&self) -> Vec<Vec<u8>> {
        let mut frames = Vec::new();
        while let Some(frame) = try_recv(self.receiver) {
            let is_id = self.kind == ZMQ_ROUTER && frame.len() == 5;
            frames.push(if is_id { b"id".to_vec() } else { frame });
            if !more(self.receiver) {
                break;
            }
        }
        frames
    }
}

fn disconnected(test: &str, kind: c_int, before: Before, next: Next) {
    case(test, Plain::Fails, || {
        let context = context();
        let scene = Scene::new(context, kind);
        let receiver = scene.receiver;
        scene.message(0);
        match before {
            Before::Polled => assert!(readable(receiver)),
            Before::Read => {
                if kind == ZMQ_ROUTER {
                    recv(receiver);
                }
                assert_eq!(recv(receiver), b"a00");
            }
        }
        ready();
        ok!(zmq_disconnect(receiver, NAMES[0].as_ptr()));
        if next == Next::Later {
            turns(&[scene.peers[0], receiver]);
        }
        // Nothing is left of it.
        assert_eq!(try_recv(receiver), None);
        turn(scene.peers[0]);
        assert!(!readable(receiver), "readable, with nothing to read");
        if kind == ZMQ_SUB {
            // Not what it subscribed to.
            send(scene.peers[1], b"b", 0);
        }
        scene.message(1);
        turn(scene.peers[1]);
        let mut whole: Vec<&[u8]> = vec![b"a10", b"a11", b"a12"];
        if kind == ZMQ_ROUTER {
            whole.insert(0, b"id");
        }
        assert_eq!(scene.next(), whole);
        if kind == ZMQ_REP {
            send(receiver, b"r", 0);
            turn(scene.peers[1]);
            assert_eq!(recv(scene.peers[1]), b"");
            assert_eq!(recv(scene.peers[1]), b"r");
        }
        scene.peers.into_iter().for_each(close);
        close(receiver);
        term(context);
    });
}

macro_rules! cases {
    ($($name:ident: $kind:ident $before:ident $next:ident;)*) => {$(
        #[test]
        fn $name() {
            disconnected(concat!("half_read::", stringify!($name)), $kind, Before::$before, Next::$next);
        }
    )*};
}

cases! {
    pull_reads_on_at_once: ZMQ_PULL Read Now;
    dealer_reads_on_at_once: ZMQ_DEALER Read Now;
    sub_reads_on_at_once: ZMQ_SUB Read Now;
    xsub_reads_on_at_once: ZMQ_XSUB Read Now;
    router_reads_on_at_once: ZMQ_ROUTER Read Now;
    rep_reads_on_at_once: ZMQ_REP Read Now;
    req_reads_on_at_once: ZMQ_REQ Read Now;
    pull_reads_on_later: ZMQ_PULL Read Later;
    router_reads_on_later: ZMQ_ROUTER Read Later;
    rep_reads_on_later: ZMQ_REP Read Later;
    req_reads_on_later: ZMQ_REQ Read Later;
    sub_polled_reads_at_once: ZMQ_SUB Polled Now;
    xsub_polled_reads_at_once: ZMQ_XSUB Polled Now;
    router_polled_reads_at_once: ZMQ_ROUTER Polled Now;
    rep_polled_reads_at_once: ZMQ_REP Polled Now;
    sub_polled_reads_later: ZMQ_SUB Polled Later;
    xsub_polled_reads_later: ZMQ_XSUB Polled Later;
    router_polled_reads_later: ZMQ_ROUTER Polled Later;
    rep_polled_reads_later: ZMQ_REP Polled Later;
}

#[test]
fn rep_answers_after_a_malformed_request() {
    case(
        "half_read::rep_answers_after_a_malformed_request",
        Plain::Prints("panicked"),
        || {
            let context = context();
            let rep = socket(context, ZMQ_REP);
            set(rep, ZMQ_SNDHWM, 1);
            bind(rep, c"inproc://r");
            let (full, other) = (socket(context, ZMQ_DEALER), socket(context, ZMQ_DEALER));
            set(full, ZMQ_RCVHWM, 1);
            set(other, ZMQ_RCVTIMEO, 1000);
            connect(full, c"inproc://r");
            connect(other, c"inproc://r");
            let request = |peer| {
                send(peer, b"", ZMQ_SNDMORE);
                send(peer, b"q", 0);
                assert_eq!(recv(rep), b"q");
                send(rep, b"r", 0);
            };
            // More replies than it takes.
            for _ in 0..5 {
                request(full);
            }
            // Without the delimiter.
            send(full, b"x", 0);
            assert_eq!(try_recv(rep), None);
            ready();
            request(other);
            assert_eq!(recv(other), b"");
            assert_eq!(recv(other), b"r");
            [full, other, rep].into_iter().for_each(close);
            term(context);
        },
    );
}
