//! Values and combinations of options with which libzmq aborts, hangs or does something else: each is refused before.
#![cfg(unix)]

use std::net::{TcpListener, UdpSocket};
use std::os::fd::{AsRawFd, OwnedFd};
use std::os::unix::net::UnixListener;
use std::time::Duration;

use crate::support::{LONG, bind_tcp, deadline, eventually, in_child, inproc_name, loopback, unique};
use zmq4::{Context, Errno, Error, Flags, Result, SchedPolicy, Socket, SocketType};

/// `ZMQ_ZAP_ENFORCE_DOMAIN`, which stable headers do not have.
const ZAP_ENFORCE_DOMAIN: i32 = 93;

/// With the default linger, on which the guards of routing ids depend.
fn socket(ty: SocketType) -> (Context, Socket) {
    let context = Context::new().unwrap();
    let socket = context.socket(ty).unwrap();
    (context, socket)
}

#[track_caller]
fn refused<T>(answer: Result<T>, option: &str, says: &[&str]) -> Error {
    let Err(error) = answer else {
        panic!("{option} was accepted")
    };
    assert_eq!(error, Errno::EINVAL, "{error}");
    let text = error.to_string();
    assert!(text.contains(option), "{text} does not name {option}");
    for says in says {
        assert!(text.contains(says), "{text} does not say {says}");
    }
    error
}

/// libzmq ends a connection in the background: an id that came too early would abort.
#[test]
fn a_connect_routing_id_is_free_after_disconnect() {
    in_child("guards::a_connect_routing_id_is_free_after_disconnect", LONG, || {
        for (ty, threads) in [(zmq4::ROUTER, 1), (zmq4::ROUTER, 3), (zmq4::STREAM, 1)] {
            let context = Context::new().unwrap();
            context.set_io_threads(threads).unwrap();
            let router = context.socket(ty).unwrap();
            router.set_linger(Some(Duration::ZERO)).unwrap();
            let peer = context
                .socket(if ty == zmq4::ROUTER { zmq4::DEALER } else { ty })
                .unwrap();
            let (alive, dead) = (bind_tcp(&peer), dead_endpoint());
            for round in 0..100 {
                let endpoint = if round % 2 == 0 { &alive } else { &dead };
                // A busy machine may take longer than the call waits.
                eventually(LONG, || {
                    let set = router.set_connect_routing_id("peer");
                    (!matches!(&set, Err(error) if *error == Errno::EAGAIN)).then_some(set)
                })
                .unwrap();
                router.connect(endpoint).unwrap();
                id_is_refused(&router, "peer", endpoint, &["\"peer\"", "disconnect that one first"]);
                // Some are full of what no one reads.
                for _ in 0..round {
                    let _ = router.send_message_dontwait(("peer", "x"));
                }
                router.disconnect(endpoint).unwrap();
            }
        }
    });
}

#[test]
fn a_connect_routing_id_that_may_linger_stays_used() {
    in_child("guards::a_connect_routing_id_that_may_linger_stays_used", LONG, || {
        let (_context, router) = socket(zmq4::ROUTER);
        let endpoint = dead_endpoint();
        for linger in [None, Some(Duration::from_millis(1))] {
            let id = format!("{linger:?}");
            router.set_linger(linger).unwrap();
            router.set_connect_routing_id(&id).unwrap();
            router.connect(&endpoint).unwrap();
            router.disconnect(&endpoint).unwrap();
            router.set_linger(Some(Duration::ZERO)).unwrap();
            if zmq4::has("repaired") {
                // By `connect`, where libzmq has not ended the connection yet.
                router.set_connect_routing_id(&id).unwrap();
            } else {
                refused(
                    router.set_connect_routing_id(&id),
                    "ZMQ_CONNECT_ROUTING_ID",
                    &["ZMQ_LINGER to 0"],
                );
            }
        }
    });
}

/// What a peer of `router` has: a repaired libzmq finds out when it connects.
#[track_caller]
fn id_is_refused(router: &Socket, id: &str, endpoint: &str, says: &[&str]) {
    if zmq4::has("repaired") {
        router.set_connect_routing_id(id).unwrap();
        assert_eq!(router.connect(endpoint).unwrap_err(), Errno::EADDRINUSE);
        return;
    }
    refused(router.set_connect_routing_id(id), "ZMQ_CONNECT_ROUTING_ID", says);
}

