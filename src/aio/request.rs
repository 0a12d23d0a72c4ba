//! A request and its reply, within a limit.

use std::future::{Future, poll_fn};
use std::pin::{Pin, pin};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::task::Poll;

use super::Socket;
use super::waiters::Interest;
use crate::error::{Call, Error, Result};
use crate::ffi::errno::Errno;
use crate::message::Message;
use crate::multipart::Multipart;
use crate::socket::IntoFrames;
use crate::socket::nonblocking::PendingMessage;
use crate::socket_type::SocketType;

/// How many frames stand before those of a request through a DEALER.
const ENVELOPE: usize = 2;

const NOT_SENT: &str = "the request could not be queued before the limit";
const NO_REPLY: &str = "no reply came before the limit";

impl Socket {
    /// Sends a request through a REQ or a DEALER and returns its reply, unless `limit` ends first.
    ///
    /// `limit` is any future, `tokio::time::sleep` or `async_io::Timer` for instance. When it ends, or this future is
    /// dropped, the socket can make another request: a late reply is discarded when it arrives. A socket makes one request at a time.
    ///
    /// For that, each request has a number. A REQ is set to [`req_relaxed`](crate::Socket::set_req_relaxed) and
    /// [`req_correlate`](crate::Socket::set_req_correlate), and stays so. A DEALER sends a number and an empty delimiter before the frames. A REP
    /// returns them by itself. A ROUTER receives `[id, number, "", frames...]` and must send back every frame up to and including
    /// the empty one before its reply: a reply without the number is discarded, and the request ends with `EAGAIN`.
    /// [`Multipart::pop_envelope`] shows how.
    ///
    /// # Errors
    /// `EAGAIN` if the limit ended first; `EBUSY` during another request of this socket; `ENOTSUP` for other types; otherwise as
    /// [`send_message`](Socket::send_message) and [`recv_message`](Socket::recv_message). Frames that were given by value and were not sent are in the
    /// error ([`Error::into_multipart`]).
    ///
    /// ```
    /// # tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(async {
    /// use std::time::Duration;
    /// use tokio::time::sleep;
    /// use zmq4::aio;
    /// let context = zmq4::Context::new()?;
    /// let (server, client) = (context.socket(zmq4::REP)?, context.socket(zmq4::REQ)?);
    /// server.bind("inproc://in time")?;
    /// client.connect("inproc://in time")?;
    /// let (server, client) = (aio::Socket::new(server)?, aio::Socket::new(client)?);
    ///
    /// let late = client.request("Hello?", sleep(Duration::from_millis(1))).await;
    /// assert!(late.unwrap_err().is_would_block());
    ///
    /// tokio::spawn(async move {
    ///     loop {
    ///         let request = server.recv_message().await?;
    ///         server.send_message(&request).await?;
    ///     }
    ///     # #[allow(unreachable_code)]
    ///     # Ok::<(), zmq4::Error>(())
    /// });
    /// let reply = client.request("Hello", sleep(Duration::from_secs(10))).await?;
    /// assert_eq!(reply, ["Hello"]);
    /// # Ok::<(), zmq4::Error>(())
    /// # }).unwrap();
    /// ```
    pub async fn request<'d>(&self, frames: impl IntoFrames<'d>, limit: impl Future<Output = ()>) -> Result<Multipart> {
        let _turn = match RequestGuard::take(&self.requesting) {
            Ok(turn) => turn,
            Err(error) => return Err(PendingMessage::new(frames).give_back(error)),
        };
        let mut limit = pin!(limit);
        match self.with(crate::socket::Socket::socket_type) {
            SocketType::REQ => {
                let mut request = PendingMessage::new(frames);
                let numbered = self.with(|socket| {
                    socket.set_req_relaxed(true)?;
                    socket.set_req_correlate(true)
                });
                numbered.map_err(|error| request.give_back(error))?;
                let sent = self.run(Interest::SEND, false, |socket| request.try_send(socket));
                if let Err(error) = within(limit.as_mut(), sent, NOT_SENT).await {
                    return Err(request.give_back(error));
                }
                within(limit, self.recv_message(), NO_REPLY).await
            }
            SocketType::DEALER => {
                let number = next_number();
                let mut request = PendingMessage::new((Message::from(&number[..]), "", frames));
                if self.with(|socket| request.count(socket)) == ENVELOPE {
                    let error = Error::new(Call::Aio, Errno::EINVAL).because("a message has at least one frame");
                    return Err(without_envelope(request.give_back(error)));
                }
                let sent = self.run(Interest::SEND, false, |socket| request.try_send(socket));
                if let Err(error) = within(limit.as_mut(), sent, NOT_SENT).await {
                    return Err(without_envelope(request.give_back(error)));
                }
                let mut discarded = 0;
                let reply = within(limit, self.recv_reply(&number, &mut discarded), NO_REPLY).await;
                reply.map_err(|error| match discarded {
                    0 => error,
                    _ => error.because(format!(
                        "{NO_REPLY}; discarded messages without the number of the request: {discarded}; a ROUTER sends back \
                         every frame up to and including the first empty one"
                    )),
                })
            }
            ty => {
                let error = Error::new(Call::Aio, Errno::ENOTSUP)
                    .about_type(ty)
                    .because("only a REQ and a DEALER make requests");
                Err(PendingMessage::new(frames).give_back(error))
            }
        }
    }

    /// Counts the messages that it discards.
    async fn recv_reply(&self, number: &[u8], discarded: &mut u64) -> Result<Multipart> {
        loop {
            let mut reply = self.recv_message().await?;
            let is_awaited = reply.get(1).is_some_and(|delimiter| delimiter.is_empty())
                && reply.front().is_some_and(|front| *front == *number);
            if is_awaited {
                reply.pop_front();
                reply.pop_front();
                return Ok(reply);
            }
            *discarded += 1;
        }
    }
}

/// Numbers that no other request of this process has.
fn next_number() -> [u8; 8] {
    static NEXT: AtomicU64 = AtomicU64::new(0);
    NEXT.fetch_add(1, Ordering::Relaxed).to_be_bytes()
}

fn without_envelope(error: Error) -> Error {
    let mut kept = Error::new(Call::Aio, error.errno());
    if let Some(reason) = error.reason() {
        kept = kept.because(reason.to_owned());
    }
    match error.into_multipart() {
        Some(mut frames) => {
            frames.pop_front();
            frames.pop_front();
            kept.returning(frames)
        }
        None => kept,
    }
}

/// Ends with `EAGAIN`, for this reason, when the limit does.
async fn within<T>(
    mut limit: Pin<&mut impl Future<Output = ()>>,
    call: impl Future<Output = Result<T>>,
    reason: &'static str,
) -> Result<T> {
    let mut call = pin!(call);
    poll_fn(|cx| match call.as_mut().poll(cx) {
        Poll::Pending => limit
            .as_mut()
            .poll(cx)
            .map(|()| Err(Error::new(Call::Aio, Errno::EAGAIN).because(reason))),
        done => done,
    })
    .await
}

/// A request that is under way.
struct RequestGuard<'s>(&'s AtomicBool);

impl RequestGuard<'_> {
    fn take(requesting: &AtomicBool) -> Result<RequestGuard<'_>> {
        if requesting.swap(true, Ordering::Acquire) {
            return Err(Error::new(Call::Aio, Errno::EBUSY).because("another request of the socket is under way"));
        }
        Ok(RequestGuard(requesting))
    }
}

impl Drop for RequestGuard<'_> {
    fn drop(&mut self) {
        self.0.store(false, Ordering::Release);
    }
}
