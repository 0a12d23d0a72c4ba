//! Peers that are named by a number, and the state of a ROUTER's peers: calls of the DRAFT API.

use std::cell::Cell;

use super::Socket;
use super::reasons::explain_peer;
use crate::endpoint::AttachMode;
use crate::error::{Call, Error, Result};
use crate::ffi::errno::Errno;
use crate::flags::State;
use crate::refusal::Refusal;
use crate::socket_type::SocketType;

/// # Peers
///
/// Calls of libzmq's DRAFT API, with the feature `draft`.
impl Socket {
    /// Connects a [`PEER`](crate::PEER), and returns the routing id of the peer at the other end ([`zmq_connect_peer`],
    /// since libzmq 4.3.3).
    ///
    /// A message with this id ([`set_routing_id`](crate::Message::set_routing_id)) is sent to it, also before the
    /// connection is made.
    ///
    /// # Errors
    /// Like [`connect`](Socket::connect); `ENOTSUP` for a socket of another type; `EFAULT` with
    /// [`immediate`](Socket::set_immediate).
    ///
    /// ```
    /// use zmq4::{Context, Flags, Message};
    /// # if !zmq4::has("draft") { return Ok::<(), zmq4::Error>(()); }
    /// let context = Context::new()?;
    /// let (a, b) = (context.socket(zmq4::PEER)?, context.socket(zmq4::PEER)?);
    /// b.bind("inproc://peer b")?;
    /// let id = a.connect_peer("inproc://peer b")?;
    /// let mut message = Message::from("Hello");
    /// message.set_routing_id(id)?;
    /// a.send(message, Flags::NONE)?;
    /// assert_eq!(b.recv(Flags::NONE)?, "Hello");
    /// # Ok::<(), zmq4::Error>(())
    /// ```
    ///
    /// [`zmq_connect_peer`]: https://libzmq.readthedocs.io/en/latest/zmq_connect_peer.html
    #[doc(alias = "zmq_connect_peer")]
    pub fn connect_peer(&self, endpoint: &str) -> Result<u32> {
        let failed = |refusal| Error::refused(Call::ConnectPeer, refusal).about_endpoint(endpoint);
        if self.socket_type() != SocketType::PEER {
            return Err(failed(Refusal::new(
                Errno::ENOTSUP,
                "only a PEER connects to a peer that it names",
            )));
        }
        if self.immediate()? {
            return Err(failed(Refusal::new(
                Errno::EFAULT,
                "ZMQ_IMMEDIATE is set: the peer would have no id yet",
            )));
        }
        let id = Cell::new(0);
        self.attach_by(Call::ConnectPeer, AttachMode::Connect, endpoint, |text| {
            self.raw().connect_peer(text).map(|named| id.set(named))
        })?;
        Ok(id.get())
    }

    /// Which of [`POLLIN`](crate::POLLIN) and [`POLLOUT`](crate::POLLOUT) hold for one peer of a ROUTER
    /// (`zmq_socket_get_peer_state`).
    ///
    /// # Errors
    /// `EHOSTUNREACH` if no peer has this routing id; `ENOTSUP` for a socket of another type.
    ///
    /// ```
    /// use zmq4::{Context, Errno};
    /// # if !zmq4::has("draft") { return Ok::<(), zmq4::Error>(()); }
    /// let router = Context::new()?.socket(zmq4::ROUTER)?;
    /// assert_eq!(router.peer_state("unknown").unwrap_err(), Errno::EHOSTUNREACH);
    /// # Ok::<(), zmq4::Error>(())
    /// ```
    #[doc(alias = "zmq_socket_get_peer_state")]
    pub fn peer_state(&self, routing_id: impl AsRef<[u8]>) -> Result<State> {
        self.retry_interrupted(|| self.raw().peer_state(routing_id.as_ref()))
            .map(|state| State::from_bits_truncate(state as _))
            .map_err(|errno| {
                let error = Error::new(Call::GetPeerState, errno).about_type(self.socket_type());
                explain_peer(routing_id.as_ref(), error)
            })
    }
}
