//! [`ROWS`]: what is counted, each row as ours and as a careful C program does it.

use std::ffi::{c_int, c_void};
use std::hint::black_box;
use std::mem::MaybeUninit;
use std::slice;
use std::time::Duration;

use zmq4::zmq_sys as sys;
use zmq4::{Context, DONTWAIT, Errno, Flags, Message, Multipart, PAIR, POLLIN, Poller, Socket};

/// How many calls a batch has.
pub(crate) const BATCH: usize = 64;

/// The sockets of a run, and what is sent and received into.
pub(crate) struct Rig {
    left: Socket,
    right: &'static Socket,
    /// Of `right`.
    poller: Poller<'static>,
    /// The same sockets, for the raw side.
    raw_left: *mut c_void,
    raw_right: *mut c_void,
    /// Never has a peer: nothing can be sent.
    alone: Socket,
    raw_alone: *mut c_void,
    data: Vec<u8>,
    buffer: Vec<u8>,
    message: Message,
    raw_message: sys::zmq_msg_t,
    frames: Multipart,
    raw_frames: [sys::zmq_msg_t; 8],
    /// A pair for async calls, beside the blocking calls of the other one.
    #[cfg(feature = "tokio")]
    aio_left: zmq4::aio::Socket,
    #[cfg(feature = "tokio")]
    aio_right: zmq4::aio::Socket,
    _context: Context,
}

#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Side {
    Ours,
    Raw,
}

pub(crate) struct Row {
    pub(crate) name: &'static str,
    /// What ours over raw may be at most.
    pub(crate) limit: f64,
    /// Not counted.
    pub(crate) before: fn(&mut Rig),
    ours: fn(&mut Rig),
    raw: fn(&mut Rig),
    /// Not counted.
    pub(crate) after: fn(&mut Rig),
}

impl Side {
    pub(crate) const BOTH: [Side; 2] = [Side::Ours, Side::Raw];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Side::Ours => "ours",
            Side::Raw => "raw",
        }
    }

    pub(crate) fn from_name(name: &str) -> Side {
        *Side::BOTH.iter().find(|side| side.name() == name).expect("a side")
    }
}

impl Row {
    pub(crate) fn body(&self, side: Side) -> fn(&mut Rig) {
        match side {
            Side::Ours => self.ours,
            Side::Raw => self.raw,
        }
    }
}

impl Rig {
    pub(crate) fn new() -> Rig {
        let context = Context::new().unwrap();
        let [left, right, alone] = [(); 3].map(|()| context.socket(PAIR).unwrap());
        // Never closed: the poller lives as long as the rig.
        let right: &Socket = Box::leak(Box::new(right));
        let mut poller = Poller::new();
        poller.add(right, POLLIN).unwrap();
        left.bind("inproc://counts").unwrap();
        right.connect("inproc://counts").unwrap();
        #[cfg(feature = "tokio")]
        let [aio_left, aio_right] = async_calls::pair(&context);
        Rig {
            #[cfg(feature = "tokio")]
            aio_left,
            #[cfg(feature = "tokio")]
            aio_right,
            raw_left: left.as_ptr(),
            raw_right: right.as_ptr(),
            raw_alone: alone.as_ptr(),
            left,
            right,
            poller,
            alone,
            data: vec![7; 65536],
            buffer: vec![0; 65536],
            message: Message::new(),
            raw_message: raw_message(),
            frames: Multipart::new(),
            raw_frames: [(); 8].map(|()| raw_message()),
            _context: context,
        }
    }
}

fn raw_message() -> sys::zmq_msg_t {
    Message::new().into_raw()
}

/// What a C program does with an answer.
fn checked(rc: c_int) -> Result<c_int, Errno> {
    if rc == -1 {
        // SAFETY: has no precondition.
        Err(Errno::new(unsafe { sys::zmq_errno() }))
    } else {
        Ok(rc)
    }
}