/// With `immediate` the peer comes later, and libzmq keeps the id for the next connection.
#[test]
fn a_connect_routing_id_waits_while_immediate() {
    in_child("guards::a_connect_routing_id_waits_while_immediate", LONG, || {
        let (context, router) = socket(zmq4::ROUTER);
        router.set_linger(Some(Duration::ZERO)).unwrap();
        let peer = context.socket(zmq4::DEALER).unwrap();
        let (alive, dead) = (bind_tcp(&peer), dead_endpoint());
        router.set_connect_routing_id("peer").unwrap();
        router.set_immediate(true).unwrap();
        router.connect(&dead).unwrap();
        if !zmq4::has("repaired") {
            assert_eq!(router.set_immediate(false).unwrap_err(), Errno::EINVAL);
        }
        router.set_router_mandatory(true).unwrap();
        router.connect(&alive).unwrap();
        // libzmq gives the id to no connection that it keeps waiting until it is complete.
        peer.send("hello", Flags::NONE).unwrap();
        assert_eq!(router.recv_message(Flags::NONE).unwrap()[1], "hello");
        assert_eq!(router.send_message(("peer", "lost")).unwrap_err(), Errno::EHOSTUNREACH);
        router.disconnect(&dead).unwrap();
        router.disconnect(&alive).unwrap();
        router.set_connect_routing_id("peer").unwrap();
    });
}

/// Where no one listens.
fn dead_endpoint() -> String {
    let listener = std::net::TcpListener::bind((loopback(), 0)).unwrap();
    format!("tcp://{}", listener.local_addr().unwrap())
}

/// libzmq has no GSSAPI over WebSocket, and its client aborts when it is connected.
#[test]
fn gssapi_over_websocket_is_an_error() {
    if !zmq4::has_gssapi() {
        // Then no socket gets so far.
        let (_context, socket) = socket(zmq4::DEALER);
        assert!(socket.set_gssapi_server(true).is_err());
        return;
    }
    in_child("guards::gssapi_over_websocket_is_an_error", LONG, || {
        for server in [false, true] {
            let (_context, socket) = socket(zmq4::DEALER);
            socket.set_gssapi_server(server).unwrap();
            socket.set_gssapi_principal("zmq4").unwrap();
            assert_eq!(socket.mechanism().unwrap(), zmq4::GSSAPI);
            for endpoint in ["ws://127.0.0.1:9", "wss://127.0.0.1:9"] {
                for attach in [Socket::bind, Socket::connect] {
                    let error = attach(&socket, endpoint).unwrap_err();
                    assert_eq!(error, Errno::EINVAL);
                    assert!(error.to_string().contains("GSSAPI"), "{error}");
                }
            }
        }
    });
}

#[test]
fn a_connect_routing_id_is_given_once() {
    in_child("guards::a_connect_routing_id_is_given_once", LONG, || {
        for ty in [zmq4::ROUTER, zmq4::STREAM] {
            let (context, router) = socket(ty);
            let peer = context
                .socket(if ty == zmq4::ROUTER { zmq4::DEALER } else { zmq4::STREAM })
                .unwrap();
            let endpoint = bind_tcp(&peer);
            router.set_connect_routing_id("first").unwrap();
            router.set_connect_routing_id("peer").unwrap();
            assert!(router.connect("tcp://127.0.0.1:70000").is_err());
            router.set_connect_routing_id("peer").unwrap();
            router.connect(&endpoint).unwrap();
            id_is_refused(&router, "peer", &endpoint, &["\"peer\" was given"]);
            router.disconnect(&endpoint).unwrap();
            if !zmq4::has("repaired") {
                refused(router.set_connect_rid("peer"), "ZMQ_CONNECT_ROUTING_ID", &["\"peer\""]);
            }
            router.set_connect_rid("first").unwrap();
            router.connect(&endpoint).unwrap();
            router.set_linger(Some(Duration::ZERO)).unwrap();
        }
        let (_context, dealer) = socket(zmq4::DEALER);
        refused(
            dealer.set_connect_rid("a"),
            "ZMQ_CONNECT_ROUTING_ID",
            &["DEALER", "ROUTER"],
        );
        let (_context, router) = socket(zmq4::ROUTER);
        refused(
            router.set_connect_rid("\0made"),
            "ZMQ_CONNECT_ROUTING_ID",
            &["first byte"],
        );
        refused(
            router.set_raw(zmq4::zmq_sys::ZMQ_CONNECT_ROUTING_ID, b"a"),
            "ZMQ_CONNECT_ROUTING_ID",
            &["method"],
        );
    });
}

