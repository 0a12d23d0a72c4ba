//! [`Reactor`]: whoever watches a socket's descriptor: tokio, async-io, or a thread of ours on Windows.

use std::io;
use std::sync::Arc;
#[cfg(unix)]
use std::task::Context;
use std::task::{Poll, Waker};

use super::locked::{State, Watched};
use crate::error::{Call, Error, Result};
#[cfg(windows)]
use crate::ffi::completion_port::Registration;
#[cfg(unix)]
use crate::ffi::descriptor::Descriptor;
use crate::ffi::descriptor::Shared;
use crate::ffi::errno::Errno;

/// A registration of a descriptor. Dropping it deregisters.
pub(super) enum Reactor<T> {
    #[cfg(all(unix, feature = "tokio"))]
    Tokio(tokio::io::unix::AsyncFd<Descriptor<State<T>>>),
    #[cfg(all(unix, feature = "async-io"))]
    AsyncIo(async_io::Async<Descriptor<State<T>>>),
    #[cfg(windows)]
    CompletionPort(Registration<State<T>>),
}

impl<T: Watched> Reactor<T> {
    /// Registers with the reactor of the tokio runtime that this is called in, and with async-io's elsewhere; on Windows with ours.
    pub(super) fn new(value: &Arc<Shared<State<T>>>) -> Result<Reactor<T>> {
        let descriptor = value.descriptor(|state| state.value.descriptor())?;
        #[cfg(all(unix, feature = "tokio"))]
        if tokio::runtime::Handle::try_current().is_ok() {
            return on_tokio(descriptor);
        }
        #[cfg(all(unix, feature = "async-io"))]
        return match async_io::Async::new_nonblocking(descriptor) {
            Ok(registered) => Ok(Reactor::AsyncIo(registered)),
            Err(error) => Err(refused(&error)),
        };
        #[cfg(windows)]
        return match Registration::new(descriptor) {
            Ok(registered) => Ok(Reactor::CompletionPort(registered)),
            Err(error) => Err(refused(&error)),
        };
        #[cfg(not(any(windows, feature = "async-io")))]
        {
            drop(descriptor);
            Err(Error::new(Call::Aio, Errno::ENOTSUP)
                .because("this thread is in no tokio runtime, and the feature async-io is off"))
        }
    }

    /// Takes an edge that was seen, or has `waker` called at the next one.
    pub(super) fn poll_edge(&self, waker: &Waker) -> Poll<Result<()>> {
        #[cfg(unix)]
        let mut cx = Context::from_waker(waker);
        let edge = match self {
            #[cfg(all(unix, feature = "tokio"))]
            Reactor::Tokio(registered) => registered
                .poll_read_ready(&mut cx)
                .map_ok(|mut guard| guard.clear_ready()),
            #[cfg(all(unix, feature = "async-io"))]
            Reactor::AsyncIo(registered) => registered.poll_readable(&mut cx),
            #[cfg(windows)]
            Reactor::CompletionPort(registered) => registered.poll_edge(waker),
        };
        edge.map_err(|error| refused(&error))
    }
}

#[cfg(all(unix, feature = "tokio"))]
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

/// The reactor's own error: no memory or descriptors, a runtime that has ended, or a system that lacks what it needs.
fn refused(error: &io::Error) -> Error {
    let other = if error.kind() == io::ErrorKind::Unsupported {
        Errno::ENOTSUP
    } else {
        Errno::new(libc::ECANCELED)
    };
    Error::new(Call::Aio, Errno::of_io(error, other)).because(error.to_string())
}
