//! What libzmq does not find when it needs it: places for sockets, and descriptors.

use zmq4::{Context, Errno, Flags};

use crate::open_timed;
#[cfg(unix)]
use crate::support::bind_tcp;
use crate::support::{LONG, eventually, in_child, inproc_name};

/// C5: connects that no one has bound need a socket each when the context is terminated, all at once.
#[test]
fn thousands_of_pending_connects_at_termination() {
    in_child(
        "pending::thousands_of_pending_connects_at_termination",
        2 * LONG,
        || {
            let context = Context::new().unwrap();
            let socket = open_timed(&context, zmq4::DEALER);
            for number in 0..3000 {
                socket.connect(&format!("inproc://nobody-{number}")).unwrap();
            }
            drop(socket);
            context.term().unwrap();
        },
    );
}

#[test]
fn pending_connects_in_a_full_context_are_survived() {
    in_child(
        "pending::pending_connects_in_a_full_context_are_survived",
        2 * LONG,
        || {
            for by_term in [true, false] {
                for limit in [1, 2, 10] {
                    let context = Context::new().unwrap();
                    context.set_max_sockets(limit).unwrap();
                    let sockets: Vec<_> = (0..limit).map(|_| open_timed(&context, zmq4::DEALER)).collect();
                    for (number, socket) in sockets.iter().enumerate() {
                        socket.connect(&format!("inproc://nobody-{number}")).unwrap();
                        socket.connect("inproc://nobody-either").unwrap();
                    }
                    assert_eq!(context.socket(zmq4::PAIR).unwrap_err(), Errno::EMFILE);
                    drop(sockets);
                    if by_term {
                        context.term().unwrap();
                    }
                }
            }
        },
    );
}

#[test]
fn pending_connects_of_sockets_that_are_still_open() {
    in_child("pending::pending_connects_of_sockets_that_are_still_open", LONG, || {
        let context = Context::new().unwrap();
        context.set_max_sockets(1).unwrap();
        let socket = open_timed(&context, zmq4::DEALER);
        socket.connect("inproc://nobody").unwrap();
        std::thread::scope(|scope| {
            scope.spawn(|| context.term().unwrap());
            assert_eq!(socket.recv(Flags::NONE).unwrap_err(), Errno::ETERM);
            drop(socket);
        });
    });
}

/// A place that a pending connect keeps is given back once someone binds the name.
#[test]
fn a_pending_connect_that_is_answered_keeps_no_place() {
    let context = Context::new().unwrap();
    context.set_max_sockets(2).unwrap();
    for round in 0..20 {
        let name = inproc_name();
        let early = eventually(LONG, || context.socket(zmq4::PUSH).ok());
        early.connect(&name).unwrap();
        let late = eventually(LONG, || context.socket(zmq4::PULL).ok());
        late.bind(&name).unwrap();
        early.send(format!("{round}"), Flags::NONE).unwrap();
        assert_eq!(late.recv(Flags::NONE).unwrap(), *format!("{round}"));
    }
}

/// C6: at the limit of descriptors libzmq aborts at the first socket of a context, and at a tcp bind.
#[cfg(unix)]
#[test]
fn no_descriptors_left() {
    in_child("pending::no_descriptors_left", LONG, || {
        let early = Context::new().unwrap();
        let opened = Context::new().unwrap();
        let (socket, peer) = (open_timed(&opened, zmq4::PAIR), open_timed(&opened, zmq4::PAIR));
        peer.bind("inproc://in use").unwrap();
        for spare in 0..40 {
            let held = leave_descriptors(spare);
            // Whatever it is that fails here fails with an error, and the rest works.
            tolerate(Context::new().and_then(|context| context.socket(zmq4::PAIR)));
            tolerate(early.socket(zmq4::PAIR));
            tolerate(opened.socket(zmq4::REP));
            tolerate(socket.bind("tcp://127.0.0.1:*"));
            tolerate(socket.bind("ipc://*"));
            tolerate(socket.connect("tcp://127.0.0.1:1"));
            tolerate(peer.connect("inproc://nobody"));
            drop(held);
        }
        // The descriptors of the sockets that were closed above come back in the background, and are waited for.
        let (held, error) = eventually(LONG, || {
            let held = leave_descriptors(0);
            early.socket(zmq4::PAIR).err().map(|error| (held, error))
        });
        assert_eq!(error, Errno::EMFILE);
        assert!(error.to_string().starts_with("zmq_socket(PAIR): "), "{error}");
        let error = Context::new().unwrap_err();
        assert_eq!(error, Errno::EMFILE);
        assert!(error.to_string().starts_with("zmq_ctx_new: "), "{error}");
        assert_eq!(socket.bind("tcp://127.0.0.1:*").unwrap_err(), Errno::EMFILE);
        drop(held);
        early.socket(zmq4::PAIR).unwrap();
    });

    fn tolerate<T>(result: zmq4::Result<T>) {
        if let Err(error) = result {
            assert_eq!(error, Errno::EMFILE, "{error}");
        }
    }
}

