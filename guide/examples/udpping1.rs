//! Finds other nodes by UDP beacons, with `poll` over the UDP socket (chapter 8, cooperative discovery).
//!
//! Arguments: where to listen, where to send beacons.

use std::env::args;
use std::net::UdpSocket;
#[cfg(unix)]
use std::os::fd::AsFd;
#[cfg(windows)]
use std::os::windows::io::AsSocket;
use std::time::{Duration, Instant};

use zmq4::{POLLIN, PollItem};

const PING_INTERVAL: Duration = Duration::from_millis(1000);

fn main() -> zmq4_guide::Result {
    let bind = args().nth(1).unwrap_or("0.0.0.0:9999".into());
    let broadcast = args().nth(2).unwrap_or("255.255.255.255:9999".into());
    let udp = UdpSocket::bind(bind)?;
    udp.set_broadcast(true)?;
    println!("bound to {}", udp.local_addr()?);

    #[cfg(unix)]
    let socket = udp.as_fd();
    #[cfg(windows)]
    let socket = udp.as_socket();
    let mut items = [PollItem::fd(socket, POLLIN)];
    let mut ping_at = Instant::now();
    loop {
        if Instant::now() >= ping_at {
            println!("Pinging peers...");
            udp.send_to(b"!", &broadcast)?;
            ping_at = Instant::now() + PING_INTERVAL;
        }
        zmq4::poll(&mut items, Some(ping_at.saturating_duration_since(Instant::now())))?;
        if items[0].is_readable() {
            let (len, peer) = udp.recv_from(&mut [0; 16])?;
            println!("Found peer {peer}, {len} byte");
        }
    }
}
