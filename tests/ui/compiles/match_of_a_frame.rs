//! Frames that are compared with text and bytes, and matched.
use zmq4::{Error, Message, Multipart};

fn command(message: &Multipart) -> Result<u8, Error> {
    let text: &str = message[0].as_str()?;
    Ok(match &*message[1] {
        b"READY" => 1,
        [b'A'..=b'Z', rest @ ..] if rest.len() > 1 => 2,
        _ if message[1] == *b"\x04" || message[1] == "end" || message[1] == text => 3,
        _ => 0,
    })
}

fn main() -> Result<(), Error> {
    let text = String::try_from(Message::from("text"))?;
    let [first, second]: [Message; 2] = Multipart::from([text.as_str(), "READY"]).try_into().unwrap();
    command(&Multipart::from([first, second])).map(drop)
}
