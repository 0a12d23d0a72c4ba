//! Flags as in C and Go, times in each form, zero for none.
use std::time::Duration;
use zmq4::{DONTWAIT, Flags, SNDMORE, Socket};

fn main() -> zmq4::Result<()> {
    let socket = Socket::new(zmq4::DEALER)?;
    socket.send("x", 0)?;
    socket.send("x", SNDMORE | DONTWAIT)?;
    socket.send(b"x", 2)?;
    socket.send([1, 2, 3], Flags::NONE)?;
    let _ = (socket.recv(DONTWAIT)?, socket.recv(1)?, socket.try_recv()?);
    let _ = socket.recv_timeout(Duration::from_secs(1))?;
    let _ = socket.recv_into(&mut [0; 16], 0)?;
    socket.set_rcvtimeo(Duration::from_secs(1))?;
    socket.set_rcvtimeo(Some(Duration::from_secs(1)))?;
    socket.set_rcvtimeo(None)?;
    socket.set_reconnect_ivl_max(Duration::ZERO)
}
