//! [`Message`]: one frame.

#[cfg(feature = "draft")]
mod addressing;
mod compare;
mod convert;

use std::ffi::{CString, c_int};
use std::fmt;
use std::ops::Deref;
#[cfg(unix)]
use std::os::fd::RawFd;
use std::str::{self, Utf8Error};

use bytes::Bytes;
use zmq_sys as sys;

use crate::error::{Call, Error, Result};
use crate::ffi::list;
use crate::ffi::message::RawMessage;

#[cfg(feature = "draft")]
pub(crate) use addressing::checked_group;

list::wrapper! {
    /// One frame, in libzmq's own `zmq_msg_t`, which stores up to 33 bytes of data inline, and its length.
    ///
    /// What was received is read-only, because libzmq gives one buffer to all subscribers in a process. It reads as
    /// `&[u8]`, prints as text, and compares with text and bytes.
    ///
    /// Data that the caller owns is sent without a copy once that pays: `Vec<u8>`, `String` and `Box<[u8]>` from
    /// [`Message::ZERO_COPY_THRESHOLD`] bytes up, or [`Message::MOVE_THRESHOLD`] through a connection, `Arc<[u8]>` and [`Bytes`] from
    /// [`Message::SHARE_THRESHOLD`], and any other owner through [`Message::from_owner`]. Borrowed data is copied once.
    ///
    /// There is no `Clone`, because libzmq's copy writes to its source: [`share`](Message::share) takes `&mut`, and
    /// `to_vec` copies the bytes. A message may be sent to other threads and read by several.
    ///
    /// ```
    /// use zmq4::Message;
    /// let message = Message::from("Hello");
    /// assert_eq!(message, "Hello");
    /// assert_eq!(message.len(), 5);
    /// assert_eq!(message.as_str(), Ok("Hello"));
    /// assert_eq!(&message[1..3], b"el");
    /// ```
    #[doc(alias = "zmq_msg_t")]
    pub struct Message(pub(crate) RawMessage);
}

impl Message {
    /// From how many bytes on [`Bytes`] and `Arc<[u8]>`, which others may have too, become a message as they are; below, a
    /// copy costs less than libzmq's bookkeeping. Measured as [`ZERO_COPY_THRESHOLD`](Message::ZERO_COPY_THRESHOLD).
    pub const SHARE_THRESHOLD: usize = 512;

    /// From how many bytes on a `Vec<u8>`, `String` or `Box<[u8]>` becomes a message as it is; below, a copy costs less than
    /// freeing the bytes on another thread.
    ///
    /// Measured against `zmq_send` of the same bytes: docs/performance.md has the table. [`Message::from_owner`] copies
    /// nothing at any length.
    pub const ZERO_COPY_THRESHOLD: usize = 2048;

    /// From how many bytes on a `Vec<u8>`, `String` or `Box<[u8]>` that is given to [`send`](crate::Socket::send) goes out
    /// as it is, once the socket has been bound or connected over another transport than inproc.
    ///
    /// There libzmq's I/O thread copies all bytes into the kernel and then frees them, so to have spared it a copy gains
    /// nothing, and freeing what the sender allocated costs it something, up to about this size. What is shared, as
    /// [`Bytes`] and `Arc<[u8]>`, gains from [`SHARE_THRESHOLD`](Message::SHARE_THRESHOLD) on over every transport, and a
    /// `Vec<u8>` that was made a `Message` first is never copied again.
    pub const MOVE_THRESHOLD: usize = 1 << 20;

    /// An empty frame (`zmq_msg_init`).
    #[doc(alias = "zmq_msg_init")]
    #[inline]
    pub fn new() -> Message {
        Message(RawMessage::new())
    }

    /// A frame over bytes that live for ever, never copied (`zmq_msg_init_data`, as `zmq_send_const` does).
    #[doc(alias = "zmq_send_const")]
    pub fn from_static(bytes: &'static [u8]) -> Message {
        Message(RawMessage::from_static(bytes).unwrap_or_else(|_| convert::out_of_memory()))
    }

