//! Binding and connecting a socket, and undoing it.

use std::ffi::{CStr, CString};

use zmq_sys as sys;

use super::Socket;
use crate::context::fd_limit;
use crate::context::inproc::{CLOSING, End};
use crate::endpoint::{AttachMode, Endpoint, Transport};
use crate::error::{Call, Error, Result};
use crate::ffi::errno::Errno;
use crate::flags::State;
use crate::message::Message;
use crate::refusal::Refusal;
use crate::socket_type::SocketType;
use crate::version::repaired;

/// Why a second connect is rejected.
const ATTACHED_ALREADY: &str = "the socket is already connected to this endpoint, and libzmq ignores a second connect of this socket type, even if the \
    first connection has ended: disconnect first";
const BUSY: &str = "the endpoint is a monitor, and a PAIR that was bound or connected before cannot read it";

/// # Endpoints
impl Socket {
    /// Starts accepting peers on an endpoint (`zmq_bind`).
    ///
    /// With `tcp://127.0.0.1:*` and `ipc://*` the system chooses the port or path;
    /// [`last_endpoint`](Socket::last_endpoint) returns it. tcp takes an address of this machine, the name of an
    /// interface (`lo`), or `*`, and since libzmq 4.3.5 also a host name such as `localhost`, which is `ENODEV` before.
    /// ws takes no host names. See [zmq_bind(3)](https://libzmq.readthedocs.io/en/latest/zmq_bind.html).
    ///
    /// The endpoint is validated before it is passed to libzmq, because libzmq takes port 70000 for 4464 and unlinks
    /// any file at an ipc path. A path that a socket of this process has just unbound or closed can be bound again at
    /// once.
    ///
    /// Connections are accepted in the background, but the socket processes new peers
    /// [inside its calls](Socket#work-happens-inside-calls).
    ///
    /// # Errors
    /// - `EINVAL` for an invalid endpoint, for options with which libzmq would abort, for an IPv6 address without
    ///   [`ipv6`](Socket::set_ipv6), and, unless libzmq is [repaired](crate::has), for an authentication handler in a context
    ///   with a [server](crate::auth::Server) that reconnects.
    /// - `EPROTONOSUPPORT` if this libzmq lacks the transport, `EAFNOSUPPORT` if the kernel lacks it, and `ENOCOMPATPROTO` if
    ///   it does not support the socket type.
    /// - `EADDRINUSE` if another socket or process uses the address, or another file is at the path.
    /// - `EADDRNOTAVAIL` or `ENODEV` if the address or interface is not of this machine.
    /// - `ENAMETOOLONG`, `ENOENT`, `ENOTDIR` or `EACCES` for a path.
    /// - `EMTHREAD` if the context has no I/O threads, `EMFILE` if there are no file descriptors left.
    /// - `ETERM` if the context was terminated.
    ///
    /// Over inproc, unless libzmq is repaired: `ENOCOMPATPROTO` for a PAIR if a ROUTER or REP has connected to the name
    /// before, and `EADDRINUSE` for a socket that sends a message to new peers if one that has connected may be gone.
    ///
    /// ```
    /// let socket = zmq4::Socket::new(zmq4::PULL)?;
    /// socket.bind("tcp://127.0.0.1:*")?; // a free port
    /// assert!(socket.last_endpoint()?.starts_with("tcp://127.0.0.1:"));
    /// socket.bind("inproc://also here")?;
    /// let error = socket.bind("tcp://127.0.0.1").unwrap_err();
    /// assert_eq!(error, zmq4::EINVAL); // the port is missing
    /// # Ok::<(), zmq4::Error>(())
    /// ```
    #[doc(alias = "zmq_bind")]
    #[doc(alias = "Bind")]
    #[doc(alias = "bind_to_random_port")]
    pub fn bind(&self, endpoint: &str) -> Result<()> {
        self.attach(Call::Bind, AttachMode::Bind, endpoint)
    }

