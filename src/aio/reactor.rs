//! [`Reactor`]: whoever watches a socket's descriptor, tokio or async-io.

use std::io;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};

use super::locked::{State, Watched};
use crate::error::{Call, Error, Result};
use crate::ffi::descriptor::{Descriptor, Shared};
use crate::ffi::errno::Errno;

/// A registration of a descriptor. Dropping it deregisters.
pub(super) enum Reactor<T> {
    #[cfg(feature = "tokio")]
    Tokio(tokio::io::unix::AsyncFd<Descriptor<State<T>>>),
    #[cfg(feature = "async-io")]
    AsyncIo(async_io::Async<Descriptor<State<T>>>),
}

impl<T: Watched> Reactor<T> {
    /// Registers with the reactor of the tokio runtime that this is called in, and with async-io's elsewhere.
    pub(super) fn new(value: &Arc<Shared<State<T>>>) -> Result<Reactor<T>> {
        let descriptor = value.descriptor(|state| state.value.descriptor())?;
        #[cfg(feature = "tokio")]
        if tokio::runtime::Handle::try_current().is_ok() {
            return on_tokio(descriptor);
        }
        #[cfg(feature = "async-io")]
        return match async_io::Async::new_nonblocking(descriptor) {
            Ok(registered) => Ok(Reactor::AsyncIo(registered)),
            Err(error) => Err(refused(&error)),
        };
        #[cfg(not(feature = "async-io"))]
        {
            drop(descriptor);
            Err(Error::new(Call::Aio, Errno::ENOTSUP)
                .because("this thread is in no tokio runtime, and the feature async-io is off"))
        }
    }

    /// Takes an edge that was seen, or has `waker` called at the next one.
    pub(super) fn poll_edge(&self, waker: &Waker) -> Poll<Result<()>> {
        let mut cx = Context::from_waker(waker);
        let edge = match self {
            #[cfg(feature = "tokio")]
            Reactor::Tokio(registered) => registered
                .poll_read_ready(&mut cx)
                .map_ok(|mut guard| guard.clear_ready()),
            #[cfg(feature = "async-io")]
            Reactor::AsyncIo(registered) => registered.poll_readable(&mut cx),
        };
        edge.map_err(|error| refused(&error))
    }
}

#[cfg(feature = "tokio")]
fn on_tokio<T>(descriptor: Descriptor<State<T>>) -> Result<Reactor<T>> {
    use std::panic::{AssertUnwindSafe, catch_unwind};

    use crate::ffi::descriptor::register;

    // A runtime does not say whether it has I/O: without, tokio panics.
    match catch_unwind(AssertUnwindSafe(|| register(descriptor))) {
        Ok(Ok(registered)) => Ok(Reactor::Tokio(registered)),
        Ok(Err(error)) => Err(refused(&error)),
        Err(_) => Err(Error::new(Call::Aio, Errno::ENOTSUP).because("the tokio runtime was built without `enable_io`")),
    }
}

/// The reactor's own error: no memory or descriptors, or a runtime that has ended.
fn refused(error: &io::Error) -> Error {
    let errno = error.raw_os_error().unwrap_or(libc::ECANCELED);
    Error::new(Call::Aio, Errno::new(errno)).because(error.to_string())
}
