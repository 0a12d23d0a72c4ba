//! Our side of an exchange: the four roles of the peers, played by a `Socket`.

use std::time::Duration;

use zmq4::{DEALER, Flags, Message, Multipart, PUB, REP, REQ, ROUTER, Socket, SocketType, XPUB};

use crate::pattern::{Plan, Way, check, frames};
use crate::support::peer::Peer;

const BEACON: Duration = Duration::from_millis(10);
const SYNC: &str = "sync";
/// What an XSUB sends to subscribe to everything, and an XPUB receives.
pub(crate) const SUBSCRIBE_ALL: &[u8] = &[1];

#[derive(Clone, Copy, Debug)]
pub(crate) enum Role {
    Send,
    Recv,
    Ask,
    Answer,
}

impl Role {
    /// What the other side does.
    pub(crate) fn counterpart(self) -> &'static str {
        match self {
            Self::Send => "recv",
            Self::Recv => "send",
            Self::Ask => "answer",
            Self::Answer => "ask",
        }
    }

    pub(crate) fn play(self, socket: &Socket, other: SocketType, plan: Plan, peer: &mut Peer) {
        match self {
            Self::Send => send(socket, plan, peer),
            Self::Recv => recv(socket, plan, peer),
            Self::Ask => ask(socket, Envelope::of(socket, other), plan),
            Self::Answer => answer(socket, Envelope::of(socket, other), plan),
        }
    }
}

/// The frames in front of the content, which depend on who talks to whom.
#[derive(Clone, Copy, PartialEq)]
enum Envelope {
    None,
    Delimiter,
    Identity,
    Both,
}

impl Envelope {
    fn of(socket: &Socket, other: SocketType) -> Self {
        match (socket.socket_type(), other) {
            (DEALER, REP) => Self::Delimiter,
            (ROUTER, REQ) => Self::Both,
            (ROUTER, _) => Self::Identity,
            _ => Self::None,
        }
    }

    /// Takes it off, and gives the identity to answer to.
    fn open(self, message: &mut Multipart) -> Message {
        match self {
            Self::None => return Message::new(),
            Self::Both => return message.pop_envelope().unwrap(),
            Self::Delimiter | Self::Identity => {}
        }
        let front = message.pop_front().unwrap();
        assert_eq!(front.is_empty(), self == Self::Delimiter);
        front
    }

    fn seal(self, message: &mut Multipart, identity: Message) {
        match self {
            Self::None => {}
            Self::Delimiter => message.push_front(""),
            Self::Identity => message.push_front(identity),
            Self::Both => message.push_envelope(identity),
        }
    }
}

/// Each way to send takes its turn: copied, moved, and moved on success.
fn send_frames(socket: &Socket, turn: usize, mut frames: Vec<Vec<u8>>) {
    let length = frames.iter().map(Vec::len).sum();
    let single = frames.len() == 1;
    let sent = match turn % 3 {
        0 if single => socket.send(&frames[0], Flags::NONE),
        1 if single => socket.send(frames.remove(0), Flags::NONE),
        2 if single => {
            let mut message = Message::from(frames.remove(0));
            let sent = socket.send(&mut message, Flags::NONE);
            assert!(message.is_empty());
            sent
        }
        0 => socket.send_message(&frames),
        1 => socket.send_message(frames),
        _ => socket.send_message(frames.into_iter().collect::<Multipart>()),
    };
    assert_eq!(sent.unwrap(), length);
}

fn meet_subscriber(socket: &Socket, peer: &Peer) {
    match socket.socket_type() {
        XPUB => assert_eq!(socket.recv_bytes(Flags::NONE).unwrap(), SUBSCRIBE_ALL),
        PUB => {
            // What is published before the subscriber is there is lost; the peer gives up first.
            let joined = loop {
                socket.send(SYNC, Flags::NONE).unwrap();
                if let Some(line) = peer.line(BEACON) {
                    break line;
                }
            };
            assert_eq!(joined, "joined");
        }
        _ => {}
    }
}

fn send(socket: &Socket, plan: Plan, peer: &Peer) {
    meet_subscriber(socket, peer);
    for (message, sizes) in plan.iter().enumerate() {
        send_frames(socket, message, frames(Way::Request, message, sizes));
    }
}

/// The next message that is not a publisher's beacon; the first beacon gets a reply.
pub(crate) fn after_sync(socket: &Socket, joined: &mut bool, peer: &mut Peer) -> Multipart {
    loop {
        let received = socket.recv_message(Flags::NONE).unwrap();
        if received != [SYNC] {
            return received;
        }
        if !std::mem::replace(joined, true) {
            peer.say("go");
        }
    }
}

fn recv(socket: &Socket, plan: Plan, peer: &mut Peer) {
    let mut joined = false;
    for (message, sizes) in plan.iter().enumerate() {
        let received = after_sync(socket, &mut joined, peer);
        check(&received, Way::Request, message, sizes);
    }
}

fn ask(socket: &Socket, envelope: Envelope, plan: Plan) {
    for (message, sizes) in plan.iter().enumerate() {
        let request = frames(Way::Request, message, sizes);
        if envelope == Envelope::None {
            send_frames(socket, message, request);
        } else {
            let mut request: Multipart = request.into_iter().collect();
            envelope.seal(&mut request, Message::new());
            socket.send_message(request).unwrap();
        }
        let mut reply = socket.recv_message(Flags::NONE).unwrap();
        envelope.open(&mut reply);
        check(&reply, Way::Reply, message, sizes);
    }
}

fn answer(socket: &Socket, envelope: Envelope, plan: Plan) {
    for (message, sizes) in plan.iter().enumerate() {
        let mut request = socket.recv_message(Flags::NONE).unwrap();
        let identity = envelope.open(&mut request);
        check(&request, Way::Request, message, sizes);
        let reply = frames(Way::Reply, message, sizes);
        if envelope == Envelope::None {
            send_frames(socket, message, reply);
        } else {
            let mut reply: Multipart = reply.into_iter().collect();
            envelope.seal(&mut reply, identity);
            socket.send_message(&mut reply).unwrap();
            assert!(reply.is_empty());
        }
    }
}