    /// Starts connecting to an endpoint (`zmq_connect`).
    ///
    /// The call does not block: the connection is made in the background, and made again if it breaks. An endpoint at
    /// which no socket is bound and a host name that does not resolve are therefore not errors. A socket may connect
    /// before its peer binds, also over inproc. See
    /// [zmq_connect(3)](https://libzmq.readthedocs.io/en/latest/zmq_connect.html).
    ///
    /// # Connecting to an endpoint twice
    /// libzmq ignores a second connect of a DEALER, REQ, PUB or SUB to the same endpoint and reports success, even if
    /// the first connection has ended permanently, for instance because the peer rejected it. This crate returns
    /// `EADDRINUSE` instead: [`disconnect`](Socket::disconnect) before connecting again. The other types, and all types
    /// over inproc, get a second connection. pgm, epgm and norm have no connections, and joining a group again has no
    /// effect.
    ///
    /// # Host names
    /// An I/O thread resolves the name at each connection attempt and does no other work meanwhile. While a name server
    /// does not respond, all sockets of that thread stall, and termination of the context waits, regardless of linger.
    /// On Linux each lookup may take 10 seconds. A program that must not stall resolves the name itself and connects to
    /// the address:
    ///
    /// ```
    /// use std::net::ToSocketAddrs;
    ///
    /// let socket = zmq4::Socket::new(zmq4::DEALER)?;
    /// let mut addresses = ("localhost", 5555).to_socket_addrs()?;
    /// if let Some(address) = addresses.find(|address| address.is_ipv4()) {
    ///     socket.connect(&format!("tcp://{address}"))?;
    /// }
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// The address then remains the same when the connection is made again. Alternatively, assign sockets that connect
    /// to host names to a separate I/O thread with [`Context::set_io_threads`](crate::Context::set_io_threads) and
    /// [`set_affinity`](Socket::set_affinity). Other sockets then do not stall, but termination of the context still
    /// waits.
    ///
    /// # Errors
    /// - `EINVAL` for an invalid endpoint, for options with which libzmq would abort, for an IPv6 address without
    ///   [`ipv6`](Socket::set_ipv6), to which libzmq would never connect, and, unless libzmq is [repaired](crate::has), for a
    ///   [server](crate::auth::Server) that reconnects in a context with an authentication handler.
    /// - `EADDRINUSE` for a second connect (see above), and, with a repaired libzmq, if a peer has the
    ///   [`connect_routing_id`](Socket::set_connect_routing_id) already.
    /// - `EFSM` for a PAIR that was bound or connected before, if the endpoint is a [monitor](Socket::monitor_at).
    /// - `EPROTONOSUPPORT`, `EAFNOSUPPORT`, `ENOCOMPATPROTO`, `EMTHREAD`, `EMFILE` and `ETERM` like [`bind`](Socket::bind).
    #[doc(alias = "zmq_connect")]
    #[doc(alias = "Connect")]
    pub fn connect(&self, endpoint: &str) -> Result<()> {
        self.attach(Call::Connect, AttachMode::Connect, endpoint)
    }