#[test]
fn a_descriptor_must_listen() {
    in_child("guards::a_descriptor_must_listen", LONG, || {
        let (_context, socket) = socket(zmq4::PULL);
        let file = OwnedFd::from(std::fs::File::open("/dev/null").unwrap());
        let datagrams = OwnedFd::from(UdpSocket::bind("127.0.0.1:0").unwrap());
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let stream = std::net::TcpStream::connect(listener.local_addr().unwrap()).unwrap();
        for fd in [file, datagrams, OwnedFd::from(stream)] {
            let number = fd.as_raw_fd().to_string();
            refused(
                socket.set_use_fd(Some(fd)),
                "ZMQ_USE_FD",
                &[number.as_str(), "listening"],
            );
        }
        assert_eq!(socket.use_fd().unwrap(), None);
        socket.set_use_fd(Some(OwnedFd::from(listener))).unwrap();
        let endpoint = format!("ipc://@{}", unique("zmq4"));
        refused(socket.bind(&endpoint), "ZMQ_USE_FD", &["family"]);
        let path = std::env::temp_dir().join(unique("zmq4-fd"));
        let local = UnixListener::bind(&path).unwrap();
        socket.set_use_fd(Some(OwnedFd::from(local))).unwrap();
        std::fs::remove_file(&path).unwrap();
        refused(socket.bind("tcp://127.0.0.1:*"), "ZMQ_USE_FD", &["family"]);
        socket.set_use_fd(None).unwrap();
        socket.bind("tcp://127.0.0.1:*").unwrap();
        refused(
            socket.set_raw(zmq4::zmq_sys::ZMQ_USE_FD, &77_i32.to_ne_bytes()),
            "ZMQ_USE_FD",
            &["method"],
        );
    });
}

#[test]
fn contexts_keep_to_what_the_system_has() {
    let context = Context::new().unwrap();
    let limit = context.socket_limit().unwrap();
    for sockets in [0, limit + 1, u32::MAX] {
        let range = format!("{sockets} is out of range: 1 to {limit}");
        refused(context.set_max_sockets(sockets), "ZMQ_MAX_SOCKETS", &[range.as_str()]);
    }
    for threads in [257, 1_000_000, u32::MAX] {
        let range = format!("{threads} is out of range: 0 to 256");
        refused(context.set_io_threads(threads), "ZMQ_IO_THREADS", &[range.as_str()]);
    }
    refused(context.set_max_msgsz(u32::MAX), "ZMQ_MAX_MSGSZ", &["0 to 2147483647"]);
    refused(
        context.set_thread_name_prefix(u32::MAX),
        "ZMQ_THREAD_NAME_PREFIX",
        &["0 to 2147483647"],
    );
    refused(
        context.set_thread_sched_policy(SchedPolicy::from_raw(77)),
        "ZMQ_THREAD_SCHED_POLICY",
        &["77"],
    );
    refused(
        context.set_thread_sched_policy(SchedPolicy::from_raw(-2)),
        "ZMQ_THREAD_SCHED_POLICY",
        &["-2"],
    );
    refused(context.set_thread_priority(100_000), "ZMQ_THREAD_PRIORITY", &["100000"]);
    #[cfg(target_os = "linux")]
    for cpu in [1023, 5000, u32::MAX] {
        let number = cpu.to_string();
        refused(
            context.set_thread_affinity_cpu_add(cpu),
            "ZMQ_THREAD_AFFINITY_CPU_ADD",
            &[number.as_str(), "is not one of"],
        );
    }
    refused(
        context.set_thread_affinity_cpu_remove(0),
        "ZMQ_THREAD_AFFINITY_CPU_REMOVE",
        &[],
    );
    drop(context.socket(zmq4::PAIR).unwrap());
}