    /// A frame over the bytes of `owner`, without a copy, whatever their length (`zmq_msg_init_data`).
    ///
    /// The owner is dropped once, when libzmq and all who share the message are through with it: at any later time,
    /// on any thread, one of libzmq's included. A panic in its drop is caught. An owner without bytes is dropped at once.
    ///
    /// The drop may close and open sockets, and may drop a [`Context`](crate::Context). If it drops the last handle of one, the
    /// context ends on a thread of its own, and the drop does not wait for that. The drop must not wait for what other threads of
    /// libzmq do: messages, events, the end of a proxy or a bridge. [`Context::term`](crate::Context::term) is `EDEADLK` there.
    ///
    /// libzmq never writes to the bytes, so others may hold them as well.
    ///
    /// # Panics
    /// If `as_ref` does; the owner is dropped then.
    ///
    /// ```
    /// use std::sync::Arc;
    /// use zmq4::Message;
    /// let owner: Arc<[u8]> = Arc::from(vec![7; 100_000]);
    /// let message = Message::from_owner(owner.clone());
    /// assert_eq!(message.as_bytes().as_ptr(), owner.as_ptr());
    /// ```
    #[doc(alias = "zmq_msg_init_data")]
    pub fn from_owner<T>(owner: T) -> Message
    where
        T: AsRef<[u8]> + Send + 'static,
    {
        Message(RawMessage::from_owner(owner).unwrap_or_else(|_| convert::out_of_memory()))
    }

    /// A frame of `len` zero bytes (`zmq_msg_init_size`).
    ///
    /// # Errors
    /// `ENOMEM` where there is no memory for it.
    #[doc(alias = "zmq_msg_init_size")]
    pub fn zeroed(len: usize) -> Result<Message> {
        Message::build(len, |_| ())
    }

    /// A frame of `len` bytes, zero until `fill` writes them (`zmq_msg_init_size`).
    ///
    /// # Errors
    /// `ENOMEM` where there is no memory for it; `fill` is not called then.
    ///
    /// ```
    /// use zmq4::Message;
    /// let message = Message::build(4, |bytes| bytes.copy_from_slice(b"ping"))?;
    /// assert_eq!(message, "ping");
    /// # Ok::<(), zmq4::Error>(())
    /// ```
    #[doc(alias = "zmq_msg_init_size")]
    pub fn build(len: usize, fill: impl FnOnce(&mut [u8])) -> Result<Message> {
        RawMessage::built(len, fill)
            .map(Message)
            .map_err(|errno| Error::new(Call::MsgInit, errno).because(format!("no memory for a frame of {len} bytes")))
    }

    /// A second message over the same bytes, counted by libzmq and not copied (`zmq_msg_copy`).
    ///
    /// # Errors
    /// None that is known; the result is libzmq's.
    #[doc(alias = "zmq_msg_copy")]
    pub fn share(&mut self) -> Result<Message> {
        self.0
            .share()
            .map(Message)
            .map_err(|errno| Error::new(Call::MsgInit, errno))
    }

    /// The bytes (`zmq_msg_data`, `zmq_msg_size`).
    #[doc(alias = "zmq_msg_data")]
    #[inline]
    pub fn as_bytes(&self) -> &[u8] {
        self.0.bytes()
    }

    /// The bytes as text.
    ///
    /// # Errors
    /// Where they are not UTF-8.
    pub fn as_str(&self) -> Result<&str, Utf8Error> {
        str::from_utf8(self.as_bytes())
    }

    /// How many bytes it has (`zmq_msg_size`).
    #[doc(alias = "zmq_msg_size")]
    #[inline]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether it has no bytes.
    #[inline]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Whether more frames of the message it was received with follow (`zmq_msg_more`).
    #[doc(alias = "zmq_msg_more")]
    #[doc(alias = "GetRcvmore")]
    #[inline]
    pub fn more(&self) -> bool {
        self.0.more()
    }

