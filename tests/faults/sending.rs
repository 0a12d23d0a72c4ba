//! Sends and receives that cannot be done.

use zmq4::{Context, DONTWAIT, Errno, Flags, Message, Multipart, SNDMORE};
#[cfg(unix)]
use zmq4::{POLLIN, PollItem};

use crate::support::{LONG, bind_tcp, deadline, inproc_name};
use crate::{connected, open};

#[test]
fn a_full_queue_leaves_the_message_in_hand() {
    deadline(LONG, || {
        let context = Context::new().unwrap();
        let (push, pull) = (open(&context, zmq4::PUSH), open(&context, zmq4::PULL));
        push.set_sndhwm(2).unwrap();
        pull.set_rcvhwm(2).unwrap();
        let name = inproc_name();
        pull.bind(&name).unwrap();
        push.connect(&name).unwrap();
        let mut queued = 0_u32;
        while push.send(queued.to_be_bytes(), DONTWAIT).is_ok() {
            queued += 1;
        }
        assert!(queued > 0);

        let mut lent = Message::from("mine");
        let error = push.send(&mut lent, DONTWAIT).unwrap_err();
        assert!(error.is_would_block());
        assert!(error.to_string().starts_with("zmq_msg_send: "), "{error}");
        assert_eq!(lent, "mine");

        let owned = vec![9; 100_000];
        let place = owned.as_ptr();
        let back = push.send(owned, DONTWAIT).unwrap_err().into_message().unwrap();
        assert_eq!((back.as_ptr_to_bytes(), back.len()), (place, 100_000));
        let back = push.send(String::from("small"), DONTWAIT).unwrap_err().into_message();
        assert_eq!(back.unwrap(), "small");
        assert!(push.send("borrowed", DONTWAIT).unwrap_err().into_message().is_none());

        let mut parts = Multipart::from_iter(["one", "two"]);
        assert_eq!(push.send_message_dontwait(&mut parts).unwrap_err(), Errno::EAGAIN);
        assert_eq!(parts, ["one", "two"]);
        let back = push.send_message_dontwait(parts).unwrap_err().into_multipart();
        assert_eq!(back.unwrap(), ["one", "two"]);

        for number in 0..queued {
            assert_eq!(pull.recv(Flags::NONE).unwrap(), number.to_be_bytes());
        }
        assert_eq!(pull.recv(DONTWAIT).unwrap_err(), Errno::EAGAIN);
    });
}

trait BytesAt {
    fn as_ptr_to_bytes(&self) -> *const u8;
}

impl BytesAt for Message {
    fn as_ptr_to_bytes(&self) -> *const u8 {
        self.as_bytes().as_ptr()
    }
}

#[test]
fn a_call_out_of_turn() {
    deadline(LONG, || {
        let context = Context::new().unwrap();
        let (rep, req) = connected(&context, zmq4::REP, zmq4::REQ);
        let mut early = Message::from("early");
        let error = rep.send(&mut early, Flags::NONE).unwrap_err();
        assert_eq!(error, Errno::EFSM);
        assert!(
            error
                .to_string()
                .contains("a REP receives a request before it sends the reply"),
            "{error}"
        );
        assert_eq!(early, "early");
        assert_eq!(rep.send_message(["a", "b"]).unwrap_err(), Errno::EFSM);
        assert_eq!(req.recv(Flags::NONE).unwrap_err(), Errno::EFSM);
        assert_eq!(req.recv_message(DONTWAIT).unwrap_err(), Errno::EFSM);

        req.send_message(("question", "in two")).unwrap();
        assert_eq!(req.send("another", Flags::NONE).unwrap_err(), Errno::EFSM);
        assert_eq!(rep.recv_message(Flags::NONE).unwrap(), ["question", "in two"]);
        assert_eq!(rep.recv(Flags::NONE).unwrap_err(), Errno::EFSM);
        rep.send("answer", Flags::NONE).unwrap();
        assert_eq!(req.recv(Flags::NONE).unwrap(), "answer");
    });
}

#[test]
fn a_type_that_goes_the_other_way() {
    deadline(LONG, || {
        let context = Context::new().unwrap();
        for ty in [zmq4::PULL, zmq4::SUB] {
            let socket = open(&context, ty);
            assert_eq!(socket.send("x", Flags::NONE).unwrap_err(), Errno::ENOTSUP, "{ty}");
            assert_eq!(socket.send_message(["x", "y"]).unwrap_err(), Errno::ENOTSUP, "{ty}");
        }
        for ty in [zmq4::PUSH, zmq4::PUB] {
            let socket = open(&context, ty);
            assert_eq!(socket.recv(Flags::NONE).unwrap_err(), Errno::ENOTSUP, "{ty}");
            assert_eq!(
                socket.recv_into(&mut [0], DONTWAIT).unwrap_err(),
                Errno::ENOTSUP,
                "{ty}"
            );
        }
    });
}

