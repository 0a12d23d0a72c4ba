//! A poll allocates nothing of its own in steady state.

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;

use zmq4::{Context, DONTWAIT, Flags, POLLIN, POLLOUT, PollItem, Poller};

use crate::{NOW, pair};

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
fn a_poller_allocates_nothing() {
    let context = Context::new().unwrap();
    for count in [1, 2, 16, 17, 64] {
        let pairs: Vec<_> = (0..count).map(|_| pair(&context)).collect();
        let mut poller = Poller::new();
        let ids: Vec<_> = pairs.iter().map(|(a, _)| poller.add(a, POLLIN).unwrap()).collect();
        let counted = allocations(|| {
            // The first poll too, and every number of ready ones.
            for ready in 0..=count {
                for (_, b) in &pairs[..ready] {
                    b.send("x", Flags::NONE).unwrap();
                }
                assert_eq!(poller.poll(NOW).unwrap().len(), ready);
                assert_eq!(poller.poll_all(NOW).unwrap().len(), count);
                for (a, _) in &pairs[..ready] {
                    a.recv(DONTWAIT).unwrap();
                }
                for id in &ids {
                    poller.update(*id, POLLIN | POLLOUT).unwrap();
                }
                assert_eq!(poller.poll(None).unwrap().len(), count);
                for (a, _) in &pairs {
                    poller.update_by_socket(a, POLLIN).unwrap();
                }
            }
        });
        assert_eq!(counted, 0, "{count} sockets");
    }
}

#[test]
fn neither_does_a_socket_nor_a_short_list() {
    let context = Context::new().unwrap();
    let pairs: Vec<_> = (0..16).map(|_| pair(&context)).collect();
    let mut items: Vec<_> = pairs.iter().map(|(a, _)| PollItem::new(a, POLLOUT)).collect();
    let counted = allocations(|| {
        for _ in 0..10 {
            assert_eq!(pairs[0].0.poll(POLLIN, NOW).unwrap(), zmq4::State::empty());
            assert_eq!(pairs[0].0.poll(POLLOUT, None).unwrap(), POLLOUT);
            assert_eq!(zmq4::poll(&mut items, None).unwrap(), 16);
            assert_eq!(zmq4::poll(&mut items[..1], None).unwrap(), 1);
        }
    });
    assert_eq!(counted, 0);
}

#[test]
fn the_counter_counts() {
    assert_eq!(allocations(|| drop(vec![1])), 1);
}
