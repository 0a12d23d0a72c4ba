//! Arguments with which one call is enough.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use zmq4::{Context, DONTWAIT, Errno, Flags, Message};

use crate::support::{LONG, in_child};
use crate::{open_timed, pair};

/// A2: a null pointer with a length; a null pointer without one is what an empty frame may be.
#[test]
fn empty_data_of_every_kind_is_an_empty_frame() {
    in_child("arguments::empty_data_of_every_kind_is_an_empty_frame", LONG, || {
        let (_context, a, b) = pair();
        let empty = |sent: zmq4::Result<usize>| {
            assert_eq!(sent.unwrap(), 0);
            let received = b.recv(Flags::NONE).unwrap();
            assert!(received.is_empty());
            assert_eq!(received.as_bytes(), b"");
            assert_eq!(received.as_str(), Ok(""));
        };
        let none: &[u8] = &[];
        empty(a.send("", Flags::NONE));
        empty(a.send(none, Flags::NONE));
        empty(a.send([], Flags::NONE));
        empty(a.send(String::new(), Flags::NONE));
        empty(a.send(Vec::<u8>::new(), Flags::NONE));
        empty(a.send(Vec::<u8>::with_capacity(4096), Flags::NONE));
        empty(a.send(Box::<[u8]>::default(), Flags::NONE));
        empty(a.send(Arc::<[u8]>::from(none), Flags::NONE));
        empty(a.send(Bytes::new(), Flags::NONE));
        empty(a.send(Message::new(), Flags::NONE));
        empty(a.send(Message::from_static(b""), Flags::NONE));
        empty(a.send(Message::from_owner(Vec::new()), Flags::NONE));
        empty(a.send(Message::zeroed(0).unwrap(), Flags::NONE));
        empty(a.send(Message::new().share().unwrap(), Flags::NONE));

        a.send("not for an empty buffer", Flags::NONE).unwrap();
        assert_eq!(b.recv_into(&mut [], Flags::NONE).unwrap(), 23);
        a.send("", Flags::NONE).unwrap();
        assert_eq!(b.recv_into(&mut [1, 2], Flags::NONE).unwrap(), 0);
        a.send_message(["", "", ""]).unwrap();
        assert_eq!(b.recv_message(Flags::NONE).unwrap(), ["", "", ""]);
    });
}

/// A3: libzmq aborts on messages that it did not initialise; here every message is, all the time.
#[test]
fn a_message_is_usable_whatever_was_done_with_it() {
    in_child("arguments::a_message_is_usable_whatever_was_done_with_it", LONG, || {
        let (_context, a, b) = pair();
        let mut message = Message::from(vec![7; 5000]);
        let mut shared = message.share().unwrap();
        let again = shared.share().unwrap();
        assert!(message.is_shared() && again == message);

        a.send(&mut message, Flags::NONE).unwrap();
        assert!(message.is_empty(), "what was sent is empty");
        a.send(&mut message, Flags::NONE).unwrap();
        assert_eq!(b.recv_msg_into(&mut shared, Flags::NONE).unwrap(), 5000);
        assert_eq!(shared, again);
        assert_eq!(b.recv_msg_into(&mut shared, Flags::NONE).unwrap(), 0);

        shared = again;
        b.recv_msg_into(&mut shared, DONTWAIT).unwrap_err();
        a.send(&mut shared, Flags::NONE).unwrap();
        b.recv(Flags::NONE).unwrap();
        // SAFETY: the message was just given up, and is uniquely owned.
        let back = unsafe { Message::from_raw(Message::from("raw").into_raw()) };
        assert_eq!(back, "raw");
    });
}

/// A4: a null name.
#[test]
fn names_of_properties_and_capabilities() {
    for name in ["", "a\0b", "\0", "no such thing", "ä"] {
        assert!(!zmq4::has(name), "{name:?}");
        assert_eq!(Message::from("x").property(name), None, "{name:?}");
        assert_eq!(Message::new().property_bytes(name), None, "{name:?}");
    }
}

/// A6: a null value with a length, or a length that is not the option's.
#[test]
fn values_of_options() {
    let context = Context::new().unwrap();
    let sub = open_timed(&context, zmq4::SUB);
    sub.subscribe("").unwrap();
    sub.subscribe([]).unwrap();
    sub.unsubscribe("never subscribed to").unwrap();
    let dealer = open_timed(&context, zmq4::DEALER);
    let wrong: [&[u8]; 2] = [&[], &[1; 256]];
    for id in wrong {
        let error = dealer.set_routing_id(id).unwrap_err();
        assert_eq!(error, Errno::EINVAL);
        assert!(
            error.to_string().starts_with("zmq_setsockopt(ZMQ_ROUTING_ID): "),
            "{error}"
        );
    }
    assert_eq!(dealer.subscribe("").unwrap_err(), Errno::EINVAL);
    for time in [Duration::MAX, Duration::from_millis(1 << 31)] {
        for error in [
            dealer.set_linger(Some(time)).unwrap_err(),
            dealer.set_rcvtimeo(Some(time)).unwrap_err(),
            dealer.set_sndtimeo(Some(time)).unwrap_err(),
        ] {
            assert_eq!(error, Errno::EINVAL);
            assert!(error.option().is_some(), "{error}");
        }
    }
    assert_eq!(dealer.set_sndhwm(u32::MAX).unwrap_err(), Errno::EINVAL);
    assert_eq!(dealer.set_rcvhwm(u32::MAX).unwrap_err(), Errno::EINVAL);
}
