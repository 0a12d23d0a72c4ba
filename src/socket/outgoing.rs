//! [`Outgoing`]: a message of several frames on its way out, all or nothing.

use std::mem;
use std::ops::Range;

use smallvec::SmallVec;

use super::Socket;
use super::frame::sealed::Held;
use super::kind::SocketType;
use super::wait::Side;
use crate::errno::Errno;
use crate::error::{Call, Error, Result};
use crate::ffi::message::RawMessage;
use crate::flags::Flags;
use crate::message::Message;
use crate::multipart::Multipart;

/// The frames of a message, and where they go back to if it cannot be sent.
#[derive(Default)]
pub struct Outgoing<'d> {
    frames: SmallVec<[Message; 4]>,
    lenders: SmallVec<[Lender<'d>; 2]>,
    /// Whether frames were given by value, which only the error can give back.
    owned: bool,
    failure: Option<Errno>,
}

enum Lender<'d> {
    Frame(usize, &'d mut Message),
    Whole(Range<usize>, &'d mut Multipart),
}

impl<'d> Outgoing<'d> {
    pub(super) fn add(&mut self, frame: Held<'d>) {
        match frame {
            // Copied before anything is sent: memory must not run out in the middle of a message.
            Held::Borrowed(bytes) => match RawMessage::copied(bytes) {
                Ok(copy) => self.frames.push(Message(copy)),
                Err(errno) => self.failure = Some(errno),
            },
            Held::Owned(message) => {
                self.owned = true;
                self.frames.push(message);
            }
            Held::Lent(message) => {
                self.frames.push(mem::take(message));
                self.lenders.push(Lender::Frame(self.frames.len() - 1, message));
            }
        }
    }

    pub(super) fn add_lent(&mut self, multipart: &'d mut Multipart) {
        let start = self.frames.len();
        self.frames.extend(multipart.drain());
        self.lenders.push(Lender::Whole(start..self.frames.len(), multipart));
    }

    /// Sends all frames as one message, and answers how many bytes they have.
    pub(super) fn send(mut self, socket: &Socket, flags: Flags) -> Result<usize> {
        if let Some(Err(error)) = self.frames.first().map(|first| socket.check_topic(first)) {
            return Err(self.give_back(error));
        }
        let bytes = self.frames.iter().map(Message::len).sum();
        let sent = match self.failure {
            Some(errno) => Err(errno),
            None if self.frames.is_empty() => {
                let error = Error::new(Call::Send, Errno::EINVAL).because("a message has at least one frame");
                return Err(error);
            }
            None => self.transmit(socket.socket_type(), flags, |frame, flags| {
                socket.send_raw(frame, flags, socket.deadline(Side::Send, flags))
            }),
        };
        match sent {
            Ok(()) => Ok(bytes),
            Err(errno) => Err(self.give_back(Error::new(Call::Send, errno))),
        }
    }

    /// Only the first frame may have to wait, because libzmq counts whole messages. A later one that cannot be sent at
    /// once means that the peer went away with the frames it had: they were never delivered, and sending on would give
    /// the rest to somebody else. So the message starts again from its first frame.
    fn transmit(
        &mut self,
        ty: SocketType,
        flags: Flags,
        mut send: impl FnMut(&mut RawMessage, Flags) -> Result<(), Errno>,
    ) -> Result<(), Errno> {
        loop {
            match self.attempt(ty, flags, &mut send)? {
                Attempt::Sent => return Ok(()),
                Attempt::PeerLost { rest_dropped } => {
                    if rest_dropped {
                        // libzmq discards what follows until the message ends: end it.
                        send(&mut RawMessage::new(), Flags::DONTWAIT)?;
                        if ty == SocketType::REQ {
                            // The socket takes this for its request, and waits for the reply of a peer that is gone, as
                            // if the peer had gone a moment later.
                            return Ok(());
                        }
                    } else if ty == SocketType::REQ {
                        // The socket has put its delimiter before the frames that are lost, and will not put another.
                        self.frames.insert(0, Message::new());
                        self.lenders.iter_mut().for_each(Lender::shift);
                    }
                }
            }
        }
    }

    fn attempt(
        &mut self,
        ty: SocketType,
        first: Flags,
        send: &mut impl FnMut(&mut RawMessage, Flags) -> Result<(), Errno>,
    ) -> Result<Attempt, Errno> {
        let last = self.frames.len() - 1;
        for (index, frame) in self.frames.iter_mut().enumerate() {
            let flags = if index == 0 { first } else { Flags::DONTWAIT };
            let sent = if index == last {
                send(&mut frame.0, flags)
            } else {
                // The original stays here until the whole message is out.
                send(&mut frame.0.share()?, flags | Flags::SNDMORE)
            };
            match sent {
                Err(Errno::EAGAIN) if index > 0 => {
                    return Ok(Attempt::PeerLost {
                        rest_dropped: index < last && drops_the_rest(ty),
                    });
                }
                sent => sent?,
            }
        }
        Ok(Attempt::Sent)
    }

    fn give_back(mut self, error: Error) -> Error {
        for lender in mem::take(&mut self.lenders) {
            match lender {
                Lender::Frame(index, frame) => *frame = mem::take(&mut self.frames[index]),
                Lender::Whole(range, multipart) => multipart.extend(self.frames[range].iter_mut().map(mem::take)),
            }
        }
        if self.owned {
            error.returning(Multipart::from_iter(self.frames))
        } else {
            error
        }
    }
}

enum Attempt {
    Sent,
    PeerLost { rest_dropped: bool },
}

impl Lender<'_> {
    /// A frame was put before all others.
    fn shift(&mut self) {
        match self {
            Lender::Frame(index, _) => *index += 1,
            Lender::Whole(range, _) => *range = range.start + 1..range.end + 1,
        }
    }
}