/// What a program does with what it received.
#[inline(never)]
fn consume(bytes: &[u8]) {
    black_box(bytes.as_ptr());
}

fn nothing(_: &mut Rig) {}

/// Fills the queue that is received from.
fn fill<const N: usize>(rig: &mut Rig) {
    for _ in 0..BATCH {
        rig.left.send(&rig.data[..N], Flags::NONE).unwrap();
    }
}

fn fill_three(rig: &mut Rig) {
    for _ in 0..BATCH {
        rig.left.send_message(("one", "two", "three")).unwrap();
    }
}

/// Empties the queue that was sent to.
fn drain(rig: &mut Rig) {
    while rig.right.recv_msg_into(&mut rig.message, DONTWAIT).is_ok() {}
}

mod ours {
    use super::*;

    pub(super) fn send<const N: usize>(rig: &mut Rig) {
        let data = black_box(&rig.data[..N]);
        let mut sum = 0;
        for _ in 0..BATCH {
            sum += rig.left.send(data, Flags::NONE).unwrap();
        }
        black_box(sum);
    }

    pub(super) fn recv(rig: &mut Rig) {
        for _ in 0..BATCH {
            let message = rig.right.recv(Flags::NONE).unwrap();
            consume(message.as_bytes());
        }
    }

    pub(super) fn recv_msg_into(rig: &mut Rig) {
        for _ in 0..BATCH {
            rig.right.recv_msg_into(&mut rig.message, Flags::NONE).unwrap();
            consume(rig.message.as_bytes());
        }
    }

    pub(super) fn recv_into(rig: &mut Rig) {
        let buffer = black_box(rig.buffer.as_mut_slice());
        let mut sum = 0;
        for _ in 0..BATCH {
            sum += rig.right.recv_into(buffer, Flags::NONE).unwrap();
        }
        black_box(sum);
    }

    pub(super) fn send_again(rig: &mut Rig) {
        let data = black_box(&rig.data[..8]);
        for _ in 0..BATCH {
            let error = rig.alone.send(data, DONTWAIT).unwrap_err();
            assert!(black_box(error.is_would_block()));
        }
    }

    pub(super) fn recv_again(rig: &mut Rig) {
        for _ in 0..BATCH {
            match rig.alone.recv(DONTWAIT) {
                Err(error) => assert!(black_box(error.is_would_block())),
                Ok(_) => unreachable!(),
            }
        }
    }

    pub(super) fn send_three(rig: &mut Rig) {
        for _ in 0..BATCH {
            black_box(rig.left.send_message(("one", "two", "three")).unwrap());
        }
    }

    pub(super) fn send_envelope(rig: &mut Rig) {
        let body = black_box(&rig.data[..256]);
        for _ in 0..BATCH {
            black_box(rig.left.send_message(("client", "", body)).unwrap());
        }
    }

    pub(super) fn recv_each(rig: &mut Rig) {
        for _ in 0..BATCH {
            loop {
                let frame = rig.right.recv(Flags::NONE).unwrap();
                consume(frame.as_bytes());
                if !frame.more() {
                    break;
                }
            }
        }
    }

    pub(super) fn recv_three_into(rig: &mut Rig) {
        for _ in 0..BATCH {
            rig.right.recv_message_into(&mut rig.frames, Flags::NONE).unwrap();
            for frame in &rig.frames {
                consume(frame.as_bytes());
            }
        }
    }

    pub(super) fn recv_three(rig: &mut Rig) {
        for _ in 0..BATCH {
            let frames: Multipart = rig.right.recv_message(Flags::NONE).unwrap();
            for frame in &frames {
                consume(frame.as_bytes());
            }
        }
    }

    pub(super) fn poll(rig: &mut Rig) {
        for _ in 0..BATCH {
            for ready in rig.poller.poll(Some(Duration::ZERO)).unwrap() {
                assert!(black_box(ready.events()).contains(POLLIN));
            }
        }
    }

