//! The patterns, each with several tasks on one socket.

use std::sync::Arc;

use zmq4::{Context, DONTWAIT, Errno, Message, Multipart, aio};

use super::Case;

/// What is sent: the sender and the number of the message, in one frame or in several.
fn message(sender: u32, number: u32) -> Multipart {
    let head = [sender.to_le_bytes(), number.to_le_bytes()].concat();
    let mut frames = Multipart::from_iter([head]);
    for frame in 0..number % 3 {
        frames.push_back(vec![frame as u8; 40]);
    }
    frames
}

/// The sender and the number, after a look at the other frames.
fn opened(frames: &[Message]) -> (u32, u32) {
    let word = |at| u32::from_le_bytes(frames[0][at..at + 4].try_into().unwrap());
    let (sender, number) = (word(0), word(4));
    assert_eq!(
        frames.len() as u32,
        1 + number % 3,
        "a message of {number} is not whole"
    );
    for (index, frame) in frames[1..].iter().enumerate() {
        assert!(*frame == [index as u8; 40], "frame {index} of {number}: {frame:?}");
    }
    (sender, number)
}

fn shared(socket: zmq4::Socket) -> Arc<aio::Socket> {
    Arc::new(aio::Socket::new(socket).unwrap())
}

/// Each number of each sender once; in order if `ordered`.
fn check(mut received: Vec<(u32, u32)>, senders: u32, messages: u32, ordered: bool) {
    if ordered {
        received.sort_by_key(|(sender, _)| *sender);
    } else {
        received.sort();
    }
    let expected = (0..senders).flat_map(|sender| (0..messages).map(move |number| (sender, number)));
    assert!(received.iter().copied().eq(expected), "lost, doubled or out of order");
}

/// Two tasks send through one PUSH, and one or two receive from one PULL.
pub(super) async fn push_pull(case: Case) {
    const SENDERS: u32 = 2;
    let context = Context::new().unwrap();
    let (push, pull) = (case.open(&context, zmq4::PUSH), case.open(&context, zmq4::PULL));
    let place = case.bind(&pull);
    push.connect(&place.endpoint).unwrap();
    let (push, pull) = (shared(push), shared(pull));
    let senders: Vec<_> = (0..SENDERS)
        .map(|sender| {
            let (push, mut dice) = (Arc::clone(&push), case.dice(sender));
            case.runtime.spawn(async move {
                for number in 0..case.messages {
                    let frames = message(sender, number);
                    dice.insist(|| push.send_message(&frames)).await.unwrap();
                }
            })
        })
        .collect();
    let receivers = 1 + case.seed as u32 % 2;
    let receiving: Vec<_> = (0..receivers)
        .map(|receiver| {
            let (pull, mut dice) = (Arc::clone(&pull), case.dice(SENDERS + receiver));
            case.runtime.spawn(async move {
                let mut received = Vec::new();
                for _ in 0..SENDERS * case.messages / receivers {
                    received.push(opened(dice.insist(|| pull.recv_message()).await.unwrap().as_slice()));
                }
                received
            })
        })
        .collect();
    let mut received = Vec::new();
    for task in receiving {
        received.extend(task.await);
    }
    for task in senders {
        task.await;
    }
    check(received, SENDERS, case.messages, receivers == 1);
    assert_eq!(pull.with(|pull| pull.recv(DONTWAIT)).unwrap_err(), Errno::EAGAIN);
}

