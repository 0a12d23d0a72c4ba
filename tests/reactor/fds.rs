//! Handlers of descriptors.
#![cfg(unix)]

use std::cell::RefCell;
use std::io::{Read, Write};
use std::os::fd::AsRawFd;
use std::os::unix::net::UnixStream;
use std::time::Duration;

use zmq4::{Errno, POLLERR, POLLIN, POLLOUT, Reactor, State};

use crate::support::{LONG, deadline, in_child};

#[test]
fn a_descriptor_calls_its_handler() {
    deadline(LONG, || {
        let (near, mut far) = UnixStream::pair().unwrap();
        far.write_all(b"ab").unwrap();
        let seen = RefCell::new(Vec::new());
        let mut reactor = Reactor::new();
        let id = reactor
            .add_fd(&near, POLLIN, |reactor, fd, events| {
                assert_eq!(fd.as_raw_fd(), near.as_raw_fd());
                assert_eq!(events, POLLIN);
                let mut byte = [0];
                (&near).read_exact(&mut byte)?;
                seen.borrow_mut().push(byte[0]);
                if byte == *b"b" {
                    reactor.stop();
                }
                Ok(())
            })
            .unwrap();
        let again = reactor.add_fd(&near, POLLIN, |_, _, _| Ok(()));
        assert_eq!(again.unwrap_err(), Errno::EINVAL);
        reactor.run().unwrap();
        assert_eq!(seen.take(), *b"ab");
        assert_eq!(reactor.update_fd(id, POLLOUT).unwrap(), POLLIN);
        assert!(reactor.remove_fd(id));
        assert!(!reactor.remove_fd(id));
        assert_eq!(reactor.update_fd(id, POLLIN).unwrap_err(), Errno::ENOENT);
    });
}

#[test]
fn a_descriptor_may_remove_itself_and_others() {
    deadline(LONG, || {
        let pairs: Vec<_> = (0..3).map(|_| UnixStream::pair().unwrap()).collect();
        let ids = RefCell::new(Vec::new());
        let calls = RefCell::new(Vec::new());
        let mut reactor = Reactor::new();
        for (index, (near, _)) in pairs.iter().enumerate() {
            let (ids, calls) = (&ids, &calls);
            let id = reactor
                .add_fd(near, POLLOUT, move |reactor, _, _| {
                    calls.borrow_mut().push(index);
                    if index == 1 {
                        assert!(ids.borrow().iter().all(|id| reactor.remove_fd(*id)));
                        reactor.stop();
                    }
                    Ok(())
                })
                .unwrap();
            ids.borrow_mut().push(id);
        }
        reactor.run().unwrap();
        assert_eq!(calls.take(), [0, 1]);
    });
}

// In a process of its own: another test may open a descriptor with the number that this one closes.
#[test]
fn descriptor_closed_elsewhere_is_reported() {
    in_child("fds::descriptor_closed_elsewhere_is_reported", LONG, || {
        let (near, _far) = UnixStream::pair().unwrap();
        let (other, mut waker) = UnixStream::pair().unwrap();
        waker.write_all(b"x").unwrap();
        let id = std::cell::Cell::new(None);
        let seen = RefCell::new(Vec::new());
        let mut reactor = Reactor::new();
        id.set(Some(
            reactor
                .add_fd(&near, State::empty(), |reactor, _, events| {
                    seen.borrow_mut().push(events);
                    assert!(reactor.remove_fd(id.get().unwrap()));
                    Ok(())
                })
                .unwrap(),
        ));
        reactor
            .add_fd(&other, POLLIN, |reactor, _, events| {
                seen.borrow_mut().push(events);
                reactor.stop();
                Ok(())
            })
            .unwrap();
        // SAFETY: no one uses the number before it is given back below.
        assert_eq!(unsafe { libc::close(near.as_raw_fd()) }, 0);
        reactor.run().unwrap();
        assert_eq!(seen.take(), [POLLERR, POLLIN]);
        // It is gone, and the others go on.
        reactor.add_timer_once(Duration::ZERO, |_| Ok(()));
        reactor.run().unwrap();
        assert_eq!(seen.take(), [POLLIN]);
        drop(reactor);
        std::mem::forget(near);
    });
}
