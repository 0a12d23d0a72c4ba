//! Messages compare by their bytes, with each other and with text and bytes.

use std::borrow::Borrow;
use std::cmp::Ordering;
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

/// By their bytes.
impl Ord for Message {
    fn cmp(&self, other: &Message) -> Ordering {
        self.as_bytes().cmp(other.as_bytes())
    }
}

impl PartialOrd for Message {
    fn partial_cmp(&self, other: &Message) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// A map with messages as its keys is asked with bytes.
///
/// ```
/// use std::collections::HashMap;
/// use zmq4::Message;
/// let workers: HashMap<Message, u32> = [("w1".into(), 1), ("w2".into(), 2)].into();
/// assert_eq!(workers.get(b"w2".as_slice()), Some(&2));
/// ```
impl Borrow<[u8]> for Message {
    fn borrow(&self) -> &[u8] {
        self.as_bytes()
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