    pub(super) fn poll_one(rig: &mut Rig) {
        for _ in 0..BATCH {
            let ready = rig.right.poll(POLLIN, Some(Duration::ZERO)).unwrap();
            assert!(black_box(ready).contains(POLLIN));
        }
    }
}

/// Calls that need not wait, in one task.
#[cfg(feature = "tokio")]
mod async_calls {
    use std::future::Future;
    use std::pin::pin;
    use std::task::{Context as TaskContext, Waker};

    use zmq4::aio;

    use super::*;

    pub(super) fn pair(context: &Context) -> [aio::Socket; 2] {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_io()
            .build()
            .unwrap();
        let runtime = Box::leak(Box::new(runtime));
        let _entered = runtime.enter();
        let [left, right] = [(); 2].map(|()| context.socket(PAIR).unwrap());
        left.bind("inproc://async counts").unwrap();
        right.connect("inproc://async counts").unwrap();
        [left, right].map(|socket| aio::Socket::new(socket).unwrap())
    }

    /// It is pending only where it gives way to other tasks, of which there are none.
    fn run(batch: impl Future<Output = ()>) {
        let mut batch = pin!(batch);
        let mut cx = TaskContext::from_waker(Waker::noop());
        while batch.as_mut().poll(&mut cx).is_pending() {}
    }

    pub(super) fn send(rig: &mut Rig) {
        let data = black_box(&rig.data[..8]);
        run(async {
            let mut sum = 0;
            for _ in 0..BATCH {
                sum += rig.aio_left.send(data).await.unwrap();
            }
            black_box(sum);
        });
    }

    pub(super) fn recv(rig: &mut Rig) {
        run(async {
            for _ in 0..BATCH {
                let message = rig.aio_right.recv().await.unwrap();
                consume(message.as_bytes());
            }
        });
    }

    pub(super) fn recv_into(rig: &mut Rig) {
        run(async {
            for _ in 0..BATCH {
                rig.aio_right.recv_msg_into(&mut rig.message).await.unwrap();
                consume(rig.message.as_bytes());
            }
        });
    }

    pub(super) fn send_envelope(rig: &mut Rig) {
        let body = black_box(&rig.data[..256]);
        run(async {
            for _ in 0..BATCH {
                black_box(rig.aio_left.send_message(("client", "", body)).await.unwrap());
            }
        });
    }

    pub(super) fn recv_three_into(rig: &mut Rig) {
        run(async {
            for _ in 0..BATCH {
                rig.aio_right.recv_message_into(&mut rig.frames).await.unwrap();
                for frame in &rig.frames {
                    consume(frame.as_bytes());
                }
            }
        });
    }

    pub(super) fn fill_both(rig: &mut Rig) {
        fill::<8>(rig);
        rig.aio_left.with(|left| {
            for _ in 0..BATCH {
                left.send(&rig.data[..8], Flags::NONE).unwrap();
            }
        });
    }

    pub(super) fn fill_both_three(rig: &mut Rig) {
        fill_three(rig);
        rig.aio_left.with(|left| {
            for _ in 0..BATCH {
                left.send_message(("one", "two", "three")).unwrap();
            }
        });
    }

    pub(super) fn drain_both(rig: &mut Rig) {
        drain(rig);
        rig.aio_right
            .with(|right| while right.recv_msg_into(&mut rig.message, DONTWAIT).is_ok() {});
    }
}

/// Each call checked, and its error number asked for where it failed.
mod raw {
    use super::*;

    fn bytes(message: &mut sys::zmq_msg_t) -> &[u8] {
        // SAFETY: the message is initialised.
        let data = unsafe { sys::zmq_msg_data(message) };
        // SAFETY: the message is initialised.
        let len = unsafe { sys::zmq_msg_size(message) };
        // SAFETY: so many bytes stand there as long as the message.
        unsafe { slice::from_raw_parts(data.cast(), len) }
    }

