//! The timers of a reactor.

use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

use super::Reactor;
use crate::error::Result;

/// A timer of a [`Reactor`]: never used again within it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TimerId(pub(super) u64);

type Once<'s, E> = Box<dyn FnOnce(&mut Reactor<'s, E>) -> Result<(), E> + 's>;
type Every<'s, E> = Box<dyn FnMut(&mut Reactor<'s, E>) -> Result<(), E> + 's>;

impl<'s, E> Reactor<'s, E> {
    /// Calls the handler once, when `delay` is over.
    ///
    /// Time is monotonic: setting the clock changes nothing. Zero is over in the next pass; what is too long for the clock
    /// is never over.
    ///
    /// ```
    /// use std::time::Duration;
    /// let mut reactor = zmq4::Reactor::new();
    /// reactor.add_timer_once(Duration::from_millis(10), |reactor| {
    ///     reactor.stop();
    ///     Ok(())
    /// });
    /// reactor.run()?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[doc(alias = "zmq_timers_add")]
    #[doc(alias = "time.After")]
    pub fn add_timer_once(
        &mut self,
        delay: Duration,
        handler: impl FnOnce(&mut Reactor<'s, E>) -> Result<(), E> + 's,
    ) -> TimerId {
        self.timers.add(delay, Action::Once(Box::new(handler)))
    }

    /// Calls the handler each time that `period` is over.
    ///
    /// Time is monotonic, and the ticks do not drift: each is a multiple of the period after the call of this. Those that
    /// are missed are made up for by one call, and the next comes when it is due, as with Go's ticker. A period of zero is
    /// over in each pass, so that the reactor never sleeps; one that is too long for the clock never is. The reactor sleeps
    /// for whole milliseconds, rounded up: of a shorter period ticks are missed.
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
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[doc(alias = "zmq_timers_add")]
    #[doc(alias = "AddChannelTime")]
    #[doc(alias = "time.Tick")]
    pub fn add_timer_every(
        &mut self,
        period: Duration,
        handler: impl FnMut(&mut Reactor<'s, E>) -> Result<(), E> + 's,
    ) -> TimerId {
        let handler: Every<'s, E> = Box::new(handler);
        self.timers.add(period, Action::Every(period, Some(handler)))
    }

    /// Calls the handler of the timer no more, in this pass either; whether it was there.
    ///
    /// A timer that goes off once is gone when its handler is called.
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
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[doc(alias = "zmq_timers_cancel")]
    #[doc(alias = "RemoveChannel")]
    pub fn remove_timer(&mut self, id: TimerId) -> bool {
        self.timers.remove(id)
    }
}

/// All timers, and when each is due.
pub(super) struct Timers<'s, E> {
    timers: BTreeMap<TimerId, Timer<'s, E>>,
    /// Those that will ever be due, the earliest first, and of the same time the oldest.
    schedule: BTreeSet<(Instant, TimerId)>,
    next: u64,
}

struct Timer<'s, E> {
    /// None, where no clock will ever say so.
    due: Option<Instant>,
    action: Action<'s, E>,
}

