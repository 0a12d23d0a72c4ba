//! [`Errno`]: an error number of the system or of libzmq, known or not.

use std::borrow::Cow;
use std::ffi::c_int;
use std::fmt;
use std::io;

use zmq_sys as sys;

use super::version;

/// An error number, as [`zmq_errno`] gives it.
///
/// A number that this version does not know is a value too: it has no [`name`](Errno::name), and its text is the
/// system's. Numbers from 156384712 (`ZMQ_HAUSNUMERO`) up are libzmq's own.
///
/// ```
/// use zmq4::Errno;
/// assert_eq!(Errno::EAGAIN.name(), Some("EAGAIN"));
/// assert_eq!(Errno::ETERM.to_string(), "Context was terminated");
/// assert_eq!(Errno::new(98765).name(), None);
/// ```
///
/// [`zmq_errno`]: https://libzmq.readthedocs.io/en/latest/zmq_errno.html
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[doc(alias = "zmq_errno")]
#[doc(alias = "AsErrno")]
pub struct Errno(c_int);

macro_rules! numbers {
    ($($(#[$doc:meta])* $name:ident = $value:expr;)*) => {
        impl Errno {
            $($(#[$doc])* pub const $name: Errno = Errno($value);)*

            /// The name of the number, `"EAGAIN"` for instance, or `None` for one that this version does not know.
            pub fn name(self) -> Option<&'static str> {
                $(if self == Errno::$name { return Some(stringify!($name)); })*
                None
            }
        }
        $($(#[$doc])* pub const $name: Errno = Errno::$name;)*
    };
}

numbers! {
    /// The call would block: there is nothing to receive, or the send queue is full.
    EAGAIN = libc::EAGAIN;
    /// A signal interrupted the call.
    EINTR = libc::EINTR;
    /// An argument or the value of an option is invalid.
    EINVAL = libc::EINVAL;
    /// There is no such endpoint, file or directory.
    ENOENT = libc::ENOENT;
    /// A handle or a message is not valid.
    EFAULT = libc::EFAULT;
    /// There is not enough memory.
    ENOMEM = libc::ENOMEM;
    /// There is no such device, for instance no such network interface.
    ENODEV = libc::ENODEV;
    /// The operation is not permitted.
    EPERM = libc::EPERM;
    /// The resource is in use.
    EBUSY = libc::EBUSY;
    /// The call would wait for its own thread.
    EDEADLK = libc::EDEADLK;
    /// Permission was denied.
    EACCES = libc::EACCES;
    /// Too many sockets in the context, or too many descriptors in the process.
    EMFILE = libc::EMFILE;
    /// A name is longer than the system allows.
    ENAMETOOLONG = libc::ENAMETOOLONG;
    /// A part of a path is not a directory.
    ENOTDIR = libc::ENOTDIR;
    /// The file exists already.
    EEXIST = libc::EEXIST;
    /// The bytes are not UTF-8.
    EILSEQ = libc::EILSEQ;
    /// The peer broke the protocol.
    EPROTO = libc::EPROTO;
    /// The address is in use.
    EADDRINUSE = libc::EADDRINUSE;
    /// The address is not an address of this machine.
    EADDRNOTAVAIL = libc::EADDRNOTAVAIL;
    /// The address family is not supported.
    EAFNOSUPPORT = libc::EAFNOSUPPORT;
    /// The connection was aborted.
    ECONNABORTED = libc::ECONNABORTED;
    /// The connection was refused.
    ECONNREFUSED = libc::ECONNREFUSED;
    /// The peer reset the connection.
    ECONNRESET = libc::ECONNRESET;
    /// No route to the peer; a ROUTER does not know the routing id.
    EHOSTUNREACH = libc::EHOSTUNREACH;
    /// The operation is in progress.
    EINPROGRESS = libc::EINPROGRESS;
    /// The message is too large.
    EMSGSIZE = libc::EMSGSIZE;
    /// The network is down.
    ENETDOWN = libc::ENETDOWN;
    /// The network dropped the connection.
    ENETRESET = libc::ENETRESET;
    /// The network cannot be reached.
    ENETUNREACH = libc::ENETUNREACH;
    /// No buffer space.
    ENOBUFS = libc::ENOBUFS;
    /// The socket is not connected.
    ENOTCONN = libc::ENOTCONN;
    /// The handle is not a socket.
    ENOTSOCK = libc::ENOTSOCK;
    /// The socket type or this libzmq does not support the operation.
    ENOTSUP = libc::ENOTSUP;
    /// The transport is not supported by this libzmq.
    EPROTONOSUPPORT = libc::EPROTONOSUPPORT;
    /// The timeout expired.
    ETIMEDOUT = libc::ETIMEDOUT;
    /// The socket's state does not allow the call, for instance a second request before the reply.
    EFSM = sys::EFSM;
    /// The transport does not carry this socket type.
    ENOCOMPATPROTO = sys::ENOCOMPATPROTO;
    /// The context was shut down or terminated.
    ETERM = sys::ETERM;
    /// No I/O thread is available.
    EMTHREAD = sys::EMTHREAD;
}

/// The number that libzmq uses for an error code of Windows, which is not that of the C library.
fn of_windows(code: i32) -> Option<Errno> {
    Some(match code {
        2 | 3 => Errno::ENOENT,
        4 | 10024 => Errno::EMFILE,
        5 | 10013 => Errno::EACCES,
        8 | 14 => Errno::ENOMEM,
        10004 => Errno::EINTR,
        10014 => Errno::EFAULT,
        10022 => Errno::EINVAL,
        10035 => Errno::EAGAIN,
        10036 => Errno::EINPROGRESS,
        10038 => Errno::ENOTSOCK,
        10040 => Errno::EMSGSIZE,
        10043 => Errno::EPROTONOSUPPORT,
        10047 => Errno::EAFNOSUPPORT,
        10048 => Errno::EADDRINUSE,
        10049 => Errno::EADDRNOTAVAIL,
        10050 => Errno::ENETDOWN,
        10051 => Errno::ENETUNREACH,
        10052 => Errno::ENETRESET,
        10053 => Errno::ECONNABORTED,
        10054 => Errno::ECONNRESET,
        10055 => Errno::ENOBUFS,
        10057 => Errno::ENOTCONN,
        10060 => Errno::ETIMEDOUT,
        10061 => Errno::ECONNREFUSED,
        10065 => Errno::EHOSTUNREACH,
        _ => return None,
    })
}

impl Errno {
    /// Any number.
    pub const fn new(raw: c_int) -> Errno {
        Errno(raw)
    }

    /// The number of an error of the standard library, or `other` if it has none.
    pub(crate) fn of_io(error: &io::Error, other: Errno) -> Errno {
        let raw = error.raw_os_error();
        if cfg!(windows) {
            raw.and_then(of_windows).unwrap_or(other)
        } else {
            raw.map_or(other, Errno)
        }
    }

    /// The number.
    pub const fn raw(self) -> c_int {
        self.0
    }

    /// The text for the number ([`zmq_strerror`]).
    ///
    /// [`zmq_strerror`]: https://libzmq.readthedocs.io/en/latest/zmq_strerror.html
    #[doc(alias = "zmq_strerror")]
    pub fn text(self) -> Cow<'static, str> {
        // libzmq has a text of its own for this one.
        if cfg!(unix) && self.0 < sys::ZMQ_HAUSNUMERO && self != Errno::EHOSTUNREACH {
            // zmq_strerror hands these to strerror, which need not be safe among threads.
            let text = io::Error::from_raw_os_error(self.0).to_string();
            let end = text.rfind(" (os error").unwrap_or(text.len());
            return Cow::Owned(text[..end].to_owned());
        }
        Cow::Owned(version::strerror(self.0))
    }

    /// The corresponding kind of `std::io::Error`.
    pub(crate) fn kind(self) -> io::ErrorKind {
        match self {
            Errno::EFSM => io::ErrorKind::Other,
            Errno::ETERM => io::ErrorKind::NotConnected,
            Errno::ENOCOMPATPROTO | Errno::ENOTSUP | Errno::EPROTONOSUPPORT => io::ErrorKind::Unsupported,
            Errno::EILSEQ => io::ErrorKind::InvalidData,
            Errno::EINVAL => io::ErrorKind::InvalidInput,
            Errno::EAGAIN => io::ErrorKind::WouldBlock,
            Errno(raw) if cfg!(unix) => io::Error::from_raw_os_error(raw).kind(),
            _ => io::ErrorKind::Other,
        }
    }
}

impl fmt::Display for Errno {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text())
    }
}

impl fmt::Debug for Errno {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.name() {
            Some(name) => f.write_str(name),
            None => write!(f, "Errno({})", self.0),
        }
    }
}

impl std::error::Error for Errno {}

impl From<Errno> for io::Error {
    fn from(errno: Errno) -> io::Error {
        io::Error::new(errno.kind(), errno)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_number_is_a_value() {
        let odd = Errno::new(54321);
        assert_eq!(odd.name(), None);
        assert_eq!(format!("{odd:?}"), "Errno(54321)");
        assert!(!odd.to_string().is_empty());
    }

    #[test]
    fn codes_of_windows_are_numbers_of_ours() {
        assert_eq!(of_windows(10048), Some(Errno::EADDRINUSE));
        assert_eq!(of_windows(10024), Some(Errno::EMFILE));
        assert_eq!(of_windows(11), None);
        let error = io::Error::from_raw_os_error(if cfg!(windows) { 10013 } else { Errno::EACCES.raw() });
        assert_eq!(Errno::of_io(&error, Errno::EINVAL), Errno::EACCES);
        assert_eq!(
            Errno::of_io(&io::Error::other("no number"), Errno::EINVAL),
            Errno::EINVAL
        );
    }

    #[test]
    fn texts_are_those_of_zmq_strerror() {
        for raw in (-1..4096).chain(sys::ZMQ_HAUSNUMERO..sys::ZMQ_HAUSNUMERO + 100) {
            assert_eq!(Errno::new(raw).text(), version::strerror(raw), "{raw}");
        }
    }

    #[test]
    fn texts_are_the_systems_and_libzmqs() {
        assert_eq!(Errno::EAGAIN.to_string(), "Resource temporarily unavailable");
        assert_eq!(
            Errno::EFSM.to_string(),
            "Operation cannot be accomplished in current state"
        );
        assert_eq!(io::Error::from(Errno::EAGAIN).kind(), io::ErrorKind::WouldBlock);
    }
}
