//! Owners of bytes and shares of messages where libzmq keeps its books badly: each is released once.

use std::cell::RefCell;
use std::panic::{self, AssertUnwindSafe};
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{self, TryRecvError};
use std::thread;
use std::time::Duration;

use crate::support::sockets::open_timed;
use crate::support::{LONG, eventually, in_child, inproc_name};
use zmq4::{Context, Errno, Flags, Message, Multipart, Proxy, Socket};

/// How many owners there are, how often they were dropped, and what each does then.
#[derive(Clone, Default)]
struct Owners {
    made: Arc<AtomicUsize>,
    dropped: Arc<AtomicUsize>,
}

struct Owner<F: FnMut()> {
    bytes: Vec<u8>,
    owners: Owners,
    last_act: F,
}

impl Owners {
    fn message(&self, bytes: Vec<u8>) -> Message {
        self.acting(bytes, || ())
    }

    fn acting(&self, bytes: Vec<u8>, last_act: impl FnMut() + Send + 'static) -> Message {
        self.made.fetch_add(1, Ordering::SeqCst);
        Message::from_owner(Owner {
            bytes,
            owners: self.clone(),
            last_act,
        })
    }

    fn dropped(&self) -> usize {
        self.dropped.load(Ordering::SeqCst)
    }

    /// Waits until all are dropped, some of which another thread drops.
    #[track_caller]
    fn end(&self) {
        let made = self.made.load(Ordering::SeqCst);
        eventually(LONG, || (self.dropped() >= made).then_some(()));
        assert_eq!(self.dropped(), made);
    }
}

impl<F: FnMut()> AsRef<[u8]> for Owner<F> {
    fn as_ref(&self) -> &[u8] {
        &self.bytes
    }
}

impl<F: FnMut()> Drop for Owner<F> {
    fn drop(&mut self) {
        self.owners.dropped.fetch_add(1, Ordering::SeqCst);
        (self.last_act)();
    }
}

// ---- CONFLATE

/// A PUSH that connects, and a PULL, both of which keep one message.
fn conflating(context: &Context) -> (Socket, Socket) {
    let (push, pull) = (open_timed(context, zmq4::PUSH), open_timed(context, zmq4::PULL));
    push.set_conflate(true).unwrap();
    pull.set_conflate(true).unwrap();
    let name = inproc_name();
    pull.bind(&name).unwrap();
    push.connect(&name).unwrap();
    (push, pull)
}

thread_local! {
    static PUSH: RefCell<Option<Rc<Socket>>> = const { RefCell::new(None) };
}

#[test]
fn owner_that_sends_over_conflate_is_dropped_once() {
    in_child("released::owner_that_sends_over_conflate_is_dropped_once", LONG, || {
        let context = Context::new().unwrap();
        let (push, pull) = conflating(&context);
        let push = Rc::new(push);
        PUSH.set(Some(Rc::clone(&push)));
        let owners = Owners::default();
        let again = owners.clone();
        let sends = move || {
            let push = PUSH.with_borrow(Clone::clone);
            if let Some(push) = push {
                push.send(again.message(vec![3; 100]), Flags::NONE).unwrap();
            }
        };
        push.send(owners.acting(vec![1; 100], sends.clone()), Flags::NONE)
            .unwrap();
        push.send_message([owners.acting(vec![2; 100], sends)]).unwrap();
        push.send(owners.message(vec![4; 100]), Flags::NONE).unwrap();
        assert_eq!(pull.recv(Flags::NONE).unwrap(), [4; 100]);
        PUSH.set(None);
        drop((push, pull));
        assert_eq!(owners.made.load(Ordering::SeqCst), 5);
        owners.end();
    });
}

#[test]
fn owners_sent_over_conflate_are_all_dropped() {
    in_child("released::owners_sent_over_conflate_are_all_dropped", 2 * LONG, || {
        let owners = Owners::default();
        for _ in 0..20 {
            let context = Context::new().unwrap();
            let (push, pull) = conflating(&context);
            let (all_sent, sent) = mpsc::channel::<()>();
            let reads = thread::spawn(move || {
                // Whatever comes: libzmq may lose the last one.
                pull.set_rcvtimeo(Some(Duration::from_millis(20))).unwrap();
                loop {
                    match pull.recv(Flags::NONE) {
                        Ok(message) => assert_eq!(message.len(), 100),
                        Err(_) if sent.try_recv() == Err(TryRecvError::Disconnected) => break,
                        Err(error) => assert_eq!(error, Errno::EAGAIN),
                    }
                }
            });
            for number in 0..3000_usize {
                let mut shared = owners.message(vec![7; 100]);
                match number % 4 {
                    0 => push.send(shared, Flags::NONE).unwrap(),
                    1 => push.send(&mut shared, Flags::NONE).unwrap(),
                    2 => push.send_message([shared]).unwrap(),
                    _ => push
                        .send_message(Multipart::from_iter([shared.share().unwrap()]))
                        .unwrap(),
                };
            }
            drop(all_sent);
            reads.join().unwrap();
        }
        owners.end();
    });
}

