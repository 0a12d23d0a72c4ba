//! [`Metadata`]: properties that came with a message.

use std::collections::HashMap;

use crate::message::Message;

/// Those of the properties asked for that the message has, by name. Values that are not UTF-8 have replacement
/// characters; [`Message::property_bytes`] gives them as they are.
pub type Metadata = HashMap<String, String>;

pub(super) fn of(message: &Message, properties: &[&str]) -> Metadata {
    properties
        .iter()
        .filter_map(|name| {
            let value = message.property_bytes(name)?;
            Some(((*name).to_owned(), String::from_utf8_lossy(value).into_owned()))
        })
        .collect()
}
