//! [`Error`]: the error number, the call, and what it was about.

use std::any::Any;
use std::borrow::Cow;
use std::fmt;
use std::io;
use std::num::NonZeroU64;

use crate::ffi::errno::Errno;
use crate::refusal::Refusal;
use crate::socket_type::SocketType;

/// The result of a call.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// A call that failed: the error number, the call, and the endpoint or option it was about.
///
/// Two words wide, and created without allocation if there are no details, as for `EAGAIN`. It compares with an [`Errno`], and
/// converts into [`std::io::Error`].
///
/// ```
/// use zmq4::{Errno, Socket};
/// let socket = Socket::new(zmq4::REP)?;
/// let error = socket.bind("tcp://127.0.0.1:70000").unwrap_err();
/// assert_eq!(error, Errno::EINVAL);
/// assert_eq!(error.endpoint(), Some("tcp://127.0.0.1:70000"));
/// assert!(error.to_string().starts_with("zmq_bind(\"tcp://127.0.0.1:70000\"): "));
/// # Ok::<(), zmq4::Error>(())
/// ```
#[derive(thiserror::Error)]
#[error("{}", Described(self))]
pub struct Error {
    code: Code,
    details: Details,
}

/// The error number, and the call in the upper half: one word, so that a result without a value is returned in registers.
#[derive(Clone, Copy)]
struct Code(NonZeroU64);

/// The details, if there are any. If there are none, the drop is one comparison and no call.
#[derive(Default)]
struct Details(Option<Box<Detail>>);

impl Drop for Details {
    #[inline]
    fn drop(&mut self) {
        #[cold]
        #[inline(never)]
        fn drop_detail(detail: Box<Detail>) {
            drop(detail);
        }
        if let Some(detail) = self.0.take() {
            drop_detail(detail);
        }
    }
}

/// What is known beside the number; absent on the fast paths.
#[derive(Default)]
struct Detail {
    argument: Option<Argument>,
    reason: Option<Cow<'static, str>>,
    payload: Option<Box<dyn Any + Send + Sync>>,
}

