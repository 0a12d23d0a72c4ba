//! What DRAFT types address a message by: its group, and the routing id of a peer.

use std::borrow::Cow;
use std::ffi::CString;

use super::Message;
use crate::error::{Call, Error, Result};
use crate::ffi::errno::Errno;
use crate::refusal::Refusal;
use crate::version;

/// How long a group may be (`ZMQ_GROUP_MAX_LENGTH`).
const LONGEST: usize = 255;

/// How long a group may be that libzmq keeps within the message.
const SHORT: usize = 14;

/// The group as C takes it, unless libzmq would not, or would free a longer one twice.
pub(crate) fn checked_group(group: &str) -> Result<CString, Refusal> {
    let most = if version::repaired() { LONGEST } else { SHORT };
    if group.len() > most {
        let mut reason = format!("a group of {} bytes: {most} is the most", group.len());
        if most == SHORT {
            reason.push_str(" with this libzmq, which may free a longer one twice; the feature `vendored` builds one that takes 255");
        }
        return Err(Refusal::invalid(reason));
    }
    CString::new(group).map_err(|_| Refusal::invalid("a group has no byte 0"))
}

/// # Groups and routing ids
///
/// With the feature `draft`: what [`RADIO`](crate::RADIO), [`DISH`](crate::DISH), [`SERVER`](crate::SERVER) and
/// [`PEER`](crate::PEER) sockets address a message by.
impl Message {
    /// The group that a [`RADIO`](crate::RADIO) published it to, or that was [set](Message::set_group); empty if it has
    /// none (`zmq_msg_group`). Bytes that are not UTF-8 are replaced.
    ///
    /// ```
    /// use zmq4::Message;
    /// let mut message = Message::from("sunny");
    /// assert_eq!(message.group(), "");
    /// message.set_group("weather")?;
    /// assert_eq!(message.group(), "weather");
    /// # Ok::<(), zmq4::Error>(())
    /// ```
    #[doc(alias = "zmq_msg_group")]
    #[doc(alias = "OptGroup")]
    pub fn group(&self) -> Cow<'_, str> {
        self.0.group().to_string_lossy()
    }

    /// Sets the group that a [`RADIO`](crate::RADIO) publishes it to (`zmq_msg_set_group`). An empty group is a group
    /// like any other.
    ///
    /// # Errors
    /// `EINVAL` for a group of more than 255 bytes, and of more than 14 bytes on a libzmq up to 4.3.5 that is not the
    /// vendored one: it may free such a group twice. `EINVAL` for a group with a byte 0.
    #[doc(alias = "zmq_msg_set_group")]
    #[doc(alias = "OptGroup")]
    pub fn set_group(&mut self, group: &str) -> Result<()> {
        let failed = |refusal| Error::refused(Call::MsgSetGroup, refusal);
        let group = checked_group(group).map_err(failed)?;
        self.0.set_group(&group).map_err(|errno| failed(errno.into()))
    }

    /// The peer that it came from, for a [`SERVER`](crate::SERVER) or [`PEER`](crate::PEER), or the one that was
    /// [set](Message::set_routing_id) ([`zmq_msg_routing_id`]). `None` if it has none.
    ///
    /// [`zmq_msg_routing_id`]: https://libzmq.readthedocs.io/en/latest/zmq_msg_routing_id.html
    #[doc(alias = "zmq_msg_routing_id")]
    #[doc(alias = "OptRoutingId")]
    pub fn routing_id(&self) -> Option<u32> {
        match self.0.routing_id() {
            0 => None,
            id => Some(id),
        }
    }

    /// Sets the peer that a [`SERVER`](crate::SERVER) or [`PEER`](crate::PEER) sends it to ([`zmq_msg_set_routing_id`]).
    ///
    /// # Errors
    /// `EINVAL` for 0, which is no peer.
    ///
    /// ```
    /// use zmq4::{Errno, Message};
    /// let mut reply = Message::from("World");
    /// assert_eq!(reply.routing_id(), None);
    /// reply.set_routing_id(7)?;
    /// assert_eq!(reply.routing_id(), Some(7));
    /// assert_eq!(reply.set_routing_id(0).unwrap_err(), Errno::EINVAL);
    /// # Ok::<(), zmq4::Error>(())
    /// ```
    ///
    /// [`zmq_msg_set_routing_id`]: https://libzmq.readthedocs.io/en/latest/zmq_msg_set_routing_id.html
    #[doc(alias = "zmq_msg_set_routing_id")]
    #[doc(alias = "OptRoutingId")]
    pub fn set_routing_id(&mut self, id: u32) -> Result<()> {
        self.0.set_routing_id(id).map_err(|errno| {
            let error = Error::new(Call::MsgSetRoutingId, errno);
            if errno == Errno::EINVAL && id == 0 {
                error.because("0 is no peer")
            } else {
                error
            }
        })
    }
}
