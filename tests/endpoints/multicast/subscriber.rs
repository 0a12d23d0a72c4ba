//! The part that listens, and says which numbers came.

use std::ops::Range;
use std::sync::mpsc::TryRecvError;
use std::time::{Duration, Instant};

use zmq4::{Context, Flags, Socket};

use crate::multicast::network::{GROUP, Network, PORT, SUBSCRIBER};
use crate::multicast::part::{Part, orders, say};
use crate::multicast::publisher::END;
use crate::multicast::settings::Settings;
use crate::support::is_child;

const TEST: &str = "multicast::subscriber::subscribes";

/// A subscriber of a test.
pub(crate) struct Subscriber(Part);

/// What a subscriber got, in the order in which it came: one range is a row without a hole.
#[derive(Debug)]
pub(crate) struct Received {
    pub(crate) numbers: Vec<Range<u32>>,
    /// From the first number to the last.
    pub(crate) took: Duration,
}

impl Subscriber {
    pub(crate) fn start(network: &Network, settings: &Settings) -> Subscriber {
        Subscriber::start_in(&network.listening, settings)
    }

    pub(crate) fn start_in(namespace: &str, settings: &Settings) -> Subscriber {
        Subscriber(Part::start(namespace, TEST, settings))
    }

    /// Waits until it has got this mark.
    #[track_caller]
    pub(crate) fn reached(&mut self, mark: &str) {
        self.0.hear(&format!("reached {mark}"));
    }

    /// Has it receive no more, until [`resume`](Self::resume).
    #[track_caller]
    pub(crate) fn pause(&mut self) {
        self.0.order("pause");
        self.0.hear("paused");
    }

    pub(crate) fn resume(&mut self) {
        self.0.order("resume");
    }

    /// What it has said up to now.
    pub(crate) fn heard(&self) -> Vec<String> {
        self.0.heard()
    }

    /// What it has got when the end came.
    #[track_caller]
    pub(crate) fn finish(mut self) -> Received {
        let text = self.0.hear("received ");
        self.0.finish();
        let mut words = text.split(' ');
        let took = Duration::from_millis(words.next().unwrap().parse().unwrap());
        let numbers = words.map(|word| {
            let (start, end) = word.split_once("..").unwrap();
            start.parse().unwrap()..end.parse().unwrap()
        });
        let numbers = numbers.collect();
        Received { numbers, took }
    }
}

/// `interface;group:port`, with the subscribers' address for the interface.
pub(crate) fn endpoint(transport: &str) -> String {
    format!("{transport}://{SUBSCRIBER};{GROUP}:{PORT}")
}

#[test]
#[ignore = "a process that the other tests start"]
fn subscribes() {
    if is_child(TEST) {
        let settings = Settings::told();
        let context = Context::new().unwrap();
        let socket = context.socket(zmq4::SUB).unwrap();
        settings.apply(&socket);
        socket.set_rcvtimeo(Some(Duration::from_millis(20))).unwrap();
        socket.subscribe("").unwrap();
        socket.connect(&settings.endpoint).unwrap();
        say("connected");
        listen(&socket);
    }
}

fn listen(socket: &Socket) {
    let orders = orders();
    let mut numbers: Vec<Range<u32>> = Vec::new();
    let mut times: Option<(Instant, Instant)> = None;
    let mut mark = String::new();
    loop {
        match orders.try_recv() {
            Ok(order) if order == "pause" => {
                say("paused");
                orders.recv().unwrap();
            }
            Ok(order) => panic!("{order}"),
            Err(TryRecvError::Empty) => {}
            Err(TryRecvError::Disconnected) => return,
        }
        let message = match socket.recv_string(Flags::NONE) {
            Ok(message) => message,
            Err(error) if error.is_would_block() => continue,
            Err(error) => panic!("{error}"),
        };
        if message == END {
            break;
        }
        let Ok(number) = message.parse::<u32>() else {
            // Each is repeated.
            if message != mark {
                say(&format!("reached {message}"));
                mark = message;
            }
            continue;
        };
        times = Some((times.map_or_else(Instant::now, |(first, _)| first), Instant::now()));
        match numbers.last_mut() {
            Some(row) if row.end == number => row.end += 1,
            _ => numbers.push(number..number + 1),
        }
    }
    let took = times.map_or(Duration::ZERO, |(first, last)| last - first);
    let rows: String = numbers
        .iter()
        .map(|row| format!(" {}..{}", row.start, row.end))
        .collect();
    say(&format!("received {}{rows}", took.as_millis()));
}
