//! [`Certificate`]: a key in a file, with what is to be said about it.

use std::ffi::OsString;
use std::io;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use log::warn;

use super::file::{self, Draft, Readers};
use super::key::CurvePublicKey;
use super::keypair::CurveKeypair;
use super::secret::CurveSecretKey;
use super::zpl;
use crate::error::Result;

/// A CURVE key in the form in which czmq and pyzmq keep it in files, too: with metadata, which is any text about its owner.
///
/// There are two files. `NAME.key` is public and goes to whoever is to know the owner; `NAME.key_secret` holds both keys, and
/// stays where it was made. Both are text that a person can read, and nothing is signed: that a public one is genuine, its
/// way has to show.
///
/// No call of libzmq is involved in files, so what fails with them is an [`io::Error`], which names the file. One that is
/// not a certificate is [`InvalidData`](io::ErrorKind::InvalidData) and says in which line; it never quotes what it read.
///
/// ```
/// use zmq4::Certificate;
/// # let folder = std::env::temp_dir().join(format!("zmq4-certificate-{}", std::process::id()));
/// # std::fs::create_dir(&folder)?;
/// if zmq4::has_curve() {
///     let mut certificate = Certificate::new()?;
///     certificate.set_metadata("email", "jane@example.com")?;
///     certificate.save(folder.join("jane.key"))?;
///
///     let public = Certificate::load(folder.join("jane.key"))?;
///     assert_eq!(public.public(), certificate.public());
///     assert!(public.secret().is_none());
///     let both = Certificate::load(folder.join("jane.key_secret"))?;
///     assert_eq!(both.keypair(), certificate.keypair());
///     assert_eq!(both.metadata_value("email"), Some("jane@example.com"));
/// }
/// # std::fs::remove_dir_all(&folder)?;
/// # Ok::<(), std::io::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Certificate {
    key: Owned,
    metadata: Vec<(String, String)>,
}

/// A key pair, or the public key of another owner.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Owned {
    Public(CurvePublicKey),
    Pair(CurveKeypair),
}

impl Certificate {
    /// Makes a certificate of a [new](CurveKeypair::new) key pair (`zmq_curve_keypair`).
    ///
    /// # Errors
    /// Those of [`CurveKeypair::new`].
    pub fn new() -> Result<Certificate> {
        CurveKeypair::new().map(Certificate::from)
    }

    fn with(key: Owned) -> Certificate {
        Certificate {
            key,
            metadata: Vec::new(),
        }
    }

    /// The public key.
    ///
    /// ```
    /// use zmq4::Certificate;
    /// # if !zmq4::has_curve() { return Ok::<(), zmq4::Error>(()); }
    /// let certificate = Certificate::new()?;
    /// assert_eq!(Some(certificate.public()), certificate.keypair().map(|pair| pair.public()));
    /// # Ok::<(), zmq4::Error>(())
    /// ```
    pub fn public(&self) -> CurvePublicKey {
        match &self.key {
            Owned::Public(key) => *key,
            Owned::Pair(pair) => pair.public(),
        }
    }

    /// The secret key, where the certificate is a secret one.
    ///
    /// ```
    /// use zmq4::Certificate;
    /// # if !zmq4::has_curve() { return Ok::<(), zmq4::Error>(()); }
    /// let certificate = Certificate::new()?;
    /// assert!(certificate.secret().is_some());
    /// // The one that others get.
    /// let public = Certificate::from(certificate.public());
    /// assert!(public.secret().is_none());
    /// # Ok::<(), zmq4::Error>(())
    /// ```
    pub fn secret(&self) -> Option<&CurveSecretKey> {
        self.keypair().map(CurveKeypair::secret)
    }

    /// Both keys, where the certificate is a secret one.
    ///
    /// ```
    /// use zmq4::auth::Server;
    /// use zmq4::Certificate;
    /// # if !zmq4::has_curve() { return Ok::<(), zmq4::Error>(()); }
    /// let certificate = Certificate::new()?;
    /// if let Some(pair) = certificate.keypair() {
    ///     let server = Server::curve(pair.secret().clone());
    ///     # let _ = server;
    /// }
    /// # Ok::<(), zmq4::Error>(())
    /// ```
    pub fn keypair(&self) -> Option<&CurveKeypair> {
        match &self.key {
            Owned::Public(_) => None,
            Owned::Pair(pair) => Some(pair),
        }
    }

