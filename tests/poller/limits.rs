//! More items than a process may have descriptors, with which libzmq aborts.

use std::os::fd::AsFd;
use std::os::unix::net::UnixStream;

use zmq4::{Context, Errno, Flags, POLLIN, POLLOUT, PollItem, Poller};

use crate::support::{LONG, in_child};
use crate::{NOW, pair};

fn allow_descriptors(count: libc::rlim_t) {
    let mut limit = libc::rlimit {
        rlim_cur: 0,
        rlim_max: 0,
    };
    // SAFETY: the limit is live.
    assert_eq!(unsafe { libc::getrlimit(libc::RLIMIT_NOFILE, &mut limit) }, 0);
    limit.rlim_cur = count;
    // SAFETY: the limit is live.
    assert_eq!(unsafe { libc::setrlimit(libc::RLIMIT_NOFILE, &limit) }, 0);
}

#[test]
fn more_items_than_descriptors_are_an_error() {
    in_child("limits::more_items_than_descriptors_are_an_error", LONG, || {
        let context = Context::new().unwrap();
        let (socket, peer) = pair(&context);
        let streams: Vec<_> = (0..40).map(|_| UnixStream::pair().unwrap()).collect();
        let mut poller = Poller::new();
        poller.add(&socket, POLLIN).unwrap();
        let ids: Vec<_> = streams.iter().map(|(a, _)| poller.add_fd(a, POLLIN).unwrap()).collect();
        let mut items: Vec<_> = streams.iter().map(|(a, _)| PollItem::fd(a.as_fd(), POLLOUT)).collect();

        allow_descriptors(20);
        for timeout in [NOW, None, Some(LONG)] {
            let error = poller.poll(timeout).unwrap_err();
            assert_eq!(error, Errno::EMFILE);
            assert!(error.reason().unwrap().contains("RLIMIT_NOFILE"), "{error}");
            assert_eq!(poller.poll_all(timeout).unwrap_err(), Errno::EMFILE);
            assert_eq!(zmq4::poll(&mut items, timeout).unwrap_err(), Errno::EMFILE);
            assert!(items.iter().all(|item| item.revents().is_empty()));
        }
        // Up to the limit it works.
        for range in [0..2, 19..38] {
            let ready = range.len();
            assert_eq!(zmq4::poll(&mut items[range], None).unwrap(), ready);
        }
        for id in &ids[18..] {
            poller.remove(*id).unwrap();
        }
        assert_eq!(poller.len(), 19);
        peer.send("x", Flags::NONE).unwrap();
        assert!(poller.poll(None).unwrap()[0].is(&socket));

        // One socket is waited for as long as there may be a descriptor at all.
        allow_descriptors(1);
        assert_eq!(poller.poll(NOW).unwrap_err(), Errno::EMFILE);
        assert_eq!(socket.poll(POLLIN, None).unwrap(), POLLIN);
        allow_descriptors(60);
        assert_eq!(zmq4::poll(&mut items, None).unwrap(), 40);
    });
}

#[test]
fn socket_added_too_often_is_an_error() {
    in_child("limits::socket_added_too_often_is_an_error", LONG, || {
        let context = Context::new().unwrap();
        let (socket, _peer) = pair(&context);
        allow_descriptors(256);
        let mut items = vec![PollItem::new(&socket, POLLOUT); 100_000];
        assert_eq!(zmq4::poll(&mut items, None).unwrap_err(), Errno::EMFILE);
        assert_eq!(zmq4::poll(&mut items[..256], None).unwrap_err(), Errno::EMFILE);
        assert_eq!(zmq4::poll(&mut items[..255], None).unwrap(), 255);
    });
}