    /// Stops accepting peers on an endpoint ([`zmq_unbind`]), and ends the connections that were accepted there.
    ///
    /// What has arrived from these peers can still be received, and each connection ends when this is done: what a peer sends
    /// meanwhile may be lost. What was sent to them and is not written to a connection yet is dropped, whatever the
    /// [`linger`](Socket::set_linger). Over inproc the connections remain. Unless libzmq is [repaired](crate::has), the call waits
    /// for an I/O thread to end the connections, at most a second.
    ///
    /// For an endpoint with a wildcard, pass what [`last_endpoint`](Socket::last_endpoint) returned after the bind.
    /// libzmq does not distinguish this call from [`disconnect`](Socket::disconnect): if the socket is connected to the
    /// endpoint instead of bound to it, it disconnects.
    ///
    /// # Errors
    /// - `ENOENT` if the socket is neither bound nor connected to the endpoint.
    /// - `EINVAL` for an invalid endpoint.
    /// - `EFSM` if a message was received in part.
    /// - `EMFILE` if the socket does not have this tcp endpoint, and there are no file descriptors left to resolve it.
    /// - `EBUSY` like [`disconnect`](Socket::disconnect).
    /// - `ETERM` if the context was terminated.
    ///
    /// ```
    /// let socket = zmq4::Socket::new(zmq4::PULL)?;
    /// socket.bind("tcp://127.0.0.1:*")?;
    /// let endpoint = socket.last_endpoint()?;
    /// socket.unbind(&endpoint)?;
    /// assert_eq!(socket.unbind(&endpoint).unwrap_err(), zmq4::ENOENT);
    /// # Ok::<(), zmq4::Error>(())
    /// ```
    ///
    /// [`zmq_unbind`]: https://libzmq.readthedocs.io/en/latest/zmq_unbind.html
    #[doc(alias = "zmq_unbind")]
    #[doc(alias = "Unbind")]
    pub fn unbind(&self, endpoint: &str) -> Result<()> {
        self.detach(Call::Unbind, endpoint)
    }

    /// Ends all connections to an endpoint ([`zmq_disconnect`]).
    ///
    /// Received messages of these connections are dropped, except the next message of a ROUTER, REP, SUB or XSUB: the
    /// next receive returns it, regardless of its peer. [`into_raw`](Socket::into_raw) discards it. A
    /// [repaired](crate::has) libzmq drops that message as well. Sent messages are still delivered within the current
    /// [`linger`](Socket::set_linger) period; with a linger of zero they are dropped. If the socket is bound to the
    /// endpoint, it is unbound: see [`unbind`](Socket::unbind).
    ///
    /// With a linger of zero, unless libzmq is repaired, the call waits for an I/O thread to end the connection: usually about a
    /// millisecond, at most a second. Otherwise libzmq may abort when the peer disconnects. With another linger it does not wait:
    /// after the linger period call [`events`](Socket::events).
    ///
    /// # Errors
    /// - `EFSM` if a message was received in part: its other frames would be lost, or libzmq would abort. Receive them first.
    /// - `ENOENT` if the socket is not connected to the endpoint, also if [`reconnect_ivl`](Socket::set_reconnect_ivl) is `None`
    ///   and the connection has ended.
    /// - `EAGAIN` for the reader of a [monitor](Socket::monitor_at) whose socket was closed, until its last event was sent.
    /// - `EBUSY`, unless libzmq is repaired, for a ROUTER or REP and an inproc name that is not bound yet, if other sockets are
    ///   connected to the name: libzmq would abort when it is bound. Close the socket instead.
    /// - `EMFILE` in the same case if the context has no place for the socket that takes the connection over.
    /// - `EINVAL`, `EMFILE` and `ETERM` like [`unbind`](Socket::unbind).
    ///
    /// ```
    /// let socket = zmq4::Socket::new(zmq4::PUSH)?;
    /// socket.connect("tcp://127.0.0.1:5555")?;
    /// socket.disconnect("tcp://127.0.0.1:5555")?;
    /// # Ok::<(), zmq4::Error>(())
    /// ```
    ///
    /// [`zmq_disconnect`]: https://libzmq.readthedocs.io/en/latest/zmq_disconnect.html
    #[doc(alias = "zmq_disconnect")]
    #[doc(alias = "Disconnect")]
    pub fn disconnect(&self, endpoint: &str) -> Result<()> {
        self.detach(Call::Disconnect, endpoint)
    }

