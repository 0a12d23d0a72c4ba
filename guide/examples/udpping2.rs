//! Finds other nodes by UDP beacons, in a Reactor with a timer (chapter 8, cooperative discovery).
//!
//! Arguments: where to listen, where to send beacons.

use std::env::args;
use std::net::UdpSocket;
use std::time::Duration;

use zmq4::{POLLIN, Reactor};

const PING_INTERVAL: Duration = Duration::from_millis(1000);

fn main() -> zmq4_guide::Result {
    let bind = args().nth(1).unwrap_or("0.0.0.0:9999".into());
    let broadcast = args().nth(2).unwrap_or("255.255.255.255:9999".into());
    let udp = UdpSocket::bind(bind)?;
    udp.set_broadcast(true)?;
    println!("bound to {}", udp.local_addr()?);

    let mut reactor = Reactor::new();
    reactor.add_timer_every(PING_INTERVAL, |_| {
        println!("Pinging peers...");
        udp.send_to(b"!", &broadcast)?;
        Ok(())
    });
    reactor.add_fd(&udp, POLLIN, |_, udp, _| {
        let (len, peer) = udp.recv_from(&mut [0; 16])?;
        println!("Found peer {peer}, {len} byte");
        Ok(())
    })?;
    reactor.run()
}
