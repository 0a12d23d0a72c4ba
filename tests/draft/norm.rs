//! NORM: messages over a group of this machine, and what the options do to the datagrams.

use std::io::ErrorKind;
use std::net::{Ipv4Addr, UdpSocket};
use std::os::fd::FromRawFd;
use std::time::{Duration, Instant};

use zmq4::{DONTWAIT, Flags, NormMode, PUB, SUB, Socket};

use crate::support::{LONG, eventually, in_child};
use crate::udp::free_port;
use crate::{context, open};

const GROUP: Ipv4Addr = Ipv4Addr::new(239, 192, 77, 2);
const MESSAGES: usize = 10;
/// More than a segment, and at most 2038: see `long_frames_arrive_whole`.
const BODY: usize = 1900;

/// A socket in the group beside libzmq's own, which sees what they send.
fn listener(port: u16) -> UdpSocket {
    let address = libc::sockaddr_in {
        sin_family: libc::AF_INET as libc::sa_family_t,
        sin_port: port.to_be(),
        sin_addr: libc::in_addr {
            s_addr: u32::from(GROUP).to_be(),
        },
        sin_zero: [0; 8],
    };
    // SAFETY: takes integers only.
    let fd = unsafe { libc::socket(libc::AF_INET, libc::SOCK_DGRAM | libc::SOCK_CLOEXEC, 0) };
    assert!(fd >= 0);
    // SAFETY: just made, and uniquely owned.
    let socket = unsafe { UdpSocket::from_raw_fd(fd) };
    for option in [libc::SO_REUSEADDR, libc::SO_REUSEPORT] {
        let on: libc::c_int = 1;
        // SAFETY: the value is live for the call, and of this size.
        let rc = unsafe { libc::setsockopt(fd, libc::SOL_SOCKET, option, (&raw const on).cast(), 4) };
        assert_eq!(rc, 0);
    }
    let size = size_of::<libc::sockaddr_in>() as libc::socklen_t;
    // SAFETY: the address is live for the call, and of this size.
    let rc = unsafe { libc::bind(fd, (&raw const address).cast(), size) };
    assert_eq!(rc, 0, "{}", std::io::Error::last_os_error());
    socket.join_multicast_v4(&GROUP, &Ipv4Addr::LOCALHOST).unwrap();
    socket.set_nonblocking(true).unwrap();
    socket
}

/// What a datagram of a sender is (RFC 5740, 4.2).
#[derive(Debug)]
enum Datagram {
    /// How long it is, and the number of its symbol within the block.
    Data {
        len: usize,
        symbol: usize,
    },
    Other,
}

fn datagram(bytes: &[u8]) -> Datagram {
    match bytes[0] & 15 {
        // After flags, the kind of code and the object: 24 bits of block and 8 of symbol, or 32, 16 and 16.
        2 => Datagram::Data {
            len: bytes.len(),
            symbol: if bytes[13] == 129 {
                usize::from(u16::from_be_bytes([bytes[22], bytes[23]]))
            } else {
                usize::from(bytes[19])
            },
        },
        _ => Datagram::Other,
    }
}

fn drain(listener: &UdpSocket, seen: &mut Vec<Datagram>) {
    let mut buffer = [0; 65_536];
    loop {
        match listener.recv(&mut buffer) {
            Ok(len) => seen.push(datagram(&buffer[..len])),
            Err(error) if error.kind() == ErrorKind::WouldBlock => return,
            Err(error) => panic!("{error}"),
        }
    }
}

fn body(n: usize, len: usize) -> Vec<u8> {
    (0..len).map(|at| (at * 7 + n) as u8).collect()
}

/// Publishes with these settings at both ends, and gives what the wire had, once it had what is `awaited`.
fn exchange(set: fn(&Socket), awaited: fn(&Datagram) -> bool) -> Vec<Datagram> {
    exchange_of(BODY, set, awaited)
}

fn exchange_of(len: usize, set: fn(&Socket), awaited: fn(&Datagram) -> bool) -> Vec<Datagram> {
    let context = context();
    let port = free_port();
    let endpoint = format!("norm://127.0.0.1;{GROUP}:{port}");
    let (publisher, subscriber) = (open(&context, PUB), open(&context, SUB));
    for socket in [&publisher, &subscriber] {
        socket.set_norm_mode(NormMode::FIXED).unwrap();
        socket.set_rate(20_000).unwrap();
        set(socket);
    }
    let listener = listener(port);
    subscriber.subscribe("").unwrap();
    subscriber.bind(&endpoint).unwrap();
    publisher.connect(&endpoint).unwrap();
    let mut seen = Vec::new();
    eventually(LONG, || {
        publisher.send("sync", Flags::NONE).unwrap();
        drain(&listener, &mut seen);
        subscriber.recv(DONTWAIT).ok()
    });
    for n in 0..MESSAGES {
        publisher.send_message((n.to_string(), body(n, len))).unwrap();
    }
    for n in 0..MESSAGES {
        let message = std::iter::repeat_with(|| subscriber.recv_message(Flags::NONE).unwrap())
            .find(|message| *message != ["sync"])
            .unwrap();
        drain(&listener, &mut seen);
        assert_eq!(message.len(), 2);
        assert_eq!(message[0], n.to_string().as_str());
        assert!(message[1] == body(n, len).as_slice(), "message {n} is another one");
    }
    eventually(LONG, || {
        drain(&listener, &mut seen);
        seen.iter().any(awaited).then_some(())
    });
    seen
}

