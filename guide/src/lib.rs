//! What several programs of the ZeroMQ Guide share: its helper packages, under Go's names, and a few small things.
//!
//! The programs are in `examples/`; `README.md` has one line for each.

use std::collections::hash_map::RandomState;
use std::hash::BuildHasher;
use std::io;
use std::ops::Range;
use std::path::Path;

use zmq4::{Flags, Socket};

pub mod bstar;
pub mod clone;
pub mod flcliapi;
pub mod intface;
pub mod kvmsg;
pub mod kvsimple;
pub mod mdapi;

/// What the programs return from `main`.
pub type Result<T = ()> = std::result::Result<T, Box<dyn std::error::Error + Send + Sync>>;

/// A random number, as good as the keys of the standard hash maps are: for simulations.
pub fn random(range: Range<u64>) -> u64 {
    range.start + RandomState::new().hash_one(()) % range.end.saturating_sub(range.start).max(1)
}

/// 16 random bytes, for what must be named differently from everything else.
pub fn uuid() -> [u8; 16] {
    ((u128::from(random(0..u64::MAX)) << 64) | u128::from(random(0..u64::MAX))).to_be_bytes()
}

/// The bytes in hexadecimal digits.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02X}")).collect()
}

/// Receives one message and prints its frames, each with its length; what is no text is printed in hexadecimal digits.
///
/// # Errors
/// Like [`Socket::recv`].
pub fn dump(socket: &Socket) -> zmq4::Result<()> {
    println!("----------------------------------------");
    loop {
        let frame = socket.recv(Flags::NONE)?;
        match frame.as_str() {
            Ok(text) if !text.contains(char::is_control) => println!("[{:03}] {text}", frame.len()),
            _ => println!("[{:03}] {}", frame.len(), hex(&frame)),
        }
        if !frame.more() {
            return Ok(());
        }
    }
}

/// Waits until Enter is pressed, or the input ends.
///
/// # Errors
/// Where the input cannot be read.
pub fn press_enter(why: &str) -> io::Result<()> {
    println!("Press Enter when {why}");
    io::stdin().read_line(&mut String::new()).map(drop)
}

/// A file of zeros, for the programs that transfer one; not written again where it is.
///
/// # Errors
/// Where the file cannot be written.
pub fn test_data(path: &Path, len: usize) -> io::Result<()> {
    if path.exists() {
        Ok(())
    } else {
        std::fs::write(path, vec![0; len])
    }
}
