//! [`Transport`]: what carries the messages of an endpoint, the part before `://`.

use super::AttachMode;
use crate::socket_type::SocketType;

macro_rules! transports {
    ($($name:ident = $text:literal, $capability:expr;)*) => {
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub(crate) enum Transport { $($name,)* }

        impl Transport {
            pub(super) fn from_name(name: &str) -> Option<Transport> {
                match name {
                    $($text => Some(Transport::$name),)*
                    _ => None,
                }
            }

            pub(super) fn name(self) -> &'static str {
                match self { $(Transport::$name => $text,)* }
            }

            /// What `zmq_has` calls it, if a libzmq may be built without it.
            pub(super) fn capability(self) -> Option<&'static str> {
                match self { $(Transport::$name => $capability,)* }
            }
        }
    };
}

transports! {
    Inproc = "inproc", None;
    Ipc = "ipc", Some("ipc");
    Tcp = "tcp", None;
    Ws = "ws", Some("WS");
    Wss = "wss", Some("WSS");
    Tipc = "tipc", Some("tipc");
    Vmci = "vmci", Some("vmci");
    Pgm = "pgm", Some("pgm");
    Epgm = "epgm", Some("pgm");
    Norm = "norm", Some("norm");
    Udp = "udp", None;
}

impl Transport {
    /// Whether sockets of this type may bind or connect over it. libzmq accepts a STREAM over inproc, and aborts.
    pub(super) fn carries(self, ty: SocketType, mode: AttachMode) -> bool {
        use SocketType as Ty;
        match self {
            Transport::Tcp => ty != Ty::DGRAM,
            Transport::Pgm | Transport::Epgm | Transport::Norm => [Ty::PUB, Ty::SUB, Ty::XPUB, Ty::XSUB].contains(&ty),
            Transport::Udp if mode == AttachMode::Bind => ty == Ty::DISH || ty == Ty::DGRAM,
            Transport::Udp => ty == Ty::RADIO,
            _ => ty != Ty::STREAM && ty != Ty::DGRAM,
        }
    }

    /// Whether both sides join a group or an address, and there are no connections.
    pub(crate) fn is_multicast(self) -> bool {
        matches!(self, Transport::Pgm | Transport::Epgm | Transport::Norm)
    }

    /// Whether it is OpenPGM's.
    pub(crate) fn is_pgm(self) -> bool {
        matches!(self, Transport::Pgm | Transport::Epgm)
    }

    pub(crate) fn is_websocket(self) -> bool {
        matches!(self, Transport::Ws | Transport::Wss)
    }

    /// Whether a bind may be given a listening descriptor (`ZMQ_USE_FD`).
    #[cfg(unix)]
    pub(crate) fn takes_listener(self) -> bool {
        self.is_websocket() || matches!(self, Transport::Tcp | Transport::Ipc)
    }
}
