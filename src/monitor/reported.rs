//! [`Reported`]: what a monitor makes of the messages that it receives.

use super::event::Event;
use crate::multipart::Multipart;

/// The events of a [`Monitor`](super::Monitor).
pub trait Reported: Sized {
    /// What is said of other messages.
    const FORM: &str;

    /// What happened.
    fn event(&self) -> Event;

    /// `None` if the message is no event.
    fn decode(frames: &Multipart) -> Option<Self>;
}