#[test]
fn owners_a_proxy_sends_over_conflate_are_dropped() {
    in_child("released::owners_a_proxy_sends_over_conflate_are_dropped", LONG, || {
        let context = Context::new().unwrap();
        let (back, sink) = conflating(&context);
        let front = open_timed(&context, zmq4::PULL);
        let name = inproc_name();
        front.bind(&name).unwrap();
        let source = open_timed(&context, zmq4::PUSH);
        source.connect(&name).unwrap();
        let proxy = Proxy::start(front, back, None).unwrap();
        let owners = Owners::default();
        for number in 0..3000_u32 {
            let mut bytes = vec![0; 100];
            bytes[..4].copy_from_slice(&number.to_be_bytes());
            source.send(owners.message(bytes), Flags::NONE).unwrap();
        }
        assert_eq!(sink.recv(Flags::NONE).unwrap().len(), 100);
        eventually(LONG, || {
            (proxy.statistics().unwrap().back.sent.messages == 3000).then_some(())
        });
        drop(proxy);
        owners.end();
    });
}

#[test]
fn message_refused_over_conflate_comes_back() {
    let context = Context::new().unwrap();
    let push = open_timed(&context, zmq4::PUSH);
    push.set_conflate(true).unwrap();
    let owners = Owners::default();
    let error = push.send(owners.message(vec![1; 100]), zmq4::DONTWAIT).unwrap_err();
    assert_eq!(error, zmq4::EAGAIN);
    assert_eq!(error.into_message().unwrap(), [1; 100]);
    let error = push.send_message_dontwait([owners.message(vec![1; 100])]).unwrap_err();
    assert_eq!(error.into_multipart().unwrap(), [[1; 100]]);
    owners.end();
}

// ---- XPUB

/// An XSUB and the XPUB that it sends to, over inproc.
fn upwards(context: &Context) -> (Socket, Socket) {
    let (xsub, xpub) = (open_timed(context, zmq4::XSUB), open_timed(context, zmq4::XPUB));
    let name = inproc_name();
    xpub.bind(&name).unwrap();
    xsub.connect(&name).unwrap();
    (xsub, xpub)
}

/// All ways to receive a message of one or two frames, which is given as its frames.
const RECEIVE: [fn(&Socket) -> Vec<Message>; 4] = [
    |xpub| {
        let mut frames = vec![xpub.recv(Flags::NONE).unwrap()];
        while frames.last().unwrap().more() {
            frames.push(xpub.recv(Flags::NONE).unwrap());
        }
        frames
    },
    |xpub| {
        let mut frames = vec![Message::from(vec![1; 5000])];
        xpub.recv_msg_into(&mut frames[0], Flags::NONE).unwrap();
        while frames.last().unwrap().more() {
            frames.push(Message::new());
            xpub.recv_msg_into(frames.last_mut().unwrap(), Flags::NONE).unwrap();
        }
        frames
    },
    |xpub| xpub.recv_message(Flags::NONE).unwrap().into_iter().collect(),
    |xpub| {
        let mut frames = Multipart::from_iter([vec![1; 5000], vec![2; 5000], vec![3; 5000]]);
        let count = xpub.recv_message_into(&mut frames, Flags::NONE).unwrap();
        assert_eq!(count, frames.len());
        frames.into_iter().collect()
    },
];

/// A message is shared, its share dropped, and its place given to others, if libzmq believes that it is free.
fn survives_a_share(mut frame: Message, bytes: &[u8]) {
    assert_eq!(frame, bytes);
    drop(frame.share().unwrap());
    let others: Vec<Vec<u8>> = (0..60).map(|more| vec![0x41; bytes.len() + more]).collect();
    assert_eq!(frame, bytes);
    drop(others);
    let shares = [frame.share().unwrap(), frame.share().unwrap()];
    drop(frame);
    assert!(shares.iter().all(|share| share == bytes));
}

#[test]
fn shared_message_received_by_an_xpub_is_sound() {
    in_child("released::shared_message_received_by_an_xpub_is_sound", LONG, || {
        let context = Context::new().unwrap();
        let (xsub, xpub) = upwards(&context);
        for receive in RECEIVE {
            for len in [1, 33, 34, 100, 5000] {
                let bytes = vec![7; len];
                let mut kept = Message::from(&bytes[..]);
                xsub.send(kept.share().unwrap(), Flags::NONE).unwrap();
                for frame in receive(&xpub) {
                    survives_a_share(frame, &bytes);
                }
                let mut owned = Message::from_owner(bytes.clone());
                xsub.send_message((owned.share().unwrap(), &mut kept, owned)).unwrap();
                let frames = receive(&xpub);
                assert_eq!(frames.len(), 3);
                assert_eq!(
                    frames.iter().map(Message::more).collect::<Vec<_>>(),
                    [true, true, false]
                );
                frames.into_iter().for_each(|frame| survives_a_share(frame, &bytes));
            }
        }
        let mut buffer = [0; 50];
        let mut kept = Message::from(vec![7; 100]);
        xsub.send(kept.share().unwrap(), Flags::NONE).unwrap();
        assert_eq!(xpub.recv_into(&mut buffer, Flags::NONE).unwrap(), 100);
        assert_eq!(buffer, [7; 50]);
    });
}

