//! Proxies: what comes in at one socket goes out at another, and back.
//!
//! The function [`proxy`](fn@proxy) runs one on the calling thread, [`proxy_steerable`] one that obeys a control socket,
//! and [`Proxy`] one on a thread of its own, which its methods steer.

mod ends;
mod handle;
mod relay;
mod run;
mod socket_control;
mod sockets;
mod statistics;
mod subscription;

use std::convert::Infallible;

use crate::error::{Call, Result};
use crate::socket::Socket;

pub use handle::Proxy;
pub use sockets::{ProxySockets, Undelivered};
pub use statistics::{Side, Statistics, Traffic};

use ends::ProxyEnds;
use socket_control::SocketControl;

/// Passes messages between two sockets, both ways, until an error ends it (`zmq_proxy`, done in Rust).
///
/// It does not return while all is well, and so there is no `Ok`: `let Err(error) = zmq4::proxy(...)`. The usual end is
/// that a context is shut down, from another thread. [`Proxy`] is a proxy that can be stopped alone.
///
/// # What can be ends
/// In either order:
///
/// | | | |
/// |---|---|---|
/// | ROUTER | DEALER | clients and workers: requests are shared out, replies find their way back |
/// | DEALER | DEALER | the same between two proxies or peers without addresses |
/// | XSUB | XPUB | publishers and subscribers: subscriptions go up, and only what is subscribed to comes down |
/// | PULL | PUSH | a pipeline: one way |
/// | SUB, XSUB | PUB, PUSH | one way, and only what the receiving socket was subscribed to before |
/// | PULL | PUB | what is pushed is published: one way |
/// | PAIR | PAIR, DEALER, ROUTER, XPUB, XSUB, PUSH, PUB | a wire to another thread |
///
/// One socket may be both ends, `proxy(&rep, &rep, None)`: a REP, ROUTER or PAIR sends each message back to where it came from, a
/// DEALER sends it to the next of its peers. [`Proxy`], which takes its sockets, cannot do that.
///
/// `capture` gets a copy of each message, of both ways, whole and in the order in which they went. It is a PUB, PUSH, PAIR or
/// DEALER, and nothing is read from it.
///
/// # What arrives
/// Messages are moved, not copied, and always whole. A side is read only while the other side has room, so high-water marks press back to
/// the sender as if there were no proxy, and nothing is lost in it; a PUB, XPUB or ROUTER drops what its peers have no room
/// for, as it always does. A capture socket without room holds everything up, unless it is a PUB, which drops. Both ways
/// have their turn after 1000 messages.
///
/// What a socket refuses for good is dropped, and the proxy goes on, where C's ends: a message for a peer that a
/// ROUTER with [`router_mandatory`](Socket::set_router_mandatory) does not know, and a topic that is too long (below). The
/// `log` facade is told, under `zmq4::proxy`.
///
/// When the context ends while a message goes through, it arrives whole or not at all.
///
/// # Subscriptions
/// Between an XPUB and an XSUB each subscription that the XPUB gives is passed on, and when the last subscriber of a topic has
/// left, the publishers are told. With [`set_xpub_verbose`](Socket::set_xpub_verbose) that takes a count, because an XSUB counts
/// what passes through it, and the XPUB then gives all subscriptions and one unsubscription: the proxy keeps each topic that is
/// subscribed to once, as long as it is, in the XSUB. C's proxy does not, and its publishers send to nobody. With
/// [`set_xpub_verboser`](Socket::set_xpub_verboser) the XPUB gives all unsubscriptions too, and none of them tells that it is the
/// last one: the count is right if each peer unsubscribes as often as it has subscribed, which a forwarder with a
/// verbose XPUB does not. So in a row of forwarders set `xpub_verbose` on each, or `xpub_verboser` only on the last one, whose
/// subscribers are SUB sockets. The option is known if it was set through this crate.
///
/// libzmq drops a subscription for which the XSUB's queue has no room: the send high-water mark of the XSUB must not be less than
/// the number of topics. A mark of 0 is no limit.
///
/// # Long topics
/// A libzmq without the radix tree, such as those of the distributions, crashes when a topic that came through an XPUB and
/// an XSUB goes away again: one of some 27 kB on a Rust thread, of 1500 bytes with musl. Any subscriber could send it, so
/// there a subscription to a topic of more than 8192 bytes (musl: 1024) is not passed on. The vendored libzmq has the radix tree, and
/// all are. [`set_maxmsgsize`](Socket::set_maxmsgsize) on the XPUB keeps them out altogether.
///
/// # Errors
/// Always one: `ETERM` when a context has ended; `EINTR` after a signal, with
/// [`set_retry_after_eintr(false)`](crate::Context::set_retry_after_eintr), and for sockets of the parent process;
/// `EINVAL` for sockets that cannot be ends. What was received and not sent by then is in it:
/// [`Error::into_undelivered`](crate::Error::into_undelivered).
///
/// ```
/// use zmq4::{Context, Errno, Flags};
/// let context = Context::new()?;
/// let (front, back) = (context.socket(zmq4::ROUTER)?, context.socket(zmq4::DEALER)?);
/// front.bind("inproc://clients")?;
/// back.bind("inproc://workers")?;
/// let broker = std::thread::spawn(move || {
///     let Err(error) = zmq4::proxy(&front, &back, None);
///     error
/// });
///
/// let (client, worker) = (context.socket(zmq4::REQ)?, context.socket(zmq4::REP)?);
/// client.connect("inproc://clients")?;
/// worker.connect("inproc://workers")?;
/// client.send("Hello", Flags::NONE)?;
/// assert_eq!(worker.recv(Flags::NONE)?, "Hello");
/// worker.send("World", Flags::NONE)?;
/// assert_eq!(client.recv(Flags::NONE)?, "World");
///
/// context.shutdown()?;
/// assert_eq!(broker.join().unwrap(), Errno::ETERM);
/// # Ok::<(), zmq4::Error>(())
/// ```
#[doc(alias = "zmq_proxy")]
#[doc(alias = "zmq_device")]
#[doc(alias = "Proxy")]
pub fn proxy(front: &Socket, back: &Socket, capture: Option<&Socket>) -> Result<Infallible> {
    let ends = ProxyEnds::check(Call::Proxy, front, back, capture)?;
    loop {
        // NoControl tells it to end, so it ends with an error.
        run::run(ends, &mut run::NoControl).into_result(Call::Proxy)?;
    }
}

