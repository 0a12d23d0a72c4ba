//! What a bridge gives back: [`Stopped`], [`Rejected`], [`StartError`].

use std::fmt;
use std::sync::Mutex;

use crate::error::Error;
use crate::multipart::Multipart;
use crate::socket::Socket;
use crate::sync::into_inner;

/// What a stopped [`Bridge`](super::Bridge) gives back.
#[derive(Debug, Default)]
#[non_exhaustive]
#[must_use = "it holds what was not sent"]
pub struct Stopped {
    /// The socket; `None` if the context had ended: its termination waits for its sockets, so the thread closed this one.
    pub socket: Option<Socket>,
    /// The messages that were accepted and that the socket had not taken at the end, in order.
    pub unsent: Vec<Multipart>,
    /// The messages that the socket rejected and that were not taken from [`Bridge::rejected`](super::Bridge::rejected), in
    /// order.
    pub rejected: Vec<Rejected>,
    /// The error that ended the bridge before it was stopped, `ETERM` mostly.
    pub error: Option<Error>,
}

/// A message that the socket behind a [`Bridge`](super::Bridge) rejected.
#[non_exhaustive]
pub struct Rejected {
    /// The message, as it was sent.
    pub message: Multipart,
    /// Why the socket rejected it.
    pub error: Error,
}

impl Rejected {
    pub(super) fn new(message: Multipart, error: Error) -> Rejected {
        Rejected { message, error }
    }
}

/// The message is left out: it may be long, or secret.
impl fmt::Debug for Rejected {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Rejected")
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
    /// In a mutex, so that the error is `Sync`, as a `Box<dyn Error + Send + Sync>` requires.
    socket: Box<Mutex<Socket>>,
}

impl StartError {
    pub(super) fn new(error: Error, socket: Socket) -> StartError {
        StartError {
            error,
            socket: Box::new(Mutex::new(socket)),
        }
    }

    /// Why the bridge could not be started.
    pub fn error(&self) -> &Error {
        &self.error
    }

    /// The socket, unchanged.
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
    fn from(error: StartError) -> Error {
        error.error
    }
}
