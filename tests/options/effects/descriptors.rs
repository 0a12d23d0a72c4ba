//! What the system is reported of a connection, read back from its descriptor.

use std::ffi::c_int;
use std::mem::MaybeUninit;
use std::net::TcpListener;
use std::os::fd::{AsRawFd, OwnedFd};
use std::time::Duration;

use libc::{IPPROTO_IP, IPPROTO_TCP, SOL_SOCKET};
use zmq4::{Flags, Socket, Tos};

use crate::effects::{MS, sockets};
use crate::support::{LONG, bind_tcp, deadline};

/// The number of an option of a descriptor, if it is a socket.
pub(crate) fn option(fd: c_int, level: c_int, name: c_int) -> Option<c_int> {
    let mut value: c_int = -1;
    let mut len = size_of::<c_int>() as libc::socklen_t;
    let into = (&raw mut value).cast();
    // SAFETY: the value is live and `len` bytes long.
    let rc = unsafe { libc::getsockopt(fd, level, name, into, &mut len) };
    (rc == 0).then_some(value)
}

type Name = unsafe extern "C" fn(c_int, *mut libc::sockaddr, *mut libc::socklen_t) -> c_int;

/// The port of an end of a TCP socket over IPv4.
fn port(fd: c_int, name: Name) -> Option<u16> {
    // SAFETY: all zero is a value of this plain struct.
    let mut address: libc::sockaddr_in = unsafe { MaybeUninit::zeroed().assume_init() };
    let mut len = size_of::<libc::sockaddr_in>() as libc::socklen_t;
    // SAFETY: the address is live and `len` bytes long.
    let rc = unsafe { name(fd, (&raw mut address).cast(), &mut len) };
    (rc == 0 && c_int::from(address.sin_family) == libc::AF_INET).then(|| u16::from_be(address.sin_port))
}

pub(crate) fn descriptors() -> Vec<c_int> {
    let entries = std::fs::read_dir("/proc/self/fd").unwrap();
    entries
        .filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok())
        .collect()
}

fn port_of(endpoint: &str) -> u16 {
    endpoint.rsplit_once(':').unwrap().1.parse().unwrap()
}

/// The descriptor of the connection *to* this endpoint.
pub(crate) fn connected(endpoint: &str) -> c_int {
    let wanted = Some(port_of(endpoint));
    let is_it = |fd: &c_int| port(*fd, libc::getpeername) == wanted;
    descriptors().into_iter().find(is_it).expect("a connection")
}

/// The descriptor that listens at this endpoint.
pub(crate) fn listening(endpoint: &str) -> c_int {
    let wanted = Some(port_of(endpoint));
    let is_it =
        |fd: &c_int| port(*fd, libc::getsockname) == wanted && option(*fd, SOL_SOCKET, libc::SO_ACCEPTCONN) == Some(1);
    descriptors().into_iter().find(is_it).expect("a listener")
}

/// Connects a socket with these options, and returns the descriptor of the connection.
pub(crate) fn connection(set: impl FnOnce(&Socket)) -> ([Socket; 2], c_int) {
    let [pull, push] = sockets([zmq4::PULL, zmq4::PUSH]);
    let endpoint = bind_tcp(&pull);
    set(&push);
    push.connect(&endpoint).unwrap();
    push.send("connected", Flags::NONE).unwrap();
    pull.recv(Flags::NONE).unwrap();
    let fd = connected(&endpoint);
    ([pull, push], fd)
}

#[test]
fn buffers_have_their_sizes() {
    deadline(LONG, || {
        let (_sockets, fd) = connection(|push| {
            push.set_sndbuf(Some(30_000)).unwrap();
            push.set_rcvbuf(Some(40_000)).unwrap();
        });
        // Linux doubles them for its own use.
        assert_eq!(option(fd, SOL_SOCKET, libc::SO_SNDBUF), Some(60_000));
        assert_eq!(option(fd, SOL_SOCKET, libc::SO_RCVBUF), Some(80_000));
    });
}

#[test]
fn packets_have_their_type_of_service() {
    deadline(LONG, || {
        let (_sockets, fd) = connection(|push| push.set_tos(Tos::LOW_DELAY).unwrap());
        assert_eq!(option(fd, IPPROTO_IP, libc::IP_TOS), Some(0x10));
    });
}

