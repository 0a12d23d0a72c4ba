//! `Proxy`: a proxy on a dedicated thread.

use std::sync::mpsc;
use std::thread;

use zmq4::{Context, Errno, Flags, Message, Multipart, Proxy};

use crate::support::{LONG, deadline, eventually};
use crate::{WHILE, bound, connected, marked, open_timed, pipeline};

#[test]
fn a_paused_proxy_passes_nothing_on_and_loses_nothing() {
    deadline(LONG, || {
        let context = Context::new().unwrap();
        let (proxy, source, sink) = pipeline(&context);
        for round in 0..20 {
            assert!(!proxy.is_paused());
            proxy.pause().unwrap();
            proxy.pause().unwrap();
            assert!(proxy.is_paused());
            let before = proxy.statistics().unwrap();
            for number in 0..10 {
                source.send(number.to_string(), Flags::NONE).unwrap();
            }
            if round == 0 {
                thread::sleep(WHILE);
            }
            assert_eq!(proxy.statistics().unwrap(), before);
            assert_eq!(sink.recv(zmq4::DONTWAIT).unwrap_err(), Errno::EAGAIN);
            proxy.resume().unwrap();
            for number in 0..10 {
                assert_eq!(sink.recv(Flags::NONE).unwrap(), number.to_string());
            }
        }
    });
}

#[test]
fn terminated_proxy_returns_its_sockets_open() {
    deadline(LONG, || {
        let context = Context::new().unwrap();
        let (mut proxy, source, sink) = pipeline(&context);
        for round in 1..=50 {
            source.send("through", Flags::NONE).unwrap();
            assert_eq!(sink.recv(Flags::NONE).unwrap(), "through");
            if round % 2 == 0 {
                proxy.pause().unwrap();
            }
            let sockets = proxy.terminate().unwrap();
            assert!(sockets.undelivered.is_empty());
            assert_eq!(sockets.statistics.back.sent.messages, 1);
            source.send("by hand", Flags::NONE).unwrap();
            assert_eq!(sockets.front.recv(Flags::NONE).unwrap(), "by hand");
            proxy = Proxy::start(sockets.front, sockets.back, sockets.capture).unwrap();
        }
    });
}

#[test]
fn proxy_ending_with_a_full_backend_loses_nothing() {
    deadline(LONG, || {
        for paused in [false, true] {
            let context = Context::new().unwrap();
            let (front, from) = bound(&context, zmq4::PULL);
            let source = connected(&context, zmq4::PUSH, &from);
            let (back, sink) = (marked(&context, zmq4::PUSH, 2), marked(&context, zmq4::PULL, 2));
            let to = crate::inproc_name();
            back.bind(&to).unwrap();
            sink.connect(&to).unwrap();
            for number in 0..100 {
                source.send_message((number.to_string(), "rest")).unwrap();
            }
            let proxy = Proxy::start(front, back, None).unwrap();
            eventually(LONG, || {
                (proxy.statistics().unwrap().front.received.messages > 4).then_some(())
            });
            if paused {
                proxy.pause().unwrap();
            }
            let sockets = proxy.terminate().unwrap();
            let mut all: Vec<Multipart> = Vec::new();
            sink.set_rcvtimeo(Some(WHILE)).unwrap();
            all.extend(std::iter::from_fn(|| sink.recv_message(Flags::NONE).ok()));
            assert_eq!(all.len() as u64, sockets.statistics.back.sent.messages);
            assert!(sockets.undelivered.to_front.is_none());
            all.extend(sockets.undelivered.to_back);
            assert_eq!(all.len() as u64, sockets.statistics.front.received.messages);
            while all.len() < 100 {
                all.push(sockets.front.recv_message(Flags::NONE).unwrap());
            }
            for (number, message) in all.iter().enumerate() {
                assert_eq!(*message, [&*number.to_string(), "rest"]);
            }
        }
    });
}

#[test]
fn the_end_of_the_context_ends_one_that_is_paused() {
    deadline(LONG, || {
        let context = Context::new().unwrap();
        let proxy = Proxy::start(
            open_timed(&context, zmq4::ROUTER),
            open_timed(&context, zmq4::DEALER),
            None,
        )
        .unwrap();
        proxy.pause().unwrap();
        context.shutdown().unwrap();
        let Err(error) = proxy.join();
        assert_eq!(error, Errno::ETERM);
        assert!(error.into_proxy_sockets().is_some());
    });
}

