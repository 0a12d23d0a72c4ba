//! Messages.

use std::ffi::c_void;
use std::ptr::{null, null_mut};
use std::slice;
use std::sync::atomic::{AtomicUsize, Ordering};

use zmq_sys::*;

use crate::support::zmq::*;

fn with_size(size: usize) -> zmq_msg_t {
    let mut message = unset();
    ok!(zmq_msg_init_size(&mut message, size));
    message
}

fn with_bytes(bytes: &[u8]) -> zmq_msg_t {
    let mut message = with_size(bytes.len());
    let data = sys!(zmq_msg_data(&mut message)).cast::<u8>();
    // SAFETY: the message was made for that many bytes.
    unsafe { data.copy_from_nonoverlapping(bytes.as_ptr(), bytes.len()) };
    message
}

fn content(message: &mut zmq_msg_t) -> &[u8] {
    let len = sys!(zmq_msg_size(message));
    let data = sys!(zmq_msg_data(message)).cast::<u8>();
    // SAFETY: the message lives as long as the slice, and holds `len` bytes.
    unsafe { slice::from_raw_parts(data, len) }
}

#[test]
fn empty_and_sized() {
    let mut message = unset();
    ok!(zmq_msg_init(&mut message));
    assert_eq!(sys!(zmq_msg_size(&message)), 0);
    assert_eq!(sys!(zmq_msg_more(&message)), 0);
    ok!(zmq_msg_close(&mut message));
    // libzmq marks what was closed.
    assert_eq!(sys!(zmq_msg_close(&mut message)), -1);
    assert_eq!(sys!(zmq_errno()), libc::EFAULT);

    for size in [0, 1, 33, 34, 100_000] {
        let mut message = with_size(size);
        assert_eq!(sys!(zmq_msg_size(&message)), size);
        ok!(zmq_msg_close(&mut message));
    }
}

#[test]
fn move_empties_the_source_and_copy_shares() {
    // More than fits into the message itself.
    let bytes = [b'x'; 100];
    let (mut source, mut target) = (with_bytes(&bytes), with_size(7));
    ok!(zmq_msg_move(&mut target, &mut source));
    assert_eq!(content(&mut target), bytes);
    assert_eq!(sys!(zmq_msg_size(&source)), 0);

    assert_eq!(sys!(zmq_msg_get(&target, ZMQ_SHARED)), 0);
    ok!(zmq_msg_copy(&mut source, &mut target));
    assert_eq!(content(&mut source), bytes);
    assert_eq!(content(&mut source).as_ptr(), content(&mut target).as_ptr());
    assert_eq!(sys!(zmq_msg_get(&target, ZMQ_SHARED)), 1);

    // No property can be set.
    assert_eq!(sys!(zmq_msg_set(&mut target, ZMQ_SHARED, 0)), -1);
    assert_eq!(sys!(zmq_errno()), libc::EINVAL);
    ok!(zmq_msg_close(&mut source));
    ok!(zmq_msg_close(&mut target));
}

#[test]
fn given_memory_is_freed_once() {
    unsafe extern "C" fn count(_data: *mut c_void, hint: *mut c_void) {
        // SAFETY: the hint is the counter of the test, which waits for this.
        let freed = unsafe { &*hint.cast::<AtomicUsize>() };
        freed.fetch_add(1, Ordering::Relaxed);
    }
    let freed = AtomicUsize::new(0);
    let mut bytes = *b"owned by the test";
    let mut message = unset();
    ok!(zmq_msg_init_data(
        &mut message,
        bytes.as_mut_ptr().cast(),
        bytes.len(),
        Some(count),
        (&raw const freed).cast_mut().cast(),
    ));
    assert_eq!(content(&mut message).as_ptr(), bytes.as_ptr());
    assert_eq!(freed.load(Ordering::Relaxed), 0);
    ok!(zmq_msg_close(&mut message));
    assert_eq!(freed.load(Ordering::Relaxed), 1);
}

#[test]
fn sent_and_received() {
    let context = context();
    let (pull, push) = (socket(context, ZMQ_PULL), socket(context, ZMQ_PUSH));
    let endpoint = bind(pull, c"tcp://127.0.0.1:*");
    connect(push, &endpoint);

    let mut message = with_bytes(b"first");
    assert_eq!(ok!(zmq_msg_send(&mut message, push, ZMQ_SNDMORE)), 5);
    assert_eq!(sys!(zmq_msg_size(&message)), 0);
    let mut message = with_bytes(b"second");
    // The older names, with their arguments the other way round.
    assert_eq!(ok!(zmq_sendmsg(push, &mut message, 0)), 6);

    let mut received = with_size(1);
    assert_eq!(ok!(zmq_msg_recv(&mut received, pull, 0)), 5);
    assert_eq!(content(&mut received), b"first");
    assert_eq!(sys!(zmq_msg_more(&received)), 1);
    assert_eq!(sys!(zmq_msg_get(&received, ZMQ_MORE)), 1);
    assert!(sys!(zmq_msg_get(&received, ZMQ_SRCFD)) >= 0);
    let kind = sys!(zmq_msg_gets(&received, c"Socket-Type".as_ptr()));
    assert_eq!(text(kind).as_c_str(), c"PUSH");
    assert_eq!(sys!(zmq_msg_gets(&received, c"X-None".as_ptr())), null());

    assert_eq!(ok!(zmq_recvmsg(pull, &mut received, 0)), 6);
    assert_eq!(content(&mut received), b"second");
    assert_eq!(sys!(zmq_msg_more(&received)), 0);
    ok!(zmq_msg_close(&mut received));

    close(push);
    close(pull);
    term(context);
}

#[test]
fn without_a_free_function_the_memory_stays() {
    static CONSTANT: [u8; 3] = *b"abc";
    let mut message = unset();
    let data = CONSTANT.as_ptr().cast_mut().cast();
    ok!(zmq_msg_init_data(&mut message, data, 3, None, null_mut()));
    assert_eq!(content(&mut message), b"abc");
    ok!(zmq_msg_close(&mut message));
}
