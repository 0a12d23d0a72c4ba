//! A peer that speaks ZMTP by hand, and so may do what libzmq never would.

use std::ffi::CStr;
use std::io::{Read, Write};
use std::net::{Ipv4Addr, Shutdown, SocketAddr, TcpListener, TcpStream};
use std::os::fd::AsRawFd;
use std::time::Duration;

pub(crate) const MORE: u8 = 1;
pub(crate) const COMMAND: u8 = 4;

/// One end of a tcp connection.
pub(crate) struct Peer(pub(crate) TcpStream);

/// The greeting of ZMTP 3.1.
pub(crate) fn greeting(mechanism: &str) -> Vec<u8> {
    let mut bytes = b"\xff\0\0\0\0\0\0\0\x01\x7f\x03\x01".to_vec();
    bytes.extend(mechanism.as_bytes());
    bytes.resize(64, 0);
    bytes
}

pub(crate) fn frame(body: &[u8], flags: u8) -> Vec<u8> {
    let mut bytes = match u8::try_from(body.len()) {
        Ok(len) => vec![flags, len],
        Err(_) => [&[flags | 2][..], &(body.len() as u64).to_be_bytes()].concat(),
    };
    bytes.extend(body);
    bytes
}

pub(crate) fn command(name: &str, body: &[u8]) -> Vec<u8> {
    let content = [&[name.len() as u8], name.as_bytes(), body].concat();
    frame(&content, COMMAND)
}

pub(crate) fn property(name: &str, value: &[u8]) -> Vec<u8> {
    let len = (value.len() as u32).to_be_bytes();
    [&[name.len() as u8], name.as_bytes(), &len, value].concat()
}

/// The port in the text of an endpoint.
pub(crate) fn port(endpoint: &CStr) -> u16 {
    let text = endpoint.to_str().unwrap();
    let (_, rest) = text.rsplit_once(':').unwrap();
    rest.split('/').next().unwrap().parse().unwrap()
}

/// A port on which nothing listens, and which no other test takes: it is of a
/// loopback address that is this process's own.
pub(crate) fn unused_address() -> SocketAddr {
    let [high, middle, low, least] = std::process::id().to_be_bytes();
    let own = Ipv4Addr::new(127, 64 + (high << 4 | middle) % 128, low, least.max(1));
    let listener = TcpListener::bind((own, 0)).unwrap();
    listener.local_addr().unwrap()
}

/// A listener of one's own, and where libzmq connects to it.
pub(crate) fn listen() -> (TcpListener, std::ffi::CString) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let endpoint = format!("tcp://{}", listener.local_addr().unwrap());
    (listener, std::ffi::CString::new(endpoint).unwrap())
}

impl Peer {
    pub(crate) fn connect(port: u16) -> Self {
        Self::new(TcpStream::connect(("127.0.0.1", port)).unwrap())
    }

    pub(crate) fn accept(listener: &TcpListener) -> Self {
        Self::new(listener.accept().unwrap().0)
    }

    fn new(stream: TcpStream) -> Self {
        stream.set_nodelay(true).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
        Self(stream)
    }

    /// Connects to `port`, and shakes hands as a socket of that type.
    pub(crate) fn greeted(port: u16, kind: &str, id: &[u8]) -> Self {
        let mut peer = Self::connect(port);
        peer.handshake(kind, id);
        peer
    }

    /// The handshake of NULL.
    pub(crate) fn handshake(&mut self, kind: &str, id: &[u8]) {
        self.write(&greeting("NULL"));
        self.read(64);
        let properties = [property("Socket-Type", kind.as_bytes()), property("Identity", id)];
        self.write(&command("READY", &properties.concat()));
        let (_, body) = self.frame();
        assert!(body.starts_with(b"\x05READY"), "{body:?}");
    }

    /// Shuts and goes with a reset.
    pub(crate) fn reset(self) {
        let at_once = libc::linger {
            l_onoff: 1,
            l_linger: 0,
        };
        // SAFETY: the descriptor is open, and the value is of the size that is said.
        let rc = unsafe {
            libc::setsockopt(
                self.0.as_raw_fd(),
                libc::SOL_SOCKET,
                libc::SO_LINGER,
                (&raw const at_once).cast(),
                size_of::<libc::linger>() as libc::socklen_t,
            )
        };
        assert_eq!(rc, 0);
    }

    pub(crate) fn write(&mut self, bytes: &[u8]) {
        self.0.write_all(bytes).unwrap();
    }

    pub(crate) fn read(&mut self, len: usize) -> Vec<u8> {
        let mut bytes = vec![0; len];
        self.0.read_exact(&mut bytes).unwrap();
        bytes
    }

    /// The next frame: flags and body.
    pub(crate) fn frame(&mut self) -> (u8, Vec<u8>) {
        let head = self.read(2);
        let len = if head[0] & 2 == 0 {
            usize::from(head[1])
        } else {
            let rest = self.read(7);
            let len: [u8; 8] = [&head[1..], &rest].concat().try_into().unwrap();
            usize::try_from(u64::from_be_bytes(len)).unwrap()
        };
        (head[0], self.read(len))
    }

    /// Whether the other side ends the connection within `time`; what it sends
    /// before is read away.
    pub(crate) fn ends_within(&mut self, time: Duration) -> bool {
        self.0.set_read_timeout(Some(time)).unwrap();
        let mut bytes = [0; 512];
        loop {
            match self.0.read(&mut bytes) {
                Ok(0) => return true,
                Ok(_) => {}
                Err(error) => return error.kind() == std::io::ErrorKind::ConnectionReset,
            }
        }
    }

    pub(crate) fn shut(&self) {
        let _ = self.0.shutdown(Shutdown::Both);
    }
}
