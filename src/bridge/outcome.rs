//! What a bridge gives back: [`Stopped`], [`Refused`], [`StartError`].

use std::fmt;
use std::sync::Mutex;

use crate::error::Error;
use crate::multipart::Multipart;
use crate::socket::Socket;
use crate::sync::into_inner;

/// What is left of a [`Bridge`](super::Bridge) that has stopped.
#[derive(Debug, Default)]
#[non_exhaustive]
#[must_use = "what was not sent is in here"]
pub struct Stopped {
    /// The socket; `None` where the context had ended, which the thread then did not hold up.
    pub socket: Option<Socket>,
    /// What was accepted and the socket had not taken at the end, in order.
    pub unsent: Vec<Multipart>,
    /// What the socket refused and nobody has taken from [`Bridge::refused`](super::Bridge::refused), in order.
    pub refused: Vec<Refused>,
    /// Why the bridge had stopped by itself, if it had: `ETERM` mostly.
    pub error: Option<Error>,
}

/// A message that the socket behind a [`Bridge`](super::Bridge) did not take.
#[non_exhaustive]
pub struct Refused {
    /// The message, as it was sent.
    pub message: Multipart,
    /// Why the socket did not take it.
    pub error: Error,
}

impl Refused {
    pub(super) fn new(message: Multipart, error: Error) -> Refused {
        Refused { message, error }
    }
}

/// The message is not shown: it may be long, or secret.
impl fmt::Debug for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Refused")
            .field("error", &self.error)
            .finish_non_exhaustive()
    }
}

/// A [`Bridge`](super::Bridge) that could not be started, and its socket.
///
/// `?` turns it into an [`Error`], and closes the socket.
#[derive(thiserror::Error)]
#[error("{error}")]
pub struct StartError {
    error: Error,
    /// In a mutex, so that the error is `Sync`, as boxed errors have to be among threads.
    socket: Box<Mutex<Socket>>,
}

impl StartError {
    pub(super) fn new(error: Error, socket: Socket) -> StartError {
        StartError {
            error,
            socket: Box::new(Mutex::new(socket)),
        }
    }

    /// Why it could not.
    pub fn error(&self) -> &Error {
        &self.error
    }

    /// The socket, as it was.
    pub fn into_socket(self) -> Socket {
        into_inner(*self.socket)
    }
}

impl fmt::Debug for StartError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.error, f)
    }
}

impl From<StartError> for Error {
    fn from(failed: StartError) -> Error {
        failed.error
    }
}
