//! A key, its value, a sequence number, a name and properties, as five frames (chapter 5, Clone, models five and six).

use std::collections::{BTreeMap, HashMap};

use zmq4::{Flags, Multipart, Socket};

use crate::kvsimple::number;
use crate::{Result, hex, uuid};

/// One update of a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kvmsg {
    /// What is updated.
    pub key: String,
    /// Which update it is, counted by the server.
    pub sequence: u64,
    /// Identifies the update.
    pub uuid: [u8; 16],
    /// Whatever else belongs to it: `ttl` for one.
    pub properties: BTreeMap<String, String>,
    /// The value.
    pub body: Vec<u8>,
}

impl Kvmsg {
    /// An update with a name of its own, without properties.
    pub fn new(key: impl Into<String>, sequence: u64, body: impl Into<Vec<u8>>) -> Kvmsg {
        Kvmsg {
            key: key.into(),
            sequence,
            uuid: uuid(),
            properties: BTreeMap::new(),
            body: body.into(),
        }
    }

    /// Adds or changes a property.
    pub fn set_property(&mut self, name: &str, value: impl ToString) {
        self.properties.insert(name.to_owned(), value.to_string());
    }

    /// A property as a number, or 0.
    pub fn number(&self, name: &str) -> u64 {
        let value = self.properties.get(name);
        value.and_then(|value| value.parse().ok()).unwrap_or(0)
    }

    /// Receives one.
    ///
    /// # Errors
    /// Where it has other frames, and as [`Socket::recv_message`].
    pub fn recv(socket: &Socket) -> Result<Kvmsg> {
        Kvmsg::from_frames(&socket.recv_message(Flags::NONE)?)
    }

    /// What the frames of a message mean.
    ///
    /// # Errors
    /// Where it has other frames.
    pub fn from_frames(message: &Multipart) -> Result<Kvmsg> {
        let [key, sequence, uuid, properties, body] = message.as_slice() else {
            return Err(format!("not an update: {message:?}").into());
        };
        let properties = properties.as_str()?.lines();
        let pairs = properties.filter_map(|line| line.split_once('='));
        Ok(Kvmsg {
            key: key.as_str()?.to_owned(),
            sequence: number(sequence)?,
            uuid: uuid[..].try_into()?,
            properties: pairs.map(|(name, value)| (name.to_owned(), value.to_owned())).collect(),
            body: body.to_vec(),
        })
    }

    /// Sends it.
    ///
    /// # Errors
    /// Like [`Socket::send_message`].
    pub fn send(&self, socket: &Socket) -> zmq4::Result<()> {
        self.send_to(socket, Multipart::new())
    }

    /// Sends it behind an envelope.
    ///
    /// # Errors
    /// Like [`Socket::send_message`].
    pub fn send_to(&self, socket: &Socket, envelope: Multipart) -> zmq4::Result<()> {
        let sequence = self.sequence.to_be_bytes();
        let pairs = self.properties.iter();
        let properties: String = pairs.map(|(name, value)| format!("{name}={value}\n")).collect();
        let frames = (envelope, &self.key, &sequence, &self.uuid, properties, &self.body);
        socket.send_message(frames).map(drop)
    }

    /// Keeps it under its key; an update without a value takes the key out.
    pub fn store(self, map: &mut HashMap<String, Kvmsg>) {
        if self.body.is_empty() {
            map.remove(&self.key);
        } else {
            map.insert(self.key.clone(), self);
        }
    }

    /// All of it in one line.
    pub fn dump(&self) -> String {
        let Kvmsg {
            key,
            sequence,
            uuid,
            properties,
            body,
        } = self;
        format!(
            "[seq:{sequence}] [key:{key}] [uuid:{}] {properties:?} [size:{}]",
            hex(uuid),
            body.len()
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kvmsg_sent_arrives_with_its_properties() {
        let ctx = zmq4::Context::new().unwrap();
        let (a, b) = (ctx.socket(zmq4::DEALER).unwrap(), ctx.socket(zmq4::DEALER).unwrap());
        a.bind("inproc://kvmsg").unwrap();
        b.connect("inproc://kvmsg").unwrap();
        let mut sent = Kvmsg::new("key", 1, "body");
        sent.set_property("prop1", "value1");
        sent.set_property("prop2", "value2");
        sent.set_property("prop1", 17);
        sent.send(&a).unwrap();
        let received = Kvmsg::recv(&b).unwrap();
        assert_eq!(received, sent);
        assert_eq!((received.number("prop1"), received.number("prop3")), (17, 0));

        let mut map = HashMap::new();
        received.clone().store(&mut map);
        assert_eq!(map["key"], sent);
        Kvmsg::new("key", 2, "").store(&mut map);
        assert!(map.is_empty());
    }
}
