//! The descriptor of a receiver, and the pollers that wait on it.

use crate::*;

#[test]
fn descriptor_is_readable_while_values_are_there() {
    type Take = fn(&Receiver<u64>) -> u64;
    let takes: [Take; 4] = [
        |receiver| receiver.recv().unwrap(),
        |receiver| receiver.try_recv().unwrap(),
        |receiver| receiver.recv_timeout(LONG).unwrap(),
        |receiver| receiver.try_iter().next().unwrap(),
    ];
    deadline(LONG, move || {
        for (sender, receiver) in both_kinds() {
            for take in takes {
                assert!(!readable(&receiver));
                sender.send(1).unwrap();
                assert!(readable(&receiver));
                sender.try_send(2).unwrap();
                sender.send_timeout(3, LONG).unwrap();
                for value in 1..=3 {
                    assert!(readable(&receiver), "before value {value}");
                    assert_eq!(take(&receiver), value);
                }
                assert!(!readable(&receiver), "without a value");
            }
        }
    });
}

#[test]
fn receive_from_an_empty_channel_keeps_the_descriptor() {
    let (sender, receiver) = channel().unwrap();
    assert_eq!(receiver.try_recv(), Err(TryRecvError::Empty));
    assert_eq!(
        receiver.recv_timeout(Duration::from_millis(1)),
        Err(RecvTimeoutError::Timeout)
    );
    assert!(!readable(&receiver));
    sender.send(1).unwrap();
    assert!(readable(&receiver));
}

#[test]
fn no_value_no_wake_up() {
    deadline(LONG, || {
        let (sender, receiver) = channel().unwrap();
        let mut poller = Poller::new();
        poller.add_fd(&receiver, POLLIN).unwrap();
        sender.send(1).unwrap();
        receiver.recv().unwrap();
        drop(sender.clone());
        let start = Instant::now();
        let time = Duration::from_millis(200);
        assert!(poller.poll(Some(time)).unwrap().is_empty());
        assert!(start.elapsed() >= time);
    });
}

#[test]
fn a_value_wakes_a_poller_that_waits() {
    for (sender, receiver) in both_kinds() {
        deadline(LONG, move || {
            let context = Context::new().unwrap();
            let silent = context.socket(zmq4::PULL).unwrap();
            let mut poller = Poller::new();
            poller.add(&silent, POLLIN).unwrap();
            let id = poller.add_fd(&receiver, POLLIN).unwrap();
            thread::scope(|scope| {
                scope.spawn(|| {
                    thread::sleep(Duration::from_millis(20));
                    sender.send(7).unwrap();
                });
                let ready = poller.poll(None).unwrap();
                assert_eq!(ready.len(), 1);
                assert_eq!(ready[0].id(), id);
                assert_eq!(receiver.try_recv(), Ok(7));
            });
        });
    }
}
