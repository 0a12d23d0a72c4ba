//! [`Policies`]: the lists and closures that decide who is let in.

use std::collections::HashSet;
use std::fmt;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};

use super::address::Network;
use super::closures::{self, Closures};
use super::counters::Counters;
use super::key::{ANY, ClientKey};
use super::password::Password;
use super::reply::Status;
use super::request::Request;
use super::rules::{Lists, Rules, Verdict};
use crate::curve::CurvePublicKey;
use crate::error::{Call, Error, Result};
use crate::refusal::Refusal;
use crate::sync::lock;

/// The limit of libzmq for a domain, a name or a password.
const LONGEST: usize = 255;

/// Who is let in: lists of addresses, users and keys for each domain, and closures beside them.
///
/// A handle: `clone` returns another one for the same policies. Make them before the [`Auth`](super::Auth) that uses them, so
/// that they apply from the start, or let it make them; several contexts may share them.
///
/// A *domain* is the [`zap_domain`](crate::Socket::set_zap_domain) of a server. The policies of the domain `"*"` apply to all.
/// Without any policy, NULL clients are let in, and clients with another mechanism are not.
/// [The module's table](super#who-is-let-in) says who is let in when lists and credentials meet.
///
/// # Threads
/// Every method may be called on any thread, within the closures too. A change applies to all later decisions when the call
/// returns. A call applies all of its arguments, or after an error none.
///
/// ```
/// use zmq4::auth::{Auth, Client, Policies, Server};
/// use zmq4::{Context, Flags};
///
/// let policies = Policies::new();
/// policies.allow("shop", ["127.0.0.0/8", "::1"])?;
/// policies.plain_add("shop", "admin", "pass word")?;
/// let context = Context::new()?;
/// let _auth = Auth::with(&context, &policies)?;
///
/// let server = context.socket(zmq4::PULL)?;
/// server.secure(&Server::plain().domain("shop"))?;
/// server.bind("tcp://127.0.0.1:*")?;
/// let client = context.socket(zmq4::PUSH)?;
/// client.secure(&Client::plain("admin", "pass word"))?;
/// client.connect(&server.last_endpoint()?)?;
/// client.send("Hello", Flags::NONE)?;
/// let message = server.recv(Flags::NONE)?;
/// assert_eq!(message.property("User-Id"), Some("admin"));
/// assert_eq!(policies.allowed(), 1);
/// # Ok::<(), zmq4::Error>(())
/// ```
#[derive(Clone, Default)]
pub struct Policies(Arc<Inner>);

#[derive(Default)]
struct Inner {
    rules: Mutex<Rules>,
    closures: Mutex<Closures>,
    verbose: AtomicBool,
    counters: Counters,
}

impl Policies {
    /// No lists and no closures.
    pub fn new() -> Policies {
        Policies::default()
    }

    /// Lets peers with these addresses in, if their credentials do, and no peer with another address.
    ///
    /// An address is an IP address or a network, as `10.0.0.0/8` or `fd00::/8`. The first call makes the list, and
    /// from then on peers that are not in it are denied, and so are peers without an IP address, over ipc. A call without an
    /// address makes the list as well: while it is empty, every peer of the domain is denied. If there is a list for the domain
    /// and one for `"*"`, it is enough to be in one.
    ///
    /// # Errors
    /// `EINVAL` if one of them is no address or network, if the domain is an address, which is a mistake, or has more than 255
    /// bytes. Nothing is changed then.
    ///
    /// ```
    /// use zmq4::auth::Policies;
    /// let policies = Policies::new();
    /// policies.allow("*", ["127.0.0.1", "10.0.0.0/8", "fd00::/8"])?;
    /// assert!(policies.allow("*", ["10.0.0.0/33"]).is_err());
    /// # Ok::<(), zmq4::Error>(())
    /// ```
    #[doc(alias = "AuthAllow")]
    pub fn allow(&self, domain: &str, addresses: impl IntoIterator<Item = impl AsRef<str>>) -> Result<()> {
        let networks = networks(domain, addresses)?;
        self.change(domain, |lists| lists.allow.get_or_insert_default().extend(networks));
        Ok(())
    }

