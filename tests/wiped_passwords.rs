//! Passwords do not stay behind in freed memory. Alone in its binary, because its allocator looks through what the whole process gives back.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

mod support;

use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use zmq4::auth::{Auth, Policies, Verdict};
use zmq4::{Context, Flags};

use support::{LONG, in_child};

/// What to look for: no part of the password that a comparison would need stands in this program a second time.
const SECRET: &[u8] = b"w1pe-me-when-done";

static LOOKING: AtomicBool = AtomicBool::new(false);
static FOUND: AtomicUsize = AtomicUsize::new(0);

/// The system's allocator, which looks through what is given back.
struct Looking;

#[global_allocator]
static ALLOCATOR: Looking = Looking;

// SAFETY: everything is the system's; what is looked at is still allocated then.
unsafe impl GlobalAlloc for Looking {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // SAFETY: as the caller promised. Zeroed, so that all of it may be looked at.
        unsafe { System.alloc_zeroed(layout) }
    }

    unsafe fn dealloc(&self, ptr: *mut u8, layout: Layout) {
        if LOOKING.load(Ordering::Relaxed) {
            // SAFETY: the block has this size, and nobody else uses it any longer.
            let block = unsafe { std::slice::from_raw_parts(ptr, layout.size()) };
            if block.windows(SECRET.len()).any(|window| window == SECRET) {
                FOUND.fetch_add(1, Ordering::Relaxed);
            }
        }
        // SAFETY: as the caller promised.
        unsafe { System.dealloc(ptr, layout) }
    }
}

#[test]
fn passwords_are_wiped() {
    in_child("passwords_are_wiped", LONG, || {
        let secret = std::str::from_utf8(SECRET).unwrap();
        LOOKING.store(true, Ordering::Relaxed);
        drop(SECRET.to_vec());
        assert_eq!(FOUND.swap(0, Ordering::Relaxed), 1, "it is found where it is");

        let policies = Policies::new();
        for user in 0..100 {
            policies.plain_add("shop", &user.to_string(), secret).unwrap();
        }
        policies.plain_add("shop", "0", "another").unwrap();
        assert_eq!(policies.plain_remove("shop", ["1", "2"]), 2);
        assert_eq!(policies.plain_remove_all("shop"), 98);
        policies.plain_add("*", "user", secret).unwrap();
        policies.plain_add("*", "", secret).unwrap_err();
        drop(policies);
        LOOKING.store(false, Ordering::Relaxed);
        assert_eq!(FOUND.load(Ordering::Relaxed), 0);
    });
}

/// The frames in which libzmq asks about a password are the handler's to wipe, as far as they are in memory of ours.
#[test]
fn what_was_asked_is_wiped() {
    in_child("what_was_asked_is_wiped", LONG, || {
        let context = Context::new().unwrap();
        let auth = Auth::start(&context).unwrap();
        let secret = std::str::from_utf8(SECRET).unwrap();
        let asks = context.socket(zmq4::REQ).unwrap();
        asks.set_linger(Some(Duration::ZERO)).unwrap();
        asks.set_rcvtimeo(Some(LONG)).unwrap();
        asks.connect("inproc://zeromq.zap.01").unwrap();
        // What is sent stays in libzmq's memory; nothing of it is the allocator's.
        let ask = |credentials: &[&str], status: &str| {
            let head = ["1.0", "1", "shop", "127.0.0.1", "", "PLAIN"];
            asks.send_message([&head[..], credentials].concat().as_slice()).unwrap();
            assert_eq!(asks.recv_message(Flags::NONE).unwrap()[2], status);
        };
        auth.plain_add("shop", "admin", secret).unwrap();
        LOOKING.store(true, Ordering::Relaxed);
        ask(&["admin", secret], "200");
        ask(&["nobody", secret], "400");
        // Behind a short frame there may be what was there before.
        ask(&["admin", secret, ""], "400");
        auth.set_plain_handler(|_, _, _| Verdict::Deny);
        ask(&["admin", secret], "400");
        drop(auth);
        LOOKING.store(false, Ordering::Relaxed);
        assert_eq!(FOUND.load(Ordering::Relaxed), 0);
    });
}
