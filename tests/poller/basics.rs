//! What is ready gets a reply, in order, by each of the three ways to wait.

use zmq4::{
    Context, Errno, EventSocket, Flags, ItemId, POLLERR, POLLIN, POLLOUT, POLLPRI, PollItem, Polled, Poller, State,
};

use crate::support::{LONG, deadline, eventually};
use crate::{NOW, open, pair};

fn ids(ready: &[Polled<'_>]) -> Vec<ItemId> {
    ready.iter().map(Polled::id).collect()
}

fn states(all: &[Polled<'_>]) -> Vec<State> {
    all.iter().map(Polled::events).collect()
}

#[test]
fn ready_items_come_in_the_order_of_addition() {
    deadline(LONG, || {
        let context = Context::new().unwrap();
        let pairs: Vec<_> = (0..5).map(|_| pair(&context)).collect();
        let mut poller = Poller::new();
        let added: Vec<_> = pairs.iter().map(|(a, _)| poller.add(a, POLLIN).unwrap()).collect();
        assert!(poller.poll(NOW).unwrap().is_empty());
        for index in [4, 0, 2] {
            pairs[index].1.send("x", Flags::NONE).unwrap();
        }
        for timeout in [None, NOW, Some(LONG)] {
            let ready = poller.poll(timeout).unwrap();
            assert_eq!(ids(ready), [added[0], added[2], added[4]]);
            assert_eq!(states(ready), [POLLIN; 3]);
            assert!(ready[1].is(&pairs[2].0) && !ready[1].is(&pairs[0].0));
        }
        let ready = poller.poll(None).unwrap()[0];
        assert_eq!(ready.socket().unwrap().recv(Flags::NONE).unwrap(), "x");
        assert_eq!(ids(poller.poll(None).unwrap()), [added[2], added[4]]);
    });
}

#[test]
fn all_are_answered_in_the_order_of_addition() {
    deadline(LONG, || {
        let context = Context::new().unwrap();
        let pairs: Vec<_> = (0..3).map(|_| pair(&context)).collect();
        let mut poller = Poller::new();
        let added: Vec<_> = pairs.iter().map(|(a, _)| poller.add(a, POLLIN).unwrap()).collect();
        let none = State::empty();
        assert_eq!(states(poller.poll_all(NOW).unwrap()), [none; 3]);
        pairs[1].1.send("x", Flags::NONE).unwrap();
        let all = poller.poll_all(None).unwrap();
        assert_eq!(ids(all), added);
        assert_eq!(states(all), [none, POLLIN, none]);
        pairs[1].0.recv(Flags::NONE).unwrap();
        assert_eq!(states(poller.poll_all(NOW).unwrap()), [none; 3]);
        poller.remove(added[1]).unwrap();
        assert_eq!(ids(poller.poll_all(NOW).unwrap()), [added[0], added[2]]);
    });
}

#[test]
fn a_poll_waits_until_something_comes() {
    deadline(LONG, || {
        let context = Context::new().unwrap();
        for count in [1, 3] {
            for timeout in [None, Some(LONG)] {
                let pairs: Vec<_> = (0..count).map(|_| pair(&context)).collect();
                let (ours, mut theirs): (Vec<_>, Vec<_>) = pairs.into_iter().unzip();
                let last = theirs.pop().unwrap();
                let sender = std::thread::spawn(move || {
                    std::thread::sleep(std::time::Duration::from_millis(20));
                    last.send("x", Flags::NONE).unwrap();
                    last
                });
                let mut poller = Poller::new();
                for socket in &ours {
                    poller.add(socket, POLLIN).unwrap();
                }
                let ready = poller.poll(timeout).unwrap();
                assert_eq!(ready.len(), 1);
                assert!(ready[0].is(ours.last().unwrap()));
                sender.join().unwrap();
            }
        }
    });
}

#[test]
fn events_are_those_that_were_asked_for() {
    deadline(LONG, || {
        let context = Context::new().unwrap();
        let (a, b) = pair(&context);
        b.send("x", Flags::NONE).unwrap();
        for (asked, answered) in [
            (POLLIN, POLLIN),
            (POLLOUT, POLLOUT),
            (POLLIN | POLLOUT, POLLIN | POLLOUT),
            (State::all(), POLLIN | POLLOUT),
            (POLLERR | POLLPRI, State::empty()),
            (State::empty(), State::empty()),
            (State::from_bits_retain(!0), POLLIN | POLLOUT),
        ] {
            let ready = usize::from(!answered.is_empty());
            let mut poller = Poller::new();
            poller.add(&a, asked).unwrap();
            assert_eq!(poller.poll(NOW).unwrap().len(), ready);
            assert_eq!(poller.poll_all(NOW).unwrap()[0].events(), answered);
            assert_eq!(a.poll(asked, NOW).unwrap(), answered);
            let mut items = [PollItem::new(&a, asked)];
            assert_eq!(zmq4::poll(&mut items, NOW).unwrap(), ready);
            assert_eq!(items[0].revents(), answered);
        }
    });
}

#[test]
fn ids_stay_valid_and_are_not_used_again() {
    let context = Context::new().unwrap();
    let sockets: Vec<_> = (0..4).map(|_| open(&context, zmq4::DEALER)).collect();
    let mut poller = Poller::new();
    let ids: Vec<_> = sockets
        .iter()
        .map(|socket| poller.add(socket, POLLIN).unwrap())
        .collect();
    poller.remove(ids[1]).unwrap();
    assert_eq!(poller.remove(ids[1]).unwrap_err(), zmq4::ENOENT);
    assert_eq!(poller.update(ids[1], POLLIN).unwrap_err(), zmq4::ENOENT);
    assert_eq!(poller.update_by_socket(&sockets[1], POLLIN).unwrap_err(), zmq4::ENOENT);
    assert_eq!(poller.remove_by_socket(&sockets[1]).unwrap_err(), zmq4::ENOENT);
    assert!(!poller.contains(ids[1]));
    assert_eq!(poller.len(), 3);

    assert_eq!(poller.update(ids[3], POLLOUT).unwrap(), POLLIN);
    assert_eq!(poller.update(ids[2], State::empty()).unwrap(), POLLIN);
    assert_eq!(poller.update_by_socket(&sockets[2], POLLIN).unwrap(), State::empty());
    let again = poller.add(&sockets[1], POLLIN | POLLOUT).unwrap();
    assert!(!ids.contains(&again) && ids.iter().all(|id| *id < again));
    assert_eq!(poller.update(again, POLLIN).unwrap(), POLLIN | POLLOUT);
    assert_eq!(poller.update(ids[3], POLLIN).unwrap(), POLLOUT);

    poller.remove_by_socket(&sockets[0]).unwrap();
    for id in [again, ids[3], ids[2]] {
        assert!(!poller.is_empty() && poller.contains(id));
        poller.remove(id).unwrap();
    }
    assert!(poller.is_empty());
    let anew = poller.add(&sockets[0], POLLIN).unwrap();
    assert!(anew > again);
}

#[test]
fn an_error_says_what_was_tried_and_why_not() {
    let context = Context::new().unwrap();
    let socket = open(&context, zmq4::DEALER);
    let mut poller = Poller::new();
    let id = poller.add(&socket, POLLIN).unwrap();
    let error = poller.add(&socket, POLLOUT).unwrap_err();
    assert_eq!(
        error.to_string(),
        "zmq_poll: the poller has the socket already (EINVAL)"
    );
    assert_eq!(poller.len(), 1);
    poller.remove(id).unwrap();
    let error = poller.remove(id).unwrap_err();
    assert_eq!(error.to_string(), "zmq_poll: the poller has no such item (ENOENT)");
    assert_eq!(poller.update_by_socket(&socket, POLLIN).unwrap_err(), zmq4::ENOENT);
    poller.add(&socket, POLLOUT).unwrap();
}

#[test]
fn updated_events_are_waited_for() {
    deadline(LONG, || {
        let context = Context::new().unwrap();
        let (a, b) = pair(&context);
        let mut poller = Poller::new();
        let id = poller.add(&a, POLLIN).unwrap();
        assert!(poller.poll(NOW).unwrap().is_empty());
        poller.update(id, POLLOUT).unwrap();
        assert_eq!(states(poller.poll(None).unwrap()), [POLLOUT]);
        poller.update(id, State::empty()).unwrap();
        b.send("x", Flags::NONE).unwrap();
        assert!(poller.poll(NOW).unwrap().is_empty());
        assert_eq!(states(poller.poll_all(NOW).unwrap()), [State::empty()]);
        poller.update_by_socket(&a, POLLIN).unwrap();
        assert_eq!(states(poller.poll(None).unwrap()), [POLLIN]);
    });
}

#[test]
fn sockets_of_several_contexts_are_polled_together() {
    deadline(LONG, || {
        let (one, other) = (Context::new().unwrap(), Context::new().unwrap());
        let ((a, _peer), (b, sender)) = (pair(&one), pair(&other));
        let mut poller = Poller::new();
        poller.add(&a, POLLIN).unwrap();
        let id = poller.add(&b, POLLIN).unwrap();
        sender.send("x", Flags::NONE).unwrap();
        assert_eq!(ids(poller.poll(None).unwrap()), [id]);
    });
}

#[test]
fn poller_reads_as_in_go() {
    let context = Context::new().unwrap();
    let (a, b) = (open(&context, zmq4::DEALER), open(&context, zmq4::SUB));
    a.set_routing_id("me").unwrap();
    let mut poller = Poller::new();
    assert_eq!(poller.to_string(), "Poller[]");
    poller.add(&a, POLLIN | POLLOUT).unwrap();
    poller.add(&b, POLLIN).unwrap();
    let expected = format!("Poller[Socket(DEALER,\"me\")POLLIN|POLLOUT {b}POLLIN]");
    assert_eq!(poller.to_string(), expected);
    assert_eq!(format!("{poller:?}"), expected);
}

#[test]
fn many_sockets_of_which_one_is_ready() {
    deadline(LONG, || {
        let context = Context::new().unwrap();
        let pairs: Vec<_> = (0..100).map(|_| pair(&context)).collect();
        let mut poller = Poller::new();
        let added: Vec<_> = pairs.iter().map(|(a, _)| poller.add(a, POLLIN).unwrap()).collect();
        for index in [99, 0, 42] {
            pairs[index].1.send("x", Flags::NONE).unwrap();
            let ready = poller.poll(None).unwrap();
            assert_eq!(ids(ready), [added[index]]);
            ready[0].socket().unwrap().recv(Flags::NONE).unwrap();
        }
    });
}

/// libzmq's own descriptor is one too, which reports edges only.
#[test]
fn the_descriptor_of_a_socket_may_be_waited_for() {
    deadline(LONG, || {
        let context = Context::new().unwrap();
        let (a, b) = pair(&context);
        let fd = a.fd().unwrap();
        let mut poller = Poller::new();
        poller.add_fd(fd, POLLIN).unwrap();
        poller.add(&a, POLLIN).unwrap();
        b.send("x", Flags::NONE).unwrap();
        eventually(LONG, || {
            poller.poll(NOW).unwrap().iter().any(|ready| ready.is(&a)).then_some(())
        });
        assert_eq!(poller.add(&a, POLLIN).unwrap_err(), Errno::EINVAL);
    });
}

/// `AsFd` on Unix, `AsSocket` on Windows.
#[test]
fn an_event_socket_may_be_waited_for() {
    deadline(LONG, || {
        let context = Context::new().unwrap();
        let (a, b) = pair(&context);
        let a = EventSocket::new(a).unwrap();
        assert!(!a.events().unwrap().contains(POLLIN));
        b.send("x", Flags::NONE).unwrap();
        let mut poller = Poller::new();
        let id = poller.add_fd(&a, POLLIN).unwrap();
        let ready = poller.poll(None).unwrap();
        assert_eq!((ready.len(), ready[0].id(), ready[0].events()), (1, id, POLLIN));
        assert_eq!(a.recv(Flags::NONE).unwrap(), "x");
    });
}
