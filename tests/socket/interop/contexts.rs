//! Contexts between Rust and C.

use std::ptr::NonNull;
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::Duration;

use zmq4::{Context, ContextRef, EAGAIN, EINVAL, ETERM, Flags, PAIR, SocketType, zmq_sys as sys};

use crate::interop::c::{self, CSocket};
use crate::support::sockets::{open_timed, set_timed};
use crate::support::{LONG, deadline, inproc_name};

/// Long enough to see that something waits, where nothing announces it.
const A_WHILE: Duration = Duration::from_millis(50);

#[test]
fn c_opens_sockets_in_our_context() {
    deadline(LONG, || {
        let context = Context::new().unwrap();
        let ours = open_timed(&context, zmq4::PAIR);
        let theirs = CSocket::open(context.as_ptr());
        let endpoint = inproc_name();
        theirs.bind(&endpoint);
        ours.connect(&endpoint).unwrap();

        theirs.send(b"one", sys::ZMQ_SNDMORE);
        theirs.send(b"", sys::ZMQ_SNDMORE);
        theirs.send(b"three", 0);
        assert_eq!(ours.recv_message(Flags::NONE).unwrap(), ["one", "", "three"]);
        ours.send_message(("four", "five")).unwrap();
        assert_eq!(theirs.recv().unwrap(), b"four");
        assert_eq!(theirs.get(sys::ZMQ_RCVMORE), 1);
        assert_eq!(theirs.recv().unwrap(), b"five");
        theirs.close();
    });
}

#[test]
fn our_options_are_those_that_c_sees() {
    let context = Context::new().unwrap();
    context.set_io_threads(3).unwrap();
    // SAFETY: the context is live.
    let threads = unsafe { sys::zmq_ctx_get(context.as_ptr(), sys::ZMQ_IO_THREADS) };
    assert_eq!(threads, 3);
}

#[test]
fn the_pointer_is_null_once_the_context_is_gone() {
    let context = Context::new().unwrap();
    let other = context.clone();
    assert_eq!(context.as_ptr(), other.as_ptr());
    assert!(!context.as_ptr().is_null());
    context.term().unwrap();
    assert!(context.as_ptr().is_null());
    assert!(other.into_raw().is_null());
}

#[test]
fn a_context_goes_to_c_and_back() {
    deadline(LONG, || {
        let context = Context::new().unwrap();
        let handle = context.clone();
        let live = context.as_ptr();
        let ptr = NonNull::new(context.into_raw()).unwrap();
        assert_eq!(ptr.as_ptr(), live);
        assert_eq!(handle.socket(PAIR).unwrap_err(), ETERM);
        drop(handle);

        // SAFETY: the context came from `into_raw`, and is uniquely owned.
        let context = unsafe { Context::from_raw(ptr) };
        let (a, b) = (open_timed(&context, zmq4::PAIR), open_timed(&context, zmq4::PAIR));
        let endpoint = inproc_name();
        a.bind(&endpoint).unwrap();
        b.connect(&endpoint).unwrap();
        a.send("still there", Flags::NONE).unwrap();
        assert_eq!(b.recv(Flags::NONE).unwrap(), "still there");
    });
}

#[test]
fn open_sockets_outlive_the_gift_of_their_context() {
    deadline(LONG, || {
        let context = Context::new().unwrap();
        let (a, b) = (open_timed(&context, zmq4::PAIR), open_timed(&context, zmq4::PAIR));
        let endpoint = inproc_name();
        a.bind(&endpoint).unwrap();
        b.connect(&endpoint).unwrap();
        let ptr = NonNull::new(context.into_raw()).unwrap();

        a.send("ping", Flags::NONE).unwrap();
        assert_eq!(b.recv(Flags::NONE).unwrap(), "ping");
        let c = terminator(ptr);
        assert_eq!(b.recv(Flags::NONE).unwrap_err(), ETERM);
        drop(a);
        drop(b);
        c.join().unwrap();
    });
}

