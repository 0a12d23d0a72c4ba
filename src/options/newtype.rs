//! Numbers with names, open to values that are not known yet.

use std::ffi::c_int;
use std::fmt;

use zmq_sys as sys;

use super::value::Named;

/// A newtype over an `int` with some named values.
macro_rules! named {
    ($(#[$doc:meta])* $type:ident { $($(#[$value_doc:meta])* $name:ident = $value:expr;)* }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, Hash)]
        pub struct $type(c_int);

        impl $type {
            $($(#[$value_doc])* pub const $name: $type = $type($value);)*

            /// The value with this number, known or not.
            pub const fn from_raw(raw: c_int) -> $type {
                $type(raw)
            }

            /// The number.
            pub const fn raw(self) -> c_int {
                self.0
            }

            /// The name, or `None` for a number that this version does not know.
            pub fn name(self) -> Option<&'static str> {
                $(if self == $type::$name { return Some(stringify!($name)); })*
                None
            }
        }

        impl Named for $type {
            fn of(raw: c_int) -> $type {
                $type(raw)
            }

            fn number(self) -> c_int {
                self.0
            }
        }

        impl fmt::Debug for $type {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                match self.name() {
                    Some(name) => f.write_str(name),
                    None => write!(f, concat!(stringify!($type), "({})"), self.0),
                }
            }
        }
    };
}
#[cfg(feature = "draft")]
pub(super) use named;

named! {
    /// How peers prove who they are ([`Socket::mechanism`](crate::Socket::mechanism)).
    ///
    /// The constants also stand at the root of the crate, as in C and Go: `zmq4::CURVE`.
    ///
    /// ```
    /// use zmq4::Mechanism;
    /// assert_eq!(zmq4::CURVE, Mechanism::CURVE);
    /// assert_eq!(zmq4::PLAIN.to_string(), "PLAIN");
    /// assert_eq!(Mechanism::from_raw(77).to_string(), "<INVALID>");
    /// ```
    Mechanism {
        /// Not at all.
        #[doc(alias = "ZMQ_NULL")]
        NULL = sys::ZMQ_NULL;
        /// By name and password, in the clear.
        #[doc(alias = "ZMQ_PLAIN")]
        PLAIN = sys::ZMQ_PLAIN;
        /// By keys of an elliptic curve; the traffic is encrypted.
        #[doc(alias = "ZMQ_CURVE")]
        CURVE = sys::ZMQ_CURVE;
        /// By Kerberos.
        #[doc(alias = "ZMQ_GSSAPI")]
        GSSAPI = sys::ZMQ_GSSAPI;
    }
}

impl fmt::Display for Mechanism {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name().unwrap_or("<INVALID>"))
    }
}

/// Peers do not prove who they are.
#[doc(alias = "ZMQ_NULL")]
pub const NULL: Mechanism = Mechanism::NULL;
/// Peers have a name and a password.
#[doc(alias = "ZMQ_PLAIN")]
pub const PLAIN: Mechanism = Mechanism::PLAIN;
/// Peers have keys of an elliptic curve.
#[doc(alias = "ZMQ_CURVE")]
pub const CURVE: Mechanism = Mechanism::CURVE;
/// Peers prove themselves through Kerberos.
#[doc(alias = "ZMQ_GSSAPI")]
pub const GSSAPI: Mechanism = Mechanism::GSSAPI;

named! {
    /// The type-of-service byte of IP packets: six bits of DSCP and two of ECN ([`Socket::set_tos`]).
    ///
    /// [`Socket::set_tos`]: crate::Socket::set_tos
    Tos {
        /// Nothing special, the default.
        NORMAL = 0;
        /// Minimise the delay (`IPTOS_LOWDELAY`).
        LOW_DELAY = 0x10;
        /// Maximise the throughput (`IPTOS_THROUGHPUT`).
        THROUGHPUT = 0x08;
        /// Maximise the reliability (`IPTOS_RELIABILITY`).
        RELIABILITY = 0x04;
        /// Expedited forwarding (RFC 3246).
        EXPEDITED = 0xb8;
    }
}

impl From<u8> for Tos {
    fn from(byte: u8) -> Tos {
        Tos(c_int::from(byte))
    }
}

named! {
    /// What kind of name a GSSAPI principal is.
    NameType {
        /// `service@host`, the default.
        #[doc(alias = "ZMQ_GSSAPI_NT_HOSTBASED")]
        HOSTBASED = sys::ZMQ_GSSAPI_NT_HOSTBASED;
        /// A local user's name.
        #[doc(alias = "ZMQ_GSSAPI_NT_USER_NAME")]
        USER_NAME = sys::ZMQ_GSSAPI_NT_USER_NAME;
        /// A Kerberos principal.
        #[doc(alias = "ZMQ_GSSAPI_NT_KRB5_PRINCIPAL")]
        KRB5_PRINCIPAL = sys::ZMQ_GSSAPI_NT_KRB5_PRINCIPAL;
    }
}

#[cfg(unix)]
named! {
    /// How the system schedules the threads of a context
    /// ([`Context::set_thread_sched_policy`](crate::Context::set_thread_sched_policy)). The numbers are the system's.
    SchedPolicy {
        /// As every other thread.
        OTHER = libc::SCHED_OTHER;
        /// Real time, first in, first out; needs a privilege and a priority.
        FIFO = libc::SCHED_FIFO;
        /// Real time, in turns; needs a privilege and a priority.
        RR = libc::SCHED_RR;
    }
}
