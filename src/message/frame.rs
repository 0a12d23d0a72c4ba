//! What a frame is made of, and what it says.

use std::ffi::{CString, c_int};
#[cfg(unix)]
use std::os::fd::RawFd;
use std::str::{self, Utf8Error};

use bytes::Bytes;
use zmq_sys as sys;

use super::{Message, convert};
use crate::error::{Call, Error, Result};
use crate::ffi::message::RawMessage;

impl Message {
    /// Size in bytes from which shared data, [`Bytes`] and `Arc<[u8]>`, becomes a message without copying. Below, a
    /// copy costs less than libzmq's bookkeeping. Measured like [`ZERO_COPY_THRESHOLD`](Message::ZERO_COPY_THRESHOLD).
    pub const SHARE_THRESHOLD: usize = 512;

    /// Size in bytes from which a `Vec<u8>`, `String` or `Box<[u8]>` becomes a message without copying. Below, a copy
    /// costs less than freeing the bytes on another thread.
    ///
    /// Measured against `zmq_send` of the same bytes: see the table in docs/performance.md. [`Message::from_owner`]
    /// never copies.
    pub const ZERO_COPY_THRESHOLD: usize = 2048;

    /// Size in bytes from which [`send`](crate::Socket::send) sends a `Vec<u8>`, `String` or `Box<[u8]>` without
    /// copying if the socket was bound or connected over another transport than inproc.
    ///
    /// libzmq's I/O thread copies the bytes into the kernel and then frees them. Up to about this size, freeing memory
    /// of another thread costs more than the copy that is avoided. Shared data, [`Bytes`] and `Arc<[u8]>`, gains from
    /// [`SHARE_THRESHOLD`](Message::SHARE_THRESHOLD) with every transport, and a `Vec<u8>` that was converted into a
    /// `Message` before is not copied again.
    pub const MOVE_THRESHOLD: usize = 1 << 20;

    /// An empty frame ([`zmq_msg_init`]).
    ///
    /// [`zmq_msg_init`]: https://libzmq.readthedocs.io/en/latest/zmq_msg_init.html
    #[doc(alias = "zmq_msg_init")]
    #[inline]
    pub fn new() -> Message {
        Message(RawMessage::new())
    }

    /// A frame over static bytes, which are never copied ([`zmq_msg_init_data`], like [`zmq_send_const`]).
    ///
    /// [`zmq_msg_init_data`]: https://libzmq.readthedocs.io/en/latest/zmq_msg_init_data.html
    /// [`zmq_send_const`]: https://libzmq.readthedocs.io/en/latest/zmq_send_const.html
    #[doc(alias = "zmq_send_const")]
    pub fn from_static(bytes: &'static [u8]) -> Message {
        Message(RawMessage::from_static(bytes).unwrap_or_else(|_| convert::out_of_memory()))
    }

    /// A frame over the bytes of `owner`, which are never copied ([`zmq_msg_init_data`]).
    ///
    /// The owner is dropped once, when libzmq and all messages that share the bytes have released them: at any later
    /// time and on any thread, including libzmq's. A panic in its drop is caught. An owner without bytes is dropped at
    /// once.
    ///
    /// The drop may close and open sockets, and may drop a [`Context`](crate::Context). If it drops the last handle of
    /// a context, the context is terminated on a dedicated thread, for which the drop does not wait. The drop must not
    /// wait for messages, events, or the end of a proxy or bridge. [`Context::term`](crate::Context::term) fails with
    /// `EDEADLK` there.
    ///
    /// libzmq never writes to the bytes, so they may be shared with other owners.
    ///
    /// # Panics
    /// If `as_ref` panics. The owner is dropped.
    ///
    /// ```
    /// use std::sync::Arc;
    /// use zmq4::Message;
    /// let owner: Arc<[u8]> = Arc::from(vec![7; 100_000]);
    /// let message = Message::from_owner(owner.clone());
    /// assert_eq!(message.as_bytes().as_ptr(), owner.as_ptr());
    /// ```
    ///
    /// [`zmq_msg_init_data`]: https://libzmq.readthedocs.io/en/latest/zmq_msg_init_data.html
    #[doc(alias = "zmq_msg_init_data")]
    pub fn from_owner<T>(owner: T) -> Message
    where
        T: AsRef<[u8]> + Send + 'static,
    {
        Message(RawMessage::from_owner(owner).unwrap_or_else(|_| convert::out_of_memory()))
    }

