//! Go's functions: one authentication handler for the default context, whose policies outlive it.

use std::sync::{Mutex, OnceLock};

use super::address::Network;
use super::handler::Auth;
use super::key::{ANY, ClientKey};
use super::policies::Policies;
use super::request::Request;
use crate::context::Context;
use crate::error::{Call, Error, Result};
use crate::ffi::errno::Errno;
use crate::sync::lock;

static RUNNING: Mutex<Option<Auth>> = Mutex::new(None);

impl Policies {
    /// The policies of [`auth_start`](crate::auth_start). They exist before it is called, and stay after
    /// [`auth_stop`](crate::auth_stop).
    pub fn global() -> &'static Policies {
        static POLICIES: OnceLock<Policies> = OnceLock::new();
        POLICIES.get_or_init(Policies::new)
    }
}

/// Starts the authentication handler of the default context: [`Auth::with`] on [`Context::global`] and
/// [`Policies::global`].
///
/// # Errors
/// `EADDRINUSE` if it is running; otherwise those of [`Auth::start`].
///
/// ```
/// use zmq4::{Flags, Socket};
/// zmq4::auth_start()?;
/// zmq4::auth_allow("shop", ["127.0.0.1"])?;
/// zmq4::auth_plain_add("shop", "admin", "pass word")?;
///
/// let server = Socket::new(zmq4::PULL)?;
/// server.server_auth_plain("shop")?;
/// server.bind("tcp://127.0.0.1:*")?;
/// let client = Socket::new(zmq4::PUSH)?;
/// client.client_auth_plain("admin", "pass word")?;
/// client.connect(&server.last_endpoint()?)?;
/// client.send("Hello", Flags::NONE)?;
/// assert_eq!(server.recv(Flags::NONE)?, "Hello");
/// zmq4::auth_stop();
/// # Ok::<(), zmq4::Error>(())
/// ```
#[doc(alias = "AuthStart")]
pub fn auth_start() -> Result<()> {
    let context = Context::global()?;
    let mut running = lock(&RUNNING);
    if running.as_ref().is_some_and(Auth::is_running) {
        return Err(Error::new(Call::Auth, Errno::EADDRINUSE).because("it is already running"));
    }
    *running = Some(Auth::with(&context, Policies::global())?);
    Ok(())
}

/// Ends the authentication handler of the default context, and waits for that; without one, does nothing. What
/// [that means for servers](Auth#when-it-ends) is described there.
#[doc(alias = "AuthStop")]
pub fn auth_stop() {
    // Dropped without the lock: a closure that is being called may call one of these functions.
    let running = lock(&RUNNING).take();
    drop(running);
}

/// [`Policies::allow`] on the default context's. As in Go, a domain that is an address counts as one of the addresses, and
/// they go to all domains.
///
/// Without an address it makes an empty list, and every peer of the domain is denied. In Go it does nothing.
///
/// # Errors
/// Those of [`Policies::allow`].
#[doc(alias = "AuthAllow")]
pub fn auth_allow(domain: &str, addresses: impl IntoIterator<Item = impl AsRef<str>>) -> Result<()> {
    if is_address(domain) {
        Policies::global().allow(ANY, with(domain, addresses))
    } else {
        Policies::global().allow(domain, addresses)
    }
}

/// [`Policies::deny`] on the default context's. As in Go, a domain that is an address counts as one of the addresses, and
/// they go to all domains.
///
/// # Errors
/// Those of [`Policies::deny`].
#[doc(alias = "AuthDeny")]
pub fn auth_deny(domain: &str, addresses: impl IntoIterator<Item = impl AsRef<str>>) -> Result<()> {
    if is_address(domain) {
        Policies::global().deny(ANY, with(domain, addresses))
    } else {
        Policies::global().deny(domain, addresses)
    }
}

fn is_address(domain: &str) -> bool {
    domain.parse::<Network>().is_ok()
}

fn with(first: &str, others: impl IntoIterator<Item = impl AsRef<str>>) -> Vec<String> {
    let others = others.into_iter().map(|other| other.as_ref().to_owned());
    std::iter::once(first.to_owned()).chain(others).collect()
}

/// [`Policies::plain_add`] on the default context's.
///
/// # Errors
/// Those of [`Policies::plain_add`].
#[doc(alias = "AuthPlainAdd")]
pub fn auth_plain_add(domain: &str, username: &str, password: &str) -> Result<()> {
    Policies::global().plain_add(domain, username, password)
}

/// [`Policies::plain_remove`] on the default context's.
#[doc(alias = "AuthPlainRemove")]
pub fn auth_plain_remove(domain: &str, usernames: impl IntoIterator<Item = impl AsRef<str>>) -> usize {
    Policies::global().plain_remove(domain, usernames)
}

/// [`Policies::plain_remove_all`] on the default context's.
#[doc(alias = "AuthPlainRemoveAll")]
pub fn auth_plain_remove_all(domain: &str) -> usize {
    Policies::global().plain_remove_all(domain)
}

/// [`Policies::curve_add`] on the default context's.
///
/// # Errors
/// Those of [`Policies::curve_add`].
#[doc(alias = "AuthCurveAdd")]
pub fn auth_curve_add<K>(domain: &str, keys: impl IntoIterator<Item = K>) -> Result<()>
where
    K: TryInto<ClientKey, Error: Into<Error>>,
{
    Policies::global().curve_add(domain, keys)
}

/// [`Policies::curve_remove`] on the default context's.
///
/// # Errors
/// Those of [`Policies::curve_remove`].
#[doc(alias = "AuthCurveRemove")]
pub fn auth_curve_remove<K>(domain: &str, keys: impl IntoIterator<Item = K>) -> Result<usize>
where
    K: TryInto<ClientKey, Error: Into<Error>>,
{
    Policies::global().curve_remove(domain, keys)
}

/// [`Policies::curve_remove_all`] on the default context's.
#[doc(alias = "AuthCurveRemoveAll")]
pub fn auth_curve_remove_all(domain: &str) -> usize {
    Policies::global().curve_remove_all(domain)
}

/// [`Policies::set_verbose`] on the default context's.
#[doc(alias = "AuthSetVerbose")]
pub fn auth_set_verbose(verbose: bool) {
    Policies::global().set_verbose(verbose);
}

/// [`Policies::set_metadata_handler`] on the default context's.
#[doc(alias = "AuthSetMetadataHandler")]
pub fn auth_set_metadata_handler<M, N, V>(handler: impl Fn(&Request<'_>) -> M + Send + Sync + 'static)
where
    M: IntoIterator<Item = (N, V)>,
    N: AsRef<str>,
    V: AsRef<[u8]>,
{
    Policies::global().set_metadata_handler(handler);
}
