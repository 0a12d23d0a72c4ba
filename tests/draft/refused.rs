use std::time::Duration;

use zmq4::{Context, Errno, POLLIN, POLLOUT, Poller, RADIO, ROUTER, SERVER};

use crate::support::{LONG, bind_tcp, deadline, eventually};
use crate::{context, grouped, open, recv, routed, send};

#[test]
fn a_thread_safe_socket_has_no_descriptor() {
    let context = context();
    assert_eq!(open(&context, SERVER).fd().unwrap_err(), Errno::EINVAL);
}

#[test]
fn thread_safe_sockets_are_polled_with_others() {
    deadline(LONG, || {
        let context = context();
        let (server, pull) = (open(&context, SERVER), open(&context, zmq4::PULL));
        let (client, push) = (open(&context, zmq4::CLIENT), open(&context, zmq4::PUSH));
        client.connect(&bind_tcp(&server)).unwrap();
        push.connect(&bind_tcp(&pull)).unwrap();
        let mut poller = Poller::new();
        poller.add(&server, POLLIN).unwrap();
        poller.add(&pull, POLLIN).unwrap();
        assert!(poller.poll(Some(Duration::ZERO)).unwrap().is_empty());
        send(&client, "hello".into());
        assert!(poller.poll(Some(LONG)).unwrap()[0].is(&server));
        let request = recv(&server);
        send(&push, "task".into());
        assert!(poller.poll(Some(LONG)).unwrap()[0].is(&pull));
        send(&server, routed(request.routing_id().unwrap(), "reply"));
        assert_eq!(recv(&client), "reply");
        assert_eq!(server.events().unwrap() & POLLIN, zmq4::State::empty());
    });
}

#[test]
fn state_of_a_routers_peer_is_read() {
    deadline(LONG, || {
        let context = context();
        let (router, dealer) = (open(&context, ROUTER), open(&context, zmq4::DEALER));
        dealer.set_routing_id("dealer").unwrap();
        dealer.connect(&bind_tcp(&router)).unwrap();
        send(&dealer, "hello".into());
        let message = router.recv_message(zmq4::Flags::NONE).unwrap();
        assert_eq!(message, ["dealer", "hello"]);
        assert_eq!(router.peer_state("dealer").unwrap() & POLLOUT, POLLOUT);
        assert_eq!(router.peer_state("unknown").unwrap_err(), Errno::EHOSTUNREACH);
        drop(dealer);
        eventually(LONG, || {
            let _ = router.events();
            router.peer_state("dealer").is_err().then_some(())
        });
        let other = open(&context, zmq4::DEALER);
        assert_eq!(other.peer_state("x").unwrap_err(), Errno::ENOTSUP);
    });
}

#[test]
fn calls_end_with_their_context() {
    deadline(LONG, || {
        let context = Context::new().unwrap();
        let (radio, dish) = (open(&context, RADIO), open(&context, zmq4::DISH));
        context.shutdown().unwrap();
        assert_eq!(dish.recv(zmq4::Flags::NONE).unwrap_err(), Errno::ETERM);
        // A join is a matter of the socket alone.
        dish.join("a").unwrap();
        assert_eq!(
            radio.send(grouped("a", "b"), zmq4::Flags::NONE).unwrap_err(),
            Errno::ETERM
        );
    });
}
