//! The authentication handler: who gets in over a real connection, how it starts and ends, and what it survives.

mod connections;
mod functions;
mod guards;
mod hostile;
mod journal;
mod lifetime;
mod oracle;
mod refused;

use std::time::Duration;

use crate::support::sockets::{open_timed, send_unless_refused};
use crate::support::watch::Watch;
use crate::support::{LONG, bind_tcp};
use zmq4::auth::Client;
use zmq4::{Context, CurveKeypair, DONTWAIT, Errno, Flags, Message, Socket, zmq_sys as sys};

/// How long to wait for what must come.
pub(crate) const SOON: Option<Duration> = Some(LONG);

/// Where libzmq asks.
pub(crate) const ZAP: &str = "inproc://zeromq.zap.01";

/// A server that is asked about its peers, and what it says about each handshake.
pub(crate) struct Server {
    pub(crate) socket: Socket,
    pub(crate) endpoint: String,
    pub(crate) watch: Watch,
}

/// How a handshake ended.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Handshake {
    Succeeded,
    /// The status that the handler gave.
    Refused(i32),
    Failed,
}

impl Server {
    pub(crate) fn new(context: &Context, set: impl FnOnce(&Socket)) -> Server {
        let socket = open_timed(context, zmq4::PULL);
        set(&socket);
        let endpoint = bind_tcp(&socket);
        Server::over(socket, endpoint)
    }

    pub(crate) fn over(socket: Socket, endpoint: String) -> Server {
        let events = sys::ZMQ_EVENT_HANDSHAKE_SUCCEEDED
            | sys::ZMQ_EVENT_HANDSHAKE_FAILED_AUTH
            | sys::ZMQ_EVENT_HANDSHAKE_FAILED_PROTOCOL
            | sys::ZMQ_EVENT_HANDSHAKE_FAILED_NO_DETAIL;
        let watch = Watch::new(&socket, events);
        Server {
            socket,
            endpoint,
            watch,
        }
    }

    pub(crate) fn handshake(&self) -> Handshake {
        match self.watch.next() {
            (sys::ZMQ_EVENT_HANDSHAKE_SUCCEEDED, _) => Handshake::Succeeded,
            (sys::ZMQ_EVENT_HANDSHAKE_FAILED_AUTH, status) => Handshake::Refused(status),
            _ => Handshake::Failed,
        }
    }

    /// A client that sends a message, unless it has been refused by then.
    pub(crate) fn client(&self, set: impl FnOnce(&Socket)) -> Socket {
        let client = open_timed(self.socket.context(), zmq4::PUSH);
        set(&client);
        client.connect(&self.endpoint).unwrap();
        send_unless_refused(&client, "let me in");
        client
    }

    /// What the server receives of a client that it lets in.
    #[track_caller]
    pub(crate) fn admits(&self, set: impl FnOnce(&Socket)) -> Message {
        let _client = self.client(set);
        assert_eq!(self.handshake(), Handshake::Succeeded);
        let message = self.socket.recv(Flags::NONE).unwrap();
        assert_eq!(message, "let me in");
        message
    }

    /// Checks that a client is refused with 400, and that nothing of what it sends arrives.
    #[track_caller]
    pub(crate) fn refuses(&self, set: impl FnOnce(&Socket)) {
        let client = self.client(set);
        assert_eq!(self.handshake(), Handshake::Refused(400));
        assert_eq!(self.socket.recv(DONTWAIT).unwrap_err(), Errno::EAGAIN);
        drop(client);
    }
}

impl Drop for Server {
    /// Events that are not read would stop the I/O thread.
    fn drop(&mut self) {
        // SAFETY: the socket is open, and no name means to watch no longer.
        unsafe { sys::zmq_socket_monitor(self.socket.as_ptr(), std::ptr::null(), 0) };
    }
}

pub(crate) fn null_server(server: &Socket) {
    server.server_auth_null("shop").unwrap();
}

pub(crate) fn plain_server(server: &Socket) {
    server.server_auth_plain("shop").unwrap();
}

pub(crate) fn null(_: &Socket) {}

pub(crate) fn plain(user: &str, password: &str) -> impl Fn(&Socket) {
    let role = Client::plain(user, password);
    move |client| client.secure(&role).unwrap()
}

pub(crate) fn keys() -> CurveKeypair {
    CurveKeypair::new().unwrap()
}

pub(crate) fn curve_server(keys: &CurveKeypair) -> impl Fn(&Socket) {
    let role = zmq4::auth::Server::curve(keys.secret().clone()).domain("shop");
    move |server| server.secure(&role).unwrap()
}

pub(crate) fn curve(server: &CurveKeypair, client: &CurveKeypair) -> impl Fn(&Socket) {
    let role = Client::curve(server.public(), client.clone());
    move |client| client.secure(&role).unwrap()
}

/// Whether this libzmq has CURVE; where not, says so.
pub(crate) fn has_curve() -> bool {
    let has = zmq4::has_curve();
    if !has {
        crate::support::skip("this libzmq was built without CURVE");
    }
    has
}
