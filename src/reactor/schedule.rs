//! [`Schedule`]: the timers of a reactor, and when each expires.

use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

/// A timer of a [`Reactor`](crate::Reactor); unique within it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TimerId(pub(super) u64);

/// All timers, with handlers of type `O` for those that expire once and `E` for periodic ones.
pub(super) struct Schedule<O, E> {
    timers: BTreeMap<TimerId, Timer<O, E>>,
    /// The earliest first, and of the same time the oldest; without those that never expire.
    deadlines: BTreeSet<(Instant, TimerId)>,
    next: u64,
}

struct Timer<O, E> {
    /// `None` if that is beyond the clock.
    due: Option<Instant>,
    action: Action<O, E>,
}

pub(super) enum Action<O, E> {
    Once(O),
    /// The handler is absent while it is being called.
    Every(Duration, Option<E>),
}

/// A handler that is to be called.
pub(super) enum TimerHandler<O, E> {
    Once(O),
    Every(E),
}

impl<O, E> Default for Schedule<O, E> {
    fn default() -> Self {
        Schedule {
            timers: BTreeMap::new(),
            deadlines: BTreeSet::new(),
            next: 0,
        }
    }
}

impl<O, E> Schedule<O, E> {
    pub(super) fn add(&mut self, delay: Duration, action: Action<O, E>) -> TimerId {
        self.next += 1;
        let id = TimerId(self.next);
        let due = Instant::now().checked_add(delay);
        self.deadlines.extend(due.map(|due| (due, id)));
        self.timers.insert(id, Timer { due, action });
        id
    }

    pub(super) fn remove(&mut self, id: TimerId) -> bool {
        let Some(timer) = self.timers.remove(&id) else {
            return false;
        };
        if let Some(due) = timer.due {
            self.deadlines.remove(&(due, id));
        }
        true
    }

    pub(super) fn is_empty(&self) -> bool {
        self.timers.is_empty()
    }

    pub(super) fn len(&self) -> usize {
        self.timers.len()
    }

    /// How long to wait for the next one; indefinitely if none will ever expire.
    pub(super) fn timeout(&self) -> Option<Duration> {
        let (due, _) = self.deadlines.first()?;
        Some(due.saturating_duration_since(Instant::now()))
    }

    /// Puts those that have expired into `due`, the earliest first.
    pub(super) fn due(&self, due: &mut Vec<TimerId>) {
        due.clear();
        if self.deadlines.is_empty() {
            return;
        }
        let now = Instant::now();
        due.extend(
            self.deadlines
                .iter()
                .take_while(|(due, _)| *due <= now)
                .map(|(_, id)| id),
        );
    }

    /// The handler of a timer that is still there. A periodic timer gets its next deadline, another one is removed.
    pub(super) fn take(&mut self, id: TimerId, now: Instant) -> Option<TimerHandler<O, E>> {
        let timer = self.timers.get_mut(&id)?;
        let due = timer.due?;
        self.deadlines.remove(&(due, id));
        if let Action::Every(period, handler) = &mut timer.action {
            timer.due = next_tick(due, *period, now);
            self.deadlines.extend(timer.due.map(|due| (due, id)));
            return handler.take().map(TimerHandler::Every);
        }
        match self.timers.remove(&id)?.action {
            Action::Once(handler) => Some(TimerHandler::Once(handler)),
            Action::Every(..) => None,
        }
    }

    /// Puts a handler back, unless the timer is gone.
    pub(super) fn put(&mut self, id: TimerId, handler: E) {
        if let Some(Timer {
            action: Action::Every(_, own),
            ..
        }) = self.timers.get_mut(&id)
        {
            *own = Some(handler);
        }
    }

    pub(super) fn remove_orphans(&mut self) {
        let Schedule { timers, deadlines, .. } = self;
        timers.retain(|id, timer| {
            let stays = !matches!(timer.action, Action::Every(_, None));
            if !stays {
                deadlines.retain(|(_, scheduled)| scheduled != id);
            }
            stays
        });
    }
}

/// The first tick after `now`, in phase with `due`.
fn next_tick(due: Instant, period: Duration, now: Instant) -> Option<Instant> {
    let now = now.max(due);
    let late = now.saturating_duration_since(due).as_nanos();
    let past = late.checked_rem(period.as_nanos()).unwrap_or_default();
    // No more than the time that the process has run.
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
        // The pass may have read the clock before.
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
