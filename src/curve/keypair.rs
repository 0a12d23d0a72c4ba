//! [`CurveKeypair`]: a secret key and the public key that belongs to it.

use zeroize::Zeroizing;

use super::key::{CHARACTERS, CurvePublicKey, Key};
use super::secret::CurveSecretKey;
use crate::error::{Call, Error, Result};
use crate::ffi::curve::{self, Text};
use crate::ffi::errno::Errno;
use crate::refusal::Refusal;
use crate::version::version;

/// A CURVE key pair ([RFC 26](https://rfc.zeromq.org/spec/26/)), the identity of a client or a server.
///
/// The two keys always belong together. The secret one is wiped when the pair is dropped.
///
/// ```
/// use zmq4::CurveKeypair;
/// if zmq4::has_curve() {
///     let pair = CurveKeypair::new()?;
///     println!("tell others: {}", pair.public());
///     assert_eq!(pair.secret().public()?, pair.public());
/// }
/// # Ok::<(), zmq4::Error>(())
/// ```
#[doc(alias = "zmq_curve_keypair")]
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CurveKeypair {
    public: CurvePublicKey,
    secret: CurveSecretKey,
}

impl CurveKeypair {
    /// Makes a new, random pair ([`zmq_curve_keypair`]).
    ///
    /// # Errors
    /// `ENOTSUP` if libzmq was built without CURVE; the error says how to get one that has it.
    ///
    /// [`zmq_curve_keypair`]: https://libzmq.readthedocs.io/en/latest/zmq_curve_keypair.html
    #[doc(alias = "zmq_curve_keypair")]
    #[doc(alias = "NewCurveKeypair")]
    pub fn new() -> Result<CurveKeypair> {
        let (mut public, mut secret): (Text, Zeroizing<Text>) = ([0; 41], Zeroizing::new([0; 41]));
        curve::keypair(&mut public, &mut secret).map_err(|errno| failed(Call::CurveKeypair, errno))?;
        Ok(CurveKeypair {
            public: made(Call::CurveKeypair, &public)?,
            secret: made(Call::CurveKeypair, &secret)?,
        })
    }

    /// The pair of a secret key and its public key.
    ///
    /// # Errors
    /// Those of [`curve_public`].
    pub fn from_secret(secret: CurveSecretKey) -> Result<CurveKeypair> {
        let public = curve_public(&secret)?;
        Ok(CurveKeypair { public, secret })
    }

    /// The pair of these two keys.
    ///
    /// # Errors
    /// `EINVAL` if the public key belongs to another secret key: a client with such keys would be denied without a reason.
    /// Otherwise those of [`curve_public`].
    pub fn from_keys(public: CurvePublicKey, secret: CurveSecretKey) -> Result<CurveKeypair> {
        let pair = CurveKeypair::from_secret(secret)?;
        if pair.public != public {
            let error = Error::new(Call::CurvePublic, Errno::EINVAL);
            return Err(error.because("the public key does not belong to the secret key"));
        }
        Ok(pair)
    }

    /// The public key.
    pub fn public(&self) -> CurvePublicKey {
        self.public
    }

    /// The secret key.
    pub fn secret(&self) -> &CurveSecretKey {
        &self.secret
    }

    /// Both keys, as Go's `NewCurveKeypair` gives them: public, secret.
    pub fn into_keys(self) -> (CurvePublicKey, CurveSecretKey) {
        (self.public, self.secret)
    }
}

impl CurveSecretKey {
    /// The public key that belongs to it, like [`curve_public`].
    ///
    /// # Errors
    /// Those of [`curve_public`].
    #[doc(alias = "zmq_curve_public")]
    #[doc(alias = "AuthCurvePublic")]
    pub fn public(&self) -> Result<CurvePublicKey> {
        curve_public(self)
    }
}

/// The public key that belongs to a secret key ([`zmq_curve_public`]).
///
/// ```
/// use zmq4::{CurveSecretKey, curve_public};
/// if zmq4::has_curve() {
///     let secret: CurveSecretKey = "JTKVSB%%)wK0E.X)V>+}o?pNmC{O&4W4b!Ni{Lh6".parse()?;
///     assert_eq!(curve_public(&secret)?.to_string(), "rq:rM>}U?@Lns47E1%kR.o@n%FcmmsL/@{H8]yf7");
/// }
/// # Ok::<(), zmq4::Error>(())
/// ```
///
/// # Errors
/// `ENOTSUP` if libzmq was built without CURVE; the error says how to get one that has it.
///
/// [`zmq_curve_public`]: https://libzmq.readthedocs.io/en/latest/zmq_curve_public.html
#[doc(alias = "zmq_curve_public")]
#[doc(alias = "AuthCurvePublic")]
pub fn curve_public(secret: &CurveSecretKey) -> Result<CurvePublicKey> {
    let (mut public, mut text): (Text, Zeroizing<Text>) = ([0; 41], Zeroizing::new([0; 41]));
    for (to, from) in text.iter_mut().zip(secret.to_z85().bytes()) {
        *to = from;
    }
    curve::public(&mut public, &text).map_err(|errno| failed(Call::CurvePublic, errno))?;
    made(Call::CurvePublic, &public)
}

/// A key as libzmq wrote it, with a NUL at the end.
fn made<K: Key>(call: Call, text: &Text) -> Result<K> {
    let (characters, _nul) = text.split_at(CHARACTERS);
    K::parse(characters).map_err(|reason| Error::refused(call, Refusal::invalid(reason)))
}

fn failed(call: Call, errno: Errno) -> Error {
    if errno == Errno::ENOTSUP {
        return unsupported(call);
    }
    Error::new(call, errno)
}

/// The error of a call if libzmq has no CURVE.
pub(crate) fn unsupported(call: Call) -> Error {
    Error::refused(call, Refusal::new(Errno::ENOTSUP, lacking(version())))
}

fn lacking((major, minor, patch): (u32, u32, u32)) -> String {
    format!(
        "libzmq {major}.{minor}.{patch} was built without CURVE: use the cargo feature \"vendored\", \
         or a package of libzmq that was built with libsodium"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_libzmq_without_curve_is_told_how_to_get_it() {
        let error = failed(Call::CurveKeypair, Errno::ENOTSUP);
        assert_eq!(error, Errno::ENOTSUP);
        let text = error.to_string();
        assert!(text.starts_with("zmq_curve_keypair: libzmq "), "{text}");
        assert!(text.contains("vendored") && text.contains("libsodium"), "{text}");
        assert!(lacking((4, 3, 4)).starts_with("libzmq 4.3.4 was built without CURVE"));
        assert_eq!(failed(Call::CurvePublic, Errno::EMFILE).reason(), None);
    }
}
