//! Every function is called, and does what its documentation says.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

#[macro_use]
#[path = "../support/mod.rs"]
mod support;

mod context;
#[cfg(feature = "draft")]
mod draft;
mod forward;
mod message;
mod scattered;
mod socket;
mod timers;
mod utilities;

/// A function that no test calls would be one that was never seen linked.
#[test]
fn none_is_forgotten() {
    let stable = [
        include_str!("context.rs"),
        include_str!("forward.rs"),
        include_str!("message.rs"),
        include_str!("scattered.rs"),
        include_str!("socket.rs"),
        include_str!("timers.rs"),
        include_str!("utilities.rs"),
        include_str!("../support/monitor.rs"),
        include_str!("../support/zmq.rs"),
    ]
    .concat();
    assert_all_called(include_str!("../../src/bindings.rs"), 70, &stable);
    assert_all_called(
        include_str!("../../src/bindings_draft.rs"),
        26,
        include_str!("draft.rs"),
    );
}

fn assert_all_called(declarations: &str, count: usize, tests: &str) {
    let names: Vec<_> = declarations
        .lines()
        .filter_map(|line| line.trim_start().strip_prefix("pub fn ")?.split('(').next())
        .collect();
    assert_eq!(names.len(), count);
    let tests: String = tests.split_whitespace().collect();
    let called = |name: &&str| tests.contains(&format!("sys!({name}(")) || tests.contains(&format!("ok!({name}("));
    let forgotten: Vec<_> = names.into_iter().filter(|name| !called(name)).collect();
    assert!(forgotten.is_empty(), "not called: {forgotten:?}");
}
