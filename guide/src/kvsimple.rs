//! A key, its value and a sequence number, as three frames (chapter 5, Clone, models one to four).

use std::collections::HashMap;

use zmq4::{Flags, Message, Socket};

use crate::Result;

/// One update of a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kvmsg {
    /// What is updated.
    pub key: String,
    /// Which update it is, counted by the server.
    pub sequence: u64,
    /// The value.
    pub body: Vec<u8>,
}

impl Kvmsg {
    /// An update that can be sent.
    pub fn new(key: impl Into<String>, sequence: u64, body: impl Into<Vec<u8>>) -> Kvmsg {
        Kvmsg {
            key: key.into(),
            sequence,
            body: body.into(),
        }
    }

    /// Receives one.
    ///
    /// # Errors
    /// Where it has other frames, and as [`Socket::recv_message`].
    pub fn recv(socket: &Socket) -> Result<Kvmsg> {
        let message = socket.recv_message(Flags::NONE)?;
        let [key, sequence, body] = message.as_slice() else {
            return Err(format!("not an update: {message:?}").into());
        };
        Ok(Kvmsg::new(key.as_str()?, number(sequence)?, &body[..]))
    }

    /// Sends it.
    ///
    /// # Errors
    /// Like [`Socket::send_message`].
    pub fn send(&self, socket: &Socket) -> zmq4::Result<()> {
        let sequence = self.sequence.to_be_bytes();
        socket.send_message((&self.key, &sequence, &self.body)).map(drop)
    }

    /// Keeps it under its key; an update without a value takes the key out.
    pub fn store(self, map: &mut HashMap<String, Kvmsg>) {
        if self.body.is_empty() {
            map.remove(&self.key);
        } else {
            map.insert(self.key.clone(), self);
        }
    }
}

/// Eight bytes, the highest first.
pub(crate) fn number(frame: &Message) -> Result<u64> {
    Ok(u64::from_be_bytes(frame[..].try_into()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kvsimple_sent_arrives_as_it_was() {
        let ctx = zmq4::Context::new().unwrap();
        let (a, b) = (ctx.socket(zmq4::DEALER).unwrap(), ctx.socket(zmq4::DEALER).unwrap());
        a.bind("inproc://kvsimple").unwrap();
        b.connect("inproc://kvsimple").unwrap();
        let sent = Kvmsg::new("key", u64::MAX - 1, [0, 255]);
        sent.send(&a).unwrap();
        assert_eq!(Kvmsg::recv(&b).unwrap(), sent);
        a.send_message(("key", "not 8 bytes", "body")).unwrap();
        assert!(Kvmsg::recv(&b).is_err());
    }
}
