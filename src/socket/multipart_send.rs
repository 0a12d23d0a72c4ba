//! [`Progress`]: the one loop that sends the frames of a message, be they borrowed, staged or a relay's.

use crate::ffi::errno::Errno;
use crate::ffi::message::RawMessage;
use crate::ffi::retry::retry_on_intr;
use crate::ffi::socket::LiveSocket;
use crate::flags::Flags;
use crate::socket_type::SocketType;

/// Which frame of a message is sent next, and with which flags.
///
/// The frames are visited by their owners, a tuple of lists for instance, so the body of the loop is a method here.
/// Only frame 0 may block: libzmq's high-water mark counts whole messages.
#[derive(Clone, Copy)]
pub(super) struct Progress {
    next: usize,
    count: usize,
    flags: Flags,
}

/// The peer went away in the middle of a message, and this many of its frames were not tried yet.
#[derive(Clone, Copy)]
pub(super) struct PeerLost {
    pub(super) left: usize,
}

/// A frame as one call sends it.
pub(super) enum FrameRef<'f> {
    /// libzmq copies the bytes.
    Bytes(&'f [u8]),
    /// Remains as it is: libzmq gets a second message over the same bytes.
    Shared(&'f mut RawMessage),
    /// Is empty once it is sent.
    Moved(&'f mut RawMessage),
}

impl Progress {
    #[inline(always)]
    pub(super) fn new(count: usize, flags: Flags) -> Progress {
        Progress { next: 0, count, flags }
    }

    /// Sends the next frame through `send`, which gets its number, its flags and whether it is the last one.
    #[inline(always)]
    pub(super) fn step(&mut self, send: impl FnOnce(usize, Flags, bool) -> Result<(), Errno>) -> Result<(), Errno> {
        let index = self.next;
        let is_last = index + 1 == self.count;
        let wait = if index == 0 { self.flags } else { Flags::DONTWAIT };
        let flags = if is_last { wait } else { wait | Flags::SNDMORE };
        send(index, flags, is_last)?;
        self.next += 1;
        Ok(())
    }

    /// The number of frames that were sent.
    #[inline(always)]
    pub(super) fn sent(&self) -> usize {
        self.next
    }

    /// What an `EAGAIN` means: the peer was lost, unless it concerns the first frame, which has to wait.
    pub(super) fn peer_lost(&self) -> Option<PeerLost> {
        (self.next > 0).then(|| PeerLost {
            left: self.count.saturating_sub(self.next + 1),
        })
    }
}

impl PeerLost {
    /// Ends the message if libzmq discards the frames up to its end; otherwise the socket is at the end already.
    /// Returns whether a frame was sent for that.
    pub(super) fn end_message(
        self,
        ty: SocketType,
        mut send: impl FnMut(FrameRef<'_>, Flags) -> Result<(), Errno>,
    ) -> Result<bool, Errno> {
        // Those that share messages out among their peers discard them (`lb_t::sendpipe`).
        let discards = [SocketType::PUSH, SocketType::DEALER, SocketType::REQ].contains(&ty);
        if self.left == 0 || !discards {
            return Ok(false);
        }
        retry_on_intr(|| true, || send(FrameRef::Bytes(&[]), Flags::DONTWAIT)).map(|()| true)
    }
}

impl<'f> FrameRef<'f> {
    #[inline]
    pub(super) fn send(&mut self, socket: LiveSocket<'_>, flags: Flags) -> Result<(), Errno> {
        match self {
            FrameRef::Bytes(bytes) => socket.send(bytes, flags.bits()),
            FrameRef::Shared(message) => socket.send_share(message, flags.bits()),
            FrameRef::Moved(message) => socket.send_message(message, flags.bits()),
        }
    }

    /// The same frame, copied by libzmq.
    pub(super) fn copied(self) -> FrameRef<'f> {
        match self {
            FrameRef::Shared(message) | FrameRef::Moved(message) => FrameRef::Bytes(message.bytes()),
            bytes => bytes,
        }
    }

    /// The same frame, given away if nothing comes after it that could make it necessary to send it again.
    #[inline]
    pub(super) fn moved_if(self, is_last: bool) -> FrameRef<'f> {
        match self {
            FrameRef::Shared(message) if is_last => FrameRef::Moved(message),
            frame => frame,
        }
    }
}
