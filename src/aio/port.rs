//! [`SocketPort`]: the socket of an [`aio::Socket`](super::Socket) behind its lock, and its reactor.

use std::sync::Arc;
use std::task::{Poll, Waker};

use super::driver::Port;
use super::locked::State;
use super::reactor::Reactor;
use crate::error::{Error, Result};
use crate::ffi::descriptor::{Locked, Shared};
use crate::socket::Socket;

pub(super) struct SocketPort {
    /// Dropped first: it deregisters while the socket is open.
    reactor: Reactor,
    socket: Arc<Shared<State>>,
}

impl SocketPort {
    pub(super) fn new(socket: Socket) -> Result<SocketPort> {
        let socket = Arc::new(Shared::new(State::new(socket)));
        let reactor = Reactor::new(&socket)?;
        Ok(SocketPort { reactor, socket })
    }

    /// The socket, once it is deregistered; none if the reactor keeps it.
    pub(super) fn into_socket(self) -> Option<Socket> {
        drop(self.reactor);
        Some(Arc::into_inner(self.socket)?.into_inner().socket)
    }
}

impl Port for SocketPort {
    type Error = Error;
    type Socket = State;
    type Locked<'p> = Locked<'p, State>;

    #[inline]
    fn lock(&self) -> Locked<'_, State> {
        self.socket.lock()
    }

    fn poll_edge(&self, waker: &Waker) -> Poll<Result<()>> {
        self.reactor.poll_edge(waker)
    }

    #[inline]
    fn is_would_block(error: &Error) -> bool {
        error.is_would_block()
    }
}
