//! Options of a socket.

use std::ffi::c_int;
use std::time::Duration;

use zmq_sys as sys;

use super::Socket;
use super::topic;
use super::wait::Side;
use crate::errno::Errno;
use crate::error::{Call, Error, Result};

/// The longest routing id.
const MAX_ROUTING_ID: usize = 255;

impl Socket {
    /// How long the socket's messages may wait to be delivered after it is closed; `None` is for ever, which is the
    /// default, unless the context says otherwise ([`Context::set_blocky`](crate::Context::set_blocky)).
    ///
    /// # Errors
    /// `ETERM` once the context has ended.
    #[doc(alias = "ZMQ_LINGER")]
    #[doc(alias = "GetLinger")]
    pub fn linger(&self) -> Result<Option<Duration>> {
        self.get_time(sys::ZMQ_LINGER, "ZMQ_LINGER")
    }

    /// Says how long the socket's messages may wait to be delivered after it is closed: rounded up to milliseconds,
    /// zero to drop them at once, `None` for ever.
    ///
    /// The context waits for as long when it is terminated. It must be set before the context is shut down.
    ///
    /// libzmq up to 4.3.5 aborts where the linger of a sender runs out in the middle of a message of several frames at
    /// the moment at which its peer closes too (zeromq/libzmq#3442). Who sends such messages closes the sender first,
    /// and gives it time.
    ///
    /// # Errors
    /// `EINVAL` for more than 24 days, `ETERM` once the context has ended.
    #[doc(alias = "ZMQ_LINGER")]
    #[doc(alias = "SetLinger")]
    pub fn set_linger(&self, linger: Option<Duration>) -> Result<()> {
        self.set_time(sys::ZMQ_LINGER, "ZMQ_LINGER", linger).map(drop)
    }

    /// How long a receive waits; `None`, the default, is for ever.
    ///
    /// # Errors
    /// `ETERM` once the context has ended.
    #[doc(alias = "ZMQ_RCVTIMEO")]
    #[doc(alias = "GetRcvtimeo")]
    pub fn rcvtimeo(&self) -> Result<Option<Duration>> {
        self.get_time(sys::ZMQ_RCVTIMEO, "ZMQ_RCVTIMEO")
    }

    /// Says how long a receive waits before it fails with `EAGAIN`: rounded up to milliseconds, zero not to wait,
    /// `None` for ever.
    ///
    /// # Errors
    /// `EINVAL` for more than 24 days, `ETERM` once the context has ended.
    #[doc(alias = "ZMQ_RCVTIMEO")]
    #[doc(alias = "SetRcvtimeo")]
    pub fn set_rcvtimeo(&self, timeout: Option<Duration>) -> Result<()> {
        let ms = self.set_time(sys::ZMQ_RCVTIMEO, "ZMQ_RCVTIMEO", timeout)?;
        self.timeout(Side::Recv).set(ms);
        Ok(())
    }

    /// How long a send waits; `None`, the default, is for ever.
    ///
    /// # Errors
    /// `ETERM` once the context has ended.
    #[doc(alias = "ZMQ_SNDTIMEO")]
    #[doc(alias = "GetSndtimeo")]
    pub fn sndtimeo(&self) -> Result<Option<Duration>> {
        self.get_time(sys::ZMQ_SNDTIMEO, "ZMQ_SNDTIMEO")
    }

    /// Says how long a send waits before it fails with `EAGAIN`: rounded up to milliseconds, zero not to wait, `None`
    /// for ever.
    ///
    /// # Errors
    /// `EINVAL` for more than 24 days, `ETERM` once the context has ended.
    #[doc(alias = "ZMQ_SNDTIMEO")]
    #[doc(alias = "SetSndtimeo")]
    pub fn set_sndtimeo(&self, timeout: Option<Duration>) -> Result<()> {
        let ms = self.set_time(sys::ZMQ_SNDTIMEO, "ZMQ_SNDTIMEO", timeout)?;
        self.timeout(Side::Send).set(ms);
        Ok(())
    }

    /// How many messages may queue for a peer before sending waits or drops: the high-water mark. The default is 1000;
    /// 0 is no limit.
    ///
    /// # Errors
    /// `ETERM` once the context has ended.
    #[doc(alias = "ZMQ_SNDHWM")]
    #[doc(alias = "GetSndhwm")]
    pub fn sndhwm(&self) -> Result<u32> {
        self.get_int(sys::ZMQ_SNDHWM, "ZMQ_SNDHWM").map(c_int::unsigned_abs)
    }

