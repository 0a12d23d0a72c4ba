//! Messages between Rust and C.

use std::ffi::c_void;
use std::mem::MaybeUninit;
use std::slice;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use zmq4::{Context, DONTWAIT, Flags, Message, Socket, zmq_sys as sys};

use crate::interop::c::CSocket;
use crate::support::sockets::open_timed;
use crate::support::{LONG, deadline, inproc_name};

/// Bytes that count how often they were given back.
struct Counted {
    bytes: Vec<u8>,
    drops: Arc<AtomicUsize>,
}

impl AsRef<[u8]> for Counted {
    fn as_ref(&self) -> &[u8] {
        &self.bytes
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        self.drops.fetch_add(1, Ordering::SeqCst);
    }
}

fn counted() -> (Counted, Arc<AtomicUsize>) {
    let drops = Arc::new(AtomicUsize::new(0));
    let bytes = vec![b'x'; 5000];
    (
        Counted {
            bytes,
            drops: drops.clone(),
        },
        drops,
    )
}

/// C's free function: the hint is its counter.
unsafe extern "C" fn freed(_data: *mut c_void, hint: *mut c_void) {
    // SAFETY: the counter outlives the message.
    let counter = unsafe { &*hint.cast::<AtomicUsize>() };
    counter.fetch_add(1, Ordering::SeqCst);
}

static WORDS: &[u8] = &[b'c'; 3000];

/// A message over static bytes, which C's free function counts.
fn message_of_c(counter: &'static AtomicUsize) -> sys::zmq_msg_t {
    let mut raw = MaybeUninit::uninit();
    let hint = std::ptr::from_ref(counter).cast_mut().cast();
    let data = WORDS.as_ptr().cast_mut().cast();
    // SAFETY: initialises `raw` over static bytes, which are not written to.
    let rc = unsafe { sys::zmq_msg_init_data(raw.as_mut_ptr(), data, WORDS.len(), Some(freed), hint) };
    assert_eq!(rc, 0);
    // SAFETY: libzmq just initialised it.
    unsafe { raw.assume_init() }
}

fn close(mut raw: sys::zmq_msg_t) {
    // SAFETY: the test owns the message, and uses it no more.
    assert_eq!(unsafe { sys::zmq_msg_close(&mut raw) }, 0);
}

/// What C reads of a message.
fn read(message: &Message) -> &[u8] {
    // SAFETY: the message is live.
    let size = unsafe { sys::zmq_msg_size(message.as_ptr()) };
    // SAFETY: the message is live, and `zmq_msg_data` only reads it.
    let data = unsafe { sys::zmq_msg_data(message.as_ptr().cast_mut()) };
    // SAFETY: `size` bytes stand there while the message lives.
    unsafe { slice::from_raw_parts(data.cast(), size) }
}

/// A socket of C and one of ours, connected.
fn connected(context: &Context) -> (CSocket, Socket) {
    let (theirs, ours) = (CSocket::open(context.as_ptr()), open_timed(context, zmq4::PAIR));
    let endpoint = inproc_name();
    theirs.bind(&endpoint);
    ours.connect(&endpoint).unwrap();
    (theirs, ours)
}

#[test]
fn a_message_of_c_is_freed_once_by_our_drop() {
    static FREED: AtomicUsize = AtomicUsize::new(0);
    // SAFETY: initialised, and given up.
    let message = unsafe { Message::from_raw(message_of_c(&FREED)) };
    assert_eq!(message, WORDS);
    assert_eq!(message.as_bytes().as_ptr(), WORDS.as_ptr());
    assert_eq!(FREED.load(Ordering::SeqCst), 0);
    drop(message);
    assert_eq!(FREED.load(Ordering::SeqCst), 1);
}

#[test]
fn a_message_of_c_is_sent_by_us() {
    static FREED: AtomicUsize = AtomicUsize::new(0);
    deadline(LONG, || {
        let context = Context::new().unwrap();
        let (a, b) = (open_timed(&context, zmq4::PAIR), open_timed(&context, zmq4::PAIR));
        let endpoint = inproc_name();
        a.bind(&endpoint).unwrap();
        b.connect(&endpoint).unwrap();
        // SAFETY: initialised, and given up.
        let message = unsafe { Message::from_raw(message_of_c(&FREED)) };
        a.send(message, Flags::NONE).unwrap();
        let received = b.recv(Flags::NONE).unwrap();
        assert_eq!(received.as_bytes().as_ptr(), WORDS.as_ptr());
        assert_eq!(FREED.load(Ordering::SeqCst), 0);
        drop(received);
        assert_eq!(FREED.load(Ordering::SeqCst), 1);
    });
}

