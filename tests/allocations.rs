//! The hot path allocates nothing of its own. Alone in its binary, because it counts what the whole process allocates.
#![allow(clippy::unwrap_used, missing_docs)]

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;

use zmq4::{Context, DONTWAIT, Errno, Flags, Message};

struct Counting;

thread_local! {
    static COUNT: Cell<usize> = const { Cell::new(0) };
}

// SAFETY: hands everything to the system's allocator.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        COUNT.set(COUNT.get() + 1);
        // SAFETY: as the caller vouches.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, ptr: *mut u8, layout: Layout) {
        // SAFETY: as the caller vouches.
        unsafe { System.dealloc(ptr, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// How often Rust's allocator is called on this thread.
fn allocations(body: impl FnOnce()) -> usize {
    let before = COUNT.get();
    body();
    COUNT.get() - before
}

#[test]
fn none_for_borrowed_sends_small_messages_and_eagain() {
    let context = Context::new().unwrap();
    let (a, b) = (context.socket(zmq4::PAIR).unwrap(), context.socket(zmq4::PAIR).unwrap());
    a.bind("inproc://count").unwrap();
    b.connect("inproc://count").unwrap();
    let mut message = Message::new();
    let large = vec![7; 100_000];
    let counted = allocations(|| {
        for _ in 0..100 {
            a.send("borrowed", Flags::NONE).unwrap();
            b.recv_into(&mut message, Flags::NONE).unwrap();
            a.send(&large, Flags::NONE).unwrap();
            drop(b.recv(Flags::NONE).unwrap());
            a.send(&mut message, Flags::NONE).unwrap();
            assert_eq!(b.recv(Flags::NONE).unwrap(), "borrowed");
            a.send_message(("three", "small", "frames")).unwrap();
            while b.recv(Flags::NONE).unwrap().more() {}
            assert_eq!(b.recv(DONTWAIT).unwrap_err(), Errno::EAGAIN);
        }
    });
    assert_eq!(counted, 0);
}

#[test]
fn the_counter_counts() {
    assert_eq!(allocations(|| drop(vec![1])), 1);
}
