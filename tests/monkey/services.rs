//! What has a dedicated thread: proxies, bridges, handlers of authentication.

use zmq4::auth::Auth;
use zmq4::bridge::{Bridge, Capacity};
use zmq4::{Context, Multipart, Proxy, Receiver, Sender, Socket};

use crate::dice::Dice;
use crate::frames::short;
use crate::options::time;

#[derive(Default)]
pub(crate) struct Services {
    proxies: Vec<Proxy>,
    bridges: Vec<(Bridge, Sender<Multipart>, Receiver<Multipart>)>,
    auths: Vec<Auth>,
}

impl Services {
    /// One of the calls; `sockets` loses those that a service takes, and gets those that one gives back.
    pub(crate) fn act(&mut self, context: &Context, sockets: &mut Vec<Socket>, dice: &mut Dice) -> &'static str {
        match dice.below(15) {
            0 if self.proxies.len() < 3 => self.start_proxy(sockets, dice),
            1 if self.bridges.len() < 3 => self.start_bridge(sockets, dice),
            2 if self.auths.len() < 2 => self.start_auth(context, dice),
            3..6 => self.steer(dice),
            6 => self.end_proxy(sockets, dice),
            7..10 => self.exchange(dice),
            10 => self.end_bridge(sockets, dice),
            11 => {
                drop(dice.take(&mut self.auths));
                "ended a handler"
            }
            12 => {
                drop(dice.take(&mut self.proxies));
                "dropped a proxy"
            }
            13 => {
                drop(dice.take(&mut self.bridges));
                "dropped a bridge"
            }
            _ => self.change_policies(dice),
        }
    }

    fn start_proxy(&mut self, sockets: &mut Vec<Socket>, dice: &mut Dice) -> &'static str {
        let (Some(front), Some(back)) = (dice.take(sockets), dice.take(sockets)) else {
            return "no sockets for a proxy";
        };
        let capture = if dice.once_in(4) { dice.take(sockets) } else { None };
        match Proxy::start(front, back, capture) {
            Ok(proxy) => self.proxies.push(proxy),
            Err(error) => {
                let given_back = error.into_proxy_sockets().unwrap();
                sockets.extend([given_back.front, given_back.back]);
                sockets.extend(given_back.capture);
                return "no proxy";
            }
        }
        "started a proxy"
    }

    fn steer(&mut self, dice: &mut Dice) -> &'static str {
        let Some(index) = dice.index(self.proxies.len()) else {
            return "no proxy to steer";
        };
        let proxy = &self.proxies[index];
        match dice.below(3) {
            0 => drop(proxy.pause()),
            1 => drop(proxy.resume()),
            _ => drop(proxy.statistics()),
        }
        "steered a proxy"
    }

    fn end_proxy(&mut self, sockets: &mut Vec<Socket>, dice: &mut Dice) -> &'static str {
        let Some(proxy) = dice.take(&mut self.proxies) else {
            return "no proxy to end";
        };
        let ended = proxy.terminate().or_else(|error| error.into_proxy_sockets().ok_or(()));
        if let Ok(ended) = ended {
            sockets.extend([ended.front, ended.back]);
            sockets.extend(ended.capture);
        }
        "terminated a proxy"
    }

    fn start_bridge(&mut self, sockets: &mut Vec<Socket>, dice: &mut Dice) -> &'static str {
        let Some(socket) = dice.take(sockets) else {
            return "no socket for a bridge";
        };
        let capacity = Capacity {
            inbound: dice.below(3),
            outbound: 1 + dice.below(3),
        };
        match Bridge::start(socket, capacity) {
            Ok(bridge) => self.bridges.push(bridge),
            Err(error) => sockets.push(error.into_socket()),
        }
        "started a bridge"
    }

    fn exchange(&mut self, dice: &mut Dice) -> &'static str {
        let Some(index) = dice.index(self.bridges.len()) else {
            return "no bridge";
        };
        let (bridge, outbound, inbound) = &self.bridges[index];
        let message: Multipart = [short(dice), short(dice)].into_iter().collect();
        match dice.below(4) {
            0 => drop(outbound.try_send(message)),
            1 => drop(outbound.send_timeout(message, time(dice))),
            2 => drop(inbound.recv_timeout(time(dice))),
            _ => drop(bridge.rejected().try_recv()),
        }
        "used a bridge"
    }

    fn end_bridge(&mut self, sockets: &mut Vec<Socket>, dice: &mut Dice) -> &'static str {
        let Some((bridge, ..)) = dice.take(&mut self.bridges) else {
            return "no bridge to end";
        };
        sockets.extend(bridge.stop_within(time(dice)).socket);
        "stopped a bridge"
    }

    fn start_auth(&mut self, context: &Context, dice: &mut Dice) -> &'static str {
        let Ok(auth) = Auth::start(context) else {
            return "no handler";
        };
        self.auths.push(auth);
        self.change_policies(dice)
    }

    fn change_policies(&mut self, dice: &mut Dice) -> &'static str {
        let Some(index) = dice.index(self.auths.len()) else {
            return "no policies to change";
        };
        let policies = self.auths[index].policies();
        let domain = dice.pick(&["global", "a", "*", ""]);
        let _ = match dice.below(4) {
            0 => policies.allow(domain, ["127.0.0.1", "localhost"]),
            1 => policies.deny(domain, ["127.0.0.0/8", "nonsense"]),
            2 => policies.plain_add(domain, "name", short(dice)),
            _ => policies.curve_add(domain, [zmq4::CURVE_ALLOW_ANY]),
        };
        "changed policies"
    }
}
