//! The names under which a ROUTER knows its peers: one that it made up, and one that the peer chose (chapter 3).

use zmq4::{Context, Flags};
use zmq4_guide::dump;

fn main() -> zmq4::Result<()> {
    let ctx = Context::new()?;
    let sink = ctx.socket(zmq4::ROUTER)?;
    sink.bind("inproc://example")?;

    let anonymous = ctx.socket(zmq4::REQ)?;
    anonymous.connect("inproc://example")?;
    anonymous.send("ROUTER uses a generated 5 byte identity", Flags::NONE)?;
    dump(&sink)?;

    let identified = ctx.socket(zmq4::REQ)?;
    identified.set_identity("PEER2")?;
    identified.connect("inproc://example")?;
    identified.send("ROUTER socket uses REQ's socket identity", Flags::NONE)?;
    dump(&sink)
}
