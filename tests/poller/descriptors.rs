//! Descriptors beside sockets.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, IntoRawFd};
use std::os::unix::net::UnixStream;
use std::thread;
use std::time::Duration;

use zmq4::{Context, Errno, Flags, POLLERR, POLLIN, POLLOUT, POLLPRI, PollItem, Poller, SocketType, State};

use crate::support::{LONG, deadline, in_child};
use crate::{NOW, pair};

#[test]
fn descriptors_and_sockets_are_waited_for_together() {
    deadline(LONG, || {
        let context = Context::new().unwrap();
        let (socket, peer) = pair(&context);
        let (mut ours, mut theirs) = UnixStream::pair().unwrap();
        let stream = ours.try_clone().unwrap();
        let mut poller = Poller::new();
        let on_stream = poller.add_fd(&stream, POLLIN).unwrap();
        let on_socket = poller.add(&socket, POLLIN).unwrap();
        assert!(poller.poll(NOW).unwrap().is_empty());

        theirs.write_all(b"x").unwrap();
        let ready = poller.poll(None).unwrap();
        assert_eq!((ready.len(), ready[0].id(), ready[0].events()), (1, on_stream, POLLIN));
        assert!(ready[0].socket().is_none() && !ready[0].is(&socket));

        peer.send("x", Flags::NONE).unwrap();
        let ids: Vec<_> = poller.poll(None).unwrap().iter().map(|ready| ready.id()).collect();
        assert_eq!(ids, [on_stream, on_socket]);

        ours.read_exact(&mut [0]).unwrap();
        assert_eq!(poller.poll(None).unwrap()[0].id(), on_socket);
        assert_eq!(poller.update(on_stream, POLLOUT).unwrap(), POLLIN);
        assert_eq!(poller.poll(None).unwrap()[0].events(), POLLOUT);
        let name = format!("Fd({})POLLOUT", stream.as_raw_fd());
        assert_eq!(poller.to_string(), format!("Poller[{name} {socket}POLLIN]"));
        poller.remove(on_stream).unwrap();
        assert_eq!(poller.poll(None).unwrap()[0].id(), on_socket);
    });
}

#[test]
fn a_descriptor_wakes_the_wait() {
    deadline(LONG, || {
        let context = Context::new().unwrap();
        let (socket, _peer) = pair(&context);
        let (ours, mut theirs) = UnixStream::pair().unwrap();
        let mut poller = Poller::new();
        poller.add(&socket, POLLIN).unwrap();
        let id = poller.add_fd(&ours, POLLIN).unwrap();
        let writer = thread::spawn(move || {
            thread::sleep(Duration::from_millis(20));
            theirs.write_all(b"x").unwrap();
            theirs
        });
        assert_eq!(poller.poll(None).unwrap()[0].id(), id);
        writer.join().unwrap();
    });
}

#[test]
fn a_channel_wakes_the_wait() {
    deadline(LONG, || {
        let context = Context::new().unwrap();
        let (socket, _peer) = pair(&context);
        let (sender, receiver) = zmq4::channel().unwrap();
        let mut poller = Poller::new();
        poller.add(&socket, POLLIN).unwrap();
        let id = poller.add_fd(&receiver, POLLIN).unwrap();
        let thread = thread::spawn(move || {
            thread::sleep(Duration::from_millis(20));
            sender.send(7).unwrap();
        });
        assert_eq!(poller.poll(None).unwrap()[0].id(), id);
        assert_eq!(receiver.recv().unwrap(), 7);
        thread.join().unwrap();
        // The last sender is gone.
        assert_eq!(poller.poll(None).unwrap()[0].id(), id);
        assert!(receiver.recv().is_err());
    });
}

#[test]
fn a_borrowed_descriptor_is_added_as_it_is() {
    // Where nothing lives long enough to be referred to but the owner.
    fn add<'s>(poller: &mut Poller<'s>, fd: BorrowedFd<'s>) -> zmq4::ItemId {
        poller.add_fd(fd, POLLOUT).unwrap()
    }
    let (a, b) = UnixStream::pair().unwrap();
    let mut poller = Poller::new();
    let ids = [add(&mut poller, a.as_fd()), poller.add_fd(b.as_fd(), POLLOUT).unwrap()];
    let owner: &dyn AsFd = &a;
    assert_eq!(poller.add_fd(owner, POLLIN).unwrap_err(), Errno::EINVAL);
    let ready = poller.poll(None).unwrap();
    assert!(ready.iter().map(|ready| ready.id()).eq(ids));
}

