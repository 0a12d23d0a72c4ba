//! [`Refusal`]: an error number, and why, before it is known which call it is the error of.

use std::borrow::Cow;

use crate::ffi::errno::Errno;

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
}

impl From<Errno> for Refusal {
    fn from(errno: Errno) -> Refusal {
        Refusal { errno, reason: None }
    }
}
