//! Waiting on in spite of signals, and no longer than the time-out says.

use std::cell::Cell;
use std::ffi::{c_int, c_long};
use std::time::{Duration, Instant};

use zmq_sys as sys;

use super::Socket;
use crate::errno::Errno;
use crate::flags::Flags;

/// What a send or a receive waits for.
#[derive(Clone, Copy)]
pub(crate) enum Side {
    Send,
    Recv,
}

impl Socket {
    /// When a call that starts now must be over, or `None` where it waits for ever or not at all.
    #[inline]
    pub(super) fn deadline(&self, side: Side, flags: Flags) -> Option<Instant> {
        let timeout = self.timeout(side).get();
        if timeout < 0 || flags.contains(Flags::DONTWAIT) {
            None
        } else {
            from_now(timeout)
        }
    }

    #[inline]
    pub(crate) fn timeout(&self, side: Side) -> &Cell<c_int> {
        match side {
            Side::Send => &self.sndtimeo,
            Side::Recv => &self.rcvtimeo,
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
    #[cold]
    pub(super) fn resume<T>(
        &self,
        side: Side,
        deadline: Option<Instant>,
        flags: Flags,
        mut call: impl FnMut(Flags) -> Result<T, Errno>,
    ) -> Result<T, Errno> {
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

#[inline(never)]
fn from_now(ms: c_int) -> Option<Instant> {
    Instant::now().checked_add(Duration::from_millis(u64::from(ms.unsigned_abs())))
}

/// Rounded up, so that a wait is never shorter than asked for, and saturating.
fn milliseconds(time: Duration) -> c_long {
    let ms = time.as_nanos().div_ceil(1_000_000);
    c_long::try_from(ms).unwrap_or(c_long::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rounds_up() {
        assert_eq!(milliseconds(Duration::ZERO), 0);
        assert_eq!(milliseconds(Duration::from_nanos(1)), 1);
        assert_eq!(milliseconds(Duration::from_micros(1001)), 2);
        assert_eq!(milliseconds(Duration::MAX), c_long::MAX);
    }
}
