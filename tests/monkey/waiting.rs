//! Polls and reactors over some of an actor's sockets.

use std::time::Duration;

use zmq4::{DONTWAIT, POLLERR, POLLIN, POLLOUT, PollItem, Poller, Reactor, Result, Socket, State};

use crate::dice::Dice;
use crate::options::time;

fn events(dice: &mut Dice) -> State {
    dice.pick(&[POLLIN, POLLOUT, POLLIN | POLLOUT, POLLERR, State::empty()])
}

pub(crate) fn poll(sockets: &[Socket], dice: &mut Dice) -> Result<usize> {
    let timeout = Some(time(dice));
    match dice.below(3) {
        0 => {
            let Some(index) = dice.index(sockets.len()) else {
                return zmq4::poll(&mut [], timeout);
            };
            sockets[index].poll(events(dice), timeout).map(|_| 1)
        }
        1 => {
            let mut items: Vec<_> = sockets
                .iter()
                .map(|socket| PollItem::new(socket, events(dice)))
                .collect();
            zmq4::poll(&mut items, timeout)
        }
        _ => {
            let mut poller = Poller::new();
            for socket in sockets {
                let id = poller.add(socket, events(dice))?;
                if dice.once_in(4) {
                    poller.update(id, events(dice))?;
                }
                if dice.once_in(4) {
                    poller.remove(id)?;
                }
            }
            poller.poll(timeout).map(<[_]>::len)
        }
    }
}

/// For a few milliseconds; what comes is received, and some of it sent back.
pub(crate) fn react(sockets: &[Socket], dice: &mut Dice) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    let mut reactor = Reactor::new();
    for socket in sockets {
        let (events, sends, removes) = (events(dice), dice.coin(), dice.once_in(4));
        reactor.add_socket(socket, events, move |reactor, socket, _| {
            if let Ok(frames) = socket.recv_message(DONTWAIT) {
                let _ = sends.then(|| socket.send_message_dontwait(frames));
            }
            if removes {
                reactor.remove_socket(socket);
            }
            Ok(())
        })?;
    }
    reactor.add_timer_every(Duration::from_millis(1), |_| Ok(()));
    reactor.add_timer_once(time(dice), |reactor| {
        reactor.stop();
        Ok(())
    });
    reactor.run()
}
