//! What becomes of a client that was refused, and how it comes back.

use std::time::Duration;

use zmq4::auth::{Auth, Client, Server, Verdict};
use zmq4::{Context, DONTWAIT, EVENT_ALL, Errno, Event, Flags, Monitor, Socket};

use crate::auth::open_timed;
use crate::support::{LONG, bind_tcp, deadline};

const MS: Duration = Duration::from_millis(1);

/// How long to look for what must not come.
const QUIET: Duration = Duration::from_millis(150);

#[track_caller]
fn until(monitor: &Monitor, wanted: Event) -> i64 {
    loop {
        let event = monitor.recv_timeout(LONG).unwrap();
        if event.event == wanted {
            return i64::from(event.value);
        }
    }
}

fn server(context: &Context, ty: zmq4::SocketType) -> (Socket, String) {
    let server = open_timed(context, ty);
    server.secure(&Server::plain().domain("shop").enforced()).unwrap();
    let endpoint = bind_tcp(&server);
    (server, endpoint)
}

#[test]
fn a_client_refused_for_good_connects_anew() {
    deadline(LONG, || {
        for (binds, connects, single) in [
            (zmq4::ROUTER, zmq4::DEALER, true),
            (zmq4::REP, zmq4::REQ, true),
            (zmq4::PUB, zmq4::SUB, true),
            (zmq4::SUB, zmq4::PUB, true),
            (zmq4::PULL, zmq4::PUSH, false),
            (zmq4::PUSH, zmq4::PULL, false),
            (zmq4::DEALER, zmq4::ROUTER, false),
            (zmq4::DEALER, zmq4::REP, false),
            (zmq4::XPUB, zmq4::XSUB, false),
            (zmq4::XSUB, zmq4::XPUB, false),
            (zmq4::PAIR, zmq4::PAIR, false),
        ] {
            let context = Context::new().unwrap();
            let auth = Auth::start(&context).unwrap();
            let (_server, endpoint) = server(&context, binds);
            let client = open_timed(&context, connects);
            client.secure(&Client::plain("admin", "right")).unwrap();
            client.set_reconnect_ivl(Some(MS)).unwrap();
            let monitor = client.monitor(EVENT_ALL).unwrap();
            client.connect(&endpoint).unwrap();
            assert_eq!(until(&monitor, Event::HANDSHAKE_FAILED_AUTH), 400);
            until(&monitor, Event::DISCONNECTED);
            auth.plain_add("shop", "admin", "right").unwrap();
            let silence = monitor.recv_timeout(QUIET).unwrap_err();
            assert_eq!(silence, Errno::EAGAIN, "{connects} does not try again");

            let again = client.connect(&endpoint);
            if single {
                let error = again.unwrap_err();
                assert_eq!(error, Errno::EADDRINUSE, "{connects}");
                assert!(error.to_string().contains("disconnect first"), "{error}");
                client.disconnect(&endpoint).unwrap();
                client.connect(&endpoint).unwrap();
            } else {
                again.unwrap();
            }
            until(&monitor, Event::HANDSHAKE_SUCCEEDED);
        }
    });
}

#[test]
fn a_client_refused_for_now_comes_again() {
    deadline(LONG, || {
        for hurried in ["client", "server"] {
            let context = Context::new().unwrap();
            let auth = Auth::start(&context).unwrap();
            auth.set_plain_handler(|_, _, _| Verdict::Retry);
            let server = open_timed(&context, zmq4::PULL);
            server.secure(&Server::plain().domain("shop").enforced()).unwrap();
            let client = open_timed(&context, zmq4::PUSH);
            client.secure(&Client::plain("admin", "right")).unwrap();
            let hurry = if hurried == "client" { &client } else { &server };
            hurry.set_handshake_ivl(Some(200 * MS)).unwrap();
            let monitor = server.monitor(Event::HANDSHAKE_FAILED_AUTH).unwrap();
            client.connect(&bind_tcp(&server)).unwrap();
            client.send("kept", DONTWAIT).unwrap();
            for _ in 0..2 {
                assert_eq!(until(&monitor, Event::HANDSHAKE_FAILED_AUTH), 300);
            }
            auth.set_plain_handler(|_, _, _| Verdict::Allow);
            assert_eq!(server.recv(Flags::NONE).unwrap(), "kept", "{hurried}");
        }
    });
}

#[test]
fn a_client_of_another_mechanism_has_ended() {
    deadline(LONG, || {
        let context = Context::new().unwrap();
        let (_server, endpoint) = server(&context, zmq4::PULL);
        let client = open_timed(&context, zmq4::PUSH);
        client.set_reconnect_ivl(Some(MS)).unwrap();
        let monitor = client.monitor(EVENT_ALL).unwrap();
        client.connect(&endpoint).unwrap();
        until(&monitor, Event::HANDSHAKE_FAILED_PROTOCOL);
        until(&monitor, Event::DISCONNECTED);
        assert_eq!(monitor.recv_timeout(QUIET).unwrap_err(), Errno::EAGAIN);
    });
}

#[test]
fn a_client_with_the_wrong_server_key_tries_again() {
    if !crate::auth::has_curve() {
        return;
    }
    deadline(LONG, || {
        let context = Context::new().unwrap();
        let (ours, theirs, others) = (crate::auth::keys(), crate::auth::keys(), crate::auth::keys());
        let server = open_timed(&context, zmq4::PULL);
        crate::auth::curve_server(&ours)(&server);
        let client = open_timed(&context, zmq4::PUSH);
        crate::auth::curve(&others, &theirs)(&client);
        client.set_reconnect_ivl(Some(MS)).unwrap();
        let monitor = client.monitor(EVENT_ALL).unwrap();
        client.connect(&bind_tcp(&server)).unwrap();
        for _ in 0..3 {
            until(&monitor, Event::CONNECTED);
        }
    });
}
