//! A forked child, in which the parent's sockets must not be waited for.

use std::cell::OnceCell;
use std::os::unix::net::UnixStream;

use zmq4::{Context, Errno, Flags, POLLIN, POLLOUT, PollItem, Poller};

use crate::support::fork::forked;
use crate::support::{LONG, in_child};
use crate::{NOW, pair};

#[test]
fn a_child_cannot_wait_for_what_it_inherited() {
    in_child("forks::a_child_cannot_wait_for_what_it_inherited", LONG, || {
        let context = Context::new().unwrap();
        let (a, b) = pair(&context);
        let (ours, _theirs) = UnixStream::pair().unwrap();
        b.send("for the parent", Flags::NONE).unwrap();
        let mut poller = Poller::new();
        poller.add_fd(&ours, POLLOUT).unwrap();
        let id = poller.add(&a, POLLIN).unwrap();
        // The child's, which the poller below outlives otherwise.
        let own = OnceCell::new();
        let mut empty = Poller::new();
        let status = forked(|| {
            for timeout in [None, NOW, Some(LONG)] {
                let error = poller.poll(timeout).unwrap_err();
                assert_eq!(error, Errno::EINTR);
                assert!(error.reason().unwrap().contains("parent process"), "{error}");
                assert_eq!(poller.poll_all(timeout).unwrap_err(), Errno::EINTR);
                assert_eq!(a.poll(POLLIN, timeout).unwrap_err(), Errno::EINTR);
                let mut items = [PollItem::new(&a, POLLIN), PollItem::new(&b, POLLIN)];
                assert_eq!(zmq4::poll(&mut items, timeout).unwrap_err(), Errno::EINTR);
                assert_eq!(zmq4::poll(&mut items[..1], timeout).unwrap_err(), Errno::EINTR);
            }
            assert_eq!(empty.add(&a, POLLIN).unwrap_err(), Errno::EINTR);
            // What is left is the child's too.
            poller.remove(id).unwrap();
            assert_eq!(poller.poll(None).unwrap()[0].events(), POLLOUT);

            let (c, d) = own.get_or_init(|| pair(&Context::new().unwrap()));
            empty.add(c, POLLIN).unwrap();
            d.send("x", Flags::NONE).unwrap();
            assert_eq!(empty.poll(None).unwrap().len(), 1);
        });
        assert_eq!(status, 0);
        assert_eq!(poller.poll(None).unwrap().len(), 2);
        assert_eq!(a.recv(Flags::NONE).unwrap(), "for the parent");
    });
}