/// Whether the process has the privilege or not: a socket, or an error.
#[test]
fn scheduling_that_the_system_refuses_is_an_error() {
    in_child("guards::scheduling_that_the_system_refuses_is_an_error", LONG, || {
        let context = Context::new().unwrap();
        assert_eq!(context.thread_sched_policy().unwrap(), None);
        context.set_thread_sched_policy(SchedPolicy::FIFO).unwrap();
        assert_eq!(context.thread_sched_policy().unwrap(), Some(SchedPolicy::FIFO));
        let error = context.socket(zmq4::PAIR).unwrap_err();
        assert!(error.to_string().contains("ZMQ_THREAD_SCHED_POLICY 1"), "{error}");
        for (policy, priority) in [
            (Some(SchedPolicy::FIFO), 1),
            (Some(SchedPolicy::RR), 99),
            (Some(SchedPolicy::OTHER), 0),
            (None, 1),
        ] {
            let context = Context::new().unwrap();
            if let Some(policy) = policy {
                context.set_thread_sched_policy(policy).unwrap();
            }
            context.set_thread_priority(priority).unwrap();
            match context.socket(zmq4::PAIR) {
                Ok(socket) => drop(socket),
                Err(error) => {
                    let says = format!("ZMQ_THREAD_PRIORITY {priority}");
                    assert!(error.to_string().contains(&says), "{error}");
                }
            }
        }
    });
}

/// From 19, libzmq goes to -1, and takes that for an error of the system: before 4.3.5 also for a priority of 0.
#[cfg(target_os = "linux")]
#[test]
fn a_nice_value_that_reads_as_error_is_refused() {
    in_child("guards::a_nice_value_that_reads_as_error_is_refused", LONG, || {
        // SAFETY: takes integers only, and makes this thread, and those that it starts, nicer.
        assert_eq!(unsafe { libc::setpriority(libc::PRIO_PROCESS, 0, 19) }, 0);
        for (priority, lowers) in [(0, zmq4::version() < (4, 3, 5)), (1, true)] {
            let context = Context::new().unwrap();
            context.set_thread_priority(priority).unwrap();
            match context.socket(zmq4::PAIR) {
                Ok(socket) => {
                    assert!(!lowers, "ZMQ_THREAD_PRIORITY {priority}");
                    drop(socket);
                }
                Err(error) => {
                    assert!(lowers, "{error}");
                    let says = format!("ZMQ_THREAD_PRIORITY {priority}");
                    assert!(error.to_string().contains(&says), "{error}");
                }
            }
        }
    });
}

#[test]
fn plain_server_without_a_domain_cannot_enforce_it() {
    in_child("guards::plain_server_without_a_domain_cannot_enforce_it", LONG, || {
        let (context, server) = socket(zmq4::PULL);
        let mut value = [0; 4];
        #[cfg(not(feature = "draft"))]
        server.set_raw(ZAP_ENFORCE_DOMAIN, &1_i32.to_ne_bytes()).unwrap();
        #[cfg(feature = "draft")]
        server.set_zap_enforce_domain(true).unwrap();
        assert_eq!(server.get_raw(ZAP_ENFORCE_DOMAIN, &mut value).unwrap(), 4);
        server.set_plain_server(true).unwrap();
        let says = ["ZMQ_PLAIN_SERVER 1", "ZMQ_ZAP_DOMAIN", "1 to 255"];
        refused(server.bind("tcp://127.0.0.1:*"), "ZMQ_ZAP_ENFORCE_DOMAIN", &says);
        refused(server.connect("tcp://127.0.0.1:9"), "ZMQ_ZAP_ENFORCE_DOMAIN", &says);
        server.set_zap_domain("global").unwrap();
        let endpoint = bind_tcp(&server);
        let client = context.socket(zmq4::PUSH).unwrap();
        client.set_plain_username("admin").unwrap();
        client.set_linger(Some(Duration::ZERO)).unwrap();
        client.connect(&endpoint).unwrap();
        server.set_rcvtimeo(Some(Duration::from_millis(200))).unwrap();
        client.send("not authenticated", Flags::NONE).unwrap();
        assert_eq!(server.recv(Flags::NONE).unwrap_err(), Errno::EAGAIN);
    });
}

