//! The interface of a node that finds others of its network by UDP beacons (chapter 8).

use std::collections::HashMap;
use std::io::ErrorKind;
use std::net::{SocketAddr, UdpSocket};
use std::thread;
use std::time::{Duration, Instant};

use zmq4::{POLLIN, Poller, Receiver, Sender};

use crate::{Result, hex, uuid};

/// The port that beacons go to.
pub const PING_PORT_NUMBER: u16 = 9999;
/// How often a node sends its beacon.
pub const PING_INTERVAL: Duration = Duration::from_millis(1000);
/// A node that is silent for so long is taken for gone.
pub const PEER_EXPIRY: Duration = Duration::from_millis(5000);

/// What happens on the network.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// A node is there, with this name.
    Joined(String),
    /// It is not there any more.
    Left(String),
}

/// A node. Its agent, a thread, ends after it is dropped.
pub struct Intface {
    events: Receiver<Event>,
}

impl Intface {
    /// Listens on `bind`, and sends beacons to `broadcast`.
    ///
    /// # Errors
    /// Where the UDP socket cannot be had.
    pub fn new(bind: &str, broadcast: &str) -> Result<Intface> {
        let udp = UdpSocket::bind(bind)?;
        udp.set_broadcast(true)?;
        udp.set_nonblocking(true)?;
        println!("bound to udp://{}", udp.local_addr()?);
        let broadcast = broadcast.parse()?;
        let (sender, events) = zmq4::channel()?;
        thread::spawn(move || {
            let mut agent = Agent {
                udp,
                broadcast,
                uuid: uuid(),
                peers: HashMap::new(),
                events: sender,
            };
            if let Err(error) = agent.run() {
                println!("E: {error}");
            }
        });
        Ok(Intface { events })
    }

    /// Waits for the next event.
    ///
    /// # Errors
    /// Where the agent is gone.
    pub fn recv(&self) -> Result<Event> {
        Ok(self.events.recv()?)
    }

    /// The events, for a poller.
    pub fn events(&self) -> &Receiver<Event> {
        &self.events
    }
}

struct Agent {
    udp: UdpSocket,
    broadcast: SocketAddr,
    uuid: [u8; 16],
    /// By name, when each is taken for gone.
    peers: HashMap<[u8; 16], Instant>,
    events: Sender<Event>,
}

impl Agent {
    /// Until the node is dropped.
    fn run(&mut self) -> Result {
        let mut ping_at = Instant::now();
        loop {
            let now = Instant::now();
            if now >= ping_at {
                // A network that is down may come up again.
                let _ = self.udp.send_to(&self.uuid, self.broadcast);
                ping_at = now + PING_INTERVAL;
            }
            let (gone, there) = self.peers.drain().partition(|(_, expires)| *expires <= now);
            self.peers = there;
            let gone: HashMap<[u8; 16], Instant> = gone;
            for name in gone.keys() {
                self.events.send(Event::Left(hex(name)))?;
            }
            let mut poller = Poller::new();
            poller.add_fd(&self.udp, POLLIN)?;
            if poller.poll(Some(ping_at.saturating_duration_since(now)))?.is_empty() {
                continue;
            }
            drop(poller);
            self.on_beacon()?;
        }
    }

    fn on_beacon(&mut self) -> Result {
        let mut name = [0; 16];
        match self.udp.recv_from(&mut name) {
            Err(error) if error.kind() == ErrorKind::WouldBlock => Ok(()),
            Err(error) => Err(error.into()),
            Ok((len, _)) if len != name.len() || name == self.uuid => Ok(()),
            Ok(_) => {
                if self.peers.insert(name, Instant::now() + PEER_EXPIRY).is_none() {
                    self.events.send(Event::Joined(hex(&name)))?;
                }
                Ok(())
            }
        }
    }
}
