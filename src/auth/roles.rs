//! [`Server`] and [`Client`]: what a socket is to its peers, in one call.

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
        /// Refuses what cannot be set, so that nothing is set by halves.
        fn check(&self, socket: &Socket) -> Result<()>;

        /// Sets what belongs to the role, the mechanism last.
        fn set(&self, socket: &Socket) -> Result<()>;
    }
}

/// The side that asks its peers who they are.
///
/// It is the server of the handshake, whichever side binds. If the context has a handler, one that connects must have
/// [`reconnect_ivl`](Socket::set_reconnect_ivl) `None`, and is connected anew by the program: if libzmq did it, a reply of the
/// handler about a peer that is gone would be taken for one about the next peer. A [repaired](crate::has) libzmq does not, and
/// there nothing of this is rejected. That holds for those that ask the handler, all
/// but NULL without a domain. In a context without a handler such a server may connect again by itself; then a handler cannot be started
/// until it is closed or disconnected.
///
/// Who gets in is up to the authentication handler of the
/// context (RFC 27), which libzmq asks by the [domain](Server::domain):
///
/// | | with a handler | without one | without one, [enforced](Server::enforced) |
/// |---|---|---|---|
/// | [`null`](Server::null) | everybody; with a domain, whom the handler lets in | everybody | nobody |
/// | [`plain`](Server::plain) | whom the handler lets in | nobody | nobody |
/// | [`curve`](Server::curve) | whom the handler lets in | whoever knows the server's public key | nobody |
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
    proof: Asked,
    domain: String,
    enforced: bool,
}

/// What a server wants to see.
#[derive(Clone, Debug)]
enum Asked {
    Nothing,
    Password,
    Key(CurveSecretKey),
}

impl Server {
    /// Peers prove nothing ([`NULL`](crate::NULL)); with a domain the handler judges them by their addresses.
    #[doc(alias = "ZMQ_NULL")]
    pub fn null() -> Server {
        Server::asking(Asked::Nothing)
    }

    /// Peers give a name and a password ([`PLAIN`](crate::PLAIN)), in the clear, which the handler judges.
    #[doc(alias = "ZMQ_PLAIN_SERVER")]
    pub fn plain() -> Server {
        Server::asking(Asked::Password)
    }

    /// Peers prove that they have a key ([`CURVE`](crate::CURVE)), and this is the server's own. The traffic is encrypted.
    #[doc(alias = "ZMQ_CURVE_SERVER")]
    pub fn curve(secret: CurveSecretKey) -> Server {
        Server::asking(Asked::Key(secret))
    }

    fn asking(proof: Asked) -> Server {
        Server {
            proof,
            domain: String::new(),
            enforced: false,
        }
    }

    /// By what name the authentication handler knows what this server is for, up to 255 bytes; empty, the default, is
    /// none.
    #[doc(alias = "ZMQ_ZAP_DOMAIN")]
    #[must_use]
    pub fn domain(mut self, domain: impl Into<String>) -> Server {
        self.domain = domain.into();
        self
    }

    /// Has the server let nobody in while there is no authentication handler to ask (`ZMQ_ZAP_ENFORCE_DOMAIN`): before the
    /// [`Auth`](super::Auth) starts, and after it ended. It needs a [domain](Server::domain).
    ///
    /// The default is libzmq's, which is to let NULL and CURVE clients in then. A client that is refused in this way tries again
    /// by itself, at the latest when the time for the handshake is over ([`handshake_ivl`](Socket::set_handshake_ivl)). libzmq has
    /// counted the option among its DRAFT ones since 4.2.3, and every build knows it. As the domain, it stays with the
    /// socket when another role follows.
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
    ///     monitor.recv_timeout(Duration::from_secs(10))?; // refused, for nobody is there to be asked
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
            Asked::Nothing | Asked::Password => Ok(()),
            Asked::Key(secret) => check_key("ZMQ_CURVE_SECRETKEY", secret.is_unset()),
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
            Asked::Nothing => socket.set_plain_server(false),
            Asked::Password => socket.set_plain_server(true),
            Asked::Key(secret) => {
                socket.set_curve_secretkey(secret)?;
                socket.set_curve_server(true)
            }
        }
    }
}

/// The side that says who it is.
///
/// Its `Debug` shows neither password nor secret key.
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
pub struct Client(Shown);

/// What a client shows.
#[derive(Clone)]
enum Shown {
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
    /// Shows nothing ([`NULL`](crate::NULL)), as a new socket.
    #[doc(alias = "ZMQ_NULL")]
    pub fn null() -> Client {
        Client(Shown::Nothing)
    }

    /// Gives a name and a password ([`PLAIN`](crate::PLAIN)), 1 to 255 bytes each. They travel in the clear.
    #[doc(alias = "ZMQ_PLAIN_USERNAME")]
    #[doc(alias = "ZMQ_PLAIN_PASSWORD")]
    pub fn plain(username: impl Into<String>, password: impl Into<String>) -> Client {
        Client(Shown::Password {
            username: username.into(),
            password: Zeroizing::new(password.into()),
        })
    }

    /// Proves that it has this key pair ([`CURVE`](crate::CURVE)), to nobody but the server with this public key. The
    /// traffic is encrypted.
    #[doc(alias = "ZMQ_CURVE_SERVERKEY")]
    pub fn curve(server: CurvePublicKey, keypair: CurveKeypair) -> Client {
        Client(Shown::Key { server, keypair })
    }
}