#[test]
fn options_are_for_the_types_that_have_them() {
    type Set = fn(&Socket, bool) -> Result<()>;
    let of: [(Set, SocketType, &str); 7] = [
        (Socket::set_xpub_manual, zmq4::PUB, "ZMQ_XPUB_MANUAL"),
        (Socket::set_xpub_verbose, zmq4::PUB, "ZMQ_XPUB_VERBOSE"),
        (Socket::set_xpub_verboser, zmq4::PUB, "ZMQ_XPUB_VERBOSER"),
        (Socket::set_xpub_nodrop, zmq4::SUB, "ZMQ_XPUB_NODROP"),
        (Socket::set_router_mandatory, zmq4::REP, "ZMQ_ROUTER_MANDATORY"),
        (Socket::set_probe_router, zmq4::REP, "ZMQ_PROBE_ROUTER"),
        (Socket::set_req_relaxed, zmq4::DEALER, "ZMQ_REQ_RELAXED"),
    ];
    for (set, ty, option) in of {
        let (_context, socket) = socket(ty);
        let name = ty.to_string();
        refused(set(&socket, true), option, &[name.as_str(), "it is for"]);
    }
    #[cfg(not(feature = "draft"))]
    {
        let (_context, publisher) = socket(zmq4::PUB);
        refused(
            publisher.set_raw(98, &1_i32.to_ne_bytes()),
            "ZMQ_XPUB_MANUAL_LAST_VALUE",
            &["XPUB"],
        );
    }
}

/// `connect`, then any of `disconnect`, `close`, `bind` and `term`, would abort, unless libzmq is repaired.
#[test]
fn conflating_inproc_connect_needs_a_bound_name() {
    in_child("guards::conflating_inproc_connect_needs_a_bound_name", LONG, || {
        for (ty, peer) in [
            (zmq4::PUSH, zmq4::PULL),
            (zmq4::PULL, zmq4::PUSH),
            (zmq4::DEALER, zmq4::DEALER),
            (zmq4::SUB, zmq4::PUB),
            (zmq4::PUB, zmq4::SUB),
        ] {
            let (context, conflating) = socket(ty);
            conflating.set_conflate(true).unwrap();
            let name = inproc_name();
            if zmq4::has("repaired") {
                conflating.connect(&name).unwrap();
                conflating.disconnect(&name).unwrap();
                conflating.connect(&name).unwrap();
                // And a name that is bound after its socket has gone.
                let (early, given_up) = (context.socket(ty).unwrap(), inproc_name());
                early.set_conflate(true).unwrap();
                early.connect(&given_up).unwrap();
                early.close().unwrap();
                context.socket(peer).unwrap().bind(&given_up).unwrap();
            } else {
                refused(conflating.connect(&name), "ZMQ_CONFLATE", &["bound", &name]);
            }
            let peer = context.socket(peer).unwrap();
            peer.bind(&name).unwrap();
            if !zmq4::has("repaired") {
                conflating.connect(&name).unwrap();
            }
            if ty == zmq4::PUSH {
                conflating.send("through", Flags::NONE).unwrap();
                assert_eq!(peer.recv(Flags::NONE).unwrap(), "through");
            }
            if zmq4::has("repaired") {
                // A name that is never bound.
                conflating.connect(&inproc_name()).unwrap();
            }
            conflating.set_linger(Some(Duration::ZERO)).unwrap();
            drop((conflating, peer));
            context.term().unwrap();
        }
    });
}

#[test]
fn numbers_outside_the_table_are_set_with_care() {
    let (_context, socket) = socket(zmq4::XSUB);
    #[cfg(not(feature = "draft"))]
    {
        refused(
            socket.set_raw(112, &7_i32.to_ne_bytes()),
            "ZMQ_PRIORITY",
            &["7", "0 to 6"],
        );
        for bytes in [b"".as_slice(), b"1", b"12345678"] {
            refused(
                socket.set_raw(115, bytes),
                "ZMQ_XSUB_VERBOSE_UNSUBSCRIBE",
                &["4 of an int"],
            );
        }
    }
    refused(
        socket.set_raw(zmq4::zmq_sys::ZMQ_SNDHWM, &1_i32.to_ne_bytes()),
        "ZMQ_SNDHWM",
        &["method"],
    );
    refused(socket.set_raw(9999, b"x"), "9999", &["1 bytes", "libzmq 4."]);
    refused(socket.get_raw(9999, &mut [0; 4]), "9999", &["libzmq 4."]);
    let mut value = [0; 3];
    refused(
        socket.get_raw(zmq4::zmq_sys::ZMQ_SNDHWM, &mut value),
        "ZMQ_SNDHWM",
        &["3 bytes"],
    );
    for option in 0..300 {
        for len in [0, 1, 4, 8, 40, 300] {
            let _ = socket.get_raw(option, &mut vec![0; len]);
            let _ = socket.set_raw(option, &vec![b'a'; len]);
        }
    }
}

