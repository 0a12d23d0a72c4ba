//! Channels between threads, for which a poller can wait together with sockets.
//!
//! They carry Rust values within a process, like Go's channels. The [`Receiver`] has a descriptor that is readable while
//! there is a value, so a program waits for sockets and values in one place, and wakes at once.
//!
//! Each channel takes one descriptor of the process (two on Unix systems other than Linux). A forked child shares it with
//! its parent: only one of the two may continue to use the channel.
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
//! poller.add_with_token(&pull, POLLIN, 0)?;
//! poller.add_fd_with_token(&receiver, POLLIN, 1)?;
//! let (mut message, mut value) = (None, None);
//! while message.is_none() || value.is_none() {
//!     for ready in poller.poll(None)? {
//!         match ready.token() {
//!             0 => message = Some(pull.recv(Flags::NONE)?),
//!             _ => value = receiver.try_recv().ok(),
//!         }
//!     }
//! }
//! assert_eq!(message.unwrap(), "a message");
//! assert_eq!(value, Some(7));
//! # drop(thread.join());
//! # Ok::<(), zmq4::Error>(())
//! ```

mod error;
mod readiness;
mod receiver;
mod sender;
pub(crate) mod shared;

use std::mem::MaybeUninit;
use std::sync::Arc;
use std::sync::atomic::AtomicUsize;

use crate::error::{Call, Error, Result};
use crate::ffi::errno::Errno;
use crate::refusal::Refusal;
use shared::{ReceiverGuard, SenderGuard, Shared};

pub use error::{RecvError, RecvTimeoutError, SendError, SendTimeoutError, TryRecvError, TrySendError};
pub use receiver::{IntoIter, Iter, Receiver, TryIter};
pub use sender::Sender;

/// The greatest capacity of a bounded channel; its memory is allocated when it is made.
const MAX_CAPACITY: usize = 1 << 24;

/// Makes an unbounded channel: a send never blocks, and values that are not received take memory.
///
/// # Errors
/// `EMFILE` if the process has no descriptor left.
///
/// ```
/// let (sender, receiver) = zmq4::channel()?;
/// std::thread::spawn(move || sender.send("Hello"));
/// assert_eq!(receiver.recv(), Ok("Hello"));
/// # Ok::<(), zmq4::Error>(())
/// ```
#[doc(alias = "chan")]
pub fn channel<T>() -> Result<(Sender<T>, Receiver<T>)> {
    let shared = Shared::new().map_err(|errno| Error::refused(Call::Channel, Refusal::of_system(errno)))?;
    Ok(ends(crossbeam_channel::unbounded(), shared))
}

/// Makes a channel for at most `capacity` values: a send blocks while it is full, so a slow receiver slows its senders.
///
/// # Errors
/// `EINVAL` for a capacity of 0 or over 16777216, `ENOMEM` if there is no memory for that many values, `EMFILE` if the
/// process has no descriptor left.
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
    let shared = Shared::new().map_err(|errno| Error::refused(Call::Channel, Refusal::of_system(errno)))?;
    bounded_with(capacity, shared)
}

/// Like [`bounded_channel`], with what a bridge needs in `shared`.
pub(crate) fn bounded_with<T>(capacity: usize, shared: Shared) -> Result<(Sender<T>, Receiver<T>)> {
    if capacity == 0 || capacity > MAX_CAPACITY {
        let error = Error::new(Call::Channel, Errno::EINVAL);
        return Err(error.because("the capacity of a channel is 1 to 16777216"));
    }
    // Tried first: the channel itself would abort if there is no memory.
    let mut memory = Vec::<(AtomicUsize, MaybeUninit<T>)>::new();
    memory
        .try_reserve_exact(capacity)
        .map_err(|_| Error::new(Call::Channel, Errno::ENOMEM))?;
    // A compiler may leave out an allocation that is not used.
    drop(std::hint::black_box(memory));
    Ok(ends(crossbeam_channel::bounded(capacity), shared))
}

fn ends<T>(
    (sender, receiver): (crossbeam_channel::Sender<T>, crossbeam_channel::Receiver<T>),
    shared: Shared,
) -> (Sender<T>, Receiver<T>) {
    let shared = Arc::new(shared);
    let sender = Sender {
        values: sender,
        guard: Arc::new(SenderGuard(Arc::clone(&shared))),
    };
    let receiver = Receiver {
        values: receiver,
        guard: ReceiverGuard(shared),
    };
    (sender, receiver)
}