impl sealed::Role for Client {
    fn check(&self, socket: &Socket) -> Result<()> {
        match &self.0 {
            // Here a domain would make the handler judge peers. PLAIN and CURVE use it in servers alone.
            Shown::Nothing => check_no_domain(socket),
            Shown::Password { username, password } => {
                check_text("ZMQ_PLAIN_USERNAME", username, 1)?;
                check_text("ZMQ_PLAIN_PASSWORD", password, 1)
            }
            Shown::Key { server, keypair } => {
                check_key("ZMQ_CURVE_SERVERKEY", *server.as_bytes() == [0; 32])?;
                check_key("ZMQ_CURVE_SECRETKEY", keypair.secret().is_unset())
            }
        }
    }

    fn set(&self, socket: &Socket) -> Result<()> {
        match &self.0 {
            Shown::Nothing => socket.set_plain_server(false),
            Shown::Password { username, password } => {
                socket.set_plain_username(username)?;
                socket.set_plain_password(password.as_str())
            }
            Shown::Key { server, keypair } => {
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
            Shown::Nothing => f.write_str("Client(NULL)"),
            Shown::Password { username, .. } => write!(f, "Client(PLAIN, {username:?})"),
            Shown::Key { server, keypair } => write!(f, "Client(CURVE, {} to {server})", keypair.public()),
        }
    }
}

impl Socket {
    /// Makes the socket a [`Server`] or a [`Client`] of a handshake, by the options that belong to it (`zmq_setsockopt`,
    /// several times).
    ///
    /// The role holds for what is bound and connected from then on, so this comes first. What the socket was before it is
    /// no longer: roles may follow each other in any order, and the last one holds, where with the options alone a
    /// user name makes a server a client. Keys that were set before are gone from the socket. After an error the socket
    /// is what it was.
    ///
    /// Over inproc there is no handshake, whatever the role.
    ///
    /// # Errors
    /// `EINVAL` for an empty name or password, for text of more than 255 bytes or with a NUL, and for a key that is all
    /// zero, as a socket answers that was given none; for a role that has no domain, where the socket was given one
    /// before, because libzmq cannot take it back; for a server that is enforced and has no domain. `ENOTSUP` for CURVE where
    /// libzmq was built without it; `ETERM` once the context has ended.
    #[doc(alias = "zmq_setsockopt")]
    pub fn secure<R: Role + ?Sized>(&self, role: &R) -> Result<()> {
        role.check(self)?;
        if has_curve() {
            // Ends in a mechanism of its own choice, so it stands before the role's.
            self.set_curve_publickey([0; 32])?;
            self.set_curve_secretkey([0; 32])?;
            self.set_curve_serverkey([0; 32])?;
        }
        role.set(self)
    }

    /// Makes the socket a [`Server::null`] with this domain, as [`secure`](Socket::secure) does.
    ///
    /// # Errors
    /// As [`secure`](Socket::secure).
    #[doc(alias = "ServerAuthNull")]
    pub fn server_auth_null(&self, domain: &str) -> Result<()> {
        self.secure(&Server::null().domain(domain))
    }

    /// Makes the socket a [`Server::plain`] with this domain, as [`secure`](Socket::secure) does.
    ///
    /// # Errors
    /// As [`secure`](Socket::secure).
    #[doc(alias = "ServerAuthPlain")]
    pub fn server_auth_plain(&self, domain: &str) -> Result<()> {
        self.secure(&Server::plain().domain(domain))
    }

    /// Makes the socket a [`Server::curve`] with this domain, as [`secure`](Socket::secure) does.
    ///
    /// The key is a [`CurveSecretKey`], its 40 characters of Z85, or its 32 bytes.
    ///
    /// # Errors
    /// As [`secure`](Socket::secure), and `EINVAL` for what is no key.
    #[doc(alias = "ServerAuthCurve")]
    pub fn server_auth_curve(&self, domain: &str, secret_key: impl AsRef<[u8]>) -> Result<()> {
        let secret = key("ZMQ_CURVE_SECRETKEY", secret_key)?;
        self.secure(&Server::curve(secret).domain(domain))
    }

    /// Makes the socket a [`Client::plain`], as [`secure`](Socket::secure) does.
    ///
    /// # Errors
    /// As [`secure`](Socket::secure).
    #[doc(alias = "ClientAuthPlain")]
    pub fn client_auth_plain(&self, username: &str, password: &str) -> Result<()> {
        self.secure(&Client::plain(username, password))
    }

    /// Makes the socket a [`Client::curve`], as [`secure`](Socket::secure) does.
    ///
    /// Each key is a [`CurvePublicKey`] or [`CurveSecretKey`], its 40 characters of Z85, or its 32 bytes.
    ///
    /// # Errors
    /// As [`secure`](Socket::secure), and `EINVAL` for what is no key, and where the client's two do not belong together.
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

/// What errors call [`ZAP_ENFORCE_DOMAIN`].
const ENFORCED: &str = "ZMQ_ZAP_ENFORCE_DOMAIN";

fn check_enforceable(socket: &Socket, domain: &str) -> Result<()> {
    if domain.is_empty() {
        return Err(refused(ENFORCED, "without a domain there is nobody to ask about"));
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

/// The key itself stays out of the error: it may be secret.
fn key<K: Key>(option: &'static str, key: impl AsRef<[u8]>) -> Result<K> {
    K::parse(key.as_ref()).map_err(|reason| refused(option, reason))
}

/// The text itself stays out of the error: it may be secret.
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
        return Err(refused(
            option,
            "a key of zeros is what a socket answers that was given none",
        ));
    }
    Ok(())
}

fn check_no_domain(socket: &Socket) -> Result<()> {
    if socket.zap_domain()?.is_empty() {
        return Ok(());
    }
    let reason = "the socket has a domain already, which libzmq cannot take back: name one, or use a new socket";
    Err(refused("ZMQ_ZAP_DOMAIN", reason))
}