    /// Unbinds or disconnects. libzmq does the same for both calls: it removes the bound endpoint, or else the
    /// connections.
    fn detach(&self, call: Call, text: &str) -> Result<()> {
        let failed = |refusal| Error::refused(call, refusal).about_endpoint(text);
        let endpoint = Endpoint::split(text).map_err(failed)?;
        let ends = repaired() || !self.preconditions().attached.has_id(text) || self.is_caught_up();
        let events = self.keep_prefetched(call).map_err(|error| error.about_endpoint(text))?;
        let undo = || {
            self.retry_interrupted(|| match call {
                Call::Unbind => self.raw().unbind(endpoint.c_text()),
                _ => self.raw().disconnect(endpoint.c_text()),
            })
        };
        match endpoint.transport {
            Transport::Inproc => self.detach_inproc(endpoint.address, undo),
            _ => self.detach_network(&endpoint, ends, events, undo),
        }
        .map_err(|refusal| failed(endpoint.not_undone(refusal)))
    }

    fn detach_inproc(&self, name: &str, undo: impl Fn() -> Result<(), Errno>) -> Result<(), Refusal> {
        if !self.context().has_bound(self.id(), name) {
            self.stop_reading_from(name)
                .map_err(|errno| Refusal::new(errno, CLOSING))?;
        }
        self.context().detach_inproc(&self.end(), name, undo)
    }

    fn detach_network(
        &self,
        endpoint: &Endpoint<'_>,
        ends: bool,
        events: State,
        undo: impl Fn() -> Result<(), Errno>,
    ) -> Result<(), Refusal> {
        // libzmq resolves an endpoint that it does not know, and aborts if there is no descriptor for that.
        let known = repaired() || self.preconditions().attached.has(endpoint.text);
        if !known && endpoint.is_looked_up() {
            fd_limit::check(fd_limit::ENDPOINT)?;
        }
        let bound = self.preconditions().attached.has_bound(endpoint.text);
        let time = self.time_to_end(bound, events);
        let undone = undo();
        if let (Ok(()), Some(time)) = (undone, time) {
            self.confirm_ends(time);
        }
        if matches!(undone, Ok(()) | Err(Errno::ENOENT)) {
            self.detached(endpoint, undone.is_ok(), ends);
        }
        Ok(undone?)
    }

