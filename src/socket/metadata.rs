//! [`Metadata`]: properties of a message.

use std::collections::HashMap;

use crate::message::Message;

/// The requested properties that the message has, by name. Bytes that are not UTF-8 are replaced;
/// [`Message::property_bytes`] returns them unchanged.
pub type Metadata = HashMap<String, String>;

/// Takes each property from the first frame that has it. In libzmq 4.3.4 and older the routing id frame of a ROUTER has
/// none if the socket was polled before the receive.
pub(super) fn of<'m>(frames: impl IntoIterator<Item = &'m Message> + Copy, properties: &[&str]) -> Metadata {
    properties
        .iter()
        .filter_map(|name| {
            let value = frames.into_iter().find_map(|frame| frame.property_bytes(name))?;
            Some(((*name).to_owned(), String::from_utf8_lossy(value).into_owned()))
        })
        .collect()
}