/// Runs in a process of its own: libzmq aborts where NORM fails.
fn with_norm(test: &str, body: fn()) {
    in_child(test, 4 * LONG, || {
        if zmq4::has_norm() && zmq4::version() >= (4, 3, 5) {
            body();
        } else {
            println!("skipped: this libzmq was built without norm, or without its options");
        }
    });
}

fn longest(seen: &[Datagram]) -> usize {
    let lengths = seen.iter().filter_map(|datagram| match datagram {
        Datagram::Data { len, .. } => Some(*len),
        _ => None,
    });
    lengths.max().unwrap()
}

fn last_symbol(seen: &[Datagram]) -> usize {
    let symbols = seen.iter().filter_map(|datagram| match datagram {
        Datagram::Data { symbol, .. } => Some(*symbol),
        _ => None,
    });
    symbols.max().unwrap()
}

const ANY: fn(&Datagram) -> bool = |_| true;

/// Repair 31: the I/O thread did not end to send a frame that takes more than one buffer.
#[test]
fn long_frames_arrive_whole() {
    with_norm("norm::long_frames_arrive_whole", || {
        if !zmq4::has("repaired") {
            println!("skipped: this libzmq is not repaired");
            return;
        }
        for len in [2038, 2039, 4096, 30_000] {
            exchange_of(len, |_| {}, ANY);
        }
    });
}

#[test]
fn segment_size_bounds_the_datagrams() {
    with_norm("norm::segment_size_bounds_the_datagrams", || {
        let by_default = longest(&exchange(|_| {}, ANY));
        assert!((1400..1500).contains(&by_default), "{by_default}");
        let short = longest(&exchange(|socket| socket.set_norm_segment_size(300).unwrap(), ANY));
        assert!((300..400).contains(&short), "{short}");
    });
}

#[test]
fn blocks_have_their_parity() {
    with_norm("norm::blocks_have_their_parity", || {
        let none = exchange(
            |socket| {
                socket.set_norm_block_size(4).unwrap();
                socket.set_norm_num_parity(0).unwrap();
            },
            ANY,
        );
        assert_eq!(last_symbol(&none), 3);
        // The fifth symbol of a block of four is one that no receiver asked for; the sixth may be for a repair.
        let unasked = exchange(
            |socket| {
                socket.set_norm_block_size(4).unwrap();
                socket.set_norm_num_parity(2).unwrap();
                socket.set_norm_num_autoparity(1).unwrap();
            },
            |datagram| matches!(datagram, Datagram::Data { symbol: 4, .. }),
        );
        assert!(last_symbol(&unasked) <= 5);
    });
}

#[test]
fn fixed_mode_keeps_to_the_rate() {
    with_norm("norm::fixed_mode_keeps_to_the_rate", || {
        let started = Instant::now();
        exchange(|socket| socket.set_rate(100).unwrap(), ANY);
        // 19,000 bytes take 1.5 seconds at 100,000 bits in each.
        let took = started.elapsed();
        assert!(took > Duration::from_secs(1), "{took:?}");
    });
}

#[test]
fn every_mode_carries_messages() {
    with_norm("norm::every_mode_carries_messages", || {
        for mode in [
            |socket: &Socket| socket.set_norm_mode(NormMode::CC).unwrap(),
            |socket: &Socket| socket.set_norm_mode(NormMode::CCL).unwrap(),
            |socket: &Socket| socket.set_norm_mode(NormMode::CCE).unwrap(),
            |socket: &Socket| socket.set_norm_mode(NormMode::CCE_ECNONLY).unwrap(),
        ] {
            exchange(mode, ANY);
        }
    });
}

#[test]
fn norm_options_are_read_back_and_carry_messages() {
    with_norm("norm::norm_options_are_read_back_and_carry_messages", || {
        exchange(
            |socket| {
                socket.set_norm_unicast_nack(true).unwrap();
                socket.set_norm_buffer_size(512).unwrap();
                socket.set_norm_push(true).unwrap();
                socket.set_norm_segment_size(700).unwrap();
                socket.set_norm_block_size(20).unwrap();
                socket.set_norm_num_parity(5).unwrap();
                socket.set_norm_num_autoparity(2).unwrap();
                assert!(socket.norm_unicast_nack().unwrap());
                assert!(socket.norm_push().unwrap());
                assert_eq!(socket.norm_mode().unwrap(), NormMode::FIXED);
                assert_eq!(socket.norm_buffer_size().unwrap(), 512);
                assert_eq!(socket.norm_segment_size().unwrap(), 700);
                assert_eq!(socket.norm_block_size().unwrap(), 20);
                assert_eq!(socket.norm_num_parity().unwrap(), 5);
                assert_eq!(socket.norm_num_autoparity().unwrap(), 2);
            },
            ANY,
        );
    });
}
