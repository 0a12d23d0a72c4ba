//! What can be sent, and how flags can be written: each form compiles and arrives.

use std::borrow::Cow;
use std::collections::VecDeque;
use std::rc::Rc;
use std::sync::Arc;

use bytes::{Bytes, BytesMut};
use zmq4::{Context, DONTWAIT, Flags, Message, Multipart, SNDMORE, Socket};

use crate::support::{LONG, deadline, inproc_name};

fn pair() -> (Socket, Socket) {
    let context = Context::new().unwrap();
    let (a, b) = (context.socket(zmq4::PAIR).unwrap(), context.socket(zmq4::PAIR).unwrap());
    let name = inproc_name();
    a.bind(&name).unwrap();
    b.connect(&name).unwrap();
    (a, b)
}

/// Each form of one frame with the text `frame`.
macro_rules! frames {
    ($($form:expr),* $(,)?) => {{
        let (a, b) = pair();
        let mut count = 0;
        $(
            assert_eq!(a.send($form, Flags::NONE).unwrap(), 5, "{}", stringify!($form));
            assert_eq!(b.recv(Flags::NONE).unwrap(), "frame", "{}", stringify!($form));
            count += 1;
        )*
        count
    }};
}

/// Each form of a message with the frames `one` and `two`.
macro_rules! messages {
    ($($form:expr),* $(,)?) => {{
        let (a, b) = pair();
        let mut count = 0;
        $(
            assert_eq!(a.send_message($form).unwrap(), 6, "{}", stringify!($form));
            assert_eq!(b.recv_message(Flags::NONE).unwrap(), ["one", "two"], "{}", stringify!($form));
            count += 1;
        )*
        count
    }};
}

#[test]
fn frames_are_sent_in_each_form() {
    deadline(LONG, || {
        let text = String::from("frame");
        let vec = text.clone().into_bytes();
        let boxed: Box<[u8]> = vec.clone().into();
        let boxed_text: Box<str> = text.clone().into();
        let (arc, arc_text): (Arc<[u8]>, Arc<str>) = (vec.clone().into(), text.clone().into());
        let (rc, rc_text): (Rc<[u8]>, Rc<str>) = (vec.clone().into(), text.clone().into());
        let (bytes, bytes_mut) = (Bytes::from("frame"), BytesMut::from("frame"));
        let message = Message::from("frame");
        let mut lent = Message::from("frame");
        let array = *b"frame";
        let (cow, cow_bytes) = (Cow::Borrowed("frame"), Cow::Borrowed(b"frame".as_slice()));
        let count = frames![
            "frame",
            &"frame",
            text.as_str(),
            &text,
            text.clone(),
            b"frame",
            &b"frame",
            &array,
            array,
            vec.as_slice(),
            &vec.as_slice(),
            &vec,
            vec.clone(),
            &boxed,
            boxed.clone(),
            &boxed_text,
            boxed_text.clone(),
            &arc,
            arc.clone(),
            &arc_text,
            arc_text.clone(),
            &rc,
            &rc_text,
            &bytes,
            bytes.clone(),
            &bytes_mut,
            bytes_mut.clone(),
            &message,
            Message::from("frame"),
            &mut lent,
            &cow,
            cow.clone(),
            &cow_bytes,
            cow_bytes.clone(),
            Cow::<str>::Owned(text.clone()),
            Cow::<[u8]>::Owned(vec.clone()),
            format!("{}ame", "fr"),
            char::from(b'f').to_string() + "rame",
        ];
        assert_eq!(count, 38);
        assert!(lent.is_empty());
    });
}

#[test]
fn messages_are_sent_in_each_form() {
    deadline(LONG, || {
        let strings = vec![String::from("one"), String::from("two")];
        let (texts, vecs) = (["one", "two"], vec![b"one".to_vec(), b"two".to_vec()]);
        let messages = || vec![Message::from("one"), Message::from("two")];
        let deque = VecDeque::from(strings.clone());
        let multipart = Multipart::from(texts);
        let mut lent = Multipart::from(texts);
        let (one, mut two) = (Message::from("one"), Message::from("two"));
        let slice: &[&str] = &texts;
        let count = messages![
            texts,
            &texts,
            slice,
            &texts[..],
            texts.to_vec(),
            &texts.to_vec(),
            strings.clone(),
            &strings,
            &strings[..],
            vecs.clone(),
            &vecs,
            [*b"one", *b"two"],
            [b"one", b"two"],
            ["one".as_bytes(), b"two"],
            messages(),
            &messages(),
            &messages()[..],
            deque.clone(),
            &deque,
            ("one", "two"),
            ("one", String::from("two")),
            (b"one", vec![String::from("two")]),
            ("one", &strings[1..]),
            (&one, &mut two),
            (["one"], ["two"]),
            vec![vec!["one"], vec!["two"]],
            [&["one", "two"][..], &[]],
            (("one", "two"),),
            &multipart,
            multipart.iter().collect::<Multipart>(),
            Multipart::from(texts),
            &mut lent,
            ("one", Multipart::from(["two"])),
            texts.iter().collect::<Multipart>(),
        ];
        assert_eq!(count, 34);
        assert!(lent.is_empty());
    });
}

#[test]
fn flags_are_numbers_or_names() {
    deadline(LONG, || {
        let (a, b) = pair();
        a.send("first", 2).unwrap();
        a.send("second", SNDMORE | DONTWAIT).unwrap();
        a.send("third", 0).unwrap();
        assert!(b.recv(0).unwrap().more());
        assert_eq!(b.recv_string(DONTWAIT).unwrap(), "second");
        assert_eq!(b.recv_bytes(1).unwrap(), b"third");
        assert_eq!(b.try_recv().unwrap_err(), zmq4::Errno::EAGAIN);
        a.send_message(["x"]).unwrap();
        assert_eq!(b.recv_timeout(LONG).unwrap(), "x");
        let error = b.recv_timeout(std::time::Duration::from_millis(1)).unwrap_err();
        assert!(error.to_string().contains("no message arrived within 1ms"), "{error}");
    });
}