    /// Says how many messages may queue for a peer before sending waits or drops; 0 is no limit. Holds for connections
    /// that exist as well.
    ///
    /// # Errors
    /// `EINVAL` for more than 2147483647, `ETERM` once the context has ended.
    #[doc(alias = "ZMQ_SNDHWM")]
    #[doc(alias = "SetSndhwm")]
    pub fn set_sndhwm(&self, messages: u32) -> Result<()> {
        self.set_count(sys::ZMQ_SNDHWM, "ZMQ_SNDHWM", messages)
    }

    /// How many messages of a peer may queue before it is held back: the high-water mark. The default is 1000; 0 is no
    /// limit.
    ///
    /// # Errors
    /// `ETERM` once the context has ended.
    #[doc(alias = "ZMQ_RCVHWM")]
    #[doc(alias = "GetRcvhwm")]
    pub fn rcvhwm(&self) -> Result<u32> {
        self.get_int(sys::ZMQ_RCVHWM, "ZMQ_RCVHWM").map(c_int::unsigned_abs)
    }

    /// Says how many messages of a peer may queue before it is held back; 0 is no limit. Holds for connections that
    /// exist as well.
    ///
    /// # Errors
    /// `EINVAL` for more than 2147483647, `ETERM` once the context has ended.
    #[doc(alias = "ZMQ_RCVHWM")]
    #[doc(alias = "SetRcvhwm")]
    pub fn set_rcvhwm(&self, messages: u32) -> Result<()> {
        self.set_count(sys::ZMQ_RCVHWM, "ZMQ_RCVHWM", messages)
    }

    /// The routing id by which a ROUTER knows this socket; empty, the default, lets the ROUTER make one up.
    ///
    /// # Errors
    /// `ETERM` once the context has ended.
    #[doc(alias = "ZMQ_ROUTING_ID")]
    #[doc(alias = "ZMQ_IDENTITY")]
    pub fn routing_id(&self) -> Result<Vec<u8>> {
        let mut id = [0; MAX_ROUTING_ID];
        let len = self
            .uninterrupted(|| self.raw().get(sys::ZMQ_ROUTING_ID, &mut id))
            .map_err(|errno| Error::new(Call::GetSockOpt, errno).about_option("ZMQ_ROUTING_ID"))?;
        Ok(id[..len].to_vec())
    }

    /// Sets the routing id by which a ROUTER is to know this socket, for connections made from now on.
    ///
    /// # Errors
    /// `EINVAL` for none or more than 255 bytes, `ETERM` once the context has ended.
    #[doc(alias = "ZMQ_ROUTING_ID")]
    #[doc(alias = "ZMQ_IDENTITY")]
    pub fn set_routing_id(&self, id: impl AsRef<[u8]>) -> Result<()> {
        let id = id.as_ref();
        if id.is_empty() || id.len() > MAX_ROUTING_ID {
            let reason = format!("{} bytes are not within 1 to {MAX_ROUTING_ID}", id.len());
            return Err(refused("ZMQ_ROUTING_ID", Errno::EINVAL, reason));
        }
        self.set_bytes(sys::ZMQ_ROUTING_ID, "ZMQ_ROUTING_ID", id)
    }

    /// [`routing_id`](Socket::routing_id) under the name that Go has for it.
    ///
    /// # Errors
    /// As [`routing_id`](Socket::routing_id).
    #[doc(alias = "GetIdentity")]
    pub fn identity(&self) -> Result<Vec<u8>> {
        self.routing_id()
    }

    /// [`set_routing_id`](Socket::set_routing_id) under the name that Go has for it.
    ///
    /// # Errors
    /// As [`set_routing_id`](Socket::set_routing_id).
    #[doc(alias = "SetIdentity")]
    pub fn set_identity(&self, id: impl AsRef<[u8]>) -> Result<()> {
        self.set_routing_id(id)
    }