    pub(super) fn send<const N: usize>(rig: &mut Rig) {
        let data = black_box(&rig.data[..N]);
        let mut sum = 0;
        for _ in 0..BATCH {
            // SAFETY: the socket is open, and the bytes are live.
            let rc = unsafe { sys::zmq_send(rig.raw_left, data.as_ptr().cast(), data.len(), 0) };
            checked(rc).unwrap();
            sum += data.len();
        }
        black_box(sum);
    }

    pub(super) fn recv(rig: &mut Rig) {
        for _ in 0..BATCH {
            let mut message = MaybeUninit::uninit();
            // SAFETY: there is room for it.
            checked(unsafe { sys::zmq_msg_init(message.as_mut_ptr()) }).unwrap();
            // SAFETY: just done.
            let message = unsafe { message.assume_init_mut() };
            // SAFETY: the socket is open, and the message initialised.
            checked(unsafe { sys::zmq_msg_recv(message, rig.raw_right, 0) }).unwrap();
            consume(bytes(message));
            // SAFETY: it is initialised, and used no more.
            checked(unsafe { sys::zmq_msg_close(message) }).unwrap();
        }
    }

    pub(super) fn recv_msg_into(rig: &mut Rig) {
        for _ in 0..BATCH {
            // SAFETY: the socket is open, and the message initialised.
            checked(unsafe { sys::zmq_msg_recv(&mut rig.raw_message, rig.raw_right, 0) }).unwrap();
            consume(bytes(&mut rig.raw_message));
        }
    }

    pub(super) fn recv_into(rig: &mut Rig) {
        let buffer = black_box(rig.buffer.as_mut_slice());
        let mut sum = 0;
        for _ in 0..BATCH {
            // SAFETY: the socket is open, and the buffer as long as said.
            let rc = unsafe { sys::zmq_recv(rig.raw_right, buffer.as_mut_ptr().cast(), buffer.len(), 0) };
            sum += checked(rc).unwrap() as usize;
        }
        black_box(sum);
    }

    pub(super) fn send_again(rig: &mut Rig) {
        let data = black_box(&rig.data[..8]);
        for _ in 0..BATCH {
            // SAFETY: the socket is open, and the bytes are live.
            let rc = unsafe { sys::zmq_send(rig.raw_alone, data.as_ptr().cast(), data.len(), sys::ZMQ_DONTWAIT) };
            assert!(black_box(checked(rc) == Err(Errno::EAGAIN)));
        }
    }

    pub(super) fn recv_again(rig: &mut Rig) {
        for _ in 0..BATCH {
            let mut message = MaybeUninit::uninit();
            // SAFETY: there is room for it.
            checked(unsafe { sys::zmq_msg_init(message.as_mut_ptr()) }).unwrap();
            // SAFETY: just done.
            let message = unsafe { message.assume_init_mut() };
            // SAFETY: the socket is open, and the message initialised.
            let rc = unsafe { sys::zmq_msg_recv(message, rig.raw_alone, sys::ZMQ_DONTWAIT) };
            assert!(black_box(checked(rc) == Err(Errno::EAGAIN)));
            // SAFETY: it is initialised, and used no more.
            checked(unsafe { sys::zmq_msg_close(message) }).unwrap();
        }
    }

    pub(super) fn send_three(rig: &mut Rig) {
        for _ in 0..BATCH {
            send_frames(rig.raw_left, [b"one", b"two", b"three"]);
        }
    }

    pub(super) fn send_envelope(rig: &mut Rig) {
        let body = black_box(&rig.data[..256]);
        for _ in 0..BATCH {
            send_frames(rig.raw_left, [b"client", b"", body]);
        }
    }