#[test]
fn message_taken_from_c_leaves_it_empty() {
    static FREED: AtomicUsize = AtomicUsize::new(0);
    let mut theirs = message_of_c(&FREED);
    // SAFETY: initialised, and used on this thread alone.
    let ours = unsafe { Message::take(&mut theirs) };
    assert_eq!(ours, WORDS);
    assert_eq!(ours.as_bytes().as_ptr(), WORDS.as_ptr());
    // SAFETY: it stays initialised.
    assert_eq!(unsafe { sys::zmq_msg_size(&theirs) }, 0);
    close(theirs);
    assert_eq!(FREED.load(Ordering::SeqCst), 0);
    drop(ours);
    assert_eq!(FREED.load(Ordering::SeqCst), 1);

    // What stands within the message, and the flag of a frame.
    deadline(LONG, || {
        let context = Context::new().unwrap();
        let (theirs, ours) = connected(&context);
        ours.send_message(("more", "")).unwrap();
        let mut raw = Message::new().into_raw();
        for (text, more) in [("more", true), ("", false)] {
            // SAFETY: the message is initialised and the socket open.
            let rc = unsafe { sys::zmq_msg_recv(&mut raw, theirs.ptr(), 0) };
            assert_eq!(usize::try_from(rc), Ok(text.len()));
            // SAFETY: initialised, and used on this thread alone.
            let taken = unsafe { Message::take(&mut raw) };
            assert_eq!((&taken, taken.more()), (&Message::from(text), more));
        }
        close(raw);
        theirs.close();
    });
}

#[test]
fn a_message_goes_to_c_and_is_closed_there() {
    let (owner, drops) = counted();
    let raw = Message::from_owner(owner).into_raw();
    assert_eq!(drops.load(Ordering::SeqCst), 0);
    close(raw);
    assert_eq!(drops.load(Ordering::SeqCst), 1);
}

#[test]
fn a_message_goes_to_c_and_back() {
    let (owner, drops) = counted();
    let address = owner.bytes.as_ptr();
    // SAFETY: the message came from `into_raw`.
    let message = unsafe { Message::from_raw(Message::from_owner(owner).into_raw()) };
    assert_eq!(message.as_bytes().as_ptr(), address);
    drop(message);
    assert_eq!(drops.load(Ordering::SeqCst), 1);

    for text in ["", "inline", &"long".repeat(1000)] {
        // SAFETY: the message came from `into_raw`.
        let message = unsafe { Message::from_raw(Message::from(text).into_raw()) };
        assert_eq!(message, text);
    }
}

#[test]
fn a_message_goes_to_c_which_sends_it() {
    deadline(LONG, || {
        let context = Context::new().unwrap();
        let (theirs, ours) = connected(&context);
        let (owner, drops) = counted();
        let address = owner.bytes.as_ptr();
        let mut raw = Message::from_owner(owner).into_raw();
        // SAFETY: the message is initialised and the socket open.
        let rc = unsafe { sys::zmq_msg_send(&mut raw, theirs.ptr(), 0) };
        assert_eq!(rc, 5000);
        close(raw);
        let received = ours.recv(Flags::NONE).unwrap();
        assert_eq!(received.as_bytes().as_ptr(), address);
        assert_eq!(drops.load(Ordering::SeqCst), 0);
        drop(received);
        assert_eq!(drops.load(Ordering::SeqCst), 1);
        theirs.close();
    });
}

#[test]
fn c_sends_and_receives_through_our_message() {
    deadline(LONG, || {
        let context = Context::new().unwrap();
        let (theirs, ours) = connected(&context);
        let mut message = Message::from("to Rust");
        // SAFETY: the message is initialised and the socket open.
        let rc = unsafe { sys::zmq_msg_send(message.as_mut_ptr(), theirs.ptr(), 0) };
        assert_eq!(rc, 7);
        assert_eq!(message, "");
        assert_eq!(ours.recv(Flags::NONE).unwrap(), "to Rust");

        ours.send_message(("to", "C")).unwrap();
        // SAFETY: as above.
        let rc = unsafe { sys::zmq_msg_recv(message.as_mut_ptr(), theirs.ptr(), 0) };
        assert_eq!(rc, 2);
        assert_eq!(message, "to");
        assert!(message.more());
        // SAFETY: as above.
        let rc = unsafe { sys::zmq_msg_recv(message.as_mut_ptr(), theirs.ptr(), 0) };
        assert_eq!(rc, 1);
        assert_eq!(message, "C");
        assert!(!message.more());
        theirs.close();
    });
}