    /// A frame of `len` zero bytes ([`zmq_msg_init_size`]).
    ///
    /// # Errors
    /// `ENOMEM` if there is not enough memory.
    ///
    /// [`zmq_msg_init_size`]: https://libzmq.readthedocs.io/en/latest/zmq_msg_init_size.html
    #[doc(alias = "zmq_msg_init_size")]
    pub fn zeroed(len: usize) -> Result<Message> {
        Message::build(len, |_| ())
    }

    /// A frame of `len` bytes that `fill` writes; they are zero before ([`zmq_msg_init_size`]).
    ///
    /// # Errors
    /// `ENOMEM` if there is not enough memory; `fill` is not called in that case.
    ///
    /// ```
    /// use zmq4::Message;
    /// let message = Message::build(4, |bytes| bytes.copy_from_slice(b"ping"))?;
    /// assert_eq!(message, "ping");
    /// # Ok::<(), zmq4::Error>(())
    /// ```
    ///
    /// [`zmq_msg_init_size`]: https://libzmq.readthedocs.io/en/latest/zmq_msg_init_size.html
    #[doc(alias = "zmq_msg_init_size")]
    pub fn build(len: usize, fill: impl FnOnce(&mut [u8])) -> Result<Message> {
        RawMessage::built(len, fill)
            .map(Message)
            .map_err(|errno| Error::new(Call::MsgInit, errno).because(format!("no memory for a frame of {len} bytes")))
    }

    /// A second message over the same bytes, which are reference-counted by libzmq and not copied ([`zmq_msg_copy`]).
    ///
    /// # Errors
    /// None at present.
    ///
    /// ```
    /// use zmq4::Message;
    /// let mut original = Message::from(vec![7; 100_000]);
    /// let second = original.share()?;
    /// assert_eq!(second.as_bytes().as_ptr(), original.as_bytes().as_ptr());
    /// # Ok::<(), zmq4::Error>(())
    /// ```
    ///
    /// [`zmq_msg_copy`]: https://libzmq.readthedocs.io/en/latest/zmq_msg_copy.html
    #[doc(alias = "zmq_msg_copy")]
    #[doc(alias = "clone")]
    pub fn share(&mut self) -> Result<Message> {
        self.0
            .share()
            .map(Message)
            .map_err(|errno| Error::new(Call::MsgInit, errno))
    }

    /// The bytes ([`zmq_msg_data`], [`zmq_msg_size`]).
    ///
    /// [`zmq_msg_size`]: https://libzmq.readthedocs.io/en/latest/zmq_msg_size.html
    /// [`zmq_msg_data`]: https://libzmq.readthedocs.io/en/latest/zmq_msg_data.html
    #[doc(alias = "zmq_msg_data")]
    #[inline]
    pub fn as_bytes(&self) -> &[u8] {
        self.0.bytes()
    }

    /// The bytes as text.
    ///
    /// # Errors
    /// If the bytes are not UTF-8.
    pub fn as_str(&self) -> Result<&str, Utf8Error> {
        str::from_utf8(self.as_bytes())
    }

    /// The length in bytes ([`zmq_msg_size`]).
    ///
    /// [`zmq_msg_size`]: https://libzmq.readthedocs.io/en/latest/zmq_msg_size.html
    #[doc(alias = "zmq_msg_size")]
    #[inline]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether the frame is empty.
    #[inline]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Whether more frames of the received message follow ([`zmq_msg_more`]).
    ///
    /// [`zmq_msg_more`]: https://libzmq.readthedocs.io/en/latest/zmq_msg_more.html
    #[doc(alias = "zmq_msg_more")]
    #[doc(alias = "GetRcvmore")]
    #[inline]
    pub fn more(&self) -> bool {
        self.0.more()
    }

