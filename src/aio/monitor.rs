//! [`Monitor`]: the events of a socket's monitor as a stream.

use std::fmt;
use std::future::poll_fn;
use std::mem::ManuallyDrop;
use std::pin::Pin;
use std::task::{Context, Poll};

use futures_core::Stream;

use super::driver::Driver;
use super::port::SocketPort;
use super::waiters::{Interest, Wait};
use crate::error::Result;
use crate::ffi::errno::Errno;
use crate::flags::Flags;
use crate::monitor::{self, MonitorEvent};

/// A [`Monitor`](crate::Monitor) that is awaited, and a [`Stream`] of its events.
///
/// The stream ends when the monitor does, and when the context does. Dropping a wait loses no event.
///
/// ```
/// # tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(async {
/// use futures_util::StreamExt;
/// use zmq4::{EVENT_LISTENING, aio};
/// let context = zmq4::Context::new()?;
/// let server = context.socket(zmq4::REP)?;
/// let mut events = aio::Monitor::new(server.monitor(EVENT_LISTENING)?)?;
/// server.bind("tcp://127.0.0.1:*")?;
/// assert_eq!(events.recv().await?.event, EVENT_LISTENING);
/// drop(server);
/// assert!(events.next().await.is_none());
/// # Ok::<(), zmq4::Error>(())
/// # }).unwrap();
/// ```
pub struct Monitor {
    driver: Driver<SocketPort<monitor::Monitor>>,
}

impl Monitor {
    /// Registers the monitor's socket with the reactor.
    ///
    /// # Errors
    /// Like [`Socket::new`](super::Socket::new). The monitor ends then.
    pub fn new(monitor: monitor::Monitor) -> Result<Monitor> {
        Ok(Monitor {
            driver: Driver::new(SocketPort::new(monitor)?),
        })
    }

    /// Deregisters the monitor and gives it back.
    ///
    /// # Errors
    /// `EINTR` in a forked child; `EBUSY` if the reactor did not let go of it, which is not known to happen.
    pub fn into_inner(self) -> Result<monitor::Monitor> {
        self.driver.into_port().into_value()
    }

    /// Waits for the next event. Cancel-safe.
    ///
    /// # Errors
    /// `ENOTCONN` after the last event; `ETERM` once the context has ended.
    #[doc(alias = "RecvEvent")]
    pub async fn recv(&self) -> Result<MonitorEvent> {
        let mut wait = Wait::new(&**self.driver.waiters(), Interest::RECV);
        poll_fn(|cx| {
            self.driver
                .poll(cx, &mut wait, &mut |state| state.value.recv(Flags::DONTWAIT))
        })
        .await
    }

    /// Ends the monitor. Events that were raised before can still be received.
    pub fn stop(&self) {
        self.driver.with(|state| state.value.stop());
    }
}

impl Stream for Monitor {
    type Item = Result<MonitorEvent>;

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<MonitorEvent>>> {
        let mut wait = ManuallyDrop::new(Wait::of_poll(&**self.driver.waiters(), Interest::RECV));
        self.driver
            .poll(cx, &mut *wait, &mut |state| state.value.recv(Flags::DONTWAIT))
            .map(|event| match event {
                Err(error) if error == Errno::ENOTCONN || error == Errno::ETERM => None,
                event => Some(event),
            })
    }
}

impl fmt::Debug for Monitor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Monitor").finish_non_exhaustive()
    }
}
