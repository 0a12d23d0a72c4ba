//! [`Server`] and [`Client`]: the roles of a socket in the security handshake.

use std::fmt;

use zeroize::Zeroizing;

use crate::curve::key::Key;
use crate::curve::keypair::unsupported;
use crate::curve::{CurveKeypair, CurvePublicKey, CurveSecretKey};
use crate::error::{Call, Error, Result};
use crate::ffi::errno::Errno;
use crate::options::wrong_length;
use crate::socket::Socket;
use crate::socket::preconditions::ZAP_ENFORCE_DOMAIN;
use crate::version::has_curve;

/// A role that a socket can take with [`Socket::secure`]: a [`Server`] or a [`Client`].
pub trait Role: sealed::Role {}

impl Role for Server {}
impl Role for Client {}

mod sealed {
    use crate::error::Result;
    use crate::socket::Socket;

    pub trait Role {
        /// Rejects what cannot be set, so that nothing is set in part.
        fn check(&self, socket: &Socket) -> Result<()>;

        /// Sets the options of the role, the mechanism last.
        fn set(&self, socket: &Socket) -> Result<()>;
    }
}

/// The side that authenticates its peers.
///
/// It is the server of the handshake, whichever side binds. If the context has a handler, a server that connects must have
/// [`reconnect_ivl`](Socket::set_reconnect_ivl) `None`, and the program reconnects it: if libzmq did, it would take a reply of the
/// handler about a disconnected peer for one about the next peer. A [repaired](crate::has) libzmq does not, and there nothing of
/// this is rejected. This applies to all servers that use the handler, which are all but NULL without a domain. In a context
/// without a handler such a server may reconnect by itself; then a handler cannot be started until the server is closed or
/// disconnected.
///
/// The authentication handler of the context ([RFC 27](https://rfc.zeromq.org/spec/27/)) decides who is let in, by the [domain](Server::domain):
///
/// | | with a handler | without one | without one, [enforced](Server::enforced) |
/// |---|---|---|---|
/// | [`null`](Server::null) | all peers; with a domain, those that the handler lets in | all peers | no peer |
/// | [`plain`](Server::plain) | those that the handler lets in | no peer | no peer |
/// | [`curve`](Server::curve) | those that the handler lets in | those that know the server's public key | no peer |
///
/// ```
/// use zmq4::auth::{Client, Server};
/// use zmq4::{Context, CurveKeypair, Flags};
///
/// if zmq4::has_curve() {
///     let (ours, theirs) = (CurveKeypair::new()?, CurveKeypair::new()?);
///     let context = Context::new()?;
///     let server = context.socket(zmq4::PULL)?;
///     server.secure(&Server::curve(ours.secret().clone()).domain("global"))?;
///     server.bind("tcp://127.0.0.1:*")?;
///
///     let client = context.socket(zmq4::PUSH)?;
///     client.secure(&Client::curve(ours.public(), theirs))?;
///     client.connect(&server.last_endpoint()?)?;
///     client.send("only you can read this", Flags::NONE)?;
///     assert_eq!(server.recv(Flags::NONE)?, "only you can read this");
/// }
/// # Ok::<(), zmq4::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Server {
    proof: Required,
    domain: String,
    enforced: bool,
}

/// The credentials that a server requires.
#[derive(Clone, Debug)]
enum Required {
    Nothing,
    Password,
    Key(CurveSecretKey),
}

impl Server {
    /// No credentials ([`NULL`](crate::NULL)); with a domain the handler decides by the peer's address.
    #[doc(alias = "ZMQ_NULL")]
    pub fn null() -> Server {
        Server::requiring(Required::Nothing)
    }

    /// A name and a password, unencrypted ([`PLAIN`](crate::PLAIN)), about which the handler decides.
    #[doc(alias = "ZMQ_PLAIN_SERVER")]
    pub fn plain() -> Server {
        Server::requiring(Required::Password)
    }

    /// Peers prove that they have a key ([`CURVE`](crate::CURVE)); `secret` is the server's own. The traffic is encrypted.
    #[doc(alias = "ZMQ_CURVE_SERVER")]
    pub fn curve(secret: CurveSecretKey) -> Server {
        Server::requiring(Required::Key(secret))
    }

    fn requiring(proof: Required) -> Server {
        Server {
            proof,
            domain: String::new(),
            enforced: false,
        }
    }

    /// The domain, by which the authentication handler identifies this server, up to 255 bytes; empty, the default, is none.
    #[doc(alias = "ZMQ_ZAP_DOMAIN")]
    #[must_use]
    pub fn domain(mut self, domain: impl Into<String>) -> Server {
        self.domain = domain.into();
        self
    }

