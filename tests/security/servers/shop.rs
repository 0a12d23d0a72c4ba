//! A server that serves a good client, whatever else is done to it.

use std::cell::Cell;

use zmq4::auth::{Auth, Client, Server};
use zmq4::{
    Context, CurveKeypair, DONTWAIT, EVENT_DISCONNECTED, EVENT_HANDSHAKE_FAILED_AUTH, EVENT_HANDSHAKE_FAILED_NO_DETAIL,
    EVENT_HANDSHAKE_FAILED_PROTOCOL, EVENT_HANDSHAKE_SUCCEEDED, Errno, EventKind, Flags, Monitor, Socket,
};

use crate::servers::PATIENCE;
use crate::support::bind_tcp;

/// What the server asks its clients for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Asks {
    Nothing,
    Password,
    Key,
}

pub(crate) struct Shop {
    pub(crate) context: Context,
    /// Declared after nothing that it must outlive: it is dropped when the server has been closed.
    pub(crate) server: Socket,
    pub(crate) endpoint: String,
    pub(crate) keys: Keys,
    pub(crate) monitor: Monitor,
    good: Socket,
    served: Cell<u32>,
    _auth: Auth,
}

pub(crate) struct Keys {
    pub(crate) server: CurveKeypair,
    pub(crate) client: CurveKeypair,
}

/// A client's socket that does not wait when it is dropped.
pub(crate) fn client(context: &Context) -> Socket {
    let socket = context.socket(zmq4::PUSH).unwrap();
    socket.set_linger(Some(std::time::Duration::ZERO)).unwrap();
    socket.set_sndtimeo(Some(PATIENCE)).unwrap();
    socket
}

impl Shop {
    /// Opens it, with the good client inside.
    pub(crate) fn open(asks: Asks) -> Shop {
        Shop::with(asks, |_| ())
    }

    /// Like [`open`](Shop::open), with further options of the server's socket.
    pub(crate) fn with(asks: Asks, set: impl FnOnce(&Socket)) -> Shop {
        let context = Context::new().unwrap();
        let keys = Keys {
            server: keypair(asks),
            client: keypair(asks),
        };
        let auth = Auth::start(&context).unwrap();
        auth.plain_add("shop", "admin", "right").unwrap();
        auth.curve_add("shop", [keys.client.public()]).unwrap();

        let server = context.socket(zmq4::PULL).unwrap();
        server.set_rcvtimeo(Some(PATIENCE)).unwrap();
        server.secure(&asks.role(&keys)).unwrap();
        set(&server);
        let monitor = server
            .monitor(
                EVENT_HANDSHAKE_SUCCEEDED
                    | EVENT_HANDSHAKE_FAILED_NO_DETAIL
                    | EVENT_HANDSHAKE_FAILED_PROTOCOL
                    | EVENT_HANDSHAKE_FAILED_AUTH
                    | EVENT_DISCONNECTED,
            )
            .unwrap();
        let endpoint = bind_tcp(&server);

        let good = client(&context);
        good.secure(&asks.good(&keys)).unwrap();
        good.connect(&endpoint).unwrap();
        let shop = Shop {
            context,
            server,
            endpoint,
            keys,
            monitor,
            good,
            served: Cell::new(0),
            _auth: auth,
        };
        shop.serves();
        assert_eq!(shop.next(), EventKind::HandshakeSucceeded);
        shop
    }

    /// The next thing that the monitor reports.
    #[track_caller]
    pub(crate) fn next(&self) -> EventKind {
        self.monitor.recv_timeout(PATIENCE).unwrap().kind()
    }

    /// The good client is served, and nothing else has been received.
    #[track_caller]
    pub(crate) fn serves(&self) {
        self.served.set(self.served.get() + 1);
        let text = format!("good {}", self.served.get());
        self.good.send(&text, Flags::NONE).unwrap();
        assert_eq!(self.server.recv(Flags::NONE).unwrap(), text);
        assert_eq!(self.server.recv(DONTWAIT).unwrap_err(), Errno::EAGAIN);
    }
}

impl Asks {
    fn role(self, keys: &Keys) -> Server {
        match self {
            Asks::Nothing => Server::null(),
            Asks::Password => Server::plain(),
            Asks::Key => Server::curve(keys.server.secret().clone()),
        }
        .domain("shop")
    }

    pub(crate) fn good(self, keys: &Keys) -> Client {
        match self {
            Asks::Nothing => Client::null(),
            Asks::Password => Client::plain("admin", "right"),
            Asks::Key => Client::curve(keys.server.public(), keys.client.clone()),
        }
    }
}

/// Of zeros where this libzmq has no CURVE: no one looks at them then.
fn keypair(asks: Asks) -> CurveKeypair {
    assert!(zmq4::has_curve() || asks != Asks::Key);
    CurveKeypair::new().unwrap()
}
