use zmq4::{CLIENT, DONTWAIT, Errno, Flags, SERVER, SNDMORE};

use crate::support::{LONG, deadline, eventually};
use crate::{Transports, context, open, pair, recv, routed, send};

#[test]
fn server_replies_to_the_client_that_asked() {
    deadline(LONG, || {
        let (context, transports) = (context(), Transports::new());
        for endpoint in transports.endpoints() {
            let (server, first) = pair(&context, &endpoint, SERVER, CLIENT);
            let second = open(&context, CLIENT);
            second.connect(&server.last_endpoint().unwrap()).unwrap();
            send(&first, "from the first".into());
            send(&second, "from the second".into());
            let requests = [recv(&server), recv(&server)];
            assert_ne!(requests[0].routing_id(), requests[1].routing_id());
            // In the other order.
            for request in requests.iter().rev() {
                let id = request.routing_id().unwrap();
                send(
                    &server,
                    routed(id, format!("reply to one {}", request.as_str().unwrap())),
                );
            }
            assert_eq!(recv(&first), "reply to one from the first", "{endpoint}");
            assert_eq!(recv(&second), "reply to one from the second", "{endpoint}");
        }
    });
}

#[test]
fn server_without_the_peer_is_ehostunreach() {
    deadline(LONG, || {
        let (context, transports) = (context(), Transports::new());
        for endpoint in transports.endpoints() {
            let (server, client) = pair(&context, &endpoint, SERVER, CLIENT);
            send(&client, "hello".into());
            let id = recv(&server).routing_id().unwrap();
            let error = server.send(routed(id + 1000, "lost"), Flags::NONE).unwrap_err();
            assert_eq!(error, Errno::EHOSTUNREACH);
            assert_eq!(error.into_message().unwrap(), "lost");
            // A message without a routing id has no peer.
            assert_eq!(server.send("lost", Flags::NONE).unwrap_err(), Errno::EHOSTUNREACH);
            drop(client);
            eventually(LONG, || {
                // A receive finds that the peer is gone.
                assert_eq!(server.recv(DONTWAIT).unwrap_err(), Errno::EAGAIN);
                let sent = server.send(routed(id, "gone"), DONTWAIT);
                sent.is_err_and(|error| error == Errno::EHOSTUNREACH).then_some(())
            });
        }
    });
}

#[test]
fn several_frames_are_rejected() {
    deadline(LONG, || {
        let context = context();
        let (server, client) = pair(&context, "tcp://127.0.0.1:*", SERVER, CLIENT);
        assert_eq!(client.send("part", SNDMORE).unwrap_err(), Errno::EINVAL);
        let error = client
            .send_message([String::from("two"), String::from("frames")])
            .unwrap_err();
        assert_eq!(error, Errno::EINVAL);
        assert_eq!(error.into_multipart().unwrap(), ["two", "frames"]);
        send(&client, "whole".into());
        let request = recv(&server);
        assert_eq!(request, "whole");
        let id = request.routing_id().unwrap();
        assert_eq!(server.send(routed(id, "part"), SNDMORE).unwrap_err(), Errno::EINVAL);
        // A message that was refused in part leaves nothing behind.
        send(&server, routed(id, "reply"));
        let reply = recv(&client);
        assert_eq!(reply, "reply");
        assert!(!reply.more());
    });
}

#[test]
fn client_survives_a_restart_of_its_server() {
    deadline(LONG, || {
        let (context, transports) = (context(), Transports::new());
        for endpoint in &transports.endpoints()[1..] {
            let (server, client) = pair(&context, endpoint, SERVER, CLIENT);
            let endpoint = server.last_endpoint().unwrap();
            send(&client, "1".into());
            assert_eq!(recv(&server), "1");
            drop(server);
            let server = open(&context, SERVER);
            eventually(LONG, || server.bind(&endpoint).ok());
            // Requests that the old server had not received are lost with it.
            let request = eventually(LONG, || {
                let _ = client.send("2", DONTWAIT);
                server.recv(DONTWAIT).ok()
            });
            assert_eq!(request, "2");
            send(&server, routed(request.routing_id().unwrap(), "3"));
            assert_eq!(recv(&client), "3");
        }
    });
}

#[test]
fn a_frame_of_a_multipart_is_sent_as_a_whole() {
    deadline(LONG, || {
        let context = context();
        let (pull, push) = pair(&context, "tcp://127.0.0.1:*", zmq4::PULL, zmq4::PUSH);
        let (server, client) = pair(&context, "tcp://127.0.0.1:*", SERVER, CLIENT);
        push.send_message(["first", "second"]).unwrap();
        let first = recv(&pull);
        assert!(first.more());
        send(&client, first);
        let request = recv(&server);
        assert_eq!(request, "first");
        assert!(!request.more());
        // What follows is a message of its own.
        let client = zmq4::SharedSocket::new(client).unwrap();
        client.send(recv(&pull)).unwrap();
        push.send_message(["third", "fourth"]).unwrap();
        client.send(recv(&pull)).unwrap();
        for expected in ["second", "third"] {
            let request = recv(&server);
            assert_eq!(request, expected);
            assert!(!request.more());
        }
        assert_eq!(server.recv(DONTWAIT).unwrap_err(), Errno::EAGAIN);
    });
}
