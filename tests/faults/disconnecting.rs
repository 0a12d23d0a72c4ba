//! A socket that was polled has a part of its next message in hand. Then it disconnects, and libzmq drops the rest.
//!
//! The whole message is kept; a repaired libzmq drops the first part as well, and none is kept.

use std::time::Duration;

use zmq4::{
    Context, DONTWAIT, Errno, Flags, Message, Multipart, POLLIN, POLLOUT, PollItem, Poller, Socket, SocketType,
};

use crate::open;
use crate::support::{LONG, in_child, inproc_name};

/// Those that take a part of the next message when they are polled.
const PREFETCHING: [(SocketType, SocketType); 4] = [
    (zmq4::ROUTER, zmq4::DEALER),
    (zmq4::REP, zmq4::DEALER),
    (zmq4::SUB, zmq4::XPUB),
    (zmq4::XSUB, zmq4::XPUB),
];

/// A peer that is bound, and where.
fn bound(context: &Context, ty: SocketType, transport: &str) -> (Socket, String) {
    let peer = open(context, ty);
    peer.set_rcvtimeo(Some(LONG)).unwrap();
    peer.set_sndtimeo(Some(LONG)).unwrap();
    match transport {
        "tcp" => peer.bind("tcp://127.0.0.1:*").unwrap(),
        _ => peer.bind(&inproc_name()).unwrap(),
    }
    let endpoint = peer.last_endpoint().unwrap();
    (peer, endpoint)
}

/// Connects to the peer, and has it send a message.
fn connect(socket: &Socket, peer: &Socket, endpoint: &str, message: [&str; 3]) {
    socket.connect(endpoint).unwrap();
    if peer.socket_type() == zmq4::XPUB {
        assert_eq!(peer.recv(Flags::NONE).unwrap(), b"\x01");
    }
    peer.send_message(message).unwrap();
}

/// A socket that was polled, has disconnected from the peer whose message is the next, and has another peer.
fn disconnected(context: &Context, ours: SocketType, theirs: SocketType, transport: &str) -> (Socket, [Socket; 2]) {
    let socket = open(context, ours);
    match ours {
        zmq4::SUB => socket.subscribe("").unwrap(),
        zmq4::XSUB => assert_eq!(socket.send("\u{1}", Flags::NONE).unwrap(), 1),
        _ => {}
    }
    let (first, endpoint) = bound(context, theirs, transport);
    connect(&socket, &first, &endpoint, ["", "two", "three"]);
    assert_eq!(socket.poll(POLLIN, Some(LONG)).unwrap(), POLLIN);
    socket.disconnect(&endpoint).unwrap();
    assert_eq!(socket.disconnect(&endpoint).unwrap_err(), Errno::ENOENT);
    let (second, endpoint) = bound(context, theirs, "inproc");
    connect(&socket, &second, &endpoint, ["", "other", "message"]);
    (socket, [first, second])
}

/// The frames that the peer sent and the program sees.
fn seen(ty: SocketType, mut message: Multipart) -> Multipart {
    match ty {
        zmq4::ROUTER => {
            assert_eq!(message.len(), 4, "{message:?}");
            message.pop_front();
        }
        zmq4::REP => message.push_front(""),
        _ => {}
    }
    message
}

fn recv_with_recv_buf(socket: &Socket) -> Multipart {
    let mut message = Multipart::new();
    loop {
        let mut buffer = [0; 16];
        let len = socket.recv_into(&mut buffer, DONTWAIT).unwrap();
        message.push_back(&buffer[..len]);
        if !socket.rcvmore().unwrap() {
            return message;
        }
    }
}

fn recv_frames(socket: &Socket) -> Multipart {
    let mut message = Multipart::new();
    loop {
        let frame = socket.recv(DONTWAIT).unwrap();
        assert_eq!(frame.more(), socket.rcvmore().unwrap());
        let more = frame.more();
        message.push_back(frame);
        if !more {
            return message;
        }
        let error = socket.disconnect("inproc://nowhere").unwrap_err();
        assert_eq!(error, Errno::EFSM, "in the middle of a message");
    }
}

fn recv_msg_into(socket: &Socket) -> Multipart {
    let mut message: Multipart = (0..9).map(|_| Message::new()).collect();
    socket.recv_message_into(&mut message, DONTWAIT).unwrap();
    message
}

#[test]
fn a_polled_message_survives_its_disconnect() {
    in_child(
        "disconnecting::a_polled_message_survives_its_disconnect",
        2 * LONG,
        || {
            let receive: [fn(&Socket) -> Multipart; 4] = [
                |socket| socket.recv_message(DONTWAIT).unwrap(),
                recv_msg_into,
                recv_frames,
                recv_with_recv_buf,
            ];
            for (ours, theirs) in PREFETCHING {
                for transport in ["inproc", "tcp"] {
                    for (way, receive) in receive.iter().enumerate() {
                        for timeout in [None, Some(LONG)] {
                            let context = Context::new().unwrap();
                            let (socket, [_first, second]) = disconnected(&context, ours, theirs, transport);
                            socket.set_rcvtimeo(timeout).unwrap();
                            if !zmq4::has("repaired") {
                                let message = seen(ours, receive(&socket));
                                assert_eq!(message, ["", "two", "three"], "{ours} {transport} {way}");
                                if ours == zmq4::REP {
                                    socket.send("to one that is gone", Flags::NONE).unwrap();
                                }
                            }
                            // Without a wait: `events` has the socket look for its peers.
                            socket.poll(POLLIN, Some(LONG)).unwrap();
                            let message = seen(ours, receive(&socket));
                            assert_eq!(message, ["", "other", "message"], "{ours} {transport} {way}");
                            if ours == zmq4::REP {
                                socket.send("reply", Flags::NONE).unwrap();
                                assert_eq!(second.recv_message(Flags::NONE).unwrap(), ["", "reply"]);
                            }
                            assert_eq!(socket.recv(DONTWAIT).unwrap_err(), Errno::EAGAIN);
                        }
                    }
                }
            }
        },
    );
}

