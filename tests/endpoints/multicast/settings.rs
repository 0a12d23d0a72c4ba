//! What a publisher or a subscriber is reported in its environment.

use std::fmt;
use std::process::Command;
use std::time::Duration;

use zmq4::Socket;

/// The options that multicast has, and the endpoint.
#[derive(Clone, Debug)]
pub(crate) struct Settings {
    pub(crate) endpoint: String,
    /// In kilobits a second.
    pub(crate) rate: u32,
    pub(crate) recovery: Duration,
    pub(crate) hops: u32,
    /// In bytes.
    pub(crate) packet: u32,
    pub(crate) rcvhwm: u32,
}

const SETTINGS: &str = "ZMQ4_MULTICAST_SETTINGS";

impl Settings {
    /// libzmq's defaults, but a rate that is no limit here, and no mark: every loss is one of the network.
    pub(crate) fn new(endpoint: impl Into<String>) -> Settings {
        Settings {
            endpoint: endpoint.into(),
            rate: 200_000,
            recovery: Duration::from_secs(10),
            hops: 1,
            packet: 1500,
            rcvhwm: 0,
        }
    }

    pub(crate) fn tell(&self, command: &mut Command) {
        command.env(SETTINGS, self.to_string());
    }

    pub(crate) fn told() -> Settings {
        Settings::parse(&std::env::var(SETTINGS).unwrap())
    }

    /// Of the text that [`Display`](fmt::Display) makes.
    pub(crate) fn parse(text: &str) -> Settings {
        let (endpoint, numbers) = text.split_once(' ').unwrap();
        let mut numbers = numbers.split(' ').map(|number| number.parse::<u32>().unwrap());
        let mut next = || numbers.next().unwrap();
        Settings {
            endpoint: endpoint.to_owned(),
            rate: next(),
            recovery: Duration::from_millis(next().into()),
            hops: next(),
            packet: next(),
            rcvhwm: next(),
        }
    }

    pub(crate) fn apply(&self, socket: &Socket) {
        socket.set_rate(self.rate).unwrap();
        socket.set_recovery_ivl(self.recovery).unwrap();
        socket.set_multicast_hops(self.hops).unwrap();
        socket.set_multicast_maxtpdu(self.packet).unwrap();
        socket.set_sndhwm(0).unwrap();
        socket.set_rcvhwm(self.rcvhwm).unwrap();
        socket.set_linger(Some(Duration::ZERO)).unwrap();
    }
}

impl fmt::Display for Settings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Settings {
            endpoint,
            rate,
            recovery,
            hops,
            packet,
            rcvhwm,
        } = self;
        let recovery = recovery.as_millis();
        write!(f, "{endpoint} {rate} {recovery} {hops} {packet} {rcvhwm}")
    }
}