#[test]
fn a_router_drops_what_is_for_nobody() {
    deadline(LONG, || {
        let context = Context::new().unwrap();
        let (router, dealer) = (open(&context, zmq4::ROUTER), open(&context, zmq4::DEALER));
        dealer.set_routing_id("somebody").unwrap();
        let endpoint = bind_tcp(&router);
        dealer.connect(&endpoint).unwrap();
        dealer.send("here", Flags::NONE).unwrap();
        assert_eq!(router.recv_message(Flags::NONE).unwrap(), ["somebody", "here"]);

        assert_eq!(router.send_message(("nobody", "lost")).unwrap(), 10);
        router.send("nobody", SNDMORE).unwrap();
        router.send("lost too", Flags::NONE).unwrap();
        router.send_message(("somebody", "found")).unwrap();
        assert_eq!(dealer.recv_message(Flags::NONE).unwrap(), ["found"]);
    });
}

#[test]
fn a_frame_that_memory_cannot_hold() {
    for len in [usize::MAX, usize::MAX - 1, usize::MAX / 2, isize::MAX as usize] {
        let error = Message::zeroed(len).unwrap_err();
        assert_eq!(error, Errno::ENOMEM);
        let text = error.to_string();
        assert!(
            text.starts_with("zmq_msg_init_size: ") && text.contains(&len.to_string()),
            "{text}"
        );
        let error = Message::build(len, |_| unreachable!("there is nothing to fill"));
        assert_eq!(error.unwrap_err(), Errno::ENOMEM);
    }
}

#[test]
fn a_message_without_frames() {
    let context = Context::new().unwrap();
    let socket = open(&context, zmq4::PAIR);
    let nothing: [&str; 0] = [];
    let mut empty = Multipart::new();
    for error in [
        socket.send_message(nothing).unwrap_err(),
        socket.send_message(Vec::<String>::new()).unwrap_err(),
        socket.send_message(Multipart::new()).unwrap_err(),
        socket.send_message(&mut empty).unwrap_err(),
    ] {
        assert_eq!(error, Errno::EINVAL);
        assert!(error.to_string().contains("at least one frame"), "{error}");
    }
}

#[test]
fn text_that_is_not_utf_8_is_not_lost() {
    deadline(LONG, || {
        let context = Context::new().unwrap();
        let (a, b) = connected(&context, zmq4::PAIR, zmq4::PAIR);
        for _ in 0..2 {
            a.send(b"\xff", Flags::NONE).unwrap();
        }
        let error = b.recv_string(Flags::NONE).unwrap_err();
        assert!(error.to_string().contains("not UTF-8"), "{error}");
        assert_eq!(error.into_message().unwrap(), b"\xff");
        let error = b.recv_string_with_metadata(Flags::NONE, &[]).unwrap_err();
        assert_eq!(error.into_message().unwrap(), b"\xff");
    });
}

/// libzmq looks for what has happened to the peers once a millisecond. A REQ that finds out late drops the delimiter, and
/// sends the next request without one.
#[cfg(unix)]
#[test]
fn a_req_that_lost_its_peer_asks_the_next_one() {
    deadline(LONG, || {
        for round in 0..100 {
            let context = Context::new().unwrap();
            let (req, rep) = connected(&context, zmq4::REQ, zmq4::REP);
            for socket in [&req, &rep] {
                socket.set_rcvtimeo(Some(LONG)).unwrap();
            }
            req.send("one", Flags::NONE).unwrap();
            rep.recv(Flags::NONE).unwrap();
            rep.send("reply", Flags::NONE).unwrap();
            req.recv(Flags::NONE).unwrap();
            drop(rep);
            // It is reported of the loss, and does not know it yet.
            let mut told = [PollItem::fd(req.fd().unwrap(), POLLIN)];
            assert_eq!(zmq4::poll(&mut told, Some(LONG)).unwrap(), 1);
            let lost = if round % 2 == 0 {
                req.send_message_dontwait("two")
            } else {
                req.send(vec![2; 100], DONTWAIT)
            };
            assert_eq!(lost.unwrap_err(), Errno::EAGAIN, "{round}");
            let server = open(&context, zmq4::DEALER);
            server.set_rcvtimeo(Some(LONG)).unwrap();
            server.connect(&req.last_endpoint().unwrap()).unwrap();
            req.set_sndtimeo(Some(LONG)).unwrap();
            req.send_message("three").unwrap();
            assert_eq!(server.recv_message(Flags::NONE).unwrap(), ["", "three"], "{round}");
        }
    });
}
