//! What is reported when the monitored socket is closed: all that C reports, whoever reads it, and nothing hangs.

use std::ffi::c_void;
use std::ptr::NonNull;
use std::time::Duration;

use zmq4::{Context, DONTWAIT, EVENT_ALL, Errno, Event, Flags, Monitor, Socket, SocketRef, SocketType, zmq_sys};

use crate::support::{LONG, bind_tcp, deadline, eventually, in_child, inproc_name, ipc_name, keep};
use crate::{PATIENCE, open};

#[derive(Clone, Copy, Debug, PartialEq)]
enum Way {
    /// C's calls: the socket and the reader are unknown to this library.
    Raw,
    Monitor,
    /// `monitor_at`, and the reader connects after it.
    At,
    /// `monitor_at`, and the reader connects before it.
    AtLater,
}

/// A monitored socket.
struct Watched {
    /// With C's calls it is closed by C.
    socket: Option<Socket>,
    ptr: *mut c_void,
    reader: Reader,
    _context: Context,
}

enum Reader {
    Monitor(Monitor),
    Socket(Socket),
}

impl Reader {
    fn next(&self) -> Event {
        match self {
            Reader::Monitor(monitor) => monitor.recv_timeout(PATIENCE).unwrap().event,
            Reader::Socket(socket) => {
                socket.set_rcvtimeo(Some(PATIENCE)).unwrap();
                socket.recv_event(Flags::NONE).unwrap().0
            }
        }
    }
}

impl Watched {
    fn new(context: &Context, ty: SocketType, way: Way) -> Watched {
        let socket = open(context, ty);
        let (ptr, name) = (socket.as_ptr(), inproc_name());
        let connected = || {
            let reader = open(context, zmq4::PAIR);
            reader.set_rcvhwm(0).unwrap();
            reader.connect(&name).unwrap();
            Reader::Socket(reader)
        };
        let (socket, reader) = match way {
            Way::Raw => {
                let (ptr, _context) = socket.into_raw();
                view(ptr).monitor_at(&name, EVENT_ALL).unwrap();
                (None, connected())
            }
            Way::Monitor => {
                let monitor = socket.monitor(EVENT_ALL).unwrap();
                (Some(socket), Reader::Monitor(monitor))
            }
            Way::At => {
                socket.monitor_at(&name, EVENT_ALL).unwrap();
                (Some(socket), connected())
            }
            Way::AtLater => {
                let reader = connected();
                socket.monitor_at(&name, EVENT_ALL).unwrap();
                (Some(socket), reader)
            }
        };
        Watched {
            socket,
            ptr,
            reader,
            _context: context.clone(),
        }
    }

    fn close(&mut self) {
        match self.socket.take() {
            Some(socket) => socket.close().unwrap(),
            // SAFETY: the pointer came from `into_raw`, and this is the one place that closes it.
            None => drop(unsafe { zmq_sys::zmq_close(self.ptr) }),
        }
    }
}

/// It is not dropped, which would stop the socket's monitor.
fn view<'s>(ptr: *mut c_void) -> &'s SocketRef<'s> {
    // SAFETY: the socket is closed after the last use of the view, on this thread.
    keep(unsafe { SocketRef::from_raw(NonNull::new(ptr).unwrap()) })
}

/// What a test does to a monitored socket before it is closed.
struct Case<'t> {
    socket: &'t Socket,
    context: &'t Context,
    /// Waits for an event.
    wait: &'t mut dyn FnMut(Event),
}