    /// Denies peers with these addresses, also those in an allow list.
    ///
    /// # Errors
    /// Those of [`allow`](Policies::allow).
    ///
    /// ```
    /// use zmq4::auth::Policies;
    /// let policies = Policies::new();
    /// policies.allow("shop", ["10.0.0.0/8"])?;
    /// policies.deny("shop", ["10.0.0.7"])?;
    /// # Ok::<(), zmq4::Error>(())
    /// ```
    #[doc(alias = "AuthDeny")]
    pub fn deny(&self, domain: &str, addresses: impl IntoIterator<Item = impl AsRef<str>>) -> Result<()> {
        let networks = networks(domain, addresses)?;
        self.change(domain, |lists| lists.deny.extend(networks));
        Ok(())
    }

    /// Removes addresses and networks from the allow list, as they were added, and returns the number of those found.
    ///
    /// An empty list stays a list, and lets no peer in: [`clear_allow`](Policies::clear_allow) removes it.
    ///
    /// # Errors
    /// Those of [`allow`](Policies::allow).
    ///
    /// ```
    /// use zmq4::auth::Policies;
    /// let policies = Policies::new();
    /// policies.allow("shop", ["10.0.0.0/8", "127.0.0.1"])?;
    /// assert_eq!(policies.remove_allow("shop", ["10.0.0.0/8", "10.0.0.1"])?, 1);
    /// # Ok::<(), zmq4::Error>(())
    /// ```
    pub fn remove_allow(&self, domain: &str, addresses: impl IntoIterator<Item = impl AsRef<str>>) -> Result<usize> {
        let networks = networks(domain, addresses)?;
        Ok(self.change(domain, |lists| match &mut lists.allow {
            Some(list) => remove(list, networks),
            None => 0,
        }))
    }

    /// Removes addresses and networks from the deny list, as they were added, and returns the number of those found.
    ///
    /// # Errors
    /// Those of [`allow`](Policies::allow).
    ///
    /// ```
    /// use zmq4::auth::Policies;
    /// let policies = Policies::new();
    /// policies.deny("shop", ["10.0.0.7"])?;
    /// assert_eq!(policies.remove_deny("shop", ["10.0.0.7"])?, 1);
    /// assert_eq!(policies.remove_deny("shop", ["10.0.0.7"])?, 0);
    /// # Ok::<(), zmq4::Error>(())
    /// ```
    pub fn remove_deny(&self, domain: &str, addresses: impl IntoIterator<Item = impl AsRef<str>>) -> Result<usize> {
        let networks = networks(domain, addresses)?;
        Ok(self.change(domain, |lists| remove(&mut lists.deny, networks)))
    }

    /// Removes the allow list of a domain: addresses are not checked any more.
    ///
    /// ```
    /// use zmq4::auth::Policies;
    /// let policies = Policies::new();
    /// policies.allow("shop", ["127.0.0.1"])?;
    /// policies.clear_allow("shop");
    /// assert_eq!(policies.remove_allow("shop", ["127.0.0.1"])?, 0);
    /// # Ok::<(), zmq4::Error>(())
    /// ```
    pub fn clear_allow(&self, domain: &str) {
        self.change(domain, |lists| lists.allow = None);
    }

    /// Removes the deny list of a domain.
    ///
    /// ```
    /// use zmq4::auth::Policies;
    /// let policies = Policies::new();
    /// policies.deny("shop", ["10.0.0.7"])?;
    /// policies.clear_deny("shop");
    /// assert_eq!(policies.remove_deny("shop", ["10.0.0.7"])?, 0);
    /// # Ok::<(), zmq4::Error>(())
    /// ```
    pub fn clear_deny(&self, domain: &str) {
        self.change(domain, |lists| lists.deny.clear());
    }

