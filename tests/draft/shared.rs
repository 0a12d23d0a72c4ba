//! Sockets that several threads use at the same time.

use std::collections::HashMap;
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use zmq4::{CLIENT, Context, DISH, Errno, Message, PEER, POLLIN, RADIO, SERVER, SharedSocket, SocketReadiness, State};

#[cfg(unix)]
use crate::support::in_child;
use crate::support::{LONG, deadline, eventually};
use crate::{context, grouped, open, recv, send};

fn shared(context: &Context, ty: zmq4::SocketType) -> SharedSocket {
    SharedSocket::new(open(context, ty)).unwrap()
}

/// How many requests each client sends. `ZMQ4_DRAFT_REQUESTS` has more of them.
fn requests() -> u32 {
    std::env::var("ZMQ4_DRAFT_REQUESTS").map_or(2_000, |text| text.parse().unwrap())
}

#[test]
fn two_threads_serve_and_nothing_is_lost_or_doubled() {
    deadline(60 * LONG, || {
        const CLIENTS: u32 = 4;
        let context = context();
        let server = shared(&context, SERVER);
        server.lock().unwrap().bind("tcp://127.0.0.1:*").unwrap();
        let endpoint = server.lock().unwrap().last_endpoint().unwrap();
        let workers: Vec<_> = (0..2)
            .map(|_| {
                let server = server.clone();
                thread::spawn(move || {
                    let mut served = 0_u32;
                    loop {
                        let request = match server.recv() {
                            Ok(request) => request,
                            Err(error) if error == Errno::ETERM => return served,
                            Err(error) => panic!("{error}"),
                        };
                        let mut reply = Message::from(&*request);
                        reply.set_routing_id(request.routing_id().unwrap()).unwrap();
                        server.send(reply).unwrap();
                        served += 1;
                    }
                })
            })
            .collect();
        let clients: Vec<_> = (0..CLIENTS)
            .map(|client| {
                let (context, endpoint) = (context.clone(), endpoint.clone());
                thread::spawn(move || {
                    let socket = open(&context, CLIENT);
                    socket.connect(&endpoint).unwrap();
                    let mut waiting = HashMap::new();
                    for n in 0..requests() {
                        let request = format!("{client} {n}");
                        send(&socket, request.as_str().into());
                        waiting.insert(request, ());
                        if waiting.len() == 50 {
                            let reply = recv(&socket);
                            assert!(waiting.remove(reply.as_str().unwrap()).is_some(), "{reply} twice");
                        }
                    }
                    while !waiting.is_empty() {
                        let reply = recv(&socket);
                        assert!(waiting.remove(reply.as_str().unwrap()).is_some(), "{reply} twice");
                    }
                    assert!(socket.recv(zmq4::DONTWAIT).is_err());
                })
            })
            .collect();
        clients.into_iter().for_each(|client| client.join().unwrap());
        context.shutdown().unwrap();
        let served: Vec<u32> = workers.into_iter().map(|worker| worker.join().unwrap()).collect();
        assert_eq!(served.iter().sum::<u32>(), CLIENTS * requests(), "{served:?}");
    });
}

#[test]
fn a_lock_does_not_wait_for_a_receive() {
    deadline(LONG, || {
        let context = context();
        let dish = shared(&context, DISH);
        let endpoint = {
            let socket = dish.lock().unwrap();
            socket.set_rcvtimeo(None).unwrap();
            socket.bind("tcp://127.0.0.1:*").unwrap();
            socket.last_endpoint().unwrap()
        };
        let (received, is_received) = mpsc::channel();
        let receiver = thread::spawn({
            let dish = dish.clone();
            move || received.send(dish.recv().unwrap().to_string()).unwrap()
        });
        // The group is joined while the other thread waits for its messages.
        dish.lock().unwrap().join("news").unwrap();
        let radio = open(&context, RADIO);
        radio.connect(&endpoint).unwrap();
        let body = eventually(LONG, || {
            send(&radio, grouped("news", "flash"));
            is_received.recv_timeout(Duration::from_millis(10)).ok()
        });
        assert_eq!(body, "flash");
        receiver.join().unwrap();
    });
}

