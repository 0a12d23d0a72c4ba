//! The socket types and calls of libzmq's DRAFT API.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

mod channel;
mod client_server;
mod dgram;
#[cfg(unix)]
mod interop;
mod monitor;
#[cfg(target_os = "linux")]
mod namespaces;
#[cfg(target_os = "linux")]
mod norm;
mod peer;
mod radio_dish;
mod reasons;
mod refused;
mod scatter_gather;
mod shared;
#[path = "../support/mod.rs"]
mod support;
mod udp;
mod waiting;

use std::time::Duration;

use support::{IpcName, LONG, inproc_name, ipc_name};
use zmq4::{Context, Flags, Message, Socket, SocketType};

/// A context whose sockets do not wait for what was not delivered.
fn context() -> Context {
    assert!(zmq4::has("draft"), "the feature `draft` needs a libzmq with drafts");
    Context::new().unwrap()
}

fn open(context: &Context, ty: SocketType) -> Socket {
    let socket = context.socket(ty).unwrap();
    socket.set_linger(Some(Duration::ZERO)).unwrap();
    socket.set_rcvtimeo(Some(LONG)).unwrap();
    socket.set_sndtimeo(Some(LONG)).unwrap();
    socket
}

/// An endpoint of each transport, to bind to.
struct Transports(IpcName);

impl Transports {
    fn new() -> Transports {
        Transports(ipc_name())
    }

    fn endpoints(&self) -> [String; 3] {
        [inproc_name(), self.0.to_string(), "tcp://127.0.0.1:*".to_owned()]
    }
}

/// Opens two sockets, and connects the second to the first.
fn pair(context: &Context, endpoint: &str, binds: SocketType, connects: SocketType) -> (Socket, Socket) {
    let (a, b) = (open(context, binds), open(context, connects));
    a.bind(endpoint).unwrap();
    b.connect(&a.last_endpoint().unwrap()).unwrap();
    (a, b)
}

fn grouped(group: &str, body: &str) -> Message {
    let mut message = Message::from(body);
    message.set_group(group).unwrap();
    message
}

fn routed(id: u32, body: impl Into<Message>) -> Message {
    let mut message = body.into();
    message.set_routing_id(id).unwrap();
    message
}

fn recv(socket: &Socket) -> Message {
    socket.recv(Flags::NONE).unwrap()
}

fn send(socket: &Socket, message: Message) {
    socket.send(message, Flags::NONE).unwrap();
}
