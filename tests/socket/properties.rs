//! What comes with a message beside its bytes: what libzmq knows of the peer, and what its authentication added.

use crate::support::sockets::open;
use crate::support::{LONG, bind_tcp, deadline, inproc_name};
use zmq4::{Context, DONTWAIT, Flags, Message, Socket};

/// What is received of a DEALER that calls itself `client`.
fn received(server: &Socket, endpoint: &str) -> Message {
    let client = open(server.context(), zmq4::DEALER);
    client.set_routing_id("client").unwrap();
    client.connect(endpoint).unwrap();
    client.send("hello", Flags::NONE).unwrap();
    server.recv(Flags::NONE).unwrap()
}

#[test]
fn the_peer_is_known_over_tcp() {
    deadline(LONG, || {
        let context = Context::new().unwrap();
        let server = open(&context, zmq4::DEALER);
        let message = received(&server, &bind_tcp(&server));
        assert_eq!(message.property("Socket-Type"), Some("DEALER"));
        assert_eq!(message.property("Identity"), Some("client"));
        assert_eq!(message.property("Routing-Id"), Some("client"));
        assert_eq!(message.property_bytes("Routing-Id"), Some(b"client".as_slice()));
        assert_eq!(message.property("Peer-Address"), Some("127.0.0.1"));
        assert_eq!(message.property("User-Id"), None, "there is no handler");
        assert_eq!(message.property("No-Such"), None);
    });
}

#[cfg(unix)]
#[test]
fn the_peer_is_known_over_ipc() {
    deadline(LONG, || {
        let context = Context::new().unwrap();
        let server = open(&context, zmq4::DEALER);
        let name = crate::support::ipc_name();
        server.bind(&name).unwrap();
        let message = received(&server, &name);
        assert_eq!(message.property("Socket-Type"), Some("DEALER"));
        assert_eq!(message.property("Routing-Id"), Some("client"));
        #[cfg(target_os = "linux")]
        {
            // SAFETY: has no precondition.
            let (user, process) = (unsafe { libc::getuid() }, std::process::id());
            // SAFETY: has no precondition.
            let group = unsafe { libc::getgid() };
            let address = message.property("Peer-Address").unwrap();
            assert!(address.ends_with(&format!(":{user}:{group}:{process}")), "{address}");
        }
    });
}

#[test]
fn nothing_comes_over_inproc() {
    deadline(LONG, || {
        let context = Context::new().unwrap();
        let server = open(&context, zmq4::DEALER);
        let name = inproc_name();
        server.bind(&name).unwrap();
        let message = received(&server, &name);
        for property in ["Socket-Type", "Routing-Id", "Peer-Address", "User-Id"] {
            assert_eq!(message.property(property), None, "{property}");
        }
        #[cfg(unix)]
        assert_eq!(message.srcfd(), None);
    });
}

#[cfg(unix)]
#[test]
fn the_source_is_a_descriptor_of_this_process() {
    deadline(LONG, || {
        let context = Context::new().unwrap();
        let server = open(&context, zmq4::DEALER);
        let endpoint = bind_tcp(&server);
        let [one, two] = [(); 2].map(|()| {
            let client = open(&context, zmq4::DEALER);
            client.connect(&endpoint).unwrap();
            client.send("hello", Flags::NONE).unwrap();
            (server.recv(Flags::NONE).unwrap().srcfd().unwrap(), client)
        });
        assert_ne!(one.0, two.0, "each connection has its own");
        for (fd, _client) in [one, two] {
            // SAFETY: asks for flags, and takes any number.
            let flags = unsafe { libc::fcntl(fd, libc::F_GETFD) };
            assert_ne!(flags, -1, "{fd} is open");
        }
        assert_eq!(Message::from("not received").srcfd(), None);
    });
}

#[test]
fn a_buffer_is_shared_or_not() {
    deadline(LONG, || {
        let mut message = Message::from(vec![1; 10_000]);
        assert!(!message.is_shared());
        let copy = message.share().unwrap();
        assert!(message.is_shared() && copy.is_shared());

        let context = Context::new().unwrap();
        let publisher = open(&context, zmq4::PUB);
        let name = inproc_name();
        publisher.bind(&name).unwrap();
        let subscribers = [(); 2].map(|()| {
            let subscriber = open(&context, zmq4::SUB);
            subscriber.connect(&name).unwrap();
            subscriber.subscribe("").unwrap();
            subscriber
        });
        publisher.send(vec![2; 10_000], Flags::NONE).unwrap();
        let [one, two] = subscribers.map(|subscriber| subscriber.recv(DONTWAIT).unwrap());
        assert!(one.is_shared() && two.is_shared());
        assert_eq!(one.as_bytes().as_ptr(), two.as_bytes().as_ptr());
    });
}

/// Returns one request of libzmq's (RFC 27): lets the peer in as `user`, and adds a property.
fn let_in(handler: &Socket, user: &str, (name, value): (&str, &str)) {
    let request = handler.recv_message(Flags::NONE).unwrap();
    let field = |index: usize| request[index].as_str().unwrap();
    assert_eq!(field(0), "1.0", "the version");
    assert_eq!(field(2), "tests", "the domain");
    assert_eq!(field(3), "127.0.0.1", "the address");
    assert_eq!(field(5), "NULL", "the mechanism");
    let mut metadata = vec![u8::try_from(name.len()).unwrap()];
    metadata.extend(name.as_bytes());
    metadata.extend(u32::try_from(value.len()).unwrap().to_be_bytes());
    metadata.extend(value.as_bytes());
    let head = ["1.0", field(1), "200", "OK", user].map(str::as_bytes);
    handler.send_message((&head[..], metadata)).unwrap();
}

#[test]
fn authentication_adds_its_own() {
    deadline(LONG, || {
        let context = Context::new().unwrap();
        let handler = open(&context, zmq4::REP);
        handler.bind("inproc://zeromq.zap.01").unwrap();
        let server = open(&context, zmq4::DEALER);
        server.set_zap_domain("tests").unwrap();
        let endpoint = bind_tcp(&server);
        let zap = std::thread::spawn(move || let_in(&handler, "admin", ("X-Team", "grün")));
        let message = received(&server, &endpoint);
        zap.join().unwrap();
        assert_eq!(message.property("User-Id"), Some("admin"));
        assert_eq!(message.property("X-Team"), Some("grün"));
        assert_eq!(message.property("Routing-Id"), Some("client"), "beside the others");
        assert_eq!(message.property("X-Other"), None);
    });
}
