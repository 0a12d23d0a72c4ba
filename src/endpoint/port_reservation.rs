//! [`PortReservation`]: a port that norm has in this process.
//!
//! libzmq opens it in the background, and aborts if the system refuses. Until then a trial finds the port free, and could
//! itself get in the way. So each port that was given to libzmq stays recorded for the life of the process: its close is not
//! reported.

use std::collections::BTreeMap;
use std::net::Ipv4Addr;
use std::sync::{Mutex, MutexGuard};

use super::multicast;
use crate::ffi::errno::Errno;
use crate::refusal::Refusal;
use crate::sync::lock;

#[derive(Clone, Copy)]
struct Use {
    /// Only those of groups let others have the port as well.
    group: bool,
    count: usize,
}

static USED: Mutex<BTreeMap<u16, Use>> = Mutex::new(BTreeMap::new());

fn used() -> MutexGuard<'static, BTreeMap<u16, Use>> {
    lock(&USED)
}

/// A port that is given back unless it is kept.
pub(crate) struct PortReservation(Option<u16>);

impl PortReservation {
    /// For what uses no such port.
    pub(super) fn none() -> PortReservation {
        PortReservation(None)
    }

    /// Takes the port of a norm address, which has passed the check of its text, and tries the address.
    pub(super) fn new(address: &str) -> Result<PortReservation, Refusal> {
        let Some((network, port)) = address.rsplit_once(':') else {
            return Ok(PortReservation::none());
        };
        let port: u16 = port.parse().unwrap_or_default();
        let host = network.rsplit([';', ',']).next().and_then(|host| host.parse().ok());
        let group = host.is_some_and(|host: Ipv4Addr| host.is_multicast());
        let mut used = used();
        match used.get_mut(&port) {
            Some(present) if !(group && present.group) => {
                let reason = format!("this process has used port {port} for norm, which cannot open it twice");
                return Err(Refusal::new(Errno::EADDRINUSE, reason));
            }
            Some(present) => present.count += 1,
            None => drop(used.insert(port, Use { group, count: 1 })),
        }
        drop(used);
        let reservation = PortReservation(Some(port));
        multicast::norm_opens(network, port).map(|()| reservation)
    }

    /// libzmq has it.
    pub(crate) fn keep(mut self) {
        self.0 = None;
    }
}

impl Drop for PortReservation {
    fn drop(&mut self) {
        let Some(port) = self.0 else { return };
        let mut used = used();
        match used.get_mut(&port) {
            Some(present) if present.count > 1 => present.count -= 1,
            _ => drop(used.remove(&port)),
        }
    }
}
