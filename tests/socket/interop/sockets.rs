//! Sockets between Rust and C.

use std::ptr::NonNull;
use std::time::Duration;

use zmq4::{Context, EAGAIN, EMFILE, Flags, PAIR, Socket, SocketRef, zmq_sys as sys};

use crate::interop::c::CSocket;
use crate::support::sockets::{open_timed, set_timed};
use crate::support::{LONG, deadline, eventually, inproc_name};

/// Two of ours, connected.
fn pairs(context: &Context) -> (Socket, Socket) {
    let (a, b) = (open_timed(context, zmq4::PAIR), open_timed(context, zmq4::PAIR));
    let endpoint = inproc_name();
    a.bind(&endpoint).unwrap();
    b.connect(&endpoint).unwrap();
    (a, b)
}

/// What C code is given with `Socket::as_ptr` or `into_raw`.
fn lent(ptr: *mut std::ffi::c_void) -> CSocket {
    CSocket(NonNull::new(ptr).unwrap())
}

#[test]
fn c_uses_our_socket() {
    deadline(LONG, || {
        let context = Context::new().unwrap();
        let (a, b) = pairs(&context);
        let c = lent(a.as_ptr());
        assert_eq!(c.get(sys::ZMQ_TYPE), sys::ZMQ_PAIR);
        c.send(b"by C", 0);
        assert_eq!(b.recv(Flags::NONE).unwrap(), "by C");
        b.send("by Rust", Flags::NONE).unwrap();
        assert_eq!(c.recv().unwrap(), b"by Rust");
        a.send("still ours", Flags::NONE).unwrap();
        assert_eq!(b.recv(Flags::NONE).unwrap(), "still ours");
    });
}

#[test]
fn a_socket_goes_to_c_and_back() {
    deadline(LONG, || {
        let context = Context::new().unwrap();
        let (a, b) = pairs(&context);
        let (ptr, handle) = a.into_raw();
        assert_eq!(handle, context);
        let c = lent(ptr);
        c.send(b"by C", 0);
        assert_eq!(b.recv(Flags::NONE).unwrap(), "by C");

        // SAFETY: the socket came from `into_raw`, with its context.
        let a = unsafe { Socket::from_raw(c.0, handle) };
        assert_eq!(a.as_ptr(), ptr);
        assert_eq!(a.socket_type(), PAIR);
        b.send("back", Flags::NONE).unwrap();
        assert_eq!(a.recv(Flags::NONE).unwrap(), "back");
    });
}

/// The handle that `into_raw` gives keeps the context; after C's `zmq_close` it ends without waiting.
#[test]
fn a_given_socket_keeps_its_context() {
    deadline(LONG, || {
        let context = Context::new().unwrap();
        let (a, b) = pairs(&context);
        drop(context);
        let (ptr, handle) = a.into_raw();
        let c = lent(ptr);
        c.send(b"alive", 0);
        assert_eq!(b.recv(Flags::NONE).unwrap(), "alive");
        drop(b);
        c.close();
        drop(handle);
    });
}

/// libzmq gives a closed socket's place back on its own thread, soon.
const SOON: Duration = LONG;

#[test]
fn a_socket_that_c_closed_gives_its_place_back() {
    deadline(LONG, || {
        let context = Context::new().unwrap();
        context.set_max_sockets(1).unwrap();
        for _ in 0..20 {
            let socket = eventually(SOON, || context.socket(PAIR).ok());
            let (ptr, handle) = socket.into_raw();
            lent(ptr).close();
            drop(handle);
        }
    });
}

#[test]
fn a_socket_taken_over_from_c_gives_its_place_back() {
    deadline(LONG, || {
        let context = Context::new().unwrap();
        context.set_max_sockets(1).unwrap();
        for _ in 0..20 {
            let socket = eventually(SOON, || context.socket(PAIR).ok());
            let (ptr, handle) = socket.into_raw();
            // SAFETY: the socket came from `into_raw`, with its context.
            let socket = unsafe { Socket::from_raw(lent(ptr).0, handle) };
            assert_eq!(context.socket(PAIR).unwrap_err(), EMFILE);
            drop(socket);
        }
    });
}

#[test]
fn a_socket_of_c_becomes_ours_with_its_options() {
    deadline(LONG, || {
        let context = Context::new().unwrap();
        let theirs = CSocket::open(context.as_ptr());
        theirs.set(sys::ZMQ_RCVTIMEO, 1);
        theirs.set(sys::ZMQ_LINGER, 7);
        // SAFETY: C gives the socket up, which is in this context.
        let socket = unsafe { Socket::from_raw(theirs.0, context.clone()) };
        assert_eq!(socket.context(), &context);
        assert_eq!(socket.rcvtimeo().unwrap(), Some(Duration::from_millis(1)));
        assert_eq!(socket.linger().unwrap(), Some(Duration::from_millis(7)));
        assert_eq!(socket.recv(Flags::NONE).unwrap_err(), EAGAIN);
        // It is closed with the drop: otherwise the context would wait indefinitely.
        drop(socket);
        drop(context);
    });
}

#[test]
fn a_view_does_all_but_close() {
    deadline(LONG, || {
        let context = Context::new().unwrap();
        let ours = open_timed(&context, zmq4::PAIR);
        let theirs = CSocket::open(context.as_ptr());
        let endpoint = inproc_name();
        {
            // SAFETY: the socket is open, and used on this thread alone.
            let view = unsafe { SocketRef::from_raw(theirs.0) };
            assert_eq!(view.as_ptr(), theirs.ptr());
            assert_eq!(view.socket_type(), PAIR);
            set_timed(&view);
            view.bind(&endpoint).unwrap();
            ours.connect(&endpoint).unwrap();
            view.send_message(("a", "b")).unwrap();
            assert_eq!(ours.recv_message(Flags::NONE).unwrap(), ["a", "b"]);
            view.set_rcvtimeo(Some(Duration::from_millis(3))).unwrap();
            assert_eq!(view.recv(Flags::NONE).unwrap_err(), EAGAIN);
        }
        assert_eq!(theirs.get(sys::ZMQ_RCVTIMEO), 3);
        theirs.send(b"open", 0);
        assert_eq!(ours.recv(Flags::NONE).unwrap(), "open");
        theirs.close();
    });
}

/// A view reads the timeouts that C had set before.
#[test]
fn a_view_has_the_options_of_its_socket() {
    deadline(LONG, || {
        let context = Context::new().unwrap();
        let theirs = CSocket::open(context.as_ptr());
        theirs.set(sys::ZMQ_RCVTIMEO, 2);
        // SAFETY: the socket is open, and used on this thread alone.
        let view = unsafe { SocketRef::from_raw(theirs.0) };
        assert_eq!(view.rcvtimeo().unwrap(), Some(Duration::from_millis(2)));
        assert_eq!(view.recv(Flags::NONE).unwrap_err(), EAGAIN);
        drop(view);
        theirs.close();
    });
}