    /// Adds a user for the mechanism PLAIN, or changes the password of one.
    ///
    /// # Errors
    /// `EINVAL` if the name or the password is empty or has more than 255 bytes, which no client can send, or the domain
    /// has more. The password is not in the error.
    ///
    /// ```
    /// use zmq4::auth::Policies;
    /// let policies = Policies::new();
    /// policies.plain_add("shop", "admin", "pass word")?;
    /// policies.plain_add("shop", "admin", "another one")?;
    /// assert!(policies.plain_add("shop", "guest", "").is_err());
    /// # Ok::<(), zmq4::Error>(())
    /// ```
    #[doc(alias = "AuthPlainAdd")]
    pub fn plain_add(&self, domain: &str, username: &str, password: &str) -> Result<()> {
        check_domain(domain)?;
        for (what, text) in [("user name", username), ("password", password)] {
            if text.is_empty() || text.len() > LONGEST {
                return Err(refused(format!(
                    "a {what} has 1 to {LONGEST} bytes, not {}",
                    text.len()
                )));
            }
        }
        let (username, password) = (username.to_owned(), Password::new(password));
        self.change(domain, |lists| lists.users.insert(username, password));
        Ok(())
    }

    /// Removes users, and returns the number of those found. Connected users stay connected.
    ///
    /// ```
    /// use zmq4::auth::Policies;
    /// let policies = Policies::new();
    /// policies.plain_add("shop", "admin", "pass word")?;
    /// assert_eq!(policies.plain_remove("shop", ["admin", "guest"]), 1);
    /// # Ok::<(), zmq4::Error>(())
    /// ```
    #[doc(alias = "AuthPlainRemove")]
    pub fn plain_remove(&self, domain: &str, usernames: impl IntoIterator<Item = impl AsRef<str>>) -> usize {
        // Collected first: what the caller's iterator does is not done under the lock.
        let usernames: Vec<_> = usernames.into_iter().map(|name| name.as_ref().to_owned()).collect();
        self.change(domain, |lists| {
            let known = usernames.iter().filter_map(|name| lists.users.remove(name));
            known.count()
        })
    }

    /// Removes all users of a domain, and returns their number. The users of the domain `"*"` are separate.
    ///
    /// ```
    /// use zmq4::auth::Policies;
    /// let policies = Policies::new();
    /// policies.plain_add("shop", "admin", "pass word")?;
    /// policies.plain_add("shop", "guest", "guest")?;
    /// assert_eq!(policies.plain_remove_all("shop"), 2);
    /// # Ok::<(), zmq4::Error>(())
    /// ```
    #[doc(alias = "AuthPlainRemoveAll")]
    pub fn plain_remove_all(&self, domain: &str) -> usize {
        self.change(domain, |lists| std::mem::take(&mut lists.users)).len()
    }

    /// Lets the CURVE clients with these public keys in: as
    /// [`CurvePublicKey`](crate::CurvePublicKey), 32 bytes, or 40 characters of Z85, or
    /// [`CURVE_ALLOW_ANY`](super::CURVE_ALLOW_ANY) for all clients.
    ///
    /// # Errors
    /// `EINVAL` if one of them is no key, or the domain has more than 255 bytes. Nothing is changed then.
    ///
    /// ```
    /// use zmq4::auth::Policies;
    /// use zmq4::{CURVE_ALLOW_ANY, CurvePublicKey};
    /// let policies = Policies::new();
    /// policies.curve_add("shop", ["Yne@$w-vo<fVvi]a<NY6T1ed:M$fCG*[IaLV{hID"])?;
    /// let key: CurvePublicKey = "rq:rM>}U?@Lns47E1%kR.o@n%FcmmsL/@{H8]yf7".parse()?;
    /// policies.curve_add("shop", [key])?;
    /// policies.curve_add("open to all", [CURVE_ALLOW_ANY])?;
    /// # Ok::<(), zmq4::Error>(())
    /// ```
    #[doc(alias = "AuthCurveAdd")]
    pub fn curve_add<K>(&self, domain: &str, keys: impl IntoIterator<Item = K>) -> Result<()>
    where
        K: TryInto<ClientKey, Error: Into<Error>>,
    {
        check_domain(domain)?;
        let keys = client_keys(keys)?;
        self.change(domain, |lists| lists.keys.extend(keys));
        Ok(())
    }

