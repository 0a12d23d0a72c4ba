//! Messages of all kinds, sent and received in all ways.

use std::sync::Arc;

use zmq4::{DONTWAIT, Flags, Message, Multipart, Result, SNDMORE, Socket};

use crate::dice::Dice;

const LENGTHS: [usize; 9] = [0, 1, 5, 33, 34, 255, 256, 8192, 100_000];

/// Short, so that peers and subscriptions meet.
const SHORT: [&str; 6] = ["", "a", "ab", "name-0", "name-1", "\u{1}a"];

pub(crate) fn short(dice: &mut Dice) -> &'static str {
    dice.pick(&SHORT)
}

pub(crate) fn frame(dice: &mut Dice, kept: &mut [Message]) -> Message {
    let len = dice.pick(&LENGTHS);
    match dice.below(9) {
        0..4 => short(dice).into(),
        4 => Message::from_static(b"static"),
        5 => Message::from_owner(Arc::<[u8]>::from(dice.bytes(len.min(300)))),
        6 => Message::zeroed(len).unwrap(),
        7 => vec![7; len].into(),
        _ => match dice.index(kept.len()) {
            // Shares its bytes with one that stays.
            Some(index) => kept[index].share().unwrap(),
            None => Message::new(),
        },
    }
}

fn frames(dice: &mut Dice, kept: &mut [Message]) -> Multipart {
    let count = dice.below(4);
    (0..=count).map(|_| frame(dice, kept)).collect()
}

fn flags(dice: &mut Dice) -> Flags {
    dice.pick(&[DONTWAIT, DONTWAIT, DONTWAIT, Flags::NONE, SNDMORE | DONTWAIT])
}

pub(crate) fn send(socket: &Socket, dice: &mut Dice, kept: &mut Vec<Message>) -> Result<usize> {
    let flags = flags(dice);
    match dice.below(8) {
        0 => socket.send(short(dice), flags),
        1 => socket.send(vec![1; dice.pick(&LENGTHS)], flags),
        2 => socket.send(frame(dice, kept), flags),
        3 => {
            let mut message = frame(dice, kept);
            socket.send(&mut message, flags)
        }
        4 => socket.send_message([short(dice), short(dice)]),
        5 => socket.send_message_dontwait((short(dice), "", dice.bytes(40))),
        6 => socket.send_message_dontwait(frames(dice, kept)),
        _ => {
            let mut message = frames(dice, kept);
            message.push_envelope(short(dice));
            let sent = socket.send_message(&mut message);
            kept.extend(message.pop_back());
            sent
        }
    }
}

pub(crate) fn receive(socket: &Socket, dice: &mut Dice, kept: &mut Vec<Message>) -> Result<usize> {
    let flags = dice.pick(&[DONTWAIT, DONTWAIT, DONTWAIT, Flags::NONE, SNDMORE]);
    kept.truncate(20);
    match dice.below(10) {
        0 => {
            let message = socket.recv(flags)?;
            let _ = (message.property("Peer-Address").map(str::len), message.more());
            #[cfg(unix)]
            let _ = message.srcfd();
            let len = message.len();
            kept.push(message);
            Ok(len)
        }
        1 => {
            let mut message = kept.pop().unwrap_or_default();
            let received = socket.recv_msg_into(&mut message, flags);
            kept.push(message);
            received
        }
        2 => socket.recv_bytes(flags).map(|bytes| bytes.len()),
        3 => socket.recv_string(flags).map(|text| text.len()),
        4 => socket.recv_into(&mut [0; 10], flags),
        5 => {
            let mut frames = Multipart::new();
            socket.recv_message_into(&mut frames, flags)
        }
        6 => socket
            .recv_message_with_metadata(flags, &["Socket-Type", "nothing", "a\0b"])
            .map(|(frames, _)| frames.len()),
        7 => {
            // What came goes back by the way that it came.
            let frames = socket.recv_message(flags)?;
            socket.send_message_dontwait(frames)
        }
        _ => {
            let mut frames = socket.recv_message(flags)?;
            kept.extend(frames.pop_back());
            Ok(frames.byte_len())
        }
    }
}
