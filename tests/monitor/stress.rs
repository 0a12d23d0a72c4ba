//! Sockets that come and go on many threads, with monitors that end at any time.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use zmq4::{Context, EVENT_ALL, Errno, Flags, Monitor};

use crate::open;
use crate::support::{LONG, bind_tcp, in_child};

/// A server and a client, monitored; what is dropped when depends on the round.
fn round(context: &Context, round: usize) -> zmq4::Result<()> {
    let (server, client) = (context.socket(zmq4::PULL)?, context.socket(zmq4::PUSH)?);
    client.set_linger(Some(std::time::Duration::ZERO))?;
    let here = server.monitor(EVENT_ALL)?;
    let there = client.monitor(EVENT_ALL)?;
    server.bind("tcp://127.0.0.1:*")?;
    let endpoint = server.last_endpoint()?;
    client.connect(&endpoint)?;
    client.send("through", Flags::NONE)?;
    assert_eq!(server.recv(Flags::NONE)?, "through");
    let elsewhere = |monitor: Monitor| thread::spawn(move || monitor.filter_map(Result::ok).count());
    match round % 8 {
        0 => drop((server, client, here, there)),
        1 => drop((here, there, server, client)),
        2 => drop((here, server, there, client)),
        3 => {
            let told = [elsewhere(here), elsewhere(there)];
            drop((client, server));
            for told in told {
                // Less if the context has ended in the meantime.
                assert!(told.join().unwrap() >= 3 || context.ipv6().is_err());
            }
        }
        4 => {
            let dropper = thread::spawn(move || drop((here, there)));
            drop((server, client));
            dropper.join().unwrap();
        }
        5 => {
            let dropper = thread::spawn(move || drop((server, client)));
            drop((there, here));
            dropper.join().unwrap();
        }
        6 => {
            let replaces = server.monitor(EVENT_ALL)?;
            client.disconnect(&endpoint)?;
            drop((here, server, replaces, there, client));
        }
        _ => {
            here.stop();
            client.disconnect(&endpoint)?;
            drop((client, there, server, here));
        }
    }
    Ok(())
}

#[test]
fn many_threads_in_one_context() {
    in_child("stress::many_threads_in_one_context", 4 * LONG, || {
        let context = Context::new().unwrap();
        thread::scope(|scope| {
            for worker in 0..8 {
                let context = &context;
                scope.spawn(move || {
                    for number in 0..60 {
                        round(context, worker + number).unwrap();
                    }
                });
            }
        });
        context.term().unwrap();
    });
}

#[test]
fn a_context_that_ends_in_the_middle() {
    in_child("stress::a_context_that_ends_in_the_middle", 4 * LONG, || {
        for number in 0..20 {
            let context = Context::new().unwrap();
            let ended = Arc::new(AtomicBool::new(false));
            thread::scope(|scope| {
                for worker in 0..4 {
                    let (context, ended) = (context.clone(), Arc::clone(&ended));
                    scope.spawn(move || {
                        for number in worker.. {
                            match round(&context, number) {
                                Ok(()) => {}
                                Err(error) => {
                                    assert_eq!(error, Errno::ETERM);
                                    assert!(ended.load(Ordering::SeqCst));
                                    break;
                                }
                            }
                        }
                    });
                }
                // Somewhere in the work of the others, at another place each time.
                let (pull, push) = (open(&context, zmq4::PULL), open(&context, zmq4::PUSH));
                push.connect(&bind_tcp(&pull)).unwrap();
                for _ in 0..number * 20 {
                    push.send("", Flags::NONE).unwrap();
                    pull.recv(Flags::NONE).unwrap();
                }
                drop((push, pull));
                ended.store(true, Ordering::SeqCst);
                context.term().unwrap();
            });
        }
    });
}

/// With one heap for all threads an address is that of another socket at once: what is recorded of a socket must not go
/// to the next one at its address.
#[cfg(all(target_os = "linux", target_env = "gnu"))]
#[test]
fn many_threads_with_one_heap() {
    in_child("stress::many_threads_with_one_heap", 4 * LONG, || {
        // SAFETY: sets a limit of the allocator; it holds for the threads that start from now on.
        assert_eq!(unsafe { libc::mallopt(libc::M_ARENA_MAX, 1) }, 1);
        let context = Context::new().unwrap();
        thread::scope(|scope| {
            for worker in 0..8 {
                let context = &context;
                scope.spawn(move || {
                    for number in 0..60 {
                        round(context, worker + number).unwrap();
                    }
                });
            }
        });
        context.term().unwrap();
    });
}