    /// Removes keys, and returns the number of those found. `CURVE_ALLOW_ANY` removes the entry that lets every client in, and
    /// keeps the keys.
    ///
    /// # Errors
    /// Those of [`curve_add`](Policies::curve_add).
    ///
    /// ```
    /// use zmq4::CURVE_ALLOW_ANY;
    /// use zmq4::auth::Policies;
    /// let policies = Policies::new();
    /// let key = "Yne@$w-vo<fVvi]a<NY6T1ed:M$fCG*[IaLV{hID";
    /// policies.curve_add("shop", [key, CURVE_ALLOW_ANY])?;
    /// assert_eq!(policies.curve_remove("shop", [CURVE_ALLOW_ANY])?, 1);
    /// assert_eq!(policies.curve_remove("shop", [key])?, 1);
    /// # Ok::<(), zmq4::Error>(())
    /// ```
    #[doc(alias = "AuthCurveRemove")]
    pub fn curve_remove<K>(&self, domain: &str, keys: impl IntoIterator<Item = K>) -> Result<usize>
    where
        K: TryInto<ClientKey, Error: Into<Error>>,
    {
        check_domain(domain)?;
        let keys = client_keys(keys)?;
        Ok(self.change(domain, |lists| remove(&mut lists.keys, keys)))
    }

    /// Removes all keys of a domain, `CURVE_ALLOW_ANY` too, and returns their number.
    ///
    /// ```
    /// use zmq4::auth::Policies;
    /// let policies = Policies::new();
    /// policies.curve_add("shop", ["Yne@$w-vo<fVvi]a<NY6T1ed:M$fCG*[IaLV{hID"])?;
    /// assert_eq!(policies.curve_remove_all("shop"), 1);
    /// # Ok::<(), zmq4::Error>(())
    /// ```
    #[doc(alias = "AuthCurveRemoveAll")]
    pub fn curve_remove_all(&self, domain: &str) -> usize {
        self.change(domain, |lists| std::mem::take(&mut lists.keys)).len()
    }

    /// Lets these Kerberos principals in, as `user@REALM`, or with `"*"` all of them (the mechanism GSSAPI).
    ///
    /// libzmq 4.3.5 sends a request, and ignores a denial: there the list keeps no peer out.
    ///
    /// # Errors
    /// `EINVAL` if one of them is empty, or the domain has more than 255 bytes. Nothing is changed then.
    ///
    /// ```
    /// use zmq4::auth::Policies;
    /// let policies = Policies::new();
    /// policies.gssapi_add("shop", ["jane@EXAMPLE.NET"])?;
    /// # Ok::<(), zmq4::Error>(())
    /// ```
    pub fn gssapi_add(&self, domain: &str, principals: impl IntoIterator<Item = impl AsRef<str>>) -> Result<()> {
        check_domain(domain)?;
        let principals: Vec<_> = principals.into_iter().map(|one| one.as_ref().to_owned()).collect();
        if principals.iter().any(String::is_empty) {
            return Err(refused("a principal is empty".to_owned()));
        }
        self.change(domain, |lists| lists.principals.extend(principals));
        Ok(())
    }

    /// Removes principals, and returns the number of those found.
    ///
    /// ```
    /// use zmq4::auth::Policies;
    /// let policies = Policies::new();
    /// policies.gssapi_add("shop", ["jane@EXAMPLE.NET"])?;
    /// assert_eq!(policies.gssapi_remove("shop", ["jane@EXAMPLE.NET"]), 1);
    /// # Ok::<(), zmq4::Error>(())
    /// ```
    pub fn gssapi_remove(&self, domain: &str, principals: impl IntoIterator<Item = impl AsRef<str>>) -> usize {
        let principals: Vec<_> = principals.into_iter().map(|one| one.as_ref().to_owned()).collect();
        self.change(domain, |lists| remove(&mut lists.principals, principals))
    }

