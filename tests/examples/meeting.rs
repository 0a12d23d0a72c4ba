//! A server example and its clients, started in either order, over either transport.

#[cfg(target_os = "linux")]
use std::os::fd::{AsRawFd, FromRawFd, OwnedFd};

use crate::program::Program;
#[cfg(unix)]
use crate::support::{IpcName, ipc_name};

/// Where they meet, and who is there first: the server, where nothing else is said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Way {
    Tcp,
    #[cfg(target_os = "linux")]
    TcpClientFirst,
    #[cfg(unix)]
    Ipc,
    #[cfg(unix)]
    IpcClientFirst,
}

pub(crate) struct Meeting {
    pub(crate) server: Program,
    pub(crate) clients: Vec<Program>,
    _place: Place,
}

impl Meeting {
    /// Starts all of them. A command is the name and the arguments; `@` stands for the endpoint.
    ///
    /// Whoever comes first has said so, with its first line, before the others start.
    #[track_caller]
    pub(crate) fn start(way: Way, server: &[&str], clients: &[&[&str]]) -> Self {
        let place = Place::new(way);
        let all = |endpoint: &str| -> Vec<Program> {
            let mut programs: Vec<Program> = clients.iter().map(|client| run(client, endpoint)).collect();
            programs.iter_mut().for_each(|program| drop(program.endpoint()));
            programs
        };
        if way.client_first() {
            let clients = all(&place.endpoint());
            let mut server = run(server, &place.endpoint());
            assert_eq!(server.endpoint(), place.endpoint());
            return Self {
                server,
                clients,
                _place: place,
            };
        }
        let mut server = run(server, &place.endpoint());
        let clients = all(&server.endpoint());
        Self {
            server,
            clients,
            _place: place,
        }
    }
}

#[track_caller]
fn run(command: &[&str], endpoint: &str) -> Program {
    let args: Vec<&str> = command[1..]
        .iter()
        .map(|arg| if *arg == "@" { endpoint } else { arg })
        .collect();
    Program::start(command[0], &args)
}

impl Way {
    fn client_first(self) -> bool {
        match self {
            Self::Tcp => false,
            #[cfg(target_os = "linux")]
            Self::TcpClientFirst => true,
            #[cfg(unix)]
            Self::Ipc => false,
            #[cfg(unix)]
            Self::IpcClientFirst => true,
        }
    }
}

/// What is kept as long as the programs need it.
enum Place {
    AnyPort,
    #[cfg(target_os = "linux")]
    Port(ReservedPort),
    #[cfg(unix)]
    Ipc(IpcName),
}

impl Place {
    fn new(way: Way) -> Self {
        match way {
            Way::Tcp => Self::AnyPort,
            #[cfg(target_os = "linux")]
            Way::TcpClientFirst => Self::Port(ReservedPort::new()),
            #[cfg(unix)]
            Way::Ipc | Way::IpcClientFirst => Self::Ipc(ipc_name()),
        }
    }

    fn endpoint(&self) -> String {
        match self {
            Self::AnyPort => "tcp://127.0.0.1:*".into(),
            #[cfg(target_os = "linux")]
            Self::Port(reserved) => format!("tcp://127.0.0.1:{}", reserved.port),
            #[cfg(unix)]
            Self::Ipc(name) => name.to_string(),
        }
    }
}

/// A port that is known before anyone listens on it, and that no other owner is given meanwhile.
///
/// It is bound, with `SO_REUSEADDR`, and never listens: Linux then lets one other socket with that option (libzmq's
/// listener has it) bind and listen, and hands the port to no one who asks for any free one.
#[cfg(target_os = "linux")]
struct ReservedPort {
    port: u16,
    _socket: OwnedFd,
}

#[cfg(target_os = "linux")]
impl ReservedPort {
    fn new() -> Self {
        // SAFETY: plain system call.
        let fd = unsafe { libc::socket(libc::AF_INET, libc::SOCK_STREAM | libc::SOCK_CLOEXEC, 0) };
        assert!(fd >= 0, "{}", std::io::Error::last_os_error());
        // SAFETY: the descriptor is new and no other owner's.
        let socket = unsafe { OwnedFd::from_raw_fd(fd) };

        let on: libc::c_int = 1;
        let size = size_of_val(&on) as libc::socklen_t;
        let option = (&raw const on).cast();
        // SAFETY: `option` points at an int, which is what this option takes.
        let set = unsafe { libc::setsockopt(socket.as_raw_fd(), libc::SOL_SOCKET, libc::SO_REUSEADDR, option, size) };
        assert_eq!(set, 0, "{}", std::io::Error::last_os_error());

        let mut address = libc::sockaddr_in {
            sin_family: libc::AF_INET as libc::sa_family_t,
            sin_port: 0,
            sin_addr: libc::in_addr {
                s_addr: u32::from(std::net::Ipv4Addr::LOCALHOST).to_be(),
            },
            sin_zero: [0; 8],
        };
        let mut length = size_of_val(&address) as libc::socklen_t;
        // SAFETY: `address` is a socket address of this length.
        let bound = unsafe { libc::bind(socket.as_raw_fd(), (&raw const address).cast(), length) };
        assert_eq!(bound, 0, "{}", std::io::Error::last_os_error());
        // SAFETY: `address` has room for `length` bytes, and both live for the call.
        let got = unsafe { libc::getsockname(socket.as_raw_fd(), (&raw mut address).cast(), &raw mut length) };
        assert_eq!(got, 0, "{}", std::io::Error::last_os_error());
        Self {
            port: u16::from_be(address.sin_port),
            _socket: socket,
        }
    }
}
