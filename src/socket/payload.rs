//! [`Payload`]: a frame that is about to be sent. [`IntoFrame`]: what can be sent as one frame.

use std::borrow::Cow;
use std::rc::Rc;
use std::sync::Arc;

use bytes::{Bytes, BytesMut};

use crate::message::Message;

/// What can be sent as one frame.
///
/// | given | what happens |
/// |---|---|
/// | `&str`, `&[u8]`, `&[u8; N]`, and references to `String`, `Vec<u8>`, `Box`, `Arc`, `Rc`, `Cow` of text or bytes, [`Bytes`], [`BytesMut`], [`Message`] | copied once |
/// | `[u8; N]`, `Cow` that borrows | copied once |
/// | `String`, `Vec<u8>`, `Box<str>`, `Box<[u8]>`, `Cow` that owns | sent without copying from a certain size (see [`Message`]) |
/// | `Arc<str>`, `Arc<[u8]>`, [`Bytes`], [`BytesMut`] | shared without copying from a certain size |
/// | [`Message`] | sent without copying |
/// | `&mut Message` | sent without copying, and empty afterwards; unchanged after an error |
///
/// What is given by value is returned in the error if it could not be sent
/// ([`Error::into_message`](crate::Error::into_message)). Any other owner of bytes is sent through
/// [`Message::from_owner`].
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be sent as a frame",
    note = "a frame is text or bytes (`&str`, `&[u8]`, `String`, `Vec<u8>`, `Bytes`, ...), a `Message` or a `&mut Message`",
    note = "a number is sent as text, `n.to_string()`, or as bytes, `n.to_be_bytes()`; other owners through `Message::from_owner`"
)]
pub trait IntoFrame<'d>: sealed::IntoPayload<'d> {}

impl<'d, T: sealed::IntoPayload<'d>> IntoFrame<'d> for T {}

pub(super) mod sealed {
    use super::Message;

    /// The bytes of a frame, and who owns them.
    #[derive(Debug)]
    pub enum Payload<'d> {
        Borrowed(&'d [u8]),
        /// Uniquely owned: moved if there are many, and copied otherwise.
        Bytes(Vec<u8>),
        Message(Message),
        MessageMut(&'d mut Message),
    }

    impl Payload<'_> {
        /// Makes a message of uniquely owned bytes if there are `threshold` or more: fewer are copied for less.
        #[inline]
        pub(in crate::socket) fn with_threshold(self, threshold: usize) -> Self {
            match self {
                Payload::Bytes(bytes) if bytes.len() >= threshold => Payload::Message(Message::from(bytes)),
                payload => payload,
            }
        }
    }

    #[diagnostic::on_unimplemented(
        message = "`{Self}` cannot be sent as a frame",
        note = "a frame is text or bytes (`&str`, `&[u8]`, `String`, `Vec<u8>`, `Bytes`, ...), a `Message` or a `&mut Message`",
        note = "a number is sent as text, `n.to_string()`, or as bytes, `n.to_be_bytes()`; other owners through `Message::from_owner`"
    )]
    pub trait IntoPayload<'d> {
        fn payload(self) -> Payload<'d>;

        /// The bytes, if they are borrowed.
        fn borrowed(&self) -> Option<&'d [u8]> {
            None
        }
    }
}

use sealed::{IntoPayload, Payload};

/// The bytes, for as long as the data is borrowed.
#[inline]
fn bytes(data: &(impl AsRef<[u8]> + ?Sized)) -> &[u8] {
    data.as_ref()
}

macro_rules! borrowed {
    ($([$($generics:tt)*] $data:ty),* $(,)?) => {$(
        impl<'d, $($generics)*> IntoPayload<'d> for &'d $data {
            #[inline]
            fn payload(self) -> Payload<'d> {
                Payload::Borrowed(bytes(self))
            }

            #[inline]
            fn borrowed(&self) -> Option<&'d [u8]> {
                Some(bytes(*self))
            }
        }
    )*};
}

borrowed!(
    [] str,
    [] &'d str,
    [] String,
    [] [u8],
    [] &'d [u8],
    [] Vec<u8>,
    [] Box<[u8]>,
    [] Arc<[u8]>,
    [] Rc<[u8]>,
    [] Bytes,
    [] BytesMut,
    [] Message,
    [const N: usize] [u8; N],
    [const N: usize] &'d [u8; N],
);

macro_rules! borrowed_text {
    ($($data:ty),* $(,)?) => {$(
        impl<'d> IntoPayload<'d> for &'d $data {
            #[inline]
            fn payload(self) -> Payload<'d> {
                Payload::Borrowed(self.as_bytes())
            }

            #[inline]
            fn borrowed(&self) -> Option<&'d [u8]> {
                Some(self.as_bytes())
            }
        }
    )*};
}

borrowed_text!(Box<str>, Arc<str>, Rc<str>, Cow<'_, str>);

impl<'d> IntoPayload<'d> for &'d Cow<'_, [u8]> {
    #[inline]
    fn payload(self) -> Payload<'d> {
        Payload::Borrowed(self)
    }

    #[inline]
    fn borrowed(&self) -> Option<&'d [u8]> {
        Some(self)
    }
}

impl<'d, const N: usize> IntoPayload<'d> for [u8; N] {
    #[inline]
    fn payload(self) -> Payload<'d> {
        Payload::Message(self.into())
    }
}

macro_rules! owned {
    ($($data:ty => $variant:ident),* $(,)?) => {$(
        impl<'d> IntoPayload<'d> for $data {
            #[inline]
            fn payload(self) -> Payload<'d> {
                Payload::$variant(self.into())
            }
        }
    )*};
}

owned!(
    String => Bytes,
    Vec<u8> => Bytes,
    Box<[u8]> => Bytes,
    Box<str> => Message,
    Arc<[u8]> => Message,
    Arc<str> => Message,
    Bytes => Message,
    BytesMut => Message,
    Message => Message,
    &'d mut Message => MessageMut,
);

impl<'d> IntoPayload<'d> for Cow<'d, str> {
    fn payload(self) -> Payload<'d> {
        match self {
            Cow::Borrowed(text) => text.payload(),
            Cow::Owned(text) => text.payload(),
        }
    }
}

impl<'d> IntoPayload<'d> for Cow<'d, [u8]> {
    fn payload(self) -> Payload<'d> {
        match self {
            Cow::Borrowed(bytes) => bytes.payload(),
            Cow::Owned(bytes) => bytes.payload(),
        }
    }
}