    /// Removes all principals of a domain, and returns their number.
    ///
    /// ```
    /// use zmq4::auth::Policies;
    /// let policies = Policies::new();
    /// policies.gssapi_add("shop", ["jane@EXAMPLE.NET", "*"])?;
    /// assert_eq!(policies.gssapi_remove_all("shop"), 2);
    /// # Ok::<(), zmq4::Error>(())
    /// ```
    pub fn gssapi_remove_all(&self, domain: &str) -> usize {
        self.change(domain, |lists| std::mem::take(&mut lists.principals)).len()
    }

    /// Sets a closure that decides about each PLAIN client before the list of users does. It gets the request, the name and
    /// the password.
    ///
    /// It is called for peers that the lists of addresses let through and that have a password. It runs on the thread of the
    /// [`Auth`](super::Auth), and while it runs, no other peer is let in, so it must be quick. It may call these methods; if it
    /// owns a handle of these policies, they live until another closure replaces it. If it panics, that peer is denied, with
    /// the status 500.
    ///
    /// ```
    /// use zmq4::auth::{Policies, Verdict};
    /// let policies = Policies::new();
    /// policies.set_plain_handler(|request, username, password| match request.domain() {
    ///     "shop" if username == "admin" && password == "pass word" => Verdict::Allow,
    ///     "shop" => Verdict::Deny,
    ///     _ => Verdict::Defer,
    /// });
    /// ```
    pub fn set_plain_handler(&self, handler: impl Fn(&Request<'_>, &str, &str) -> Verdict + Send + Sync + 'static) {
        self.set_closure(|closures| closures.plain.replace(Arc::new(handler)));
    }

    /// Sets a closure that decides about each CURVE client before the list of keys does. It gets the request and the client's
    /// public key. Otherwise it is like [`set_plain_handler`](Policies::set_plain_handler).
    ///
    /// ```
    /// use std::collections::HashSet;
    /// use zmq4::CurvePublicKey;
    /// use zmq4::auth::{Policies, Verdict};
    /// let revoked: HashSet<CurvePublicKey> = HashSet::new();
    /// let policies = Policies::new();
    /// policies.set_curve_handler(move |_, key| match revoked.contains(key) {
    ///     true => Verdict::Deny,
    ///     false => Verdict::Defer,
    /// });
    /// ```
    pub fn set_curve_handler(
        &self,
        handler: impl Fn(&Request<'_>, &CurvePublicKey) -> Verdict + Send + Sync + 'static,
    ) {
        self.set_closure(|closures| closures.curve.replace(Arc::new(handler)));
    }

    /// Sets a closure that returns the properties for the messages of a peer that was let in.
    ///
    /// It returns names and values, in any collection. [`Message::property`](crate::Message::property) finds them, over tcp and
    /// ipc, and returns each value up to its first NUL. `User-Id` is the user; by default it is the user name, the CURVE key in
    /// Z85, or the principal. A name that is empty or has more than 255 bytes is left out, and logged; of a duplicate the first
    /// value counts. Otherwise it is like [`set_plain_handler`](Policies::set_plain_handler).
    ///
    /// A peer may send its own properties, with any names, in its handshake. A property of this closure replaces one that the
    /// peer sends, and `User-Id` always does. So give a name that the program relies on to *all* peers, with an empty value if
    /// need be; otherwise a peer may set it for itself.
    ///
    /// ```
    /// use zmq4::auth::Policies;
    /// let policies = Policies::new();
    /// policies.set_metadata_handler(|request| {
    ///     let is_local = request.ip().is_some_and(|ip| ip.is_loopback());
    ///     [("Came-From", request.address().to_owned()), ("May-Stop", is_local.to_string())]
    /// });
    /// ```
    #[doc(alias = "AuthSetMetadataHandler")]
    pub fn set_metadata_handler<M, N, V>(&self, handler: impl Fn(&Request<'_>) -> M + Send + Sync + 'static)
    where
        M: IntoIterator<Item = (N, V)>,
        N: AsRef<str>,
        V: AsRef<[u8]>,
    {
        self.set_closure(|closures| closures.metadata.replace(closures::properties(handler)));
    }

    /// The previous closure is dropped after the lock is released: what it owns may call these methods when it is dropped.
    fn set_closure<T>(&self, set: impl FnOnce(&mut Closures) -> T) {
        let before = set(&mut self.closures());
        drop(before);
    }

    /// The number of peers that were let in.
    ///
    /// ```
    /// use zmq4::auth::Policies;
    /// let policies = Policies::new();
    /// assert_eq!((policies.allowed(), policies.denied(), policies.failed()), (0, 0, 0));
    /// ```
    pub fn allowed(&self) -> u64 {
        self.0.counters.of(Status::Ok)
    }

    /// The number of peers that were denied: the status 400.
    pub fn denied(&self) -> u64 {
        self.0.counters.of(Status::NoAccess)
    }

    /// The number of requests that were not decided: the statuses 300, for a closure that returned
    /// [`Retry`](Verdict::Retry), and 500, for one that panicked and for malformed requests.
    pub fn failed(&self) -> u64 {
        self.0.counters.of(Status::TryAgain) + self.0.counters.of(Status::InternalError)
    }

    /// Whether peers that are accepted are logged at the level `info` rather than `debug`, with the target `zmq4::auth`. The
    /// default is `false`. Peers that are denied and requests that are malformed are always warnings. Passwords are never logged.
    ///
    /// ```
    /// use zmq4::auth::Policies;
    /// let policies = Policies::new();
    /// policies.set_verbose(true);
    /// ```
    #[doc(alias = "AuthSetVerbose")]
    pub fn set_verbose(&self, verbose: bool) {
        self.0.verbose.store(verbose, Ordering::Relaxed);
    }

    pub(super) fn is_verbose(&self) -> bool {
        self.0.verbose.load(Ordering::Relaxed)
    }

    pub(super) fn counters(&self) -> &Counters {
        &self.0.counters
    }

    pub(super) fn rules(&self) -> MutexGuard<'_, Rules> {
        // Nothing panics while a lock is held; a poisoned one still holds a true value.
        lock(&self.0.rules)
    }

    pub(super) fn closures(&self) -> MutexGuard<'_, Closures> {
        lock(&self.0.closures)
    }

    fn change<T>(&self, domain: &str, change: impl FnOnce(&mut Lists) -> T) -> T {
        self.rules().change(domain, change)
    }
}

/// Without the closures and the lists.
impl fmt::Debug for Policies {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Policies")
            .field("allowed", &self.allowed())
            .field("denied", &self.denied())
            .field("failed", &self.failed())
            .finish_non_exhaustive()
    }
}

