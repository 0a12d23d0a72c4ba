//! A forked child, which has the parent's sockets and none of libzmq's threads.

use std::panic::{self, AssertUnwindSafe};
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use zmq4::{Context, DONTWAIT, Errno, Flags, Message, Socket};

use crate::open;
use crate::support::{LONG, bind_tcp, in_child, inproc_name, ipc_name};

/// Runs `body` in a forked child, and answers the status it ended with: 0 where it did not panic, hang or abort.
fn forked(body: impl FnOnce()) -> libc::c_int {
    // SAFETY: the child runs `body` and exits, without the destructors of this process.
    let child = unsafe { libc::fork() };
    if child == 0 {
        // SAFETY: ends the child by a signal where it hangs.
        unsafe { libc::alarm(10) };
        let result = panic::catch_unwind(AssertUnwindSafe(body));
        // SAFETY: ends the child.
        unsafe { libc::_exit(i32::from(result.is_err())) };
    }
    assert!(child > 0);
    let mut status = 0;
    // SAFETY: the status is live, and the child is our own.
    assert_eq!(unsafe { libc::waitpid(child, &mut status, 0) }, child);
    status
}

/// Two sockets that have talked to each other.
fn acquainted(context: &Context, endpoint: &str) -> (Socket, Socket) {
    let (a, b) = (open(context, zmq4::PAIR), open(context, zmq4::PAIR));
    a.bind(endpoint).unwrap();
    b.connect(&a.last_endpoint().unwrap()).unwrap();
    talk(&a, &b);
    (a, b)
}

#[track_caller]
fn talk(a: &Socket, b: &Socket) {
    for (from, to) in [(a, b), (b, a)] {
        from.send_message(["hello", "there"]).unwrap();
        assert_eq!(to.recv_message(Flags::NONE).unwrap(), ["hello", "there"]);
    }
}

#[test]
fn a_child_that_drops_what_it_inherited_disturbs_nobody() {
    in_child(
        "forks::a_child_that_drops_what_it_inherited_disturbs_nobody",
        LONG,
        || {
            let name = ipc_name();
            for endpoint in ["tcp://127.0.0.1:*", &*name, &inproc_name()] {
                let context = Context::new().unwrap();
                let (a, b) = acquainted(&context, endpoint);
                a.send(vec![5; 100_000], Flags::NONE).unwrap();
                let received = b.recv(Flags::NONE).unwrap();
                let mut inherited = Some((context.clone(), a, b, received, Message::from(vec![1; 5000])));
                for _ in 0..3 {
                    let status = forked(|| drop(inherited.take()));
                    assert_eq!(status, 0);
                    let (_, a, b, received, _) = inherited.as_ref().unwrap();
                    talk(a, b);
                    assert_eq!(received.len(), 100_000);
                }
                drop(inherited);
                context.term().unwrap();
            }
        },
    );
}

#[test]
fn a_child_cannot_use_what_it_inherited() {
    in_child("forks::a_child_cannot_use_what_it_inherited", LONG, || {
        let context = Context::new().unwrap();
        let (a, b) = acquainted(&context, "tcp://127.0.0.1:*");
        b.send("for the parent", Flags::NONE).unwrap();
        let status = forked(|| {
            assert_eq!(context.socket(zmq4::PAIR).unwrap_err(), Errno::EINTR);
            assert_eq!(context.term().unwrap_err(), Errno::EINTR);
            assert_eq!(a.recv(Flags::NONE).unwrap_err(), Errno::EINTR);
            assert_eq!(a.recv(DONTWAIT).unwrap_err(), Errno::EINTR);
            assert_eq!(a.recv_message(Flags::NONE).unwrap_err(), Errno::EINTR);
            assert_eq!(a.bind("tcp://127.0.0.1:*").unwrap_err(), Errno::EINTR);
            assert_eq!(a.connect("inproc://nobody").unwrap_err(), Errno::EINTR);
            assert_eq!(a.send("x", DONTWAIT).unwrap_err(), Errno::EINTR);
            assert_eq!(a.send_message(["x", "y"]).unwrap_err(), Errno::EINTR);
        });
        assert_eq!(status, 0);
        assert_eq!(a.recv(Flags::NONE).unwrap(), "for the parent");
        talk(&a, &b);
    });
}

#[test]
fn a_child_has_a_context_of_its_own() {
    in_child("forks::a_child_has_a_context_of_its_own", LONG, || {
        let context = Context::new().unwrap();
        let parent = open(&context, zmq4::PULL);
        let endpoint = bind_tcp(&parent);
        let status = forked(|| {
            let own = Context::new().unwrap();
            let socket = own.socket(zmq4::PUSH).unwrap();
            socket.connect(&endpoint).unwrap();
            socket.send("from the child", Flags::NONE).unwrap();
            drop(socket);
            own.term().unwrap();
        });
        assert_eq!(status, 0);
        assert_eq!(parent.recv(Flags::NONE).unwrap(), "from the child");
    });
}

#[test]
fn the_default_context_is_the_parents() {
    in_child("forks::the_default_context_is_the_parents", LONG, || {
        let (a, b) = acquainted(&Context::global().unwrap(), &inproc_name());
        let status = forked(|| {
            let error = Socket::new(zmq4::PAIR).unwrap_err();
            assert_eq!(error, Errno::EINTR);
            assert!(error.to_string().contains("parent process"), "{error}");
            assert_eq!(zmq4::term().unwrap_err(), Errno::EINTR);
        });
        assert_eq!(status, 0);
        talk(&a, &b);
    });
}

/// Other threads may hold a lock at the moment of the fork, and nobody is there to release it.
#[test]
fn a_fork_in_the_middle_of_other_threads_calls() {
    in_child("forks::a_fork_in_the_middle_of_other_threads_calls", 2 * LONG, || {
        let context = Context::new().unwrap();
        let done = AtomicBool::new(false);
        thread::scope(|scope| {
            for _ in 0..3 {
                scope.spawn(|| {
                    while !done.load(Ordering::Relaxed) {
                        context.io_threads().unwrap();
                        // libzmq frees the places of closed sockets in the background, and may lag behind.
                        if let Ok(socket) = context.socket(zmq4::PAIR) {
                            socket.bind(&inproc_name()).unwrap();
                        }
                    }
                });
            }
            let mut inherited = Some((open(&context, zmq4::PAIR), context.clone()));
            let status = (0..200)
                .map(|_| forked(|| drop(inherited.take())))
                .find(|status| *status != 0);
            done.store(true, Ordering::Relaxed);
            assert_eq!(status, None, "a child hung or died");
        });
    });
}