    #[inline(always)]
    fn send_frames(socket: *mut c_void, frames: [&[u8]; 3]) {
        let [first, second, third] = frames;
        for (frame, flags) in [(first, sys::ZMQ_SNDMORE), (second, sys::ZMQ_SNDMORE), (third, 0)] {
            // SAFETY: the socket is open, and the bytes are live.
            let rc = unsafe { sys::zmq_send(socket, frame.as_ptr().cast(), frame.len(), flags) };
            black_box(checked(rc).unwrap());
        }
    }

    pub(super) fn recv_each(rig: &mut Rig) {
        for _ in 0..BATCH {
            loop {
                let mut frame = MaybeUninit::uninit();
                let frame = received(rig.raw_right, &mut frame);
                consume(bytes(frame));
                // SAFETY: it is initialised.
                let more = unsafe { sys::zmq_msg_more(frame) };
                // SAFETY: it is initialised, and used no more.
                checked(unsafe { sys::zmq_msg_close(frame) }).unwrap();
                if more == 0 {
                    break;
                }
            }
        }
    }

    fn received(socket: *mut c_void, place: &mut MaybeUninit<sys::zmq_msg_t>) -> &mut sys::zmq_msg_t {
        // SAFETY: there is room for it.
        checked(unsafe { sys::zmq_msg_init(place.as_mut_ptr()) }).unwrap();
        // SAFETY: just done.
        let message = unsafe { place.assume_init_mut() };
        // SAFETY: the socket is open, and the message initialised.
        checked(unsafe { sys::zmq_msg_recv(message, socket, 0) }).unwrap();
        message
    }

    /// Into messages that are kept and used again.
    pub(super) fn recv_three_into(rig: &mut Rig) {
        for _ in 0..BATCH {
            let mut count = 0;
            loop {
                let frame = &mut rig.raw_frames[count];
                // SAFETY: the socket is open, and the message initialised.
                checked(unsafe { sys::zmq_msg_recv(frame, rig.raw_right, 0) }).unwrap();
                count += 1;
                // SAFETY: the message is initialised.
                if unsafe { sys::zmq_msg_more(frame) } == 0 {
                    break;
                }
            }
            for frame in &mut rig.raw_frames[..count] {
                consume(bytes(frame));
            }
        }
    }

    /// Into an array from malloc, since the number of frames is not known; with room for four, it need not grow.
    pub(super) fn recv_three(rig: &mut Rig) {
        for _ in 0..BATCH {
            const ROOM: usize = 4;
            // SAFETY: has no precondition.
            let array = unsafe { libc::malloc(ROOM * size_of::<sys::zmq_msg_t>()) };
            assert!(!array.is_null());
            // SAFETY: there is room for as many, of which none is taken to be initialised.
            let frames = unsafe { slice::from_raw_parts_mut(array.cast::<MaybeUninit<sys::zmq_msg_t>>(), ROOM) };
            let mut count = 0;
            loop {
                assert!(count < ROOM);
                let frame = received(rig.raw_right, &mut frames[count]);
                count += 1;
                // SAFETY: the message is initialised.
                if unsafe { sys::zmq_msg_more(frame) } == 0 {
                    break;
                }
            }
            for frame in &mut frames[..count] {
                // SAFETY: initialised above.
                consume(bytes(unsafe { frame.assume_init_mut() }));
            }
            for frame in &mut frames[..count] {
                // SAFETY: initialised above, and used no more.
                checked(unsafe { sys::zmq_msg_close(frame.as_mut_ptr()) }).unwrap();
            }
            // SAFETY: it came from malloc.
            unsafe { libc::free(array) };
        }
    }

    pub(super) fn poll(rig: &mut Rig) {
        let mut item = sys::zmq_pollitem_t {
            socket: rig.raw_right,
            fd: 0,
            events: POLLIN.bits(),
            revents: 0,
        };
        for _ in 0..BATCH {
            // SAFETY: the item is live, and its socket open.
            if checked(unsafe { sys::zmq_poll(&mut item, 1, 0) }).unwrap() > 0 {
                assert!(black_box(item.revents) & POLLIN.bits() != 0);
            }
        }
    }
}

