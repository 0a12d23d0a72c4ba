//! [`ProtocolError`]: what was wrong with what a peer said in its handshake.

use std::ffi::c_int;
use std::fmt;

use zmq_sys as sys;

/// What was wrong with what a peer, or the authentication, said in a handshake. A number that this version does not know
/// is a value like any other.
///
/// The constants also stand at the root of the crate, as in C: `zmq4::PROTOCOL_ERROR_ZMTP_KEY_EXCHANGE`.
///
/// ```
/// use zmq4::{PROTOCOL_ERROR_ZMTP_MECHANISM_MISMATCH, ProtocolError};
/// assert_eq!(PROTOCOL_ERROR_ZMTP_MECHANISM_MISMATCH.name(), Some("ZMTP_MECHANISM_MISMATCH"));
/// assert_eq!(ProtocolError::from_raw(0x1100_0002), ProtocolError::ZMTP_MECHANISM_MISMATCH);
/// assert_eq!(ProtocolError::from_raw(7).to_string(), "ProtocolError(0x7)");
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct ProtocolError(c_int);

macro_rules! errors {
    ($($(#[$doc:meta])* $name:ident, $root:ident = $value:ident;)*) => {
        impl ProtocolError {
            $($(#[$doc])* pub const $name: ProtocolError = ProtocolError(sys::$value);)*

            /// The name, or `None` for a number that this version does not know.
            pub fn name(self) -> Option<&'static str> {
                $(if self == ProtocolError::$name { return Some(stringify!($name)); })*
                None
            }
        }
        $($(#[$doc])* pub const $root: ProtocolError = ProtocolError::$name;)*
    };
}

errors! {
    /// ZMTP was broken in some way.
    #[doc(alias = "ZMQ_PROTOCOL_ERROR_ZMTP_UNSPECIFIED")]
    ZMTP_UNSPECIFIED, PROTOCOL_ERROR_ZMTP_UNSPECIFIED = ZMQ_PROTOCOL_ERROR_ZMTP_UNSPECIFIED;
    /// A command came out of turn, or is not known.
    #[doc(alias = "ZMQ_PROTOCOL_ERROR_ZMTP_UNEXPECTED_COMMAND")]
    ZMTP_UNEXPECTED_COMMAND, PROTOCOL_ERROR_ZMTP_UNEXPECTED_COMMAND = ZMQ_PROTOCOL_ERROR_ZMTP_UNEXPECTED_COMMAND;
    /// A nonce came out of its order.
    #[doc(alias = "ZMQ_PROTOCOL_ERROR_ZMTP_INVALID_SEQUENCE")]
    ZMTP_INVALID_SEQUENCE, PROTOCOL_ERROR_ZMTP_INVALID_SEQUENCE = ZMQ_PROTOCOL_ERROR_ZMTP_INVALID_SEQUENCE;
    /// The exchange of keys failed.
    #[doc(alias = "ZMQ_PROTOCOL_ERROR_ZMTP_KEY_EXCHANGE")]
    ZMTP_KEY_EXCHANGE, PROTOCOL_ERROR_ZMTP_KEY_EXCHANGE = ZMQ_PROTOCOL_ERROR_ZMTP_KEY_EXCHANGE;
    /// A command has the wrong form.
    #[doc(alias = "ZMQ_PROTOCOL_ERROR_ZMTP_MALFORMED_COMMAND_UNSPECIFIED")]
    ZMTP_MALFORMED_COMMAND_UNSPECIFIED, PROTOCOL_ERROR_ZMTP_MALFORMED_COMMAND_UNSPECIFIED
        = ZMQ_PROTOCOL_ERROR_ZMTP_MALFORMED_COMMAND_UNSPECIFIED;
    /// A MESSAGE command has the wrong form.
    #[doc(alias = "ZMQ_PROTOCOL_ERROR_ZMTP_MALFORMED_COMMAND_MESSAGE")]
    ZMTP_MALFORMED_COMMAND_MESSAGE, PROTOCOL_ERROR_ZMTP_MALFORMED_COMMAND_MESSAGE
        = ZMQ_PROTOCOL_ERROR_ZMTP_MALFORMED_COMMAND_MESSAGE;
    /// A HELLO command has the wrong form.
    #[doc(alias = "ZMQ_PROTOCOL_ERROR_ZMTP_MALFORMED_COMMAND_HELLO")]
    ZMTP_MALFORMED_COMMAND_HELLO, PROTOCOL_ERROR_ZMTP_MALFORMED_COMMAND_HELLO
        = ZMQ_PROTOCOL_ERROR_ZMTP_MALFORMED_COMMAND_HELLO;
    /// An INITIATE command has the wrong form.
    #[doc(alias = "ZMQ_PROTOCOL_ERROR_ZMTP_MALFORMED_COMMAND_INITIATE")]
    ZMTP_MALFORMED_COMMAND_INITIATE, PROTOCOL_ERROR_ZMTP_MALFORMED_COMMAND_INITIATE
        = ZMQ_PROTOCOL_ERROR_ZMTP_MALFORMED_COMMAND_INITIATE;
    /// An ERROR command has the wrong form.
    #[doc(alias = "ZMQ_PROTOCOL_ERROR_ZMTP_MALFORMED_COMMAND_ERROR")]
    ZMTP_MALFORMED_COMMAND_ERROR, PROTOCOL_ERROR_ZMTP_MALFORMED_COMMAND_ERROR
        = ZMQ_PROTOCOL_ERROR_ZMTP_MALFORMED_COMMAND_ERROR;
    /// A READY command has the wrong form.
    #[doc(alias = "ZMQ_PROTOCOL_ERROR_ZMTP_MALFORMED_COMMAND_READY")]
    ZMTP_MALFORMED_COMMAND_READY, PROTOCOL_ERROR_ZMTP_MALFORMED_COMMAND_READY
        = ZMQ_PROTOCOL_ERROR_ZMTP_MALFORMED_COMMAND_READY;
    /// A WELCOME command has the wrong form.
    #[doc(alias = "ZMQ_PROTOCOL_ERROR_ZMTP_MALFORMED_COMMAND_WELCOME")]
    ZMTP_MALFORMED_COMMAND_WELCOME, PROTOCOL_ERROR_ZMTP_MALFORMED_COMMAND_WELCOME
        = ZMQ_PROTOCOL_ERROR_ZMTP_MALFORMED_COMMAND_WELCOME;
    /// The metadata is not what it must be.
    #[doc(alias = "ZMQ_PROTOCOL_ERROR_ZMTP_INVALID_METADATA")]
    ZMTP_INVALID_METADATA, PROTOCOL_ERROR_ZMTP_INVALID_METADATA = ZMQ_PROTOCOL_ERROR_ZMTP_INVALID_METADATA;
    /// Decryption or authentication failed, for instance because of a wrong key.
    #[doc(alias = "ZMQ_PROTOCOL_ERROR_ZMTP_CRYPTOGRAPHIC")]
    ZMTP_CRYPTOGRAPHIC, PROTOCOL_ERROR_ZMTP_CRYPTOGRAPHIC = ZMQ_PROTOCOL_ERROR_ZMTP_CRYPTOGRAPHIC;
    /// The two ends use different mechanisms.
    #[doc(alias = "ZMQ_PROTOCOL_ERROR_ZMTP_MECHANISM_MISMATCH")]
    ZMTP_MECHANISM_MISMATCH, PROTOCOL_ERROR_ZMTP_MECHANISM_MISMATCH = ZMQ_PROTOCOL_ERROR_ZMTP_MECHANISM_MISMATCH;
    /// The ZAP handler's reply was wrong in an unspecified way.
    #[doc(alias = "ZMQ_PROTOCOL_ERROR_ZAP_UNSPECIFIED")]
    ZAP_UNSPECIFIED, PROTOCOL_ERROR_ZAP_UNSPECIFIED = ZMQ_PROTOCOL_ERROR_ZAP_UNSPECIFIED;
    /// The ZAP handler's reply is malformed.
    #[doc(alias = "ZMQ_PROTOCOL_ERROR_ZAP_MALFORMED_REPLY")]
    ZAP_MALFORMED_REPLY, PROTOCOL_ERROR_ZAP_MALFORMED_REPLY = ZMQ_PROTOCOL_ERROR_ZAP_MALFORMED_REPLY;
    /// The ZAP handler's reply has the id of another request.
    #[doc(alias = "ZMQ_PROTOCOL_ERROR_ZAP_BAD_REQUEST_ID")]
    ZAP_BAD_REQUEST_ID, PROTOCOL_ERROR_ZAP_BAD_REQUEST_ID = ZMQ_PROTOCOL_ERROR_ZAP_BAD_REQUEST_ID;
    /// The ZAP handler's reply has another version than 1.0.
    #[doc(alias = "ZMQ_PROTOCOL_ERROR_ZAP_BAD_VERSION")]
    ZAP_BAD_VERSION, PROTOCOL_ERROR_ZAP_BAD_VERSION = ZMQ_PROTOCOL_ERROR_ZAP_BAD_VERSION;
    /// The ZAP handler's reply has an invalid status code.
    #[doc(alias = "ZMQ_PROTOCOL_ERROR_ZAP_INVALID_STATUS_CODE")]
    ZAP_INVALID_STATUS_CODE, PROTOCOL_ERROR_ZAP_INVALID_STATUS_CODE = ZMQ_PROTOCOL_ERROR_ZAP_INVALID_STATUS_CODE;
    /// The ZAP handler's reply has malformed metadata.
    #[doc(alias = "ZMQ_PROTOCOL_ERROR_ZAP_INVALID_METADATA")]
    ZAP_INVALID_METADATA, PROTOCOL_ERROR_ZAP_INVALID_METADATA = ZMQ_PROTOCOL_ERROR_ZAP_INVALID_METADATA;
    /// The WebSocket handshake was broken in some way.
    #[doc(alias = "ZMQ_PROTOCOL_ERROR_WS_UNSPECIFIED")]
    WS_UNSPECIFIED, PROTOCOL_ERROR_WS_UNSPECIFIED = ZMQ_PROTOCOL_ERROR_WS_UNSPECIFIED;
}

impl ProtocolError {
    /// The error with this number in `zmq.h`, known or not.
    pub const fn from_raw(raw: c_int) -> ProtocolError {
        ProtocolError(raw)
    }

    /// The number in `zmq.h`.
    pub const fn raw(self) -> c_int {
        self.0
    }
}

impl fmt::Display for ProtocolError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.name() {
            Some(name) => f.write_str(name),
            None => write!(f, "ProtocolError({:#x})", self.0),
        }
    }
}

impl fmt::Debug for ProtocolError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
