//! Conversions from and into [`Message`].

use std::alloc::{self, Layout};
use std::borrow::Cow;
use std::str::Utf8Error;
use std::sync::Arc;

use bytes::{Bytes, BytesMut};
use zmq_sys as sys;

use super::Message;
use crate::error::{Call, Error, Result};
use crate::ffi::errno::Errno;
use crate::ffi::message::RawMessage;

/// Like the standard collections when memory runs out: conversions cannot fail.
#[cold]
pub(super) fn out_of_memory() -> ! {
    alloc::handle_alloc_error(Layout::new::<sys::zmq_msg_t>())
}

/// Copies the bytes, as `zmq_msg_init_buffer` does with the DRAFT API. [`Message::build`] returns an error if there is not enough memory.
impl From<&[u8]> for Message {
    fn from(bytes: &[u8]) -> Message {
        Message(RawMessage::copied(bytes).unwrap_or_else(|_| out_of_memory()))
    }
}

/// Copies the text.
impl From<&str> for Message {
    fn from(text: &str) -> Message {
        Message::from(text.as_bytes())
    }
}

macro_rules! from_borrowed {
    ($([$($generics:tt)*] $data:ty),* $(,)?) => {$(
        /// Copies the bytes.
        impl<$($generics)*> From<$data> for Message {
            fn from(data: $data) -> Message {
                let bytes: &[u8] = data.as_ref();
                Message::from(bytes)
            }
        }
    )*};
}

from_borrowed!(
    [const N: usize] &[u8; N],
    [const N: usize] [u8; N],
    [] &&str,
    [] &String,
    [] &Vec<u8>,
    [] &Message,
);

macro_rules! from_owners {
    ($($owner:ty, $least:ident: $owned:expr;)*) => {$(
        #[doc = concat!("Takes ownership of the bytes without copying from [`Message::", stringify!($least), "`] up; fewer are copied.")]
        impl From<$owner> for Message {
            fn from(owner: $owner) -> Message {
                let bytes: &[u8] = owner.as_ref();
                if bytes.len() < Message::$least {
                    return Message::from(bytes);
                }
                let owned: fn($owner) -> Result<RawMessage, Errno> = $owned;
                Message(owned(owner).unwrap_or_else(|_| out_of_memory()))
            }
        }
    )*};
}

from_owners! {
    Vec<u8>, ZERO_COPY_THRESHOLD: RawMessage::from_vec;
    String, ZERO_COPY_THRESHOLD: |owner| RawMessage::from_vec(owner.into_bytes());
    Box<[u8]>, ZERO_COPY_THRESHOLD: |owner| RawMessage::from_vec(owner.into_vec());
    Arc<[u8]>, SHARE_THRESHOLD: RawMessage::from_arc;
    Bytes, SHARE_THRESHOLD: RawMessage::from_owner;
}

macro_rules! from_converted {
    ($($owner:ty => $other:ty),* $(,)?) => {$(
        #[doc = concat!("Like `", stringify!($other), "`.")]
        impl From<$owner> for Message {
            fn from(owner: $owner) -> Message {
                Message::from(<$other>::from(owner))
            }
        }
    )*};
}

from_converted!(Box<str> => String, Arc<str> => Arc<[u8]>, BytesMut => Bytes);

/// Borrowed text is copied, and owned text like `String`.
impl From<Cow<'_, str>> for Message {
    fn from(text: Cow<'_, str>) -> Message {
        match text {
            Cow::Borrowed(text) => Message::from(text),
            Cow::Owned(text) => Message::from(text),
        }
    }
}

/// Borrowed bytes are copied, and owned bytes like `Vec<u8>`.
impl From<Cow<'_, [u8]>> for Message {
    fn from(bytes: Cow<'_, [u8]>) -> Message {
        match bytes {
            Cow::Borrowed(bytes) => Message::from(bytes),
            Cow::Owned(bytes) => Message::from(bytes),
        }
    }
}

/// The text (a copy), or `EILSEQ` if it is not UTF-8; [`Error::into_message`] returns the message then.
///
/// ```
/// use zmq4::{Errno, Message};
/// assert_eq!(String::try_from(Message::from("text"))?, "text");
/// let error = String::try_from(Message::from(b"\xff")).unwrap_err();
/// assert_eq!(error, Errno::EILSEQ);
/// # Ok::<(), zmq4::Error>(())
/// ```
impl TryFrom<Message> for String {
    type Error = Error;

    fn try_from(message: Message) -> Result<String> {
        match message.as_str() {
            Ok(text) => Ok(text.to_owned()),
            Err(error) => Err(Error::from(error).returning(message)),
        }
    }
}

/// `EILSEQ`, so that `message.as_str()?` works where the error is this crate's.
impl From<Utf8Error> for Error {
    fn from(error: Utf8Error) -> Error {
        Error::new(Call::Utf8, Errno::EILSEQ).because(format!("a frame is not UTF-8: {error}"))
    }
}

/// Like [`Message::into_bytes`].
impl From<Message> for Bytes {
    fn from(message: Message) -> Bytes {
        message.into_bytes()
    }
}

/// Copies the bytes.
impl From<Message> for Vec<u8> {
    fn from(message: Message) -> Vec<u8> {
        message.to_vec()
    }
}
