//! A SERVER, PEER or ROUTER that cannot reach a peer says which, whatever the way to send.

use std::time::Duration;

use zmq4::bridge::{Bridge, Capacity};
use zmq4::{CLIENT, DONTWAIT, Errno, Error, Flags, Message, Multipart, PEER, ROUTER, SERVER, SharedSocket, Socket};

use crate::support::{LONG, deadline, inproc_name};
use crate::{context, open, routed};

/// How a message is sent that has no peer.
struct Way {
    what: &'static str,
    send: fn(Socket, Message) -> Error,
    /// Whether the message goes as one, with its routing id.
    keeps_id: bool,
}

const WAYS: &[Way] = &[
    Way {
        what: "a Message",
        send: |socket, message| socket.send(message, Flags::NONE).unwrap_err(),
        keeps_id: true,
    },
    Way {
        what: "a Message, without waiting",
        send: |socket, message| socket.send(message, DONTWAIT).unwrap_err(),
        keeps_id: true,
    },
    Way {
        what: "a Message, without a timeout",
        send: |socket, mut message| {
            socket.set_sndtimeo(None).unwrap();
            socket.send(&mut message, Flags::NONE).unwrap_err()
        },
        keeps_id: true,
    },
    Way {
        what: "a list of one Message",
        send: |socket, message| socket.send_message([message]).unwrap_err(),
        keeps_id: true,
    },
    Way {
        what: "a Multipart",
        send: |socket, message| socket.send_message(Multipart::from([message])).unwrap_err(),
        keeps_id: true,
    },
    Way {
        what: "a Multipart that is lent",
        send: |socket, message| {
            let mut frames = Multipart::from([message]);
            socket.send_message(&mut frames).unwrap_err()
        },
        keeps_id: true,
    },
    Way {
        what: "through a SharedSocket",
        send: |socket, message| SharedSocket::new(socket).unwrap().send(message).unwrap_err(),
        keeps_id: true,
    },
    Way {
        what: "through a Bridge",
        send: |socket, message| {
            let (bridge, outbound, _inbound) = Bridge::start(socket, Capacity::default()).unwrap();
            outbound.send([message].into_iter().collect()).unwrap();
            bridge.rejected().recv().unwrap().error
        },
        keeps_id: true,
    },
    Way {
        what: "the bytes of a Message",
        send: |socket, message| socket.send(&message, Flags::NONE).unwrap_err(),
        keeps_id: false,
    },
    Way {
        what: "text",
        send: |socket, _| socket.send("text", Flags::NONE).unwrap_err(),
        keeps_id: false,
    },
    Way {
        what: "text, by itself",
        send: |socket, _| socket.send_message("text").unwrap_err(),
        keeps_id: false,
    },
];

#[test]
fn missing_peer_is_named_by_the_error() {
    deadline(LONG, || {
        let context = context();
        let without = "the message has no routing id: `Message::set_routing_id` names the peer that it is for";
        for ty in [SERVER, PEER] {
            for way in WAYS {
                for id in [7, u32::MAX] {
                    let socket = open(&context, ty);
                    socket.bind(&inproc_name()).unwrap();
                    let error = (way.send)(socket, routed(id, "lost"));
                    assert_eq!(error, Errno::EHOSTUNREACH, "{ty:?}, {}: {error}", way.what);
                    let expected = if way.keeps_id {
                        format!("no peer has the routing id {id}")
                    } else {
                        without.to_owned()
                    };
                    assert_eq!(error.reason(), Some(&*expected), "{ty:?}, {}: {error}", way.what);
                    assert!(error.to_string().starts_with("zmq_msg_send: "), "{error}");
                }
            }
            let error = open(&context, ty).send(Message::from("lost"), Flags::NONE);
            assert_eq!(error.unwrap_err().reason(), Some(without));
        }
    });
}

#[test]
fn router_names_the_peer_without_a_state() {
    let router = open(&context(), ROUTER);
    for (id, reason) in [
        (&b"\0shop"[..], "no peer has the routing id \"\\x00shop\""),
        (b"", "the routing id is empty"),
    ] {
        let error = router.peer_state(id).unwrap_err();
        assert_eq!((error.errno(), error.reason()), (Errno::EHOSTUNREACH, Some(reason)));
    }
}

#[test]
fn shared_socket_names_the_timeout_that_expired() {
    deadline(LONG, || {
        let context = context();
        let short = Duration::from_millis(12);
        let client = open(&context, CLIENT);
        client.set_sndtimeo(short).unwrap();
        client.set_rcvtimeo(short).unwrap();
        let client = SharedSocket::new(client).unwrap();
        let sent = client.send("no peer is there").unwrap_err();
        let text = "zmq_msg_send(ZMQ_SNDTIMEO): the message could not be queued within 12 ms";
        assert!(sent == Errno::EAGAIN && sent.to_string().starts_with(text), "{sent}");
        assert_eq!(sent.into_message().unwrap(), "no peer is there");
        let received = client.recv().unwrap_err();
        let text = "zmq_msg_recv(ZMQ_RCVTIMEO): no message arrived within 12 ms";
        assert!(
            received == Errno::EAGAIN && received.to_string().starts_with(text),
            "{received}"
        );
        // A call that does not wait has no timeout to name.
        assert_eq!(client.try_recv().unwrap_err().reason(), None);
        assert_eq!(client.try_send("x").unwrap_err().reason(), None);
    });
}
