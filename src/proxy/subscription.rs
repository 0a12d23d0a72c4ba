//! [`Subscription`]: keeps the subscription count of an XSUB right behind a verbose XPUB.

use crate::error::Result;
use crate::ffi::retry::retry_on_intr;
use crate::flags::Flags;
use crate::socket::Socket;
use crate::socket::relay_buffer::RelayBuffer;
use crate::socket_type::SocketType;

/// A subscription or unsubscription that is relayed from such an XPUB to an XSUB.
///
/// The XSUB counts subscriptions, and forwards an unsubscription when the count of its topic drops to 0. The XPUB
/// returns every subscription, but only the last unsubscription. So a subscription that is not the first one of its
/// topic is undone at once, which the XSUB does not forward.
pub(super) enum Subscription {
    Subscribes(Box<[u8]>),
    Unsubscribes(Box<[u8]>),
}

impl Subscription {
    /// Whether messages between these sockets may be subscriptions that have to be counted.
    pub(super) fn may_pass(from: &Socket, to: &Socket) -> bool {
        from.is_verbose_one_way() && to.socket_type() == SocketType::XSUB && !to.passes_all_unsubscriptions()
    }

    /// The subscription in the message, unless it is a user message.
    pub(super) fn of(message: &RelayBuffer) -> Option<Subscription> {
        match message.single()?.as_bytes() {
            [1, topic @ ..] => Some(Subscription::Subscribes(topic.into())),
            [0, topic @ ..] => Some(Subscription::Unsubscribes(topic.into())),
            _ => None,
        }
    }

    /// Records that it was sent to the XSUB.
    pub(super) fn passed_to(self, xsub: &Socket) -> Result<()> {
        match self {
            Subscription::Unsubscribes(topic) => {
                xsub.passed_topics().borrow_mut().remove(&topic);
                Ok(())
            }
            Subscription::Subscribes(topic) if !xsub.passed_topics().borrow().contains(&topic) => {
                xsub.passed_topics().borrow_mut().insert(topic);
                Ok(())
            }
            Subscription::Subscribes(topic) => take_back(xsub, &topic),
        }
    }
}

fn take_back(xsub: &Socket, topic: &[u8]) -> Result<()> {
    let frame = [&[0], topic].concat();
    // It never waits, so a signal may not leave the count wrong.
    retry_on_intr(|| !xsub.raw().is_forked(), || xsub.send(&frame, Flags::DONTWAIT)).map(drop)
}
