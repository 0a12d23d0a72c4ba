//! Flags as in C and Go, times in each form, zero for none.
use std::time::Duration;
use zmq4::{DONTWAIT, Flags, POLLIN, PollItem, Poller, SNDMORE, Socket};

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
    let moment = Duration::from_millis(1);
    let _ = (socket.poll(POLLIN, moment)?, socket.poll(POLLIN, Some(moment))?, socket.poll(POLLIN, None)?);
    let mut items = [PollItem::new(&socket, POLLIN)];
    let _ = (zmq4::poll(&mut items, moment)?, zmq4::poll(&mut items, None)?);
    let mut poller = Poller::new();
    poller.add(&socket, POLLIN)?;
    let _ = (poller.poll(moment)?.len(), poller.poll(Some(moment))?.len(), poller.poll(None)?.len());
    let _ = (poller.poll_all(moment)?.len(), poller.poll_all(None)?.len());
    let _ = poller.poll_sockets(moment)?.count();
    let _ = poller.poll_sockets(None)?.count();
    socket.set_reconnect_ivl_max(Duration::ZERO)
}