    /// Makes the server let no peer in while there is no authentication handler (`ZMQ_ZAP_ENFORCE_DOMAIN`): before the
    /// [`Auth`](super::Auth) starts, and after it ended. It needs a [domain](Server::domain).
    ///
    /// The default is libzmq's, which lets NULL and CURVE clients in then. A client that is denied in this way retries
    /// by itself, at the latest after the handshake timeout ([`handshake_ivl`](Socket::set_handshake_ivl)). The option is a DRAFT
    /// one of libzmq since 4.2.3, and every build has it. Like the domain, it stays with the socket when another role
    /// follows.
    ///
    /// ```
    /// use std::time::Duration;
    /// use zmq4::auth::{Auth, Client, Policies, Server};
    /// use zmq4::{Context, CurveKeypair, DONTWAIT, EVENT_HANDSHAKE_FAILED_NO_DETAIL, Errno, Flags};
    ///
    /// if zmq4::has_curve() {
    ///     let (ours, theirs) = (CurveKeypair::new()?, CurveKeypair::new()?);
    ///     let policies = Policies::new();
    ///     policies.curve_add("shop", [theirs.public()])?;
    ///     let context = Context::new()?;
    ///     let server = context.socket(zmq4::PULL)?;
    ///     server.secure(&Server::curve(ours.secret().clone()).domain("shop").enforced())?;
    ///     let monitor = server.monitor(EVENT_HANDSHAKE_FAILED_NO_DETAIL)?;
    ///     server.bind("tcp://127.0.0.1:*")?;
    ///
    ///     let client = context.socket(zmq4::PUSH)?;
    ///     client.secure(&Client::curve(ours.public(), theirs))?;
    ///     client.set_handshake_ivl(Some(Duration::from_secs(1)))?;
    ///     client.connect(&server.last_endpoint()?)?;
    ///     client.send("Hello", Flags::NONE)?;
    ///     monitor.recv_timeout(Duration::from_secs(10))?; // denied, because there is no handler
    ///     assert_eq!(server.recv(DONTWAIT).unwrap_err(), Errno::EAGAIN);
    ///
    ///     let _auth = Auth::with(&context, &policies)?;
    ///     assert_eq!(server.recv(Flags::NONE)?, "Hello");
    /// }
    /// # Ok::<(), zmq4::Error>(())
    /// ```
    #[doc(alias = "ZMQ_ZAP_ENFORCE_DOMAIN")]
    #[doc(alias = "SetZapEnforceDomain")]
    #[must_use]
    pub fn enforced(mut self) -> Server {
        self.enforced = true;
        self
    }
}

impl sealed::Role for Server {
    fn check(&self, socket: &Socket) -> Result<()> {
        check_text("ZMQ_ZAP_DOMAIN", &self.domain, 0)?;
        if self.domain.is_empty() {
            check_no_domain(socket)?;
        }
        if self.enforced {
            check_enforceable(socket, &self.domain)?;
        }
        match &self.proof {
            Required::Nothing | Required::Password => Ok(()),
            Required::Key(secret) => check_key("ZMQ_CURVE_SECRETKEY", secret.is_unset()),
        }
    }

    fn set(&self, socket: &Socket) -> Result<()> {
        if !self.domain.is_empty() {
            socket.set_zap_domain(&self.domain)?;
        }
        if self.enforced {
            let set = socket.raw().set_int(ZAP_ENFORCE_DOMAIN, 1);
            set.map_err(|errno| Error::new(Call::SetSockOpt, errno).about_option(ENFORCED))?;
        }
        match &self.proof {
            Required::Nothing => socket.set_plain_server(false),
            Required::Password => socket.set_plain_server(true),
            Required::Key(secret) => {
                socket.set_curve_secretkey(secret)?;
                socket.set_curve_server(true)
            }
        }
    }
}

/// The side that is authenticated.
///
/// Its `Debug` contains neither the password nor the secret key.
///
/// ```
/// use zmq4::auth::Client;
/// let socket = zmq4::Socket::new(zmq4::DEALER)?;
/// socket.secure(&Client::plain("admin", "secret"))?;
/// assert_eq!(socket.mechanism()?, zmq4::PLAIN);
/// assert!(!format!("{:?}", Client::plain("admin", "secret")).contains("secret"));
/// # Ok::<(), zmq4::Error>(())
/// ```
#[derive(Clone)]
pub struct Client(Offered);