#[test]
fn the_same_descriptor_twice_is_refused() {
    let (a, b) = UnixStream::pair().unwrap();
    let mut poller = Poller::new();
    let id = poller.add_fd(&a, POLLIN).unwrap();
    let view = a.as_fd();
    let error = poller.add_fd(view, POLLOUT).unwrap_err();
    assert_eq!(
        error.to_string(),
        "zmq_poll: the poller has the descriptor already (EINVAL)"
    );
    poller.add_fd(&b, POLLIN).unwrap();
    poller.remove(id).unwrap();
    poller.add_fd(view, POLLOUT).unwrap();
    assert_eq!(poller.len(), 2);
}

#[test]
fn urgent_data_is_told() {
    deadline(LONG, || {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let peer = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
        let (stream, _) = listener.accept().unwrap();
        let mut poller = Poller::new();
        poller.add_fd(&stream, POLLPRI).unwrap();
        assert!(poller.poll(NOW).unwrap().is_empty());
        // SAFETY: the byte is live, and the descriptor open.
        let sent = unsafe { libc::send(peer.as_raw_fd(), b"!".as_ptr().cast(), 1, libc::MSG_OOB) };
        assert_eq!(sent, 1);
        assert_eq!(poller.poll(None).unwrap()[0].events(), POLLPRI);
    });
}

#[test]
fn a_peer_that_hangs_up_is_told_unasked() {
    deadline(LONG, || {
        let (ours, theirs) = UnixStream::pair().unwrap();
        let mut poller = Poller::new();
        poller.add_fd(&ours, State::empty()).unwrap();
        assert!(poller.poll(NOW).unwrap().is_empty());
        drop(theirs);
        // Nothing is asked, and yet the wait ends.
        assert_eq!(poller.poll(None).unwrap()[0].events(), POLLERR);
        let mut items = [PollItem::fd(ours.as_fd(), POLLIN)];
        assert_eq!(zmq4::poll(&mut items, None).unwrap(), 1);
        assert!(items[0].is_error() && items[0].is_readable() && !items[0].is_writable());
    });
}

/// With a thread-safe socket libzmq polls in another way, which reports what was asked only.
#[test]
fn hang_up_beside_a_thread_safe_socket_is_reported() {
    if !zmq4::has("draft") {
        return;
    }
    deadline(LONG, || {
        let context = Context::new().unwrap();
        let server = context.socket(SocketType::from_raw(12)).unwrap();
        for events in [State::empty(), POLLPRI] {
            let (ours, theirs) = UnixStream::pair().unwrap();
            let mut poller = Poller::new();
            poller.add(&server, POLLIN).unwrap();
            let id = poller.add_fd(&ours, events).unwrap();
            assert!(poller.poll(NOW).unwrap().is_empty());
            drop(theirs);
            let ready = poller.poll(None).unwrap();
            assert_eq!((ready.len(), ready[0].id(), ready[0].events()), (1, id, POLLERR));
        }
    });
}

/// Alone in a process, where no one opens another descriptor with the same number.
#[test]
fn descriptor_closed_elsewhere_is_an_error() {
    in_child("descriptors::descriptor_closed_elsewhere_is_an_error", LONG, || {
        let context = Context::new().unwrap();
        let (socket, _peer) = pair(&context);
        for events in [State::empty(), POLLIN, POLLIN | POLLOUT] {
            let (ours, _theirs) = UnixStream::pair().unwrap();
            let number = ours.into_raw_fd();
            // SAFETY: open here, and the promise is broken on purpose below.
            let fd = unsafe { BorrowedFd::borrow_raw(number) };
            let mut poller = Poller::new();
            poller.add(&socket, POLLIN).unwrap();
            let id = poller.add_fd(fd, events).unwrap();
            // SAFETY: the descriptor is ours.
            assert_eq!(unsafe { libc::close(number) }, 0);
            for timeout in [NOW, None, Some(LONG)] {
                let ready = poller.poll(timeout).unwrap();
                assert_eq!((ready.len(), ready[0].id(), ready[0].events()), (1, id, POLLERR));
                let mut items = [PollItem::fd(fd, events)];
                assert_eq!(zmq4::poll(&mut items, timeout).unwrap(), 1);
                assert_eq!(items[0].revents(), POLLERR);
            }
            poller.remove(id).unwrap();
            assert!(poller.poll(NOW).unwrap().is_empty());
        }
    });
}