#[test]
fn a_context_of_c_becomes_ours() {
    deadline(LONG, || {
        let ptr = c::context();
        let theirs = CSocket::open(ptr.as_ptr());
        // SAFETY: made above, and C terminates it no more.
        let context = unsafe { Context::from_raw(ptr) };
        assert_eq!(context.as_ptr(), ptr.as_ptr());
        let ours = open_timed(&context, zmq4::PAIR);
        let endpoint = inproc_name();
        theirs.bind(&endpoint);
        ours.connect(&endpoint).unwrap();
        theirs.send(b"yours", 0);
        assert_eq!(ours.recv(Flags::NONE).unwrap(), "yours");
        drop(context);
        theirs.close();
        drop(ours);
    });
}

#[test]
fn dropping_the_last_handle_ends_a_context_of_c() {
    deadline(LONG, || {
        let ptr = c::context();
        let theirs = CSocket::open(ptr.as_ptr());
        // SAFETY: made above, and C terminates it no more.
        let context = unsafe { Context::from_raw(ptr) };
        let ended = thread::spawn(move || {
            let ended = theirs.recv();
            theirs.close();
            ended
        });
        drop(context);
        assert_eq!(ended.join().unwrap(), Err(sys::ETERM));
    });
}

#[test]
fn a_view_opens_sockets_and_does_not_end_the_context() {
    deadline(LONG, || {
        let ptr = c::context();
        // SAFETY: the context lives until `term` below.
        let view = unsafe { ContextRef::from_raw(ptr) };
        assert_eq!(view.as_ptr(), ptr.as_ptr());
        let ours = view.socket(PAIR).unwrap();
        set_timed(&ours);
        let theirs = CSocket::open(ptr.as_ptr());
        let endpoint = inproc_name();
        ours.bind(&endpoint).unwrap();
        theirs.connect(&endpoint);
        ours.send("from the view", Flags::NONE).unwrap();
        assert_eq!(theirs.recv().unwrap(), b"from the view");
        assert_eq!(view.socket(SocketType::from_raw(77)).unwrap_err(), EINVAL);
        drop(ours);

        // The context is still C's.
        let another = CSocket::open(ptr.as_ptr());
        another.close();
        theirs.close();
        c::term(ptr.as_ptr());
    });
}

#[test]
fn sockets_of_a_view_are_opened_from_other_threads() {
    deadline(LONG, || {
        let ptr = c::context();
        // SAFETY: the context lives until `term` below.
        let view = unsafe { ContextRef::from_raw(ptr) };
        let endpoint = inproc_name();
        let ours = view.socket(PAIR).unwrap();
        set_timed(&ours);
        ours.bind(&endpoint).unwrap();
        thread::scope(|scope| {
            scope.spawn(|| {
                let socket = view.socket(PAIR).unwrap();
                set_timed(&socket);
                socket.connect(&endpoint).unwrap();
                socket.send("hello", Flags::NONE).unwrap();
            });
        });
        assert_eq!(ours.recv(Flags::NONE).unwrap(), "hello");
        drop(ours);
        c::term(ptr.as_ptr());
    });
}

#[test]
fn the_end_of_a_viewed_context_reaches_our_socket() {
    deadline(LONG, || {
        let ptr = c::context();
        // SAFETY: the context lives as long as the socket below, for which C's `zmq_ctx_term` waits.
        let view = unsafe { ContextRef::from_raw(ptr) };
        let ours = view.socket(PAIR).unwrap();
        set_timed(&ours);
        let c = terminator(ptr);
        assert_eq!(ours.recv(Flags::NONE).unwrap_err(), ETERM);
        drop(ours);
        c.join().unwrap();
    });
}

#[test]
fn a_view_shuts_down() {
    let ptr = c::context();
    // SAFETY: the context lives until `term` below.
    let view = unsafe { ContextRef::from_raw(ptr) };
    let socket = view.socket(PAIR).unwrap();
    view.shutdown().unwrap();
    assert_eq!(socket.recv(Flags::DONTWAIT).unwrap_err(), ETERM);
    assert_eq!(view.socket(PAIR).unwrap_err(), ETERM);
    drop(socket);
    c::term(ptr.as_ptr());
}

