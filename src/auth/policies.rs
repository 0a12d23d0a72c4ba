//! [`Policies`]: the lists and closures that decide who is let in, shared by whoever changes and whoever asks them.

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

/// No domain, name or password is longer: libzmq does not take it.
const LONGEST: usize = 255;

/// Who is let in: lists of addresses, users and keys for each domain, and closures beside them.
///
/// A handle: `clone` gives another one for the same policies. They are made before the [`Auth`](super::Auth) that asks
/// them, so that there is no moment without them, or come with it; several contexts may have the same.
///
/// A *domain* is the name that a server has by its [`zap_domain`](crate::Socket::set_zap_domain). What stands under the
/// domain `"*"` holds for all. Without any policy whoever uses NULL is let in, and who uses another mechanism is not.
/// [The module's table](super#who-is-let-in) says who is let in when lists and credentials meet.
///
/// # Threads
/// Every method may be called from any thread, from within the closures too. A change is in force when the call
/// returns: whoever is judged later is judged by it. A call changes all that it was given, or after an error nothing.
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

    /// Lets peers with these addresses in, as far as their credentials do, and nobody with another one.
    ///
    /// An address is an IP address or a network, as `10.0.0.0/8` or `fd00::/8`. The first call makes the list, and
    /// from then on who is not in it is refused, as is who has no IP address: a peer over ipc. A call without an address
    /// makes the list as well: if it stays empty, every peer of the domain is refused. Where
    /// there is a list for the domain and one for `"*"`, it is enough to be in one.
    ///
    /// # Errors
    /// `EINVAL` where one of them is no address or network, where the domain is one, which is a slip, or has more than 255
    /// bytes. Nothing is changed then.
    #[doc(alias = "AuthAllow")]
    pub fn allow(&self, domain: &str, addresses: impl IntoIterator<Item = impl AsRef<str>>) -> Result<()> {
        let networks = networks(domain, addresses)?;
        self.change(domain, |lists| lists.allow.get_or_insert_default().extend(networks));
        Ok(())
    }

    /// Refuses peers with these addresses, also those that an allow list has.
    ///
    /// # Errors
    /// As [`allow`](Policies::allow).
    #[doc(alias = "AuthDeny")]
    pub fn deny(&self, domain: &str, addresses: impl IntoIterator<Item = impl AsRef<str>>) -> Result<()> {
        let networks = networks(domain, addresses)?;
        self.change(domain, |lists| lists.deny.extend(networks));
        Ok(())
    }

    /// Takes addresses and networks off the allow list, as they were put in, and answers how many were there.
    ///
    /// A list without any address stays a list and lets nobody in: [`clear_allow`](Policies::clear_allow) ends it.
    ///
    /// # Errors
    /// As [`allow`](Policies::allow).
    pub fn remove_allow(&self, domain: &str, addresses: impl IntoIterator<Item = impl AsRef<str>>) -> Result<usize> {
        let networks = networks(domain, addresses)?;
        Ok(self.change(domain, |lists| match &mut lists.allow {
            Some(list) => remove(list, networks),
            None => 0,
        }))
    }

    /// Takes addresses and networks off the deny list, as they were put in, and answers how many were there.
    ///
    /// # Errors
    /// As [`allow`](Policies::allow).
    pub fn remove_deny(&self, domain: &str, addresses: impl IntoIterator<Item = impl AsRef<str>>) -> Result<usize> {
        let networks = networks(domain, addresses)?;
        Ok(self.change(domain, |lists| remove(&mut lists.deny, networks)))
    }

    /// Ends the allow list of a domain: addresses are asked no longer.
    pub fn clear_allow(&self, domain: &str) {
        self.change(domain, |lists| lists.allow = None);
    }

    /// Ends the deny list of a domain.
    pub fn clear_deny(&self, domain: &str) {
        self.change(domain, |lists| lists.deny.clear());
    }

    /// Adds a user for the mechanism PLAIN, or gives one another password.
    ///
    /// # Errors
    /// `EINVAL` where the name or the password is empty or has more than 255 bytes, which no client can send, or the
    /// domain has more. The password is not in the error.
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

    /// Takes users away, and answers how many there were. Who is connected stays so.
    #[doc(alias = "AuthPlainRemove")]
    pub fn plain_remove(&self, domain: &str, usernames: impl IntoIterator<Item = impl AsRef<str>>) -> usize {
        // Collected first: what the caller's iterator does is not done under the lock.
        let usernames: Vec<_> = usernames.into_iter().map(|name| name.as_ref().to_owned()).collect();
        self.change(domain, |lists| {
            let known = usernames.iter().filter_map(|name| lists.users.remove(name));
            known.count()
        })
    }

    /// Takes all users of a domain away, and answers how many there were. Those of the domain `"*"` are its own.
    #[doc(alias = "AuthPlainRemoveAll")]
    pub fn plain_remove_all(&self, domain: &str) -> usize {
        self.change(domain, |lists| std::mem::take(&mut lists.users)).len()
    }

    /// Lets the CURVE clients with these public keys in: as
    /// [`CurvePublicKey`](crate::CurvePublicKey), 32 bytes, or 40 characters of Z85, or
    /// [`CURVE_ALLOW_ANY`](super::CURVE_ALLOW_ANY) for all clients.
    ///
    /// # Errors
    /// `EINVAL` where one of them is no key, or the domain has more than 255 bytes. Nothing is changed then.
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

    /// Takes keys away, and answers how many there were. `CURVE_ALLOW_ANY` takes away what lets every client in, and
    /// leaves the keys.
    ///
    /// # Errors
    /// As [`curve_add`](Policies::curve_add).
    #[doc(alias = "AuthCurveRemove")]
    pub fn curve_remove<K>(&self, domain: &str, keys: impl IntoIterator<Item = K>) -> Result<usize>
    where
        K: TryInto<ClientKey, Error: Into<Error>>,
    {
        let keys = client_keys(keys)?;
        Ok(self.change(domain, |lists| remove(&mut lists.keys, keys)))
    }

    /// Takes all keys of a domain away, `CURVE_ALLOW_ANY` too, and answers how many there were.
    #[doc(alias = "AuthCurveRemoveAll")]
    pub fn curve_remove_all(&self, domain: &str) -> usize {
        self.change(domain, |lists| std::mem::take(&mut lists.keys)).len()
    }

    /// Lets these Kerberos principals in, as `user@REALM`, or with `"*"` all of them (the mechanism GSSAPI).
    ///
    /// libzmq 4.3.5 asks, and goes on when the answer is no: there the list keeps nobody out.
    ///
    /// # Errors
    /// `EINVAL` where one of them is empty, or the domain has more than 255 bytes. Nothing is changed then.
    pub fn gssapi_add(&self, domain: &str, principals: impl IntoIterator<Item = impl AsRef<str>>) -> Result<()> {
        check_domain(domain)?;
        let principals: Vec<_> = principals.into_iter().map(|one| one.as_ref().to_owned()).collect();
        if principals.iter().any(String::is_empty) {
            return Err(refused("a principal is not empty".to_owned()));
        }
        self.change(domain, |lists| lists.principals.extend(principals));
        Ok(())
    }

    /// Takes principals away, and answers how many there were.
    pub fn gssapi_remove(&self, domain: &str, principals: impl IntoIterator<Item = impl AsRef<str>>) -> usize {
        let principals: Vec<_> = principals.into_iter().map(|one| one.as_ref().to_owned()).collect();
        self.change(domain, |lists| remove(&mut lists.principals, principals))
    }

    /// Takes all principals of a domain away, and answers how many there were.
    pub fn gssapi_remove_all(&self, domain: &str) -> usize {
        self.change(domain, |lists| std::mem::take(&mut lists.principals)).len()
    }

    /// Has a closure asked about each PLAIN client, before the list of users: it gets the request, the name and the
    /// password.
    ///
    /// It is asked about peers that the lists of addresses let through and that show a password. It runs on the thread of
    /// the [`Auth`](super::Auth), and while it runs, no other peer gets in: what takes long belongs elsewhere. It may call
    /// these methods; if it has a handle of these very policies, they stay until another closure takes its place. Where it
    /// panics, that peer is refused, with the status 500.
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

    /// Has a closure asked about each CURVE client, before the list of keys: it gets the request and the client's
    /// public key. Otherwise as [`set_plain_handler`](Policies::set_plain_handler).
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

    /// Has a closure say what properties the messages of a peer get that was let in.
    ///
    /// It gives names and values, in any collection. [`Message::property`](crate::Message::property) finds them, over
    /// tcp and ipc, and gives of each value what stands before a NUL. `User-Id` is who the peer is; without it, that is the
    /// user name, the CURVE key in Z85, or the principal. A name that is empty or has more than 255 bytes is left out, and
    /// logged; of one that comes twice the first value counts. Otherwise as
    /// [`set_plain_handler`](Policies::set_plain_handler).
    ///
    /// A peer may send properties of its own, with any names, in its handshake. One that this closure gives wins over
    /// one that the peer sends, and `User-Id` always does. So a name that means something is to be given to *all* peers,
    /// empty to those that have nothing there; otherwise they may say it of themselves.
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

    /// What was there before is dropped after the lock: a closure owns what may call us when it is dropped.
    fn set_closure<T>(&self, set: impl FnOnce(&mut Closures) -> T) {
        let before = set(&mut self.closures());
        drop(before);
    }

    /// How many peers were let in.
    pub fn allowed(&self) -> u64 {
        self.0.counters.of(Status::Ok)
    }

    /// How many peers were refused: the status 400.
    pub fn denied(&self) -> u64 {
        self.0.counters.of(Status::NoAccess)
    }

    /// How many requests could not be decided: the statuses 300, for a closure that said
    /// [`Retry`](Verdict::Retry), and 500, for one that panicked and for requests that are malformed.
    pub fn failed(&self) -> u64 {
        self.0.counters.of(Status::TryAgain) + self.0.counters.of(Status::InternalError)
    }

    /// Whether each decision is logged at the level `info` rather than `debug`, with the target `zmq4::auth`. The default
    /// is `false`. Passwords are never logged, and requests that are malformed always are, as warnings.
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

/// Neither the closures nor what the lists hold.
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
