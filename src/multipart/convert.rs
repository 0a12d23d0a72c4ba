//! Conversions from and into [`Multipart`].

use super::Multipart;
use crate::error::{Error, Result};
use crate::message::Message;

impl Multipart {
    /// The bytes of each frame (copies).
    #[doc(alias = "RecvMessageBytes")]
    pub fn to_vecs(&self) -> Vec<Vec<u8>> {
        self.iter().map(|frame| frame.to_vec()).collect()
    }

    /// The text of each frame (copies).
    ///
    /// # Errors
    /// `EILSEQ` if a frame is not UTF-8.
    ///
    /// ```
    /// let message = zmq4::Multipart::from(["id", "body"]);
    /// assert_eq!(message.to_strings()?, ["id", "body"]);
    /// # Ok::<(), zmq4::Error>(())
    /// ```
    #[doc(alias = "RecvMessage")]
    pub fn to_strings(&self) -> Result<Vec<String>> {
        self.iter()
            .map(|frame| frame.as_str().map(str::to_owned).map_err(Error::from))
            .collect()
    }
}

/// A list of frames. `Message`s are not copied, and other owners of bytes as [`Message`] says.
impl<T: Into<Message>> From<Vec<T>> for Multipart {
    fn from(frames: Vec<T>) -> Multipart {
        frames.into_iter().collect()
    }
}

/// ```
/// assert_eq!(zmq4::Multipart::from(["id", "body"]).len(), 2);
/// ```
impl<T: Into<Message>, const N: usize> From<[T; N]> for Multipart {
    fn from(frames: [T; N]) -> Multipart {
        frames.into_iter().collect()
    }
}

impl From<Multipart> for Vec<Message> {
    fn from(mut multipart: Multipart) -> Vec<Message> {
        multipart.frames.drain(..multipart.start);
        multipart.frames
    }
}

/// As many frames as the array has; another number gives the multipart back.
///
/// ```
/// use zmq4::{Message, Multipart};
/// let [id, body]: [Message; 2] = Multipart::from(["id", "body"]).try_into().unwrap();
/// assert_eq!((id, body), ("id".into(), "body".into()));
/// let three: Result<[Message; 3], Multipart> = Multipart::from(["id", "body"]).try_into();
/// assert_eq!(three.unwrap_err(), ["id", "body"]);
/// ```
impl<const N: usize> TryFrom<Multipart> for [Message; N] {
    type Error = Multipart;

    fn try_from(multipart: Multipart) -> Result<[Message; N], Multipart> {
        <[Message; N]>::try_from(Vec::from(multipart)).map_err(Multipart::from_frames)
    }
}

impl<T: Into<Message>> FromIterator<T> for Multipart {
    fn from_iter<I: IntoIterator<Item = T>>(frames: I) -> Multipart {
        Multipart::from_frames(frames.into_iter().map(Into::into).collect())
    }
}

impl<T: Into<Message>> Extend<T> for Multipart {
    fn extend<I: IntoIterator<Item = T>>(&mut self, frames: I) {
        self.frames.extend(frames.into_iter().map(Into::into));
    }
}
