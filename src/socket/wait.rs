//! Waiting on in spite of signals, and no longer than the time-out says.

use std::cell::Cell;
use std::ffi::{c_int, c_long};
use std::time::{Duration, Instant};

use zmq_sys as sys;

use super::Socket;
use crate::ffi::errno::Errno;
use crate::ffi::socket::Here;
use crate::flags::Flags;
use crate::socket_type::SocketType;

/// What a send or a receive waits for.
#[derive(Clone, Copy)]
pub(crate) enum Side {
    Send,
    Recv,
}

impl Socket {
    /// The time-out in milliseconds, negative for none.
    fn timeout(&self, side: Side) -> &Cell<c_int> {
        match side {
            Side::Send => &self.sndtimeo,
            Side::Recv => &self.rcvtimeo,
        }
    }

    /// Takes note of a time-out. Without one calls go straight ahead: they need not look at the clock first.
    pub(crate) fn set_timeout(&self, side: Side, ms: c_int) {
        self.timeout(side).set(ms);
        self.go_straight();
    }

    /// Says which calls need look at nothing first.
    pub(super) fn go_straight(&self) {
        let kept = self.has_prefetched();
        // What an XSUB sends may be a topic, which is checked, a REP may not be at its turn, and a REQ may lose its peer.
        let checked = match self.ty {
            SocketType::XSUB => true,
            SocketType::REP => kept,
            SocketType::REQ => self.guard.may_lose_peers(),
            _ => self.sends_copies(),
        };
        // What an XPUB receives is mended, and a conflating socket receives no part of a message.
        let mended = self.ty == SocketType::XPUB || self.is_conflating();
        self.raw.go_straight(
            self.sndtimeo.get() < 0 && !checked,
            self.rcvtimeo.get() < 0 && !kept && !mended,
        );
    }

    /// When a call that starts now must be over, or `None` where it waits for ever or not at all.
    fn deadline(&self, side: Side, flags: Flags) -> Option<Instant> {
        let timeout = self.timeout(side).get();
        if timeout < 0 || flags.contains(Flags::DONTWAIT) {
            return None;
        }
        Instant::now().checked_add(Duration::from_millis(u64::from(timeout.unsigned_abs())))
    }

    /// Has a REQ notice that its peer has gone, before it sends. libzmq looks for that once a millisecond. A REQ that finds
    /// out between the delimiter and the request drops both and believes that the next request has its delimiter already.
    fn notice_loss(&self) -> Result<(), Errno> {
        if self.guard.may_lose_peers() {
            self.uninterrupted(|| self.raw.get_int(sys::ZMQ_EVENTS))?;
        }
        Ok(())
    }

    /// Makes a call by the clock where there is a time-out, and again if a signal interrupts it.
    pub(super) fn by_the_clock<T>(
        &self,
        side: Side,
        flags: Flags,
        mut call: impl FnMut(Here<'_>, Flags) -> Result<T, Errno>,
    ) -> Result<T, Errno> {
        match (side, self.ty) {
            (Side::Send, SocketType::REP) => self.check_turn()?,
            (Side::Send, SocketType::REQ) => self.notice_loss()?,
            _ => {}
        }
        let deadline = self.deadline(side, flags);
        match call(self.raw.here()?, flags) {
            Err(Errno::EINTR) => self.resume(side, deadline, flags, call),
            answer => answer,
        }
    }

    /// Makes a call that has no time-out, again if a signal interrupts it.
    pub(crate) fn uninterrupted<T>(&self, mut call: impl FnMut() -> Result<T, Errno>) -> Result<T, Errno> {
        loop {
            match call() {
                Err(Errno::EINTR) if self.context().retries() => {}
                answer => return answer,
            }
        }
    }

    /// Makes a call again that a signal interrupted, within the time that is left.
    pub(super) fn resume<T>(
        &self,
        side: Side,
        deadline: Option<Instant>,
        flags: Flags,
        mut call: impl FnMut(Here<'_>, Flags) -> Result<T, Errno>,
    ) -> Result<T, Errno> {
        let mut call = |flags| call(self.raw.here()?, flags);
        let mut answer = Err(Errno::EINTR);
        while let Err(Errno::EINTR) = answer {
            if !self.context().retries() {
                break;
            }
            answer = match deadline {
                None => call(flags),
                Some(deadline) => self.poll_until(side, deadline).and_then(|()| {
                    match call(flags | Flags::DONTWAIT) {
                        // Ready for somebody else's command only, and there is time left.
                        Err(Errno::EAGAIN) if Instant::now() < deadline => Err(Errno::EINTR),
                        answer => answer,
                    }
                }),
            };
        }
        answer
    }

    fn poll_until(&self, side: Side, deadline: Instant) -> Result<(), Errno> {
        let events = match side {
            Side::Send => sys::ZMQ_POLLOUT,
            Side::Recv => sys::ZMQ_POLLIN,
        };
        let left = deadline.saturating_duration_since(Instant::now());
        self.raw().poll(events, milliseconds(left)).map(drop)
    }
}

/// Rounded up, so that a wait is never shorter than asked for, and no more than libzmq's `int` holds: 24 days.
#[inline]
pub(crate) fn milliseconds(time: Duration) -> c_long {
    let ms = time.as_secs().saturating_mul(1000);
    let ms = ms.saturating_add(u64::from(time.subsec_nanos().div_ceil(1_000_000)));
    c_long::from(c_int::try_from(ms).unwrap_or(c_int::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rounds_up() {
        let most = Duration::from_millis(c_int::MAX.unsigned_abs().into());
        for (time, ms) in [
            (Duration::ZERO, 0),
            (Duration::from_nanos(1), 1),
            (Duration::from_micros(999), 1),
            (Duration::from_millis(1), 1),
            (Duration::from_micros(1001), 2),
            (Duration::from_nanos(999_999_999), 1000),
            (Duration::from_secs(60), 60_000),
            (most, c_int::MAX),
            (most + Duration::from_nanos(1), c_int::MAX),
            (Duration::MAX, c_int::MAX),
        ] {
            assert_eq!(milliseconds(time), c_long::from(ms), "{time:?}");
        }
    }
}