/// The credentials of a client.
#[derive(Clone)]
enum Offered {
    Nothing,
    Password {
        username: String,
        password: Zeroizing<String>,
    },
    Key {
        server: CurvePublicKey,
        keypair: CurveKeypair,
    },
}

impl Client {
    /// No credentials ([`NULL`](crate::NULL)), the default of a new socket.
    #[doc(alias = "ZMQ_NULL")]
    pub fn null() -> Client {
        Client(Offered::Nothing)
    }

    /// A name and a password ([`PLAIN`](crate::PLAIN)), 1 to 255 bytes each. They are sent unencrypted.
    #[doc(alias = "ZMQ_PLAIN_USERNAME")]
    #[doc(alias = "ZMQ_PLAIN_PASSWORD")]
    pub fn plain(username: impl Into<String>, password: impl Into<String>) -> Client {
        Client(Offered::Password {
            username: username.into(),
            password: Zeroizing::new(password.into()),
        })
    }

    /// Proves that it has this key pair ([`CURVE`](crate::CURVE)), only to the server with this public key. The traffic is
    /// encrypted.
    #[doc(alias = "ZMQ_CURVE_SERVERKEY")]
    pub fn curve(server: CurvePublicKey, keypair: CurveKeypair) -> Client {
        Client(Offered::Key { server, keypair })
    }
}

impl sealed::Role for Client {
    fn check(&self, socket: &Socket) -> Result<()> {
        match &self.0 {
            // Here a domain would make the handler decide about peers. PLAIN and CURVE use it in servers only.
            Offered::Nothing => check_no_domain(socket),
            Offered::Password { username, password } => {
                check_text("ZMQ_PLAIN_USERNAME", username, 1)?;
                check_text("ZMQ_PLAIN_PASSWORD", password, 1)
            }
            Offered::Key { server, keypair } => {
                check_key("ZMQ_CURVE_SERVERKEY", *server.as_bytes() == [0; 32])?;
                check_key("ZMQ_CURVE_SECRETKEY", keypair.secret().is_unset())
            }
        }
    }

    fn set(&self, socket: &Socket) -> Result<()> {
        match &self.0 {
            Offered::Nothing => socket.set_plain_server(false),
            Offered::Password { username, password } => {
                socket.set_plain_username(username)?;
                socket.set_plain_password(password.as_str())
            }
            Offered::Key { server, keypair } => {
                socket.set_curve_publickey(keypair.public())?;
                socket.set_curve_secretkey(keypair.secret())?;
                socket.set_curve_serverkey(server)
            }
        }
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Offered::Nothing => f.write_str("Client(NULL)"),
            Offered::Password { username, .. } => write!(f, "Client(PLAIN, {username:?})"),
            Offered::Key { server, keypair } => write!(f, "Client(CURVE, {} to {server})", keypair.public()),
        }
    }
}

/// # Security
impl Socket {
    /// Makes the socket a [`Server`] or a [`Client`] of the security handshake, by setting its options (`zmq_setsockopt`,
    /// several times).
    ///
    /// The role applies to later binds and connects, so set it first. It replaces the previous role: roles may follow each
    /// other in any order, and the last one applies, whereas with the options alone a user name makes a server a client. Keys
    /// that were set before are removed. After an error the socket is unchanged.
    ///
    /// Over inproc there is no handshake, whatever the role.
    ///
    /// # Errors
    /// `EINVAL` for an empty name or password, for text of more than 255 bytes or with a NUL, and for a key that is all zero,
    /// the value of a socket without a key; for a role without a domain, if the socket has one already, because libzmq cannot
    /// remove it; for a server that is enforced and has no domain. `ENOTSUP` for CURVE if libzmq was built without it; `ETERM`
    /// once the context has ended.
    #[doc(alias = "zmq_setsockopt")]
    pub fn secure<R: Role + ?Sized>(&self, role: &R) -> Result<()> {
        role.check(self)?;
        if has_curve() {
            // This selects a mechanism, so it comes before the role's.
            self.set_curve_publickey([0; 32])?;
            self.set_curve_secretkey([0; 32])?;
            self.set_curve_serverkey([0; 32])?;
        }
        role.set(self)
    }

    /// Makes the socket a [`Server::null`] with this domain, like [`secure`](Socket::secure).
    ///
    /// # Errors
    /// Those of [`secure`](Socket::secure).
    #[doc(alias = "ServerAuthNull")]
    pub fn server_auth_null(&self, domain: &str) -> Result<()> {
        self.secure(&Server::null().domain(domain))
    }

