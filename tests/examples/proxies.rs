//! The examples with a proxy in them.

use crate::program::Program;

#[test]
fn espresso_ends_by_itself() {
    let (done, _) = Program::start("espresso", &[]).finish();
    done.assert_success();
    let is = |start: &str| done.lines.iter().filter(|line| line.starts_with(start)).count();
    assert_eq!(is("received A-") + is("received B-"), 5, "{done:?}");
    assert_eq!(is("overheard: subscribe "), 2, "{done:?}");
    assert_eq!(is("overheard: unsubscribe "), 2, "{done:?}");
    // Whatever else it overheard was subscribed to.
    let messages = is("overheard: A-") + is("overheard: B-");
    assert!(messages >= 5, "{done:?}");
    assert_eq!(is("overheard: "), messages + 4, "{done:?}");
    assert_eq!(done.lines.last().unwrap(), "all have left");
}

#[cfg(unix)]
#[test]
fn msgqueue_joins_clients_and_workers() {
    use crate::stop::interrupt;
    use crate::support::LONG;
    use zmq4::{Context, Flags};

    let mut queue = Program::start("msgqueue", &["tcp://127.0.0.1:*", "tcp://127.0.0.1:*"]);
    let (frontend, backend) = (queue.endpoint(), queue.endpoint());
    let context = Context::new().unwrap();
    let worker = context.socket(zmq4::REP).unwrap();
    worker.connect(&backend).unwrap();
    worker.set_rcvtimeo(Some(LONG)).unwrap();
    let mut client = Program::start("hwclient", &[&frontend, "3"]);
    client.endpoint();
    for number in 1..=3 {
        assert!(worker.recv(Flags::NONE).unwrap().starts_with(b"World"));
        worker.send(format!("Hello {number}"), Flags::NONE).unwrap();
    }
    client.finish().0.assert_success();
    interrupt(queue);
}