    /// The names and values of the metadata, in their order.
    ///
    /// ```
    /// use zmq4::Certificate;
    /// # if !zmq4::has_curve() { return Ok::<(), std::io::Error>(()); }
    /// let mut certificate = Certificate::new()?;
    /// certificate.set_metadata("name", "Jane")?;
    /// certificate.set_metadata("email", "jane@example.com")?;
    /// certificate.set_metadata("name", "Jane Doe")?;
    /// let metadata: Vec<_> = certificate.metadata().collect();
    /// assert_eq!(metadata, [("name", "Jane Doe"), ("email", "jane@example.com")]);
    /// assert_eq!(certificate.metadata_value("name"), Some("Jane Doe"));
    /// assert_eq!(certificate.metadata_value("phone"), None);
    /// # Ok::<(), std::io::Error>(())
    /// ```
    pub fn metadata(&self) -> impl Iterator<Item = (&str, &str)> {
        self.metadata
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// The value of this name in the metadata.
    pub fn metadata_value(&self, name: &str) -> Option<&str> {
        self.metadata()
            .find(|(there, _)| *there == name)
            .map(|(_, value)| value)
    }

    /// Sets a value in the metadata, in place of the one that the name had.
    ///
    /// Both files have the metadata, so nothing secret belongs there.
    ///
    /// # Errors
    /// [`InvalidInput`](io::ErrorKind::InvalidInput) for what czmq or pyzmq would not read back: a name of other characters
    /// than ASCII letters, digits and `$-_@.&+/`, or that begins as a key is called; a value with control characters, or
    /// with quotes of both kinds; both together longer than 1015 bytes.
    ///
    /// ```
    /// use zmq4::Certificate;
    /// # if !zmq4::has_curve() { return Ok::<(), std::io::Error>(()); }
    /// let mut certificate = Certificate::new()?;
    /// certificate.set_metadata("email", "jane@example.com")?;
    /// let error = certificate.set_metadata("e mail", "jane@example.com").unwrap_err();
    /// assert_eq!(error.kind(), std::io::ErrorKind::InvalidInput);
    /// # Ok::<(), std::io::Error>(())
    /// ```
    pub fn set_metadata(&mut self, name: &str, value: &str) -> io::Result<()> {
        zpl::check(name, value).map_err(|reason| invalid(name, reason))?;
        zpl::set(&mut self.metadata, name, value);
        Ok(())
    }

    /// Reads the file of a public certificate, or of a secret one: whichever `path` names.
    ///
    /// A secret one that others than its owner may read is read, because that is how pyzmq writes it, and a warning is
    /// logged with the target `zmq4::curve`. Of names that stand twice in the metadata the last one counts.
    ///
    /// # Errors
    /// `InvalidData` for what is no certificate, and where the public key does not belong to the secret key;
    /// [`Unsupported`](io::ErrorKind::Unsupported) for a secret one where libzmq was built without CURVE; and what the system
    /// says of files.
    pub fn load(path: impl AsRef<Path>) -> io::Result<Certificate> {
        let path = path.as_ref();
        let (text, readers) = file::read(path)?;
        let certificate = Certificate::parse(&text).map_err(|error| file::about(path, &error))?;
        if certificate.secret().is_some() && readers == Readers::Anybody {
            warn!(target: "zmq4::curve", "{}: others than the owner may read this secret key", path.display());
        }
        Ok(certificate)
    }

    fn parse(text: &[u8]) -> io::Result<Certificate> {
        let malformed = |reason| io::Error::new(io::ErrorKind::InvalidData, reason);
        let contents = zpl::parse(text).map_err(|wrong| malformed(wrong.to_string()))?;
        let key = match contents.secret {
            None => Owned::Public(contents.public),
            Some(secret) => match CurveKeypair::from_keys(contents.public, secret) {
                Ok(pair) => Owned::Pair(pair),
                Err(error) if error == crate::ffi::errno::Errno::EINVAL => return Err(malformed(error.to_string())),
                Err(error) => return Err(error.into()),
            },
        };
        Ok(Certificate {
            key,
            metadata: contents.metadata,
        })
    }

    /// Writes the public certificate to `path`, and the secret one to the same name with `_secret` at its end.
    ///
    /// Without a secret key there is the public file only. By custom `path` ends in `.key`.
    ///
    /// The secret file can be read by its owner alone, from the moment on at which it is there: on Unix its mode is 0600,
    /// also where a file with another mode stood before; elsewhere it has the permissions of its folder. Each file appears
    /// whole, in place of what stood there; where one cannot be written, nothing is changed, and the secret one is the last to
    /// be replaced. A link is replaced, not followed.
    ///
    /// # Errors
    /// `InvalidInput` for a path without a file name, and for metadata that was read and that [`set_metadata`] would refuse;
    /// and what the system says of files.
    ///
    /// [`set_metadata`]: Certificate::set_metadata
    pub fn save(&self, path: impl AsRef<Path>) -> io::Result<()> {
        let path = path.as_ref();
        let secret = match self.secret() {
            None => None,
            Some(_) => Some(self.draft_secret(&secret_path(path))?),
        };
        let public = self.draft_public(path)?;
        public.publish()?;
        // Last: if the other one cannot be put into its place, no secret key is lost.
        secret.map_or(Ok(()), Draft::publish)
    }

    /// Writes the public certificate alone, to `path`.
    ///
    /// # Errors
    /// Those of [`save`](Certificate::save).
    pub fn save_public(&self, path: impl AsRef<Path>) -> io::Result<()> {
        self.draft_public(path.as_ref())?.publish()
    }

    /// Writes the secret certificate alone, to exactly this `path`.
    ///
    /// # Errors
    /// `InvalidInput` if there is no secret key; otherwise those of [`save`](Certificate::save).
    pub fn save_secret(&self, path: impl AsRef<Path>) -> io::Result<()> {
        self.draft_secret(path.as_ref())?.publish()
    }

    fn draft_public(&self, path: &Path) -> io::Result<Draft> {
        self.check_metadata()?;
        let text = zpl::write(&self.public(), None, &self.metadata);
        Draft::write(path, &text, Readers::Anybody)
    }

    fn draft_secret(&self, path: &Path) -> io::Result<Draft> {
        self.check_metadata()?;
        let Some(secret) = self.secret() else {
            let reason = "the certificate has no secret key";
            return Err(io::Error::new(io::ErrorKind::InvalidInput, reason));
        };
        let text = zpl::write(&self.public(), Some(secret), &self.metadata);
        Draft::write(path, &text, Readers::Owner)
    }

    fn check_metadata(&self) -> io::Result<()> {
        self.metadata()
            .try_for_each(|(name, value)| zpl::check(name, value).map_err(|reason| invalid(name, reason)))
    }
}

fn invalid(name: &str, reason: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidInput, format!("metadata {name:?}: {reason}"))
}

/// Where the secret certificate of a public one is.
fn secret_path(path: &Path) -> PathBuf {
    let mut name = OsString::from(path);
    name.push("_secret");
    PathBuf::from(name)
}

/// The certificate of another owner.
impl From<CurvePublicKey> for Certificate {
    fn from(key: CurvePublicKey) -> Certificate {
        Certificate::with(Owned::Public(key))
    }
}

/// One's own certificate.
impl From<CurveKeypair> for Certificate {
    fn from(pair: CurveKeypair) -> Certificate {
        Certificate::with(Owned::Pair(pair))
    }
}

/// Reads the text of a file that was kept elsewhere; errors are those of [`Certificate::load`].
impl FromStr for Certificate {
    type Err = io::Error;

    fn from_str(text: &str) -> io::Result<Certificate> {
        Certificate::parse(text.as_bytes())
    }
}