#[test]
fn numbers_of_a_context_are_set_with_care() {
    let context = Context::new().unwrap();
    for (option, name) in [
        (zmq4::zmq_sys::ZMQ_IO_THREADS, "ZMQ_IO_THREADS"),
        (zmq4::zmq_sys::ZMQ_MAX_SOCKETS, "ZMQ_MAX_SOCKETS"),
        (zmq4::zmq_sys::ZMQ_BLOCKY, "ZMQ_BLOCKY"),
        (zmq4::zmq_sys::ZMQ_IPV6, "ZMQ_IPV6"),
        (zmq4::zmq_sys::ZMQ_MAX_MSGSZ, "ZMQ_MAX_MSGSZ"),
        (zmq4::zmq_sys::ZMQ_MSG_T_SIZE, "ZMQ_MSG_T_SIZE"),
        (zmq4::zmq_sys::ZMQ_THREAD_NAME_PREFIX, "ZMQ_THREAD_NAME_PREFIX"),
        (
            zmq4::zmq_sys::ZMQ_THREAD_AFFINITY_CPU_ADD,
            "ZMQ_THREAD_AFFINITY_CPU_ADD",
        ),
        (
            zmq4::zmq_sys::ZMQ_THREAD_AFFINITY_CPU_REMOVE,
            "ZMQ_THREAD_AFFINITY_CPU_REMOVE",
        ),
        #[cfg(unix)]
        (zmq4::zmq_sys::ZMQ_THREAD_SCHED_POLICY, "ZMQ_THREAD_SCHED_POLICY"),
        #[cfg(unix)]
        (zmq4::zmq_sys::ZMQ_THREAD_PRIORITY, "ZMQ_THREAD_PRIORITY"),
    ] {
        for value in [i32::MIN, -1, 0, 1, i32::MAX] {
            refused(context.set_raw(option, value), name, &["method"]);
        }
    }
    refused(context.set_raw(9999, 1), "9999", &["libzmq 4."]);
    refused(context.get_raw(9999), "9999", &["libzmq 4."]);
    // libzmq has more, for this crate.
    assert_eq!(context.get_raw(zmq4::zmq_sys::ZMQ_MAX_SOCKETS).unwrap(), 1023);
    assert_eq!(context.get_raw(zmq4::zmq_sys::ZMQ_BLOCKY).unwrap(), 1);
    let limit = context.socket_limit().unwrap();
    assert_eq!(
        context.get_raw(zmq4::zmq_sys::ZMQ_SOCKET_LIMIT).unwrap(),
        i32::try_from(limit).unwrap()
    );
    for option in -3..300 {
        for value in [i32::MIN, -1, 0, 1, 2, 255, i32::MAX] {
            let _ = context.get_raw(option);
            let _ = context.set_raw(option, value);
        }
    }
    // The context still opens sockets, as many as before.
    assert_eq!(context.max_sockets().unwrap(), 1023);
    let sockets: Vec<_> = (0..20).map(|_| context.socket(zmq4::PAIR).unwrap()).collect();
    for option in -3..300 {
        let _ = (context.get_raw(option), context.set_raw(option, 1));
    }
    drop(sockets);
    context.term().unwrap();
    assert_eq!(context.get_raw(zmq4::zmq_sys::ZMQ_BLOCKY).unwrap_err(), Errno::ETERM);
    assert_eq!(context.set_raw(200, 1).unwrap_err(), Errno::ETERM);
}

/// Setting after the end: linger must be set before.
#[test]
fn nothing_is_set_after_the_end() {
    deadline(LONG, || {
        let (context, socket) = socket(zmq4::PUSH);
        context.shutdown().unwrap();
        // The socket receives of it when it next looks.
        assert_eq!(socket.events().unwrap_err(), Errno::ETERM);
        assert_eq!(socket.set_linger(Some(Duration::ZERO)).unwrap_err(), Errno::ETERM);
        assert_eq!(socket.set_zap_domain("x").unwrap_err(), Errno::ETERM);
        assert_eq!(socket.curve_server().unwrap_err(), Errno::ETERM);
        assert_eq!(context.ipv6().unwrap_err(), Errno::ETERM);
        assert_eq!(context.thread_sched_policy().unwrap_err(), Errno::ETERM);
    });
}