#[test]
fn message_to_two_xpubs_is_sound() {
    in_child("released::message_to_two_xpubs_is_sound", LONG, || {
        let context = Context::new().unwrap();
        let (xsub, first) = upwards(&context);
        let second = open_timed(&context, zmq4::XPUB);
        let name = inproc_name();
        second.bind(&name).unwrap();
        xsub.connect(&name).unwrap();
        for receive in RECEIVE {
            xsub.send(vec![7; 100], Flags::NONE).unwrap();
            xsub.send(vec![7; 5000], Flags::NONE).unwrap();
            for len in [100, 5000] {
                for xpub in [&first, &second] {
                    for frame in receive(xpub) {
                        survives_a_share(frame, &vec![7; len]);
                    }
                }
            }
        }
    });
}

/// A message up through a forwarder that shares it with a listener.
#[test]
fn message_up_through_a_captured_proxy_is_sound() {
    in_child("released::message_up_through_a_captured_proxy_is_sound", LONG, || {
        let context = Context::new().unwrap();
        let (xsub, back) = upwards(&context);
        let (front, xpub) = upwards(&context);
        let (capture, listener) = (open_timed(&context, zmq4::PUSH), open_timed(&context, zmq4::PULL));
        let name = inproc_name();
        listener.bind(&name).unwrap();
        capture.connect(&name).unwrap();
        let proxy = Proxy::start(front, back, Some(capture)).unwrap();
        for len in [30, 100, 5000] {
            let bytes = vec![7; len];
            let mut kept = Message::from(&bytes[..]);
            xsub.send_message((kept.share().unwrap(), &bytes)).unwrap();
            for socket in [&xpub, &listener] {
                for frame in socket.recv_message(Flags::NONE).unwrap() {
                    survives_a_share(frame, &bytes);
                }
            }
        }
        drop(proxy);
    });
}

/// How many KiB of memory the process has.
#[cfg(target_os = "linux")]
fn resident() -> usize {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|line| line.starts_with("VmRSS:")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse().unwrap()
}

#[cfg(target_os = "linux")]
#[test]
fn shared_messages_received_by_an_xpub_are_freed() {
    in_child("released::shared_messages_received_by_an_xpub_are_freed", LONG, || {
        const LEN: usize = 1 << 20;
        let context = Context::new().unwrap();
        let (xsub, xpub) = upwards(&context);
        let mut kept = Message::from(vec![7; LEN]);
        let mut buffer = vec![0; LEN];
        let mut round = || {
            for receive in RECEIVE {
                xsub.send_message((kept.share().unwrap(), kept.share().unwrap()))
                    .unwrap();
                drop(receive(&xpub));
            }
            xsub.send(kept.share().unwrap(), Flags::NONE).unwrap();
            assert_eq!(xpub.recv_into(&mut buffer, Flags::NONE).unwrap(), LEN);
        };
        round();
        let before = resident();
        (0..40).for_each(|_| round());
        let grown = resident().saturating_sub(before);
        assert!(grown < 60 << 10, "360 MiB came, and {} are still there", grown >> 10);
    });
}

// ---- panics

#[test]
fn owner_whose_as_ref_panics_is_dropped_once() {
    struct Panics(Owners);
    impl AsRef<[u8]> for Panics {
        fn as_ref(&self) -> &[u8] {
            panic!("as_ref panics on purpose")
        }
    }
    impl Drop for Panics {
        fn drop(&mut self) {
            self.0.dropped.fetch_add(1, Ordering::SeqCst);
            panic!("the drop panics on purpose as well");
        }
    }
    in_child("released::owner_whose_as_ref_panics_is_dropped_once", LONG, || {
        let owners = Owners::default();
        owners.made.fetch_add(1, Ordering::SeqCst);
        let owner = Panics(owners.clone());
        let panic = panic::catch_unwind(AssertUnwindSafe(|| Message::from_owner(owner))).unwrap_err();
        assert_eq!(panic.downcast_ref(), Some(&"as_ref panics on purpose"));
        owners.end();
    });
}

#[test]
fn panic_in_the_drop_of_an_empty_owner_is_caught() {
    in_child("released::panic_in_the_drop_of_an_empty_owner_is_caught", LONG, || {
        let owners = Owners::default();
        let message = owners.acting(Vec::new(), || panic!("a drop panics on purpose"));
        assert!(message.is_empty());
        owners.end();
    });
}
