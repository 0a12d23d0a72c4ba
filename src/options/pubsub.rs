//! Subscriptions, and how publishers treat them.

use super::row::*;
use super::value::{Bool, Bytes};
use crate::error::Result;
use crate::error::{Call, Error};
use crate::ffi::errno::Errno;
use crate::socket::Socket;
use crate::socket::topic;
use crate::socket_type::SocketType;

const XPUB: &[SocketType] = &[SocketType::XPUB];
/// Why a SUB with `ZMQ_CONFLATE` has one subscription.
pub(super) const ONE_ONLY: &str = "with ZMQ_CONFLATE, only the newest subscription reaches the publisher";
const ALL: &[SocketType] = &[SocketType::PUB, SocketType::XPUB, SocketType::SUB, SocketType::XSUB];

/// # Subscriptions
impl Socket {
    /// Subscribes a SUB to the messages that begin with `topic`; an empty one is for all.
    ///
    /// Subscriptions are counted: as many [`unsubscribe`](Socket::unsubscribe) undo them. An XSUB subscribes by sending
    /// the byte 1 and the topic. On an XPUB that is [manual](Socket::set_xpub_manual) it grants the peer that asked last
    /// a subscription.
    ///
    #[doc = manual!("zmq_setsockopt", "ZMQ_SUBSCRIBE")]
    ///
    /// # Errors
    /// `EINVAL` for other types; `EMSGSIZE` for more than 8192 bytes (1024 with musl) where libzmq may have been built
    /// without its radix tree, because such a one overflows its stack, and for 246 to 255 bytes on a SUB or XSUB with libzmq 4.3.3
    /// and 4.3.4, which send the publisher something else; `ETERM` once the context has ended.
    ///
    /// `EINVAL` also for the second subscription of a SUB with [`conflate`](Socket::conflate), which would replace the first on the way to the
    /// publisher.
    ///
    /// libzmq 4.3.3 and newer garble a topic of 255 bytes for a publisher with ZMTP 3.0 or older, as libzmq had before 4.3.3.
    ///
    /// ```
    /// use zmq4::Context;
    /// let context = Context::new()?;
    /// let (publisher, subscriber) = (context.socket(zmq4::XPUB)?, context.socket(zmq4::SUB)?);
    /// publisher.bind("inproc://news")?;
    /// subscriber.subscribe("weather")?;
    /// subscriber.connect("inproc://news")?;
    /// assert_eq!(publisher.recv(0)?, b"\x01weather"); // the subscription has arrived
    /// publisher.send("traffic: slow", 0)?;
    /// publisher.send("weather: sunny", 0)?;
    /// assert_eq!(subscriber.recv(0)?, "weather: sunny");
    /// # Ok::<(), zmq4::Error>(())
    /// ```
    #[doc(alias = "ZMQ_SUBSCRIBE")]
    #[doc(alias = "SetSubscribe")]
    pub fn subscribe(&self, topic: impl AsRef<[u8]>) -> Result<()> {
        let topic = topic.as_ref();
        let check = match self.socket_type() {
            SocketType::XPUB => topic::check,
            _ => topic::check_sent,
        };
        check(topic).map_err(|reason| {
            Error::new(Call::SetSockOpt, Errno::EMSGSIZE)
                .about_option("ZMQ_SUBSCRIBE")
                .because(reason)
        })?;
        let count = self.preconditions().subscriptions();
        let conflates = || self.socket_type() == SocketType::SUB && self.conflates();
        if count > 0 && conflates() {
            return Err(row::ZMQ_SUBSCRIBE.refuse(ONE_ONLY));
        }
        self.write(&row::ZMQ_SUBSCRIBE, topic)
            .map_err(|error| self.cannot_subscribe(error))?;
        self.preconditions().set_subscriptions(count.saturating_add(1));
        Ok(())
    }

    /// Removes one subscription of a SUB to `topic`; one that it does not have is not an error. On an XPUB that is
    /// [manual](Socket::set_xpub_manual) it removes one of the peer that asked last.
    ///
    #[doc = manual!("zmq_setsockopt", "ZMQ_UNSUBSCRIBE")]
    ///
    /// # Errors
    /// `EINVAL` for other types, `ETERM` once the context has ended.
    #[doc(alias = "ZMQ_UNSUBSCRIBE")]
    #[doc(alias = "SetUnsubscribe")]
    pub fn unsubscribe(&self, topic: impl AsRef<[u8]>) -> Result<()> {
        self.write(&row::ZMQ_UNSUBSCRIBE, topic.as_ref())
            .map_err(|error| self.cannot_subscribe(error))?;
        self.preconditions()
            .set_subscriptions(self.preconditions().subscriptions().saturating_sub(1));
        Ok(())
    }

