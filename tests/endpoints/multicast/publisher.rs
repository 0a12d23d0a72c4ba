//! The part that publishes. PGM has no handshake, so between numbers it repeats a mark, for those who wait for it.

use std::sync::mpsc::RecvTimeoutError;
use std::time::Duration;

use zmq4::{Context, Flags, Socket};

use crate::multicast::network::{GROUP, Network, PORT, PUBLISHER};
use crate::multicast::part::{Part, orders, say};
use crate::multicast::settings::Settings;
use crate::support::is_child;

/// The bytes of a numbered message.
pub(crate) const SIZE: usize = 100;
/// The first mark.
pub(crate) const START: &str = "start";
/// The last one.
pub(crate) const END: &str = "end";

const TEST: &str = "multicast::publisher::publishes";

/// Between two marks. OpenPGM reports where it is when nothing was sent for 100 ms, and otherwise each 30 seconds: a
/// subscriber that has lost more than its window waits for that.
const PAUSE: Duration = Duration::from_millis(120);

/// The publisher of a test.
pub(crate) struct Publisher(Part);

impl Publisher {
    pub(crate) fn start(network: &Network, settings: &Settings) -> Publisher {
        Publisher(Part::start(&network.publishing, TEST, settings))
    }

    /// Gives libzmq the messages with these numbers.
    #[track_caller]
    pub(crate) fn send(&mut self, numbers: std::ops::Range<u32>) {
        self.0.order(&format!("send {} {}", numbers.start, numbers.end));
        self.0.hear("sent");
    }

    /// Has it repeat this mark from now on.
    pub(crate) fn mark(&mut self, mark: &str) {
        self.0.order(&format!("mark {mark}"));
    }

    /// Lets every subscriber end.
    pub(crate) fn end(&mut self) {
        self.mark(END);
    }

    #[track_caller]
    pub(crate) fn finish(self) {
        self.0.finish();
    }
}

/// `interface;group:port`, with the publisher's address for the interface.
pub(crate) fn endpoint(transport: &str) -> String {
    format!("{transport}://{PUBLISHER};{GROUP}:{PORT}")
}

#[test]
#[ignore = "a process that the other tests start"]
fn publishes() {
    if is_child(TEST) {
        let settings = Settings::told();
        let context = Context::new().unwrap();
        let socket = context.socket(zmq4::PUB).unwrap();
        settings.apply(&socket);
        socket.bind(&settings.endpoint).unwrap();
        obey(&socket);
    }
}

fn obey(socket: &Socket) {
    let orders = orders();
    let mut mark = START.to_owned();
    loop {
        match orders.recv_timeout(PAUSE) {
            Ok(order) => match order.split(' ').collect::<Vec<_>>()[..] {
                ["send", from, to] => {
                    for number in from.parse::<u32>().unwrap()..to.parse().unwrap() {
                        socket.send(format!("{number:0>SIZE$}"), Flags::NONE).unwrap();
                    }
                    say("sent");
                }
                ["mark", next] => mark = next.to_owned(),
                _ => panic!("{order}"),
            },
            Err(RecvTimeoutError::Timeout) => drop(socket.send(&mark, Flags::NONE).unwrap()),
            Err(RecvTimeoutError::Disconnected) => return,
        }
    }
}
