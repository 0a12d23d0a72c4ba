//! What sockets refuse, and bridges that cannot start.

use crate::*;

#[test]
fn message_out_of_turn_comes_back() {
    deadline(LONG, || {
        let context = Context::new().unwrap();
        let (rep, req) = connected(&context, zmq4::REP, zmq4::REQ, false);
        let (server, replies, requests) = Bridge::start(rep, Capacity::default()).unwrap();
        let (client, ask, answers) = Bridge::start(req, Capacity::default()).unwrap();
        replies.send(one("unasked")).unwrap();
        assert_eq!(server.rejected().recv().unwrap().error, Errno::EFSM);
        for round in 0..100 {
            ask.send(one(round)).unwrap();
            ask.send(one("impatient")).unwrap();
            let rejected = client.rejected().recv().unwrap();
            assert_eq!(
                (rejected.message, rejected.error.errno()),
                (one("impatient"), Errno::EFSM)
            );
            replies.send(requests.recv().unwrap()).unwrap();
            assert_eq!(answers.recv().unwrap(), one(round));
        }
        ask.send(Multipart::new()).unwrap();
        let stopped = client.stop();
        assert_eq!(stopped.rejected.len(), 1);
        assert_eq!(stopped.rejected[0].error, Errno::EINVAL);
        accepted_all(server.stop());
    });
}

#[test]
fn router_with_a_full_peer_waits_and_goes_on() {
    deadline(LONG, || {
        let context = Context::new().unwrap();
        let router = open_timed(&context, zmq4::ROUTER);
        router.set_router_mandatory(true).unwrap();
        router.set_sndhwm(1).unwrap();
        let name = inproc_name();
        router.bind(&name).unwrap();
        let peer = |id: &str| {
            let dealer = open_timed(&context, zmq4::DEALER);
            dealer.set_routing_id(id).unwrap();
            dealer.set_rcvhwm(1).unwrap();
            dealer.connect(&name).unwrap();
            // The router knows a peer from its first message on.
            dealer.send("here", Flags::NONE).unwrap();
            dealer
        };
        let (slow, quick) = (peer("slow"), peer("quick"));
        let (bridge, outbound, inbound) = Bridge::start(router, capacity(5, 3)).unwrap();
        (0..2).for_each(|_| drop(inbound.recv().unwrap()));
        let accepted = fill(0, |number| {
            let message = Multipart::from_iter(["slow".to_owned(), number.to_string()]);
            outbound.try_send(message).is_ok()
        });
        // It receives meanwhile.
        quick.send("Hello", Flags::NONE).unwrap();
        assert_eq!(inbound.recv().unwrap(), ["quick", "Hello"]);
        let waiting = thread::spawn(move || outbound.send(Multipart::from_iter(["quick", "World"])).unwrap());
        for expected in 0..accepted {
            assert_eq!(slow.recv_string(Flags::NONE).unwrap(), expected.to_string());
        }
        assert_eq!(quick.recv_string(Flags::NONE).unwrap(), "World");
        waiting.join().unwrap();
        accepted_all(bridge.stop());
    });
}

#[test]
fn a_bridge_that_cannot_start_gives_its_socket_back() {
    let context = Context::new().unwrap();
    let (ours, peer) = connected(&context, zmq4::PAIR, zmq4::PAIR, false);
    let failed = Bridge::start(ours, capacity(0, 1)).err().unwrap();
    assert_eq!(*failed.error(), Errno::EINVAL);
    let failed = Bridge::start(failed.into_socket(), capacity(1, usize::MAX))
        .err()
        .unwrap();
    assert!(failed.to_string().contains("capacity"), "{failed}");
    let ours = failed.into_socket();
    ours.send("as it was", Flags::NONE).unwrap();
    assert_eq!(peer.recv(Flags::NONE).unwrap(), "as it was");
    let converted = || -> zmq4::Result<()> {
        Bridge::start(ours, capacity(0, 0)).map(drop)?;
        Ok(())
    };
    assert_eq!(converted().unwrap_err(), Errno::EINVAL);
}

#[test]
fn a_bridge_moves_between_threads() {
    fn send_and_sync<T: Send + Sync>() {}
    send_and_sync::<Bridge>();
    send_and_sync::<zmq4::bridge::StartError>();
    send_and_sync::<zmq4::bridge::Rejected>();
    fn send<T: Send>() {}
    send::<Stopped>();
}
