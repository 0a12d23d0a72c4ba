//! Two connected sockets, over each transport.

use std::cell::Cell;
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread;
use std::time::Duration;

use zmq4::{Context, Socket, SocketType};

pub(crate) const TRANSPORTS: [&str; 3] = ["inproc", "ipc", "tcp"];

/// So that a bench that hangs ends.
const LIMIT: Option<Duration> = Some(Duration::from_secs(60));

/// A socket that is bound to a free endpoint of the transport, and the endpoint.
pub(crate) fn bound(context: &Context, ty: SocketType, transport: &str) -> (Socket, String) {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let socket = opened(context, ty);
    let wanted = match transport {
        "tcp" => "tcp://127.0.0.1:*".to_owned(),
        "ipc" => "ipc://*".to_owned(),
        _ => format!("inproc://bench-{}", NEXT.fetch_add(1, Ordering::Relaxed)),
    };
    socket.bind(&wanted).unwrap();
    let endpoint = socket.last_endpoint().unwrap();
    (socket, endpoint)
}

pub(crate) fn connected(context: &Context, ty: SocketType, endpoint: &str) -> Socket {
    let socket = opened(context, ty);
    socket.connect(endpoint).unwrap();
    socket
}

pub(crate) fn pair(transport: &str, bind: SocketType, connect: SocketType) -> (Socket, Socket) {
    let context = Context::new().unwrap();
    let (server, endpoint) = bound(&context, bind, transport);
    let client = connected(&context, connect, &endpoint);
    (server, client)
}

pub(crate) fn opened(context: &Context, ty: SocketType) -> Socket {
    let socket = context.socket(ty).unwrap();
    socket.set_rcvtimeo(LIMIT).unwrap();
    socket.set_sndtimeo(LIMIT).unwrap();
    socket
}

/// A socket that goes to another thread for the time of one measurement.
pub(crate) struct Movable(Cell<Option<Socket>>);

impl Movable {
    pub(crate) fn new(socket: Socket) -> Movable {
        Movable(Cell::new(Some(socket)))
    }

    /// Does `there` with the socket on another thread and `here` on this one, and waits for both.
    pub(crate) fn away<T>(&self, there: impl FnOnce(&Socket) + Send, here: impl FnOnce() -> T) -> T {
        let socket = self.0.take().unwrap();
        thread::scope(|scope| {
            let other = scope.spawn(move || {
                there(&socket);
                socket
            });
            let answer = here();
            self.0.set(Some(other.join().unwrap()));
            answer
        })
    }
}
