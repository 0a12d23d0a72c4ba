//! Groups of a DISH: calls of the DRAFT API.

use super::Socket;
use crate::error::{Call, Error, Result};
use crate::ffi::errno::Errno;
use crate::message::checked_group;
use crate::refusal::Refusal;

/// # Groups
///
/// Calls of libzmq's DRAFT API, with the feature `draft`.
impl Socket {
    /// Joins a group: a [`DISH`](crate::DISH) receives what is published to it from now on (`zmq_join`). Before 4.2
    /// there is no such call.
    ///
    /// # Errors
    /// `EINVAL` if the socket has joined the group already, or for a group that
    /// [`set_group`](crate::Message::set_group) rejects; `ENOTSUP` for a socket of another type.
    ///
    /// ```
    /// use zmq4::{Context, Errno, Flags, Message};
    /// # if !zmq4::has("draft") { return Ok::<(), zmq4::Error>(()); }
    /// let context = Context::new()?;
    /// let (radio, dish) = (context.socket(zmq4::RADIO)?, context.socket(zmq4::DISH)?);
    /// radio.bind("inproc://weather station")?;
    /// dish.join("weather")?;
    /// assert_eq!(dish.join("weather").unwrap_err(), Errno::EINVAL);
    /// dish.connect("inproc://weather station")?;
    /// // The RADIO learns of groups inside its calls.
    /// radio.events()?;
    ///
    /// let mut message = Message::from("sunny");
    /// message.set_group("weather")?;
    /// radio.send(message, Flags::NONE)?;
    /// let message = dish.recv(Flags::NONE)?;
    /// assert_eq!(message, "sunny");
    /// assert_eq!(message.group(), "weather");
    /// # Ok::<(), zmq4::Error>(())
    /// ```
    #[doc(alias = "zmq_join")]
    #[doc(alias = "Join")]
    pub fn join(&self, group: &str) -> Result<()> {
        let failed = |refusal| Error::refused(Call::Join, refusal).about_type(self.socket_type());
        let text = checked_group(group).map_err(failed)?;
        self.retry_interrupted(|| self.raw().join(&text)).map_err(|errno| {
            failed(match errno {
                Errno::EINVAL => Refusal::invalid(format!("the socket has joined the group {group:?} already")),
                Errno::ENOTSUP => Refusal::new(errno, "only a DISH joins groups"),
                errno => errno.into(),
            })
        })
    }

    /// Leaves a group that was joined (`zmq_leave`).
    ///
    /// # Errors
    /// `EINVAL` if the socket has not joined the group; otherwise like [`join`](Socket::join).
    #[doc(alias = "zmq_leave")]
    #[doc(alias = "Leave")]
    pub fn leave(&self, group: &str) -> Result<()> {
        let failed = |refusal| Error::refused(Call::Leave, refusal).about_type(self.socket_type());
        let text = checked_group(group).map_err(failed)?;
        self.retry_interrupted(|| self.raw().leave(&text)).map_err(|errno| {
            failed(match errno {
                Errno::EINVAL => Refusal::invalid(format!("the socket has not joined the group {group:?}")),
                Errno::ENOTSUP => Refusal::new(errno, "only a DISH leaves groups"),
                errno => errno.into(),
            })
        })
    }
}
