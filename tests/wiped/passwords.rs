//! Passwords do not stay behind in freed memory.

use std::time::Duration;

use zmq4::auth::{Auth, Policies, Verdict};
use zmq4::{Context, Flags};

use crate::ALLOCATOR;
use crate::support::{LONG, in_child};

/// What to look for: no part of the password that a comparison would need stands in this program a second time.
pub(crate) const SECRET: &[u8] = b"w1pe-me-when-done";

#[test]
fn passwords_are_wiped() {
    in_child("passwords::passwords_are_wiped", LONG, || {
        let secret = std::str::from_utf8(SECRET).unwrap();
        assert_eq!(
            ALLOCATOR.found_in(|| drop(SECRET.to_vec())),
            1,
            "it is found where it is"
        );

        let before = ALLOCATOR.found();
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
        assert_eq!(ALLOCATOR.found() - before, 0);
    });
}

/// The frames in which libzmq asks about a password are the handler's to wipe, as far as they are in memory of ours.
#[test]
fn requests_with_passwords_are_wiped() {
    in_child("passwords::requests_with_passwords_are_wiped", LONG, || {
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
        let before = ALLOCATOR.found();
        ask(&["admin", secret], "200");
        ask(&["nobody", secret], "400");
        // Behind a short frame there may be what was there before.
        ask(&["admin", secret, ""], "400");
        auth.set_plain_handler(|_, _, _| Verdict::Deny);
        ask(&["admin", secret], "400");
        drop(auth);
        assert_eq!(ALLOCATOR.found() - before, 0);
    });
}
