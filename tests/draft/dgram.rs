use std::net::UdpSocket;

use zmq4::{DGRAM, Errno, Flags, SNDMORE};

use crate::support::{LONG, deadline};
use crate::udp::free_port;
use crate::{context, open};

#[test]
fn dgram_exchanges_datagrams_with_any_program() {
    deadline(LONG, || {
        let context = context();
        let dgram = open(&context, DGRAM);
        let endpoint = format!("udp://127.0.0.1:{}", free_port());
        let bound = dgram.bind(&endpoint);
        if !zmq4::has("repaired") {
            // Datagrams above 8 KiB overflow a buffer of libzmq.
            assert_eq!(bound.unwrap_err(), Errno::EPROTONOSUPPORT);
            return;
        }
        bound.unwrap();
        let other = UdpSocket::bind("127.0.0.1:0").unwrap();
        other.set_read_timeout(Some(LONG)).unwrap();
        let address = other.local_addr().unwrap().to_string();
        let dgram_address = endpoint.trim_start_matches("udp://");
        let mut buffer = [0; 70_000];
        for len in [0, 1, 512, 8191] {
            let body = vec![b'x'; len];
            dgram.send_message([address.as_bytes(), &body]).unwrap();
            let (received, from) = other.recv_from(&mut buffer).unwrap();
            assert_eq!(buffer[..received], body[..]);
            other.send_to(&body, from).unwrap();
            let message = dgram.recv_message(Flags::NONE).unwrap();
            assert_eq!(message.len(), 2);
            // libzmq ends the address with a NUL, and takes it back so.
            assert_eq!(message[0], format!("{address}\0").as_str());
            assert_eq!(message[1], body.as_slice(), "{len}");
        }
        other.send_to(b"echo", dgram_address).unwrap();
        let message = dgram.recv_message(Flags::NONE).unwrap();
        dgram.send_message(message).unwrap();
        let (received, _) = other.recv_from(&mut buffer).unwrap();
        assert_eq!(buffer[..received], b"echo"[..]);
        // An address alone is no message, nor are three frames.
        assert_eq!(dgram.send("alone", Flags::NONE).unwrap_err(), Errno::EINVAL);
        let error = dgram.send_message([address.as_str(), "a", "b"]).unwrap_err();
        assert_eq!(error, Errno::EINVAL);
        assert!(error.to_string().contains("has 3"), "{error}");
        // Text that is no address is dropped, and the socket goes on.
        dgram.send("nonsense", SNDMORE).unwrap();
        dgram.send("lost", Flags::NONE).unwrap();
        dgram.send_message([address.as_str(), "after it"]).unwrap();
        let (received, _) = other.recv_from(&mut buffer).unwrap();
        assert_eq!(buffer[..received], b"after it"[..]);
    });
}
