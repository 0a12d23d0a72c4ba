//! Waiting for sockets that several threads use.

use std::sync::atomic::{AtomicU32, Ordering};
use std::thread;
use std::time::Duration;

use zmq4::{CLIENT, Context, Errno, GATHER, POLLIN, POLLOUT, Poller, Reactor, SCATTER, SERVER, SharedSocket, State};

use crate::support::{LONG, deadline, inproc_name};
use crate::{context, open, send};

/// A shared GATHER, and a SCATTER that sends to it.
fn pair(context: &Context) -> (SharedSocket, zmq4::Socket) {
    let (gather, scatter) = (open(context, GATHER), open(context, SCATTER));
    let name = inproc_name();
    gather.bind(&name).unwrap();
    scatter.connect(&name).unwrap();
    (SharedSocket::new(gather).unwrap(), scatter)
}

#[test]
fn poller_waits_for_a_shared_socket() {
    deadline(LONG, || {
        let context = context();
        let ((gather, scatter), pull) = (pair(&context), open(&context, zmq4::PULL));
        let mut poller = Poller::new();
        poller.add_with_token(&pull, POLLIN, 1).unwrap();
        let id = poller.add_shared_socket_with_token(&gather, POLLIN, 7).unwrap();
        assert_eq!(poller.add_shared_socket(&gather, POLLIN).unwrap_err(), Errno::EINVAL);
        assert!(poller.to_string().ends_with("SharedSocket(GATHER)POLLIN]"), "{poller}");
        assert!(poller.poll(Some(Duration::from_millis(1))).unwrap().is_empty());
        for _ in 0..10 {
            let gather = gather.clone();
            send(&scatter, "a task".into());
            let ready = poller.poll(Some(LONG)).unwrap();
            assert_eq!((ready.len(), ready[0].token(), ready[0].events()), (1, 7, POLLIN));
            assert!(ready[0].is_item(id) && ready[0].socket().is_none());
            // Another thread takes it.
            thread::spawn(move || gather.try_recv().unwrap()).join().unwrap();
            assert!(poller.poll(Some(Duration::ZERO)).unwrap().is_empty());
        }
        assert_eq!(poller.update(id, State::empty()).unwrap(), POLLIN);
        send(&scatter, "unwanted".into());
        assert!(poller.poll(Some(Duration::from_millis(1))).unwrap().is_empty());
        poller.update(id, POLLIN).unwrap();
        assert_eq!(poller.poll_all(Some(LONG)).unwrap()[1].events(), POLLIN);
        // The poller keeps it open.
        let gather = gather.try_into_inner().unwrap_err();
        poller.remove(id).unwrap();
        gather.try_into_inner().unwrap();
        assert_eq!(poller.len(), 1);
    });
}

#[test]
fn a_message_wakes_every_thread_that_waits() {
    deadline(LONG, || {
        let context = context();
        let (gather, scatter) = pair(&context);
        let (received, woken) = (AtomicU32::new(0), AtomicU32::new(0));
        thread::scope(|scope| {
            for _ in 0..3 {
                scope.spawn(|| {
                    let mut poller = Poller::new();
                    poller.add_shared_socket(&gather, POLLIN).unwrap();
                    while received.load(Ordering::Relaxed) < 1_000 {
                        match poller.poll(None) {
                            Ok(ready) => assert_eq!(ready.len(), 1),
                            Err(error) => assert_eq!(error, Errno::ETERM),
                        }
                        woken.fetch_add(1, Ordering::Relaxed);
                        match gather.try_recv() {
                            Ok(_) => {
                                received.fetch_add(1, Ordering::Relaxed);
                            }
                            Err(error) if error.is_would_block() => {}
                            Err(error) => assert_eq!(error, Errno::ETERM),
                        }
                    }
                    // Ends the waits of the others.
                    context.shutdown().unwrap();
                });
            }
            for _ in 0..1_000 {
                send(&scatter, "x".into());
            }
        });
        assert_eq!(received.into_inner(), 1_000);
        assert!(woken.into_inner() >= 1_000);
    });
}

#[test]
fn reactor_handles_a_shared_socket() {
    deadline(LONG, || {
        let context = context();
        let (gather, scatter) = pair(&context);
        let mut handled = 0;
        let mut reactor = Reactor::new();
        reactor
            .add_shared_socket(&gather, POLLIN, |_, _, _| panic!("it was replaced"))
            .unwrap();
        reactor
            .add_shared_socket(&gather, POLLIN, |reactor, gather, events| {
                assert_eq!(events, POLLIN);
                gather.try_recv()?;
                handled += 1;
                match handled {
                    100 => {
                        assert!(reactor.remove_shared_socket(gather));
                        reactor.stop();
                    }
                    50 => assert_eq!(reactor.update_shared_socket(gather, POLLIN)?, POLLIN),
                    _ => {}
                }
                Ok(())
            })
            .unwrap();
        let sender = thread::spawn(move || (0..100).for_each(|_| send(&scatter, "x".into())));
        reactor.run().unwrap();
        assert!(!reactor.remove_shared_socket(&gather));
        let error = reactor.update_shared_socket(&gather, POLLIN).unwrap_err();
        assert_eq!(error, Errno::ENOENT);
        drop(reactor);
        assert_eq!(handled, 100);
        sender.join().unwrap();
    });
}

