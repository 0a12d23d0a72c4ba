//! Code of the program that runs in the middle of a call, and makes calls itself.

use std::future::{Future, poll_fn};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{Context as Cx, Poll, Wake, Waker};

use zmq4::{Context, DONTWAIT, Flags, Message, aio};

use super::runtimes::on_each;
use super::support::{LONG, eventually};
use super::{open, pair};

/// Makes a call when it is dropped.
struct CallsAtItsEnd(Arc<aio::Socket>, [u8; 1000]);

impl AsRef<[u8]> for CallsAtItsEnd {
    fn as_ref(&self) -> &[u8] {
        &self.1
    }
}

impl Drop for CallsAtItsEnd {
    fn drop(&mut self) {
        self.0.with(|socket| socket.events().map(drop)).unwrap();
    }
}

/// A task that nothing has but its wakers.
struct Task(Mutex<Option<Pin<Box<dyn Future<Output = ()> + Send>>>>);

impl Wake for Task {
    fn wake(self: Arc<Self>) {}
}

fn abandoned_wait(socket: &Arc<aio::Socket>) {
    let held = CallsAtItsEnd(Arc::clone(socket), [0; 1000]);
    let task = Arc::new(Task(Mutex::new(Some(Box::pin(async move {
        let held = held;
        poll_fn(|cx| held.0.poll_recv(cx)).await.unwrap();
    })))));
    let waker = Waker::from(Arc::clone(&task));
    let mut future = task.0.lock().unwrap();
    let polled = future.as_mut().unwrap().as_mut().poll(&mut Cx::from_waker(&waker));
    assert!(polled.is_pending());
}

#[test]
fn a_task_that_ends_with_its_waker_may_use_the_socket() {
    on_each(LONG, |_| async {
        let context = Context::new().unwrap();
        let (push, pull) = pair(&context, zmq4::PUSH, zmq4::PULL);
        let pull = Arc::new(pull);
        let mut cx = Cx::from_waker(Waker::noop());
        abandoned_wait(&pull);
        assert!(pull.poll_recv(&mut cx).is_pending(), "which takes its place");
        abandoned_wait(&pull);
        push.with(|push| push.send("x", Flags::NONE)).unwrap();
        assert!(matches!(pull.poll_recv(&mut cx), Poll::Ready(Ok(_))));
    });
}

#[test]
fn an_owner_of_sent_bytes_may_use_the_socket() {
    on_each(LONG, |_| async {
        let context = Context::new().unwrap();
        let socket = Arc::new(aio::Socket::new(open(&context, zmq4::PUB)).unwrap());
        let message = || Message::from_owner(CallsAtItsEnd(Arc::clone(&socket), [0; 1000]));
        socket.send(message()).await.unwrap();
        socket.with(|publisher| publisher.send(message(), DONTWAIT)).unwrap();
    });
}

#[test]
fn calls_that_panic_lose_no_wake_up() {
    on_each(LONG, |runtime| async move {
        let context = Context::new().unwrap();
        let (push, pull) = pair(&context, zmq4::PUSH, zmq4::PULL);
        let pull = Arc::new(pull);
        let receiver = runtime.spawn({
            let pull = Arc::clone(&pull);
            async move { pull.recv().await.unwrap() }
        });
        smol::Timer::after(std::time::Duration::from_millis(20)).await;
        push.with(|push| push.send("x", Flags::NONE)).unwrap();
        let panics = catch_unwind(AssertUnwindSafe(|| {
            pull.with(|pull| {
                pull.events().unwrap();
                panic!("after the edge was taken");
            })
        }));
        panics.unwrap_err();
        assert_eq!(receiver.await, "x");
    });
}

/// A waker that panics.
struct Bomb;

impl Wake for Bomb {
    fn wake(self: Arc<Self>) {
        panic!("a waker panics on purpose");
    }
}

#[derive(Default)]
struct Flag(AtomicBool);

impl Wake for Flag {
    fn wake(self: Arc<Self>) {
        self.0.store(true, Ordering::Relaxed);
    }
}

#[test]
fn a_waker_that_panics_loses_no_other_wake_up() {
    on_each(LONG, |_| async {
        let context = Context::new().unwrap();
        let (push, pull) = pair(&context, zmq4::PUSH, zmq4::PULL);
        let bomb = Waker::from(Arc::new(Bomb));
        let mut first = Box::pin(pull.recv());
        assert!(first.as_mut().poll(&mut Cx::from_waker(&bomb)).is_pending());
        let flag = Arc::new(Flag::default());
        let mut second = Box::pin(pull.recv());
        let waker = Waker::from(Arc::clone(&flag));
        assert!(second.as_mut().poll(&mut Cx::from_waker(&waker)).is_pending());
        push.with(|push| push.send("x", Flags::NONE)).unwrap();
        // It panics here, unless the reactor comes first, on its thread.
        let _ = catch_unwind(AssertUnwindSafe(|| pull.with(|pull| pull.events().map(drop))));
        eventually(LONG, || flag.0.load(Ordering::Relaxed).then_some(()));
        assert_eq!(second.await.unwrap(), "x");
    });
}
