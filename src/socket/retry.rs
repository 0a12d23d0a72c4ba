//! Calls that send and receive: again after a signal, and no longer than the timeout.

use std::cell::Cell;
use std::ffi::{c_int, c_long};
use std::time::{Duration, Instant};

use zmq_sys as sys;

use super::Socket;
use crate::ffi::errno::Errno;
use crate::ffi::retry::retry_on_intr;
use crate::ffi::socket::{Direction, LiveSocket};
use crate::flags::Flags;
use crate::socket_type::SocketType;
use crate::version::repaired;

/// Keeps what is rare out of the code of the fast path. Its closure captures values, not references to locals.
#[cold]
#[inline(never)]
pub(super) fn cold<T>(rare: impl FnOnce() -> T) -> T {
    rare()
}

impl Socket {
    /// The timeout in milliseconds; negative for none.
    pub(super) fn timeout(&self, direction: Direction) -> &Cell<c_int> {
        match direction {
            Direction::Send => &self.sndtimeo,
            Direction::Recv => &self.rcvtimeo,
        }
    }

    /// Records a timeout. Calls with a timeout do not use the fast path, because they read the clock first.
    pub(crate) fn set_timeout(&self, direction: Direction, ms: c_int) {
        self.timeout(direction).set(ms);
        self.update_fast_paths();
    }

    /// Works out which calls need no checks.
    pub(super) fn update_fast_paths(&self) {
        let kept = self.has_prefetched();
        // An XSUB may send a topic, which is checked, a DGRAM has two frames, a REP may be out of turn, and a REQ may
        // lose its peer.
        let checks_sends = match self.ty {
            SocketType::XSUB | SocketType::DGRAM => true,
            SocketType::REP => kept,
            SocketType::REQ => self.preconditions.may_lose_peers(),
            _ => self.sends_copies(),
        };
        // An XPUB repairs what it receives, and a conflating socket rejects messages of several frames.
        let checks_recvs = kept || (self.ty == SocketType::XPUB || self.is_conflating()) && !repaired();
        self.raw.set_fast_paths(
            self.sndtimeo.get() < 0 && !checks_sends,
            self.rcvtimeo.get() < 0 && !checks_recvs,
        );
    }

    /// When a call that starts now times out; `None` if it waits indefinitely, or not at all.
    fn deadline(&self, direction: Direction, flags: Flags) -> Option<Instant> {
        let timeout = self.timeout(direction).get();
        if timeout < 0 || flags.contains(Flags::DONTWAIT) {
            return None;
        }
        Instant::now().checked_add(Duration::from_millis(u64::from(timeout.unsigned_abs())))
    }

    /// Has a REQ process the loss of its peer before it sends. libzmq looks for that once a millisecond. A REQ that
    /// finds out between the delimiter and the request drops both, and sends the next request without a delimiter.
    fn process_peer_loss(&self) -> Result<(), Errno> {
        if self.preconditions.may_lose_peers() {
            self.retry_interrupted(|| self.raw.get_int(sys::ZMQ_EVENTS))?;
        }
        Ok(())
    }

    /// Makes a call on the fast path: without a deadline, and again if a signal interrupts it.
    #[inline(always)]
    pub(super) fn without_deadline<T>(
        &self,
        socket: LiveSocket<'_>,
        flags: Flags,
        mut call: impl FnMut(LiveSocket<'_>, Flags) -> Result<T, Errno>,
    ) -> Result<T, Errno> {
        match call(socket, flags) {
            Err(Errno::EINTR) => cold(move || self.after_interrupt(|| call(self.raw.live()?, flags))),
            result => result,
        }
    }

    /// Makes a call of the fast path again if it was a signal that interrupted it.
    pub(super) fn after_failure<T>(
        &self,
        errno: Errno,
        mut call: impl FnMut(LiveSocket<'_>) -> Result<T, Errno>,
    ) -> Result<T, Errno> {
        match errno {
            Errno::EINTR => self.after_interrupt(|| call(self.raw.live()?)),
            errno => Err(errno),
        }
    }

    /// Makes a call within the socket's timeout, and again if a signal interrupts it.
    pub(super) fn with_deadline<T>(
        &self,
        direction: Direction,
        flags: Flags,
        mut call: impl FnMut(LiveSocket<'_>, Flags) -> Result<T, Errno>,
    ) -> Result<T, Errno> {
        match (direction, self.ty) {
            (Direction::Send, SocketType::REP) => self.check_turn()?,
            (Direction::Send, SocketType::REQ) => self.process_peer_loss()?,
            _ => {}
        }
        let mut call = |flags| call(self.raw.live()?, flags);
        let Some(deadline) = self.deadline(direction, flags) else {
            return self.retry_interrupted(|| call(flags));
        };
        match call(flags) {
            Err(Errno::EINTR) => self.after_interrupt(|| {
                self.poll_until(direction, deadline)?;
                match call(flags | Flags::DONTWAIT) {
                    // The socket was ready for a command of libzmq's only, and there is time left.
                    Err(Errno::EAGAIN) if Instant::now() < deadline => Err(Errno::EINTR),
                    result => result,
                }
            }),
            result => result,
        }
    }

    /// Makes a call that has no timeout, and again if a signal interrupts it.
    pub(crate) fn retry_interrupted<T>(&self, call: impl FnMut() -> Result<T, Errno>) -> Result<T, Errno> {
        retry_on_intr(|| self.context().retries(), call)
    }

    /// Goes on after a call that a signal interrupted.
    fn after_interrupt<T>(&self, call: impl FnMut() -> Result<T, Errno>) -> Result<T, Errno> {
        if self.context().retries() {
            self.retry_interrupted(call)
        } else {
            Err(Errno::EINTR)
        }
    }

    fn poll_until(&self, direction: Direction, deadline: Instant) -> Result<(), Errno> {
        let events = match direction {
            Direction::Send => sys::ZMQ_POLLOUT,
            Direction::Recv => sys::ZMQ_POLLIN,
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
