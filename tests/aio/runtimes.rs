//! The runtimes that each test runs on, and what is the same on all of them.

use std::fmt::Debug;
use std::future::{Future, poll_fn};
use std::pin::{Pin, pin};
use std::task::{Context, Poll};
use std::time::Duration;

use super::support;

#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Runtime {
    TokioCurrentThread,
    TokioMultiThread,
    AsyncIo,
}

pub(crate) const ALL: [Runtime; 3] = [Runtime::TokioCurrentThread, Runtime::TokioMultiThread, Runtime::AsyncIo];

pub(crate) enum Task<T> {
    Tokio(tokio::task::JoinHandle<T>),
    AsyncIo(smol::Task<T>),
}

impl Runtime {
    /// Runs the future to its end, within the limit.
    #[track_caller]
    pub(crate) fn run<F>(self, limit: Duration, body: impl FnOnce(Runtime) -> F + Send + 'static) -> F::Output
    where
        F: Future<Output: Send + Debug> + 'static,
    {
        support::deadline(limit, move || match self {
            Runtime::AsyncIo => smol::block_on(body(self)),
            tokio => tokio.start().block_on(body(self)),
        })
    }

    fn start(self) -> tokio::runtime::Runtime {
        let mut builder = if self == Runtime::TokioCurrentThread {
            tokio::runtime::Builder::new_current_thread()
        } else {
            tokio::runtime::Builder::new_multi_thread()
        };
        builder.worker_threads(2).enable_all().build().unwrap()
    }

    pub(crate) fn spawn<T: Send + 'static>(self, future: impl Future<Output = T> + Send + 'static) -> Task<T> {
        match self {
            Runtime::AsyncIo => Task::AsyncIo(smol::spawn(future)),
            _ => Task::Tokio(tokio::spawn(future)),
        }
    }
}

/// Runs the body on each runtime.
#[track_caller]
pub(crate) fn on_each<F>(limit: Duration, body: fn(Runtime) -> F)
where
    F: Future<Output = ()> + 'static,
{
    for runtime in ALL {
        runtime.run(limit, body);
    }
}

impl<T> Future for Task<T> {
    type Output = T;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<T> {
        match self.get_mut() {
            Task::Tokio(task) => Pin::new(task).poll(cx).map(Result::unwrap),
            Task::AsyncIo(task) => Pin::new(task).poll(cx),
        }
    }
}

/// The first result of the future that is not pending within the time.
pub(crate) async fn within<T>(time: Duration, future: impl Future<Output = T>) -> Option<T> {
    smol::future::or(async { Some(future.await) }, async {
        smol::Timer::after(time).await;
        None
    })
    .await
}

/// Polls the future so many times, each time it is woken, and drops it then.
pub(crate) async fn polled<T>(times: u32, future: impl Future<Output = T>) -> Option<T> {
    let mut future = pin!(future);
    let mut left = times;
    poll_fn(|cx| {
        if left == 0 {
            return Poll::Ready(None);
        }
        left -= 1;
        match future.as_mut().poll(cx) {
            Poll::Ready(value) => Poll::Ready(Some(value)),
            Poll::Pending if left == 0 => Poll::Ready(None),
            Poll::Pending => Poll::Pending,
        }
    })
    .await
}
