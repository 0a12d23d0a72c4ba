//! Signals, forks, descriptors that run out, peers that go in the middle.

use std::iter;
use std::ptr::NonNull;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use zmq4::{Context, ContextRef, Errno, Flags, Proxy, Socket, SocketType};

use crate::support::sockets::set_timed;
use crate::support::{LONG, deadline};
use crate::{bound, connected};

#[test]
fn no_message_arrives_torn_when_peers_come_and_go() {
    deadline(LONG, || {
        let context = Context::new().unwrap();
        context.set_max_sockets(16).unwrap();
        let (front, from) = bound(&context, zmq4::PULL);
        let (back, to) = bound(&context, zmq4::PUSH);
        let source = connected(&context, zmq4::PUSH, &from);
        let _proxy = Proxy::start(front, back, None).unwrap();
        // Without repair 12, a third peer gets the rest of a message if one of the others leaves in the middle of it
        // (docs/guards.md). A slot of libzmq is free once the peers of its socket have let go of it.
        let unused = if zmq4::has("repaired") {
            Vec::new()
        } else {
            all_slots_but(&context, 2)
        };
        let done = Arc::new(AtomicBool::new(false));
        let stop = Arc::clone(&done);
        let sender = thread::spawn(move || {
            while !stop.load(Ordering::Relaxed) {
                source.send_message(["a", "b", "c", "d"]).unwrap();
            }
        });
        for _ in 0..200 {
            let sink = in_free_slot(&context, zmq4::PULL);
            sink.connect(&to).unwrap();
            for _ in 0..3 {
                assert_eq!(sink.recv_message(Flags::NONE).unwrap(), ["a", "b", "c", "d"]);
            }
        }
        done.store(true, Ordering::Relaxed);
        drop(unused);
        let last = in_free_slot(&context, zmq4::PULL);
        last.connect(&to).unwrap();
        while !sender.is_finished() {
            let _ = last.recv(zmq4::DONTWAIT);
        }
        sender.join().unwrap();
    });
}

/// Sockets that take all slots of libzmq but these, also those that the context keeps for itself.
fn all_slots_but(context: &Context, free: usize) -> Vec<Socket> {
    // SAFETY: the context outlives the view.
    let view = unsafe { ContextRef::from_raw(NonNull::new(context.as_ptr()).unwrap()) };
    let mut sockets: Vec<_> = iter::from_fn(|| view.socket(zmq4::PAIR).ok()).collect();
    assert!(sockets.len() > free, "{} slots are free", sockets.len());
    sockets.truncate(sockets.len() - free);
    sockets
}

/// A socket, once the context has a slot for it.
fn in_free_slot(context: &Context, ty: SocketType) -> Socket {
    loop {
        match context.socket(ty) {
            Err(error) if error == Errno::EMFILE => thread::yield_now(),
            socket => {
                let socket = socket.unwrap();
                set_timed(&socket);
                return socket;
            }
        }
    }
}

#[test]
fn context_may_end_at_any_moment() {
    deadline(LONG, || {
        for _ in 0..50 {
            let context = Context::new().unwrap();
            let (front, from) = bound(&context, zmq4::PULL);
            let (back, to) = bound(&context, zmq4::PUSH);
            let source = connected(&context, zmq4::PUSH, &from);
            let others = Context::new().unwrap();
            let sink = connected(&context, zmq4::PULL, &to);
            let (capture, _) = bound(&others, zmq4::PUB);
            let proxy = Proxy::start(front, back, Some(capture)).unwrap();
            let sender = thread::spawn(move || while source.send_message(["a", "b", "c"]).is_ok() {});
            let reader = thread::spawn(move || {
                while let Ok(message) = sink.recv_message(Flags::NONE) {
                    assert_eq!(message, ["a", "b", "c"]);
                }
            });
            thread::sleep(Duration::from_millis(2));
            context.shutdown().unwrap();
            let Err(error) = proxy.join();
            assert_eq!(error, Errno::ETERM);
            drop(error);
            sender.join().unwrap();
            reader.join().unwrap();
            context.term().unwrap();
        }
    });
}

