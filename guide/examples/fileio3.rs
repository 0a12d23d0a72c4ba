//! Sends a file with some chunks on their way at any time: credit-based flow control (chapter 7).
//!
//! Argument: the file, which is made where it is missing.

use std::env::args;
use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::path::PathBuf;
use std::thread;
use std::time::Duration;

use zmq4::{Context, Flags, Socket};
use zmq4_guide::test_data;

const CHUNK: u64 = 250_000;
/// How many chunks may be on their way.
const PIPELINE: u32 = 10;

fn main() -> zmq4_guide::Result {
    let path = PathBuf::from(args().nth(1).unwrap_or("testdata".into()));
    test_data(&path, 5_000_000)?;
    let ctx = Context::new()?;
    let router = ctx.socket(zmq4::ROUTER)?;
    // Some chunks are still on their way when the client is done, and wanted no more.
    router.set_linger(Some(Duration::ZERO))?;
    router.bind("tcp://127.0.0.1:*")?;
    let dealer = ctx.socket(zmq4::DEALER)?;
    dealer.connect(&router.last_endpoint()?)?;
    let client = thread::spawn(move || client(&dealer));

    let mut file = File::open(path)?;
    loop {
        // The client; `fetch`, and from where on how many bytes, or `done`.
        let mut request = router.recv_message(Flags::NONE)?;
        let (Some(identity), Some(command)) = (request.pop_front(), request.pop_front()) else {
            continue;
        };
        if command == "done" {
            break;
        }
        let [offset, size] = request.as_slice() else { continue };
        file.seek(SeekFrom::Start(offset.as_str()?.parse()?))?;
        let mut chunk = Vec::new();
        file.by_ref().take(size.as_str()?.parse()?).read_to_end(&mut chunk)?;
        router.send_message((identity, chunk))?;
    }
    client.join().map_err(|_| "the client panicked")??;
    Ok(())
}

fn client(dealer: &Socket) -> zmq4::Result<()> {
    let (mut chunks, mut bytes, mut asked) = (0, 0_u64, 0_u64);
    let mut credit = PIPELINE;
    loop {
        while credit > 0 {
            dealer.send_message(("fetch", asked.to_string(), CHUNK.to_string()))?;
            asked += CHUNK;
            credit -= 1;
        }
        let chunk = dealer.recv(Flags::NONE)?;
        chunks += 1;
        credit += 1;
        bytes += chunk.len() as u64;
        // Only the last one is shorter.
        if (chunk.len() as u64) < CHUNK {
            break;
        }
    }
    dealer.send("done", Flags::NONE)?;
    println!("{chunks} chunks received, {bytes} bytes");
    Ok(())
}
