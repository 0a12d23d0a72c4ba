//! 26: a thread that is interrupted between a command and the signal for it.

use std::ffi::{c_int, c_void};
use std::sync::atomic::{AtomicI32, Ordering};
use std::time::{Duration, Instant};

use zmq_sys::*;

use crate::case::{Plain, case, ready, try_recv, until};
use crate::peer::{Peer, frame, listen, port};
use crate::support::zmq::*;

/// The thread that is not to be held, or one of those below.
static HOLD: AtomicI32 = AtomicI32::new(NOBODY);
const NOBODY: i32 = 0;
const HELD: i32 = -1;

/// A signal that takes longer to give up than a test that hangs.
const LONGEST: Duration = Duration::from_millis(500);

fn thread() -> i32 {
    // SAFETY: it only asks.
    unsafe { libc::gettid() }
}

/// In place of libc's: holds the first signal (the eight bytes for an eventfd)
/// of a thread other than the one that asked for it.
#[unsafe(no_mangle)]
extern "C" fn write(fd: c_int, bytes: *const c_void, len: usize) -> isize {
    let asked_by = HOLD.load(Ordering::SeqCst);
    if len == 8 && asked_by > NOBODY && asked_by != thread() {
        let held = HOLD.compare_exchange(asked_by, HELD, Ordering::SeqCst, Ordering::SeqCst);
        let begun = Instant::now();
        while held.is_ok() && HOLD.load(Ordering::SeqCst) == HELD && begun.elapsed() < LONGEST {
            std::thread::sleep(Duration::from_millis(1));
        }
    }
    // SAFETY: the arguments are those of the caller of `write`.
    unsafe { libc::syscall(libc::SYS_write, fd, bytes, len) as isize }
}

#[test]
fn disconnect_after_connect_ends_the_connection() {
    case(
        "mailbox::disconnect_after_connect_ends_the_connection",
        Plain::Prints("router.cpp:"),
        || {
            let context = context();
            let router = socket(context, ZMQ_ROUTER);
            let mut peer = Peer::greeted(port(&bind(router, c"tcp://127.0.0.1:*")), "DEALER", b"PEER");
            peer.write(&frame(b"one", 0));
            assert_eq!(recv(router), b"PEER");
            assert_eq!(recv(router), b"one");
            // Now the socket waits for a command that says that there is more.
            while try_recv(router).is_some() {}
            let (_listener, elsewhere) = listen();
            set_bytes(router, ZMQ_CONNECT_ROUTING_ID, b"ID");
            HOLD.store(thread(), Ordering::SeqCst);
            peer.write(&frame(b"two", 0));
            until("the signal is held", || HOLD.load(Ordering::SeqCst) == HELD);
            ready();
            connect(router, &elsewhere);
            ok!(zmq_disconnect(router, elsewhere.as_ptr()));
            HOLD.store(NOBODY, Ordering::SeqCst);
            assert_eq!(recv(router), b"PEER");
            assert_eq!(recv(router), b"two");
            // The id is free again when the connection has ended.
            set_bytes(router, ZMQ_CONNECT_ROUTING_ID, b"ID");
            until("the connection ends", || {
                sys!(zmq_connect(router, elsewhere.as_ptr())) == 0
            });
            close(router);
            term(context);
        },
    );
}
