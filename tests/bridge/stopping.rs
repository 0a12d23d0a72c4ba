//! Stops, and what they return.

use crate::*;

const SENDERS: usize = 4;

/// Threads that send numbers until they are refused, and how many each had accepted.
fn send_until_refused(outbound: &Sender<Multipart>) -> Vec<thread::JoinHandle<u64>> {
    let sender = |index: usize| {
        let outbound = outbound.clone();
        move || {
            for number in 0.. {
                let message = Multipart::from_iter([index.to_string(), number.to_string()]);
                if let Err(error) = outbound.send(message) {
                    assert_eq!(number, self::number(&error.into_inner()), "it comes back");
                    return number;
                }
            }
            unreachable!()
        }
    };
    (0..SENDERS).map(|index| thread::spawn(sender(index))).collect()
}

/// Checks that the messages of each sender are in order without a gap, and counts them.
#[derive(Default)]
struct Tally([u64; SENDERS]);

impl Tally {
    fn take(&mut self, message: &Multipart) {
        let sender: usize = message[0].as_str().unwrap().parse().unwrap();
        assert_eq!(number(message), self.0[sender], "of sender {sender}");
        self.0[sender] += 1;
    }
}

#[test]
fn a_stop_in_the_middle_sends_all_that_was_accepted() {
    for round in 0..20 {
        deadline(2 * LONG, move || {
            let context = Context::new().unwrap();
            let (push, pull) = connected(&context, zmq4::PUSH, zmq4::PULL, true);
            let (bridge, outbound, _) = Bridge::start(push, capacity(1, 1 + round)).unwrap();
            let senders = send_until_refused(&outbound);
            let stopping = thread::spawn(move || {
                thread::sleep(Duration::from_millis(round as u64));
                let push = accepted_all(bridge.stop());
                push.send("end", Flags::NONE).unwrap();
                push
            });
            let mut tally = Tally::default();
            loop {
                let message = pull.recv_message(Flags::NONE).unwrap();
                if message == ["end"] {
                    break;
                }
                tally.take(&message);
            }
            stopping.join().unwrap();
            let accepted: Vec<u64> = senders.into_iter().map(|sender| sender.join().unwrap()).collect();
            assert_eq!(accepted, tally.0);
        });
    }
}

#[test]
fn unsent_messages_at_a_deadline_come_back() {
    for time in [Duration::ZERO, Duration::from_millis(30)] {
        deadline(2 * LONG, move || {
            let context = Context::new().unwrap();
            let (push, pull) = connected(&context, zmq4::PUSH, zmq4::PULL, true);
            let (bridge, outbound, _) = Bridge::start(push, capacity(1, 5)).unwrap();
            // No one reads: all senders end up waiting for room.
            let senders = send_until_refused(&outbound);
            let mut times_full = 0;
            eventually(LONG, || {
                times_full = if outbound.len() == 5 { times_full + 1 } else { 0 };
                (times_full == 20).then_some(())
            });
            let stopped = bridge.stop_within(time);
            let mut tally = Tally::default();
            let push = stopped.socket.unwrap();
            let sending = thread::spawn(move || push.send("end", Flags::NONE).map(|_| push));
            loop {
                let message = pull.recv_message(Flags::NONE).unwrap();
                if message == ["end"] {
                    break;
                }
                tally.take(&message);
            }
            sending.join().unwrap().unwrap();
            assert!(!stopped.unsent.is_empty());
            stopped.unsent.iter().for_each(|message| tally.take(message));
            let accepted: Vec<u64> = senders.into_iter().map(|sender| sender.join().unwrap()).collect();
            assert_eq!(accepted, tally.0);
        });
    }
}

#[test]
fn without_a_peer_a_bridge_stops_in_time() {
    deadline(LONG, || {
        let context = Context::new().unwrap();
        let (bridge, outbound, inbound) = Bridge::start(open_timed(&context, zmq4::DEALER), capacity(1, 9)).unwrap();
        (0..5).for_each(|number| outbound.send(one(number)).unwrap());
        assert!(bridge.is_running());
        let stopped = bridge.stop_within(Duration::from_millis(20));
        assert!(stopped.unsent.iter().map(number).eq(0..5));
        assert!(stopped.socket.is_some() && stopped.error.is_none());
        assert_eq!(inbound.recv(), Err(RecvError));
        let returned = outbound.send(one("late")).unwrap_err().into_inner();
        assert_eq!(returned, ["late"]);
    });
}

#[test]
fn received_messages_after_a_stop_stay_readable() {
    deadline(LONG, || {
        let context = Context::new().unwrap();
        let (pull, push) = connected(&context, zmq4::PULL, zmq4::PUSH, false);
        let (bridge, _, inbound) = Bridge::start(pull, capacity(4, 1)).unwrap();
        (0..10).for_each(|number| assert!(push.send(number.to_string(), Flags::NONE).is_ok()));
        eventually(LONG, || (inbound.len() == 4).then_some(()));
        let pull = accepted_all(bridge.stop());
        assert!(inbound.iter().map(|message| number(&message)).eq(0..4));
        for expected in 4..10 {
            assert_eq!(pull.recv_string(Flags::NONE).unwrap(), expected.to_string());
        }
    });
}

#[test]
fn stop_with_a_peer_that_replies_first_ends() {
    deadline(LONG, || {
        let context = Context::new().unwrap();
        let (ours, peer) = connected(&context, zmq4::PAIR, zmq4::PAIR, true);
        let (bridge, outbound, inbound) = Bridge::start(ours, capacity(1000, 1000)).unwrap();
        (0..200).for_each(|number| outbound.send(one(number)).unwrap());
        let echoing = thread::spawn(move || {
            for _ in 0..200 {
                peer.send_message(peer.recv_message(Flags::NONE).unwrap()).unwrap();
            }
            peer
        });
        let ours = accepted_all(bridge.stop());
        let mut echoes: Vec<u64> = inbound.iter().map(|message| number(&message)).collect();
        while echoes.len() < 200 {
            echoes.push(number(&ours.recv_message(Flags::NONE).unwrap()));
        }
        assert!(echoes.into_iter().eq(0..200));
        echoing.join().unwrap();
    });
}

#[test]
fn stopping_twice_as_fast_as_starting() {
    deadline(2 * LONG, || {
        let context = Context::new().unwrap();
        let mut socket = open_timed(&context, zmq4::PAIR);
        for _ in 0..300 {
            let (bridge, ..) = Bridge::start(socket, capacity(1, 1)).unwrap();
            socket = accepted_all(bridge.stop());
        }
    });
}
