//! [`retry_on_intr`]: the one loop against signals.

use super::errno::Errno;

/// Makes `call`, and makes it again while a signal interrupts it and `retries` returns `true`.
///
/// In a forked child each call on a socket fails with `EINTR`, so `retries` returns `false` there.
#[inline(always)]
pub(crate) fn retry_on_intr<T, E: PartialEq<Errno>>(
    retries: impl Fn() -> bool,
    mut call: impl FnMut() -> Result<T, E>,
) -> Result<T, E> {
    loop {
        match call() {
            Err(error) if error == Errno::EINTR && retries() => {}
            result => return result,
        }
    }
}
