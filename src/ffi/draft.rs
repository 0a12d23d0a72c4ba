//! The calls of libzmq's DRAFT API: groups, routing ids, peers.

use std::ffi::{CStr, c_int};

use zmq_sys as sys;

use super::errno::Errno;
use super::message::RawMessage;
use super::ret;
use super::socket::RawSocket;

impl RawMessage {
    /// The group, empty if the message has none.
    pub(crate) fn group(&self) -> &CStr {
        // SAFETY: the message is initialised, and libzmq writes nothing in spite of the signature.
        let group = unsafe { sys::zmq_msg_group(self.as_ptr().cast_mut()) };
        // SAFETY: the text ends in NUL, and lives as long as the message is not changed.
        unsafe { CStr::from_ptr(group) }
    }

    pub(crate) fn set_group(&mut self, group: &CStr) -> Result<(), Errno> {
        // SAFETY: the message is initialised, and libzmq copies the text, which ends in NUL.
        ret::status(unsafe { sys::zmq_msg_set_group(self.raw_mut(), group.as_ptr()) })
    }

    /// The routing id, 0 if the message has none.
    pub(crate) fn routing_id(&self) -> u32 {
        // SAFETY: the message is initialised, and libzmq writes nothing in spite of the signature.
        unsafe { sys::zmq_msg_routing_id(self.as_ptr().cast_mut()) }
    }

    pub(crate) fn set_routing_id(&mut self, id: u32) -> Result<(), Errno> {
        // SAFETY: the message is initialised.
        ret::status(unsafe { sys::zmq_msg_set_routing_id(self.raw_mut(), id) })
    }
}

impl RawSocket {
    pub(crate) fn join(&self, group: &CStr) -> Result<(), Errno> {
        // SAFETY: the socket is open, and the text ends in NUL.
        ret::status(unsafe { sys::zmq_join(self.live_ptr()?, group.as_ptr()) })
    }

    pub(crate) fn leave(&self, group: &CStr) -> Result<(), Errno> {
        // SAFETY: the socket is open, and the text ends in NUL.
        ret::status(unsafe { sys::zmq_leave(self.live_ptr()?, group.as_ptr()) })
    }

    /// Connects, and returns the routing id of the peer.
    pub(crate) fn connect_peer(&self, endpoint: &CStr) -> Result<u32, Errno> {
        // SAFETY: the socket is open, and the text ends in NUL.
        match unsafe { sys::zmq_connect_peer(self.live_ptr()?, endpoint.as_ptr()) } {
            0 => Err(ret::last()),
            id => Ok(id),
        }
    }

    /// Which of `ZMQ_POLLIN` and `ZMQ_POLLOUT` hold for one peer of a ROUTER.
    pub(crate) fn peer_state(&self, routing_id: &[u8]) -> Result<c_int, Errno> {
        // SAFETY: the socket is open, and libzmq reads as many bytes as it is given.
        ret::number(unsafe {
            sys::zmq_socket_get_peer_state(self.live_ptr()?, routing_id.as_ptr().cast(), routing_id.len())
        })
    }

    /// Asks for an event with the lengths of the queues of each connection. The socket is not thread-safe: libzmq does not lock it.
    pub(crate) fn request_pipe_stats(&self) -> Result<(), Errno> {
        // SAFETY: the socket is open.
        ret::status(unsafe { sys::zmq_socket_monitor_pipes_stats(self.live_ptr()?) })
    }
}
