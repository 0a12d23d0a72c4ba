//! [`run`]: the loop of all proxies.

use std::time::Duration;

use super::lane::{Await, Lane};
use super::pair::Joined;
use super::sockets::Undelivered;
use super::statistics::{Side, Statistics};
use crate::error::{Call, Error, Result};
use crate::flags::State;
use crate::poll::{ItemId, Poller};

/// Who tells a running proxy what to do.
pub(super) trait Control<'s> {
    /// Makes the poller wait for orders too.
    fn watch(&self, poller: &mut Poller<'s>) -> Result<()>;

    /// Called when there may be an order.
    fn obey(&mut self, standing: &mut Standing, statistics: &Statistics) -> Result<()>;
}

/// What a proxy has been told.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Standing {
    pub(super) paused: bool,
    pub(super) terminated: bool,
}

/// How a proxy ended.
pub(super) struct Outcome {
    pub(super) result: Result<()>,
    pub(super) undelivered: Undelivered,
    pub(super) statistics: Statistics,
}

impl Outcome {
    /// What the functions answer: what was not delivered, in the error where it is one.
    pub(super) fn answer(self, call: Call) -> Result<Undelivered> {
        match self.result {
            Ok(()) => Ok(self.undelivered),
            Err(error) => Err(ended_by(call, &error).returning(self.undelivered)),
        }
    }
}

/// The error of the proxy that another call's error ended.
pub(super) fn ended_by(call: Call, error: &Error) -> Error {
    let ended = Error::new(call, error.errno());
    match error.reason() {
        Some(reason) => ended.because(reason.to_owned()),
        None => ended,
    }
}

/// Moves messages until `control` says that it is enough, or a socket fails.
pub(super) fn run<'s>(joined: Joined<'s>, control: &mut impl Control<'s>) -> Outcome {
    let Joined { front, back, capture } = joined;
    let mut forth = Lane::new(front, back, capture);
    let mut home = Lane::new(back, front, capture);
    if joined.is_loop() {
        home.close();
    }
    let result = pump(joined, &mut forth, &mut home, control);
    Outcome {
        result,
        statistics: statistics(&forth, &home),
        undelivered: Undelivered {
            to_front: home.into_undelivered(),
            to_back: forth.into_undelivered(),
        },
    }
}

fn statistics(forth: &Lane<'_>, home: &Lane<'_>) -> Statistics {
    Statistics {
        front: Side {
            received: forth.received,
            sent: home.sent,
        },
        back: Side {
            received: home.received,
            sent: forth.sent,
        },
        dropped: forth.dropped.wrapping_add(home.dropped),
    }
}

fn pump<'s>(
    joined: Joined<'s>,
    forth: &mut Lane<'s>,
    home: &mut Lane<'s>,
    control: &mut impl Control<'s>,
) -> Result<()> {
    let mut items = Items::new(joined, control)?;
    let mut standing = Standing::default();
    while !standing.terminated {
        items.ask(forth, home, standing.paused)?;
        let pause = [&*forth, &*home].into_iter().filter_map(Lane::pause).min();
        let ready = items.poll(pause.filter(|_| !standing.paused))?;
        if ready.control {
            control.obey(&mut standing, &statistics(forth, home))?;
        }
        if !standing.paused && !standing.terminated {
            forth.go(ready.front, ready.back, ready.capture)?;
            home.go(ready.back, ready.front, ready.capture)?;
        }
    }
    Ok(())
}

/// What the loop waits for.
struct Items<'s> {
    poller: Poller<'s>,
    front: ItemId,
    back: ItemId,
    capture: Option<ItemId>,
}

#[derive(Default)]
struct Ready {
    front: State,
    back: State,
    capture: State,
    control: bool,
}

impl<'s> Items<'s> {
    fn new(joined: Joined<'s>, control: &impl Control<'s>) -> Result<Items<'s>> {
        let mut poller = Poller::new();
        let front = poller.add(joined.front, State::empty())?;
        let back = match joined.is_loop() {
            true => front,
            false => poller.add(joined.back, State::empty())?,
        };
        let capture = joined
            .capture
            .map(|capture| poller.add(capture, State::empty()))
            .transpose()?;
        control.watch(&mut poller)?;
        Ok(Items {
            poller,
            front,
            back,
            capture,
        })
    }

    /// Waits for input only where it can be passed on, and for room only where something is to be sent: whatever is
    /// asked for and not acted on would end each wait at once.
    fn ask(&mut self, forth: &Lane<'_>, home: &Lane<'_>, paused: bool) -> Result<()> {
        let asked = |receiving: &Lane<'_>, sending: &Lane<'_>| {
            let mut events = State::empty();
            events.set(State::POLLIN, receiving.awaits(Await::Input) && !paused);
            events.set(State::POLLOUT, sending.awaits(Await::Output) && !paused);
            events
        };
        if self.front == self.back {
            self.poller
                .update(self.front, asked(forth, home) | asked(home, forth))?;
        } else {
            self.poller.update(self.front, asked(forth, home))?;
            self.poller.update(self.back, asked(home, forth))?;
        }
        if let Some(capture) = self.capture {
            let mut events = State::empty();
            let awaited = forth.awaits(Await::Capture) || home.awaits(Await::Capture);
            events.set(State::POLLOUT, awaited && !paused);
            self.poller.update(capture, events)?;
        }
        Ok(())
    }

    fn poll(&mut self, pause: Option<Duration>) -> Result<Ready> {
        let mut ready = Ready::default();
        let is_loop = self.front == self.back;
        for polled in self.poller.poll(pause)? {
            match polled.id() {
                id if id == self.front => {
                    ready.front = polled.events();
                    if is_loop {
                        ready.back = polled.events();
                    }
                }
                id if id == self.back => ready.back = polled.events(),
                id if Some(id) == self.capture => ready.capture = polled.events(),
                _ => ready.control = true,
            }
        }
        Ok(ready)
    }
}

/// For a proxy that is told nothing.
pub(super) struct Nobody;

impl<'s> Control<'s> for Nobody {
    fn watch(&self, _poller: &mut Poller<'s>) -> Result<()> {
        Ok(())
    }

    fn obey(&mut self, _standing: &mut Standing, _statistics: &Statistics) -> Result<()> {
        Ok(())
    }
}
