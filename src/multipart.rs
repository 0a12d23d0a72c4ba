//! [`Multipart`]: the frames of one message, in order.

use std::collections::{VecDeque, vec_deque};
use std::fmt;
use std::ops::Index;

use crate::message::Message;

/// The frames of one message, in order, with what routers do to the envelope in front of it.
///
/// ```
/// use zmq4::Multipart;
/// let mut request: Multipart = ["client", "", "Hello"].into_iter().collect();
/// let client = request.unwrap();
/// assert_eq!(client.as_deref(), Some(b"client".as_slice()));
/// assert_eq!(request, ["Hello"]);
///
/// let mut reply = Multipart::from_iter(["World"]);
/// reply.wrap("client");
/// assert_eq!(reply, ["client", "", "World"]);
/// ```
#[derive(Default, PartialEq, Eq, Hash)]
#[doc(alias = "RecvMessage")]
pub struct Multipart(VecDeque<Message>);

impl Multipart {
    /// No frames.
    pub fn new() -> Multipart {
        Multipart::default()
    }

    /// Puts a frame in front.
    pub fn push_front(&mut self, frame: impl Into<Message>) {
        self.0.push_front(frame.into());
    }

    /// Puts a frame at the end.
    pub fn push_back(&mut self, frame: impl Into<Message>) {
        self.0.push_back(frame.into());
    }

    /// Takes the first frame out.
    pub fn pop_front(&mut self) -> Option<Message> {
        self.0.pop_front()
    }

    /// Takes the last frame out.
    pub fn pop_back(&mut self) -> Option<Message> {
        self.0.pop_back()
    }

    /// Puts an address and an empty delimiter in front, as a REQ or ROUTER expects its envelope (RFC 28).
    pub fn wrap(&mut self, address: impl Into<Message>) {
        self.push_front(Message::new());
        self.push_front(address);
    }

    /// Takes the address in front out, and an empty delimiter after it, if there is one.
    ///
    /// ```
    /// use zmq4::Multipart;
    /// let mut bare: Multipart = ["id", "body"].into_iter().collect();
    /// assert_eq!(bare.unwrap().unwrap(), "id");
    /// assert_eq!(bare, ["body"]);
    /// assert!(Multipart::new().unwrap().is_none());
    /// ```
    pub fn unwrap(&mut self) -> Option<Message> {
        let address = self.pop_front();
        if self.front().is_some_and(Message::is_empty) {
            self.pop_front();
        }
        address
    }

    /// The first frame.
    pub fn front(&self) -> Option<&Message> {
        self.0.front()
    }

    /// The last frame.
    pub fn back(&self) -> Option<&Message> {
        self.0.back()
    }

    /// The frame at `index`, counted from 0.
    pub fn get(&self, index: usize) -> Option<&Message> {
        self.0.get(index)
    }

    /// How many frames there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there are no frames.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// How many bytes all frames have together.
    pub fn byte_len(&self) -> usize {
        self.iter().map(Message::len).sum()
    }

    /// Drops all frames, and keeps the room for as many.
    pub fn clear(&mut self) {
        self.0.clear();
    }

    /// The frames, in order.
    pub fn iter(&self) -> vec_deque::Iter<'_, Message> {
        self.0.iter()
    }

    pub(crate) fn drain(&mut self) -> vec_deque::Drain<'_, Message> {
        self.0.drain(..)
    }
}

impl fmt::Debug for Multipart {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self).finish()
    }
}

/// # Panics
/// Where there is no frame at the index, as with slices; [`Multipart::get`] answers `None`.
impl Index<usize> for Multipart {
    type Output = Message;

    fn index(&self, index: usize) -> &Message {
        &self.0[index]
    }
}

impl IntoIterator for Multipart {
    type Item = Message;
    type IntoIter = vec_deque::IntoIter<Message>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

impl<'m> IntoIterator for &'m Multipart {
    type Item = &'m Message;
    type IntoIter = vec_deque::Iter<'m, Message>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl<T: Into<Message>> FromIterator<T> for Multipart {
    fn from_iter<I: IntoIterator<Item = T>>(frames: I) -> Multipart {
        Multipart(frames.into_iter().map(Into::into).collect())
    }
}

impl<T: Into<Message>> Extend<T> for Multipart {
    fn extend<I: IntoIterator<Item = T>>(&mut self, frames: I) {
        self.0.extend(frames.into_iter().map(Into::into));
    }
}

/// Compares frame by frame.
impl<T> PartialEq<[T]> for Multipart
where
    Message: PartialEq<T>,
{
    fn eq(&self, other: &[T]) -> bool {
        self.len() == other.len() && self.iter().zip(other).all(|(ours, theirs)| ours == theirs)
    }
}

/// Compares frame by frame.
impl<T, const N: usize> PartialEq<[T; N]> for Multipart
where
    Message: PartialEq<T>,
{
    fn eq(&self, other: &[T; N]) -> bool {
        *self == other[..]
    }
}