/// Whether libzmq, after the peer was lost in the middle of a message, discards the frames up to its end: those that
/// share messages out among their peers do (`lb_t::sendpipe`).
fn drops_the_rest(ty: SocketType) -> bool {
    [SocketType::PUSH, SocketType::DEALER, SocketType::REQ].contains(&ty)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
mod tests {
    use std::time::{Duration, Instant};

    use zmq_sys as sys;

    use super::*;
    use crate::context::Context;

    fn outgoing<'d>(frames: &[&'d str]) -> Outgoing<'d> {
        let mut message = Outgoing::default();
        frames
            .iter()
            .for_each(|frame| message.add(Held::Borrowed(frame.as_bytes())));
        message
    }

    fn can_send(socket: &Socket) -> bool {
        socket.raw().get_int(sys::ZMQ_EVENTS).unwrap() & i32::from(sys::ZMQ_POLLOUT) != 0
    }

    /// Whether `socket` can send, or cannot, within the time.
    fn comes_to_be(socket: &Socket, sendable: bool, time: Duration) -> bool {
        let deadline = Instant::now() + time;
        while can_send(socket) != sendable {
            if Instant::now() > deadline {
                return false;
            }
            std::thread::yield_now();
        }
        true
    }

    /// Waits until `socket` has noticed that its only peer is gone. In the middle of a message only a PAIR tells: the
    /// others say that the rest can be sent, and get a while to notice.
    fn await_loss(socket: &Socket) {
        if socket.socket_type() == SocketType::PAIR {
            assert!(
                comes_to_be(socket, false, Duration::from_secs(10)),
                "the loss of the peer goes unnoticed"
            );
        } else {
            comes_to_be(socket, false, Duration::from_millis(50));
        }
    }

    #[test]
    fn a_peer_lost_before_any_later_frame_leaves_the_rest_to_nobody() {
        for (ours, theirs) in [
            (SocketType::PAIR, SocketType::PAIR),
            (SocketType::PUSH, SocketType::PULL),
            (SocketType::DEALER, SocketType::DEALER),
        ] {
            for lost_before in 1..=2 {
                let context = Context::new().unwrap();
                let sender = context.socket(ours).unwrap();
                sender.set_sndtimeo(Some(Duration::from_secs(20))).unwrap();
                sender.bind("inproc://loss").unwrap();
                // A PAIR turns a new peer away until it has let go of the old one.
                let peer = || {
                    for _ in 0..100 {
                        let peer = context.socket(theirs).unwrap();
                        peer.set_rcvtimeo(Some(Duration::from_millis(100))).unwrap();
                        peer.connect("inproc://loss").unwrap();
                        if comes_to_be(&sender, true, Duration::from_millis(100)) {
                            return peer;
                        }
                    }
                    panic!("{ours}: no new peer was taken");
                };
                let (mut first, mut second) = (Some(peer()), None);
                let mut calls = 0;
                outgoing(&["1", "2", "3"])
                    .transmit(ours, Flags::NONE, |frame, flags| {
                        if calls == lost_before {
                            first = None;
                            await_loss(&sender);
                        } else if calls > lost_before && second.is_none() && flags.contains(Flags::SNDMORE) {
                            second = Some(peer());
                        }
                        calls += 1;
                        sender.send_raw(frame, flags, None)
                    })
                    .unwrap();
                let second = second.unwrap_or_else(peer);
                // What goes to the lost peer while its loss is unnoticed is lost with it, but never a part of it.
                let received = (0..100).find_map(|_| {
                    sender.send_message(("next", "whole")).unwrap();
                    second.recv_message(Flags::NONE).ok()
                });
                let received = received.expect("the new peer gets nothing");
                assert!(
                    received == ["1", "2", "3"] || received == ["next", "whole"],
                    "{ours} {lost_before}: {received:?}"
                );
            }
        }
    }

    #[test]
    fn what_was_lent_comes_back() {
        let context = Context::new().unwrap();
        let nobody = context.socket(SocketType::PUSH).unwrap();
        let mut frame = Message::from("one");
        let mut rest = Multipart::from_iter(["two", "three"]);
        let error = nobody
            .send_message_dontwait((&mut frame, String::from("mine"), &mut rest))
            .unwrap_err();
        assert_eq!(error, Errno::EAGAIN);
        assert_eq!(frame, "one");
        assert_eq!(rest, ["two", "three"]);
        assert_eq!(error.into_multipart().unwrap(), ["", "mine", "", ""]);
    }
}