/// As [`proxy`](fn@proxy), and obeys what comes in at `control` (`zmq_proxy_steerable`, done in Rust).
///
/// | command | |
/// |---|---|
/// | `PAUSE` | passes nothing on, until `RESUME`; messages wait in their queues |
/// | `RESUME` | goes on |
/// | `TERMINATE` | returns `Ok` |
/// | `STATISTICS` | answers eight frames, each a `u64` in native order: frames and bytes received at the front, sent to the front, received at the back, sent to the back |
///
/// Anything else is ignored. The command is the whole last frame; frames before it are an envelope, which goes back in front of
/// the answer.
///
/// `control` is a PAIR, PULL, SUB, REP, DEALER or ROUTER. A REP answers every command, with an empty frame where there is
/// nothing to say, and so does a DEALER or ROUTER where the command came in an envelope, as those of a REQ do. Otherwise
/// only `STATISTICS` is answered, by those that can send. An answer that nobody takes is dropped.
///
/// SocketControl is the same with each libzmq. Its own differs: up to 4.3.4 an unknown command aborts, and in 4.3.5 `PAUSE` and
/// `RESUME` are interchanged.
///
/// Answers what was received and not sent when `TERMINATE` came: nothing, unless the other side had no room.
///
/// # Errors
/// As [`proxy`](fn@proxy).
///
/// ```
/// use zmq4::{Context, Flags};
/// let context = Context::new()?;
/// let (front, back) = (context.socket(zmq4::XSUB)?, context.socket(zmq4::XPUB)?);
/// let (control, remote) = (context.socket(zmq4::REP)?, context.socket(zmq4::REQ)?);
/// control.bind("inproc://control")?;
/// remote.connect("inproc://control")?;
/// let forwarder = std::thread::spawn(move || zmq4::proxy_steerable(&front, &back, None, &control));
///
/// remote.send("STATISTICS", Flags::NONE)?;
/// assert_eq!(remote.recv_message(Flags::NONE)?.len(), 8);
/// remote.send("TERMINATE", Flags::NONE)?;
/// assert_eq!(remote.recv(Flags::NONE)?, "");
/// assert!(forwarder.join().unwrap()?.is_empty());
/// # Ok::<(), zmq4::Error>(())
/// ```
#[doc(alias = "zmq_proxy_steerable")]
#[doc(alias = "ProxySteerable")]
pub fn proxy_steerable(
    front: &Socket,
    back: &Socket,
    capture: Option<&Socket>,
    control: &Socket,
) -> Result<Undelivered> {
    let ends = ProxyEnds::check(Call::ProxySteerable, front, back, capture)?;
    ends.check_control(Call::ProxySteerable, control)?;
    run::run(ends, &mut SocketControl(control)).into_result(Call::ProxySteerable)
}
