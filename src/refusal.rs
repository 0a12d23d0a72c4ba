//! [`Refusal`]: an error number, and why, before it is known which call it is the error of.

use std::borrow::Cow;

use crate::ffi::errno::Errno;
#[cfg(unix)]
use crate::ffi::system;

/// Why a call was rejected before libzmq saw it, or failed in libzmq; [`Error::refused`](crate::Error) makes an error of it.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Refusal {
    pub(crate) errno: Errno,
    /// Where more is known than the number says.
    pub(crate) reason: Option<Cow<'static, str>>,
}

impl Refusal {
    pub(crate) fn new(errno: Errno, reason: impl Into<Cow<'static, str>>) -> Refusal {
        Refusal {
            errno,
            reason: Some(reason.into()),
        }
    }

    /// `EINVAL`, the number of most.
    pub(crate) fn invalid(reason: impl Into<Cow<'static, str>>) -> Refusal {
        Refusal::new(Errno::EINVAL, reason)
    }

    /// An error of the system itself, not of libzmq.
    pub(crate) fn of_system(errno: Errno) -> Refusal {
        match errno {
            Errno::EMFILE => Refusal::no_descriptors(),
            errno => errno.into(),
        }
    }

    /// `EMFILE`: the process may have no more file descriptors.
    #[cold]
    pub(crate) fn no_descriptors() -> Refusal {
        let limit = descriptor_limit();
        Refusal::new(
            Errno::EMFILE,
            format!("the process has too few file descriptors left: {limit}; raise it, or close sockets and files"),
        )
    }
}

/// The limit of file descriptors, in words.
pub(crate) fn descriptor_limit() -> String {
    #[cfg(unix)]
    if let Some(limit) = system::descriptor_limit() {
        return format!("its limit (RLIMIT_NOFILE, `ulimit -n`) is {limit}");
    }
    "it has reached its limit".to_owned()
}

impl From<Errno> for Refusal {
    fn from(errno: Errno) -> Refusal {
        Refusal { errno, reason: None }
    }
}