#[test]
fn the_end_of_a_thread_that_panicked_is_told() {
    crate::support::in_child("faults::the_end_of_a_thread_that_panicked_is_told", LONG, || {
        // A fault of the log is one of the thread that logs.
        crate::support::log::install_panicking(false);
        for by_hand in [true, false] {
            let context = Context::new().unwrap();
            let (front, _) = bound(&context, zmq4::ROUTER);
            front.set_router_mandatory(true).unwrap();
            let (back, to) = bound(&context, zmq4::DEALER);
            let worker = connected(&context, zmq4::DEALER, &to);
            let proxy = Proxy::start(front, back, None).unwrap();
            // It logs that no peer has this address.
            worker.send_message(["nobody", "x"]).unwrap();
            crate::support::eventually(LONG, || proxy.is_finished().then_some(()));
            for error in [proxy.pause().unwrap_err(), proxy.statistics().unwrap_err()] {
                assert_eq!(error, Errno::EINVAL);
                assert!(error.to_string().contains("panicked"), "{error}");
            }
            if by_hand {
                let error = proxy.terminate().unwrap_err();
                assert_eq!(error, Errno::EINVAL);
                assert!(error.into_proxy_sockets().is_none(), "they went down with it");
            } else {
                drop(proxy);
            }
            drop(worker);
            context.term().unwrap();
        }
    });
}

#[cfg(unix)]
mod unix {
    use std::sync::atomic::AtomicU32;

    use super::*;
    use crate::open_timed;
    use crate::pipeline;
    use crate::support::fork::forked;
    use crate::support::in_child;

    static CAUGHT: AtomicU32 = AtomicU32::new(0);

    extern "C" fn caught(_signal: libc::c_int) {
        CAUGHT.fetch_add(1, Ordering::Relaxed);
    }

    fn catch() {
        // SAFETY: all zeros is a valid sigaction, with no flags: calls are not restarted.
        let mut action: libc::sigaction = unsafe { std::mem::zeroed() };
        action.sa_sigaction = caught as extern "C" fn(libc::c_int) as usize;
        // SAFETY: the structure is live, and the handler only counts.
        let rc = unsafe { libc::sigaction(libc::SIGUSR1, &action, std::ptr::null_mut()) };
        assert_eq!(rc, 0);
    }

    #[test]
    fn signals_lose_nothing() {
        in_child("faults::unix::signals_lose_nothing", LONG, || {
            catch();
            let context = Context::new().unwrap();
            let (front, from) = bound(&context, zmq4::PULL);
            let (back, to) = bound(&context, zmq4::PUSH);
            let (source, sink) = (
                connected(&context, zmq4::PUSH, &from),
                connected(&context, zmq4::PULL, &to),
            );
            let (tell, told) = std::sync::mpsc::channel();
            let proxy = thread::spawn(move || {
                // SAFETY: has no precondition.
                tell.send(unsafe { libc::pthread_self() } as usize).unwrap();
                let Err(error) = zmq4::proxy(&front, &back, None);
                error
            });
            let target = told.recv().unwrap();
            let sender = thread::spawn(move || {
                for number in 0..20_000 {
                    source.send_message((number.to_string(), "rest")).unwrap();
                    if number % 10 == 0 {
                        // SAFETY: the thread of the proxy is joined after this one.
                        unsafe { libc::pthread_kill(target as libc::pthread_t, libc::SIGUSR1) };
                    }
                }
                source
            });
            for number in 0..20_000 {
                assert_eq!(sink.recv_message(Flags::NONE).unwrap(), [&*number.to_string(), "rest"]);
            }
            let _source = sender.join().unwrap();
            assert!(CAUGHT.load(Ordering::Relaxed) > 0);
            context.shutdown().unwrap();
            assert_eq!(proxy.join().unwrap(), Errno::ETERM);
        });
    }

    #[test]
    fn a_signal_ends_it_where_signals_are_not_retried() {
        in_child(
            "faults::unix::a_signal_ends_it_where_signals_are_not_retried",
            LONG,
            || {
                catch();
                let context = Context::new().unwrap();
                context.set_retry_after_eintr(false);
                let (front, back) = (open_timed(&context, zmq4::ROUTER), open_timed(&context, zmq4::DEALER));
                // SAFETY: has no precondition.
                let target = unsafe { libc::pthread_self() } as usize;
                let done = Arc::new(AtomicBool::new(false));
                let stop = Arc::clone(&done);
                let killer = thread::spawn(move || {
                    while !stop.load(Ordering::Relaxed) {
                        // SAFETY: the thread waits for this one.
                        unsafe { libc::pthread_kill(target as libc::pthread_t, libc::SIGUSR1) };
                        thread::sleep(Duration::from_millis(1));
                    }
                });
                let Err(error) = zmq4::proxy(&front, &back, None);
                done.store(true, Ordering::Relaxed);
                killer.join().unwrap();
                assert_eq!(error, Errno::EINTR);
                assert!(error.into_undelivered().unwrap().is_empty());
            },
        );
    }

