//! [`Message`]: one frame.

// First on the page of `Message`.
mod frame;

#[cfg(feature = "draft")]
mod addressing;
mod compare;
mod convert;

use std::fmt;
use std::ops::Deref;

use crate::ffi::list;

#[cfg(feature = "draft")]
pub(crate) use addressing::checked_group;

list::wrapper! {
    /// One frame, in libzmq's own `zmq_msg_t`, which stores up to 33 bytes of data inline, and its length.
    ///
    /// Messages are read-only, because libzmq shares one buffer among all subscribers in a process. A message
    /// dereferences to `&[u8]`, displays as text, and compares with text and bytes.
    ///
    /// Owned data is sent without copying from a certain size: `Vec<u8>`, `String` and `Box<[u8]>` from
    /// [`Message::ZERO_COPY_THRESHOLD`] over inproc and from [`Message::MOVE_THRESHOLD`] over a network connection,
    /// `Arc<[u8]>` and [`Bytes`](bytes::Bytes) from [`Message::SHARE_THRESHOLD`], and any other owner through
    /// [`Message::from_owner`]. Borrowed data is copied once.
    ///
    /// There is no `Clone`, because libzmq's copy writes to its source: [`share`](Message::share) takes `&mut`.
    /// `Message::from(&message)` copies the bytes into a new message, `Multipart::from_iter(&frames)` those of several, and `to_vec` into a `Vec`. A message may be moved to another thread and read by several threads.
    ///
    /// ```
    /// use zmq4::Message;
    /// let message = Message::from("Hello");
    /// assert_eq!(message, "Hello");
    /// assert_eq!(message.len(), 5);
    /// assert_eq!(message.as_str(), Ok("Hello"));
    /// assert_eq!(&message[1..3], b"el");
    /// assert!(message == *b"Hello" && message[..] < *b"World".as_slice());
    /// match &*message {
    ///     b"Hello" | b"\x01" => {}
    ///     _ => unreachable!(),
    /// }
    /// ```
    ///
    /// # Text
    /// Frames of other programs are mostly text, and need not be UTF-8. The methods of `[u8]` are those of bytes;
    /// [`as_str`](Message::as_str) gives the methods of `str` where the frame is UTF-8. The crate [bstr] has the methods of `str` for bytes,
    /// so also for messages:
    ///
    /// ```
    /// use bstr::ByteSlice;
    /// use zmq4::Message;
    /// let message = Message::from(b"temperature: 21 \xb0C\nwind: 3".as_slice()); // Latin-1
    /// assert!(message.as_str().is_err());
    /// assert!(message.contains_str("wind"));
    /// let wind = message.lines().find_map(|line| line.strip_prefix(b"wind: "));
    /// assert_eq!(wind, Some(b"3".as_slice()));
    /// let (name, _) = message.split_once_str(": ").unwrap();
    /// assert_eq!(name, b"temperature");
    /// ```
    ///
    /// [bstr]: https://docs.rs/bstr
    #[doc(alias = "zmq_msg_t")]
    pub struct Message(pub(crate) RawMessage);
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

/// The bytes as text. Bytes that are not UTF-8 are replaced.
impl fmt::Display for Message {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        String::from_utf8_lossy(self).fmt(f)
    }
}

/// The first bytes, escaped, and the length if there are more.
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