/// DEALERs that send and receive at the same time, and a ROUTER that two tasks reply through.
pub(super) async fn dealer_router(case: Case) {
    const DEALERS: u32 = 3;
    let workers = 1 + case.seed as u32 % 2;
    let context = Context::new().unwrap();
    let router = case.open(&context, zmq4::ROUTER);
    // Or it would drop replies to a DEALER whose queue is full.
    router.set_router_mandatory(true).unwrap();
    let place = case.bind(&router);
    let router = shared(router);
    let mut tasks = Vec::new();
    for worker in 0..workers {
        let (router, mut dice) = (Arc::clone(&router), case.dice(worker));
        tasks.push(case.runtime.spawn(async move {
            for _ in 0..DEALERS * case.messages / workers {
                let request = dice.insist(|| router.recv_message()).await.unwrap();
                opened(&request.as_slice()[1..]);
                dice.insist(|| router.send_message(&request)).await.unwrap();
            }
        }));
    }
    let mut dealers = Vec::new();
    for sender in 0..DEALERS {
        let dealer = case.open(&context, zmq4::DEALER);
        dealer.connect(&place.endpoint).unwrap();
        let dealer = shared(dealer);
        let (receiver, mut dice) = (Arc::clone(&dealer), case.dice(10 + sender));
        tasks.push(case.runtime.spawn(async move {
            let mut received = Vec::new();
            for _ in 0..case.messages {
                let (from, number) = opened(dice.insist(|| receiver.recv_message()).await.unwrap().as_slice());
                assert_eq!(from, sender);
                received.push((0, number));
            }
            check(received, 1, case.messages, workers == 1);
        }));
        let (sending, mut dice) = (Arc::clone(&dealer), case.dice(20 + sender));
        tasks.push(case.runtime.spawn(async move {
            for number in 0..case.messages {
                let frames = message(sender, number);
                dice.insist(|| sending.send_message(&frames)).await.unwrap();
            }
        }));
        dealers.push(dealer);
    }
    for task in tasks {
        task.await;
    }
}

/// An XPUB that waits for its slowest subscriber.
pub(super) async fn xpub_sub(case: Case) {
    const SUBSCRIBERS: u32 = 3;
    let context = Context::new().unwrap();
    let publisher = case.open(&context, zmq4::XPUB);
    publisher.set_xpub_nodrop(true).unwrap();
    publisher.set_xpub_verbose(true).unwrap();
    let place = case.bind(&publisher);
    let publisher = shared(publisher);
    let mut tasks = Vec::new();
    for number in 0..SUBSCRIBERS {
        let subscriber = case.open(&context, zmq4::SUB);
        subscriber.subscribe("").unwrap();
        subscriber.connect(&place.endpoint).unwrap();
        let (subscriber, mut dice) = (aio::Socket::new(subscriber).unwrap(), case.dice(number));
        tasks.push(case.runtime.spawn(async move {
            let mut received = Vec::new();
            for _ in 0..case.messages {
                received.push(opened(
                    dice.insist(|| subscriber.recv_message()).await.unwrap().as_slice(),
                ));
            }
            check(received, 1, case.messages, true);
        }));
    }
    for _ in 0..SUBSCRIBERS {
        assert_eq!(publisher.recv().await.unwrap(), [1]);
    }
    let mut dice = case.dice(10);
    for number in 0..case.messages {
        let frames = message(0, number);
        dice.insist(|| publisher.send_message(&frames)).await.unwrap();
    }
    for task in tasks {
        task.await;
    }
}

/// Clients that ask, and one service that replies.
pub(super) async fn req_rep(case: Case) {
    const CLIENTS: u32 = 3;
    let context = Context::new().unwrap();
    let server = case.open(&context, zmq4::REP);
    // A REP drops a reply that has no room, also where libzmq has not yet processed that there is room again.
    server.set_sndhwm(1000).unwrap();
    let place = case.bind(&server);
    let (server, mut dice) = (aio::Socket::new(server).unwrap(), case.dice(0));
    let mut tasks = vec![case.runtime.spawn(async move {
        for _ in 0..CLIENTS * case.messages {
            let request = dice.insist(|| server.recv_message()).await.unwrap();
            dice.insist(|| server.send_message(&request)).await.unwrap();
        }
        // The last reply is still on its way.
        server.recv_message().await.unwrap_err();
    })];
    let mut clients = Vec::new();
    for sender in 1..=CLIENTS {
        let client = case.open(&context, zmq4::REQ);
        client.connect(&place.endpoint).unwrap();
        let (client, mut dice) = (aio::Socket::new(client).unwrap(), case.dice(sender));
        clients.push(case.runtime.spawn(async move {
            for number in 0..case.messages {
                let frames = message(sender, number);
                dice.insist(|| client.send_message(&frames)).await.unwrap();
                let reply = dice.insist(|| client.recv_message()).await.unwrap();
                assert_eq!(opened(reply.as_slice()), (sender, number));
            }
        }));
    }
    for client in clients {
        client.await;
    }
    context.shutdown().unwrap();
    tasks.pop().unwrap().await;
}
