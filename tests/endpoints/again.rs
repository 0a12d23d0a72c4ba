//! Endpoints that are bound, connected and undone more than once.

use std::net::TcpListener;
use std::time::Duration;

#[cfg(unix)]
use crate::support::in_child;
use crate::support::sockets::socket;
use crate::support::{LONG, deadline, eventually};
use crate::text::says;
use zmq4::{Context, Errno, SocketType};
#[cfg(unix)]
use zmq4::{Flags, Socket};

#[cfg(unix)]
const ROUNDS: usize = 50;

const STABLE: [SocketType; 11] = [
    zmq4::PAIR,
    zmq4::PUB,
    zmq4::SUB,
    zmq4::REQ,
    zmq4::REP,
    zmq4::DEALER,
    zmq4::ROUTER,
    zmq4::PULL,
    zmq4::PUSH,
    zmq4::XPUB,
    zmq4::XSUB,
];

/// Of these libzmq ignores a second connect.
const SINGLE: [SocketType; 4] = [zmq4::DEALER, zmq4::REQ, zmq4::PUB, zmq4::SUB];

fn listen() -> (TcpListener, String) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let endpoint = format!("tcp://{}", listener.local_addr().unwrap());
    (listener, endpoint)
}

#[cfg(unix)]
mod ipc {
    use super::*;
    use crate::support::ipc_name;

    #[track_caller]
    fn delivers(context: &Context, server: &Socket, endpoint: &str) {
        let client = context.socket(zmq4::PUSH).unwrap();
        client.set_linger(Some(Duration::ZERO)).unwrap();
        client.connect(endpoint).unwrap();
        client.send("hello", Flags::NONE).unwrap();
        assert_eq!(server.recv(Flags::NONE).unwrap(), "hello");
    }

    #[test]
    fn a_path_is_bound_again_right_after_close() {
        deadline(LONG, || {
            let (context, name) = (Context::new().unwrap(), ipc_name());
            for _ in 0..ROUNDS {
                let server = context.socket(zmq4::PULL).unwrap();
                server.bind(&name).unwrap();
                delivers(&context, &server, &name);
            }
        });
    }

    #[test]
    fn a_path_is_bound_again_right_after_unbind() {
        deadline(LONG, || {
            let (context, name) = (Context::new().unwrap(), ipc_name());
            let servers = [(); 2].map(|()| context.socket(zmq4::PULL).unwrap());
            for round in 0..ROUNDS {
                let server = &servers[round % 2];
                server.bind(&name).unwrap();
                delivers(&context, server, &name);
                // The two calls are one to libzmq.
                if round % 3 == 0 {
                    server.disconnect(&name).unwrap();
                } else {
                    server.unbind(&name).unwrap();
                }
            }
        });
    }

    #[test]
    fn a_path_in_use_stays_so_after_a_rebind() {
        deadline(LONG, || {
            let (context, name) = (Context::new().unwrap(), ipc_name());
            let [first, second, third] = [(); 3].map(|()| context.socket(zmq4::PULL).unwrap());
            for _ in 0..ROUNDS {
                first.bind(&name).unwrap();
                first.unbind(&name).unwrap();
                second.bind(&name).unwrap();
                for other in [&first, &third] {
                    says(
                        &other.bind(&name).unwrap_err(),
                        "zmq_bind",
                        &name,
                        Errno::EADDRINUSE,
                        "another socket listens on this path",
                    );
                }
                delivers(&context, &second, &name);
                second.unbind(&name).unwrap();
            }
        });
    }

    /// The listener of a wildcard removes its file and directory when it goes, in the background: not those of who comes after.
    #[test]
    fn a_wildcard_path_is_not_bound_and_then_removed() {
        deadline(LONG, || {
            let (context, first) = socket(zmq4::PULL);
            for _ in 0..ROUNDS {
                first.bind("ipc://*").unwrap();
                let made = first.last_endpoint().unwrap();
                first.unbind(&made).unwrap();
                let again = eventually(LONG, || {
                    Some(first.bind(&made)).filter(|again| !matches!(again, Err(error) if *error == Errno::EADDRINUSE))
                });
                match again {
                    Ok(()) => {
                        delivers(&context, &first, &made);
                        first.unbind(&made).unwrap();
                        let path = std::path::Path::new(made.strip_prefix("ipc://").unwrap());
                        std::fs::remove_file(path).unwrap();
                        std::fs::remove_dir(path.parent().unwrap()).unwrap();
                    }
                    Err(error) => assert_eq!(error, Errno::ENOENT, "the directory is gone"),
                }
            }
        });
    }
}

