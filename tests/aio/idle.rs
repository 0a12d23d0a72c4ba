//! A socket that waits costs nothing.

use std::future::{Future, poll_fn};
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use zmq4::{Context, Flags, aio};

use super::open;
use super::runtimes::on_each;
use super::support::{LONG, inproc_name};

/// Counts how often the future is polled.
pub(crate) async fn counted<T>(polls: Arc<AtomicU32>, future: impl Future<Output = T>) -> T {
    let mut future = pin!(future);
    poll_fn(|cx| {
        polls.fetch_add(1, Ordering::SeqCst);
        future.as_mut().poll(cx)
    })
    .await
}

#[test]
fn idle_socket_is_not_woken_in_a_second() {
    on_each(LONG, |runtime| async move {
        let context = Context::new().unwrap();
        let (push, pull) = (open(&context, zmq4::PUSH), open(&context, zmq4::PULL));
        let (here, there) = (inproc_name(), inproc_name());
        pull.bind(&here).unwrap();
        let polls = [(); 2].map(|()| Arc::new(AtomicU32::new(0)));
        let (sender, receiver) = (
            Arc::new(aio::Socket::new(push).unwrap()),
            aio::Socket::new(pull).unwrap(),
        );
        let (sending, count) = (Arc::clone(&sender), Arc::clone(&polls[0]));
        let sending = runtime.spawn(counted(count, async move { sending.send("x").await.unwrap() }));
        let count = Arc::clone(&polls[1]);
        let receiving = runtime.spawn(counted(count, async move { receiver.recv().await.unwrap() }));
        smol::Timer::after(Duration::from_secs(1)).await;
        for polls in &polls {
            assert_eq!(polls.load(Ordering::SeqCst), 1);
        }
        // Both were waiting for what comes now.
        let (other_push, other_pull) = (open(&context, zmq4::PUSH), open(&context, zmq4::PULL));
        other_pull.bind(&there).unwrap();
        sender.with(|socket| socket.connect(&there)).unwrap();
        assert_eq!(sending.await, 1);
        assert_eq!(other_pull.recv(Flags::NONE).unwrap(), "x");
        other_push.connect(&here).unwrap();
        other_push.send("y", Flags::NONE).unwrap();
        assert_eq!(receiving.await, "y");
    });
}
