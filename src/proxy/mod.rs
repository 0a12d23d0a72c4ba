//! Proxies: messages that arrive at one socket are sent through another one, in both directions.
//!
//! The function [`proxy`](fn@proxy) runs one on the calling thread, [`proxy_steerable`] one that takes commands from a
//! control socket, and [`Proxy`] one on a dedicated thread, which is controlled by its methods.

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

/// Relays messages between two sockets in both directions until an error occurs (`zmq_proxy`, implemented in Rust).
///
/// The function returns only with an error, so there is no `Ok`: `let Err(error) = zmq4::proxy(...)`. Usually it ends
/// because another thread shuts down a context. [`Proxy`] can be stopped by itself.
/// See [zmq_proxy(3)](https://libzmq.readthedocs.io/en/latest/zmq_proxy.html).
///
/// # Socket types
/// In either order:
///
/// | | | |
/// |---|---|---|
/// | ROUTER | DEALER | clients and workers: requests are distributed, replies return to their clients |
/// | DEALER | DEALER | the same between two proxies, or peers without routing ids |
/// | XSUB | XPUB | publishers and subscribers: subscriptions are forwarded to the publishers, and only subscribed messages are relayed |
/// | PULL | PUSH | a pipeline, in one direction |
/// | SUB, XSUB | PUB, PUSH | one direction; the receiving socket must be subscribed before |
/// | PULL | PUB | pushed messages are published, in one direction |
/// | PAIR | PAIR, DEALER, ROUTER, XPUB, XSUB, PUSH, PUB | a connection to another thread |
///
/// One socket may be both ends, `proxy(&rep, &rep, None)`: a REP, ROUTER or PAIR sends each message back to where it
/// came from, a DEALER sends it to the next of its peers. [`Proxy`], which takes its sockets, cannot do that.
///
/// `capture` is sent a copy of each message of both directions, complete and in order. It is a PUB, PUSH, PAIR or
/// DEALER. Nothing is read from it.
///
/// # Delivery
/// Messages are moved, not copied, and relayed whole. A side is read only while the other side can send, so high-water
/// marks have the same effect as without the proxy, and the proxy itself loses nothing. A PUB, XPUB or ROUTER drops
/// messages for peers whose queue is full, as usual. A capture socket whose queue is full blocks the proxy, except a
/// PUB, which drops. The direction changes after at most 1000 messages.
///
/// Messages that a socket rejects permanently are dropped, and the proxy continues, unlike C's: those for a peer that
/// is unknown to a ROUTER with [`router_mandatory`](Socket::set_router_mandatory), and subscriptions to topics that are
/// too long (see below). They are logged through the `log` facade under `zmq4::proxy`.
///
/// If the context is terminated while a message is relayed, the message arrives whole or not at all.
///
/// # Subscriptions
/// Between an XPUB and an XSUB each subscription that the XPUB returns is forwarded, and the publishers are
/// unsubscribed when the last subscriber of a topic has left. With [`set_xpub_verbose`](Socket::set_xpub_verbose) the
/// XPUB returns every subscription but only one unsubscription, while an XSUB counts both. The proxy therefore forwards
/// each topic to the XSUB only once while it is subscribed; with C's proxy the publishers keep sending. With
/// [`set_xpub_verboser`](Socket::set_xpub_verboser) the XPUB returns every unsubscription as well, so the count is
/// right if each peer unsubscribes as often as it has subscribed, which a forwarder with a verbose XPUB does not. In a
/// chain of forwarders set `xpub_verbose` on each of them, or `xpub_verboser` on the last one only, whose subscribers
/// are SUB sockets. The proxy knows the option if it was set through this crate.
///
/// libzmq drops a subscription if the XSUB's queue is full: the send high-water mark of the XSUB must be at least the
/// number of topics, or 0 (no limit).
///
/// # Long topics
/// A libzmq without the radix tree, such as those of most distributions, crashes when a long topic that was subscribed
/// through an XPUB and an XSUB is removed: about 27 kB on a Rust thread, 1500 bytes with musl. Any subscriber could
/// send it, so subscriptions to topics of more than 8192 bytes (musl: 1024) are not forwarded with such a libzmq. The
/// vendored libzmq has the radix tree and no such limit. [`set_maxmsgsize`](Socket::set_maxmsgsize) on the XPUB limits
/// topics in any case.
///
/// # Errors
/// Always one: `ETERM` if a context was terminated; `EINTR` after a signal with
/// [`set_retry_after_eintr(false)`](crate::Context::set_retry_after_eintr), and for sockets of the parent process;
/// `EINVAL` for socket types that cannot be combined. Messages that were received and not sent are in the error:
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
        // Without control it ends with an error only.
        run::run(ends, &mut run::NoControl).into_result(Call::Proxy)?;
    }
}

/// Like [`proxy`](fn@proxy), but also handles commands from the socket `control` ([`zmq_proxy_steerable`], implemented in
/// Rust).
///
/// | command | |
/// |---|---|
/// | `PAUSE` | relays nothing until `RESUME`; messages wait in their queues |
/// | `RESUME` | continues |
/// | `TERMINATE` | returns `Ok` |
/// | `STATISTICS` | replies with eight frames, each a `u64` in native byte order: frames and bytes received at the front, sent to the front, received at the back, sent to the back |
///
/// Other commands are ignored. The command is the last frame. Frames before it are an envelope, which is sent back in
/// front of the reply.
///
/// `control` is a PAIR, PULL, SUB, REP, DEALER or ROUTER. A REP replies to every command, with an empty frame if there
/// is no other reply, and so does a DEALER or ROUTER if the command has an envelope, as those of a REQ have. Otherwise
/// only `STATISTICS` has a reply, if the socket can send. A reply that cannot be sent is dropped.
///
/// The commands work the same with every libzmq. In libzmq's own implementation an unknown command aborts up to 4.3.4,
/// and 4.3.5 interchanges `PAUSE` and `RESUME`.
///
/// After `TERMINATE` the function returns the messages that were received and not sent: none, unless the queue of the
/// other side was full.
///
/// # Errors
/// Like [`proxy`](fn@proxy).
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
///
/// [`zmq_proxy_steerable`]: https://libzmq.readthedocs.io/en/latest/zmq_proxy_steerable.html
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