    /// Makes the socket a [`Server::plain`] with this domain, like [`secure`](Socket::secure).
    ///
    /// # Errors
    /// Those of [`secure`](Socket::secure).
    #[doc(alias = "ServerAuthPlain")]
    pub fn server_auth_plain(&self, domain: &str) -> Result<()> {
        self.secure(&Server::plain().domain(domain))
    }

    /// Makes the socket a [`Server::curve`] with this domain, like [`secure`](Socket::secure).
    ///
    /// The key is a [`CurveSecretKey`], its 40 characters of Z85, or its 32 bytes.
    ///
    /// # Errors
    /// Those of [`secure`](Socket::secure), and `EINVAL` for a malformed key.
    #[doc(alias = "ServerAuthCurve")]
    pub fn server_auth_curve(&self, domain: &str, secret_key: impl AsRef<[u8]>) -> Result<()> {
        let secret = key("ZMQ_CURVE_SECRETKEY", secret_key)?;
        self.secure(&Server::curve(secret).domain(domain))
    }

    /// Makes the socket a [`Client::plain`], like [`secure`](Socket::secure).
    ///
    /// # Errors
    /// Those of [`secure`](Socket::secure).
    #[doc(alias = "ClientAuthPlain")]
    pub fn client_auth_plain(&self, username: &str, password: &str) -> Result<()> {
        self.secure(&Client::plain(username, password))
    }

    /// Makes the socket a [`Client::curve`], like [`secure`](Socket::secure).
    ///
    /// Each key is a [`CurvePublicKey`] or [`CurveSecretKey`], its 40 characters of Z85, or its 32 bytes.
    ///
    /// # Errors
    /// Those of [`secure`](Socket::secure), and `EINVAL` for a malformed key, and if the client's two keys are not a pair.
    #[doc(alias = "ClientAuthCurve")]
    pub fn client_auth_curve(
        &self,
        server_public_key: impl AsRef<[u8]>,
        client_public_key: impl AsRef<[u8]>,
        client_secret_key: impl AsRef<[u8]>,
    ) -> Result<()> {
        let server = key("ZMQ_CURVE_SERVERKEY", server_public_key)?;
        let public = key("ZMQ_CURVE_PUBLICKEY", client_public_key)?;
        let secret = key("ZMQ_CURVE_SECRETKEY", client_secret_key)?;
        let keypair = CurveKeypair::from_keys(public, secret)?;
        self.secure(&Client::curve(server, keypair))
    }
}

/// The name of [`ZAP_ENFORCE_DOMAIN`] in errors.
const ENFORCED: &str = "ZMQ_ZAP_ENFORCE_DOMAIN";

fn check_enforceable(socket: &Socket, domain: &str) -> Result<()> {
    if domain.is_empty() {
        return Err(refused(ENFORCED, "without a domain there is no handler for it"));
    }
    match socket.raw().get_int(ZAP_ENFORCE_DOMAIN) {
        Ok(_) => Ok(()),
        Err(Errno::EINVAL) => {
            let error = Error::new(Call::SetSockOpt, Errno::ENOTSUP).about_option(ENFORCED);
            Err(error.because("it needs libzmq 4.2.3"))
        }
        Err(errno) => Err(Error::new(Call::SetSockOpt, errno).about_option(ENFORCED)),
    }
}

fn refused(option: &'static str, reason: impl Into<std::borrow::Cow<'static, str>>) -> Error {
    Error::new(Call::SetSockOpt, Errno::EINVAL)
        .about_option(option)
        .because(reason)
}

/// The key is not in the error: it may be secret.
fn key<K: Key>(option: &'static str, key: impl AsRef<[u8]>) -> Result<K> {
    K::parse(key.as_ref()).map_err(|reason| refused(option, reason))
}

/// The text is not in the error: it may be secret.
fn check_text(option: &'static str, text: &str, least: usize) -> Result<()> {
    let len = text.len();
    if len < least || len > 255 {
        return Err(refused(option, wrong_length(len, least, 255)));
    }
    if text.contains('\0') {
        return Err(refused(option, "the text contains a NUL"));
    }
    Ok(())
}

fn check_key(option: &'static str, unset: bool) -> Result<()> {
    if !has_curve() {
        return Err(unsupported(Call::SetSockOpt).about_option(option));
    }
    if unset {
        return Err(refused(option, "the key consists of zeros"));
    }
    Ok(())
}

fn check_no_domain(socket: &Socket) -> Result<()> {
    if socket.zap_domain()?.is_empty() {
        return Ok(());
    }
    let reason = "the socket has a domain already, which libzmq cannot remove: set one, or use a new socket";
    Err(refused("ZMQ_ZAP_DOMAIN", reason))
}