enum Action<'s, E> {
    Once(Once<'s, E>),
    /// The handler is absent while it is called.
    Every(Duration, Option<Every<'s, E>>),
}

/// A handler that is to be called.
pub(super) enum Taken<'s, E> {
    Once(Once<'s, E>),
    Every(Every<'s, E>),
}

impl<E> Default for Timers<'_, E> {
    fn default() -> Self {
        Timers {
            timers: BTreeMap::new(),
            schedule: BTreeSet::new(),
            next: 0,
        }
    }
}

impl<'s, E> Timers<'s, E> {
    fn add(&mut self, delay: Duration, action: Action<'s, E>) -> TimerId {
        self.next += 1;
        let id = TimerId(self.next);
        let due = Instant::now().checked_add(delay);
        self.schedule.extend(due.map(|due| (due, id)));
        self.timers.insert(id, Timer { due, action });
        id
    }

    fn remove(&mut self, id: TimerId) -> bool {
        let Some(timer) = self.timers.remove(&id) else {
            return false;
        };
        if let Some(due) = timer.due {
            self.schedule.remove(&(due, id));
        }
        true
    }

    pub(super) fn is_empty(&self) -> bool {
        self.timers.is_empty()
    }

    pub(super) fn len(&self) -> usize {
        self.timers.len()
    }

    /// How long to wait for the next one; for ever, where there is none.
    pub(super) fn timeout(&self) -> Option<Duration> {
        match self.schedule.first() {
            Some((due, _)) => Some(due.saturating_duration_since(Instant::now())),
            // Not the same as no timer at all: somebody wants to wait.
            None if !self.timers.is_empty() => Some(Duration::MAX),
            None => None,
        }
    }

    /// Puts those that are due now into `due`, the earliest first.
    pub(super) fn due(&self, due: &mut Vec<TimerId>) {
        due.clear();
        if self.schedule.is_empty() {
            return;
        }
        let now = Instant::now();
        due.extend(
            self.schedule
                .iter()
                .take_while(|(due, _)| *due <= now)
                .map(|(_, id)| id),
        );
    }

    /// The handler of a timer that is still there; it is due again later, or gone.
    pub(super) fn take(&mut self, id: TimerId, now: Instant) -> Option<Taken<'s, E>> {
        let timer = self.timers.get_mut(&id)?;
        let due = timer.due?;
        self.schedule.remove(&(due, id));
        if let Action::Every(period, handler) = &mut timer.action {
            timer.due = next_tick(due, *period, now);
            self.schedule.extend(timer.due.map(|due| (due, id)));
            return handler.take().map(Taken::Every);
        }
        match self.timers.remove(&id)?.action {
            Action::Once(handler) => Some(Taken::Once(handler)),
            Action::Every(..) => None,
        }
    }

    /// Puts a handler where it belongs, unless the timer is gone.
    pub(super) fn put(&mut self, id: TimerId, handler: Every<'s, E>) {
        if let Some(Timer {
            action: Action::Every(_, own),
            ..
        }) = self.timers.get_mut(&id)
        {
            *own = Some(handler);
        }
    }

    pub(super) fn remove_orphans(&mut self) {
        let Timers { timers, schedule, .. } = self;
        timers.retain(|id, timer| {
            let stays = !matches!(timer.action, Action::Every(_, None));
            if !stays {
                schedule.retain(|(_, scheduled)| scheduled != id);
            }
            stays
        });
    }
}

/// The first tick after `now`, in phase with the one that was `due`.
fn next_tick(due: Instant, period: Duration, now: Instant) -> Option<Instant> {
    let now = now.max(due);
    let late = now.saturating_duration_since(due).as_nanos();
    let past = late.checked_rem(period.as_nanos()).unwrap_or_default();
    // It is no more than the process has run for: no clock holds more.
    let past = Duration::from_nanos(u64::try_from(past).unwrap_or_default());
    now.checked_add(period.saturating_sub(past))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ticks_keep_their_phase() {
        let ms = Duration::from_millis;
        let start = Instant::now();
        for (late, next) in [(0, 10), (1, 10), (9, 10), (10, 20), (11, 20), (25, 30), (1000, 1010)] {
            assert_eq!(
                next_tick(start, ms(10), start + ms(late)),
                Some(start + ms(next)),
                "{late} ms late"
            );
        }
        // The pass may have looked at the clock before.
        assert_eq!(next_tick(start + ms(1), ms(10), start), Some(start + ms(11)));
    }

    #[test]
    fn extreme_periods_have_a_next_tick_or_none() {
        let start = Instant::now();
        let later = start + Duration::from_secs(3600);
        assert_eq!(next_tick(start, Duration::ZERO, later), Some(later));
        assert_eq!(
            next_tick(start, Duration::from_nanos(1), later),
            Some(later + Duration::from_nanos(1))
        );
        let century = Duration::from_secs(100 * 365 * 24 * 3600);
        assert_eq!(next_tick(start, century, later), Some(start + century));
        assert_eq!(next_tick(start, Duration::MAX, later), None);
    }
}
