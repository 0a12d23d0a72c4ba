//! [`Statistics`]: what a proxy has relayed.

/// What a proxy has received and sent since it was started.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Statistics {
    /// The traffic of the front socket.
    pub front: Side,
    /// The traffic of the back socket.
    pub back: Side,
    /// Messages that were received and dropped: those for a peer that is unknown to a ROUTER with
    /// [`router_mandatory`](crate::Socket::set_router_mandatory), subscriptions that would crash libzmq, and multipart
    /// messages whose peer disconnected in the middle.
    pub dropped: u64,
}

/// What a proxy has received from and sent to one of its sockets.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Side {
    /// What the proxy has received from it.
    pub received: Traffic,
    /// What the proxy has sent to it.
    pub sent: Traffic,
}

/// A number of messages.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Traffic {
    /// Whole messages.
    pub messages: u64,
    /// Their frames.
    pub frames: u64,
    /// The bytes of their frames.
    pub bytes: u64,
}

impl Traffic {
    #[inline]
    pub(super) fn add(&mut self, frames: usize, bytes: usize) {
        self.messages = self.messages.wrapping_add(1);
        self.frames = self.frames.wrapping_add(frames as u64);
        self.bytes = self.bytes.wrapping_add(bytes as u64);
    }
}

impl Statistics {
    /// The eight numbers of `zmq_proxy_steerable`, in its order. Its manual page says messages, but it counts frames.
    pub(super) fn numbers(&self) -> [u64; 8] {
        let Statistics { front, back, .. } = self;
        let numbers = |traffic: &Traffic| (traffic.frames, traffic.bytes);
        let (front_in, front_out) = (numbers(&front.received), numbers(&front.sent));
        let (back_in, back_out) = (numbers(&back.received), numbers(&back.sent));
        [
            front_in.0,
            front_in.1,
            front_out.0,
            front_out.1,
            back_in.0,
            back_in.1,
            back_out.0,
            back_out.1,
        ]
    }
}
