//! 11: a pipe whose far end has gone.

use zmq_sys::*;

use crate::case::{Plain, case, pause, ready, try_recv};
use crate::support::zmq::*;

#[test]
fn mark_is_set_after_the_peer_has_gone() {
    case("pipes::mark_is_set_after_the_peer_has_gone", Plain::MayFail, || {
        let context = context();
        let (pull, push) = (socket(context, ZMQ_PULL), socket(context, ZMQ_PUSH));
        bind(pull, c"inproc://a");
        connect(push, c"inproc://a");
        send(push, b"x", 0);
        assert_eq!(recv(pull), b"x");
        ready();
        close(push);
        pause(50);
        assert_eq!(try_recv(pull), None);
        pause(50);
        set(pull, ZMQ_RCVHWM, 10);
        close(pull);
        term(context);
    });
}

#[cfg(feature = "draft")]
#[test]
fn refused_ipc_connect_is_tried_again() {
    use crate::case::until;
    case("pipes::refused_ipc_connect_is_tried_again", Plain::MayFail, || {
        let context = context();
        // What memory held before must not matter.
        for _ in 0..50 {
            close(socket(context, ZMQ_PUSH));
        }
        let path = std::env::temp_dir().join(format!("zmq-sys-pipes-{}", std::process::id()));
        // A file on which nothing listens: ECONNREFUSED.
        drop(std::os::unix::net::UnixListener::bind(&path).unwrap());
        let endpoint = std::ffi::CString::new(format!("ipc://{}", path.display())).unwrap();
        let push = socket(context, ZMQ_PUSH);
        set(push, ZMQ_RECONNECT_IVL, 20);
        set(push, ZMQ_RECONNECT_STOP, ZMQ_RECONNECT_STOP_AFTER_DISCONNECT);
        ready();
        connect(push, &endpoint);
        pause(100);
        std::fs::remove_file(&path).unwrap();
        let listener = std::os::unix::net::UnixListener::bind(&path).unwrap();
        listener.set_nonblocking(true).unwrap();
        until("it connects", || listener.accept().is_ok());
        let _ = std::fs::remove_file(path);
        close(push);
        term(context);
    });
}
