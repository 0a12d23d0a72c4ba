//! The end of the context, and ends of channels that are dropped.

use crate::*;

#[test]
fn bridge_of_a_terminated_context_loses_nothing() {
    deadline(LONG, || {
        let context = Context::new().unwrap();
        let (ours, peer) = connected(&context, zmq4::PAIR, zmq4::PAIR, true);
        let (bridge, outbound, inbound) = Bridge::start(ours, capacity(2, 3)).unwrap();
        peer.send("received", Flags::NONE).unwrap();
        eventually(LONG, || (inbound.len() == 1).then_some(()));
        let accepted = fill_outbound(&outbound);
        let in_the_socket = {
            // What the socket has taken is the peer's to read.
            let mut count = 0;
            while outbound.len() == 3 {
                assert_eq!(peer.recv_string(Flags::NONE).unwrap(), count.to_string());
                count += 1;
                thread::sleep(Duration::from_millis(5));
            }
            count
        };
        assert!(in_the_socket > 0);
        drop(peer);
        // The thread does not hold the context up, though the bridge is still here.
        context.term().unwrap();
        eventually(LONG, || (!bridge.is_running()).then_some(()));
        assert_eq!(outbound.send(one("late")).unwrap_err().into_inner(), ["late"]);
        assert_eq!(inbound.recv().unwrap(), ["received"]);
        assert_eq!(inbound.recv(), Err(RecvError));
        let stopped = bridge.stop();
        assert!(stopped.socket.is_none());
        assert_eq!(stopped.error.unwrap(), Errno::ETERM);
        // In order, up to the last.
        let first = stopped.unsent.first().map_or(accepted, number);
        assert!(stopped.unsent.iter().map(number).eq(first..accepted));
    });
}

/// A thread that asks nothing of its socket must not hold the context up.
#[test]
fn idle_bridge_of_a_terminated_context_ends() {
    for (case, ty, other) in [
        ("nothing to send", zmq4::PUSH, zmq4::PULL),
        ("no room for what comes", zmq4::PAIR, zmq4::PAIR),
        ("no receiver", zmq4::PAIR, zmq4::PAIR),
        ("no senders", zmq4::PUB, zmq4::XSUB),
    ] {
        deadline(LONG, move || {
            let context = Context::new().unwrap();
            let (ours, peer) = connected(&context, ty, other, false);
            let (bridge, outbound, inbound) = Bridge::start(ours, capacity(1, 1)).unwrap();
            let mut ends = (Some(outbound), Some(inbound));
            match case {
                "no room for what comes" => {
                    (0..3).for_each(|number| assert!(peer.send(number.to_string(), Flags::NONE).is_ok()));
                    eventually(LONG, || (ends.1.as_ref().unwrap().len() == 1).then_some(()));
                }
                "no receiver" => ends.1 = None,
                "no senders" => ends.0 = None,
                _ => {}
            }
            drop(peer);
            // The thread is to wait by then, which nothing reports.
            thread::sleep(Duration::from_millis(50));
            context.term().unwrap();
            eventually(LONG, || (!bridge.is_running()).then_some(()));
            let stopped = bridge.stop();
            assert_eq!(stopped.error.unwrap(), Errno::ETERM, "{case}");
            assert!(stopped.socket.is_none() && stopped.unsent.is_empty(), "{case}");
            drop(ends);
        });
    }
}

#[test]
fn bridge_on_a_terminated_context_is_refused() {
    deadline(LONG, || {
        let context = Context::new().unwrap();
        let socket = open_timed(&context, zmq4::PAIR);
        context.shutdown().unwrap();
        let (bridge, outbound, inbound) = Bridge::start(socket, Capacity::default()).unwrap();
        assert_eq!(inbound.recv(), Err(RecvError));
        eventually(LONG, || outbound.send(one(1)).is_err().then_some(()));
        assert_eq!(bridge.stop().error.unwrap(), Errno::ETERM);
        context.term().unwrap();
    });
}

#[test]
fn messages_not_taken_stay_in_the_socket() {
    deadline(LONG, || {
        let context = Context::new().unwrap();
        let (ours, peer) = connected(&context, zmq4::PAIR, zmq4::PAIR, false);
        let (bridge, outbound, inbound) = Bridge::start(ours, capacity(1, 1)).unwrap();
        // Full, so that the thread waits for room when the receiver goes.
        (0..3).for_each(|number| assert!(peer.send(number.to_string(), Flags::NONE).is_ok()));
        eventually(LONG, || (inbound.len() == 1).then_some(()));
        drop(inbound);
        outbound.send(one("still sent")).unwrap();
        assert_eq!(peer.recv(Flags::NONE).unwrap(), "still sent");
        let ours = accepted_all(bridge.stop());
        assert_eq!(ours.recv(Flags::NONE).unwrap(), "1");
        assert_eq!(ours.recv(Flags::NONE).unwrap(), "2");
    });
}

#[test]
fn without_senders_a_bridge_receives_on() {
    deadline(LONG, || {
        let context = Context::new().unwrap();
        let (ours, peer) = connected(&context, zmq4::PAIR, zmq4::PAIR, false);
        let (bridge, outbound, inbound) = Bridge::start(ours, Capacity::default()).unwrap();
        outbound.send(one("last")).unwrap();
        drop(outbound);
        assert_eq!(peer.recv(Flags::NONE).unwrap(), "last");
        for number in 0..100 {
            peer.send(number.to_string(), Flags::NONE).unwrap();
            assert_eq!(inbound.recv().unwrap(), one(number));
        }
        accepted_all(bridge.stop());
    });
}

#[test]
fn refusals_that_nobody_takes_do_not_hold_it_up() {
    deadline(LONG, || {
        let context = Context::new().unwrap();
        let router = open_timed(&context, zmq4::ROUTER);
        router.set_router_mandatory(true).unwrap();
        let (bridge, outbound, _inbound) = Bridge::start(router, capacity(1, 1)).unwrap();
        for number in 0..5_000 {
            outbound
                .send(Multipart::from_iter(["nobody".to_owned(), number.to_string()]))
                .unwrap();
        }
        let stopped = bridge.stop();
        assert!(
            stopped
                .rejected
                .iter()
                .map(|rejected| number(&rejected.message))
                .eq(0..5_000)
        );
    });
}