    fn cannot_subscribe(&self, error: Error) -> Error {
        if error != Errno::EINVAL {
            return error;
        }
        match self.socket_type() {
            SocketType::SUB => error,
            SocketType::XSUB => error.because("an XSUB subscribes by sending the byte 1 and the topic"),
            SocketType::XPUB => {
                error.because("an XPUB subscribes a peer only with ZMQ_XPUB_MANUAL, after the peer has asked")
            }
            ty => error.because(format!("a {ty:?} socket cannot subscribe: a SUB does")),
        }
    }
}

options! {
    "# Options: how publishers treat subscriptions";
    ZMQ_SUBSCRIBE = "ZMQ_SUBSCRIBE", "3.1.0", &[], now, needs &[], Bytes::ANY, { hand "set" }
    ZMQ_UNSUBSCRIBE = "ZMQ_UNSUBSCRIBE", "3.1.0", &[], now, needs &[], Bytes::ANY, { hand "set" }
    /// Whether an XPUB also receives subscriptions that another peer has already, not only new ones. The default is
    /// `false`. Of unsubscriptions it receives the last one of a topic: a program that passes them to an XSUB has to
    /// count, as [`proxy`](fn@crate::proxy) does.
    ZMQ_XPUB_VERBOSE = "ZMQ_XPUB_VERBOSE", "3.2.1", XPUB, now, needs &[], Bool, {
        set set_xpub_verbose: bool, "SetXpubVerbose";
        good [true, false]; bad []
    }
    /// Like [`set_xpub_verbose`](Socket::set_xpub_verbose), and for unsubscriptions as well. The default is `false`.
    ZMQ_XPUB_VERBOSER = "ZMQ_XPUB_VERBOSER", "4.2.0", XPUB, now, needs &[], Bool, {
        set set_xpub_verboser: bool, "SetXpubVerboser";
        good [true, false]; bad []
    }
    /// Whether a send blocks, or fails with `EAGAIN`, if the queue of a subscriber is full. The default, `false`, drops the
    /// message for that subscriber. For XPUB and PUB.
    ZMQ_XPUB_NODROP = "ZMQ_XPUB_NODROP", "4.1.0", &[SocketType::XPUB, SocketType::PUB], now, needs &[], Bool, {
        set set_xpub_nodrop: bool, "SetXpubNodrop";
        good [true, false]; bad []
    }
    /// Whether the program decides about subscriptions: what an XPUB receives has no effect until it calls
    /// [`subscribe`](Socket::subscribe) or [`unsubscribe`](Socket::unsubscribe), which hold for the peer that the last
    /// received one came from. The default is `false`.
    ZMQ_XPUB_MANUAL = "ZMQ_XPUB_MANUAL", "4.2.0", XPUB, now, needs &[], Bool, {
        set set_xpub_manual: bool, "SetXpubManual";
        good [true, false]; bad []
    }
    /// What an XPUB sends to each new subscriber, who receives it if it has subscribed to it; empty, the default, is
    /// nothing.
    ///
    /// Over inproc, a [`bind`](Socket::bind) is rejected if a subscriber that has connected before may have closed, because libzmq would
    /// abort. A [repaired](crate::has) libzmq does not.
    ZMQ_XPUB_WELCOME_MSG = "ZMQ_XPUB_WELCOME_MSG", "4.2.0", XPUB, next, needs &[], Bytes::ANY, {
        set set_xpub_welcome_msg: impl AsRef<[u8]>, "SetXpubWelcomeMsg";
        good ["welcome", ""]; bad []
    }
    /// Whether a message goes to those whose subscriptions do *not* match it. The default is `false`. Set it on both
    /// ends.
    ZMQ_INVERT_MATCHING = "ZMQ_INVERT_MATCHING", "4.2.0", ALL, now, needs &[], Bool, {
        get invert_matching: bool, "GetInvertMatching"; set set_invert_matching: bool, "SetInvertMatching";
        good [true, false]; bad []
    }
}
