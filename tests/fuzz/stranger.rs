//! Bytes from a stranger, over tcp, to a socket of each type and mechanism.

use std::io::{Read, Write};
use std::net::{Shutdown, TcpStream};
use std::time::Duration;

use zmq4::auth::Server;
use zmq4::{Context, CurveKeypair, DONTWAIT, Socket, SocketType};

const MECHANISMS: [&str; 3] = ["NULL", "PLAIN", "CURVE"];

/// How long the stranger waits for an answer; it leaves then.
const PATIENCE: Duration = Duration::from_millis(3);

/// A socket that strangers reach.
struct Victim {
    socket: Socket,
    address: String,
}

thread_local! {
    /// Of the 12 types, with each mechanism.
    static SERVERS: Vec<Victim> = {
        let context = Context::new().unwrap();
        let curve = CurveKeypair::new().ok();
        (0..12).flat_map(|ty| (0..3).map(move |mechanism| (ty, mechanism))).map(|(ty, mechanism)| {
            let socket = context.socket(SocketType::from_raw(ty)).unwrap();
            socket.set_linger(Some(Duration::ZERO)).unwrap();
            match (mechanism, &curve) {
                (1, _) => socket.secure(&Server::plain()).unwrap(),
                (2, Some(keys)) => socket.secure(&Server::curve(keys.secret().clone())).unwrap(),
                _ => {}
            }
            if socket.socket_type() == zmq4::SUB {
                socket.subscribe("").unwrap();
            }
            socket.bind("tcp://127.0.0.1:*").unwrap();
            let address = socket.last_endpoint().unwrap().trim_start_matches("tcp://").to_owned();
            Victim { socket, address }
        }).collect()
    };
}

/// The first byte chooses the server, the second what comes before the rest: a greeting, a READY.
pub(crate) fn run(data: &[u8]) {
    let [server, before, rest @ ..] = data else {
        return;
    };
    SERVERS.with(|servers| {
        let index = usize::from(*server) % servers.len();
        let server = &servers[index];
        let mut bytes = Vec::new();
        if before & 1 != 0 {
            bytes.extend(greeting(MECHANISMS[index % 3]));
        }
        if before & 2 != 0 {
            // A READY of a DEALER, which most take.
            bytes.extend(b"\x04\x1c\x05READY\x0bSocket-Type\x00\x00\x00\x06DEALER");
        }
        bytes.extend(rest);
        let mut stranger = TcpStream::connect(&server.address).unwrap();
        stranger.set_read_timeout(Some(PATIENCE)).unwrap();
        // It may hang up before all is written.
        let _ = stranger.write_all(&bytes);
        let _ = stranger.shutdown(Shutdown::Write);
        let mut answer = [0; 512];
        while stranger.read(&mut answer).is_ok_and(|read| read > 0) {}
        for _ in 0..20 {
            if server.socket.recv_message(DONTWAIT).is_err() {
                break;
            }
        }
        let _ = server.socket.send_message_dontwait(["id", "", "answer"]);
    });
}

fn greeting(mechanism: &str) -> [u8; 64] {
    let mut greeting = [0; 64];
    greeting[0] = 0xff;
    greeting[9] = 0x7f;
    greeting[10] = 3;
    greeting[12..12 + mechanism.len()].copy_from_slice(mechanism.as_bytes());
    greeting
}
