//! Async sockets: calls that return futures, on tokio or on any other executor.
//!
//! An [`aio::Socket`](Socket) is made of a [`Socket`](crate::Socket), which is opened, configured, bound and connected as usual. It
//! waits on libzmq's descriptor, which a reactor watches. This crate sets no timer for it, and on Unix it starts no thread.
//!
//! | feature | reactor | works |
//! |---|---|---|
//! | `tokio` | tokio's | inside a tokio runtime that has I/O enabled |
//! | `async-io` | that of the crate `async-io` | on every executor: smol, futures, pollster, glib, tokio |
//! | both | tokio's inside a tokio runtime, async-io's elsewhere | on every executor |
//! | any of them, on Windows | a thread of this crate (`zmq4 aio`), one for the process, on the crate `polling` | on every executor |
//!
//! On Windows neither reactor is used: tokio waits for its own sockets only. Elsewhere the reactor is chosen when the socket is made; the
//! socket may be used on other threads and other executors afterwards, as long as the tokio runtime lives.
//!
//! # Tasks
//! A socket is used through `&self`, and its futures are `Send`. Several tasks may share it in an `Arc`: some may wait
//! to receive while others wait to send. A message of several frames is sent and received whole. A lock keeps calls
//! apart; it is held for calls that do not block only. All tasks that wait for the same are woken when a message comes, and
//! one of them receives it: a socket with many waiting tasks is better split into several sockets.
//!
//! # Cancellation
//! Every future may be dropped at any time. A receive that is dropped has taken no message. A send that is dropped before it
//! is ready has sent nothing. Borrowed data is intact then, and data passed by value is dropped with the future.
//! After an error, data passed by value is in the error, as for [`Socket::send`](crate::Socket::send).
//!
//! # End
//! [`Context::shutdown`](crate::Context::shutdown) ends every wait with `ETERM`. Dropping a socket deregisters it and closes it
//! then, within its [`linger`](crate::Socket::linger). The drop of the last of a [`Context`](crate::Context)'s handles and sockets waits for what
//! is still to be delivered, and so blocks the executor's thread, also if the runtime drops it with a task at its end: set a linger.
//!
//! # Timeouts
//! The socket's own timeouts ([`set_rcvtimeo`](crate::Socket::set_rcvtimeo)) are for blocking calls and end no wait here. Use the runtime's,
//! `tokio::time::timeout` for instance.
//!
//! # Fairness
//! A task whose calls need not wait gives way to other tasks after 25 µs, which are looked at every 128 calls. So a future may be pending once
//! though the call would not block.
//!
//! ```
//! # tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(async {
//! use zmq4::{Context, aio};
//! let context = Context::new()?;
//! let (server, client) = (context.socket(zmq4::REP)?, context.socket(zmq4::REQ)?);
//! server.bind("tcp://127.0.0.1:*")?;
//! client.connect(&server.last_endpoint()?)?;
//! let (server, client) = (aio::Socket::new(server)?, aio::Socket::new(client)?);
//!
//! tokio::spawn(async move {
//!     let request = server.recv_message().await?;
//!     server.send_message(&request).await
//! });
//! client.send("Hello").await?;
//! assert_eq!(client.recv().await?, "Hello");
//! # Ok::<(), zmq4::Error>(())
//! # }).unwrap();
//! ```

mod driver;
mod locked;
mod message_sink;
mod messages;
mod monitor;
mod poll;
mod port;
mod reactor;
mod receiver;
mod recv;
mod request;
mod send;
mod socket;
mod waiters;

pub use message_sink::MessageSink;
pub use messages::Messages;
pub use monitor::Monitor;
pub use receiver::Receiver;
pub use socket::Socket;
