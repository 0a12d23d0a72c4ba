//! [`Multipart`]: the frames of one message, in order.

mod convert;
mod list;

use std::{iter, mem};

use crate::error::Result;
use crate::message::Message;

/// The frames of one message, in order, with operations on its envelope.
///
/// ```
/// use zmq4::Multipart;
/// let mut request: Multipart = ["client", "", "Hello"].into_iter().collect();
/// let client = request.pop_envelope();
/// assert_eq!(client.as_deref(), Some(b"client".as_slice()));
/// assert_eq!(request, ["Hello"]);
///
/// let mut reply = Multipart::from_iter(["World"]);
/// reply.push_envelope("client");
/// assert_eq!(reply, ["client", "", "World"]);
/// ```
#[derive(Default)]
#[doc(alias = "RecvMessage")]
pub struct Multipart {
    frames: Vec<Message>,
    /// The number of unused frames before the first one: a removed envelope leaves room for another.
    start: usize,
}

impl Multipart {
    /// A message without frames.
    pub fn new() -> Multipart {
        Multipart::default()
    }

    /// Adds a frame at the front.
    pub fn push_front(&mut self, frame: impl Into<Message>) {
        if self.start == 0 {
            self.make_room();
        }
        if let Some(place) = self.frames[..self.start].last_mut() {
            *place = frame.into();
            self.start -= 1;
        }
    }

    /// Makes room for frames at the front, for so many that this is rare.
    fn make_room(&mut self) {
        let room = 2 + self.frames.len() / 2;
        self.frames.splice(..0, iter::repeat_with(Message::new).take(room));
        self.start = room;
    }

    /// Adds a frame at the end.
    pub fn push_back(&mut self, frame: impl Into<Message>) {
        self.frames.push(frame.into());
    }

    /// Removes the first frame.
    pub fn pop_front(&mut self) -> Option<Message> {
        let first = self.frames.get_mut(self.start)?;
        self.start += 1;
        Some(mem::take(first))
    }

    /// Removes the last frame.
    pub fn pop_back(&mut self) -> Option<Message> {
        if self.is_empty() { None } else { self.frames.pop() }
    }

    /// Adds an envelope at the front: a routing id and an empty delimiter, as a ROUTER and a REQ expect it
    /// ([RFC 28](https://rfc.zeromq.org/spec/28/)).
    ///
    /// This is not the whole envelope of a request with a number, of which [`pop_envelope`](Multipart::pop_envelope) has more.
    ///
    /// ```
    /// use zmq4::Multipart;
    /// let mut message = Multipart::from_iter(["body"]);
    /// message.push_envelope("client 1");
    /// assert_eq!(message, ["client 1", "", "body"]);
    /// assert_eq!(message.pop_envelope().unwrap(), "client 1");
    /// assert_eq!(message, ["body"]);
    /// ```
    pub fn push_envelope(&mut self, routing_id: impl Into<Message>) {
        self.push_front(Message::new());
        self.push_front(routing_id);
    }

    /// Removes the routing id at the front, and the empty delimiter after it, if there is one. Returns the routing id.
    ///
    /// ```
    /// use zmq4::Multipart;
    /// let mut bare: Multipart = ["id", "body"].into_iter().collect();
    /// assert_eq!(bare.pop_envelope().unwrap(), "id");
    /// assert_eq!(bare, ["body"]);
    /// assert!(Multipart::new().pop_envelope().is_none());
    /// ```
    ///
    /// # Requests with a number
    /// A ROUTER receives `[id, number, "", body]` from a REQ with [`set_req_correlate`](crate::Socket::set_req_correlate), and from
    /// `aio::Socket::request`. This method removes the id alone then. The client discards a reply without the number, so the reply
    /// begins with every frame up to and including the first empty one:
    ///
    /// ```
    /// use zmq4::Multipart;
    /// let request = Multipart::from(["id", "number", "", "body"]);
    /// let start = request.iter().position(|frame| frame.is_empty()).map_or(1, |empty| empty + 1);
    /// let (envelope, body) = request[..].split_at(start); // a received message has a frame
    /// assert_eq!(envelope, ["id", "number", ""]);
    /// assert_eq!(body, ["body"]); // then `router.send_message((envelope, "reply"))?`
    /// ```
    pub fn pop_envelope(&mut self) -> Option<Message> {
        let routing_id = self.pop_front();
        if self.front().is_some_and(Message::is_empty) {
            self.pop_front();
        }
        routing_id
    }