    /// Subscribes a SUB to the messages that begin with `topic`; an empty one is for all.
    ///
    /// Subscriptions are counted: as many [`unsubscribe`](Socket::unsubscribe) undo them. An XSUB subscribes by sending
    /// the byte 1 and the topic.
    ///
    /// # Errors
    /// `EINVAL` for other types; `EMSGSIZE` for more than 8192 bytes (1024 with musl) where libzmq may have been built
    /// without its radix tree, because such a one overflows its stack; `ETERM` once the context has ended.
    #[doc(alias = "ZMQ_SUBSCRIBE")]
    #[doc(alias = "SetSubscribe")]
    pub fn subscribe(&self, topic: impl AsRef<[u8]>) -> Result<()> {
        let topic = topic.as_ref();
        topic::check(topic).map_err(|reason| refused("ZMQ_SUBSCRIBE", Errno::EMSGSIZE, reason))?;
        self.set_bytes(sys::ZMQ_SUBSCRIBE, "ZMQ_SUBSCRIBE", topic)
    }

    /// Takes one subscription of a SUB to `topic` back; one that it does not have is not an error.
    ///
    /// # Errors
    /// `EINVAL` for other types, `ETERM` once the context has ended.
    #[doc(alias = "ZMQ_UNSUBSCRIBE")]
    #[doc(alias = "SetUnsubscribe")]
    pub fn unsubscribe(&self, topic: impl AsRef<[u8]>) -> Result<()> {
        self.set_bytes(sys::ZMQ_UNSUBSCRIBE, "ZMQ_UNSUBSCRIBE", topic.as_ref())
    }

    /// Whether more frames follow the one that was received last, of the same message. [`Message::more`] tells it of
    /// the frame itself.
    ///
    /// # Errors
    /// `ETERM` once the context has ended.
    ///
    /// [`Message::more`]: crate::Message::more
    #[doc(alias = "ZMQ_RCVMORE")]
    #[doc(alias = "GetRcvmore")]
    pub fn rcvmore(&self) -> Result<bool> {
        self.get_int(sys::ZMQ_RCVMORE, "ZMQ_RCVMORE").map(|more| more != 0)
    }

    fn get_int(&self, option: c_int, name: &'static str) -> Result<c_int> {
        self.uninterrupted(|| self.raw().get_int(option))
            .map_err(|errno| Error::new(Call::GetSockOpt, errno).about_option(name))
    }

    fn set_int(&self, option: c_int, name: &'static str, value: c_int) -> Result<()> {
        self.uninterrupted(|| self.raw().set_int(option, value))
            .map_err(|errno| Error::new(Call::SetSockOpt, errno).about_option(name))
    }

    fn set_bytes(&self, option: c_int, name: &'static str, value: &[u8]) -> Result<()> {
        self.uninterrupted(|| self.raw().set(option, value))
            .map_err(|errno| Error::new(Call::SetSockOpt, errno).about_option(name))
    }

    fn set_count(&self, option: c_int, name: &'static str, value: u32) -> Result<()> {
        let value = c_int::try_from(value).map_err(|_| {
            refused(
                name,
                Errno::EINVAL,
                format!("{value} is not within 0 to {}", c_int::MAX),
            )
        })?;
        self.set_int(option, name, value)
    }

    fn get_time(&self, option: c_int, name: &'static str) -> Result<Option<Duration>> {
        let ms = self.get_int(option, name)?;
        Ok(u64::try_from(ms).ok().map(Duration::from_millis))
    }

    /// Answers the milliseconds that were set, -1 for ever.
    fn set_time(&self, option: c_int, name: &'static str, time: Option<Duration>) -> Result<c_int> {
        let ms = match time {
            None => -1,
            Some(time) => c_int::try_from(time.as_nanos().div_ceil(1_000_000)).map_err(|_| {
                let reason = format!("{time:?} is more than {} ms", c_int::MAX);
                refused(name, Errno::EINVAL, reason)
            })?,
        };
        self.set_int(option, name, ms)?;
        Ok(ms)
    }

    /// Bytes of any length: the buffer grows until they fit.
    pub(super) fn get_long_bytes(&self, option: c_int, name: &'static str) -> Result<Vec<u8>> {
        const ENOUGH: usize = 1 << 26;
        let mut value = vec![0; 256];
        loop {
            match self.uninterrupted(|| self.raw().get(option, &mut value)) {
                Ok(len) => {
                    value.truncate(len);
                    return Ok(value);
                }
                Err(Errno::EINVAL) if value.len() < ENOUGH => value.resize(value.len() * 8, 0),
                Err(errno) => return Err(Error::new(Call::GetSockOpt, errno).about_option(name)),
            }
        }
    }
}

fn refused(name: &'static str, errno: Errno, reason: String) -> Error {
    Error::new(Call::SetSockOpt, errno).about_option(name).because(reason)
}
