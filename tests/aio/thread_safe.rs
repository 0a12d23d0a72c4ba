//! The thread-safe DRAFT types, which have no descriptor of their own.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use zmq4::{CLIENT, Context, Errno, Flags, GATHER, Message, POLLIN, POLLOUT, SCATTER, SERVER, aio};

use super::idle::counted;
use super::runtimes::{ALL, on_each, polled, within};
use super::stress::dice::{self, Dice};
use super::support::{LONG, bind_tcp, inproc_name, skip};
use super::{open, pair};

const MOMENT: Duration = Duration::from_millis(20);

fn has_draft() -> bool {
    if !zmq4::has("draft") {
        skip("this libzmq was built without its DRAFT API");
    }
    zmq4::has("draft")
}

#[test]
fn thread_safe_socket_sends_and_receives() {
    if !has_draft() {
        return;
    }
    on_each(LONG, |runtime| async move {
        let context = Context::new().unwrap();
        let (gather, scatter) = pair(&context, GATHER, SCATTER);
        assert_eq!(scatter.ready(POLLIN | POLLOUT).await.unwrap(), POLLOUT);
        assert!(within(MOMENT, gather.recv()).await.is_none());
        let receiver = runtime.spawn(async move { (gather.recv().await.unwrap(), gather) });
        smol::Timer::after(MOMENT).await;
        scatter.send("late").await.unwrap();
        let (message, gather) = receiver.await;
        assert_eq!(message, "late");
        assert!(polled(1, gather.recv()).await.is_none());
        // It blocks again.
        let gather = gather.into_inner().unwrap();
        scatter.send("x").await.unwrap();
        assert_eq!(gather.recv(Flags::NONE).unwrap(), "x");
        let gather = aio::Socket::new(gather).unwrap();
        scatter.send("y").await.unwrap();
        assert_eq!(gather.recv().await.unwrap(), "y");
    });
}

#[test]
fn thread_safe_socket_waits_for_a_peer_and_the_end() {
    if !has_draft() {
        return;
    }
    on_each(LONG, |runtime| async move {
        let context = Context::new().unwrap();
        let scatter = Arc::new(aio::Socket::new(open(&context, SCATTER)).unwrap());
        let gather = open(&context, GATHER);
        let endpoint = bind_tcp(&gather);
        let gather = aio::Socket::new(gather).unwrap();
        let shared = Arc::clone(&scatter);
        let sender = runtime.spawn(async move { shared.send("now").await });
        smol::Timer::after(MOMENT).await;
        scatter.with(|socket| socket.connect(&endpoint)).unwrap();
        sender.await.unwrap();
        assert_eq!(gather.recv().await.unwrap(), "now");
        let receiver = runtime.spawn(async move { gather.recv().await });
        smol::Timer::after(MOMENT).await;
        context.shutdown().unwrap();
        assert_eq!(receiver.await.unwrap_err(), Errno::ETERM);
    });
}

#[test]
fn idle_thread_safe_socket_is_not_woken() {
    if !has_draft() {
        return;
    }
    on_each(LONG, |runtime| async move {
        let context = Context::new().unwrap();
        let (gather, scatter) = pair(&context, GATHER, SCATTER);
        let polls = Arc::new(AtomicU32::new(0));
        let receiving = runtime.spawn(counted(Arc::clone(&polls), async move { gather.recv().await.unwrap() }));
        smol::Timer::after(Duration::from_secs(1)).await;
        assert!(polls.load(Ordering::SeqCst) <= 2, "one for a signal from before");
        scatter.send("x").await.unwrap();
        assert_eq!(receiving.await, "x");
    });
}

/// Clients that wait for replies, and two tasks that reply through one SERVER; calls are dropped at random.
#[test]
fn client_server_keeps_all() {
    if !has_draft() {
        return;
    }
    const CLIENTS: u32 = 3;
    const REQUESTS: u32 = 500;
    for runtime in ALL {
        for tcp in [false, true] {
            let seed = dice::seed();
            println!("{runtime:?}, tcp: {tcp}, seed {seed}");
            runtime.run(60 * LONG, move |runtime| async move {
                let context = Context::new().unwrap();
                let server = open(&context, SERVER);
                let endpoint = if tcp {
                    bind_tcp(&server)
                } else {
                    let name = inproc_name();
                    server.bind(&name).unwrap();
                    name
                };
                let server = Arc::new(aio::Socket::new(server).unwrap());
                let workers: Vec<_> = (0..2)
                    .map(|worker| (Arc::clone(&server), Dice::new(seed + worker)))
                    .map(|(server, mut dice)| {
                        runtime.spawn(async move {
                            loop {
                                let request = match dice.insist(|| server.recv()).await {
                                    Ok(request) => request,
                                    Err(error) => return assert_eq!(error, Errno::ETERM),
                                };
                                let mut reply = Message::from(&*request);
                                reply.set_routing_id(request.routing_id().unwrap()).unwrap();
                                server.send(reply).await.unwrap();
                            }
                        })
                    })
                    .collect();
                let mut clients = Vec::new();
                for client in 0..CLIENTS {
                    let socket = open(&context, CLIENT);
                    socket.connect(&endpoint).unwrap();
                    let socket = Arc::new(aio::Socket::new(socket).unwrap());
                    let (receiver, mut dice) = (Arc::clone(&socket), Dice::new(seed + 10 + u64::from(client)));
                    clients.push(runtime.spawn(async move {
                        let mut replies = Vec::new();
                        for _ in 0..REQUESTS {
                            let reply = dice.insist(|| receiver.recv()).await.unwrap();
                            replies.push(u32::from_le_bytes(reply[..].try_into().unwrap()));
                        }
                        replies.sort_unstable();
                        assert!(replies.into_iter().eq(0..REQUESTS), "lost or doubled");
                    }));
                    let mut dice = Dice::new(seed + 20 + u64::from(client));
                    clients.push(runtime.spawn(async move {
                        for number in 0..REQUESTS {
                            let data = number.to_le_bytes();
                            dice.insist(|| socket.send(&data)).await.unwrap();
                        }
                    }));
                }
                for client in clients {
                    client.await;
                }
                context.shutdown().unwrap();
                for worker in workers {
                    worker.await;
                }
            });
        }
    }
}
