//! A list of items, as in C.

use zmq4::{Context, Flags, POLLIN, POLLOUT, PollItem};

use crate::support::{LONG, deadline};
use crate::{NOW, open, pair};

#[test]
fn the_list_says_what_is_ready() {
    deadline(LONG, || {
        let context = Context::new().unwrap();
        // Above 16 they are not on the stack any more.
        for count in [1, 2, 16, 17, 40] {
            let pairs: Vec<_> = (0..count).map(|_| pair(&context)).collect();
            let mut items: Vec<_> = pairs.iter().map(|(a, _)| PollItem::new(a, POLLIN)).collect();
            assert_eq!(zmq4::poll(&mut items, NOW).unwrap(), 0);
            pairs[count / 2].1.send("x", Flags::NONE).unwrap();
            for timeout in [None, NOW, Some(LONG)] {
                assert_eq!(zmq4::poll(&mut items, timeout).unwrap(), 1);
                let ready: Vec<_> = (0..count).filter(|index| items[*index].is_readable()).collect();
                assert_eq!(ready, [count / 2]);
            }
            items[0].set_events(POLLIN | POLLOUT);
            assert_eq!(items[0].events(), POLLIN | POLLOUT);
            zmq4::poll(&mut items, None).unwrap();
            assert!(items[0].is_writable() && !items[0].is_error());
        }
    });
}

#[test]
fn a_socket_may_be_there_twice() {
    deadline(LONG, || {
        let context = Context::new().unwrap();
        let (a, b) = pair(&context);
        b.send("x", Flags::NONE).unwrap();
        let mut items = [PollItem::new(&a, POLLIN), PollItem::new(&a, POLLOUT)];
        assert_eq!(zmq4::poll(&mut items, None).unwrap(), 2);
        assert_eq!(items.map(|item| item.revents()), [POLLIN, POLLOUT]);
    });
}

#[test]
fn nothing_is_ready_after_a_poll_that_failed() {
    deadline(LONG, || {
        let (context, other) = (Context::new().unwrap(), Context::new().unwrap());
        let (a, b) = pair(&context);
        let ended = open(&other, zmq4::PULL);
        b.send("x", Flags::NONE).unwrap();
        let mut items = [PollItem::new(&a, POLLIN), PollItem::new(&ended, POLLIN)];
        assert_eq!(zmq4::poll(&mut items, None).unwrap(), 1);
        assert!(items[0].is_readable());
        other.shutdown().unwrap();
        assert_eq!(zmq4::poll(&mut items, None).unwrap_err(), zmq4::ETERM);
        assert!(items.iter().all(|item| item.revents().is_empty()));
    });
}