    /// Whether others may have the same bytes (`zmq_msg_get` with `ZMQ_SHARED`): libzmq writes to none that are shared.
    ///
    /// It is `true` for a message that was [shared](Message::share), or came over inproc to more than one subscriber, even
    /// if the other messages are gone; and for one without a copy from an owner that may not be the only one: `Arc<[u8]>`,
    /// [`Bytes`], static bytes, and [`from_owner`](Message::from_owner). What fits into the message is never shared.
    #[doc(alias = "ZMQ_SHARED")]
    pub fn is_shared(&self) -> bool {
        self.0.get(sys::ZMQ_SHARED as c_int) == Ok(1)
    }

    /// The number of the descriptor that the message was received from (`zmq_msg_get` with `ZMQ_SRCFD`), or `None` over
    /// inproc and for a message that was not received.
    ///
    /// It is libzmq's, and a number only: by now it may be closed, or be another one. libzmq has deprecated it; the
    /// property `"Peer-Address"` tells who sent a message.
    ///
    /// ```
    /// assert_eq!(zmq4::Message::from("not received").srcfd(), None);
    /// ```
    #[cfg(unix)]
    #[doc(alias = "ZMQ_SRCFD")]
    pub fn srcfd(&self) -> Option<RawFd> {
        self.0.get(sys::ZMQ_SRCFD as c_int).ok()
    }

    /// A property that came with the message, as text (`zmq_msg_gets`).
    ///
    /// libzmq has `"Socket-Type"`, `"Routing-Id"`, `"Peer-Address"` and `"User-Id"`, and whatever the ZAP handler or
    /// the peer added. `None` where the property is missing, as all are over inproc, or is not UTF-8.
    ///
    /// Names that neither libzmq nor the handler gives are the peer's own words, `"User-Id"` too where no handler was asked:
    /// docs/security.md says which may be trusted.
    ///
    /// The routing id that a ROUTER receives before a message has the properties as well, but not with libzmq 4.3.4 and older
    /// where the socket was polled, or asked for its [`events`](crate::Socket::events): take them from the next frame.
    #[doc(alias = "zmq_msg_gets")]
    pub fn property(&self, name: &str) -> Option<&str> {
        str::from_utf8(self.property_bytes(name)?).ok()
    }

    /// A property that came with the message (`zmq_msg_gets`), or `None` where it is missing.
    #[doc(alias = "zmq_msg_gets")]
    pub fn property_bytes(&self, name: &str) -> Option<&[u8]> {
        let value = self.0.property(&CString::new(name).ok()?);
        match name {
            // libzmq documents the new name, and keeps what came under the old one, which the protocol has.
            "Routing-Id" => value.or_else(|| self.0.property(c"Identity")),
            _ => value,
        }
    }

    /// The bytes as [`Bytes`] that own the message, without a copy from 512 bytes up, where one would cost more.
    pub fn into_bytes(self) -> Bytes {
        // Either way one allocation, which a longer copy makes dearer than the message that is put into it.
        const OWN_MIN: usize = 512;
        if self.len() < OWN_MIN {
            Bytes::copy_from_slice(&self)
        } else {
            Bytes::from_owner(self)
        }
    }
}

impl Default for Message {
    fn default() -> Message {
        Message::new()
    }
}

impl Deref for Message {
    type Target = [u8];

    #[inline]
    fn deref(&self) -> &[u8] {
        self.as_bytes()
    }
}

impl AsRef<[u8]> for Message {
    fn as_ref(&self) -> &[u8] {
        self.as_bytes()
    }
}

/// The text; bytes that are not UTF-8 are replaced.
impl fmt::Display for Message {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        String::from_utf8_lossy(self).fmt(f)
    }
}

/// The text and escaped bytes of the beginning, and the length of longer messages.
impl fmt::Debug for Message {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const SHOWN: usize = 64;
        let shown = &self[..self.len().min(SHOWN)];
        write!(f, "Message(\"{}\"", shown.escape_ascii())?;
        if self.len() > SHOWN {
            write!(f, "... {} bytes", self.len())?;
        }
        f.write_str(")")
    }
}