enum Argument {
    Endpoint(String),
    Option(&'static str),
    Type(SocketType),
}

macro_rules! calls {
    ($($(#[$when:meta])? $variant:ident = $name:literal,)*) => {
        /// The call into libzmq that failed, or that was rejected before it was made.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        #[repr(u8)]
        pub(crate) enum Call { $($(#[$when])? $variant,)* }

        impl Call {
            /// In the order of the variants.
            const NAMES: &[&'static str] = &[$($(#[$when])? $name,)*];
        }
    };
}

calls! {
    #[cfg(any(feature = "tokio", feature = "async-io"))]
    Aio = "aio",
    #[cfg(feature = "auth")]
    Auth = "auth",
    Bind = "zmq_bind",
    Bridge = "bridge",
    Channel = "channel",
    Connect = "zmq_connect",
    #[cfg(feature = "draft")]
    ConnectPeer = "zmq_connect_peer",
    CtxGet = "zmq_ctx_get",
    CtxNew = "zmq_ctx_new",
    CtxSet = "zmq_ctx_set",
    CtxShutdown = "zmq_ctx_shutdown",
    CtxTerm = "zmq_ctx_term",
    CurveKeypair = "zmq_curve_keypair",
    CurvePublic = "zmq_curve_public",
    Disconnect = "zmq_disconnect",
    #[cfg(feature = "draft")]
    GetPeerState = "zmq_socket_get_peer_state",
    GetSockOpt = "zmq_getsockopt",
    #[cfg(feature = "draft")]
    Join = "zmq_join",
    #[cfg(feature = "draft")]
    Leave = "zmq_leave",
    MsgInit = "zmq_msg_init_size",
    #[cfg(feature = "draft")]
    MsgSetGroup = "zmq_msg_set_group",
    #[cfg(feature = "draft")]
    MsgSetRoutingId = "zmq_msg_set_routing_id",
    Poll = "zmq_poll",
    Reactor = "reactor",
    Proxy = "zmq_proxy",
    ProxySteerable = "zmq_proxy_steerable",
    Recv = "zmq_msg_recv",
    Send = "zmq_msg_send",
    #[cfg(feature = "draft")]
    SharedSocket = "shared socket",
    SetSockOpt = "zmq_setsockopt",
    Socket = "zmq_socket",
    SocketMonitor = "zmq_socket_monitor",
    #[cfg(feature = "draft")]
    SocketMonitorPipesStats = "zmq_socket_monitor_pipes_stats",
    #[cfg(feature = "draft")]
    SocketMonitorVersioned = "zmq_socket_monitor_versioned",
    Unbind = "zmq_unbind",
    Utf8 = "from_utf8",
    Z85Decode = "zmq_z85_decode",
    Z85Encode = "zmq_z85_encode",
}

impl Code {
    /// Set in every code, which is so never zero.
    const SET: NonZeroU64 = NonZeroU64::MIN.saturating_add((1 << 63) - 1);

    #[inline]
    fn new(call: Call, errno: Errno) -> Code {
        Code(Code::SET | (call as u64) << 32 | u64::from(errno.raw() as u32))
    }

    #[inline]
    fn errno(self) -> Errno {
        Errno::new(self.0.get() as u32 as i32)
    }

    fn call(self) -> &'static str {
        let call = usize::from((self.0.get() >> 32) as u16);
        Call::NAMES.get(call).copied().unwrap_or_default()
    }
}

impl Error {
    /// An error without details: does not allocate.
    #[inline]
    pub(crate) fn new(call: Call, errno: Errno) -> Error {
        Error {
            code: Code::new(call, errno),
            details: Details(None),
        }
    }

    /// A call that was rejected, or failed, for the reason that the refusal has.
    #[cold]
    pub(crate) fn refused(call: Call, refusal: impl Into<Refusal>) -> Error {
        let Refusal { errno, reason } = refusal.into();
        let error = Error::new(call, errno);
        match reason {
            Some(reason) => error.because(reason),
            None => error,
        }
    }

    pub(crate) fn about_endpoint(mut self, endpoint: &str) -> Error {
        self.detail().argument = Some(Argument::Endpoint(endpoint.to_owned()));
        self
    }

    pub(crate) fn about_option(mut self, option: &'static str) -> Error {
        self.detail().argument = Some(Argument::Option(option));
        self
    }

    pub(crate) fn about_type(mut self, ty: SocketType) -> Error {
        self.detail().argument = Some(Argument::Type(ty));
        self
    }

    pub(crate) fn because(mut self, reason: impl Into<Cow<'static, str>>) -> Error {
        self.detail().reason = Some(reason.into());
        self
    }

    /// Returns to the caller what could not be sent or converted.
    pub(crate) fn returning<T: Any + Send + Sync>(mut self, payload: T) -> Error {
        self.detail().payload = Some(Box::new(payload));
        self
    }

    /// Takes the payload of [`returning`](Error::returning), if it is a `T`.
    pub(crate) fn take<T: Any>(mut self) -> Option<T> {
        let payload: Box<dyn Any> = self.details.0.take()?.payload?;
        payload.downcast().ok().map(|payload| *payload)
    }

    fn detail(&mut self) -> &mut Detail {
        self.details.0.get_or_insert_default()
    }

    fn argument(&self) -> Option<&Argument> {
        self.details.0.as_ref()?.argument.as_ref()
    }

    /// The error number.
    #[doc(alias = "zmq_errno")]
    #[doc(alias = "AsErrno")]
    #[inline]
    pub fn errno(&self) -> Errno {
        self.code.errno()
    }

    /// Whether the call would have blocked: [`Errno::EAGAIN`].
    #[inline]
    pub fn is_would_block(&self) -> bool {
        self.errno() == Errno::EAGAIN
    }

    /// The C function that failed, or that was rejected before it was called.
    pub fn call(&self) -> &'static str {
        self.code.call()
    }

    /// The endpoint, if the call was about one.
    pub fn endpoint(&self) -> Option<&str> {
        match self.argument()? {
            Argument::Endpoint(endpoint) => Some(endpoint),
            _ => None,
        }
    }

    /// The C name of the option, if the call was about one.
    pub fn option(&self) -> Option<&'static str> {
        match self.argument()? {
            Argument::Option(option) => Some(option),
            _ => None,
        }
    }

    /// Why the call failed, if more is known than the error number says.
    pub fn reason(&self) -> Option<&str> {
        self.details.0.as_ref()?.reason.as_deref()
    }
}

/// The text of an error: `zmq_bind("tcp://…"): the reason`.
struct Described<'e>(&'e Error);

impl fmt::Display for Described<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let error = self.0;
        f.write_str(error.call())?;
        match error.argument() {
            Some(Argument::Endpoint(endpoint)) => write!(f, "({endpoint:?})")?,
            Some(Argument::Option(option)) => write!(f, "({option})")?,
            Some(Argument::Type(ty)) => write!(f, "({ty:?})")?,
            None => {}
        }
        match error.reason() {
            Some(reason) => write!(f, ": {reason} ({:?})", error.errno()),
            None => write!(f, ": {} ({:?})", error.errno(), error.errno()),
        }
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The payload may be secret.
        write!(f, "Error({})", Described(self))
    }
}

impl PartialEq<Errno> for Error {
    fn eq(&self, errno: &Errno) -> bool {
        self.errno() == *errno
    }
}

impl PartialEq<Error> for Errno {
    fn eq(&self, error: &Error) -> bool {
        *self == error.errno()
    }
}

impl From<Error> for io::Error {
    fn from(error: Error) -> io::Error {
        io::Error::new(error.errno().kind(), error)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn is_two_words() {
        // Where words have 32 bits, the call and the number are two of them, which ARM aligns to eight bytes.
        let bytes = (size_of::<u64>() + size_of::<usize>()).next_multiple_of(align_of::<u64>());
        assert_eq!(size_of::<Error>(), bytes);
    }

    #[test]
    fn says_what_was_tried() {
        let plain = Error::new(Call::Send, Errno::EAGAIN);
        assert_eq!(
            plain.to_string(),
            "zmq_msg_send: Resource temporarily unavailable (EAGAIN)"
        );
        let told = Error::new(Call::Bind, Errno::EINVAL)
            .about_endpoint("tcp://x")
            .because("the port is missing");
        assert_eq!(told.to_string(), "zmq_bind(\"tcp://x\"): the port is missing (EINVAL)");
        assert_eq!(told.endpoint(), Some("tcp://x"));
        assert_eq!(io::Error::from(told).kind(), io::ErrorKind::InvalidInput);
    }

    #[test]
    fn gives_back_what_it_was_given() {
        let error = Error::new(Call::Send, Errno::EAGAIN).returning(5_u8);
        assert_eq!(error.take::<u8>(), Some(5));
    }
}
