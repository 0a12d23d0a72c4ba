//! A [`Multipart`] as a list: iteration, positions, comparison and text.

use std::hash::{Hash, Hasher};
use std::ops::{Index, IndexMut};
use std::slice::SliceIndex;
use std::{fmt, slice, vec};

use super::Multipart;
use crate::message::Message;

impl Multipart {
    /// The frames, in order.
    #[inline]
    pub fn iter(&self) -> slice::Iter<'_, Message> {
        self.as_slice().iter()
    }

    /// The frames, in order, to exchange or [share](Message::share) them.
    #[inline]
    pub fn iter_mut(&mut self) -> slice::IterMut<'_, Message> {
        self.as_mut_slice().iter_mut()
    }
}

impl PartialEq for Multipart {
    fn eq(&self, other: &Multipart) -> bool {
        self.as_slice() == other.as_slice()
    }
}

impl Eq for Multipart {}

impl Hash for Multipart {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.as_slice().hash(state);
    }
}

impl fmt::Debug for Multipart {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self).finish()
    }
}

/// The text of all frames, as Go prints a list: `[first second]`. Bytes that are not UTF-8 are replaced.
///
/// ```
/// assert_eq!(zmq4::Multipart::from(["weather", "sunny"]).to_string(), "[weather sunny]");
/// ```
impl fmt::Display for Multipart {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut separator = "[";
        for frame in self {
            write!(f, "{separator}{frame}")?;
            separator = " ";
        }
        f.write_str(if self.is_empty() { "[]" } else { "]" })
    }
}

/// By position, `message[0]`, or by range, `&message[1..]`.
///
/// # Panics
/// If there is no frame at the position, as with a slice; [`Multipart::get`] returns `None`.
///
/// ```
/// let message = zmq4::Multipart::from(["id", "", "body"]);
/// assert_eq!(message[0], "id");
/// assert_eq!(message[1..], ["", "body"]);
/// ```
impl<I: SliceIndex<[Message]>> Index<I> for Multipart {
    type Output = I::Output;

    fn index(&self, index: I) -> &I::Output {
        &self.as_slice()[index]
    }
}

/// # Panics
/// If there is no frame at the position, as with a slice.
///
/// ```
/// let mut message = zmq4::Multipart::from(["id", "request"]);
/// message[1] = "reply".into();
/// assert_eq!(message, ["id", "reply"]);
/// ```
impl<I: SliceIndex<[Message]>> IndexMut<I> for Multipart {
    fn index_mut(&mut self, index: I) -> &mut I::Output {
        &mut self.as_mut_slice()[index]
    }
}

impl IntoIterator for Multipart {
    type Item = Message;
    type IntoIter = vec::IntoIter<Message>;

    fn into_iter(self) -> Self::IntoIter {
        Vec::from(self).into_iter()
    }
}

impl<'m> IntoIterator for &'m Multipart {
    type Item = &'m Message;
    type IntoIter = slice::Iter<'m, Message>;

    #[inline]
    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl<'m> IntoIterator for &'m mut Multipart {
    type Item = &'m mut Message;
    type IntoIter = slice::IterMut<'m, Message>;

    #[inline]
    fn into_iter(self) -> Self::IntoIter {
        self.iter_mut()
    }
}

/// Compares frame by frame.
impl<T> PartialEq<[T]> for Multipart
where
    Message: PartialEq<T>,
{
    fn eq(&self, other: &[T]) -> bool {
        self.as_slice() == other
    }
}

/// Compares frame by frame.
impl<T, const N: usize> PartialEq<[T; N]> for Multipart
where
    Message: PartialEq<T>,
{
    fn eq(&self, other: &[T; N]) -> bool {
        self.as_slice() == other
    }
}

/// Compares frame by frame.
impl<T> PartialEq<Vec<T>> for Multipart
where
    Message: PartialEq<T>,
{
    fn eq(&self, other: &Vec<T>) -> bool {
        self.as_slice() == other.as_slice()
    }
}