/// What is secret is in no error.
#[test]
fn secrets_stay_out_of_errors() {
    let (_context, socket) = socket(zmq4::PUSH);
    let secret = "hunter2".repeat(100);
    for answer in [
        socket.set_plain_password(&secret),
        socket.set_plain_password("hunter2\0"),
        socket.set_curve_secretkey(&secret),
        socket.set_curve_secretkey("hunter2~hunter2~hunter2~hunter2~hunter2~"),
    ] {
        let error = answer.unwrap_err();
        assert!(!format!("{error} {error:?}").contains("hunter2"), "{error}");
    }
}

/// One packet a second at the least, or OpenPGM aborts.
#[test]
fn a_multicast_sender_may_send_one_packet_a_second() {
    in_child("guards::a_multicast_sender_may_send_one_packet_a_second", LONG, || {
        const ENDPOINT: &str = "epgm://127.0.0.1;239.192.1.1:5555";
        let (_context, publisher) = socket(zmq4::PUB);
        publisher.set_linger(Some(Duration::ZERO)).unwrap();
        for (rate, packet, least) in [(1, 1500, "12"), (11, 1500, "12"), (1, 128, "2"), (100, 65535, "525")] {
            publisher.set_rate(rate).unwrap();
            publisher.set_multicast_maxtpdu(packet).unwrap();
            let says = [rate.to_string(), format!("less than {least},"), packet.to_string()];
            let says = says.each_ref().map(String::as_str);
            refused(publisher.connect(ENDPOINT), "ZMQ_RATE", &says);
        }
        if !zmq4::has_pgm() {
            return;
        }
        for (rate, packet) in [(12, 1500), (525, 65535), (2, 128), (2_147_483, 1500)] {
            let (_context, publisher) = socket(zmq4::PUB);
            publisher.set_linger(Some(Duration::ZERO)).unwrap();
            publisher.set_rate(rate).unwrap();
            publisher.set_multicast_maxtpdu(packet).unwrap();
            publisher.set_multicast_hops(255).unwrap();
            // Made in the background: it would abort before the context has ended.
            publisher.connect(ENDPOINT).unwrap();
            publisher.send("a packet", Flags::NONE).unwrap();
        }
    });
}

/// libzmq keeps the newest frame of a conflating socket, and aborts if it then asks for the frame after it.
#[test]
fn a_conflating_socket_refuses_several_frames() {
    in_child("guards::a_conflating_socket_refuses_several_frames", LONG, || {
        let context = Context::new().unwrap();
        let (pull, push) = (context.socket(zmq4::PULL).unwrap(), context.socket(zmq4::PUSH).unwrap());
        let newest = context.socket(zmq4::PUSH).unwrap();
        for socket in [&pull, &newest] {
            socket.set_conflate(true).unwrap();
        }
        pull.set_rcvtimeo(Some(LONG)).unwrap();
        pull.bind("tcp://127.0.0.1:*").unwrap();
        for socket in [&push, &newest] {
            socket.set_linger(Some(Duration::ZERO)).unwrap();
            socket.connect(&pull.last_endpoint().unwrap()).unwrap();
        }
        for error in [
            newest.send_message(("one", "two")).unwrap_err(),
            newest.send("one", zmq4::SNDMORE).unwrap_err(),
        ] {
            assert_eq!(error, Errno::EMSGSIZE, "{error}");
        }
        newest.send("whole", Flags::NONE).unwrap();
        assert_eq!(pull.recv(Flags::NONE).unwrap(), "whole");
        // A peer without the option can send what it likes: a part that was received is the end of this socket.
        for _ in 0..50 {
            push.send_message(("one", "two")).unwrap();
            match pull.recv(Flags::NONE) {
                // The last frame had taken the place of the first; a repaired libzmq gives each out as a message.
                Ok(frame) if zmq4::has("repaired") => assert!(!frame.more() && (frame == "one" || frame == "two")),
                Ok(frame) => assert_eq!(frame, "two"),
                Err(error) => {
                    assert!(!zmq4::has("repaired"), "{error}");
                    assert_eq!(error, Errno::EPROTO, "{error}");
                    assert_eq!(pull.recv(Flags::DONTWAIT).unwrap_err(), Errno::EPROTO);
                    assert_eq!(pull.recv_into(&mut [0; 8], Flags::DONTWAIT).unwrap_err(), Errno::EPROTO);
                    break;
                }
            }
        }
    });
}

