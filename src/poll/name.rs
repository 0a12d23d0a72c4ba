//! What a [`Poller`] prints as.

use std::fmt;

use super::Poller;

/// The items with what they wait for, as Go prints them.
impl fmt::Display for Poller<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Poller[")?;
        let mut separator = "";
        for (item, entry) in self.items.iter().zip(&self.entries) {
            f.write_str(separator)?;
            match entry.socket() {
                Some(socket) => write!(f, "{socket}{}", item.events())?,
                None => write!(f, "Fd({}){}", item.number(), item.events())?,
            }
            separator = " ";
        }
        f.write_str("]")
    }
}

impl fmt::Debug for Poller<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
