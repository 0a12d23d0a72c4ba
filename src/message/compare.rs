//! Messages compare by their bytes, with each other and with text and bytes.

use std::hash::{Hash, Hasher};

use super::Message;

impl PartialEq for Message {
    fn eq(&self, other: &Message) -> bool {
        self.as_bytes() == other.as_bytes()
    }
}

impl Eq for Message {}

impl Hash for Message {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.as_bytes().hash(state);
    }
}

macro_rules! compare {
    ($([$($generics:tt)*] $other:ty),* $(,)?) => {$(
        impl<$($generics)*> PartialEq<$other> for Message {
            fn eq(&self, other: &$other) -> bool {
                let other: &[u8] = other.as_ref();
                self.as_bytes() == other
            }
        }

        impl<$($generics)*> PartialEq<Message> for $other {
            fn eq(&self, other: &Message) -> bool {
                other == self
            }
        }
    )*};
}

compare!(
    [] str,
    ['a] &'a str,
    [] String,
    [] [u8],
    ['a] &'a [u8],
    [] Vec<u8>,
    [const N: usize] [u8; N],
    ['a, const N: usize] &'a [u8; N],
);