#[test]
fn socket_of_a_viewed_context_becomes_ours() {
    deadline(LONG, || {
        let ptr = c::context();
        // SAFETY: the context lives until `term` below.
        let view = unsafe { ContextRef::from_raw(ptr) };
        let (theirs, given) = (CSocket::open(ptr.as_ptr()), CSocket::open(ptr.as_ptr()));
        given.set(sys::ZMQ_RCVTIMEO, 1);
        let endpoint = inproc_name();
        given.bind(&endpoint);
        theirs.connect(&endpoint);
        // SAFETY: the socket is open, in this context, and C closes it no more.
        let ours = unsafe { view.socket_from_raw(given.0) };
        assert_eq!(ours.as_ptr(), given.ptr());
        assert_eq!(ours.socket_type(), PAIR);
        assert_eq!(ours.recv(Flags::NONE).unwrap_err(), EAGAIN, "with its options");
        ours.send("ours", Flags::NONE).unwrap();
        assert_eq!(theirs.recv().unwrap(), b"ours");
        assert_eq!(ours.context().socket(PAIR).unwrap_err(), ETERM);
        // The drop closes it: otherwise the end would wait indefinitely. The context is still C's.
        drop(ours);
        CSocket::open(ptr.as_ptr()).close();
        theirs.close();
        c::term(ptr.as_ptr());
    });
}

#[test]
fn socket_of_a_view_goes_to_c() {
    deadline(LONG, || {
        let ptr = c::context();
        // SAFETY: the context lives until `term` below.
        let view = unsafe { ContextRef::from_raw(ptr) };
        let (socket, handle) = view.socket(PAIR).unwrap().into_raw();
        // Neither waits for C's `zmq_close` nor ends C's context.
        drop(handle);
        CSocket::open(ptr.as_ptr()).close();
        CSocket(NonNull::new(socket).unwrap()).close();
        c::term(ptr.as_ptr());
    });
}

/// A name that no one has bound stays pending in libzmq, and must not stand in the way of the end.
#[test]
fn pending_connect_of_a_view_lets_the_context_end() {
    deadline(LONG, || {
        let ptr = c::context();
        // SAFETY: the context lives until `term` below.
        let socket = unsafe { ContextRef::from_raw(ptr) }.socket(PAIR).unwrap();
        set_timed(&socket);
        socket.connect(&inproc_name()).unwrap();
        socket.send("to no peer", Flags::NONE).unwrap();
        drop(socket);
        c::term(ptr.as_ptr());
    });
}

/// Who goes, in each order: the handle, our socket, C's socket. The end waits for the last of them and no longer.
#[test]
fn drops_in_each_order() {
    const ORDERS: [[char; 3]; 6] = [
        ['h', 'o', 'c'],
        ['h', 'c', 'o'],
        ['o', 'h', 'c'],
        ['o', 'c', 'h'],
        ['c', 'h', 'o'],
        ['c', 'o', 'h'],
    ];
    for order in ORDERS {
        deadline(LONG, move || {
            let context = Context::new().unwrap();
            let theirs = CSocket::open(context.as_ptr());
            let mut ours = Some(open_timed(&context, zmq4::PAIR));
            let mut context = Some(context);
            let (gone, all_gone) = mpsc::channel();
            let last = order[2];
            thread::spawn(move || {
                for who in order {
                    match who {
                        'h' => drop(context.take()),
                        'o' => drop(ours.take()),
                        _ if last == 'c' => {}
                        _ => theirs.close(),
                    }
                }
                gone.send(()).unwrap();
            });
            if last == 'c' {
                // Our side waits in a drop, which ends what C does.
                assert_eq!(theirs.recv(), Err(sys::ETERM), "{order:?}");
                let waits = all_gone.recv_timeout(A_WHILE);
                assert_eq!(waits, Err(RecvTimeoutError::Timeout), "{order:?}");
                theirs.close();
            }
            all_gone.recv().unwrap();
        });
    }
}

/// C's end of a context, on a thread, because it waits for the sockets.
fn terminator(ptr: NonNull<std::ffi::c_void>) -> thread::JoinHandle<()> {
    let address = ptr.as_ptr() as usize;
    thread::spawn(move || c::term(address as *mut std::ffi::c_void))
}
