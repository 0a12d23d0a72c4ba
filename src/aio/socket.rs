//! [`Socket`]: a socket whose calls are futures.

use std::fmt;
use std::future::poll_fn;

use super::driver::Driver;
use super::port::SocketPort;
use super::waiters::{Interest, Wait};
use crate::error::{Call, Error, Result};
use crate::ffi::errno::Errno;
use crate::flags::State;
use crate::socket;

/// A [`Socket`](crate::Socket) whose calls are futures.
pub struct Socket {
    driver: Driver<SocketPort>,
}

impl Socket {
    /// Registers the socket.
    ///
    /// # Errors
    /// ...
    pub fn new(socket: socket::Socket) -> Result<Socket> {
        Ok(Socket {
            driver: Driver::new(SocketPort::new(socket)?),
        })
    }

    /// Deregisters the socket and gives it back.
    ///
    /// # Errors
    /// None that is known.
    pub fn into_inner(self) -> Result<socket::Socket> {
        let socket = self.driver.into_port().into_socket();
        socket.ok_or_else(|| Error::new(Call::Aio, Errno::EBUSY).because("the reactor did not let go of the socket"))
    }

    /// Makes calls on the socket.
    pub fn with<T>(&self, calls: impl FnOnce(&socket::Socket) -> T) -> T {
        self.driver.with(|state| calls(&state.socket))
    }

    /// Waits for events.
    ///
    /// # Errors
    /// `ETERM`.
    pub async fn ready(&self, events: State) -> Result<State> {
        let interest = Interest::from(events);
        if interest.is_none() {
            return Err(Error::new(Call::Poll, Errno::EINVAL).because("neither POLLIN nor POLLOUT is waited for"));
        }
        self.run(interest, |socket| {
            let ready = socket.events()? & events;
            if ready.is_empty() {
                return Err(Error::new(Call::Poll, Errno::EAGAIN));
            }
            Ok(ready)
        })
        .await
    }

    /// Makes attempts until one ends in something else than `EAGAIN`.
    #[inline]
    pub(super) async fn run<T>(
        &self,
        interest: Interest,
        mut attempt: impl FnMut(&socket::Socket) -> Result<T>,
    ) -> Result<T> {
        let mut wait = Wait::new(&**self.driver.waiters(), interest);
        poll_fn(|cx| self.driver.poll(cx, &mut wait, &mut |state| attempt(&state.socket))).await
    }
}

impl fmt::Debug for Socket {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Socket").finish_non_exhaustive()
    }
}