    /// The frames, in order.
    #[inline]
    pub fn as_slice(&self) -> &[Message] {
        self.frames.get(self.start..).unwrap_or_default()
    }

    /// The frames, in order. They may be exchanged, and changed as [`Message`] allows.
    pub fn as_mut_slice(&mut self) -> &mut [Message] {
        self.frames.get_mut(self.start..).unwrap_or_default()
    }

    /// A second list of messages over the same bytes: [`Message::share`] of each frame.
    ///
    /// # Errors
    /// Like [`Message::share`].
    ///
    /// ```
    /// use zmq4::Multipart;
    /// let mut news = Multipart::from(["weather", "sunny"]);
    /// assert_eq!(news.share()?, news);
    /// # Ok::<(), zmq4::Error>(())
    /// ```
    pub fn share(&mut self) -> Result<Multipart> {
        let shared: Result<Vec<Message>> = self.iter_mut().map(Message::share).collect();
        shared.map(Multipart::from_frames)
    }

    /// The first frame.
    pub fn front(&self) -> Option<&Message> {
        self.as_slice().first()
    }

    /// The last frame.
    pub fn back(&self) -> Option<&Message> {
        self.as_slice().last()
    }

    /// The frame at `index`, counted from 0.
    pub fn get(&self, index: usize) -> Option<&Message> {
        self.as_slice().get(index)
    }

    /// The number of frames.
    pub fn len(&self) -> usize {
        self.as_slice().len()
    }

    /// Whether there are no frames.
    pub fn is_empty(&self) -> bool {
        self.as_slice().is_empty()
    }

    /// The total length of all frames in bytes.
    pub fn byte_len(&self) -> usize {
        self.iter().map(Message::len).sum()
    }

    /// Drops all frames and keeps the allocated memory.
    pub fn clear(&mut self) {
        self.frames.clear();
        self.start = 0;
    }

    /// Does not move the frames.
    #[inline]
    pub(crate) fn from_frames(frames: Vec<Message>) -> Multipart {
        Multipart { frames, start: 0 }
    }

    /// All frames, unused ones included, to receive a message into.
    #[inline]
    pub(crate) fn places(&mut self) -> &mut Vec<Message> {
        self.start = 0;
        &mut self.frames
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use std::collections::VecDeque;

    use super::*;

    #[test]
    fn multipart_behaves_like_a_deque() {
        let mut random = 1_u32;
        let (mut ours, mut model) = (Multipart::new(), VecDeque::new());
        for step in 0..10_000_u32 {
            random = random.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            match random >> 29 {
                0 | 1 => {
                    ours.push_front(step.to_be_bytes());
                    model.push_front(step.to_be_bytes().to_vec());
                }
                2 | 3 => {
                    ours.push_back(step.to_be_bytes());
                    model.push_back(step.to_be_bytes().to_vec());
                }
                4 | 5 => assert_eq!(ours.pop_front().map(|frame| frame.to_vec()), model.pop_front()),
                6 => assert_eq!(ours.pop_back().map(|frame| frame.to_vec()), model.pop_back()),
                _ if random >> 24 & 31 == 0 => {
                    ours.clear();
                    model.clear();
                }
                _ => {}
            }
            assert_eq!(ours.len(), model.len());
            assert!(ours.iter().eq(model.iter()), "step {step}");
            assert_eq!(ours.front().map(Message::as_bytes), model.front().map(Vec::as_slice));
            assert_eq!(ours.back().map(Message::as_bytes), model.back().map(Vec::as_slice));
        }
        ours.push_front("last");
        ours.pop_front();
        assert!(ours.into_iter().eq(model), "without the unused frames");
    }

    #[test]
    fn equal_frames_make_equal_multiparts() {
        let mut stripped = Multipart::from_iter(["id", "", "body"]);
        stripped.pop_envelope().unwrap();
        assert_eq!(stripped, Multipart::from_iter(["body"]));
    }
}
