//! How much a socket takes before it says that it would have to wait (high-water marks, chapter 2).

use std::time::Duration;

use zmq4::Context;

fn main() -> zmq4::Result<()> {
    let ctx = Context::new()?;
    let mailbox = ctx.socket(zmq4::DEALER)?;
    mailbox.set_sndhwm(4)?;
    mailbox.set_sndtimeo(Some(Duration::ZERO))?;
    // Nothing will ever be there, so nothing need be delivered.
    mailbox.set_linger(Some(Duration::ZERO))?;
    mailbox.connect("tcp://127.0.0.1:9876")?;
    for count in 0..10 {
        println!("Sending message {count}");
        match mailbox.send_message(format!("message {count}")) {
            Err(error) if error.is_would_block() => {
                println!("{error}");
                break;
            }
            sent => drop(sent?),
        }
    }
    Ok(())
}