/// Either an error, or a second connection: never nothing.
#[test]
fn a_second_connect_is_an_error_or_a_connection() {
    deadline(LONG, || {
        let context = Context::new().unwrap();
        for ty in STABLE {
            let socket = context.socket(ty).unwrap();
            socket.set_linger(Some(Duration::ZERO)).unwrap();
            let (listener, endpoint) = listen();
            socket.connect(&endpoint).unwrap();
            let first = listener.accept().unwrap();
            let again = socket.connect(&endpoint);
            if SINGLE.contains(&ty) {
                says(
                    &again.unwrap_err(),
                    "zmq_connect",
                    &endpoint,
                    Errno::EADDRINUSE,
                    "disconnect first",
                );
                socket.disconnect(&endpoint).unwrap();
                socket.connect(&endpoint).unwrap();
            } else {
                again.unwrap();
            }
            drop((listener.accept().unwrap(), first));
            assert_eq!(socket.last_endpoint().unwrap(), endpoint);
            socket.disconnect(&endpoint).unwrap();
            assert_eq!(socket.disconnect(&endpoint).unwrap_err(), Errno::ENOENT);
        }
    });
}

#[test]
fn own_bound_endpoint_is_not_connected_silently() {
    deadline(LONG, || {
        for ty in SINGLE {
            let (_context, socket) = socket(ty);
            let endpoint = crate::support::bind_tcp(&socket);
            says(
                &socket.connect(&endpoint).unwrap_err(),
                "zmq_connect",
                &endpoint,
                Errno::EADDRINUSE,
                "is already connected to this endpoint",
            );
        }
    });
}

#[test]
fn refused_connect_leaves_the_last_endpoint() {
    deadline(LONG, || {
        let (_listener, endpoint) = listen();
        for ty in SINGLE {
            let (_context, socket) = socket(ty);
            socket.connect(&endpoint).unwrap();
            for _ in 0..2 {
                assert_eq!(socket.connect(&endpoint).unwrap_err(), Errno::EADDRINUSE);
                assert_eq!(socket.last_endpoint().unwrap(), endpoint, "{ty:?}");
            }
            let bound = crate::support::bind_tcp(&socket);
            assert_eq!(socket.connect(&endpoint).unwrap_err(), Errno::EADDRINUSE);
            assert_eq!(socket.last_endpoint().unwrap(), bound, "{ty:?}");
            socket.disconnect(&endpoint).unwrap();
            socket.connect(&endpoint).unwrap();
            assert_eq!(socket.last_endpoint().unwrap(), endpoint, "{ty:?}");
        }
    });
}

/// Without `reconnect_ivl` libzmq forgets an endpoint when its connection ends.
#[test]
fn a_connection_that_ended_for_good_is_made_anew() {
    deadline(LONG, || {
        let context = Context::new().unwrap();
        for ty in STABLE {
            let socket = context.socket(ty).unwrap();
            socket.set_linger(Some(Duration::ZERO)).unwrap();
            socket.set_reconnect_ivl(None).unwrap();
            let (listener, endpoint) = listen();
            listener.set_nonblocking(true).unwrap();
            socket.connect(&endpoint).unwrap();
            drop(eventually(LONG, || listener.accept().ok()));
            eventually(LONG, || {
                let _ = socket.connect(&endpoint);
                listener.accept().ok()
            });
        }
    });
}

/// libzmq resolves what it does not know, and aborts without descriptors for that.
#[cfg(unix)]
#[test]
fn an_unknown_endpoint_is_undone_at_the_limit() {
    in_child("again::an_unknown_endpoint_is_undone_at_the_limit", LONG, || {
        let (context, server) = socket(zmq4::PULL);
        let endpoint = crate::support::bind_tcp(&server);
        let client = context.socket(zmq4::PUSH).unwrap();
        client.set_linger(Some(Duration::ZERO)).unwrap();
        client.connect(&endpoint).unwrap();
        let mut all: Vec<_> = std::iter::from_fn(|| std::fs::File::open("/dev/null").ok()).collect();
        let unknown = ["tcp://127.0.0.1:9", "tcp://lo:9", "tcp://127.0.0.1:0;127.0.0.1:9"];
        // One more descriptor at a time: it aborts where a few are left, not only where none is.
        for left in 0..4 {
            for endpoint in unknown {
                for undo in [Socket::disconnect, Socket::unbind] {
                    for socket in [&client, &server] {
                        let error = undo(socket, endpoint).unwrap_err();
                        if zmq4::has("repaired") {
                            assert_eq!(error, Errno::ENOENT, "{left} descriptors left");
                            continue;
                        }
                        assert_eq!(error, Errno::EMFILE, "{left} descriptors left");
                        assert!(error.to_string().contains("RLIMIT_NOFILE"), "{error}");
                    }
                }
            }
            all.pop();
        }
        // What it knows needs no descriptor.
        let none: Vec<_> = std::iter::from_fn(|| std::fs::File::open("/dev/null").ok()).collect();
        client.disconnect(&endpoint).unwrap();
        server.unbind(&endpoint).unwrap();
        drop((all, none));
        assert_eq!(client.disconnect("tcp://127.0.0.1:9").unwrap_err(), Errno::ENOENT);
    });
}
