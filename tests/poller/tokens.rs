//! The numbers of items, and pollers that share their sockets.

use std::rc::Rc;
use std::sync::Arc;

use zmq4::{Context, Errno, Flags, POLLIN, POLLOUT, Poller, Socket};

use crate::support::{LONG, deadline};
use crate::{NOW, open, pair};

#[test]
fn token_of_an_item_is_matched() {
    deadline(LONG, || {
        let context = Context::new().unwrap();
        let pairs = [pair(&context), pair(&context), pair(&context)];
        let mut poller = Poller::new();
        for ((near, _), token) in pairs.iter().zip([7, 0, 7]) {
            poller.add_with_token(near, POLLIN, token).unwrap();
        }
        for (_, far) in &pairs {
            far.send("x", Flags::NONE).unwrap();
        }
        let (mut zeros, mut sevens) = (0, 0);
        for ready in poller.poll_all(None).unwrap() {
            match ready.token() {
                0 => zeros += 1,
                7 => sevens += 1,
                other => panic!("token {other}"),
            }
        }
        assert_eq!((zeros, sevens), (1, 2));
    });
}

#[test]
fn token_by_default_counts_the_items() {
    let context = Context::new().unwrap();
    let sockets = [zmq4::PULL, zmq4::SUB, zmq4::PAIR].map(|ty| open(&context, ty));
    let (_, receiver) = zmq4::channel::<u8>().unwrap();
    let mut poller = Poller::new();
    let first = poller.add(&sockets[0], POLLIN).unwrap();
    poller.add_with_token(&sockets[1], POLLIN, usize::MAX).unwrap();
    poller.add_fd(&receiver, POLLIN).unwrap();
    poller.remove(first).unwrap();
    poller.add(&sockets[2], POLLIN).unwrap();
    poller.add(&sockets[0], POLLIN).unwrap();
    let all = poller.poll_all(NOW).unwrap();
    let tokens: Vec<_> = all.iter().map(zmq4::Polled::token).collect();
    assert_eq!(tokens, [usize::MAX, 2, 3, 4]);
    assert!(!all.iter().any(|item| item.is_item(first)));
}

#[test]
fn token_of_a_descriptor_is_kept() {
    let (sender, receiver) = zmq4::channel().unwrap();
    let mut poller = Poller::new();
    let id = poller.add_fd_with_token(&receiver, POLLIN, 41).unwrap();
    sender.send(1).unwrap();
    let ready = poller.poll(None).unwrap();
    assert_eq!((ready.len(), ready[0].token()), (1, 41));
    assert!(ready[0].is_item(id));
}

#[test]
fn poll_sockets_leaves_descriptors_out() {
    deadline(LONG, || {
        let context = Context::new().unwrap();
        let (near, far) = pair(&context);
        let (sender, receiver) = zmq4::channel().unwrap();
        let mut poller = Poller::new();
        poller.add_fd(&receiver, POLLIN).unwrap();
        poller.add(&near, POLLIN | POLLOUT).unwrap();
        sender.send(1).unwrap();
        far.send("x", Flags::NONE).unwrap();
        let ready: Vec<_> = poller.poll_sockets(None).unwrap().collect();
        assert_eq!(ready.len(), 1);
        let (socket, events) = ready[0];
        assert_eq!(events, POLLIN | POLLOUT);
        assert_eq!(socket.recv(Flags::NONE).unwrap(), "x");
    });
}

/// A struct that holds its socket and the poller.
struct Worker {
    socket: Rc<Socket>,
    poller: Poller<'static, Rc<Socket>>,
}

#[test]
fn shared_poller_lives_beside_its_socket() {
    deadline(LONG, || {
        let context = Context::new().unwrap();
        let (near, far) = pair(&context);
        let socket = Rc::new(near);
        let mut poller = Poller::shared();
        poller.add(Rc::clone(&socket), POLLIN).unwrap();
        let mut worker = Worker { socket, poller };
        assert_eq!(
            worker.poller.add(Rc::clone(&worker.socket), POLLIN).unwrap_err(),
            Errno::EINVAL
        );
        far.send("x", Flags::NONE).unwrap();
        let ready = worker.poller.poll(None).unwrap().to_vec();
        assert!(ready[0].is(&worker.socket));
        assert_eq!(ready[0].socket().unwrap().recv(Flags::NONE).unwrap(), "x");
        worker.poller.update_by_socket(&worker.socket, POLLOUT).unwrap();
        assert_eq!(worker.poller.poll(None).unwrap()[0].events(), POLLOUT);
        worker.poller.remove_by_socket(&worker.socket).unwrap();
        drop(ready);
        assert_eq!(Rc::strong_count(&worker.socket), 1, "the poller has let go of it");
    });
}

#[test]
fn shared_socket_stays_open_in_its_poller() {
    deadline(LONG, || {
        let context = Context::new().unwrap();
        let (near, far) = pair(&context);
        let mut poller = Poller::shared();
        let id = poller.add(Rc::new(near), POLLIN).unwrap();
        // The only handle is the poller's.
        far.send("x", Flags::NONE).unwrap();
        for (socket, _) in poller.poll_sockets(None).unwrap() {
            assert_eq!(socket.recv(Flags::NONE).unwrap(), "x");
        }
        poller.remove(id).unwrap();
        assert!(poller.is_empty());
        drop(far);
        // It waits for all sockets.
        context.term().unwrap();
    });
}

#[test]
fn shared_descriptor_stays_open_in_its_poller() {
    deadline(LONG, || {
        let (sender, receiver) = zmq4::channel().unwrap();
        let receiver = Rc::new(receiver);
        let mut poller = Poller::new();
        let id = poller.add_fd(Rc::clone(&receiver), POLLIN).unwrap();
        let twice = poller.add_fd(Rc::clone(&receiver), POLLIN);
        assert_eq!(twice.unwrap_err(), Errno::EINVAL);
        let weak = Rc::downgrade(&receiver);
        drop(receiver);
        sender.send(1).unwrap();
        assert!(poller.poll(None).unwrap()[0].is_item(id));
        poller.remove(id).unwrap();
        assert!(weak.upgrade().is_none(), "the poller has let go of it");

        let (sender, receiver) = zmq4::channel().unwrap();
        let receiver = Arc::new(receiver);
        poller.add_fd(Arc::clone(&receiver), POLLIN).unwrap();
        sender.send(1).unwrap();
        assert_eq!(poller.poll(None).unwrap().len(), 1);
    });
}