#[test]
fn a_kept_message_is_announced_by_every_poll() {
    in_child("disconnecting::a_kept_message_is_announced_by_every_poll", LONG, || {
        for (ours, theirs) in PREFETCHING {
            let context = Context::new().unwrap();
            let (socket, peers) = disconnected(&context, ours, theirs, "inproc");
            let (quiet, both) = (open(&context, zmq4::PULL), POLLIN | POLLOUT);
            if !zmq4::has("repaired") {
                // Nothing but what was kept.
                drop(peers);
            }
            let asked = |events| socket.poll(events, None).unwrap();
            assert_eq!(asked(POLLIN), POLLIN);
            assert_eq!(
                asked(both).contains(POLLOUT),
                ours == zmq4::ROUTER || ours == zmq4::XSUB,
                "{ours}"
            );
            assert!(socket.events().unwrap().contains(POLLIN));
            let mut items = [PollItem::new(&quiet, POLLIN), PollItem::new(&socket, POLLIN)];
            assert_eq!(zmq4::poll(&mut items, None).unwrap(), 1);
            assert!(items[1].is_readable() && !items[0].is_readable());
            let mut poller = Poller::new();
            poller.add(&socket, POLLIN).unwrap();
            assert_eq!(poller.poll(None).unwrap().len(), 1);
            poller.add(&quiet, POLLIN).unwrap();
            let ready = poller.poll(None).unwrap();
            assert!(ready.len() == 1 && ready[0].is(&socket) && ready[0].events() == POLLIN);
            if ours == zmq4::REP {
                assert_eq!(socket.send("before the request", DONTWAIT).unwrap_err(), Errno::EFSM);
                assert_eq!(socket.send_message(("two", "frames")).unwrap_err(), Errno::EFSM);
                socket.set_sndtimeo(Some(LONG)).unwrap();
                assert_eq!(socket.send(vec![7; 5000], DONTWAIT).unwrap_err(), Errno::EFSM);
            }
            let expected = match zmq4::has("repaired") {
                true => ["", "other", "message"],
                false => ["", "two", "three"],
            };
            assert_eq!(seen(ours, socket.recv_message(Flags::NONE).unwrap()), expected);
        }
    });
}

#[test]
fn a_kept_message_ends_with_its_context() {
    let context = Context::new().unwrap();
    let (socket, _peers) = disconnected(&context, zmq4::ROUTER, zmq4::DEALER, "inproc");
    context.shutdown().unwrap();
    if zmq4::has("repaired") {
        // libzmq looks for the end of the context where it looks for events, not before each message.
        assert_eq!(socket.events().unwrap_err(), Errno::ETERM);
    }
    assert_eq!(socket.recv(DONTWAIT).unwrap_err(), Errno::ETERM);
}

#[test]
fn no_disconnect_within_a_message() {
    in_child("disconnecting::no_disconnect_within_a_message", LONG, || {
        let others = [
            (zmq4::PULL, zmq4::PUSH),
            (zmq4::DEALER, zmq4::DEALER),
            (zmq4::PAIR, zmq4::PAIR),
        ];
        for (ours, theirs) in PREFETCHING.into_iter().chain(others) {
            for transport in ["inproc", "tcp"] {
                let context = Context::new().unwrap();
                let socket = open(&context, ours);
                if ours == zmq4::SUB {
                    socket.subscribe("").unwrap();
                }
                if ours == zmq4::XSUB {
                    socket.send("\u{1}", Flags::NONE).unwrap();
                }
                let (peer, endpoint) = bound(&context, theirs, transport);
                connect(&socket, &peer, &endpoint, ["", "two", "three"]);
                socket.set_rcvtimeo(Some(LONG)).unwrap();
                while socket.recv(Flags::NONE).unwrap().more() {
                    for refused in [socket.disconnect(&endpoint), socket.unbind(&endpoint)] {
                        assert_eq!(refused.unwrap_err(), Errno::EFSM, "{ours} {transport}");
                    }
                }
                socket.disconnect(&endpoint).unwrap();
                let gone = if ours == zmq4::REP { Errno::EFSM } else { Errno::EAGAIN };
                socket.set_rcvtimeo(Some(Duration::from_millis(1))).unwrap();
                assert_eq!(socket.recv(Flags::NONE).unwrap_err(), gone, "{ours}");
            }
        }
    });
}
