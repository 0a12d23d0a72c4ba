use zmq4::{Errno, Flags, PEER};

use crate::support::{LONG, deadline};
use crate::{Transports, context, open, recv, routed, send};

#[test]
fn peers_are_named_by_the_connect() {
    deadline(LONG, || {
        let (context, transports) = (context(), Transports::new());
        for endpoint in transports.endpoints() {
            let (hub, first, second) = (open(&context, PEER), open(&context, PEER), open(&context, PEER));
            first.bind(&endpoint).unwrap();
            let other = crate::support::inproc_name();
            second.bind(&other).unwrap();
            let ids = [
                hub.connect_peer(&first.last_endpoint().unwrap()).unwrap(),
                hub.connect_peer(&other).unwrap(),
            ];
            assert_ne!(ids[0], ids[1]);
            for (id, peer) in ids.into_iter().zip([&first, &second]) {
                send(&hub, routed(id, format!("to {id}")));
                let message = recv(peer);
                assert_eq!(message, format!("to {id}").as_str());
                send(peer, routed(message.routing_id().unwrap(), "back"));
                let message = recv(&hub);
                assert_eq!(message, "back");
                assert_eq!(message.routing_id(), Some(id));
            }
            let unknown = routed(ids[0].max(ids[1]) + 1000, "lost");
            assert_eq!(hub.send(unknown, Flags::NONE).unwrap_err(), Errno::EHOSTUNREACH);
        }
    });
}

#[test]
fn connect_peer_is_checked_like_connect() {
    let context = context();
    let peer = open(&context, PEER);
    let error = peer.connect_peer("tcp://127.0.0.1:70000").unwrap_err();
    assert_eq!(error, Errno::EINVAL);
    assert_eq!(error.endpoint(), Some("tcp://127.0.0.1:70000"));
    let error = open(&context, zmq4::CLIENT)
        .connect_peer("tcp://127.0.0.1:5555")
        .unwrap_err();
    assert_eq!(error, Errno::ENOTSUP);
    peer.set_immediate(true).unwrap();
    let error = peer.connect_peer("tcp://127.0.0.1:5555").unwrap_err();
    assert_eq!(error, Errno::EFAULT);
    assert!(error.to_string().contains("ZMQ_IMMEDIATE"), "{error}");
}
