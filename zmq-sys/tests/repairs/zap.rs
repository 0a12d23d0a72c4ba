//! 08: whom the ZAP handler's answer is about.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use zmq_sys::*;

use crate::case::{Plain, case, more, pause, ready, until};
use crate::peer::{Peer, command, frame, greeting, listen, property};
use crate::support::background;
use crate::support::zmq::*;

fn hello(password: &[u8]) -> Vec<u8> {
    let body = [&b"\x04user"[..], &[password.len() as u8], password].concat();
    command("HELLO", &body)
}

fn greet(peer: &mut Peer) {
    peer.write(&greeting("PLAIN"));
    peer.read(64);
}

/// A PLAIN server connects to a peer, which leaves and comes back before the
/// handler has replied, and then offers `password`, after a while or at once.
/// The handler lets in who says "good".
fn second_peer(test: &str, plain: &'static str, password: &'static [u8], late: bool) {
    case(test, Plain::Prints(plain), || {
        let context = context();
        let handler = Handle::new(socket(context, ZMQ_REP));
        bind(handler.ptr(), c"inproc://zeromq.zap.01");
        let asked = Arc::new(AtomicUsize::new(0));
        let count = asked.clone();
        let handling = background(move || {
            let handler = handler.ptr();
            loop {
                let mut frames: Vec<Vec<u8>> = Vec::new();
                loop {
                    let mut buffer = [0_u8; 256];
                    let len = sys!(zmq_recv(handler, buffer.as_mut_ptr().cast(), buffer.len(), 0));
                    let Ok(len) = usize::try_from(len) else {
                        close(handler);
                        return;
                    };
                    frames.push(buffer[..len].to_vec());
                    if !more(handler) {
                        break;
                    }
                }
                count.fetch_add(1, Ordering::SeqCst);
                pause(400);
                let code: &[u8] = if frames[7] == b"good" { b"200" } else { b"400" };
                let reply = [b"1.0", &frames[1][..], code, b"", b"user", b""];
                for (index, part) in reply.iter().enumerate() {
                    send(handler, part, if index < 5 { ZMQ_SNDMORE } else { 0 });
                }
            }
        });
        let (listener, endpoint) = listen();
        let pull = socket(context, ZMQ_PULL);
        set(pull, ZMQ_PLAIN_SERVER, 1);
        set(pull, ZMQ_RECONNECT_IVL, 20);
        set_bytes(pull, ZMQ_ZAP_DOMAIN, b"x");
        connect(pull, &endpoint);

        let mut first = Peer::accept(&listener);
        greet(&mut first);
        first.write(&hello(b"good"));
        until("the handler is asked", || asked.load(Ordering::SeqCst) == 1);
        ready();
        drop(first);

        let mut second = Peer::accept(&listener);
        greet(&mut second);
        if late {
            pause(700);
        }
        second.write(&hello(password));
        if password == b"good" {
            let (_, welcome) = second.frame();
            assert!(welcome.starts_with(b"\x07WELCOME"), "{welcome:?}");
            second.write(&command("INITIATE", &property("Socket-Type", b"PUSH")));
            second.frame();
            second.write(&frame(b"hello", 0));
            assert_eq!(recv(pull), b"hello");
        } else {
            let mut head = [0_u8; 10];
            let refused =
                std::io::Read::read_exact(&mut second.0, &mut head).is_err() || !head.ends_with(b"\x07WELCOME");
            assert!(refused, "a wrong password was let in");
        }
        close(pull);
        ok!(zmq_ctx_shutdown(context));
        handling.recv_timeout(Duration::from_secs(5)).unwrap();
        term(context);
    });
}

#[test]
fn wrong_password_after_a_right_one_is_refused() {
    second_peer(
        "zap::wrong_password_after_a_right_one_is_refused",
        "a wrong password was let in",
        b"wrong",
        false,
    );
}

#[test]
fn late_answer_is_about_the_peer_before() {
    second_peer(
        "zap::late_answer_is_about_the_peer_before",
        "zap_client.cpp:255",
        b"good",
        true,
    );
}