    #[test]
    fn a_forked_child_neither_hangs_nor_disturbs() {
        in_child("faults::unix::a_forked_child_neither_hangs_nor_disturbs", LONG, || {
            let context = Context::new().unwrap();
            let (proxy, source, sink) = pipeline(&context);
            let mut proxy = Some(proxy);
            let status = forked(|| {
                let proxy = proxy.take().unwrap();
                assert_eq!(proxy.pause().unwrap_err(), Errno::EINTR);
                assert_eq!(proxy.statistics().unwrap_err(), Errno::EINTR);
            });
            assert_eq!(status, 0);
            source.send("through", Flags::NONE).unwrap();
            assert_eq!(sink.recv(Flags::NONE).unwrap(), "through");
            proxy.unwrap().terminate().unwrap();
        });
    }

    #[test]
    fn without_descriptors_the_sockets_come_back() {
        in_child("faults::unix::without_descriptors_the_sockets_come_back", LONG, || {
            let context = Context::new().unwrap();
            let (front, back) = (open_timed(&context, zmq4::ROUTER), open_timed(&context, zmq4::DEALER));
            let mut taken = Vec::new();
            let limit = libc::rlimit {
                rlim_cur: 64,
                rlim_max: 64,
            };
            // SAFETY: the limit is live.
            assert_eq!(unsafe { libc::setrlimit(libc::RLIMIT_NOFILE, &limit) }, 0);
            while let Ok(file) = std::fs::File::open("/dev/null") {
                taken.push(file);
            }
            let error = Proxy::start(front, back, None).unwrap_err();
            assert_eq!(error, Errno::EMFILE);
            let sockets = error.into_proxy_sockets().unwrap();
            drop(taken);
            drop(Proxy::start(sockets.front, sockets.back, None).unwrap());
        });
    }

    fn cpu_time() -> Duration {
        // SAFETY: all zeros is a valid rusage.
        let mut usage: libc::rusage = unsafe { std::mem::zeroed() };
        // SAFETY: the structure is live.
        assert_eq!(unsafe { libc::getrusage(libc::RUSAGE_SELF, &mut usage) }, 0);
        [usage.ru_utime, usage.ru_stime]
            .iter()
            .map(|time| {
                Duration::from_secs(time.tv_sec.try_into().unwrap())
                    + Duration::from_micros(time.tv_usec.try_into().unwrap())
            })
            .sum()
    }

    /// A proxy that spins would use all of this time; what is left over is for the start of threads and the like.
    #[track_caller]
    fn assert_idle(what: &str) {
        const TIME: Duration = Duration::from_millis(500);
        // It may still have to settle; one that spins never does.
        let mut tries = (0..20).map(|_| {
            let before = cpu_time();
            thread::sleep(TIME);
            cpu_time() - before
        });
        let mut used = Vec::new();
        let idle = tries.any(|time| {
            used.push(time);
            time < TIME / 5
        });
        assert!(idle, "{what}: {used:?} of {TIME:?}");
    }

    #[test]
    fn blocked_proxy_uses_no_processor_time() {
        in_child("faults::unix::blocked_proxy_uses_no_processor_time", LONG, || {
            let context = Context::new().unwrap();
            let (proxy, _source, _sink) = pipeline(&context);
            assert_idle("nothing to do");
            proxy.pause().unwrap();
            _source.send("waits", Flags::NONE).unwrap();
            assert_idle("paused");
            drop(proxy);

            for capture in [None, Some(zmq4::PUSH)] {
                let (front, from) = bound(&context, zmq4::PULL);
                let (back, to) = bound(&context, zmq4::PUSH);
                let source = connected(&context, zmq4::PUSH, &from);
                let _sink = capture.map(|_| connected(&context, zmq4::PULL, &to));
                let _proxy = Proxy::start(front, back, capture.map(|ty| open_timed(&context, ty))).unwrap();
                source.send("waits", Flags::NONE).unwrap();
                assert_idle(&format!("no room, capture {capture:?}"));
            }

            let (front, from) = bound(&context, zmq4::PULL);
            let back = crate::marked(&context, zmq4::PUB, 2);
            back.set_xpub_nodrop(true).unwrap();
            let to = crate::inproc_name();
            back.bind(&to).unwrap();
            let sink = crate::marked(&context, zmq4::SUB, 2);
            sink.subscribe("").unwrap();
            sink.connect(&to).unwrap();
            let source = connected(&context, zmq4::PUSH, &from);
            let proxy = Proxy::start(front, back, None).unwrap();
            for _ in 0..50 {
                source.send("news", Flags::NONE).unwrap();
            }
            assert_idle("a publisher that must not drop");
            assert!(proxy.statistics().unwrap().back.sent.messages < 50);
            for _ in 0..50 {
                sink.recv(Flags::NONE).unwrap();
            }
        });
    }
}