    /// Whether others may have the same bytes (`zmq_msg_get` with `ZMQ_SHARED`): libzmq writes to none that are shared.
    ///
    /// It is `true` for a message that was [shared](Message::share), or came over inproc to more than one subscriber,
    /// even if the other messages are gone; and for one without a copy from an owner that may not be the only one:
    /// `Arc<[u8]>`, [`Bytes`], static bytes, and [`from_owner`](Message::from_owner). What fits into the message is
    /// never shared.
    #[doc(alias = "ZMQ_SHARED")]
    pub fn is_shared(&self) -> bool {
        self.0.get(sys::ZMQ_SHARED as c_int) == Ok(1)
    }

    /// The file descriptor of the connection that the message was received from (`zmq_msg_get` with `ZMQ_SRCFD`).
    /// `None` over inproc and for messages that were not received.
    ///
    /// The descriptor belongs to libzmq and may have been closed and reused since. libzmq has deprecated it; the
    /// property `"Peer-Address"` is the address of the sender.
    ///
    /// ```
    /// assert_eq!(zmq4::Message::from("not received").srcfd(), None);
    /// ```
    #[cfg(unix)]
    #[doc(alias = "ZMQ_SRCFD")]
    pub fn srcfd(&self) -> Option<RawFd> {
        self.0.get(sys::ZMQ_SRCFD as c_int).ok()
    }

    /// A property of the message, as text ([`zmq_msg_gets`]).
    ///
    /// libzmq sets `"Socket-Type"`, `"Routing-Id"`, `"Peer-Address"` and `"User-Id"`. The ZAP handler and the peer may
    /// add others. `None` if the property is missing, like all properties over inproc, or is not UTF-8.
    ///
    /// Properties that are set neither by libzmq nor by the handler come from the peer, including `"User-Id"` if no
    /// handler was involved: docs/security.md says which ones can be trusted.
    ///
    /// The routing id frame of a ROUTER has the properties as well, except with libzmq 4.3.4 and older if the socket
    /// was polled, or its [`events`](crate::Socket::events) were read, before the receive. Use the next frame there.
    ///
    /// ```
    /// use zmq4::Context;
    /// let context = Context::new()?;
    /// let (server, client) = (context.socket(zmq4::REP)?, context.socket(zmq4::REQ)?);
    /// server.bind("tcp://127.0.0.1:*")?;
    /// client.connect(&server.last_endpoint()?)?;
    /// client.send("Hello", 0)?;
    /// let request = server.recv(0)?;
    /// assert_eq!(request.property("Peer-Address"), Some("127.0.0.1"));
    /// assert_eq!(request.property("X-Unknown"), None);
    /// # Ok::<(), zmq4::Error>(())
    /// ```
    ///
    /// [`zmq_msg_gets`]: https://libzmq.readthedocs.io/en/latest/zmq_msg_gets.html
    #[doc(alias = "zmq_msg_gets")]
    pub fn property(&self, name: &str) -> Option<&str> {
        str::from_utf8(self.property_bytes(name)?).ok()
    }

    /// A property of the message ([`zmq_msg_gets`]); `None` if it is missing.
    ///
    /// [`zmq_msg_gets`]: https://libzmq.readthedocs.io/en/latest/zmq_msg_gets.html
    #[doc(alias = "zmq_msg_gets")]
    pub fn property_bytes(&self, name: &str) -> Option<&[u8]> {
        let value = self.0.property(&CString::new(name).ok()?);
        match name {
            // libzmq documents the new name, and keeps what came under the old one, which the protocol has.
            "Routing-Id" => value.or_else(|| self.0.property(c"Identity")),
            _ => value,
        }
    }

    /// Converts the message into [`Bytes`]. From 512 bytes up they own the message; fewer are copied, which costs less.
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
