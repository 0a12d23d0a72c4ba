//! [`Metadata`]: properties that came with a message.

use std::collections::HashMap;

use crate::message::Message;

/// Those of the properties asked for that the message has, by name. Values that are not UTF-8 have replacement
/// characters; [`Message::property_bytes`] gives them as they are.
pub type Metadata = HashMap<String, String>;

/// Takes each property from the first frame that has it: the routing id of a ROUTER's message has none in libzmq 4.3.4 and
/// older, where the socket was polled before.
pub(super) fn of<'m>(frames: impl IntoIterator<Item = &'m Message> + Copy, properties: &[&str]) -> Metadata {
    properties
        .iter()
        .filter_map(|name| {
            let value = frames.into_iter().find_map(|frame| frame.property_bytes(name))?;
            Some(((*name).to_owned(), String::from_utf8_lossy(value).into_owned()))
        })
        .collect()
}
