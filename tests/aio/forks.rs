//! Forked children, which share what the kernel knows of the parent's descriptors.

use zmq4::{Context, EVENT_LISTENING, Errno, Flags, aio};

use super::open;
use super::runtimes::{on_each, polled};
use super::support::fork::forked;
use super::support::{LONG, in_child};

/// The child has all of the parent's memory: what it takes from there stays in the parent's.
#[test]
fn child_leaves_registrations_to_its_parent() {
    in_child("forks::child_leaves_registrations_to_its_parent", LONG, || {
        on_each(LONG / 2, |_| async {
            let context = Context::new().unwrap();
            let (push, pull) = (open(&context, zmq4::PUSH), open(&context, zmq4::PULL));
            let monitor = pull.monitor(EVENT_LISTENING).unwrap();
            push.bind("inproc://forked").unwrap();
            pull.connect("inproc://forked").unwrap();
            let (sender, receiver) = zmq4::channel().unwrap();
            let mut pull = Some(aio::Socket::new(pull).unwrap());
            let mut monitor = Some(aio::Monitor::new(monitor).unwrap());
            let mut receiver = Some(aio::Receiver::new(receiver).unwrap());

            let dropped = || drop((pull.take(), monitor.take(), receiver.take()));
            assert_eq!(forked(dropped), 0);
            let taken_back = || {
                let error = pull.take().unwrap().into_inner().unwrap_err();
                assert_eq!(error, Errno::EINTR);
                assert_eq!(monitor.take().unwrap().into_inner().unwrap_err(), Errno::EINTR);
                assert_eq!(receiver.take().unwrap().into_inner().unwrap_err(), Errno::EINTR);
            };
            assert_eq!(forked(taken_back), 0);

            let (pull, monitor, receiver) = (pull.unwrap(), monitor.unwrap(), receiver.unwrap());
            let mut message = Box::pin(pull.recv());
            let mut event = Box::pin(monitor.recv());
            let mut value = Box::pin(receiver.recv());
            assert!(polled(1, &mut message).await.is_none());
            assert!(polled(1, &mut event).await.is_none());
            assert!(polled(1, &mut value).await.is_none());
            push.send("a message", Flags::NONE).unwrap();
            assert_eq!(message.await.unwrap(), "a message");
            sender.send(7_u8).unwrap();
            assert_eq!(value.await.unwrap(), 7);
            pull.with(|pull| pull.bind("tcp://127.0.0.1:*")).unwrap();
            assert_eq!(event.await.unwrap().event, EVENT_LISTENING);
        });
    });
}
