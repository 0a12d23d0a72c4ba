//! Sends a file without asking how fast the other side is: all of it waits in memory (chapter 7, transferring files).
//!
//! Argument: the file, which is made where it is missing.

use std::env::args;
use std::fs::File;
use std::io::Read;
use std::path::PathBuf;
use std::thread;

use zmq4::{Context, Flags, SNDMORE, Socket};
use zmq4_guide::test_data;

const CHUNK: usize = 250_000;

fn main() -> zmq4_guide::Result {
    let path = PathBuf::from(args().nth(1).unwrap_or("testdata".into()));
    test_data(&path, 5_000_000)?;
    let ctx = Context::new()?;
    let router = ctx.socket(zmq4::ROUTER)?;
    // Without a limit, or what does not fit would be lost: 0 is none.
    router.set_sndhwm(0)?;
    router.bind("tcp://127.0.0.1:*")?;
    let dealer = ctx.socket(zmq4::DEALER)?;
    dealer.set_rcvhwm(0)?;
    dealer.connect(&router.last_endpoint()?)?;
    let client = thread::spawn(move || client(&dealer));

    let identity = {
        let mut request = router.recv_message(Flags::NONE)?;
        request.pop_front().ok_or("no identity")?
    };
    let mut file = File::open(path)?;
    loop {
        let mut chunk = Vec::with_capacity(CHUNK);
        file.by_ref().take(CHUNK as u64).read_to_end(&mut chunk)?;
        let is_last = chunk.is_empty();
        router.send(&identity, SNDMORE)?;
        router.send(chunk, Flags::NONE)?;
        if is_last {
            break;
        }
    }
    client.join().map_err(|_| "the client panicked")??;
    Ok(())
}

/// Asks once, and takes all that comes, up to an empty chunk.
fn client(dealer: &Socket) -> zmq4::Result<()> {
    dealer.send("fetch", Flags::NONE)?;
    let (mut chunks, mut bytes) = (0, 0);
    loop {
        let chunk = dealer.recv(Flags::NONE)?;
        if chunk.is_empty() {
            break;
        }
        chunks += 1;
        bytes += chunk.len();
    }
    println!("{chunks} chunks received, {bytes} bytes");
    Ok(())
}
