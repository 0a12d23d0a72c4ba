//! Ctrl-C, as the terminal sends it.

use crate::program::{Done, Program};
use crate::support::ipc_name;
use crate::{roles, with_endpoint};

/// Sends SIGINT, and waits for the end.
#[track_caller]
pub(crate) fn interrupt(program: Program) -> Done {
    let id = libc::pid_t::try_from(program.id()).unwrap();
    // SAFETY: plain system call; the child is not yet waited for, so the id is still its own.
    let sent = unsafe { libc::kill(id, libc::SIGINT) };
    assert_eq!(sent, 0, "{}", std::io::Error::last_os_error());
    let (done, _) = program.finish();
    done.assert_success();
    let last = done.lines.last().map(String::as_str);
    assert_eq!(last, Some("stopped by Ctrl-C"), "{done:?}");
    done
}

/// No one is at the other end, so each of them waits.
#[test]
fn ctrl_c_ends_every_example_that_waits() {
    for name in with_endpoint() {
        for round in 0..roles(name).len().max(1) {
            let endpoint = ipc_name();
            let mut args: Vec<&str> = roles(name).get(round).copied().into_iter().collect();
            args.push(&endpoint);
            let mut program = Program::start(name, &args);
            program.endpoint();
            interrupt(program);
        }
    }
}

/// The other side is killed and started again, twice.
#[test]
fn monitor_reports_a_peer_that_dies_and_returns() {
    let endpoint = ipc_name();
    let mut monitor = Program::start("monitor", &[&endpoint]);
    assert_eq!(monitor.endpoint(), *endpoint);
    let mut told = |event: &str| while !monitor.line().starts_with(&format!("  {event} {}", &*endpoint)) {};
    for _ in 0..2 {
        let mut server = Program::start("hwserver", &[&endpoint]);
        server.endpoint();
        told("EVENT_CONNECTED");
        told("EVENT_HANDSHAKE_SUCCEEDED");
        // Dropping it kills it.
        drop(server);
        told("EVENT_DISCONNECTED");
        told("EVENT_CONNECT_RETRIED");
    }
    interrupt(monitor);
}

/// In the middle of a conversation, with messages in both directions.
#[test]
fn ctrl_c_ends_a_client_that_talks() {
    let mut server = Program::start("hwserver", &["tcp://127.0.0.1:*"]);
    let mut client = Program::start("hwclient", &[&server.endpoint(), "4294967295"]);
    client.endpoint();
    assert_eq!(client.line(), "Hello World 1");
    interrupt(client);
    interrupt(server);
}

/// The publisher paces its reports, so this hits it between two of them.
#[test]
fn ctrl_c_ends_a_publisher_that_publishes() {
    let mut publisher = Program::start("publisher", &["tcp://127.0.0.1:*", "4294967295"]);
    let mut subscriber = Program::start("subscriber", &[&publisher.endpoint()]);
    subscriber.endpoint();
    assert_eq!(subscriber.line(), "report 1");
    interrupt(publisher);
    interrupt(subscriber);
}

#[test]
fn ctrl_c_ends_a_pusher_that_lost_its_puller() {
    let mut pusher = Program::start("pusher", &["tcp://127.0.0.1:*", "4294967295"]);
    let mut puller = Program::start("puller", &[&pusher.endpoint()]);
    puller.endpoint();
    assert_eq!(puller.line(), "task 1");
    interrupt(puller);
    interrupt(pusher);
}
