//! [`CurveSecretKey`]: a key that is kept secret.

use std::fmt;
use std::hint::black_box;
use std::str::FromStr;

use zeroize::{Zeroize, Zeroizing};

use super::key::{CHARACTERS, Key};
use super::z85;
use crate::error::{Error, Result};

/// The secret half of a CURVE key pair: 32 bytes, written as 40 characters of Z85.
///
/// It is wiped when it is dropped, and moving it does not copy its bytes. It is compared in constant time, it has no
/// `Display`, and its `Debug` does not show it. The program wipes what it made the key of, and what it makes of the key; libzmq
/// keeps a copy in each socket that was given it, which it does not wipe.
///
/// ```
/// use zmq4::CurveSecretKey;
/// let key: CurveSecretKey = "JTKVSB%%)wK0E.X)V>+}o?pNmC{O&4W4b!Ni{Lh6".parse()?;
/// assert_eq!(format!("{key:?}"), "CurveSecretKey(..)");
/// assert_eq!(key.to_z85().as_str(), "JTKVSB%%)wK0E.X)V>+}o?pNmC{O&4W4b!Ni{Lh6");
/// # Ok::<(), zmq4::Error>(())
/// ```
// In a box, because a value that moves leaves its bytes behind.
pub struct CurveSecretKey(Box<Zeroizing<[u8; 32]>>);

impl CurveSecretKey {
    fn zeroed() -> CurveSecretKey {
        CurveSecretKey(Box::new(Zeroizing::new([0; 32])))
    }

    /// The bytes.
    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// The 40 characters of Z85, which are wiped when they are dropped.
    pub fn to_z85(&self) -> Zeroizing<String> {
        let mut text = Zeroizing::new(String::with_capacity(CHARACTERS));
        z85::push(&mut text, self.as_bytes());
        text
    }

    /// Whether it is all zero, the value of a socket without a key.
    #[cfg(any(feature = "auth", test))]
    pub(crate) fn is_unset(&self) -> bool {
        same(self.as_bytes(), &[0; 32])
    }
}

/// Compares in a time that does not depend on where the two differ.
pub(crate) fn same(one: &[u8; 32], other: &[u8; 32]) -> bool {
    // The optimiser cannot see what is known so far, so it cannot leave the loop.
    let difference = one
        .iter()
        .zip(other)
        .fold(0, |difference, (one, other)| black_box(difference | (one ^ other)));
    difference == 0
}

impl Key for CurveSecretKey {
    fn filled<E>(fill: impl FnOnce(&mut [u8; 32]) -> Result<(), E>) -> Result<CurveSecretKey, E> {
        let mut key = CurveSecretKey::zeroed();
        fill(&mut key.0)?;
        Ok(key)
    }
}

/// The caller's own copy of the bytes is the caller's to wipe.
impl From<[u8; 32]> for CurveSecretKey {
    fn from(mut bytes: [u8; 32]) -> CurveSecretKey {
        let mut key = CurveSecretKey::zeroed();
        key.0.copy_from_slice(&bytes);
        bytes.zeroize();
        key
    }
}

impl Clone for CurveSecretKey {
    fn clone(&self) -> CurveSecretKey {
        let mut key = CurveSecretKey::zeroed();
        key.0.copy_from_slice(self.as_bytes());
        key
    }
}

/// Reads 40 characters of Z85; anything else is `EINVAL`, with the text left out.
impl FromStr for CurveSecretKey {
    type Err = Error;

    fn from_str(text: &str) -> Result<CurveSecretKey> {
        CurveSecretKey::parse_text(text)
    }
}

impl AsRef<[u8; 32]> for CurveSecretKey {
    fn as_ref(&self) -> &[u8; 32] {
        &self.0
    }
}

impl AsRef<[u8]> for CurveSecretKey {
    fn as_ref(&self) -> &[u8] {
        self.as_bytes()
    }
}

/// In constant time.
impl PartialEq for CurveSecretKey {
    fn eq(&self, other: &CurveSecretKey) -> bool {
        same(self.as_bytes(), other.as_bytes())
    }
}

impl Eq for CurveSecretKey {}

impl fmt::Debug for CurveSecretKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("CurveSecretKey(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_that_differ_in_one_bit_are_not_equal() {
        let key = CurveSecretKey::from([0xa5; 32]);
        assert_eq!(key, key.clone());
        for byte in 0..32 {
            for bit in 0..8 {
                let mut other = [0xa5; 32];
                other[byte] ^= 1 << bit;
                assert_ne!(key, CurveSecretKey::from(other), "bit {bit} of byte {byte}");
            }
        }
        assert!(!key.is_unset() && CurveSecretKey::zeroed().is_unset());
    }
}