#[test]
fn a_timeout_is_eagain_and_nothing_is_lost() {
    deadline(LONG, || {
        let context = context();
        let client = shared(&context, CLIENT);
        client
            .lock()
            .unwrap()
            .set_rcvtimeo(Some(Duration::from_millis(5)))
            .unwrap();
        client
            .lock()
            .unwrap()
            .set_sndtimeo(Some(Duration::from_millis(5)))
            .unwrap();
        assert_eq!(client.recv().unwrap_err(), Errno::EAGAIN);
        assert_eq!(client.try_recv().unwrap_err(), Errno::EAGAIN);
        for error in [client.send("kept").unwrap_err(), client.try_send("kept").unwrap_err()] {
            assert_eq!(error, Errno::EAGAIN);
            assert_eq!(error.into_message().unwrap(), "kept");
        }
    });
}

#[test]
fn the_end_of_the_context_ends_every_wait() {
    deadline(LONG, || {
        let context = context();
        let peer = shared(&context, PEER);
        let waits: Vec<_> = (0..4)
            .map(|_| {
                let peer = peer.clone();
                thread::spawn(move || peer.recv().unwrap_err().errno())
            })
            .collect();
        context.shutdown().unwrap();
        for wait in waits {
            assert_eq!(wait.join().unwrap(), Errno::ETERM);
        }
        drop(peer);
        context.term().unwrap();
    });
}

#[test]
fn the_last_handle_gives_the_socket_back() {
    let context = context();
    let first = shared(&context, CLIENT);
    let second = first.clone();
    let first = first.try_into_inner().unwrap_err();
    drop(second);
    assert_eq!(first.try_into_inner().unwrap().socket_type(), CLIENT);
    for ty in [zmq4::DEALER, zmq4::DGRAM] {
        let error = SharedSocket::new(open(&context, ty)).unwrap_err();
        assert_eq!(error, Errno::EINVAL);
        assert_eq!(error.into_socket().unwrap().socket_type(), ty);
    }
}

#[test]
fn sockets_that_send_to_each_other_go_on() {
    if !zmq4::has("repaired") {
        return;
    }
    deadline(LONG, || {
        let context = context();
        let (server, client) = (open(&context, SERVER), open(&context, CLIENT));
        for socket in [&server, &client] {
            socket.set_sndhwm(4).unwrap();
            socket.set_rcvhwm(4).unwrap();
        }
        server.bind("inproc://each other").unwrap();
        client.connect("inproc://each other").unwrap();
        let echo = thread::spawn(move || {
            while let Ok(request) = server.recv(0) {
                // Without room the reply is lost.
                let _ = server.send(request, 0);
            }
        });
        let mut received = 0;
        while received < 200_000 {
            let _ = client.send("q", zmq4::DONTWAIT);
            received += u32::from(client.recv(zmq4::DONTWAIT).is_ok());
        }
        context.shutdown().unwrap();
        echo.join().unwrap();
    });
}

/// Interrupts system calls of this thread while `body` runs.
#[cfg(unix)]
fn under_signals<T>(body: impl FnOnce() -> T) -> T {
    use std::sync::atomic::{AtomicBool, Ordering};

    extern "C" fn caught(_signal: libc::c_int) {}
    // SAFETY: all zeros is a valid sigaction, with no flags: calls are not restarted.
    let mut action: libc::sigaction = unsafe { std::mem::zeroed() };
    action.sa_sigaction = caught as extern "C" fn(libc::c_int) as usize;
    // SAFETY: the structure is live, and the handler does nothing.
    let rc = unsafe { libc::sigaction(libc::SIGUSR1, &action, std::ptr::null_mut()) };
    assert_eq!(rc, 0);
    // SAFETY: has no precondition.
    let target = unsafe { libc::pthread_self() } as usize;
    let done = AtomicBool::new(false);
    thread::scope(|scope| {
        scope.spawn(|| {
            while !done.load(Ordering::Relaxed) {
                // SAFETY: the thread waits for this one to end, and so exists.
                unsafe { libc::pthread_kill(target as libc::pthread_t, libc::SIGUSR1) };
                thread::sleep(Duration::from_millis(1));
            }
        });
        let result = body();
        done.store(true, Ordering::Relaxed);
        result
    })
}