/// Its connections still keep one frame of a message of several, after which libzmq aborts in the receiver, whatever its type.
#[test]
fn conflate_stays_once_the_socket_connected() {
    in_child("guards::conflate_stays_once_the_socket_connected", LONG, || {
        for (ty, other) in [
            (zmq4::PUSH, zmq4::PULL),
            (zmq4::PULL, zmq4::PUSH),
            (zmq4::DEALER, zmq4::ROUTER),
            (zmq4::SUB, zmq4::PUB),
            (zmq4::PUB, zmq4::SUB),
        ] {
            let (context, name) = (Context::new().unwrap(), inproc_name());
            let (connected, bound) = (context.socket(ty).unwrap(), context.socket(ty).unwrap());
            let peer = context.socket(other).unwrap();
            peer.bind(&name).unwrap();
            for socket in [&connected, &bound] {
                for on in [true, false, true] {
                    socket.set_conflate(on).unwrap();
                }
            }
            connected.connect(&name).unwrap();
            bound.bind("tcp://127.0.0.1:*").unwrap();
            for socket in [&connected, &bound] {
                refused(socket.set_conflate(false), "ZMQ_CONFLATE", &["stays"]);
                assert!(socket.conflate().unwrap());
                socket.set_conflate(true).unwrap();
            }
            connected.disconnect(&name).unwrap();
            refused(connected.set_conflate(false), "ZMQ_CONFLATE", &["stays"]);
            // It is off anyway.
            peer.set_conflate(false).unwrap();
            if ![zmq4::PULL, zmq4::SUB].contains(&ty) {
                let error = bound.send_message(("one", "two")).unwrap_err();
                assert_eq!(error, Errno::EMSGSIZE, "{error}");
            }
        }
        // It does nothing to the other types.
        let (_context, router) = socket(zmq4::ROUTER);
        router.set_conflate(true).unwrap();
        bind_tcp(&router);
        router.set_conflate(false).unwrap();
    });
}

/// A subscriber's connection would come back without its subscriptions.
#[test]
fn immediate_is_set_before_subscribers_connect() {
    in_child("guards::immediate_is_set_before_subscribers_connect", LONG, || {
        for ty in [zmq4::SUB, zmq4::XSUB] {
            let (context, socket) = socket(ty);
            let publisher = context.socket(zmq4::PUB).unwrap();
            socket.set_immediate(true).unwrap();
            socket.set_immediate(false).unwrap();
            socket.connect(&bind_tcp(&publisher)).unwrap();
            socket.set_immediate(false).unwrap();
            if zmq4::has("repaired") {
                socket.set_immediate(true).unwrap();
            } else {
                refused(socket.set_immediate(true), "ZMQ_IMMEDIATE", &["subscriptions"]);
            }
        }
    });
}

#[test]
fn immediate_stays_once_the_socket_connected() {
    in_child("guards::immediate_stays_once_the_socket_connected", LONG, || {
        for (ty, other) in [
            (zmq4::PAIR, zmq4::PAIR),
            (zmq4::PUSH, zmq4::PULL),
            (zmq4::REQ, zmq4::REP),
        ] {
            let context = Context::new().unwrap();
            let (socket, peer) = (context.socket(ty).unwrap(), context.socket(other).unwrap());
            socket.set_linger(Some(Duration::ZERO)).unwrap();
            socket.set_immediate(true).unwrap();
            socket.set_immediate(false).unwrap();
            socket.set_immediate(true).unwrap();
            let monitor = socket
                .monitor(zmq4::EVENT_CONNECTED | zmq4::EVENT_DISCONNECTED)
                .unwrap();
            socket.connect(&bind_tcp(&peer)).unwrap();
            monitor.recv_timeout(LONG).unwrap();
            if zmq4::has("repaired") {
                socket.set_immediate(false).unwrap();
            } else {
                refused(socket.set_immediate(false), "ZMQ_IMMEDIATE", &["aborts"]);
            }
            drop(peer);
            monitor.recv_timeout(LONG).unwrap();
            // libzmq aborts in the call that processes it.
            for _ in 0..20 {
                socket.events().unwrap();
                std::thread::sleep(Duration::from_millis(1));
            }
        }
    });
}