type Prepare = fn(Case<'_>) -> Vec<Socket>;

const CASES: [(&str, SocketType, Prepare); 9] = [
    ("neither bound nor connected", zmq4::REP, |_| Vec::new()),
    ("bound", zmq4::REP, |case| {
        bind_tcp(case.socket);
        Vec::new()
    }),
    ("bound twice, over ipc too", zmq4::REP, |case| {
        bind_tcp(case.socket);
        case.socket.bind("ipc://*").unwrap();
        Vec::new()
    }),
    ("unbound", zmq4::REP, |case| {
        let endpoint = bind_tcp(case.socket);
        case.socket.unbind(&endpoint).unwrap();
        (case.wait)(Event::CLOSED);
        Vec::new()
    }),
    ("with a live peer", zmq4::REP, |case| {
        let peer = open(case.context, zmq4::REQ);
        peer.connect(&bind_tcp(case.socket)).unwrap();
        (case.wait)(Event::HANDSHAKE_SUCCEEDED);
        vec![peer]
    }),
    ("whose peer has gone", zmq4::REP, |case| {
        let peer = open(case.context, zmq4::REQ);
        peer.connect(&bind_tcp(case.socket)).unwrap();
        (case.wait)(Event::HANDSHAKE_SUCCEEDED);
        drop(peer);
        (case.wait)(Event::DISCONNECTED);
        Vec::new()
    }),
    ("connected", zmq4::REQ, |case| {
        let peer = open(case.context, zmq4::REP);
        case.socket.connect(&bind_tcp(&peer)).unwrap();
        (case.wait)(Event::HANDSHAKE_SUCCEEDED);
        vec![peer]
    }),
    ("disconnected", zmq4::REQ, |case| {
        let peer = open(case.context, zmq4::REP);
        let endpoint = bind_tcp(&peer);
        case.socket.connect(&endpoint).unwrap();
        (case.wait)(Event::HANDSHAKE_SUCCEEDED);
        case.socket.disconnect(&endpoint).unwrap();
        vec![peer]
    }),
    ("in the wait for another try", zmq4::REQ, |case| {
        let name = ipc_name();
        case.socket.set_reconnect_ivl(Some(Duration::from_secs(3600))).unwrap();
        case.socket.connect(&name).unwrap();
        (case.wait)(Event::CONNECT_RETRIED);
        Vec::new()
    }),
];

/// All that is reported of a socket in this case, up to the end.
fn reported(way: Way, ty: SocketType, prepare: Prepare) -> Vec<Event> {
    let context = Context::new().unwrap();
    let mut watched = Watched::new(&context, ty, way);
    let mut events = Vec::new();
    let peers = {
        let reader = &watched.reader;
        let mut wait = |event: Event| {
            while events.last() != Some(&event) {
                events.push(reader.next());
            }
        };
        let (context, wait) = (&context, &mut wait as &mut dyn FnMut(Event));
        match &watched.socket {
            Some(socket) => prepare(Case { socket, context, wait }),
            None => prepare(Case {
                socket: view(watched.ptr),
                context,
                wait,
            }),
        }
    };
    watched.close();
    while events.last() != Some(&Event::MONITOR_STOPPED) {
        events.push(watched.reader.next());
    }
    drop(peers);
    // Whether a connection is made at once is the system's affair.
    events.retain(|event| *event != Event::CONNECT_DELAYED);
    events
}

#[test]
fn a_closed_socket_is_reported_as_in_c() {
    in_child("closing::a_closed_socket_is_reported_as_in_c", 4 * LONG, || {
        for (name, ty, prepare) in CASES {
            let expected = reported(Way::Raw, ty, prepare);
            println!("{name}: {expected:?}");
            for way in [Way::Monitor, Way::At, Way::AtLater] {
                assert_eq!(reported(way, ty, prepare), expected, "{name}, {way:?}");
            }
        }
        let bound = reported(Way::Raw, zmq4::REP, CASES[1].2);
        assert_eq!(bound, [Event::LISTENING, Event::CLOSED, Event::MONITOR_STOPPED]);
    });
}

/// A socket that goes on trying to connect after it was closed, for the sake of a message; the endpoint is free.
fn lingering(context: &Context, way: Way) -> (Watched, crate::support::IpcName) {
    let watched = Watched::new(context, zmq4::PUSH, way);
    let name = ipc_name();
    let socket = watched.socket.as_ref().unwrap();
    socket.set_linger(None).unwrap();
    socket.set_reconnect_ivl(Some(Duration::from_millis(1))).unwrap();
    socket.connect(&name).unwrap();
    socket.send("late", Flags::NONE).unwrap();
    (watched, name)
}

fn deliver(context: &Context, name: &str) {
    let pull = open(context, zmq4::PULL);
    pull.set_rcvtimeo(Some(PATIENCE)).unwrap();
    pull.bind(name).unwrap();
    assert_eq!(pull.recv(Flags::NONE).unwrap(), "late");
}

const OURS: [Way; 3] = [Way::Monitor, Way::At, Way::AtLater];

#[test]
fn a_socket_that_lingers_is_reported_to_its_end() {
    in_child(
        "closing::a_socket_that_lingers_is_reported_to_its_end",
        2 * LONG,
        || {
            for way in OURS {
                let context = Context::new().unwrap();
                let (mut watched, name) = lingering(&context, way);
                watched.close();
                deliver(&context, &name);
                let mut events = Vec::new();
                while events.last() != Some(&Event::MONITOR_STOPPED) {
                    events.push(watched.reader.next());
                }
                assert!(events.contains(&Event::HANDSHAKE_SUCCEEDED), "{events:?}");
            }
        },
    );
}

/// libzmq alone would have its I/O thread wait for the reader: the socket that lingers has an event each millisecond.
#[test]
fn the_reader_goes_while_the_closed_socket_lingers() {
    let test = "closing::the_reader_goes_while_the_closed_socket_lingers";
    in_child(test, 4 * LONG, || {
        for way in OURS {
            for ends_first in [false, true] {
                let context = Context::new().unwrap();
                let (mut watched, name) = lingering(&context, way);
                watched.close();
                let Watched { reader, .. } = watched;
                drop(reader);
                // Not a part of what is tested, and on the same I/O thread.
                let (pull, push) = (open(&context, zmq4::PULL), open(&context, zmq4::PUSH));
                push.connect(&bind_tcp(&pull)).unwrap();
                push.send("through", Flags::NONE).unwrap();
                assert_eq!(pull.recv(Flags::NONE).unwrap(), "through");
                if ends_first {
                    // What was sent is delivered all the same: the linger is without limit.
                    context.shutdown().unwrap();
                    let other = Context::new().unwrap();
                    deliver(&other, &name);
                } else {
                    deliver(&context, &name);
                }
                drop((push, pull));
                context.term().unwrap();
            }
        }
    });
}

#[test]
fn a_context_that_is_only_dropped_lets_readers_go() {
    let test = "closing::a_context_that_is_only_dropped_lets_readers_go";
    in_child(test, 2 * LONG, || {
        for way in OURS {
            let context = Context::new().unwrap();
            let (mut watched, name) = lingering(&context, way);
            watched.close();
            drop(watched);
            let waits = std::thread::spawn(move || drop(context));
            deliver(&Context::new().unwrap(), &name);
            waits.join().unwrap();
        }
    });
}

#[test]
fn the_reader_of_a_closed_socket_does_not_disconnect() {
    let test = "closing::the_reader_of_a_closed_socket_does_not_disconnect";
    in_child(test, 2 * LONG, || {
        let calls: [fn(&Socket, &str) -> zmq4::Result<()>; 2] = [Socket::disconnect, Socket::unbind];
        for (call, way) in calls.into_iter().flat_map(|call| OURS.map(|way| (call, way))) {
            let context = Context::new().unwrap();
            let (mut watched, name) = lingering(&context, way);
            watched.close();
            let reader = match &watched.reader {
                Reader::Monitor(monitor) => monitor.socket(),
                Reader::Socket(socket) => socket,
            };
            let at = reader.last_endpoint().unwrap();
            let error = call(reader, &at).unwrap_err();
            assert_eq!(error, Errno::EAGAIN);
            assert!(error.to_string().contains("last events"), "{error}");
            deliver(&context, &name);
            // libzmq may have ended the connection itself by then.
            let done = eventually(LONG, || match call(reader, &at) {
                Err(error) if error == Errno::EAGAIN => None,
                done => Some(done),
            });
            assert!(
                done.is_ok() || done.as_ref().is_err_and(|error| *error == Errno::ENOENT),
                "{done:?}"
            );
            context.shutdown().unwrap();
        }
    });
}

/// The places and descriptors of readers that were kept come back.
#[test]
fn kept_readers_give_their_places_back() {
    let test = "closing::kept_readers_give_their_places_back";
    in_child(test, 4 * LONG, || {
        let context = Context::new().unwrap();
        context.set_max_sockets(24).unwrap();
        for round in 0..20 {
            let way = OURS[round % 3];
            // Others give theirs back a moment later.
            eventually(LONG, || {
                let free: Vec<_> = (0..3).map_while(|_| context.socket(zmq4::PAIR).ok()).collect();
                (free.len() == 3).then_some(())
            });
            let (mut watched, name) = lingering(&context, way);
            watched.close();
            drop(watched);
            deliver(&context, &name);
        }
        let all: Vec<_> = (0..24)
            .map(|_| eventually(LONG, || context.socket(zmq4::PULL).ok()))
            .collect();
        assert_eq!(all.len(), 24);
    });
}

#[test]
fn a_reader_that_is_no_pair_sees_no_closed() {
    deadline(LONG, || {
        let context = Context::new().unwrap();
        let (server, reader, name) = (open(&context, zmq4::REP), open(&context, zmq4::PULL), inproc_name());
        server.monitor_at(&name, EVENT_ALL).unwrap();
        reader.connect(&name).unwrap();
        reader.set_rcvtimeo(Some(PATIENCE)).unwrap();
        bind_tcp(&server);
        drop(server);
        let next = || reader.recv_event(Flags::NONE).unwrap().0;
        assert_eq!([next(), next()], [Event::LISTENING, Event::MONITOR_STOPPED]);
        assert_eq!(reader.recv_event(DONTWAIT).unwrap_err(), Errno::EAGAIN);
    });
}
