//! Channels between threads that a poller can wait on beside sockets.
//!
//! They carry typed Rust values, as Go's channels do, within a process. The [`Receiver`] has a descriptor that is
//! readable while a value is there, so a program waits for sockets and values in one place and is woken at once.
//!
//! Each channel takes one descriptor of the process (two on Unix systems other than Linux). A forked child shares it with
//! its parent: only one of the two may go on using the channel.
//!
//! ```
//! use zmq4::{Context, Flags, POLLIN, Poller};
//! let context = Context::new()?;
//! let (pull, push) = (context.socket(zmq4::PULL)?, context.socket(zmq4::PUSH)?);
//! pull.bind("inproc://messages")?;
//! push.connect("inproc://messages")?;
//! let (sender, receiver) = zmq4::channel()?;
//! let thread = std::thread::spawn(move || sender.send(7).map(|()| sender));
//! push.send("a message", Flags::NONE)?;
//!
//! let mut poller = Poller::new();
//! let on_message = poller.add(&pull, POLLIN)?;
//! let on_value = poller.add_fd(&receiver, POLLIN)?;
//! let (mut message, mut value) = (None, None);
//! while message.is_none() || value.is_none() {
//!     for ready in poller.poll(None)? {
//!         match ready.id() {
//!             id if id == on_message => message = Some(pull.recv(Flags::NONE)?),
//!             id if id == on_value => value = receiver.try_recv().ok(),
//!             _ => unreachable!(),
//!         }
//!     }
//! }
//! assert_eq!(message.unwrap(), "a message");
//! assert_eq!(value, Some(7));
//! # drop(thread.join());
//! # Ok::<(), zmq4::Error>(())
//! ```

mod error;
pub(crate) mod link;
mod readiness;
mod receiver;
mod sender;

use std::mem::MaybeUninit;
use std::sync::Arc;
use std::sync::atomic::AtomicUsize;

use crate::error::{Call, Error, Result};
use crate::ffi::errno::Errno;
use link::{Head, Link, Tail};

pub use error::{RecvError, RecvTimeoutError, SendError, SendTimeoutError, TryRecvError, TrySendError};
pub use receiver::{IntoIter, Iter, Receiver, TryIter};
pub use sender::Sender;

/// What a bounded channel may hold at most; its room is set aside when it is made.
const MAX_CAPACITY: usize = 1 << 24;

/// Makes a channel without a limit: a send never waits, and what is not received takes memory.
///
/// # Errors
/// `EMFILE` where the process has no descriptor left.
///
/// ```
/// let (sender, receiver) = zmq4::channel()?;
/// std::thread::spawn(move || sender.send("Hello"));
/// assert_eq!(receiver.recv(), Ok("Hello"));
/// # Ok::<(), zmq4::Error>(())
/// ```
#[doc(alias = "chan")]
pub fn channel<T>() -> Result<(Sender<T>, Receiver<T>)> {
    let link = Link::new().map_err(|errno| Error::new(Call::Channel, errno))?;
    Ok(ends(crossbeam_channel::unbounded(), link))
}

/// Makes a channel for at most `capacity` values: a send waits while it is full, so a slow receiver slows its senders.
///
/// # Errors
/// `EINVAL` for a capacity of 0 or over 16777216, `ENOMEM` where there is no memory for that many values, `EMFILE` where
/// the process has no descriptor left.
///
/// ```
/// let (sender, receiver) = zmq4::bounded_channel(2)?;
/// sender.send(1).unwrap();
/// sender.send(2).unwrap();
/// assert!(sender.try_send(3).unwrap_err().is_full());
/// assert_eq!(receiver.recv(), Ok(1));
/// sender.send(3).unwrap();
/// # Ok::<(), zmq4::Error>(())
/// ```
#[doc(alias = "chan")]
pub fn bounded_channel<T>(capacity: usize) -> Result<(Sender<T>, Receiver<T>)> {
    let link = Link::new().map_err(|errno| Error::new(Call::Channel, errno))?;
    bounded_with(capacity, link)
}

/// As [`bounded_channel`], with what a bridge asks of the link.
pub(crate) fn bounded_with<T>(capacity: usize, link: Link) -> Result<(Sender<T>, Receiver<T>)> {
    if capacity == 0 || capacity > MAX_CAPACITY {
        let error = Error::new(Call::Channel, Errno::EINVAL);
        return Err(error.because("the capacity of a channel is 1 to 16777216"));
    }
    // Asked for first: the channel itself would abort where memory cannot be had.
    let mut room = Vec::<(AtomicUsize, MaybeUninit<T>)>::new();
    room.try_reserve_exact(capacity)
        .map_err(|_| Error::new(Call::Channel, Errno::ENOMEM))?;
    // A compiler may leave out an allocation that nobody looks at.
    drop(std::hint::black_box(room));
    Ok(ends(crossbeam_channel::bounded(capacity), link))
}

fn ends<T>(
    (sender, receiver): (crossbeam_channel::Sender<T>, crossbeam_channel::Receiver<T>),
    link: Link,
) -> (Sender<T>, Receiver<T>) {
    let link = Arc::new(link);
    let sender = Sender {
        values: sender,
        tail: Arc::new(Tail(Arc::clone(&link))),
    };
    let receiver = Receiver {
        values: receiver,
        head: Head(link),
    };
    (sender, receiver)
}