fn refused(reason: String) -> Error {
    Error::refused(Call::Auth, Refusal::invalid(reason))
}

fn check_domain(domain: &str) -> Result<()> {
    if domain.len() > LONGEST {
        return Err(refused(format!(
            "a domain has at most {LONGEST} bytes, not {}",
            domain.len()
        )));
    }
    Ok(())
}

fn networks(domain: &str, addresses: impl IntoIterator<Item = impl AsRef<str>>) -> Result<Vec<Network>> {
    check_domain(domain)?;
    if domain.parse::<Network>().is_ok() {
        return Err(refused(format!(
            "{domain:?} is an address and not a domain; all domains are {ANY:?}"
        )));
    }
    let parse = |address: &str| address.parse().map_err(refused);
    addresses.into_iter().map(|address| parse(address.as_ref())).collect()
}

fn client_keys<K>(keys: impl IntoIterator<Item = K>) -> Result<Vec<ClientKey>>
where
    K: TryInto<ClientKey, Error: Into<Error>>,
{
    keys.into_iter().map(|key| key.try_into().map_err(Into::into)).collect()
}

fn remove<T: std::hash::Hash + Eq>(set: &mut HashSet<T>, which: Vec<T>) -> usize {
    which.iter().filter(|one| set.remove(*one)).count()
}
