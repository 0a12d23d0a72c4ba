//! [`CurvePublicKey`], and what both kinds of keys share.

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

use super::z85;
use crate::error::{Call, Error, Result};
use crate::refusal::Refusal;

/// The number of characters of a key in Z85.
pub(crate) const CHARACTERS: usize = 40;

/// A key of either kind.
pub(crate) trait Key: Sized {
    /// Makes a key from bytes that are written directly into it, so that no copy stays elsewhere.
    fn filled<E>(fill: impl FnOnce(&mut [u8; 32]) -> Result<(), E>) -> Result<Self, E>;

    /// Like [`read`].
    fn parse(key: &[u8]) -> Result<Self, Cow<'static, str>> {
        Self::filled(|bytes| read(key, bytes))
    }

    /// From text only.
    fn parse_text(text: &str) -> Result<Self> {
        let refused = |reason: Cow<'static, str>| Error::refused(Call::Z85Decode, Refusal::invalid(reason));
        if text.len() != CHARACTERS {
            let reason = format!("a key has 40 characters, not {} bytes", text.len());
            return Err(refused(Cow::from(reason)));
        }
        Self::parse(text.as_bytes()).map_err(refused)
    }
}

/// Reads a key of 32 bytes, or of 40 characters of Z85. The error does not contain the key, which may be secret.
pub(crate) fn read(key: &[u8], bytes: &mut [u8; 32]) -> Result<(), Cow<'static, str>> {
    match key.len() {
        32 => {
            bytes.copy_from_slice(key);
            Ok(())
        }
        CHARACTERS => z85::read(key, bytes).map_err(Cow::from),
        len => {
            let reason = format!("a key has 32 bytes, or 40 characters of Z85, not {len} bytes");
            Err(reason.into())
        }
    }
}

/// The public half of a CURVE key pair: 32 bytes, written as 40 characters of Z85.
///
/// It identifies the owner of the [secret](crate::CurveSecretKey) half. It need not be kept secret, but it must be
/// distributed so that it cannot be replaced by another one.
///
/// ```
/// use zmq4::CurvePublicKey;
/// let key: CurvePublicKey = "Yne@$w-vo<fVvi]a<NY6T1ed:M$fCG*[IaLV{hID".parse()?;
/// assert_eq!(key.as_bytes()[0], 0xbb);
/// assert_eq!(key.to_string(), "Yne@$w-vo<fVvi]a<NY6T1ed:M$fCG*[IaLV{hID");
/// # Ok::<(), zmq4::Error>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct CurvePublicKey([u8; 32]);

impl CurvePublicKey {
    /// The bytes.
    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// The 40 characters of Z85, as [`Display`](fmt::Display) writes them.
    pub fn to_z85(&self) -> String {
        let mut text = String::with_capacity(CHARACTERS);
        z85::push(&mut text, &self.0);
        text
    }
}

impl Key for CurvePublicKey {
    fn filled<E>(fill: impl FnOnce(&mut [u8; 32]) -> Result<(), E>) -> Result<CurvePublicKey, E> {
        let mut bytes = [0; 32];
        fill(&mut bytes)?;
        Ok(CurvePublicKey(bytes))
    }
}

impl From<[u8; 32]> for CurvePublicKey {
    fn from(bytes: [u8; 32]) -> CurvePublicKey {
        CurvePublicKey(bytes)
    }
}

/// Reads 40 characters of Z85; anything else is `EINVAL`.
impl FromStr for CurvePublicKey {
    type Err = Error;

    fn from_str(text: &str) -> Result<CurvePublicKey> {
        CurvePublicKey::parse_text(text)
    }
}

impl AsRef<[u8; 32]> for CurvePublicKey {
    fn as_ref(&self) -> &[u8; 32] {
        &self.0
    }
}

impl AsRef<[u8]> for CurvePublicKey {
    fn as_ref(&self) -> &[u8] {
        &self.0
    }
}

impl fmt::Display for CurvePublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.to_z85())
    }
}

impl fmt::Debug for CurvePublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "CurvePublicKey({self})")
    }
}
