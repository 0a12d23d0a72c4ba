//! What two sockets have to say to each other, for each pattern.

use zmq4::{DONTWAIT, Flags, Multipart, Socket, SocketType};

use crate::support::{LONG, eventually};

pub(crate) struct Pattern {
    pub(crate) first: SocketType,
    pub(crate) second: SocketType,
    pub(crate) exchange: fn(&Socket, &Socket),
}

pub(crate) const PATTERNS: [Pattern; 6] = [
    Pattern {
        first: zmq4::PAIR,
        second: zmq4::PAIR,
        exchange: both_ways,
    },
    Pattern {
        first: zmq4::REP,
        second: zmq4::REQ,
        exchange: in_turns,
    },
    Pattern {
        first: zmq4::ROUTER,
        second: zmq4::DEALER,
        exchange: by_id,
    },
    Pattern {
        first: zmq4::PUB,
        second: zmq4::SUB,
        exchange: published,
    },
    Pattern {
        first: zmq4::XPUB,
        second: zmq4::XSUB,
        exchange: subscribed,
    },
    Pattern {
        first: zmq4::PULL,
        second: zmq4::PUSH,
        exchange: pushed,
    },
];

/// For tcp alone.
pub(crate) const STREAM: Pattern = Pattern {
    first: zmq4::STREAM,
    second: zmq4::STREAM,
    exchange: streamed,
};

/// Frames of no size, a small one, and one that no buffer on the way holds at once.
fn frames() -> [Vec<u8>; 3] {
    [Vec::new(), b"small".to_vec(), vec![7; 300_000]]
}

fn passes(from: &Socket, to: &Socket) {
    from.send_message(frames()).unwrap();
    assert_eq!(to.recv_message(Flags::NONE).unwrap(), frames());
}

fn both_ways(first: &Socket, second: &Socket) {
    passes(first, second);
    passes(second, first);
}

fn in_turns(rep: &Socket, req: &Socket) {
    for _ in 0..2 {
        passes(req, rep);
        passes(rep, req);
    }
}

fn by_id(router: &Socket, dealer: &Socket) {
    dealer.send_message(frames()).unwrap();
    let mut question = router.recv_message(Flags::NONE).unwrap();
    let id = question.pop_front().unwrap();
    assert_eq!(question, frames());
    let mut answer = Multipart::from_iter(frames());
    answer.push_front(id);
    router.send_message(&mut answer).unwrap();
    assert_eq!(dealer.recv_message(Flags::NONE).unwrap(), frames());
}

/// A PUB does not say when someone subscribed: it publishes until one message came.
fn published(publisher: &Socket, subscriber: &Socket) {
    subscriber.subscribe("it").unwrap();
    eventually(LONG, || {
        publisher.send_message(("it", "is there")).unwrap();
        subscriber.recv_message(DONTWAIT).ok()
    });
    publisher.send_message(("other", "is not wanted")).unwrap();
    publisher.send_message(("it", "is last")).unwrap();
    loop {
        let received = subscriber.recv_message(Flags::NONE).unwrap();
        assert_eq!(received[0], "it");
        if received[1] == "is last" {
            break;
        }
    }
}

fn subscribed(publisher: &Socket, subscriber: &Socket) {
    subscriber.send(b"\x01it", Flags::NONE).unwrap();
    let heard = eventually(LONG, || {
        // An XSUB that has bound passes on what it wants when a call of its own finds the new peer.
        subscriber.events().unwrap();
        publisher.recv(DONTWAIT).ok()
    });
    assert_eq!(heard, b"\x01it");
    publisher.send_message(("other", "is not wanted")).unwrap();
    publisher.send_message(("it", "is there")).unwrap();
    assert_eq!(subscriber.recv_message(Flags::NONE).unwrap(), ["it", "is there"]);
}

fn pushed(pull: &Socket, push: &Socket) {
    passes(push, pull);
}

/// Each end receives of the connection; then bytes, in pieces of any size.
fn streamed(first: &Socket, second: &Socket) {
    let ids = [first, second].map(|socket| {
        let hello = socket.recv_message(Flags::NONE).unwrap();
        assert!(hello.len() == 2 && hello[1].is_empty(), "{hello:?}");
        hello[0].as_bytes().to_vec()
    });
    for (from, id, to) in [(first, &ids[0], second), (second, &ids[1], first)] {
        let [_, _, large] = frames();
        from.send_message((id, &large)).unwrap();
        let mut received = Vec::new();
        while received.len() < large.len() {
            received.extend_from_slice(to.recv_message(Flags::NONE).unwrap()[1].as_bytes());
        }
        assert_eq!(received, large);
    }
}