#[test]
fn connections_are_kept_alive_as_told() {
    deadline(LONG, || {
        let (_sockets, fd) = connection(|push| {
            push.set_tcp_keepalive(Some(true)).unwrap();
            push.set_tcp_keepalive_cnt(Some(7)).unwrap();
            push.set_tcp_keepalive_idle(Some(Duration::from_secs(61))).unwrap();
            push.set_tcp_keepalive_intvl(Some(10_500 * MS)).unwrap();
        });
        assert_eq!(option(fd, SOL_SOCKET, libc::SO_KEEPALIVE), Some(1));
        assert_eq!(option(fd, IPPROTO_TCP, libc::TCP_KEEPCNT), Some(7));
        assert_eq!(option(fd, IPPROTO_TCP, libc::TCP_KEEPIDLE), Some(61));
        assert_eq!(option(fd, IPPROTO_TCP, libc::TCP_KEEPINTVL), Some(11));
        let (_sockets, fd) = connection(|_| {});
        assert_eq!(option(fd, SOL_SOCKET, libc::SO_KEEPALIVE), Some(0));
    });
}

#[test]
fn unacknowledged_data_times_out() {
    deadline(LONG, || {
        let (_sockets, fd) = connection(|push| push.set_tcp_maxrt(Some(5_000 * MS)).unwrap());
        assert_eq!(option(fd, IPPROTO_TCP, libc::TCP_USER_TIMEOUT), Some(5_000));
    });
}

#[test]
fn a_socket_is_bound_to_its_device() {
    deadline(LONG, || {
        let (_sockets, fd) = connection(|push| push.set_bindtodevice("lo").unwrap());
        let mut name = [0_u8; libc::IFNAMSIZ];
        let mut len = libc::IFNAMSIZ as libc::socklen_t;
        let into = name.as_mut_ptr().cast();
        // SAFETY: the name is live and `len` bytes long.
        let rc = unsafe { libc::getsockopt(fd, SOL_SOCKET, libc::SO_BINDTODEVICE, into, &mut len) };
        assert_eq!(rc, 0);
        assert_eq!(&name[..3], b"lo\0");
    });
}

#[test]
fn a_listener_has_its_backlog() {
    deadline(LONG, || {
        let [pull] = sockets([zmq4::PULL]);
        pull.set_backlog(13).unwrap();
        let endpoint = bind_tcp(&pull);
        // SAFETY: all zero is a value of this plain struct.
        let mut info: libc::tcp_info = unsafe { MaybeUninit::zeroed().assume_init() };
        let mut len = size_of::<libc::tcp_info>() as libc::socklen_t;
        let (fd, into) = (listening(&endpoint), (&raw mut info).cast());
        // SAFETY: the struct is live and `len` bytes long.
        let rc = unsafe { libc::getsockopt(fd, IPPROTO_TCP, libc::TCP_INFO, into, &mut len) };
        assert_eq!(rc, 0);
        assert_eq!(info.tcpi_sacked, 13, "the backlog, where a socket listens");
    });
}

/// In how many segments of TCP the data of this connection came (`tcpi_data_segs_in`, which `libc` lacks).
pub(crate) fn segments_in(fd: c_int) -> u32 {
    const AT: usize = 152;
    let mut info = [0_u8; 256];
    let mut len = info.len() as libc::socklen_t;
    let into = info.as_mut_ptr().cast();
    // SAFETY: the buffer is live and `len` bytes long.
    let rc = unsafe { libc::getsockopt(fd, IPPROTO_TCP, libc::TCP_INFO, into, &mut len) };
    assert!(rc == 0 && len as usize >= AT + 4, "{len}");
    u32::from_ne_bytes(info[AT..AT + 4].try_into().unwrap())
}

/// A listener in whose queue one connection has room.
pub(crate) fn listener_of_one() -> TcpListener {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    // SAFETY: takes integers only, and the descriptor is open.
    assert_eq!(unsafe { libc::listen(listener.as_raw_fd(), 0) }, 0);
    TcpListener::from(OwnedFd::from(listener))
}

/// The local ports of the connections to `remote` that wait for an answer.
pub(crate) fn syn_sent(remote: u16) -> Vec<String> {
    let table = std::fs::read_to_string("/proc/net/tcp").unwrap();
    let remote = format!("0100007F:{remote:04X}");
    let lines = table.lines().map(|line| line.split_whitespace().collect::<Vec<_>>());
    lines
        .filter(|line| line[2] == remote && line[3] == "02")
        .map(|line| line[1].to_owned())
        .collect()
}
