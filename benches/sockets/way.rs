//! The two ways that are compared: raw calls in a loop, and ours.

use std::ffi::c_int;

use zmq4::{Flags, Message, Socket, zmq_sys as sys};

/// How a message is sent and received. The sockets are the same, so all that differs is the calls.
pub(crate) trait Way {
    const NAME: &'static str;
    /// Into what is received, again and again.
    type Slot: Default;

    fn send(socket: &Socket, data: &[u8], more: bool);
    /// Gives how many bytes came, and whether more of the same message follow.
    fn recv(socket: &Socket, slot: &mut Self::Slot) -> (usize, bool);
}

/// What a careful C program does.
pub(crate) struct Raw;

/// What a user of this crate does.
pub(crate) struct Ours;

/// A `zmq_msg_t` that is always initialised.
pub(crate) struct RawSlot(sys::zmq_msg_t);

impl Default for RawSlot {
    fn default() -> RawSlot {
        // SAFETY: all zero is a value of this array of bytes.
        let mut slot = RawSlot(unsafe { std::mem::zeroed() });
        // SAFETY: writes the message that it is given.
        unsafe { sys::zmq_msg_init(&mut slot.0) };
        slot
    }
}

impl Drop for RawSlot {
    fn drop(&mut self) {
        // SAFETY: initialised when it was made.
        unsafe { sys::zmq_msg_close(&mut self.0) };
    }
}

impl Way for Raw {
    const NAME: &'static str = "raw";
    type Slot = RawSlot;

    #[inline]
    fn send(socket: &Socket, data: &[u8], more: bool) {
        let flags = if more { sys::ZMQ_SNDMORE } else { 0 };
        // SAFETY: the socket is open and the bytes are live.
        let rc = unsafe { sys::zmq_send(socket.as_ptr(), data.as_ptr().cast(), data.len(), flags) };
        assert_ne!(rc, -1);
    }

    #[inline]
    fn recv(socket: &Socket, slot: &mut RawSlot) -> (usize, bool) {
        // SAFETY: the socket is open and the message initialised.
        let rc: c_int = unsafe { sys::zmq_msg_recv(&mut slot.0, socket.as_ptr(), 0) };
        assert_ne!(rc, -1);
        // SAFETY: the message is initialised.
        let more = unsafe { sys::zmq_msg_more(&slot.0) };
        (rc as usize, more != 0)
    }
}

impl Way for Ours {
    const NAME: &'static str = "ours";
    type Slot = Message;

    #[inline]
    fn send(socket: &Socket, data: &[u8], more: bool) {
        let flags = if more { Flags::SNDMORE } else { Flags::NONE };
        socket.send(data, flags).unwrap();
    }

    #[inline]
    fn recv(socket: &Socket, slot: &mut Message) -> (usize, bool) {
        let len = socket.recv_msg_into(slot, Flags::NONE).unwrap();
        (len, slot.more())
    }
}
