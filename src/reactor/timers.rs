//! The timers of a reactor.

use std::time::Duration;

use super::run::{Every, Reactor};
use super::schedule::{Action, TimerId};
use crate::error::Result;

/// # Timers
impl<'s, E, S> Reactor<'s, E, S> {
    /// Calls the handler once, after `delay`.
    ///
    /// The clock is monotonic. A timer of zero expires in the next pass; one beyond the range of [`Instant`] never does.
    ///
    /// [`Instant`]: std::time::Instant
    ///
    /// ```
    /// use std::time::Duration;
    /// let mut reactor = zmq4::Reactor::new();
    /// reactor.add_timer_once(Duration::from_millis(10), |reactor| {
    ///     reactor.stop();
    ///     Ok(())
    /// });
    /// reactor.run()?;
    /// # Ok::<(), Box<dyn std::error::Error + Send + Sync>>(())
    /// ```
    #[doc(alias = "zmq_timers_add")]
    #[doc(alias = "time.After")]
    pub fn add_timer_once(
        &mut self,
        delay: Duration,
        handler: impl FnOnce(&mut Reactor<'s, E, S>) -> Result<(), E> + 's,
    ) -> TimerId {
        self.timers.add(delay, Action::Once(Box::new(handler)))
    }

    /// Calls the handler once in each `period`.
    ///
    /// The clock is monotonic, and the ticks do not drift: each is a multiple of the period after this call. Missed ticks
    /// are made up for by one call, and the next tick comes in phase, as with Go's ticker. A timer with a period of zero
    /// expires in each pass, so that the reactor never sleeps; one beyond the range of [`Instant`] never does. The reactor
    /// sleeps for whole milliseconds, rounded up: ticks of a shorter period are missed.
    ///
    /// [`Instant`]: std::time::Instant
    ///
    /// ```
    /// use std::time::Duration;
    /// let mut ticks = 0;
    /// let mut reactor = zmq4::Reactor::new();
    /// reactor.add_timer_every(Duration::from_millis(1), move |reactor| {
    ///     ticks += 1;
    ///     if ticks == 5 {
    ///         reactor.stop();
    ///     }
    ///     Ok(())
    /// });
    /// reactor.run()?;
    /// # Ok::<(), Box<dyn std::error::Error + Send + Sync>>(())
    /// ```
    #[doc(alias = "zmq_timers_add")]
    #[doc(alias = "AddChannelTime")]
    #[doc(alias = "time.Tick")]
    pub fn add_timer_every(
        &mut self,
        period: Duration,
        handler: impl FnMut(&mut Reactor<'s, E, S>) -> Result<(), E> + 's,
    ) -> TimerId {
        let handler: Every<'s, E, S> = Box::new(handler);
        self.timers.add(period, Action::Every(period, Some(handler)))
    }

    /// Removes a timer, and returns whether it was there. Its handler is not called any more, in this pass either.
    ///
    /// A timer that expires once is removed before its handler is called.
    ///
    /// ```
    /// use std::time::Duration;
    /// let mut reactor = zmq4::Reactor::new();
    /// let late = reactor.add_timer_once(Duration::from_secs(3600), |_| Err("too late".into()));
    /// reactor.add_timer_once(Duration::from_millis(1), move |reactor| {
    ///     assert!(reactor.remove_timer(late));
    ///     reactor.stop();
    ///     Ok(())
    /// });
    /// reactor.run()?;
    /// # Ok::<(), Box<dyn std::error::Error + Send + Sync>>(())
    /// ```
    #[doc(alias = "zmq_timers_cancel")]
    #[doc(alias = "RemoveChannel")]
    pub fn remove_timer(&mut self, id: TimerId) -> bool {
        self.timers.remove(id)
    }
}
