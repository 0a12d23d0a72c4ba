//! [`Endpoints`]: where sockets of all threads meet, and text that is no endpoint.

use std::sync::Mutex;

use crate::dice::Dice;
use crate::support::{IpcName, ipc_name};

/// What all threads know of.
pub(crate) struct Endpoints {
    ipc: Vec<IpcName>,
    /// This program's own: peers that connect again to a port that was given up reach no other program's there.
    host: String,
    /// What was bound to a free port.
    ports: Mutex<Vec<String>>,
}

/// Refused, or never reached.
const ODD: [&str; 26] = [
    "",
    "tcp://",
    "tcp://127.0.0.1",
    "tcp://127.0.0.1:",
    "tcp://127.0.0.1:65536",
    "tcp://127.0.0.1:-1",
    "tcp://127.0.0.1:99999999999999999999",
    "tcp://[::1",
    "tcp://[::1]:*",
    "tcp://;:1",
    "tcp://999.1.1.1:1",
    "inproc://",
    "inproc:/a",
    "ipc://",
    "ipc:///nowhere/at/all",
    "ipc://@",
    "ipc://*",
    "ws://127.0.0.1:*/path",
    "wss://127.0.0.1:*",
    "udp://127.0.0.1:*",
    "pgm://;;;:1",
    "epgm://lo;239.0.0.1:1",
    "norm://garbage",
    "tipc://{1,2}",
    "vmci://@:1",
    "a\0b",
];

/// How many ports are remembered; what is forgotten stays bound.
const PORTS: usize = 12;

impl Endpoints {
    pub(crate) fn new() -> Endpoints {
        Endpoints {
            ipc: (0..3).map(|_| ipc_name()).collect(),
            host: host(),
            ports: Mutex::new(Vec::new()),
        }
    }

    pub(crate) fn remember(&self, endpoint: String) {
        let mut ports = self.ports.lock().unwrap();
        if ports.len() == PORTS {
            ports.remove(0);
        }
        ports.push(endpoint);
    }

    /// For a bind.
    pub(crate) fn local(&self, dice: &mut Dice) -> String {
        match dice.below(20) {
            0..8 => inproc(dice),
            8..11 => self.ipc(dice),
            11..17 => format!("tcp://{}:*", self.host),
            17 => format!("ws://{}:*", self.host),
            18 => self.port(dice),
            _ => odd(dice),
        }
    }

    /// For anything else.
    pub(crate) fn any(&self, dice: &mut Dice) -> String {
        match dice.below(20) {
            0..8 => inproc(dice),
            8..11 => self.ipc(dice),
            11..19 => self.port(dice),
            _ => odd(dice),
        }
    }

    fn ipc(&self, dice: &mut Dice) -> String {
        self.ipc[dice.below(self.ipc.len())].to_string()
    }

    /// One that someone has or had.
    fn port(&self, dice: &mut Dice) -> String {
        let ports = self.ports.lock().unwrap();
        dice.index(ports.len())
            .map_or_else(|| format!("tcp://{}:*", self.host), |index| ports[index].clone())
    }
}

/// An address of this machine; where it has more than one, one that depends on the process.
pub(crate) fn host() -> String {
    if !cfg!(target_os = "linux") {
        return "127.0.0.1".to_owned();
    }
    let [_, high, middle, low] = std::process::id().to_be_bytes();
    format!("127.{}.{middle}.{low}", 64 + high % 64)
}

fn inproc(dice: &mut Dice) -> String {
    format!("inproc://name-{}", dice.below(4))
}

fn odd(dice: &mut Dice) -> String {
    if dice.once_in(10) {
        return format!("inproc://{}", "x".repeat(dice.below(400)));
    }
    dice.pick(&ODD).to_owned()
}