#[test]
fn c_reads_our_message() {
    for text in ["inline", &"long".repeat(1000)] {
        let message = Message::from(text);
        assert_eq!(read(&message), text.as_bytes());
        assert_eq!(read(&message).as_ptr(), message.as_bytes().as_ptr());
    }
}

#[test]
fn a_view_reads_and_does_not_free() {
    static FREED: AtomicUsize = AtomicUsize::new(0);
    let raw = message_of_c(&FREED);
    {
        // SAFETY: the message lives until `close` below, and is not written to.
        let view = unsafe { Message::from_ptr(&raw) };
        assert_eq!(*view, WORDS);
        assert!(!view.more());
        assert_eq!(view.property("Peer-Address"), None);
        assert_eq!(view.as_ptr(), &raw const raw);
    }
    assert_eq!(FREED.load(Ordering::SeqCst), 0);
    close(raw);
    assert_eq!(FREED.load(Ordering::SeqCst), 1);
}

#[test]
fn c_replaces_what_a_message_holds() {
    static FREED: AtomicUsize = AtomicUsize::new(0);
    let mut message = Message::from("known to be of 21 bytes".get(..21).unwrap());
    assert_eq!(message.len(), 21);
    let ptr = message.as_mut_ptr();
    // SAFETY: the message is initialised.
    assert_eq!(unsafe { sys::zmq_msg_close(ptr) }, 0);
    // SAFETY: it was closed, and is replaced by one that is closed nowhere else.
    unsafe { ptr.write(message_of_c(&FREED)) };
    assert_eq!(message.len(), WORDS.len());
    assert_eq!(message, WORDS);
    assert_eq!(message.share().unwrap().len(), WORDS.len());
    drop(message);
    assert_eq!(FREED.load(Ordering::SeqCst), 1);
}

/// Through `a` to `b`.
fn the_length_follows_every_call(a: &Socket, b: &Socket) {
    let agrees = |message: &Message, len: usize| {
        assert_eq!(message.len(), len);
        assert_eq!(read(message).len(), len);
        assert_eq!(message.as_bytes().len(), len);
    };
    for len in [0, 1, 33, 34, 3000, 100_000] {
        let mut message = Message::from(vec![7; len]);
        agrees(&message, len);
        agrees(&message.share().unwrap(), len);
        a.send(&mut message, Flags::NONE).unwrap();
        agrees(&message, 0);
        b.recv_msg_into(&mut message, Flags::NONE).unwrap();
        agrees(&message, len);
        b.recv_msg_into(&mut message, DONTWAIT).unwrap_err();
        agrees(&message, 0);
        let mut lent = Message::from(vec![7; len]);
        a.send_message((&mut lent, vec![7; len], &vec![7; len])).unwrap();
        agrees(&lent, 0);
        let frames = b.recv_message(Flags::NONE).unwrap();
        assert_eq!(frames.len(), 3);
        frames.iter().for_each(|frame| agrees(frame, len));
        // SAFETY: the message goes there and back.
        agrees(
            &unsafe { Message::from_raw(Message::from(vec![7; len]).into_raw()) },
            len,
        );
    }
}

#[test]
fn length_follows_every_call() {
    deadline(LONG, || {
        let context = Context::new().unwrap();
        let (a, b) = (context.socket(zmq4::PAIR).unwrap(), context.socket(zmq4::PAIR).unwrap());
        let endpoint = inproc_name();
        a.bind(&endpoint).unwrap();
        b.connect(&endpoint).unwrap();
        the_length_follows_every_call(&a, &b);
        a.set_sndtimeo(Some(LONG)).unwrap();
        b.set_rcvtimeo(Some(LONG)).unwrap();
        the_length_follows_every_call(&a, &b);
        a.set_sndtimeo(None).unwrap();
        b.set_rcvtimeo(None).unwrap();
        the_length_follows_every_call(&a, &b);
    });
}