#[cfg(unix)]
#[test]
fn signals_do_not_end_a_receive_or_lengthen_it() {
    in_child("shared::signals_do_not_end_a_receive_or_lengthen_it", LONG, || {
        const TIME: Duration = Duration::from_millis(300);
        let context = context();
        let (peer, other) = (shared(&context, CLIENT), open(&context, SERVER));
        let endpoint = crate::support::bind_tcp(&other);
        peer.lock().unwrap().connect(&endpoint).unwrap();
        peer.lock().unwrap().set_rcvtimeo(Some(TIME)).unwrap();
        let (error, took) = under_signals(|| {
            let begun = std::time::Instant::now();
            (peer.recv().unwrap_err(), begun.elapsed())
        });
        assert_eq!(error, Errno::EAGAIN);
        assert!(took >= TIME, "{took:?}");
    });
}

/// Waits for the descriptor, as an event loop does.
fn wait_for(readiness: &SocketReadiness, wanted: State) {
    while !readiness.events().unwrap().intersects(wanted) {
        let mut poller = zmq4::Poller::new();
        poller.add_fd(readiness, zmq4::POLLIN).unwrap();
        assert_eq!(poller.poll(Some(LONG)).unwrap().len(), 1);
    }
}

fn is_readable(readiness: &SocketReadiness) -> bool {
    let mut poller = zmq4::Poller::new();
    poller.add_fd(readiness, zmq4::POLLIN).unwrap();
    !poller.poll(Some(Duration::ZERO)).unwrap().is_empty()
}

#[test]
fn the_readiness_tells_of_each_change_once() {
    deadline(LONG, || {
        let context = context();
        let server = shared(&context, SERVER);
        server.lock().unwrap().bind("tcp://127.0.0.1:*").unwrap();
        let (first, second) = (server.readiness().unwrap(), server.readiness().unwrap());
        assert_eq!(first.events().unwrap() & POLLIN, State::empty());
        assert!(!is_readable(&first));
        let client = open(&context, CLIENT);
        client
            .connect(&server.lock().unwrap().last_endpoint().unwrap())
            .unwrap();
        for n in 0..100 {
            send(&client, format!("{n}").into());
            // Each observer is woken, whatever the other one does.
            wait_for(&first, POLLIN);
            wait_for(&second, POLLIN);
            assert!(!is_readable(&first));
            assert_eq!(server.try_recv().unwrap(), format!("{n}").as_str());
        }
        // It keeps the socket.
        let server = server.try_into_inner().unwrap_err();
        drop((first, second));
        server.try_into_inner().unwrap();
    });
}

#[test]
fn signals_that_were_not_taken_cost_one_look() {
    deadline(LONG, || {
        let context = context();
        let (server, client) = (shared(&context, SERVER), open(&context, CLIENT));
        server.lock().unwrap().bind("tcp://127.0.0.1:*").unwrap();
        client
            .connect(&server.lock().unwrap().last_endpoint().unwrap())
            .unwrap();
        let readiness = server.readiness().unwrap();
        for _ in 0..1_000 {
            send(&client, "x".into());
            server.recv().unwrap();
        }
        assert!(is_readable(&readiness));
        readiness.events().unwrap();
        assert!(!is_readable(&readiness));
    });
}

#[test]
fn the_end_of_the_context_makes_it_readable() {
    deadline(LONG, || {
        let context = context();
        let dish = shared(&context, DISH);
        let readiness = dish.readiness().unwrap();
        readiness.events().unwrap();
        context.shutdown().unwrap();
        let mut poller = zmq4::Poller::new();
        poller.add_fd(&readiness, POLLIN).unwrap();
        poller.poll(Some(LONG)).unwrap();
        assert_eq!(readiness.events().unwrap_err(), Errno::ETERM);
        assert_eq!(readiness.events().unwrap_err(), Errno::ETERM);
    });
}
