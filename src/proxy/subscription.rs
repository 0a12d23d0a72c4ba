//! [`Subscription`]: keeps the count of an XSUB right that a verbose XPUB gives its subscriptions.

use crate::error::Result;
use crate::ffi::retry::retry_on_intr;
use crate::flags::Flags;
use crate::socket::Socket;
use crate::socket::relay_buffer::RelayBuffer;
use crate::socket_type::SocketType;

/// A subscription on its way from such an XPUB to an XSUB, or an unsubscription.
///
/// The XSUB counts each, and passes an unsubscription on when it has had as many as subscriptions. The XPUB gives it all of these
/// and one of those. So each that is not the first of its topic is taken back at once, which the XSUB does not pass on.
pub(super) enum Subscription {
    Subscribes(Box<[u8]>),
    Unsubscribes(Box<[u8]>),
}

impl Subscription {
    /// Whether what goes from the one to the other must be looked at.
    pub(super) fn may_pass(from: &Socket, to: &Socket) -> bool {
        from.is_verbose_one_way() && to.socket_type() == SocketType::XSUB && !to.passes_all_unsubscriptions()
    }

    /// What the message is, if it is not a user's.
    pub(super) fn of(message: &RelayBuffer) -> Option<Subscription> {
        match message.single()?.as_bytes() {
            [1, topic @ ..] => Some(Subscription::Subscribes(topic.into())),
            [0, topic @ ..] => Some(Subscription::Unsubscribes(topic.into())),
            _ => None,
        }
    }

    /// Called when the XSUB has got it.
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
