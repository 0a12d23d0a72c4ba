//! [`run`]: the loop of all proxies.

use std::time::Duration;

use super::ends::ProxyEnds;
use super::relay::{Blocked, Relay};
use super::sockets::Undelivered;
use super::statistics::{Side, Statistics};
use crate::error::{Call, Error, Result};
use crate::flags::State;
use crate::poll::{ItemId, Poller};

/// Where a running proxy takes commands from.
pub(super) trait Control<'s> {
    /// Adds the source of commands to the poller.
    fn watch(&self, poller: &mut Poller<'s>) -> Result<()>;

    /// Handles a command, if there is one.
    fn handle_command(&mut self, state: &mut ProxyState, statistics: &Statistics) -> Result<()>;
}

/// What the commands have set.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct ProxyState {
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
    /// What the functions return. The undelivered messages are in the error, if there is one.
    pub(super) fn into_result(self, call: Call) -> Result<Undelivered> {
        match self.result {
            Ok(()) => Ok(self.undelivered),
            Err(error) => Err(ended_by(call, &error).returning(self.undelivered)),
        }
    }
}

/// The error of a proxy that ended because another call failed.
pub(super) fn ended_by(call: Call, error: &Error) -> Error {
    let ended = Error::new(call, error.errno());
    match error.reason() {
        Some(reason) => ended.because(reason.to_owned()),
        None => ended,
    }
}

/// Relays messages until `control` terminates the proxy, or a socket fails.
pub(super) fn run<'s>(ends: ProxyEnds<'s>, control: &mut impl Control<'s>) -> Outcome {
    let ProxyEnds { front, back, capture } = ends;
    let mut to_back = Relay::new(front, back, capture);
    let mut to_front = Relay::new(back, front, capture);
    if ends.is_loop() {
        to_front.close();
    }
    let result = relay_until_terminated(ends, &mut to_back, &mut to_front, control);
    Outcome {
        result,
        statistics: statistics(&to_back, &to_front),
        undelivered: Undelivered {
            to_front: to_front.into_undelivered(),
            to_back: to_back.into_undelivered(),
        },
    }
}

fn statistics(to_back: &Relay<'_>, to_front: &Relay<'_>) -> Statistics {
    Statistics {
        front: Side {
            received: to_back.received,
            sent: to_front.sent,
        },
        back: Side {
            received: to_front.received,
            sent: to_back.sent,
        },
        dropped: to_back.dropped.wrapping_add(to_front.dropped),
    }
}

fn relay_until_terminated<'s>(
    ends: ProxyEnds<'s>,
    to_back: &mut Relay<'s>,
    to_front: &mut Relay<'s>,
    control: &mut impl Control<'s>,
) -> Result<()> {
    let mut items = Items::new(ends, control)?;
    let mut state = ProxyState::default();
    while !state.terminated {
        items.ask(to_back, to_front, state.paused)?;
        let pause = [&*to_back, &*to_front].into_iter().filter_map(Relay::pause).min();
        let ready = items.poll(pause.filter(|_| !state.paused))?;
        if ready.control {
            control.handle_command(&mut state, &statistics(to_back, to_front))?;
        }
        if !state.paused && !state.terminated {
            to_back.run_ready(ready.front, ready.back, ready.capture)?;
            to_front.run_ready(ready.back, ready.front, ready.capture)?;
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
    fn new(ends: ProxyEnds<'s>, control: &impl Control<'s>) -> Result<Items<'s>> {
        let mut poller = Poller::new();
        let front = poller.add(ends.front, State::empty())?;
        let back = match ends.is_loop() {
            true => front,
            false => poller.add(ends.back, State::empty())?,
        };
        let capture = ends
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

    /// Polls for input only if it can be relayed, and for output only if a message waits for it: events that are not
    /// acted on would end each poll at once.
    fn ask(&mut self, to_back: &Relay<'_>, to_front: &Relay<'_>, paused: bool) -> Result<()> {
        let asked = |receiving: &Relay<'_>, sending: &Relay<'_>| {
            let mut events = State::empty();
            events.set(State::POLLIN, receiving.is_blocked_on(Blocked::Input) && !paused);
            events.set(State::POLLOUT, sending.is_blocked_on(Blocked::Output) && !paused);
            events
        };
        if self.front == self.back {
            self.poller
                .update(self.front, asked(to_back, to_front) | asked(to_front, to_back))?;
        } else {
            self.poller.update(self.front, asked(to_back, to_front))?;
            self.poller.update(self.back, asked(to_front, to_back))?;
        }
        if let Some(capture) = self.capture {
            let mut events = State::empty();
            let awaited = to_back.is_blocked_on(Blocked::Capture) || to_front.is_blocked_on(Blocked::Capture);
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

/// For a proxy without commands.
pub(super) struct NoControl;

impl<'s> Control<'s> for NoControl {
    fn watch(&self, _poller: &mut Poller<'s>) -> Result<()> {
        Ok(())
    }

    fn handle_command(&mut self, _standing: &mut ProxyState, _statistics: &Statistics) -> Result<()> {
        Ok(())
    }
}