    /// What the context needs to know of this socket for inproc.
    fn end(&self) -> End<'_> {
        End {
            socket: self.id(),
            ty: self.socket_type(),
            raw: self.raw(),
            conflates: self.conflates(),
            greets: self.preconditions().greets(),
        }
    }

    fn attach(&self, call: Call, mode: AttachMode, endpoint: &str) -> Result<()> {
        self.attach_by(call, mode, endpoint, |text| match mode {
            AttachMode::Bind => self.raw().bind(text),
            AttachMode::Connect => self.raw().connect(text),
        })
    }

    /// Binds or connects through `call`, after all checks.
    pub(super) fn attach_by(
        &self,
        call: Call,
        mode: AttachMode,
        endpoint: &str,
        go: impl Fn(&CStr) -> Result<(), Errno>,
    ) -> Result<()> {
        self.try_attach(mode, endpoint, go)
            .map_err(|refusal| Error::refused(call, refusal).about_endpoint(endpoint))
    }

    fn try_attach(
        &self,
        mode: AttachMode,
        endpoint: &str,
        go: impl Fn(&CStr) -> Result<(), Errno>,
    ) -> Result<(), Refusal> {
        let endpoint = Endpoint::parse(endpoint, mode, self.socket_type())?;
        endpoint.check_available()?;
        // A listener of the program may be bound to the path.
        if mode == AttachMode::Bind && !self.has_own_listener() {
            endpoint.check_unoccupied()?;
        }
        self.check_options(&endpoint, mode)?;
        let go = || self.retry_interrupted(|| go(endpoint.c_text()));
        match endpoint.transport {
            Transport::Inproc => self.attach_inproc(mode, &endpoint, go),
            _ => self.attach_network(mode, &endpoint, go),
        }
    }

    fn attach_inproc(
        &self,
        mode: AttachMode,
        endpoint: &Endpoint<'_>,
        go: impl Fn() -> Result<(), Errno>,
    ) -> Result<(), Refusal> {
        let name = endpoint.address;
        if mode == AttachMode::Connect {
            self.guard_monitors_of(name);
        }
        let go = |is_monitor| match mode {
            AttachMode::Connect if is_monitor => self.read_from(&go),
            _ => go(),
        };
        match self.context().attach_inproc(mode, &self.end(), name, go) {
            Err(refusal) if refusal.errno == Errno::EFSM => Err(Refusal::new(Errno::EFSM, BUSY)),
            attached => attached.inspect(|()| self.attached(mode, endpoint, false)),
        }
    }

    /// Binds or connects over all transports but inproc.
    fn attach_network(
        &self,
        mode: AttachMode,
        endpoint: &Endpoint<'_>,
        go: impl Fn() -> Result<(), Errno>,
    ) -> Result<(), Refusal> {
        let reservation = endpoint.reserve_port()?;
        let server = self.admit_server(endpoint, mode)?;
        let attached = fd_limit::check(fd_limit::ENDPOINT).and_then(|()| self.attach_once(mode, endpoint, go));
        if server && attached.is_err() {
            self.context().server_left(self.id());
        }
        attached?;
        self.await_ownership();
        self.attached(mode, endpoint, server);
        self.move_threshold.set(Message::MOVE_THRESHOLD);
        reservation.keep();
        Ok(())
    }

    /// Binds or connects, and detects a connect that libzmq ignores and reports as success: the second one of some
    /// types to the same endpoint.
    fn attach_once(
        &self,
        mode: AttachMode,
        endpoint: &Endpoint<'_>,
        go: impl Fn() -> Result<(), Errno>,
    ) -> Result<(), Refusal> {
        use SocketType as Ty;
        let go = || go().map_err(|errno| endpoint.failed(mode, errno));
        let ignores = [Ty::DEALER, Ty::REQ, Ty::PUB, Ty::SUB].contains(&self.socket_type());
        // Joining a group again has no effect: there is no connection that could have ended.
        let ignores = ignores && mode == AttachMode::Connect && !endpoint.transport.is_multicast();
        if !ignores || !self.preconditions().attached.has(endpoint.text) {
            return go();
        }
        // A connect that has an effect changes the last endpoint, which is set to a unique one first.
        let mark = format!("inproc://zmq4-mark-{:x}", self.id());
        let text = CString::new(mark.as_str()).unwrap_or_default();
        let before = self.last_endpoint().unwrap_or_default();
        self.retry_interrupted(|| self.raw().bind(&text))?;
        self.preconditions().attached.hide(mark.clone(), before);
        let unmarked = self.retry_interrupted(|| self.raw().unbind(&text));
        let attached = go();
        unmarked?;
        attached?;
        match self.reported_endpoint() {
            Ok(last) if last == mark => Err(Refusal::new(Errno::EADDRINUSE, ATTACHED_ALREADY)),
            _ => Ok(()),
        }
    }

    /// Whether the next bind uses a listener of the program (`ZMQ_USE_FD`).
    pub(super) fn has_own_listener(&self) -> bool {
        self.raw().get_int(sys::ZMQ_USE_FD).is_ok_and(|fd| fd >= 0)
    }

    /// Records the endpoint, and clears options that apply to one endpoint only.
    fn attached(&self, mode: AttachMode, endpoint: &Endpoint<'_>, server: bool) {
        self.context().attached(self.id(), self.socket_type(), endpoint.text);
        if self.socket_type() == SocketType::REQ {
            self.note_peers(endpoint, mode);
        }
        if endpoint.transport == Transport::Inproc {
            self.preconditions().ids.meet_inproc();
            if mode == AttachMode::Connect {
                let _ = self.preconditions().ids.connected();
            }
            return;
        }
        self.remember(mode, endpoint, server, self.has_own_listener());
        #[cfg(unix)]
        if mode == AttachMode::Bind {
            self.hand_over_listener(endpoint.transport);
        }
    }
}