#[test]
fn any_thread_waits_for_a_shared_socket_alone() {
    deadline(LONG, || {
        let context = context();
        let (gather, scatter) = pair(&context);
        let short = Some(Duration::from_millis(1));
        assert_eq!(gather.poll(POLLIN, short).unwrap(), State::empty());
        assert_eq!(gather.poll(State::empty(), short).unwrap(), State::empty());
        assert_eq!(gather.poll(State::empty(), None).unwrap_err(), Errno::EINVAL);
        let waiting: Vec<_> = (0..2)
            .map(|_| {
                let gather = gather.clone();
                thread::spawn(move || gather.poll(POLLIN, Some(LONG)).unwrap())
            })
            .collect();
        send(&scatter, "x".into());
        for thread in waiting {
            assert_eq!(thread.join().unwrap(), POLLIN);
        }
        assert_eq!(gather.events().unwrap(), POLLIN);
        let client = SharedSocket::new(open(&context, CLIENT)).unwrap();
        let server = open(&context, SERVER);
        let name = inproc_name();
        server.bind(&name).unwrap();
        client.lock().unwrap().connect(&name).unwrap();
        assert_eq!(client.poll(POLLIN | POLLOUT, Some(LONG)).unwrap(), POLLOUT);
        let (waiting, other) = (gather.clone(), gather);
        other.try_recv().unwrap();
        let waiting = thread::spawn(move || waiting.poll(POLLIN, None).unwrap_err());
        context.shutdown().unwrap();
        assert_eq!(waiting.join().unwrap(), Errno::ETERM);
        assert_eq!(other.poll(State::empty(), short).unwrap_err(), Errno::ETERM);
        let mut poller = Poller::new();
        poller.add_shared_socket(&other, State::empty()).unwrap();
        assert_eq!(poller.poll(short).unwrap_err(), Errno::ETERM);
    });
}

#[cfg(any(target_os = "linux", target_os = "android", target_os = "freebsd"))]
#[test]
fn a_masked_poll_takes_no_thread_safe_socket() {
    let context = context();
    let (gather, _scatter) = pair(&context);
    let mut poller = Poller::new();
    poller.add_shared_socket(&gather, POLLIN).unwrap();
    let mask = zmq4::SignalMask::current();
    let error = poller.poll_with_mask(Some(Duration::ZERO), &mask).unwrap_err();
    assert_eq!(error, Errno::ENOTSUP);
    // Its descriptor does.
    let (readiness, mut poller) = (gather.readiness().unwrap(), Poller::new());
    readiness.events().unwrap();
    poller.add_fd(&readiness, POLLIN).unwrap();
    assert!(poller.poll_with_mask(Some(Duration::ZERO), &mask).unwrap().is_empty());
}

#[cfg(unix)]
#[test]
fn a_forked_child_waits_for_no_shared_socket() {
    use crate::support::fork::forked;
    let name = "waiting::a_forked_child_waits_for_no_shared_socket";
    crate::support::in_child(name, LONG, || {
        let context = context();
        let (gather, scatter) = pair(&context);
        let mut poller = Poller::new();
        let id = poller.add_shared_socket(&gather, POLLIN).unwrap();
        let readiness = std::cell::Cell::new(Some(gather.readiness().unwrap()));
        send(&scatter, "for the parent".into());
        let status = forked(|| {
            assert_eq!(poller.poll(None).unwrap_err(), Errno::EINTR);
            assert_eq!(gather.poll(POLLIN, None).unwrap_err(), Errno::EINTR);
            assert_eq!(gather.events().unwrap_err(), Errno::EINTR);
            assert_eq!(gather.readiness().unwrap_err(), Errno::EINTR);
            let readiness = readiness.take().unwrap();
            assert_eq!(readiness.events().unwrap_err(), Errno::EINTR);
            drop(readiness);
            poller.remove(id).unwrap();
            assert_eq!(poller.add_shared_socket(&gather, POLLIN).unwrap_err(), Errno::EINTR);
        });
        assert_eq!(status, 0);
        assert!(readiness.take().unwrap().events().unwrap().contains(POLLIN));
        assert_eq!(poller.poll(None).unwrap().len(), 1);
        assert_eq!(gather.try_recv().unwrap(), "for the parent");
    });
}
