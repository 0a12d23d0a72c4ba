//! Waiting for exactly the timeout, despite signals and the range of libzmq's argument.

use std::ffi::c_long;
use std::time::{Duration, Instant};

use crate::error::{Call, Error, Result};
use crate::ffi::errno::Errno;
use crate::refusal::descriptor_limit;
use crate::socket::retry::milliseconds;

/// Calls until something is ready, there is an error, or the timeout is over; again after a signal if `retries` returns true.
///
/// `call` gets milliseconds, -1 if indefinite, and returns the number of ready items. `peek` is for calls that cost less than
/// reading the clock: the clock is read only if nothing is ready yet.
#[inline]
pub(super) fn wait(
    timeout: Option<Duration>,
    peek: bool,
    mut call: impl FnMut(c_long) -> Result<usize, Errno>,
    retries: impl Fn() -> bool,
) -> Result<usize> {
    let result = match timeout {
        None => call(-1),
        Some(timeout) if peek || timeout.is_zero() => call(0),
        Some(_) => return wait_until(timeout, call, retries),
    };
    match result {
        Ok(ready) if ready > 0 => Ok(ready),
        result => after_first_call(timeout, result, call, retries),
    }
}

/// After a call that found nothing ready.
#[cold]
#[inline(never)]
fn after_first_call(
    timeout: Option<Duration>,
    answer: Result<usize, Errno>,
    call: impl FnMut(c_long) -> Result<usize, Errno>,
    retries: impl Fn() -> bool,
) -> Result<usize> {
    match answer {
        Err(Errno::EINTR) if retries() => {}
        Err(errno) => return Err(failed(errno)),
        Ok(_) if timeout == Some(Duration::ZERO) => return Ok(0),
        Ok(_) => {}
    }
    wait_until(timeout, call, retries)
}

#[inline(never)]
fn wait_until(
    timeout: Option<Duration>,
    mut call: impl FnMut(c_long) -> Result<usize, Errno>,
    retries: impl Fn() -> bool,
) -> Result<usize> {
    let start = Instant::now();
    let mut left = timeout;
    loop {
        let answer = call(left.map_or(-1, milliseconds));
        left = match answer {
            Ok(ready) if ready > 0 => return Ok(ready),
            Err(errno) if errno != Errno::EINTR || !retries() => return Err(failed(errno)),
            _ => timeout.map(|timeout| timeout.saturating_sub(start.elapsed())),
        };
        // A signal kept the last call from looking, so there is one more, which does not wait.
        if left == Some(Duration::ZERO) && answer.is_ok() {
            return Ok(0);
        }
    }
}

/// Nothing can become ready: that is an error without a timeout. Returns whether it slept for the timeout, because libzmq
/// does not support a set of which nothing `is_watched`: it would sleep no longer than `usleep` can, and Windows' `select` fails.
#[cold]
pub(super) fn idle(timeout: Option<Duration>, is_watched: bool) -> Result<bool> {
    let Some(timeout) = timeout else {
        let error = Error::new(Call::Poll, Errno::EINVAL);
        return Err(error.because("nothing is waited for, and there is no timeout"));
    };
    if !is_watched {
        std::thread::sleep(timeout);
    }
    Ok(!is_watched)
}

#[cold]
pub(super) fn failed(errno: Errno) -> Error {
    let error = Error::new(Call::Poll, errno);
    match errno {
        Errno::EMFILE => {
            let limit = descriptor_limit();
            error.because(format!(
                "there are more items than the process may have file descriptors: {limit}"
            ))
        }
        _ => error,
    }
}

/// The sockets' threads are in another process.
#[cold]
pub(super) fn forked() -> Error {
    Error::new(Call::Poll, Errno::EINTR).because("a socket was made in the parent process")
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;
    use std::ffi::c_int;

    use super::*;

    /// What the calls were given, where they answer this.
    fn calls(timeout: Option<Duration>, peek: bool, answers: &[Result<usize, Errno>]) -> (Vec<c_long>, Result<usize>) {
        let mut given = Vec::new();
        let mut answers = answers.iter();
        let call = |ms| {
            given.push(ms);
            answers.next().copied().unwrap_or(Ok(1))
        };
        let ready = wait(timeout, peek, call, || true);
        (given, ready)
    }

    #[test]
    fn long_timeout_is_waited_for_in_pieces() {
        let most = c_long::from(c_int::MAX);
        let century = Duration::from_secs(100 * 365 * 24 * 3600);
        for timeout in [century, Duration::MAX] {
            let (given, ready) = calls(Some(timeout), false, &[Ok(0), Err(Errno::EINTR), Ok(0), Ok(2)]);
            assert_eq!(given, [most; 4]);
            assert_eq!(ready.unwrap(), 2);
        }
    }

    #[test]
    fn ready_items_are_found_without_waiting() {
        let time = Some(Duration::from_secs(1));
        assert_eq!(calls(time, true, &[Ok(1)]).0, [0]);
        assert_eq!(calls(time, false, &[Ok(1)]).0, [1000]);
        let given = calls(time, true, &[Ok(0)]).0;
        assert_eq!(given, [0, 1000]);
        assert_eq!(calls(None, true, &[Ok(1)]).0, [-1]);
        assert_eq!(calls(Some(Duration::ZERO), false, &[Ok(0)]).0, [0]);
    }

    #[test]
    fn less_than_a_millisecond_is_a_millisecond() {
        assert_eq!(calls(Some(Duration::from_nanos(1)), false, &[]).0, [1]);
        assert_eq!(calls(Some(Duration::from_micros(999)), false, &[]).0, [1]);
    }

    #[test]
    fn after_a_signal_there_is_always_one_more_look() {
        let short = Duration::from_nanos(1);
        for timeout in [Duration::ZERO, short] {
            let (given, ready) = calls(Some(timeout), false, &[Err(Errno::EINTR)]);
            assert_eq!(given.last(), Some(&0));
            assert_eq!(ready.unwrap(), 1);
        }
        assert_eq!(calls(None, false, &[Err(Errno::EINTR); 3]).0, [-1; 4]);
    }

    #[test]
    fn a_signal_ends_the_wait_where_it_is_not_retried() {
        for timeout in [None, Some(Duration::ZERO), Some(Duration::from_secs(1))] {
            for peek in [true, false] {
                let asked = Cell::new(0);
                let retries = || {
                    asked.set(asked.get() + 1);
                    false
                };
                let error = wait(timeout, peek, |_| Err(Errno::EINTR), retries).unwrap_err();
                assert_eq!(error, Errno::EINTR);
                assert_eq!(asked.get(), 1);
            }
        }
    }

    #[test]
    fn a_wait_is_not_shorter_than_asked_for() {
        let time = Duration::from_millis(20);
        let start = Instant::now();
        // libzmq's clock has milliseconds: it may answer too early.
        assert_eq!(wait(Some(time), false, |_| Ok(0), || true).unwrap(), 0);
        assert!(start.elapsed() >= time);
    }
}