macro_rules! rows {
    ($($(#[$when:meta])? $name:literal, $limit:literal: $before:expr, $ours:expr, $raw:expr, $after:expr;)*) => {
        pub(crate) const ROWS: &[Row] = &[
            $($(#[$when])? Row { name: $name, limit: $limit, before: $before, ours: $ours, raw: $raw, after: $after },)*
        ];
    };
}

rows! {
    "send, 8 B", 1.01: nothing, ours::send::<8>, raw::send::<8>, drain;
    "send, 256 B", 1.01: nothing, ours::send::<256>, raw::send::<256>, drain;
    "send, 64 KiB", 1.01: nothing, ours::send::<65536>, raw::send::<65536>, drain;
    "recv, 8 B", 1.01: fill::<8>, ours::recv, raw::recv, nothing;
    "recv, 256 B", 1.01: fill::<256>, ours::recv, raw::recv, nothing;
    "recv, 64 KiB", 1.01: fill::<65536>, ours::recv, raw::recv, nothing;
    "recv_msg_into, 8 B", 1.01: fill::<8>, ours::recv_msg_into, raw::recv_msg_into, nothing;
    "recv_msg_into, 256 B", 1.01: fill::<256>, ours::recv_msg_into, raw::recv_msg_into, nothing;
    "recv_msg_into, 64 KiB", 1.01: fill::<65536>, ours::recv_msg_into, raw::recv_msg_into, nothing;
    "recv_into, 8 B", 1.01: fill::<8>, ours::recv_into, raw::recv_into, nothing;
    "recv_into, 256 B", 1.01: fill::<256>, ours::recv_into, raw::recv_into, nothing;
    "recv_into, 64 KiB", 1.01: fill::<65536>, ours::recv_into, raw::recv_into, nothing;
    "send without waiting, EAGAIN", 1.02: nothing, ours::send_again, raw::send_again, nothing;
    "recv without waiting, EAGAIN", 1.02: nothing, ours::recv_again, raw::recv_again, nothing;
    "send_message of 3 frames", 1.05: nothing, ours::send_three, raw::send_three, drain;
    "send_message, envelope and 256 B", 1.05: nothing, ours::send_envelope, raw::send_envelope, drain;
    "recv of 3 frames, one by one", 1.05: fill_three, ours::recv_each, raw::recv_each, nothing;
    "recv_message_into of 3 frames", 1.05: fill_three, ours::recv_three_into, raw::recv_three_into, nothing;
    "recv_message of 3 frames", 1.05: fill_three, ours::recv_three, raw::recv_three, nothing;
    "Poller::poll of one socket", 1.05: fill::<8>, ours::poll, raw::poll, drain;
    "Socket::poll", 1.05: fill::<8>, ours::poll_one, raw::poll, drain;
    // Beside the blocking call of this crate, not the raw one.
    #[cfg(feature = "tokio")]
    "async send over send, 8 B", 1.15: nothing, async_calls::send, ours::send::<8>, async_calls::drain_both;
    #[cfg(feature = "tokio")]
    "async recv over recv, 8 B", 1.15: async_calls::fill_both, async_calls::recv, ours::recv, async_calls::drain_both;
    #[cfg(feature = "tokio")]
    "async recv_msg_into over recv_msg_into, 8 B", 1.15: async_calls::fill_both, async_calls::recv_into, ours::recv_msg_into, async_calls::drain_both;
    #[cfg(feature = "tokio")]
    "async send_message, envelope and 256 B", 1.15: nothing, async_calls::send_envelope, ours::send_envelope, async_calls::drain_both;
    #[cfg(feature = "tokio")]
    "async recv_message_into of 3 frames", 1.15: async_calls::fill_both_three, async_calls::recv_three_into, ours::recv_three_into, async_calls::drain_both;
}
