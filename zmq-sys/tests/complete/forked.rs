//! A process that was forked shares descriptors with its parent.

use std::thread;
use std::time::Instant;

use zmq_sys::*;

use crate::proc;
use crate::support::DEADLINE;
use crate::support::child::in_child;
use crate::support::zmq::*;

/// Without a look at the process id, the forked one wakes the threads of its
/// parent for commands that are in its own memory only: the parent aborts, and
/// the forked one waits indefinitely for threads that it does not have.
#[test]
fn context_ends_without_a_trace_in_the_parent() {
    in_child("forked::context_ends_without_a_trace_in_the_parent", DEADLINE, || {
        let context = context();
        let (server, client) = (socket(context, ZMQ_PULL), socket(context, ZMQ_PUSH));
        connect(client, &bind(server, c"tcp://127.0.0.1:*"));
        send(client, b"before", 0);
        assert_eq!(recv(server), b"before");
        wait_for_sleep();

        // SAFETY: every other thread sleeps, so the copy has no lock that is held.
        match unsafe { libc::fork() } {
            -1 => panic!("{}", std::io::Error::last_os_error()),
            0 => {
                // SAFETY: kills only this process, should it hang.
                unsafe { libc::alarm(5) };
                close(server);
                close(client);
                let answer = (sys!(zmq_ctx_term(context)), sys!(zmq_errno()));
                let code = i32::from(answer != (-1, libc::EINTR));
                // SAFETY: leaves at once, and runs nothing that the parent will.
                unsafe { libc::_exit(code) };
            }
            forked => {
                let mut status = -1;
                // SAFETY: waits for the process just made, which ends by its alarm.
                assert_eq!(unsafe { libc::waitpid(forked, &mut status, 0) }, forked);
                assert_eq!(status, 0, "zmq_ctx_term did not answer EINTR at once");
            }
        }

        for number in 0..100_u8 {
            send(client, &[number], 0);
            assert_eq!(recv(server), [number]);
        }
        close(server);
        close(client);
        term(context);
    });
}

fn wait_for_sleep() {
    // SAFETY: this call cannot fail.
    let own = unsafe { libc::gettid() };
    let end = Instant::now() + DEADLINE / 4;
    let awake = || proc::threads().into_iter().any(|id| id != own && !proc::sleeps(id));
    while awake() {
        assert!(Instant::now() < end, "the threads of libzmq do not come to rest");
        thread::yield_now();
    }
}