#[test]
fn dropping_it_closes_its_sockets() {
    deadline(LONG, || {
        let context = Context::new().unwrap();
        for _ in 0..20 {
            let (front, back) = (open_timed(&context, zmq4::ROUTER), open_timed(&context, zmq4::DEALER));
            front.bind("inproc://front").unwrap();
            let proxy = Proxy::start(front, back, None).unwrap();
            drop(proxy);
            // The name is free a moment after its socket was closed.
            let next = open_timed(&context, zmq4::ROUTER);
            eventually(LONG, || next.bind("inproc://front").ok());
            next.unbind("inproc://front").unwrap();
        }
        // It waits for all sockets of the context.
        context.term().unwrap();
    });
}

#[test]
fn the_end_of_the_context_is_told_by_every_method() {
    deadline(LONG, || {
        let context = Context::new().unwrap();
        let (proxy, _source, _sink) = pipeline(&context);
        assert!(!proxy.is_finished());
        context.shutdown().unwrap();
        eventually(LONG, || proxy.is_finished().then_some(()));
        for _ in 0..2 {
            assert_eq!(proxy.pause().unwrap_err(), Errno::ETERM);
            assert_eq!(proxy.resume().unwrap_err(), Errno::ETERM);
            assert_eq!(proxy.statistics().unwrap_err(), Errno::ETERM);
        }
        let error = proxy.terminate().unwrap_err();
        assert_eq!(error, Errno::ETERM);
        let sockets = error.into_proxy_sockets().unwrap();
        assert_eq!(sockets.front.socket_type(), zmq4::PULL);
        drop(sockets);
    });
}

#[test]
fn join_waits_for_the_end_of_the_context() {
    deadline(LONG, || {
        let context = Context::new().unwrap();
        let (proxy, source, sink) = pipeline(&context);
        let waiting = thread::spawn(move || {
            let Err(error) = proxy.join();
            error
        });
        source.send("through", Flags::NONE).unwrap();
        assert_eq!(sink.recv(Flags::NONE).unwrap(), "through");
        assert!(!waiting.is_finished());
        context.shutdown().unwrap();
        let error = waiting.join().unwrap();
        assert_eq!(error, Errno::ETERM);
        assert!(error.into_proxy_sockets().is_some());
    });
}

#[test]
fn threads_share_it() {
    fn shared<T: Send + Sync>() {}
    shared::<Proxy>();
    deadline(LONG, || {
        let context = Context::new().unwrap();
        let (proxy, source, sink) = pipeline(&context);
        thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| {
                    for _ in 0..200 {
                        proxy.pause().unwrap();
                        proxy.statistics().unwrap();
                        proxy.resume().unwrap();
                    }
                });
            }
            for number in 0..500 {
                source.send(number.to_string(), Flags::NONE).unwrap();
                assert_eq!(sink.recv(Flags::NONE).unwrap(), number.to_string());
            }
        });
        assert!(format!("{proxy:?}").contains("is_finished: false"));
    });
}

/// Bytes whose owner acts when it is dropped.
struct Acts(Box<dyn FnMut() + Send>);

impl AsRef<[u8]> for Acts {
    fn as_ref(&self) -> &[u8] {
        &[7; 100]
    }
}

impl Drop for Acts {
    fn drop(&mut self) {
        self.0();
    }
}

/// Has `act` called on the proxy's own thread: a PUB without subscribers drops what it is to send.
fn on_its_own_thread(act: impl FnOnce(Proxy) -> zmq4::Result<()> + Send + 'static) {
    let context = Context::new().unwrap();
    let (front, from) = bound(&context, zmq4::PULL);
    let back = open_timed(&context, zmq4::PUB);
    let source = connected(&context, zmq4::PUSH, &from);
    let proxy = Proxy::start(front, back, None).unwrap();
    let mut once = Some((proxy, act));
    let (done, acted) = mpsc::channel();
    let acts = Acts(Box::new(move || {
        let (proxy, act) = once.take().unwrap();
        assert_eq!(proxy.pause().unwrap_err(), Errno::EDEADLK);
        assert!(!proxy.is_finished());
        done.send(act(proxy)).unwrap();
    }));
    source.send(Message::from_owner(acts), Flags::NONE).unwrap();
    if let Err(error) = acted.recv_timeout(LONG).unwrap() {
        assert_eq!(error, Errno::EDEADLK);
    }
    drop(source);
    // It waits for the sockets of the proxy.
    context.term().unwrap();
}

#[test]
fn proxy_dropped_on_its_own_thread_ends() {
    deadline(LONG, || {
        on_its_own_thread(|proxy| {
            drop(proxy);
            Ok(())
        });
        on_its_own_thread(|proxy| proxy.terminate().map(drop));
        on_its_own_thread(|proxy| proxy.join().map(drop));
    });
}
