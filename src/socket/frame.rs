//! [`Frame`]: what can be sent as one frame.

use std::borrow::Cow;
use std::sync::Arc;

use bytes::Bytes;

use crate::message::Message;

/// What can be sent as one frame.
///
/// Borrowed data (`&str`, `&[u8]`, `&String`, …) is copied once. Owned data (`String`, `Vec<u8>`, `Box<[u8]>`,
/// `Arc<[u8]>`, [`Bytes`], [`Message`]) is sent as it is once that pays (see [`Message`]), and comes back in the error
/// where it could not be sent ([`Error::into_message`](crate::Error::into_message)). A `&mut Message` is empty after it
/// was sent, and intact after an error. Any other owner of bytes is sent through
/// [`Message::from_owner`].
pub trait Frame<'d>: sealed::Part<'d> {}

impl<'d, T: sealed::Part<'d>> Frame<'d> for T {}

pub(super) mod sealed {
    use super::Message;

    /// How a frame's bytes are held while it is being sent.
    pub enum Held<'d> {
        Borrowed(&'d [u8]),
        /// Given away, and sent as borrowed bytes are: moving so few gains nothing.
        Few(Vec<u8>),
        Owned(Message),
        Lent(&'d mut Message),
    }

    pub trait Part<'d> {
        /// What nobody else has is moved from `moves_from` bytes up.
        fn held(self, moves_from: usize) -> Held<'d>;

        /// The bytes, where they are the caller's.
        fn borrowed(&self) -> Option<&'d [u8]> {
            None
        }
    }
}

use sealed::{Held, Part};

/// As long-lived as what is borrowed.
#[inline]
fn bytes(data: &(impl AsRef<[u8]> + ?Sized)) -> &[u8] {
    data.as_ref()
}

macro_rules! borrowed {
    ($($data:ty),* $(,)?) => {$(
        impl<'d> Part<'d> for $data {
            #[inline]
            fn held(self, _: usize) -> Held<'d> {
                Held::Borrowed(bytes(self))
            }

            #[inline]
            fn borrowed(&self) -> Option<&'d [u8]> {
                Some(bytes(*self))
            }
        }
    )*};
}

borrowed!(
    &'d str,
    &'d &'d str,
    &'d String,
    &'d [u8],
    &'d &'d [u8],
    &'d Vec<u8>,
    &'d Box<[u8]>,
    &'d Arc<[u8]>,
    &'d Bytes,
    &'d Message,
);

impl<'d, const N: usize> Part<'d> for &'d [u8; N] {
    #[inline]
    fn held(self, _: usize) -> Held<'d> {
        Held::Borrowed(self)
    }

    #[inline]
    fn borrowed(&self) -> Option<&'d [u8]> {
        Some(*self)
    }
}

impl<'d, const N: usize> Part<'d> for &'d &'d [u8; N] {
    #[inline]
    fn held(self, _: usize) -> Held<'d> {
        Held::Borrowed(*self)
    }

    #[inline]
    fn borrowed(&self) -> Option<&'d [u8]> {
        Some(**self)
    }
}

macro_rules! unique {
    ($($data:ty),*) => {$(
        impl<'d> Part<'d> for $data {
            #[inline]
            fn held(self, moves_from: usize) -> Held<'d> {
                if self.len() < moves_from {
                    Held::Few(self.into())
                } else {
                    Held::Owned(self.into())
                }
            }
        }
    )*};
}

unique!(String, Vec<u8>, Box<[u8]>);

macro_rules! owned {
    ($($data:ty),*) => {$(
        impl<'d> Part<'d> for $data {
            #[inline]
            fn held(self, _: usize) -> Held<'d> {
                Held::Owned(self.into())
            }
        }
    )*};
}

owned!(Arc<[u8]>, Bytes, Message);

impl<'d> Part<'d> for Cow<'d, str> {
    fn held(self, moves_from: usize) -> Held<'d> {
        match self {
            Cow::Borrowed(text) => text.held(moves_from),
            Cow::Owned(text) => text.held(moves_from),
        }
    }
}

impl<'d> Part<'d> for Cow<'d, [u8]> {
    fn held(self, moves_from: usize) -> Held<'d> {
        match self {
            Cow::Borrowed(bytes) => bytes.held(moves_from),
            Cow::Owned(bytes) => bytes.held(moves_from),
        }
    }
}

impl<'d> Part<'d> for &'d mut Message {
    #[inline]
    fn held(self, _: usize) -> Held<'d> {
        Held::Lent(self)
    }
}