/// C6: the thread that connects from a source address looks at the interfaces, and aborts without a descriptor.
#[cfg(unix)]
#[test]
fn a_source_address_and_no_descriptors_left() {
    in_child("pending::a_source_address_and_no_descriptors_left", LONG, || {
        let context = Context::new().unwrap();
        let pull = open_timed(&context, zmq4::PULL);
        let port = bind_tcp(&pull).rsplit(':').next().unwrap().to_owned();
        let endpoint = format!("tcp://127.0.0.1:0;127.0.0.1:{port}");
        let mut connected = 0;
        for spare in 0..12 {
            let push = open_timed(&context, zmq4::PUSH);
            let held = leave_descriptors(spare);
            let connects = push.connect(&endpoint);
            if let Err(error) = connects {
                assert_eq!(error, Errno::EMFILE, "{error}");
                continue;
            }
            // It is made although nothing is let go of; only then has the thread done what could abort.
            push.send(format!("{spare}"), Flags::NONE).unwrap();
            assert_eq!(pull.recv_string(Flags::NONE).unwrap(), format!("{spare}"));
            drop(held);
            connected += 1;
        }
        assert!((1..12).contains(&connected), "{connected}");
    });
}

/// C5 and C6 at once.
#[cfg(unix)]
#[test]
fn pending_connects_and_no_descriptors_left() {
    in_child("pending::pending_connects_and_no_descriptors_left", 2 * LONG, || {
        let limit = libc::rlimit {
            rlim_cur: 64,
            rlim_max: 64,
        };
        // SAFETY: the structure is live; the limit is that of this process, which was started for it.
        assert_eq!(unsafe { libc::setrlimit(libc::RLIMIT_NOFILE, &limit) }, 0);
        let context = Context::new().unwrap();
        let socket = open_timed(&context, zmq4::DEALER);
        for number in 0..200 {
            socket.connect(&format!("inproc://nobody-{number}")).unwrap();
        }
        let null = || std::fs::File::open("/dev/null").ok();
        let held: Vec<_> = std::iter::from_fn(null).collect();
        assert!(!held.is_empty());
        drop(socket);
        match context.term() {
            Ok(()) => {}
            Err(error) => assert_eq!(error, Errno::EMFILE, "{error}"),
        }
        drop(held);
        context.term().unwrap();
    });
}

/// A connect to a name that is not bound keeps a socket for the end of the context.
#[cfg(unix)]
#[test]
fn unbound_name_without_descriptors_is_explained() {
    in_child("pending::unbound_name_without_descriptors_is_explained", LONG, || {
        let context = Context::new().unwrap();
        let socket = open_timed(&context, zmq4::DEALER);
        let held = leave_descriptors(0);
        let error = socket.connect("inproc://nobody").unwrap_err();
        assert_eq!(error, Errno::EMFILE);
        assert!(error.to_string().contains("file descriptors"), "{error}");
        drop(held);
        socket.connect("inproc://nobody").unwrap();
    });
}

/// Takes all descriptors of a small limit but `spare`.
#[cfg(unix)]
fn leave_descriptors(spare: usize) -> Vec<std::fs::File> {
    let limit = libc::rlimit {
        rlim_cur: 256,
        rlim_max: 256,
    };
    // SAFETY: the structure is live; the limit is that of this process, which was started for it.
    assert_eq!(unsafe { libc::setrlimit(libc::RLIMIT_NOFILE, &limit) }, 0);
    let null = || std::fs::File::open("/dev/null").ok();
    let mut held: Vec<_> = std::iter::from_fn(null).collect();
    held.truncate(held.len().saturating_sub(spare));
    held
}
