//! 01: a message of which the first frames have gone out, and the rest never does.

use std::os::fd::AsRawFd;

use zmq_sys::*;

use crate::case::{Plain, case, pause, ready};
use crate::peer::{Peer, listen};
use crate::support::zmq::*;

fn small_receive_buffer(socket: &impl AsRawFd) {
    let bytes: libc::c_int = 4096;
    // SAFETY: the descriptor is open, and the value is of the size that is said.
    let rc = unsafe {
        libc::setsockopt(
            socket.as_raw_fd(),
            libc::SOL_SOCKET,
            libc::SO_RCVBUF,
            (&raw const bytes).cast(),
            size_of::<libc::c_int>() as libc::socklen_t,
        )
    };
    assert_eq!(rc, 0);
}

#[test]
fn disconnected_in_a_message_and_the_peer_goes() {
    case(
        "session::disconnected_in_a_message_and_the_peer_goes",
        Plain::Prints("session_base.cpp:233"),
        || {
            let (listener, endpoint) = listen();
            small_receive_buffer(&listener);
            let context = context();
            let push = socket(context, ZMQ_PUSH);
            set(push, ZMQ_SNDBUF, 4096);
            connect(push, &endpoint);
            let mut peer = Peer::accept(&listener);
            peer.handshake("PULL", b"");
            send(push, &vec![b'x'; 4_000_000], ZMQ_SNDMORE);
            send(push, b"end", 0);
            // The head of the first frame: the engine has the frame.
            peer.read(9);
            ready();
            ok!(zmq_disconnect(push, endpoint.as_ptr()));
            pause(100);
            drop(peer);
            pause(200);
            close(push);
            term(context);
        },
    );
}
