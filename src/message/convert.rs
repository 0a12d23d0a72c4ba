//! Conversions from and into [`Message`].

use std::alloc::{self, Layout};
use std::sync::Arc;

use bytes::Bytes;
use zmq_sys as sys;

use super::Message;
use crate::ffi::errno::Errno;
use crate::ffi::message::RawMessage;

/// Like the standard collections when memory runs out: conversions cannot fail.
#[cold]
pub(super) fn out_of_memory() -> ! {
    alloc::handle_alloc_error(Layout::new::<sys::zmq_msg_t>())
}

/// Copies the bytes. [`Message::build`] returns an error if there is not enough memory.
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

/// Copies the bytes.
impl<const N: usize> From<&[u8; N]> for Message {
    fn from(bytes: &[u8; N]) -> Message {
        Message::from(bytes.as_slice())
    }
}

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
