//! The example, in the namespaces.

use std::path::PathBuf;
use std::process::Command;

use crate::multicast::network::{Network, PUBLISHER, SUBSCRIBER};
use crate::multicast::part::Part;
use crate::multicast::{publisher, subscriber};

#[test]
fn the_example_publishes_and_subscribes() {
    let Some(network) = Network::new() else { return };
    let endpoints = [subscriber::endpoint("epgm"), publisher::endpoint("epgm")];
    let [subscribing, publishing] = &endpoints;
    let mut subscriber = start(&network.listening, &["subscribe", subscribing]);
    assert_eq!(subscriber.line("subscriber connects to "), *subscribing);
    let mut publisher = start(&network.publishing, &["publish", publishing]);
    assert_eq!(publisher.line("publisher bound to "), *publishing);
    let first: u64 = subscriber.line("report ").parse().unwrap();
    assert_eq!(subscriber.line("report ").parse(), Ok(first + 1));
    for mut program in [subscriber, publisher] {
        interrupt(&program);
        program.line("stopped by Ctrl-C");
        program.finish();
    }
}

/// Without an endpoint it takes the interface that leads to the group.
#[test]
fn the_example_finds_its_interface() {
    let Some(network) = Network::new() else { return };
    network.route_to_the_groups();
    let mut subscriber = start(&network.listening, &["subscribe"]);
    let mut publisher = start(&network.publishing, &["publish"]);
    assert!(publisher.line("publisher bound to ").contains(PUBLISHER));
    assert!(subscriber.line("subscriber connects to ").contains(SUBSCRIBER));
    subscriber.line("report ");
    for mut program in [subscriber, publisher] {
        interrupt(&program);
        program.line("stopped by Ctrl-C");
        program.finish();
    }
}

fn start(namespace: &str, args: &[&str]) -> Part {
    let path = binary();
    assert!(
        path.is_file(),
        "{} is missing: run `cargo build --examples` first (with the features of this test)",
        path.display()
    );
    let mut command = Command::new("ip");
    command.args(["netns", "exec", namespace]).arg(path).args(args);
    Part::run(command)
}

fn interrupt(program: &Part) {
    let id = libc::pid_t::try_from(program.id()).unwrap();
    // SAFETY: plain system call; the child is not yet waited for, so the id is still its own.
    let sent = unsafe { libc::kill(id, libc::SIGINT) };
    assert_eq!(sent, 0, "{}", std::io::Error::last_os_error());
}

/// Cargo puts the examples beside the folder that this test runs from.
fn binary() -> PathBuf {
    let mut path = std::env::current_exe().unwrap();
    path.pop();
    if path.ends_with("deps") {
        path.pop();
    }
    path.join("examples/multicast")
}
